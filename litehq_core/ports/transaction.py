"""What a store offers inside one transaction.

A transaction belongs to one actor and one workspace: every look-up is scoped to it, so what
belongs to another workspace cannot be found. ``contract tests`` hold every store to this page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from litehq_core.domain.api_key import Actor, ApiKey
from litehq_core.domain.booking import Booking
from litehq_core.domain.claims import Claim
from litehq_core.domain.company import Company
from litehq_core.domain.events import EventDraft
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Account, Balance, Transfer
from litehq_core.domain.location import Location
from litehq_core.domain.lots import HeldLot, Lot, Wallet
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.series import Series
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.domain.waitlist import WaitlistEntry
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.connect import ProviderRecords
from litehq_core.ports.event_log import EventLog
from litehq_core.ports.invoices import Billing, InvoiceCharges, Invoices
from litehq_core.ports.mails import Mails
from litehq_core.ports.people import Companies, Invitations, Members, Welcomes, Workspaces
from litehq_core.ports.places import Blackouts, Locations
from litehq_core.ports.visitors import Visitors
from litehq_core.ports.webhooks import Deliveries, Relays, Webhooks

Catalogued = Workspace | Location | Room | Blackout | RateCard | Member | Company


class Catalogue(Protocol):
    """What bookings refer to: the workspace, its rooms, prices and people."""

    async def add(self, item: Catalogued) -> None:
        """Insert something new.

        Raises:
            AlreadyExists: its id, or a natural key such as a member's e-mail, is taken.
        """

    async def workspace(self) -> Workspace:
        """The transaction's own workspace.

        Raises:
            NotFound: it has not been added yet.
        """

    async def member(self, member_id: str) -> Member | None:
        """A member by id."""

    async def company(self, company_id: str) -> Company | None:
        """A company by id."""

    async def lock_holders(self, holders: Mapping[QuotaHolder, str]) -> None:
        """Lock a company, then a member, by their ids, until the transaction ends.

        Whoever counts what they have booked before he adds to it takes these locks first.
        """

    async def rate_cards(self, room_id: str) -> Sequence[RateCard]:
        """Every rate card of a room."""


class Rooms(Protocol):
    """Rooms, and the lock that orders every write that depends on their occupancy."""

    async def lock(self, room_ids: Sequence[str]) -> dict[str, Room]:
        """The rooms that exist, locked in id order until the transaction ends.

        With a combined room its parts are locked too, so that whoever books one of them, or
        another room made of it, takes his turn; the answer has just the rooms that were named.
        """

    async def save(self, room: Room) -> None:
        """Write all of a room that exists; its location stays as it is."""

    async def at(self, location_id: str) -> Sequence[str]:
        """The ids of all rooms at a location, in order; nothing is locked."""

    async def wholes(self, part_ids: Sequence[str]) -> Sequence[str]:
        """The ids of the combined rooms that are made of any of these; nothing is locked."""

    async def calendar(self, room: Room, window: Interval) -> RoomCalendar:
        """What occupies ``room``, or a room that shares a leaf with it, and their blackouts.

        Reaches so far that every slot which starts inside ``window`` can be judged: back by the
        longest buffer, on by the longest booking and its buffer, a day at least. Holds whose
        time has passed are listed too; the calendar's ``now`` is the transaction's.
        """

    async def neighbours(
        self, room: Room, window: Interval, *, seats: int
    ) -> Sequence[RoomCalendar]:
        """The calendars of the other active rooms at the location with at least so many seats.

        As :meth:`calendar`, but nothing is locked: good for an offer, not for a decision.
        """


class Bookings(Protocol):
    """Bookings by id, and what of them counts towards quotas."""

    async def get(self, booking_id: str, *, lock: bool = False) -> Booking | None:
        """A booking; with ``lock`` nobody else changes it until the transaction ends."""

    async def add(self, booking: Booking) -> None:
        """Insert a new booking."""

    async def save(self, booking: Booking) -> None:
        """Write all of a booking that exists."""

    async def of_series(self, series_id: str) -> Sequence[Booking]:
        """The bookings of a series, by start; none of them locked."""

    async def counted(
        self, holders: Mapping[QuotaHolder, str], span: Interval
    ) -> Sequence[CountedSlot]:
        """What any of the holders has booked within ``span``, in one statement and in no order.

        Bookings that are held, confirmed or completed, and pending changes, each with its slot;
        whether a hold or a change still counts is the domain's judgement.
        """


class Claims(Protocol):
    """Seats in cells of five minutes of UTC; a room that is not shared has one.

    Their primary key is why two bookings cannot overlap.
    """

    async def put(self, booking_id: str, wanted: Sequence[Claim]) -> bool:
        """Make ``wanted`` all that the booking claims; may be empty.

        In a shared room it keeps the seats it has and takes the lowest free ones, cell by cell
        (``domain.claims.seated``), so that no claim fails while every cell has seats enough.

        A waitlist entry that is offered a slot claims it under its own id.

        Returns:
            False if a cell has not enough free seats; the caller must then refuse, which rolls
            everything back.
        """


class Waitlist(Protocol):
    """The entries of the waitlist, and the lines that they stand in: one at each location.

    A waiting entry is written under its line's lock, an offered one under that of the offered
    room, and one that is to be offered a slot under both (docs/decisions/0017).
    """

    async def get(self, entry_id: str) -> WaitlistEntry | None:
        """An entry."""

    async def add(self, entry: WaitlistEntry) -> None:
        """Insert a new entry."""

    async def save(self, entry: WaitlistEntry) -> None:
        """Write all of an entry that exists."""

    async def anybody_waits(self) -> bool:
        """Whether there is a line at all: what every release asks first."""

    async def line(
        self, location_id: str, room_ids: Sequence[str], window: Interval, limit: int
    ) -> Sequence[WaitlistEntry]:
        """Who waits for one of the rooms, or for any, in a window that overlaps ``window``.

        First come first; nothing is locked.
        """

    async def lock_line(self, location_id: str) -> None:
        """Nobody else makes an offer to, or ends, a waiting entry of the location meanwhile."""

    async def position(self, entry: WaitlistEntry) -> int | None:
        """One more than stand in line before it and could take its slot; None unless it waits."""


class Ledger(Protocol):
    """The append-only ledger, and the lots that its tokens lie in."""

    async def balance(self, account: Account) -> Balance:
        """The account's balance, what this transaction wrote included; zero if never used.

        A wallet is locked until the transaction ends. What the others show may have changed by
        the time it commits.
        """

    async def wallet(self, member_id: str) -> Wallet:
        """The member's lots that have tokens in them, locked with his wallet."""

    async def lot(self, lot_id: str) -> HeldLot | None:
        """A lot, empty or not, locked with its owner's wallet."""

    async def add_lot(self, lot: Lot) -> None:
        """Insert a new lot, which is empty until a transfer fills it."""

    async def write(self, transfers: Sequence[Transfer]) -> None:
        """Append transfers, in order, and apply their effects.

        Raises:
            InsufficientTokens: a lot would go below zero.
        """


class TokenAllocations(Protocol):
    """What members get each month, one of each member's at most."""

    async def get(self, member_id: str, *, lock: bool = False) -> TokenAllocation | None:
        """A member's allocation; with ``lock`` nobody else changes it meanwhile."""

    async def put(self, allocation: TokenAllocation) -> None:
        """Write all of a member's allocation, new or not."""

    async def remove(self, member_id: str) -> None:
        """Take a member's allocation away, if there is one."""


class PaymentRecords(Protocol):
    """Payments by id."""

    async def get(self, payment_id: str) -> Payment | None:
        """A payment."""

    async def add(self, payment: Payment) -> None:
        """Insert a new payment."""

    async def save(self, payment: Payment) -> None:
        """Write all of a payment that exists."""

    async def of_booking(self, booking_id: str) -> Sequence[Payment]:
        """The booking's own payments, oldest first; not the checkout that it shares."""

    async def with_reference(self, reference: str) -> Payment | None:
        """The oldest payment that came by a charge, by the provider's id of that."""

    async def of_series(self, series_id: str) -> Sequence[Payment]:
        """The payments of a series' bookings, shared or their own, oldest first."""


class SeriesRecords(Protocol):
    """Series by id. Their bookings are ``Bookings``."""

    async def get(self, series_id: str, *, lock: bool = False) -> Series | None:
        """A series; with ``lock`` nobody else changes it until the transaction ends."""

    async def add(self, series: Series) -> None:
        """Insert a new series."""

    async def save(self, series: Series) -> None:
        """Write all of a series that exists."""


class ApiKeys(Protocol):
    """API keys by id."""

    async def get(self, key_id: str, *, lock: bool = False) -> ApiKey | None:
        """A key, revoked or not; with ``lock`` nobody else changes it meanwhile."""

    async def add(self, key: ApiKey) -> None:
        """Insert a new key."""

    async def save(self, key: ApiKey) -> None:
        """Write all of a key that exists."""


class Quotes(Protocol):
    """Quotes by id."""

    async def get(self, quote_id: str) -> Quote | None:
        """A quote, expired or not."""

    async def add(self, quote: Quote) -> None:
        """Insert a new quote."""

    async def prune(self, before: datetime, limit: int) -> int:
        """Remove quotes that expired by ``before``, oldest first, ``limit`` at most; how many."""


class IdempotencyKeys(Protocol):
    """What is known of idempotency keys."""

    async def claim(self, record: IdempotencyRecord) -> IdempotencyRecord | None:
        """Insert the key; None if it is new, else what is known of it, locked.

        A twin that is still in its first transaction is waited for.
        """

    async def save(self, record: IdempotencyRecord) -> None:
        """Write all of a record that exists."""

    async def prune(self, before: datetime, limit: int) -> int:
        """Forget keys first used by ``before``, oldest first, ``limit`` at most; how many.

        Those that another transaction holds at this moment are left for the next time.
        """


class Transaction(Protocol):
    """One unit of work. Commits when its block ends well, rolls back when it raises."""

    @property
    def now(self) -> datetime:
        """The transaction's one instant, in whole seconds."""

    @property
    def actor(self) -> Actor:
        """On whose behalf everything happens."""

    catalogue: Catalogue
    companies: Companies
    members: Members
    invitations: Invitations
    locations: Locations
    welcomes: Welcomes
    workspaces: Workspaces
    rooms: Rooms
    blackouts: Blackouts
    bookings: Bookings
    claims: Claims
    ledger: Ledger
    allocations: TokenAllocations
    payments: PaymentRecords
    series: SeriesRecords
    api_keys: ApiKeys
    quotes: Quotes
    waitlist: Waitlist
    idempotency: IdempotencyKeys
    mails: Mails
    visitors: Visitors
    log: EventLog
    invoices: Invoices
    billing: Billing
    invoice_charges: InvoiceCharges
    webhooks: Webhooks
    deliveries: Deliveries
    relays: Relays
    provider: ProviderRecords

    def new_id(self, prefix: Prefix) -> str:
        """A new id, rising with time, for what a step has to name by itself."""

    def emit(self, draft: EventDraft) -> None:
        """Add an event to the log, in the same commit, after all that was emitted before."""

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """A block whose writes and events are undone if it raises."""
