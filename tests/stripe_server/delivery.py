"""Signed delivery of events: with retries, and out of order, late or twice if one wants."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable

import httpx
from stripe import WebhookSignature

from tests.stripe_server.state import Object

SECRET = "whsec_test_of_the_played_stripe"
MOST_TRIES = 5

Send = Callable[[bytes, str], Awaitable[bool]]


class Deliveries:
    """Events that wait to be delivered.

    Attributes:
        duplicate: how often each is delivered.
        shuffle: in whose order; None: as they happened.
        held: while true, nothing is delivered.
        lost: whether an event is never delivered at all.
    """

    def __init__(self, send: Send, *, secret: str = SECRET) -> None:
        self.send = send
        self._secret = secret
        self.waiting: list[Object] = []
        self.delivered: list[str] = []
        self.duplicate = 1
        self.shuffle: random.Random | None = None
        self.held = False
        self.lost: Callable[[Object], bool] = lambda event: False

    def add(self, event: Object) -> None:
        """An event has happened."""
        if not self.lost(event):
            self.waiting.append(event)

    async def deliver(self) -> int:
        """Deliver all that waits, each until it is accepted; how many there were."""
        if self.held:
            return 0
        events = [event for event in self.waiting for _ in range(self.duplicate)]
        self.waiting = []
        if self.shuffle is not None:
            self.shuffle.shuffle(events)
        for event in events:
            await self._try(event)
        return len(events)

    async def _try(self, event: Object) -> None:
        body = json.dumps(event, indent=2)
        for _ in range(MOST_TRIES):
            header = WebhookSignature.generate_signature_header(body, self._secret)
            if await self.send(body.encode(), header):
                self.delivered.append(event["id"])
                return


def to_address(client: httpx.AsyncClient, url: str) -> Send:
    """Send to a server; accepted is what it answers 2xx to."""

    async def send(body: bytes, signature: str) -> bool:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        try:
            answer = await client.post(url, content=body, headers=headers)
        except httpx.TransportError:
            return False
        return answer.is_success

    return send


async def nowhere(body: bytes, signature: str) -> bool:
    """Nobody listens."""
    return True
