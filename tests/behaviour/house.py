"""The given: two furnished workspaces in one store, a clock, and a payment provider.

Times are UTC. The clock stands at 09:00 on Friday 2026-05-22, which is 10:00 in London.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MethodType
from typing import Any

from litehq_core.domain.api_key import hash_secret, system_actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.errors import Refusal
from litehq_core.domain.events import Event
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Balance, wallet_of
from litehq_core.domain.lots import filled
from litehq_core.domain.payment import Payment, PaymentOutcome
from litehq_core.domain.room import Blackout
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Duty
from litehq_core.testing import Clock, MemoryPayments, MemoryStore, MemoryTables, memory_ports
from litehq_core.testing.table import Table
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.furniture import OTHER_WORKSPACE, WORKSPACE, api_keys, catalogue, lots
from tests.domain import samples
from tests.plugin_sample.litehq_sample_rules.early_bird import EarlyBird
from tests.plugin_sample.litehq_sample_rules.quiet_fridays import QuietFridays


def at(text: str) -> datetime:
    """``"2026-05-22 14:00"`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class House:
    """What a scenario is given, and the hands of those who are no caller: payer, clock, worker."""

    ports: Ports
    clock: Clock
    payments: MemoryPayments
    tables: MemoryTables
    refusals: list[tuple[Duty, str, Refusal]] = field(default_factory=list)

    async def settle(self, url: str | None, outcome: PaymentOutcome) -> Booking:
        """The provider reports an outcome of the checkout at ``url``."""
        payment = self.checkout(url)
        command = SettlePayment(payment_id=payment.id, outcome=outcome, reference=f"ch_{url}")
        return await settle_payment(self.ports, system_actor(payment.workspace_id), command)

    async def pay(self, url: str | None) -> Booking:
        """The payer pays at the checkout at ``url``."""
        return await self.settle(url, PaymentOutcome.PAID)

    def checkout(self, url: str | None) -> Payment:
        """The payment whose checkout was opened at ``url``."""
        found = [p for p in self.tables.payments.committed().values() if p.checkout_url == url]
        assert url is not None
        assert len(found) == 1, (url, found)
        return found[0]

    async def run_due(self) -> None:
        """The worker does what is due; nothing of it may be refused."""
        await run_due(self.ports, lambda *refused: self.refusals.append(refused))
        assert self.refusals == []

    def booking(self, booking_id: str, workspace_id: str = WORKSPACE) -> Booking:
        """A booking as it is stored."""
        return self.tables.bookings.committed()[workspace_id, booking_id]

    def bookings(self, workspace_id: str = WORKSPACE) -> list[Booking]:
        """Every booking that is stored."""
        return [
            b for b in self.tables.bookings.committed().values() if b.workspace_id == workspace_id
        ]

    def events(self, booking_id: str | None = None) -> list[Event]:
        """The workspace's log, or what of it concerns one booking."""
        log = self.tables.events.get(WORKSPACE, [])
        return [event for event in log if booking_id in (None, event.subject_id)]

    def types(self, booking_id: str) -> list[str]:
        """The types of a booking's events, in order."""
        return [event.type.value for event in self.events(booking_id)]

    def tokens(self, member_id: str) -> int:
        """What a member can spend."""
        balance = self.tables.balances.committed().get((WORKSPACE, wallet_of(member_id)))
        return (balance or Balance()).spendable

    def refunds(self) -> list[int]:
        """The amounts that the provider was told to give back, in order."""
        return [payment.amount.amount_minor for payment in self.payments.payments("refund")]

    async def key(self, **fields: Any) -> str:
        """The secret of a new key, with the fields that are named."""
        secret = f"sk_live_{self.ports.new_id(Prefix.API_TOKEN)}"
        key = samples.api_key(
            id=self.ports.new_id(Prefix.API_TOKEN),
            workspace_id=WORKSPACE,
            secret_hash=hash_secret(secret),
            **fields,
        )
        async with self.ports.begin(system_actor(WORKSPACE)) as tx:
            await tx.api_keys.add(key)
        return secret

    async def black_out(
        self, room_id: str, start: datetime, end: datetime, workspace_id: str = WORKSPACE
    ) -> None:
        """The operator closes a room for a while."""
        blackout = Blackout(
            id=self.ports.new_id(Prefix.BLACKOUT),
            workspace_id=workspace_id,
            room_id=room_id,
            interval=Interval(start, end),
            reason="Deep clean",
            created_at=self.clock.now,
        )
        await import_catalogue(self.ports, system_actor(workspace_id), [blackout])

    def dump(self, *, keyed: bool = False) -> dict[str, Any]:
        """Everything that is stored, and everything the provider was asked.

        Args:
            keyed: leave out what is remembered of idempotency keys.
        """
        dump: dict[str, Any] = {
            name: dict(table.committed())
            for name, table in vars(self.tables).items()
            if isinstance(table, Table) and not (keyed and name == "idempotency")
        }
        assert "bookings" in dump
        assert "claims" in dump
        dump["events"] = {ws: list(events) for ws, events in self.tables.events.items()}
        dump["calls"] = list(self.payments.calls)
        return dump

    @contextmanager
    def unchanged(self, *, keyed: bool = False) -> Iterator[None]:
        """A block that must leave no trace."""
        before = self.dump(keyed=keyed)
        yield
        assert self.dump(keyed=keyed) == before


async def furnished() -> House:
    """The two workspaces of ``furniture.py``, and the keys to them."""
    clock, payments = Clock(), MemoryPayments()
    ports = memory_ports(
        clock=clock,
        payments=payments,
        price_rules=[EarlyBird()],
        booking_rules=[QuietFridays()],
    )
    assert isinstance(ports.begin, MethodType)
    store = ports.begin.__self__
    assert isinstance(store, MemoryStore)
    for workspace_id in (WORKSPACE, OTHER_WORKSPACE):
        actor = system_actor(workspace_id)
        await import_catalogue(ports, actor, catalogue(workspace_id))
        async with ports.begin(actor) as tx:
            for lot in lots(workspace_id):
                await tx.ledger.add_lot(lot)
                await tx.ledger.write([filled(lot, f"ttx_{lot.id[4:]}", "grant")])
            for key in api_keys(workspace_id):
                await tx.api_keys.add(key)
    return House(ports=ports, clock=clock, payments=payments, tables=store.tables)
