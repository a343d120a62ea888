"""A workspace in memory whose payments go through the real client to the played Stripe."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from litehq_app.payments.stripe.client import open_client
from litehq_app.payments.stripe.connect import StripeConnect
from litehq_app.payments.stripe.payments import StripePayments
from litehq_app.payments.stripe.reports import account_state, report_of
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.connect import connected
from litehq_core.domain.events import Event, EventType
from litehq_core.domain.payment import Payment, PaymentKind
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.payments.take_in_report import take_in_report
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, furnished
from tests.stripe_server.server import StripeServer, stripe_server

ACTOR = system_actor(WORKSPACE, "operator")


@dataclass(slots=True, kw_only=True)
class StripeHouse:
    """The furnished workspaces, Stripe beside them, and whoever carries events to and fro."""

    house: House
    stripe: StripeServer
    ports: Ports
    account_id: str
    failures: list[Exception] = field(default_factory=list)

    def booking(self, booking_id: str) -> Booking:
        """A booking as it is stored."""
        return self.house.booking(booking_id)

    def payments(self, booking_id: str, kind: PaymentKind) -> list[Payment]:
        """A booking's payments of a kind, in the order of their ids."""
        rows = self.house.tables.payments.committed().values()
        return sorted(
            (p for p in rows if p.booking_id == booking_id and p.kind is kind), key=lambda p: p.id
        )

    def events(self, kind: EventType) -> list[Event]:
        """The events of a kind."""
        return [e for e in self.house.tables.events.get(WORKSPACE, []) if e.type is kind]

    def at_stripe(self, kind: str) -> list[dict[str, Any]]:
        """Objects of the workspace's account, the oldest first."""
        return list(reversed(self.stripe.things(self.account_id, kind)))

    async def run_due(self) -> None:
        """The workers' part, once; what fails is noted."""
        await run_due(self.ports, lambda *failed: self.failures.append(failed[2]))

    async def deliver(self, shuffle: random.Random | None = None, twice: bool = False) -> None:
        """Stripe's events arrive; as they happened, or else."""
        self.stripe.deliveries.shuffle = shuffle
        self.stripe.deliveries.duplicate = 2 if twice else 1
        while await self.stripe.deliveries.deliver():
            continue

    async def take(self, body: bytes, signature: str) -> bool:
        """One event arrives, as ``POST /stripe/events`` takes it once it is verified."""
        event = json.loads(body)
        if event["account"] == self.account_id:
            await take_in_report(self.ports, ACTOR, report_of(event))
        return True


@asynccontextmanager
async def stripe_house() -> AsyncIterator[StripeHouse]:
    """A furnished workspace whose account can take payments."""
    house = await furnished()
    async with (
        stripe_server(house.clock) as stripe,
        open_client("sk_test_x", stripe.url) as client,
    ):
        base = "http://litehq.test"
        ports = replace(
            house.ports,
            payments=StripePayments(client, begin=house.ports.begin, public_url=base),
            connect=StripeConnect(client, public_url=base),
        )
        state = await ports.connect.create_account(WORKSPACE)
        stripe.complete_onboarding(state.account_id)
        async with ports.begin(ACTOR) as tx:
            current = account_state(stripe.world.accounts[state.account_id])
            await tx.provider.put_account(connected(WORKSPACE, current, tx.now))
        made = StripeHouse(house=house, stripe=stripe, ports=ports, account_id=state.account_id)
        stripe.deliveries.send = made.take
        stripe.deliveries.waiting.clear()
        yield made
