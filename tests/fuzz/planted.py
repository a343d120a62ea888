"""Faults that are put before the application, so that whoever looks for faults has one to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.fuzz.server import Around, AsgiApp


def nul_in_a_filter(app: AsgiApp) -> AsgiApp:
    """A database that takes no NUL, as PostgreSQL, and nobody who thought of it."""

    async def planted(scope: Any, receive: Any, send: Any) -> None:
        if b"%00" in scope["query_string"]:
            await _answer(send, 500, b"application/json")
            return
        await app(scope, receive, send)

    return planted


def undocumented_status(app: AsgiApp) -> AsgiApp:
    """A teapot for whatever succeeds."""
    return _changed(app, lambda status: status < 300, 418, b"application/json")


def error_as_text(app: AsgiApp) -> AsgiApp:
    """A framework that says by itself what it thinks of a request."""
    return _changed(app, lambda status: 400 <= status < 500, None, b"text/plain")


def other_shape(app: AsgiApp) -> AsgiApp:
    """What succeeds has another shape than it is described with."""
    return _changed(app, lambda status: status < 300, None, b"application/json")


PLANTED: Mapping[str, Around] = {
    "a 500 for NUL": nul_in_a_filter,
    "an undocumented 418": undocumented_status,
    "a text/plain error": error_as_text,
    "another shape": other_shape,
}


def _changed(
    app: AsgiApp, wrong: Callable[[int], bool], status: int | None, kind: bytes
) -> AsgiApp:
    """Answers of which the status is ``wrong`` are given as another, of another kind."""

    async def planted(scope: Any, receive: Any, send: Any) -> None:
        is_ours = scope["path"].startswith("/v1")
        spoilt = False

        async def spoil(message: Any) -> None:
            nonlocal spoilt
            if spoilt:
                return
            if is_ours and message["type"] == "http.response.start" and wrong(message["status"]):
                spoilt = True
                await _answer(send, status or message["status"], kind)
                return
            await send(message)

        await app(scope, receive, spoil)

    return planted


async def _answer(send: Any, status: int, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"x-request-id", b"req_planted")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"it": "is wrong"}'})
