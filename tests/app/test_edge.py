"""What holds for every request: ids, JSON errors, limits, CORS, health, and a discreet log."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar, get
from structlog.testing import capture_logs

from litehq_app.asgi import EXPOSED_HEADERS, create_app
from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.testing import Clock
from tests.app.installations import DEMO_KEY, MemoryInstallation, client_of, served, settings_of

ID = re.compile(r"req_[0-9a-f]{24}")
PAGE = "https://desk.example"


@get("/boom", include_in_schema=False)
async def boom() -> None:
    """A defect."""
    raise RuntimeError("a secret detail")


def with_boom(app: Litestar) -> None:
    """A route that fails."""
    app.register(boom)


async def test_every_answer_has_an_id_of_its_own(clock: Clock) -> None:
    async with served(clock, routes=with_boom, cors_origins=PAGE) as (client, _):
        answers = [
            await client.get("/"),
            await client.get("/v1/rooms"),
            await client.get("/v1/rooms", headers={"X-Request-Id": "no id\tof ours"}),
            await client.head("/v1/rooms"),
            await client.get(f"/v1/rooms?cursor={'A' * 20_000}"),
            await client.get("/nowhere"),
            await client.delete("/healthz"),
            await client.get("/boom"),
            await client.options("/v1/rooms", headers={"Origin": PAGE}),
            await client.post("/graphql", json={"query": "{"}),
        ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(ID.fullmatch(request_id) for request_id in ids)
    assert len(set(ids)) == len(ids)
    assert all(len(answer.headers.get_list("x-request-id")) == 1 for answer in answers)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/nowhere", 404, "not_found"),
        ("GET", "/openapi.json/more", 404, "not_found"),
        ("GET", "/schema", 404, "not_found"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("PUT", "/v1/bookings", 405, "method_not_allowed"),
        ("GET", "/boom", 500, "internal_error"),
    ],
)
async def test_every_error_is_json(
    clock: Clock, method: str, path: str, status: int, code: str
) -> None:
    async with served(clock, routes=with_boom) as (client, _):
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/json")
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["request_id"] == answer.headers["x-request-id"]
    assert error["docs_url"] == f"http://127.0.0.1:8000/docs/errors/{code}"
    assert "secret detail" not in answer.text


async def test_a_body_over_1_mib_is_refused(clock: Clock) -> None:
    async with served(clock) as (client, _):
        headers = {"Authorization": f"Bearer {DEMO_KEY}", "Content-Type": "application/json"}
        body = b'{"notes": "' + b"x" * 1024 * 1024 + b'"}'

        async def in_parts() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 65_536):
                yield body[start : start + 65_536]

        for content in (body, in_parts()):
            answer = await client.post("/v1/bookings", content=content, headers=headers)
            assert answer.status_code == 413
            assert answer.json()["error"]["code"] == "payload_too_large"


async def test_health(clock: Clock) -> None:
    async with served(clock) as (client, _):
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_not_ready_without_a_database(clock: Clock) -> None:
    class AwayReads:
        async def head(self, workspace_id: str) -> int:
            raise ServiceUnavailable

    settings = settings_of(demo=False)
    app = create_app(settings, MemoryInstallation(clock, settings))
    async with client_of(app) as client:
        app.state.ports = type("AwayPorts", (), {"reads": AwayReads()})()
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "service_unavailable"
        assert (await client.get("/healthz")).status_code == 200


async def test_the_openapi_description_is_served_and_no_page(clock: Clock) -> None:
    async with served(clock) as (client, _):
        document = (await client.get("/openapi.json")).json()
        assert document["openapi"].startswith("3.1")
        assert "/v1/bookings" in document["paths"]
        assert all(path.startswith("/v1") for path in document["paths"])
        for path in ("/schema", "/schema/redoc", "/schema/swagger"):
            assert (await client.get(path)).status_code == 404


async def test_the_start_page_shows_the_demo_key_on_loopback_alone(clock: Clock) -> None:
    async with served(clock) as (client, _):
        text = (await client.get("/")).text
        assert DEMO_KEY in text
        assert "rm_atrium" in text
    async with served(clock, host="0.0.0.0") as (client, _):
        assert DEMO_KEY not in (await client.get("/")).text
    async with served(clock, demo=False) as (client, _):
        assert "demo" not in (await client.get("/")).text


class TestCors:
    """`LITEHQ_CORS_ORIGINS` governs HTTP and sockets (contract.md, Browsers)."""

    async def test_a_named_origin_may_read(self, clock: Clock) -> None:
        async with served(clock, cors_origins=PAGE) as (client, _):
            answer = await client.get("/nowhere", headers={"Origin": PAGE})
            assert answer.headers["access-control-allow-origin"] == PAGE
            exposed = answer.headers["access-control-expose-headers"].lower()
            assert all(name.lower() in exposed for name in EXPOSED_HEADERS)
            other = await client.get("/nowhere", headers={"Origin": "https://evil.example"})
            assert "access-control-allow-origin" not in other.headers

    async def test_nobody_may_by_default(self, clock: Clock) -> None:
        async with served(clock) as (client, _):
            answer = await client.get("/nowhere", headers={"Origin": PAGE})
            assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize(
        ("origin", "opens"),
        [
            (None, True),
            ("http://127.0.0.1:8000", True),
            (PAGE, True),
            ("https://evil.example", False),
            ("null", False),
        ],
    )
    async def test_sockets_keep_to_it_too(
        self, clock: Clock, origin: str | None, opens: bool
    ) -> None:
        settings = settings_of(cors_origins=PAGE, demo=False)
        app = create_app(settings, MemoryInstallation(clock, settings))
        async with client_of(app):
            assert await opening(app, origin) == (
                "websocket.accept" if opens else "websocket.close"
            )


async def opening(app: Litestar, origin: str | None) -> str:
    """The type of the first message that a socket gets."""
    headers = [(b"host", b"127.0.0.1:8000")]
    headers += [(b"origin", origin.encode())] if origin else []
    incoming = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]
    sent: list[str] = []

    async def receive() -> Any:
        return incoming.pop(0) if len(incoming) > 1 else incoming[0]

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope: Any = {
        "type": "websocket",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": headers,
        "subprotocols": ["graphql-transport-ws"],
        "scheme": "ws",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "http_version": "1.1",
    }
    await app(scope, receive, send)
    return sent[0]


async def test_the_access_log_holds_no_secret(clock: Clock) -> None:
    with capture_logs() as logs:
        async with served(clock) as (client, _):
            await client.get(f"/v1/calendar.ics?token={DEMO_KEY}")
            answer = await client.get("/v1/rooms", headers={"Authorization": f"Bearer {DEMO_KEY}"})
            await client.get("/invitations/ws_demo.open-sesame")
            await client.get("/checkout/ws_demo/pay_open-sesame")
    requests = [entry for entry in logs if entry["event"] == "request"]
    assert [(entry["method"], entry["path"]) for entry in requests] == [
        ("GET", "/v1/calendar.ics"),
        ("GET", "/v1/rooms"),
        ("GET", "/invitations/…"),
        ("GET", "/checkout/…"),
    ]
    assert "open-sesame" not in repr(logs)
    assert requests[1]["status"] == answer.status_code == 200
    assert requests[1]["request_id"] == answer.headers["x-request-id"]
    assert DEMO_KEY not in repr(logs)


async def test_a_path_cannot_write_into_the_log(clock: Clock) -> None:
    with capture_logs() as logs:
        async with served(clock, demo=False) as (client, _):
            await client.get("/a%0A%1B%5B31mb%C3%A9")
    (entry,) = (entry for entry in logs if entry["event"] == "request")
    assert entry["path"] == "/a%0A%1B%5B31mb%C3%A9"


@pytest.mark.parametrize("path", ["/v1/bookings", "/graphql"])
async def test_a_client_that_hangs_up_is_no_defect(
    clock: Clock, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a body and then nothing: whoever is woken at night should not read of it."""
    came: list[dict[str, Any]] = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> dict[str, Any]:
        return came.pop() if came else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    headers = {"authorization": f"Bearer {DEMO_KEY}", "content-type": "application/json"}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }
    caplog.set_level(logging.INFO)
    async with served(clock) as (client, _):
        app: Any = client._transport.app  # type: ignore[attr-defined]
        await app(scope, receive, send)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert "the client went away" in caplog.text
