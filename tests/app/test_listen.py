"""``litehq listen``: a stream of events on one side, a receiver on the other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from litehq_app.development.api import Api, ApiFailed, ApiRefused
from litehq_app.development.event_source import Block, blocks_of
from litehq_app.development.listen_state import ListenState
from litehq_app.development.listening import MAX_BODY_BYTES, Listening, body_of
from litehq_core import signed_headers
from tests.app.receiver import Manners, Receiver, answers, receiving, says

KEY = "sk_test_listen"
WAIT_SECONDS = 30
START_SECONDS = 60


def event(position: int, **fields: Any) -> dict[str, Any]:
    """An event as the stream has it."""
    return {
        "id": f"evt_{position}",
        "object": "event",
        "type": "booking.confirmed",
        "created_at": "2026-05-22T09:00:00Z",
        "sequence": 2,
        "cursor": str(position),
        "workspace_id": "ws_demo",
        "subject_id": "bk_1",
        "actor": {"id": "tok_demo", "kind": "api_token"},
        "request_id": None,
        "data": {"object": {"id": "bk_1", "notes": "Grüße"}, "previous": None},
        **fields,
    }


def block(position: int, **fields: Any) -> bytes:
    """The event as a block."""
    happened = event(position, **fields)
    data = json.dumps(happened)
    return f"id: {position}\nevent: {happened['type']}\ndata: {data}\n\n".encode()


def place(position: int) -> bytes:
    """A sign of life that says where the stream has come to."""
    return f":\nid: {position}\n\n".encode()


def stream(*blocks: bytes, then_wait: bool = True) -> Manners:
    """A connection of the stream: these blocks, then silence or the end."""

    async def manners(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n")
        writer.write(b"".join(blocks))
        await writer.drain()
        if then_wait:
            await asyncio.Event().wait()

    return manners


def refused(status: str, code: str, *fields: str) -> Manners:
    """A connection that the server refuses."""
    error = {"code": code, "message": "No.", "details": [{"field": f} for f in fields]}
    return answers(status, body=json.dumps({"error": error}).encode())


def one_after_another(*connections: Manners) -> Manners:
    """Each connection has manners of its own; the last ones those of the last."""
    left = list(connections)

    async def manners(writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(writer)

    return manners


@dataclass
class Heard:
    """Everything around one run."""

    server: Receiver
    receiver: Receiver
    state: ListenState
    task: asyncio.Task[None]
    told: list[str] = field(default_factory=list)

    async def received(self, count: int) -> Sequence[dict[str, Any]]:
        """The bodies of the first requests, once so many have come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while len(self.receiver.requests) < count:
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.01)
        return [json.loads(request.body) for request in self.receiver.requests[:count]]

    async def until_cursor(self, cursor: str) -> None:
        """Return once this place has been noted."""
        async with asyncio.timeout(WAIT_SECONDS):
            # Nothing here could set an event: it is a file that changes.
            while self.state.cursor(KEY) != cursor:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(
    home: Path,
    connections: Manners,
    *,
    types: Sequence[str] = (),
    receiver_manners: Manners | None = None,
) -> AsyncIterator[Heard]:
    """A run that lasts as long as the block."""
    async with (
        receiving(connections) as server,
        receiving(receiver_manners or answers("204 No Content", body=b"")) as receiver,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client,
        httpx.AsyncClient() as towards,
    ):
        state = ListenState.of("http://server.example", home)
        told: list[str] = []
        run = Listening(
            api=Api(client),
            key=KEY,
            state=state,
            forward_to=receiver.url,
            types=types,
            receiver=towards,
            say=told.append,
            pause_seconds=0.01,
        ).run()
        heard = Heard(server, receiver, state, asyncio.create_task(run), told)
        try:
            yield heard
        finally:
            heard.task.cancel()
            await asyncio.gather(heard.task, return_exceptions=True)


async def test_an_event_arrives_as_a_webhook_would(tmp_path: Path) -> None:
    async with listening(tmp_path, stream(place(6), block(7)), types=["booking.*"]) as heard:
        (body,) = await heard.received(1)
        await heard.until_cursor("7")
    whole = event(7)
    names = ["id", "type", "created_at", "sequence", "workspace_id", "data"]
    assert body == {name: whole[name] for name in names}
    assert list(body) == names
    (request,) = heard.receiver.requests
    Webhook(heard.state.secret).verify(request.body, request.headers)
    bare = signed_headers(
        [heard.state.secret],
        message_id="evt_7",
        at=datetime.fromisoformat(whole["created_at"]),
        body=request.body,
    )["LiteHQ-Signature"]
    assert request.headers["litehq-signature"] == bare
    assert request.headers["webhook-id"] == "evt_7"
    assert any("booking.confirmed  evt_7  204 No Content" in line for line in heard.told)
    (asked,) = heard.server.requests
    assert asked.line == "GET /v1/events/stream?types=booking.%2A HTTP/1.1"
    assert "last-event-id" not in asked.headers


async def test_it_goes_on_where_the_connection_broke(tmp_path: Path) -> None:
    broken = stream(block(7), block(8), b"id: 9\nevent: x\ndata: {", then_wait=False)
    async with listening(tmp_path, one_after_another(broken, stream(block(9)))) as heard:
        bodies = await heard.received(3)
        await heard.until_cursor("9")
    assert [body["id"] for body in bodies] == ["evt_7", "evt_8", "evt_9"]
    assert heard.server.requests[1].headers["last-event-id"] == "8"
    # Another run, another process: the place and the secret are still known.
    async with listening(tmp_path, stream(block(10))) as again:
        await again.received(1)
    assert again.server.requests[0].headers["last-event-id"] == "9"
    assert again.state.secret == heard.state.secret
    assert not again.state.is_new


async def test_signs_of_life_move_the_place(tmp_path: Path) -> None:
    async with listening(tmp_path, stream(place(41), place(42))) as heard:
        await heard.until_cursor("42")
    assert heard.receiver.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        refused("410 Gone", "cursor_expired"),
        refused("422 Unprocessable", "validation_failed", "after"),
    ],
)
async def test_a_place_that_no_log_knows_is_given_up(tmp_path: Path, answer: Manners) -> None:
    ListenState.of("http://server.example", tmp_path).keep_cursor(KEY, "99")
    async with listening(tmp_path, one_after_another(answer, stream(block(1)))) as heard:
        await heard.received(1)
    assert heard.server.requests[0].headers["last-event-id"] == "99"
    assert "last-event-id" not in heard.server.requests[1].headers
    assert any("from now" in line for line in heard.told)


async def test_the_stream_may_say_why_it_ends(tmp_path: Path) -> None:
    error = json.dumps({"error": {"code": "stream_lagged", "message": "Too slow."}})
    lagged = stream(block(7), f"event: stream_lagged\ndata: {error}\n\n".encode())
    async with listening(tmp_path, one_after_another(lagged, stream(block(8)))) as heard:
        await heard.received(2)
    assert heard.server.requests[1].headers["last-event-id"] == "7"
    assert any("stream_lagged" in line for line in heard.told)


@pytest.mark.parametrize(
    "answer",
    [
        refused("401 Unauthorized", "auth_invalid"),
        refused("403 Forbidden", "auth_scope_insufficient"),
        refused("422 Unprocessable", "validation_failed", "types"),
        refused("404 Not Found", "not_found"),
    ],
)
async def test_what_waiting_cannot_help_ends_it(tmp_path: Path, answer: Manners) -> None:
    async with listening(tmp_path, answer) as heard:
        with pytest.raises(ApiRefused):
            async with asyncio.timeout(WAIT_SECONDS):
                await heard.task


async def test_a_server_that_never_was_there_ends_it(tmp_path: Path) -> None:
    async with listening(tmp_path, says(b"SMTP ready\r\n")) as heard:
        with pytest.raises(ApiFailed, match="Is `litehq serve` running"):
            async with asyncio.timeout(WAIT_SECONDS):
                await heard.task


async def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    busy = refused("503 Unavailable", "service_unavailable")
    async with listening(tmp_path, one_after_another(busy, busy, stream(block(1)))) as heard:
        await heard.received(1)
    assert len(heard.server.requests) == 3
    assert len([line for line in heard.told if "Lost the server" in line]) == 1


async def test_a_receiver_that_is_down_misses_what_happens(tmp_path: Path) -> None:
    dead = one_after_another(says(b""), answers())
    blocks = stream(block(7), block(8))
    async with listening(tmp_path, blocks, receiver_manners=dead) as heard:
        await heard.received(2)
        await heard.until_cursor("8")
    assert "evt_7  no answer: " in heard.told[0]
    assert "evt_8  200 OK" in heard.told[1]


def test_what_is_too_long_says_only_what_it_is_about() -> None:
    long = event(7, data={"object": {"notes": "x" * MAX_BODY_BYTES}, "previous": None})
    body = body_of(long)
    assert len(body) < MAX_BODY_BYTES
    assert json.loads(body)["data"] == {"object": {"id": "bk_1"}, "previous": None}


def test_the_file_is_for_its_owner_alone_and_each_key_has_its_place(tmp_path: Path) -> None:
    state = ListenState.of("http://server.example", tmp_path)
    assert state.is_new
    state.keep_cursor("one", "1")
    state.keep_cursor("two", "2")
    state.keep_cursor("one", None)
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o600
    again = ListenState.of("http://server.example", tmp_path)
    assert (again.secret, again.cursor("one"), again.cursor("two")) == (state.secret, None, "2")
    assert "one" not in state.path.read_text()
    assert ListenState.of("http://other.example", tmp_path).secret != state.secret
    state.path.write_text("{damaged")
    assert ListenState.of("http://server.example", tmp_path).is_new


async def test_blocks_are_read_as_browsers_read_them() -> None:
    async def lines() -> AsyncIterator[str]:
        for line in ["retry: 1", ":", "", "data: a", "data:b", "id: 1", "id: 2", "", "id: 3", "",
                     "event: x", "data", "", "event: only", "", "data: cut off"]:  # fmt: skip
            yield line

    assert [found async for found in blocks_of(lines())] == [
        Block("message", "a\nb", "2"),
        Block("message", None, "3"),
        Block("x", "", None),
    ]


async def test_the_command_prints_its_secret_once_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    async with receiving(stream(block(7))) as server, receiving(answers()) as receiver:
        for is_first in (True, False):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "litehq_app", "listen", "--key", KEY, "--from-now"),
                *("--api", f"http://127.0.0.1:{server.port}/", "--forward-to", receiver.url),
                env={**os.environ, "PYTHONPATH": os.getcwd(), "HOME": str(tmp_path)},
                stdout=PIPE,
            )
            assert process.stdout is not None
            printed = ""
            async with asyncio.timeout(START_SECONDS):
                while "evt_7" not in printed:
                    line = await process.stdout.readline()
                    assert line, printed
                    printed += line.decode()
                process.send_signal(signal.SIGINT)
                assert await process.wait() == 130
            assert ("whsec_" in printed) is is_first
            Webhook(ListenState.of(f"http://127.0.0.1:{server.port}", tmp_path).secret).verify(
                receiver.requests[-1].body, receiver.requests[-1].headers
            )
