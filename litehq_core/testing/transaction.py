"""A transaction in memory: each port of ``ports.transaction`` over the store's tables."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from litehq_core.domain.api_key import Actor, ApiKey
from litehq_core.domain.booking import Booking
from litehq_core.domain.claims import Claim, ClaimedCell, seated
from litehq_core.domain.company import Company
from litehq_core.domain.errors import NotFound
from litehq_core.domain.events import EventDraft
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment, PaymentKind
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.series import Series
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.connect import ProviderRecords
from litehq_core.ports.event_log import EventLog
from litehq_core.ports.invoices import Billing, InvoiceCharges, Invoices
from litehq_core.ports.mails import Mails
from litehq_core.ports.people import Companies, Invitations, Members, Welcomes, Workspaces
from litehq_core.ports.places import Blackouts, Locations
from litehq_core.ports.transaction import (
    ApiKeys,
    Bookings,
    Catalogue,
    Catalogued,
    Claims,
    IdempotencyKeys,
    Ledger,
    PaymentRecords,
    Quotes,
    Rooms,
    SeriesRecords,
    TokenAllocations,
    Waitlist,
)
from litehq_core.ports.visitors import Visitors
from litehq_core.ports.webhooks import Deliveries, Relays, Webhooks
from litehq_core.testing.event_log import MemoryEventLog
from litehq_core.testing.invoices import MemoryBilling, MemoryInvoiceCharges, MemoryInvoices
from litehq_core.testing.ledger import MemoryLedger
from litehq_core.testing.mail import MemoryMails
from litehq_core.testing.occupancy import calendar_of, counted_of
from litehq_core.testing.people import (
    MemoryCompanies,
    MemoryInvitations,
    MemoryMembers,
    MemoryWelcomes,
    MemoryWorkspaces,
)
from litehq_core.testing.places import MemoryBlackouts, MemoryLocations
from litehq_core.testing.provider import MemoryProviderRecords
from litehq_core.testing.table import MemoryDefect, Shelf
from litehq_core.testing.tables import MemoryTables
from litehq_core.testing.visitors import MemoryVisitors
from litehq_core.testing.waitlist import MemoryWaitlist
from litehq_core.testing.webhooks import MemoryDeliveries, MemoryRelays, MemoryWebhooks


class MemoryCatalogue:
    """What bookings refer to: the workspace, its rooms, prices and people."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def add(self, item: Catalogued) -> None:
        """Insert something new."""
        tables = self._tables
        if isinstance(item, (Room, Blackout, RateCard, Member)):
            tables.require_related(item)
        match item:
            case Workspace():
                if item.id != self._workspace_id:
                    raise MemoryDefect(f"{item.id} is not the transaction's workspace")
                tables.workspaces.insert((item.id,), item)
            case Location():
                await Shelf(tables.locations, self._workspace_id).add(item)
            case Room():
                await Shelf(tables.rooms, self._workspace_id).add(item)
            case Blackout():
                await Shelf(tables.blackouts, self._workspace_id).add(item)
            case RateCard():
                await Shelf(tables.rate_cards, self._workspace_id).add(item)
            case Member():
                await Shelf(tables.members, self._workspace_id).add(item)
                tables.member_emails.insert((self._workspace_id, item.email), item.id)
            case Company():
                await Shelf(tables.companies, self._workspace_id).add(item)

    async def workspace(self) -> Workspace:
        """The transaction's own workspace."""
        found = self._tables.workspaces.get((self._workspace_id,))
        if found is None:
            raise NotFound("workspace")
        return found

    async def member(self, member_id: str) -> Member | None:
        """A member by id."""
        return self._tables.members.get((self._workspace_id, member_id))

    async def company(self, company_id: str) -> Company | None:
        """A company by id."""
        return self._tables.companies.get((self._workspace_id, company_id))

    async def lock_holders(self, holders: Mapping[QuotaHolder, str]) -> None:
        """The one writer is lock enough."""

    async def rate_cards(self, room_id: str) -> Sequence[RateCard]:
        """Every rate card of a room."""
        cards = self._tables.rate_cards.scan(self._workspace_id)
        return [card for card in cards if card.room_id == room_id]


class MemoryRooms:
    """Rooms. The store has one writer, so that every room is locked already."""

    def __init__(self, tables: MemoryTables, workspace_id: str, now: datetime) -> None:
        self._tables = tables
        self._workspace_id = workspace_id
        self._now = now

    async def lock(self, room_ids: Sequence[str]) -> dict[str, Room]:
        """The rooms that exist, in id order."""
        found = (self._tables.rooms.get((self._workspace_id, i)) for i in sorted(set(room_ids)))
        return {room.id: room for room in found if room is not None}

    async def save(self, room: Room) -> None:
        """Write all of a room that exists."""
        self._tables.require_related(room)
        await Shelf(self._tables.rooms, self._workspace_id).save(room)

    async def at(self, location_id: str) -> Sequence[str]:
        """The ids of all rooms at a location, in order."""
        rooms = self._tables.rooms.scan(self._workspace_id)
        return [room.id for room in rooms if room.location.id == location_id]

    async def wholes(self, part_ids: Sequence[str]) -> Sequence[str]:
        """The ids of the combined rooms that are made of any of these."""
        rooms = self._tables.rooms.scan(self._workspace_id)
        return [room.id for room in rooms if not room.parts.isdisjoint(part_ids)]

    async def calendar(self, room: Room, window: Interval) -> RoomCalendar:
        """What occupies ``room`` around ``window``, buffers included, and its blackouts."""
        return calendar_of(
            room,
            self._tables.rooms.scan(self._workspace_id),
            self._tables.bookings.scan(self._workspace_id),
            self._tables.blackouts.scan(self._workspace_id),
            window,
            self._now,
            entries=self._tables.waitlist.scan(self._workspace_id),
        )

    async def neighbours(
        self, room: Room, window: Interval, *, seats: int
    ) -> Sequence[RoomCalendar]:
        """The calendars of the other active rooms at the location with at least so many seats."""
        return [
            await self.calendar(other, window)
            for other in self._tables.rooms.scan(self._workspace_id)
            if other.id != room.id
            and other.location.id == room.location.id
            and other.active
            and other.capacity >= seats
        ]


class MemoryBookings(Shelf[Booking]):
    """Bookings by id."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.bookings, workspace_id)
        self._tables = tables

    async def get(self, booking_id: str, *, lock: bool = False) -> Booking | None:
        """A booking; the one writer is lock enough."""
        return await super().get(booking_id)

    async def add(self, booking: Booking) -> None:
        """Insert a new booking."""
        self._tables.require_related(booking)
        await super().add(replace(booking, metadata=_json_copy(booking.metadata)))

    async def save(self, booking: Booking) -> None:
        """Write all of a booking that exists."""
        self._tables.require_related(booking)
        await super().save(replace(booking, metadata=_json_copy(booking.metadata)))

    async def of_series(self, series_id: str) -> Sequence[Booking]:
        """The bookings of a series, by start."""
        found = [booking for booking in self.all() if booking.series_id == series_id]
        return sorted(found, key=lambda booking: (booking.start_at, booking.id))

    async def counted(
        self, holders: Mapping[QuotaHolder, str], span: Interval
    ) -> Sequence[CountedSlot]:
        """What any of the holders has booked within ``span``."""
        return counted_of(self.all(), holders, span)


class MemoryClaims:
    """Seats in cells of five minutes of UTC, each of one booking at most."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._claims = tables.claims
        self._claimed_by = tables.claimed_by
        self._workspace_id = workspace_id

    async def put(self, booking_id: str, wanted: Sequence[Claim]) -> bool:
        """Make ``wanted`` all that the booking claims; False if a cell is full."""
        ours = (self._workspace_id, booking_id)
        held = self._claimed_by.get(ours) or frozenset()
        cells = seated(wanted, held, self._is_free)
        if cells is None:
            return False
        for cell in held - cells:
            self._claims.delete((self._workspace_id, *cell))
        for cell in cells - held:
            self._claims.insert((self._workspace_id, *cell), booking_id)
        self._claimed_by.put(ours, cells)
        return True

    def _is_free(self, cell: ClaimedCell) -> bool:
        return self._claims.get((self._workspace_id, *cell)) is None


class MemoryPaymentRecords(Shelf[Payment]):
    """Payments by id."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.payments, workspace_id)
        self._bookings = tables.bookings
        self._workspace_id = workspace_id

    async def of_booking(self, booking_id: str) -> Sequence[Payment]:
        """The booking's own payments, oldest first; not the checkout that it shares."""
        return self._sorted(p for p in self.all() if p.booking_id == booking_id and not p.shares)

    async def with_reference(self, reference: str) -> Payment | None:
        """The oldest payment that came by a charge."""
        return next(iter(self._sorted(self._paid_by(reference))), None)

    async def of_series(self, series_id: str) -> Sequence[Payment]:
        """The payments of a series' bookings, shared or their own, oldest first."""
        bookings = self._bookings.scan(self._workspace_id)
        ids = {booking.id for booking in bookings if booking.series_id == series_id}
        return self._sorted(payment for payment in self.all() if payment.booking_id in ids)

    def _paid_by(self, reference: str) -> Iterable[Payment]:
        return (p for p in self.all() if (p.reference, p.kind) == (reference, PaymentKind.CHECKOUT))

    @staticmethod
    def _sorted(payments: Iterable[Payment]) -> list[Payment]:
        return sorted(payments, key=lambda payment: (payment.created_at, payment.id))


class MemorySeries(Shelf[Series]):
    """Series by id."""

    async def get(self, series_id: str, *, lock: bool = False) -> Series | None:
        """A series; the one writer is lock enough."""
        return await super().get(series_id)

    async def add(self, series: Series) -> None:
        """Insert a new series."""
        await super().add(replace(series, metadata=_json_copy(series.metadata)))

    async def save(self, series: Series) -> None:
        """Write all of a series that exists."""
        await super().save(replace(series, metadata=_json_copy(series.metadata)))


class MemoryApiKeys(Shelf[ApiKey]):
    """API keys by id."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.api_keys, workspace_id)
        self._tables = tables

    async def get(self, key_id: str, *, lock: bool = False) -> ApiKey | None:
        """A key; the one writer is lock enough."""
        return await super().get(key_id)

    async def add(self, key: ApiKey) -> None:
        """Insert a new key."""
        self._tables.require_related(key)
        await super().add(key)


class MemoryQuotes(Shelf[Quote]):
    """Quotes by id."""

    async def prune(self, before: datetime, limit: int) -> int:
        """Remove quotes that expired by ``before``, oldest first."""
        old = sorted(
            (quote for quote in self.all() if quote.expires_at <= before),
            key=lambda quote: quote.expires_at,
        )
        for quote in old[:limit]:
            self._table.delete(self._key(quote))
        return len(old[:limit])


class MemoryIdempotencyKeys:
    """What is known of idempotency keys."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._table = tables.idempotency
        self._workspace_id = workspace_id

    async def claim(self, record: IdempotencyRecord) -> IdempotencyRecord | None:
        """Insert the key; None if it is new, else what is known of it."""
        known = self._table.get(self._key(record))
        if known is None:
            self._table.insert(self._key(record), record)
        return known

    async def save(self, record: IdempotencyRecord) -> None:
        """Write all of a record that exists."""
        self._table.replace(self._key(record), record)

    async def prune(self, before: datetime, limit: int) -> int:
        """Forget keys first used by ``before``, oldest first."""
        old = [r for r in self._table.scan(self._workspace_id) if r.created_at <= before]
        old.sort(key=lambda record: record.created_at)
        for record in old[:limit]:
            self._table.delete(self._key(record))
        return len(old[:limit])

    def _key(self, record: IdempotencyRecord) -> tuple[str, str, str, str]:
        return (self._workspace_id, record.principal, record.operation, record.key)


class MemoryTokenAllocations:
    """What members get each month, one of each member's at most."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def get(self, member_id: str, *, lock: bool = False) -> TokenAllocation | None:
        """A member's allocation; the one writer is lock enough."""
        return self._tables.allocations.get((self._workspace_id, member_id))

    async def put(self, allocation: TokenAllocation) -> None:
        """Write all of a member's allocation, new or not."""
        self._tables.require_related(allocation)
        self._tables.allocations.put((self._workspace_id, allocation.member_id), allocation)

    async def remove(self, member_id: str) -> None:
        """Take a member's allocation away, if there is one."""
        key = (self._workspace_id, member_id)
        if self._tables.allocations.get(key) is not None:
            self._tables.allocations.delete(key)


class MemoryTransaction:
    """One unit of work. ``drafts`` are the events emitted so far."""

    def __init__(
        self,
        tables: MemoryTables,
        actor: Actor,
        now: datetime,
        new_id: Callable[[Prefix], str],
    ) -> None:
        self._new_id = new_id
        self._journal = tables.journal
        self._actor = actor
        self._now = now
        self.drafts: list[EventDraft] = []
        workspace_id = actor.workspace_id
        self.catalogue: Catalogue = MemoryCatalogue(tables, workspace_id)
        self.companies: Companies = MemoryCompanies(tables, workspace_id)
        self.members: Members = MemoryMembers(tables, workspace_id)
        self.invitations: Invitations = MemoryInvitations(tables, workspace_id)
        self.locations: Locations = MemoryLocations(tables, workspace_id)
        self.welcomes: Welcomes = MemoryWelcomes(tables, workspace_id)
        self.workspaces: Workspaces = MemoryWorkspaces(tables, workspace_id)
        self.rooms: Rooms = MemoryRooms(tables, workspace_id, now)
        self.blackouts: Blackouts = MemoryBlackouts(tables, workspace_id)
        self.bookings: Bookings = MemoryBookings(tables, workspace_id)
        self.claims: Claims = MemoryClaims(tables, workspace_id)
        self.payments: PaymentRecords = MemoryPaymentRecords(tables, workspace_id)
        self.series: SeriesRecords = MemorySeries(tables.series, workspace_id)
        self.ledger: Ledger = MemoryLedger(tables, workspace_id, now)
        self.allocations: TokenAllocations = MemoryTokenAllocations(tables, workspace_id)
        self.api_keys: ApiKeys = MemoryApiKeys(tables, workspace_id)
        self.quotes: Quotes = MemoryQuotes(tables.quotes, workspace_id)
        self.waitlist: Waitlist = MemoryWaitlist(tables, workspace_id)
        self.idempotency: IdempotencyKeys = MemoryIdempotencyKeys(tables, workspace_id)
        self.visitors: Visitors = MemoryVisitors(tables, workspace_id)
        self.invoices: Invoices = MemoryInvoices(tables, workspace_id)
        self.billing: Billing = MemoryBilling(tables, workspace_id)
        self.invoice_charges: InvoiceCharges = MemoryInvoiceCharges(
            tables.invoice_charges, workspace_id
        )
        self.webhooks: Webhooks = MemoryWebhooks(tables, workspace_id)
        self.deliveries: Deliveries = MemoryDeliveries(tables, workspace_id, now)
        self.relays: Relays = MemoryRelays(tables, workspace_id)
        self.provider: ProviderRecords = MemoryProviderRecords(tables, workspace_id)
        self.mails: Mails = MemoryMails(tables, workspace_id, now, new_id)
        self._log = MemoryEventLog(tables, workspace_id)
        self.log: EventLog = self._log

    @property
    def now(self) -> datetime:
        """The transaction's one instant, in whole seconds."""
        return self._now

    @property
    def actor(self) -> Actor:
        """On whose behalf everything happens."""
        return self._actor

    def new_id(self, prefix: Prefix) -> str:
        """A new id, rising with time."""
        return self._new_id(prefix)

    def emit(self, draft: EventDraft) -> None:
        """Add an event to the log, in the same commit, after all that was emitted before."""
        self.drafts.append(
            replace(
                draft,
                object=_json_copy(draft.object),
                previous=None if draft.previous is None else _json_copy(draft.previous),
            )
        )

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A block whose writes and events are undone if it raises."""
        writes, events = len(self._journal.entries), len(self.drafts)
        pruned = self._log.through
        try:
            yield
        except BaseException:
            self._journal.undo(writes)
            del self.drafts[events:]
            self._log.through = pruned
            raise

    def prune_log(self) -> None:
        """The transaction commits: what was pruned is gone."""
        self._log.apply()


def _json_copy(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a store would read back: nothing of the caller's, and no value that JSON lacks."""
    copy: dict[str, Any] = json.loads(json.dumps(value))
    return copy
