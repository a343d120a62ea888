"""The server's own errors, and requests that cannot be read."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from tests.rest.errors import error_of
from tests.rest.house import House

BODY: dict[str, Any] = {
    "room_id": "rm_atrium",
    "start_at": "2026-05-25T14:00:00Z",
    "end_at": "2026-05-25T15:30:00Z",
    "booked_by": {"member_id": "mem_lina_p"},
}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/", "not_found"),
        ("GET", "/v1", "not_found"),
        ("GET", "/v1/nothing", "not_found"),
        ("GET", "/v1/bookings/bk_1/nothing", "not_found"),
        ("PUT", "/v1/bookings", "method_not_allowed"),
        ("DELETE", "/v1/bookings", "method_not_allowed"),
        ("GET", "/v1/bookings/quote", "method_not_allowed"),
        ("POST", "/v1/rooms/rm_atrium", "method_not_allowed"),
    ],
)
async def test_the_servers_own_errors_have_the_same_shape(
    client: httpx.AsyncClient, method: str, path: str, code: str
) -> None:
    """contract.md: errors look alike "for everything, the server's own included"."""
    client.headers["Accept"] = "text/html"
    answer = await client.request(method, path)
    error_of(answer, code)
    assert ("allow" in answer.headers) is (code == "method_not_allowed")


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
async def test_internal_error_says_nothing_and_logs_everything(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    """Page B: `internal_error` 500; page A: "No HTML pages"."""
    with caplog.at_level(logging.ERROR, logger="litehq_rest.errors"):
        answer = await client.get("/broken", headers={"Accept": accept})
    error_of(answer, "internal_error")
    assert "secret reason" not in answer.text
    assert "ZeroDivisionError: the secret reason" in caplog.text


@pytest.mark.parametrize(
    "content", [b"{", b"", b"nonsense", b'{"a": \xff}', b"\xef\xbb\xbf{}", b'{"notes": "\\ud800"}']
)
async def test_malformed_request(client: httpx.AsyncClient, content: bytes) -> None:
    """contract.md: `malformed_request` 400."""
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/bookings", content=content, headers=headers)
    error_of(answer, "malformed_request")


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"7", b"true"])
async def test_a_body_must_be_an_object(client: httpx.AsyncClient, content: bytes) -> None:
    """Valid JSON that is no object is no valid request."""
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    answer = await client.post("/v1/bookings", content=content, headers=headers)
    assert error_of(answer, "validation_failed")["details"][0]["field"] == "body"


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
async def test_unsupported_media_type(client: httpx.AsyncClient, content_type: str | None) -> None:
    """contract.md: `unsupported_media_type` 415."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await client.post("/v1/bookings", content=json.dumps(BODY), headers=headers)
    error_of(answer, "unsupported_media_type")


@pytest.mark.parametrize("declared", [True, False])
async def test_payload_too_large(client: httpx.AsyncClient, declared: bool) -> None:
    """contract.md: "bodies over 1 MiB `413`", whether or not the length is declared."""
    body = b'{"notes": "' + b"x" * (1024 * 1024) + b'"}'

    async def chunks() -> Any:
        for at in range(0, len(body), 65536):
            yield body[at : at + 65536]

    headers = {"Content-Type": "application/json"}
    answer = await client.post(
        "/v1/bookings", content=body if declared else chunks(), headers=headers
    )
    error_of(answer, "payload_too_large")


async def test_a_body_of_just_one_mebibyte_is_read(client: httpx.AsyncClient) -> None:
    """The bound itself is allowed; what then is wrong is the notes' length."""
    body = b'{"notes": "' + b"x" * (1024 * 1024 - 13) + b'"}'
    assert len(body) == 1024 * 1024
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/bookings", content=body, headers=headers)
    fields = {d["field"] for d in error_of(answer, "validation_failed")["details"]}
    assert "notes" in fields


async def test_a_missing_request_id_is_our_defect_and_said_clearly(house: House) -> None:
    """The outermost layer gives every request its id; without it nothing can be answered."""
    transport = httpx.ASGITransport(app=house.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as bare:
        with pytest.raises(RuntimeError, match="request_id"):
            await bare.get("/v1/rooms")
