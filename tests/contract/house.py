"""A furnished workspace: what most contract tests begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from litehq_core.domain.api_key import Actor, ApiKey, hash_secret, system_actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.company import Company
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.invoice import Invoice, InvoiceLine, InvoiceStatus
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    issued_by,
    wallet_of,
)
from litehq_core.domain.location import Location
from litehq_core.domain.lots import Lot
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.series import Series
from litehq_core.domain.visitor import Visitor
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import Delivery
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Catalogued, Transaction
from tests.domain import samples

T = TypeVar("T")


class Boom(Exception):
    """Something that no store has ever heard of."""


@asynccontextmanager
async def undone(block: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """A transaction or savepoint that ends in an exception, which must come through."""
    try:
        async with block as entered:
            yield entered
            raise Boom
    except Boom:
        return
    raise AssertionError("the exception was swallowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One workspace with a location, two rooms, a rate card, a company and its member."""

    ports: Ports
    actor: Actor
    workspace: Workspace
    location: Location
    room: Room
    annex: Room
    rate_card: RateCard
    company: Company
    member: Member
    lot: Lot

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction in this workspace."""
        return self.ports.begin(self.actor)

    def new_room(self, **fields: Any) -> Room:
        """A room here, not yet added."""
        return samples.room(
            **{
                "id": self.ports.new_id(Prefix.ROOM),
                "workspace_id": self.workspace.id,
                "location": self.location,
                **fields,
            }
        )

    def new_blackout(self, **fields: Any) -> Blackout:
        """A blackout of the room, not yet added, unless its location is named."""
        return samples.blackout(
            **{
                "id": self.ports.new_id(Prefix.BLACKOUT),
                "workspace_id": self.workspace.id,
                "room_id": None if "location_id" in fields else self.room.id,
                **fields,
            }
        )

    def new_member(self, **fields: Any) -> Member:
        """A member here, not yet added."""
        member_id = self.ports.new_id(Prefix.MEMBER)
        return samples.member(
            **{
                "id": member_id,
                "workspace_id": self.workspace.id,
                "email": f"{member_id}@example.com",
                **fields,
            }
        )

    def new_visitor(self, **fields: Any) -> Visitor:
        """Whom the member expects, not yet added."""
        visitor_id = self.ports.new_id(Prefix.VISITOR)
        return samples.visitor(
            **{
                "id": visitor_id,
                "workspace_id": self.workspace.id,
                "location_id": self.location.id,
                "host_member_id": self.member.id,
                "pass_hash": hash_secret(visitor_id),
                **fields,
            }
        )

    def new_webhook(self, **fields: Any) -> WebhookEndpoint:
        """An active endpoint, not yet added."""
        return samples.webhook(
            **{
                "id": self.ports.new_id(Prefix.WEBHOOK),
                "workspace_id": self.workspace.id,
                **fields,
            }
        )

    def new_delivery(self, endpoint: WebhookEndpoint, **fields: Any) -> Delivery:
        """An event of its own for an endpoint, not yet added."""
        return samples.delivery(
            **{
                "id": self.ports.new_id(Prefix.WEBHOOK_DELIVERY),
                "workspace_id": self.workspace.id,
                "webhook_id": endpoint.id,
                "event_id": self.ports.new_id(Prefix.EVENT),
                **fields,
            }
        )

    def new_invoice(self, **fields: Any) -> Invoice:
        """A draft for the company, not yet added; it lists no booking unless lines are given."""
        return samples.invoice(
            **{
                "id": self.ports.new_id(Prefix.INVOICE),
                "workspace_id": self.workspace.id,
                "company_id": self.company.id,
                "status": InvoiceStatus.DRAFT,
                "number": None,
                "lines": (
                    InvoiceLine(booking_id=None, description="", amount_minor=5, tax_minor=0),
                ),
                "opened_at": None,
                "due_at": None,
                **fields,
            }
        )

    def new_booking(self, when: Interval | None = None, **fields: Any) -> Booking:
        """The member's confirmed booking of the room, not yet added."""
        return samples.booking(
            when,
            **{
                "id": self.ports.new_id(Prefix.BOOKING),
                "workspace_id": self.workspace.id,
                "room": self.room.summary,
                "member_id": self.member.id,
                **fields,
            },
        )

    def new_hold(self, when: Interval | None = None, **fields: Any) -> Booking:
        """A guest's hold of the room, not yet added."""
        hold = samples.hold(when)
        held = {"status": hold.status, "guest": hold.guest, "expires_at": hold.expires_at}
        return self.new_booking(when, **{"member_id": None, **held, **fields})

    def new_series(self, **fields: Any) -> Series:
        """The member's series in the room, not yet added; its bookings are the test's."""
        return samples.series(
            **{
                "id": self.ports.new_id(Prefix.SERIES),
                "workspace_id": self.workspace.id,
                "room": self.room.summary,
                "member_id": self.member.id,
                **fields,
            }
        )

    def new_entry(self, when: Interval | None = None, **fields: Any) -> WaitlistEntry:
        """The member's entry in the room's line, not yet added."""
        return samples.waitlist_entry(
            when,
            **{
                "id": self.ports.new_id(Prefix.WAITLIST_ENTRY),
                "workspace_id": self.workspace.id,
                "location_id": self.location.id,
                "room_id": self.room.id,
                "member_id": self.member.id,
                **fields,
            },
        )

    def new_offered(self, when: Interval | None = None, **fields: Any) -> WaitlistEntry:
        """An entry that is offered what it waits for, not yet added; ``fields`` are the offer's."""
        offer = samples.offer(when, **{"room_id": self.room.id, **fields})
        return self.new_entry(when, status=WaitlistStatus.OFFERED, offer=offer)

    def new_payment(self, booking: Booking, **fields: Any) -> Payment:
        """A checkout of a booking, not yet added."""
        return samples.payment(
            **{
                "id": self.ports.new_id(Prefix.PAYMENT),
                "workspace_id": self.workspace.id,
                "booking_id": booking.id,
                **fields,
            }
        )

    def new_key(self, **fields: Any) -> ApiKey:
        """An API key, not yet added; the hash of its secret is its own."""
        key_id = self.ports.new_id(Prefix.API_TOKEN)
        return samples.api_key(
            **{
                "id": key_id,
                "workspace_id": self.workspace.id,
                "secret_hash": hash_secret(key_id),
                **fields,
            }
        )

    def transfer(
        self, kind: TransferKind, debit: Account, credit: Account, amount: int, **fields: Any
    ) -> Transfer:
        """A transfer with an id of its own."""
        return Transfer(
            **{
                "id": self.ports.new_id(Prefix.TRANSFER),
                "kind": kind,
                "debit": debit,
                "credit": credit,
                "amount": amount,
                "cause": "test",
                "lot_id": self.lot.id if AccountKind.WALLET in (debit.kind, credit.kind) else None,
                **fields,
            }
        )

    def new_lot(self, **fields: Any) -> Lot:
        """A lot of the member's, not yet added."""
        return samples.lot(
            **{
                "id": self.ports.new_id(Prefix.LOT),
                "workspace_id": self.workspace.id,
                "member_id": self.member.id,
                **fields,
            }
        )

    def grant(self, amount: int) -> Transfer:
        """Tokens for the member, into the house's lot."""
        wallet = wallet_of(self.member.id)
        return self.transfer(TransferKind.DIRECT, issued_by(self.workspace.id), wallet, amount)

    async def add(self, *items: Catalogued) -> None:
        """Add to the catalogue, in one transaction."""
        async with self.begin() as tx:
            for item in items:
                await tx.catalogue.add(item)

    async def wait(self, *entries: WaitlistEntry) -> None:
        """Add entries to the waitlist, in one transaction."""
        async with self.begin() as tx:
            for entry in entries:
                await tx.waitlist.add(entry)

    async def book(self, *bookings: Booking) -> None:
        """Add bookings, in one transaction."""
        async with self.begin() as tx:
            for booking in bookings:
                await tx.bookings.add(booking)


async def furnished(ports: Ports) -> House:
    """A workspace of its own, with one of each thing and two rooms."""
    workspace = samples.workspace(id=ports.new_id(Prefix.WORKSPACE))
    home = {"workspace_id": workspace.id}
    location = samples.location(id=ports.new_id(Prefix.LOCATION), **home)
    room = samples.room(id=ports.new_id(Prefix.ROOM), location=location, **home)
    annex = samples.room(id=ports.new_id(Prefix.ROOM), location=location, name="Annex", **home)
    rate_card = samples.rate_card(id=ports.new_id(Prefix.RATE_CARD), room_id=room.id, **home)
    company = samples.company(id=ports.new_id(Prefix.COMPANY), **home)
    member = samples.member(id=ports.new_id(Prefix.MEMBER), company_id=company.id, **home)
    house = House(
        ports=ports,
        actor=system_actor(workspace.id),
        workspace=workspace,
        location=location,
        room=room,
        annex=annex,
        rate_card=rate_card,
        company=company,
        member=member,
        lot=samples.lot(
            id=ports.new_id(Prefix.LOT), workspace_id=workspace.id, member_id=member.id
        ),
    )
    await house.add(workspace, location, room, annex, rate_card, company, member)
    async with house.begin() as tx:
        await tx.ledger.add_lot(house.lot)
    return house
