"""What goes wrong before a handler is reached: JSON, an id, and what is left of the rate limit."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import asgi
from litestar.types import Receive, Scope, Send
from structlog.testing import capture_logs

from litehq_app.edge.answers import send_refusal
from litehq_app.edge.long_addresses import MAX_ADDRESS_BYTES
from litehq_app.edge.slow_bodies import with_patience
from litehq_core.domain.errors import Refusal
from litehq_core.testing import Clock
from tests.app.installations import DEMO_KEY, served
from tests.app.test_rate_limit import told

HEADERS = {"Authorization": f"Bearer {DEMO_KEY}"}
PAGE = "https://desk.example"
PREFLIGHT = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}


def error_in(answer: httpx.Response, code: str, status: int) -> dict[str, Any]:
    """The error of an answer, which must be whole and tell what every answer tells."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code
    assert error["request_id"] == answer.headers["x-request-id"]
    assert error["docs_url"].endswith(f"/docs/errors/{code}")
    told(answer)
    return error


FAULTS: dict[str, tuple[str, str, dict[str, Any], str, int]] = {
    "path": ("GET", "/v1/nowhere", {}, "not_found", 404),
    "method": ("PUT", "/v1/bookings", {}, "method_not_allowed", 405),
    "trace": ("TRACE", "/v1/bookings", {}, "method_not_allowed", 405),
    "json": ("POST", "/v1/bookings", {"content": b"{"}, "malformed_request", 400),
    "utf-8": ("POST", "/v1/bookings", {"content": b'{"a":"\xff"}'}, "malformed_request", 400),
    "address": ("GET", f"/v1/rooms?cursor={'A' * MAX_ADDRESS_BYTES}", {}, "malformed_request", 400),
    "path's length": ("GET", f"/v1/{'a' * MAX_ADDRESS_BYTES}", {}, "malformed_request", 400),
    "query": ("GET", "/v1/rooms?cursor=%FF", {}, "malformed_request", 400),
    "host": ("GET", "/v1/rooms", {"headers": {"Host": "a b"}}, "malformed_request", 400),
    "media type": (
        "POST",
        "/v1/bookings",
        {"content": b"{}", "headers": {"Content-Type": "text/xml"}},
        "unsupported_media_type",
        415,
    ),
    "size": (
        "POST",
        "/v1/bookings",
        {"content": b" " * (1024 * 1024 + 1)},
        "payload_too_large",
        413,
    ),
    "graphql's method": ("DELETE", "/graphql", {}, "method_not_allowed", 405),
}


async def test_every_fault_is_told_alike(clock: Clock) -> None:
    """contract.md, Errors: "for everything, the server's own included"; page A: "No HTML pages"."""
    plain = {**HEADERS, "Content-Type": "application/json"}
    async with served(clock) as (client, _):
        for name, (method, path, options, code, status) in FAULTS.items():
            sent = {**options, "headers": {**plain, **options.get("headers", {})}}
            answer = await client.request(method, path, **sent)
            assert answer.status_code == status, name
            error = error_in(answer, code, status)
            assert (await client.get(error["docs_url"])).status_code == 200


async def test_405_names_what_the_address_takes(clock: Clock) -> None:
    """RFC 9110, 15.5.6: "The origin server MUST generate an Allow header field"."""
    async with served(clock) as (client, _):
        refused = await client.put("/v1/bookings", headers=HEADERS)
        asked = await client.options("/v1/bookings")
    assert refused.headers["allow"] == asked.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert (asked.status_code, asked.content) == (204, b"")


async def test_head_is_get_without_its_body(clock: Clock) -> None:
    """RFC 9110, 9.3.2: "The server SHOULD send the same header fields"."""
    async with served(clock) as (client, _):
        client.headers.update(HEADERS)
        for path in ("/v1/rooms", "/v1/nowhere", "/v1/rooms?limit=0", "/", "/openapi.json"):
            got, head = await client.get(path), await client.head(path)
            assert (head.status_code, head.content) == (got.status_code, b"")
            for name in ("content-type", "content-length", "etag"):
                assert head.headers.get(name) == got.headers.get(name), path
        assert (await client.head("/v1/bookings/quote")).status_code == 405


async def test_a_stream_asked_for_by_head_ends_at_once(clock: Clock) -> None:
    """Its headers are all that was wanted."""
    ended = asyncio.Event()

    @asgi("/endless", copy_scope=True)
    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            await send({"type": "http.response.body", "body": b"more", "more_body": True})
        ended.set()

    routes: Any = lambda app: app.register(endless)  # noqa: E731
    async with served(clock, demo=False, routes=routes) as (client, _):
        assert (await client.head("/endless")).content == b""
        assert ended.is_set()


async def test_accept_is_a_wish(clock: Clock) -> None:
    """There is JSON only; RFC 9110, 12.4.1, lets a server send it rather than a 406."""
    async with served(clock) as (client, _):
        for accept in ("text/html", "application/xml;q=1", "*/*;q=0", "nonsense"):
            answer = await client.get("/v1/rooms", headers={**HEADERS, "Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


class TestPreflights:
    """What a browser asks before a page of another origin may call."""

    async def test_a_refused_one_is_an_error_like_any_other(self, clock: Clock) -> None:
        async with served(clock, cors_origins=PAGE, demo=False) as (client, _):
            evil = {**PREFLIGHT, "Origin": "https://evil.example"}
            answer = await client.options("/v1/bookings", headers=evil)
        error = error_in(answer, "malformed_request", 400)
        assert "LITEHQ_CORS_ORIGINS" in error["message"]
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"

    async def test_a_preflight_tells_what_is_left_and_draws_nothing(self, clock: Clock) -> None:
        """contract.md, Rate limit: "On every response"."""
        async with served(clock, cors_origins=PAGE, rate_limit_burst=2, demo=False) as (client, _):
            for _ in range(4):
                answer = await client.options("/v1/bookings", headers=PREFLIGHT)
                assert answer.status_code == 204
                assert answer.headers["access-control-allow-origin"] == PAGE
                assert told(answer)[:2] == (2, 2)


class TestRequestIds:
    """Issue: "`request_id` on every response (`X-Request-Id`) and in the logs"."""

    @pytest.mark.parametrize("given", ["req_from-a.proxy", "0123abcd", "a" * 64])
    async def test_a_sane_one_is_kept(self, clock: Clock, given: str) -> None:
        with capture_logs() as logs:
            async with served(clock, demo=False) as (client, _):
                answer = await client.get("/v1/nowhere", headers={"X-Request-Id": given})
        assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"] == given
        assert [entry["request_id"] for entry in logs if entry["event"] == "request"] == [given]

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "short",
            "a" * 65,
            "-leading",
            "with blank",
            "a,b,c,d,e,f",
            "évidemment",
            "req_\x7fxxxx",
        ],
    )
    async def test_any_other_is_replaced(self, clock: Clock, given: str) -> None:
        async with served(clock, demo=False) as (client, _):
            headers = {"X-Request-Id": given.encode()}
            answer = await client.get("/v1/nowhere", headers=headers)  # type: ignore[arg-type]
        assert answer.headers["x-request-id"].startswith("req_")
        assert answer.headers["x-request-id"] != given

    async def test_two_are_none(self, clock: Clock) -> None:
        async with served(clock, demo=False) as (client, _):
            twice = [("X-Request-Id", "req_number_one"), ("X-Request-Id", "req_number_two")]
            answer = await client.get("/v1/nowhere", headers=twice)
        assert "number" not in answer.headers["x-request-id"]


async def test_a_fault_of_a_layer_is_told_alike(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Where none of the application's handlers can see it."""

    async with served(clock, demo=False) as (client, _):
        app: Any = client._transport.app  # type: ignore[attr-defined]
        # What the layer of the rate limit draws on.
        ports, app.state.ports = app.state.ports, None
        answer = await client.get("/v1/nowhere")
        app.state.ports = ports
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]
    assert "failed at the edge" in caplog.text


async def test_a_body_that_never_ends_is_given_up() -> None:
    """Whoever sends a byte a minute gets an answer, and the connection back."""
    sent: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await receive()
        except Refusal as refusal:
            await send_refusal(scope, send, refusal)

    parts = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> Any:
        if parts:
            return parts.pop()
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    litestar = Litestar([])
    litestar.state.docs_base = "http://x"
    scope: Any = {"type": "http", "state": {"request_id": "req_1"}, "litestar_app": litestar}
    await with_patience(app, seconds=0.01)(scope, receive, send)
    assert sent[0]["status"] == 400
    assert (b"connection", b"close") in sent[0]["headers"]
    assert json.loads(sent[1]["body"])["error"]["code"] == "malformed_request"


async def test_patience_ends_with_the_body() -> None:
    """A stream may wait for its client to go for as long as it likes."""
    heard: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(await receive())
        await asyncio.sleep(0.02)
        heard.append(await receive())

    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b""}]

    async def receive() -> Any:
        await asyncio.sleep(0)
        return messages.pop()

    async def send(message: Any) -> None:
        pass

    scope: Any = {"type": "http"}
    await with_patience(app, seconds=0.01)(scope, receive, send)
    assert [message["type"] for message in heard] == ["http.request", "http.disconnect"]
