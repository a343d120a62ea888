"""``litehq listen``: the events of a running server, forwarded like webhooks to a local receiver.

It follows the same stream as any other client, so it works through firewalls and needs nothing
registered; and it signs as a delivery is signed, so that the receiver runs the code it will run.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import httpx

from litehq_app.development.api import Api, ApiRefused, require_success, unreachable
from litehq_app.development.event_source import Block, blocks_of
from litehq_app.development.listen_state import ListenState
from litehq_core.domain.errors import Code
from litehq_core.domain.webhook_signing import signed_headers

STREAM = "/v1/events/stream"
# Longer than three of the server's signs of life.
SILENCE_SECONDS = 60.0
FORWARD_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.5
MOST_PAUSE_SECONDS = 10.0
# Beyond it the pause is the longest anyway.
MOST_FAILURES = 10
# contract.md, Webhook requests.
MAX_BODY_BYTES = 90_000
_SENT = ("id", "type", "created_at", "sequence", "workspace_id", "data")
# What only somebody who changes the command can put right.
_FINAL = frozenset(
    {
        Code.AUTH_INVALID,
        Code.AUTH_SCOPE_INSUFFICIENT,
        Code.NOT_FOUND,
        Code.VALIDATION_FAILED,
    }
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What to follow, and whither with it.

    Attributes:
        types: names such as ``booking.confirmed`` or ``booking.*``; none means all.
        receiver: a client of the receiver.
        pause_seconds: before the first attempt to connect again; the next ones wait longer.
    """

    api: Api
    key: str
    state: ListenState
    forward_to: str
    types: Sequence[str]
    receiver: httpx.AsyncClient
    say: Say
    pause_seconds: float = FIRST_PAUSE_SECONDS

    async def run(self) -> None:
        """Follow until cancelled, over any number of lost connections.

        Raises:
            ApiFailed: the first connection did not come about, or the server will never agree.
        """
        stood, failures = False, 0
        while True:
            try:
                async with aclosing(self._stream()) as blocks:
                    async for block in blocks:
                        stood, failures = True, 0
                        await self._take(block)
                why = "the server ended the stream"
            except ApiRefused as refusal:
                if not self._may_go_on(refusal):
                    raise
                why = str(refusal)
            except (httpx.HTTPError, httpx.StreamError) as error:
                if not stood:
                    raise unreachable(self.api.client, error) from error
                why = str(error) or type(error).__name__
            if not failures:
                self.say(f"Lost the server ({why}); connecting again.")
            await asyncio.sleep(min(self.pause_seconds * 2**failures, MOST_PAUSE_SECONDS))
            failures = min(failures + 1, MOST_FAILURES)

    async def _stream(self) -> AsyncGenerator[Block, None]:
        """The blocks of one connection.

        Raises:
            ApiRefused: the server says no.
        """
        cursor = self.state.cursor(self.key)
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if cursor is not None:
            headers["Last-Event-ID"] = cursor
        async with self.api.client.stream(
            "GET",
            STREAM,
            params={"types": ",".join(self.types)} if self.types else None,
            headers=headers,
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=10.0),
        ) as answer:
            if not answer.is_success:
                await answer.aread()
                require_success(answer)
            async for block in blocks_of(answer.aiter_lines()):
                yield block

    async def _take(self, block: Block) -> None:
        """Forward an event, and only then note that it was.

        Raises:
            ApiRefused: the block says why the stream ends.
        """
        if block.data is not None:
            event = json.loads(block.data)
            if "error" in event:
                raise ApiRefused(200, event["error"])
            await self._forward(event)
        if block.id is not None:
            self.state.keep_cursor(self.key, block.id)

    async def _forward(self, event: dict[str, Any]) -> None:
        """Send one event to the receiver, and say what he made of it."""
        body, at = body_of(event), datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            **signed_headers([self.state.secret], message_id=event["id"], at=at, body=body),
        }
        began = monotonic()
        try:
            answer = await self.receiver.post(
                self.forward_to, content=body, headers=headers, timeout=FORWARD_SECONDS
            )
            outcome = f"{answer.status_code} {answer.reason_phrase}".strip()
        except httpx.HTTPError as error:
            outcome = f"no answer: {str(error) or type(error).__name__}"
        passed = round((monotonic() - began) * 1_000)
        self.say(
            f"{at.astimezone():%H:%M:%S}  {event['type']}  {event['id']}  {outcome}  {passed} ms"
        )

    def _may_go_on(self, refusal: ApiRefused) -> bool:
        """Whether another attempt makes sense; a cursor that no log knows is given up first."""
        has_cursor = self.state.cursor(self.key) is not None
        is_stale = refusal.code == Code.CURSOR_EXPIRED or bool(
            {"after", "Last-Event-ID"} & set(refusal.fields)
        )
        if has_cursor and is_stale:
            self.state.keep_cursor(self.key, None)
            self.say("The log does not reach back to where this left off; going on from now.")
            return True
        return refusal.code not in _FINAL


def body_of(event: dict[str, Any]) -> bytes:
    """An event of the stream as a webhook has it: a few fields less, and not too long.

    What would be too long says only what it is about, as a delivery does.
    """
    sent = {name: event[name] for name in _SENT}
    whole = _json(sent)
    if len(whole) <= MAX_BODY_BYTES:
        return whole
    return _json({**sent, "data": {"object": {"id": event["subject_id"]}, "previous": None}})


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
