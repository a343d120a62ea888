"""The read path in memory: the committed rows, through ``domain.records``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from litehq_core.domain.api_key import ApiKey
from litehq_core.domain.attributes import READABLE, Noun, Record
from litehq_core.domain.audit import event_record
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.company import Company
from litehq_core.domain.events import Event
from litehq_core.domain.forms import FormedPage, Misfit, PageForm, formed
from litehq_core.domain.idempotency import RETENTION as KEYS_KEPT
from litehq_core.domain.interval import Interval
from litehq_core.domain.invoice_charge import InvoiceChargeStatus
from litehq_core.domain.invoice_words import invoice_record
from litehq_core.domain.lots import Wallet
from litehq_core.domain.mail import RETENTION, MailStatus
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus
from litehq_core.domain.query import Condition, Op, PageQuery
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.quote import RETENTION as QUOTES_KEPT
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.records import (
    api_token_record,
    blackout_record,
    booking_record,
    company_record,
    location_record,
    member_record,
    rate_card_record,
    room_record,
    waitlist_record,
)
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.series_view import series_record
from litehq_core.domain.token_posting import moves_tokens, token_transaction_record
from litehq_core.domain.visitor_words import visitor_record
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import delivery_record
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.ledger_reads import LedgerReads
from litehq_core.ports.list_reads import ListReads
from litehq_core.ports.reads import Due, Duty
from litehq_core.ports.webhooks import WebhookReads
from litehq_core.testing.ledger_reads import MemoryLedgerReads
from litehq_core.testing.list_reads import MemoryListReads
from litehq_core.testing.occupancy import calendar_of, counted_of
from litehq_core.testing.table import Table
from litehq_core.testing.tables import MemoryTables
from litehq_core.testing.waitlist import position_among
from litehq_core.testing.webhooks import MemoryWebhookReads, counted_record

CHECKOUT_GRACE = timedelta(minutes=1)


class MemoryReads:
    """The read path. Attributes are those of ``domain.attributes``, ``room.name`` included."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables
        self.ledger: LedgerReads = MemoryLedgerReads(tables)
        self.lists: ListReads = MemoryListReads(self.page)
        self.webhooks: WebhookReads = MemoryWebhookReads(tables)
        # What stands behind each noun: its table, and the record of a row.
        self._nouns: dict[Noun, tuple[Table[Any], Callable[[Any], Record]]] = {
            Noun.BOOKING: (tables.bookings, booking_record),
            Noun.ROOM: (tables.rooms, room_record),
            Noun.LOCATION: (tables.locations, location_record),
            Noun.MEMBER: (tables.members, self._member_record),
            Noun.COMPANY: (tables.companies, company_record),
            Noun.API_TOKEN: (tables.api_keys, api_token_record),
            Noun.SERIES: (tables.series, series_record),
            Noun.WAITLIST_ENTRY: (tables.waitlist, self._waitlist_record),
            Noun.TOKEN_TRANSACTION: (tables.transfers, token_transaction_record),
            Noun.BLACKOUT: (tables.blackouts, blackout_record),
            Noun.RATE_CARD: (tables.rate_cards, rate_card_record),
            Noun.VISITOR: (tables.visitors, visitor_record),
            Noun.INVOICE: (tables.invoices, invoice_record),
            Noun.WEBHOOK: (tables.webhooks, self._webhook_record),
            Noun.WEBHOOK_DELIVERY: (tables.deliveries, delivery_record),
        }

    async def page(
        self, workspace_id: str, query: PageQuery, attributes: frozenset[str]
    ) -> list[Record]:
        """At most ``query.limit`` rows in walking order, each with just ``attributes``."""
        found = [
            (tuple(record[name] for name in query.order), record)
            for record in self._records(workspace_id, query.noun)
            if self._meets(workspace_id, query.noun, record, query.where)
        ]
        found.sort(key=lambda pair: pair[0], reverse=query.descending)
        after = query.after
        if after is not None:
            found = [p for p in found if (p[0] < after if query.descending else p[0] > after)]
        return [
            self._narrow(workspace_id, query.noun, record, attributes)
            for _, record in found[: query.limit]
        ]

    async def formed(
        self, workspace_id: str, query: PageQuery, form: PageForm
    ) -> FormedPage | None:
        """The same rows as JSON values; None if one of them does not fit."""
        records = await self.page(workspace_id, query, form.attributes.union(query.order))
        try:
            rows = [formed(record, form.row) or {} for record in records]
        except Misfit:
            return None
        keys = [{name: record[name] for name in query.order} for record in records]
        return FormedPage(rows, keys if form.keyed else [])

    async def by_ids(
        self,
        workspace_id: str,
        noun: Noun,
        ids: Sequence[str],
        attributes: frozenset[str],
        where: tuple[Condition, ...] = (),
    ) -> dict[str, Record]:
        """The rows that exist and meet ``where``, by id."""
        found = {row_id: self._record(workspace_id, noun, row_id) for row_id in ids}
        return {
            row_id: self._narrow(workspace_id, noun, record, attributes)
            for row_id, record in found.items()
            if record is not None and self._meets(workspace_id, noun, record, where)
        }

    async def calendars(
        self, workspace_id: str, room_ids: Sequence[str] | None, window: Interval, now: datetime
    ) -> list[RoomCalendar]:
        """What bears on the availability of some rooms (None: all), by room id."""
        rooms = sorted(_of(workspace_id, self._tables.rooms), key=lambda room: room.id)
        bookings = _of(workspace_id, self._tables.bookings)
        entries = _of(workspace_id, self._tables.waitlist)
        blackouts = _of(workspace_id, self._tables.blackouts)
        return [
            calendar_of(room, rooms, bookings, blackouts, window, now, entries=entries)
            for room in rooms
            if room_ids is None or room.id in room_ids
        ]

    async def member(self, workspace_id: str, member_id: str) -> Member | None:
        """A member by id."""
        return self._tables.members.committed().get((workspace_id, member_id))

    async def company(self, workspace_id: str, company_id: str) -> Company | None:
        """A company by id."""
        return self._tables.companies.committed().get((workspace_id, company_id))

    async def workspace(self, workspace_id: str) -> Workspace | None:
        """The workspace itself."""
        return self._tables.workspaces.committed().get((workspace_id,))

    async def wallet(self, workspace_id: str, member_id: str) -> Wallet:
        """A member's lots that have tokens in them."""
        lots = self._tables.lots.committed()
        return Wallet.of(
            held
            for (owner, _), held in lots.items()
            if (owner, held.lot.member_id) == (workspace_id, member_id) and held.balance.posted
        )

    async def rate_cards(
        self, workspace_id: str, room_ids: Sequence[str]
    ) -> dict[str, list[RateCard]]:
        """Every rate card of some rooms, by room."""
        found: dict[str, list[RateCard]] = {}
        for card in _of(workspace_id, self._tables.rate_cards):
            if card.room_id in room_ids:
                found.setdefault(card.room_id, []).append(card)
        return found

    async def counted(
        self, workspace_id: str, holders: Mapping[QuotaHolder, str], span: Interval
    ) -> Sequence[CountedSlot]:
        """What any of the holders has booked within ``span``."""
        return counted_of(_of(workspace_id, self._tables.bookings), holders, span)

    async def events_after(self, workspace_id: str, position: int, limit: int) -> list[Event]:
        """The log after a position, in order, without gaps."""
        # Positions are dense, so that from the floor on a position is also an index.
        first = max(position - await self.floor(workspace_id), 0)
        return self._tables.events.get(workspace_id, [])[first : first + limit]

    async def head(self, workspace_id: str) -> int:
        """The last position that the log has given; 0 if nothing ever happened."""
        left = len(self._tables.events.get(workspace_id, ()))
        return await self.floor(workspace_id) + left

    async def floor(self, workspace_id: str) -> int:
        """The position up to which the log has been pruned; 0 if it is whole."""
        return self._tables.event_floors.get(workspace_id, 0)

    async def heads(self, workspace_ids: Sequence[str]) -> dict[str, int]:
        """The last positions of several logs."""
        return {workspace_id: await self.head(workspace_id) for workspace_id in workspace_ids}

    async def api_key(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash, in whatever workspace, unless its member is suspended."""
        keys, members = self._tables.api_keys.committed(), self._tables.members.committed()
        key = next((key for key in keys.values() if key.secret_hash == secret_hash), None)
        member = members.get((key.workspace_id, key.member_id)) if key else None
        return None if member and member.status is MemberStatus.SUSPENDED else key

    async def workspace_of_account(self, account_id: str) -> str | None:
        """The workspace whose payments go to an account of the provider's."""
        accounts = self._tables.connect_accounts.committed().values()
        found = (a.workspace_id for a in accounts if a.state.account_id == account_id)
        return next(found, None)

    async def due(self, duty: Duty, now: datetime, limit: int) -> list[Due]:
        """What is due at ``now``, in every workspace, longest due first."""
        rows: Sequence[Booking | Payment | WaitlistEntry] = (
            *self._tables.bookings.committed().values(),
            *self._tables.payments.committed().values(),
            *self._tables.waitlist.committed().values(),
        )
        timers = [(due_at(duty, row), row.workspace_id, row.id) for row in rows]
        timers += self._token_timers(duty)
        timers += self._mail_timers(duty)
        timers += self._welcome_timers(duty)
        timers += self._outlived_timers(duty)
        timers += self._log_timers(duty)
        timers += self._invoice_timers(duty)
        timers += self._account_timers(duty)
        due = sorted((at, ws, row_id) for at, ws, row_id in timers if at is not None and at <= now)
        return [Due(workspace_id, subject_id) for _, workspace_id, subject_id in due[:limit]]

    def _welcome_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        if duty is not Duty.WELCOME_COMPANIES:
            return []
        welcomes = self._tables.welcomes.committed().values()
        return [(w.next_at, w.workspace_id, w.company_id) for w in welcomes]

    def _outlived_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        """Of each workspace that has rows nobody needs any more, since when the oldest is one."""
        if duty is Duty.PRUNE_KEYS:
            keys = self._tables.idempotency.committed().items()
            ends = [(key[0], record.created_at + KEYS_KEPT) for key, record in keys]
        elif duty is Duty.PRUNE_QUOTES:
            quotes = self._tables.quotes.committed().values()
            ends = [(quote.workspace_id, quote.expires_at + QUOTES_KEPT) for quote in quotes]
        else:
            return []
        workspaces = sorted({workspace_id for workspace_id, _ in ends})
        return [(min(end for of, end in ends if of == ws), ws, ws) for ws in workspaces]

    def _log_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        if duty is not Duty.PRUNE_EVENTS:
            return []
        logs = self._tables.events.items()
        return [(log[0].occurred_at, ws, ws) for ws, log in logs if log]

    def _invoice_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        if duty is Duty.BILL_COMPANIES:
            return [(at, *key) for key, at in self._tables.billing_runs.committed().items()]
        if duty is Duty.SYNC_INVOICES:
            invoices = self._tables.invoices.committed().values()
            return [(each.sync.next_attempt_at, each.workspace_id, each.id) for each in invoices]
        if duty is Duty.CHARGE_INVOICES:
            charges = self._tables.invoice_charges.committed().values()
            return [
                (each.updated_at + CHECKOUT_GRACE, each.workspace_id, each.id)
                for each in charges
                if each.status is InvoiceChargeStatus.PENDING
            ]
        return []

    def _member_record(self, member: Member) -> Record:
        key = (member.workspace_id, member.id)
        allocation = self._tables.allocations.committed().get(key)
        return member_record(member, allocation.tokens_per_month if allocation else 0)

    def _waitlist_record(self, entry: WaitlistEntry) -> Record:
        entries = _of(entry.workspace_id, self._tables.waitlist)
        return waitlist_record(entry, position_among(entry, entries))

    def _webhook_record(self, endpoint: WebhookEndpoint) -> Record:
        return counted_record(self._tables, endpoint)

    def _token_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        allocations = self._tables.allocations.committed().values()
        if duty is Duty.RENEW_ALLOCATIONS:
            return [(a.next_at, a.workspace_id, a.member_id) for a in allocations]
        if duty is Duty.EXPIRE_LOTS:
            counted = {(a.workspace_id, a.lot_id) for a in allocations}
            return [
                (held.lot.expires_at, *key)
                for key, held in self._tables.lots.committed().items()
                if held.balance.spendable > 0 and key not in counted
            ]
        return []

    def _mail_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        mails = self._tables.mails.committed().values()
        if duty is Duty.SEND_MAIL:
            waiting = (mail for mail in mails if mail.status is MailStatus.QUEUED)
            return [(mail.next_attempt_at, mail.workspace_id, mail.id) for mail in waiting]
        if duty is Duty.PRUNE_MAIL:
            ended = (mail for mail in mails if mail.status is not MailStatus.QUEUED)
            return [(mail.updated_at + RETENTION, mail.workspace_id, mail.id) for mail in ended]
        return []

    def _records(self, workspace_id: str, noun: Noun) -> Iterator[Record]:
        if noun is Noun.EVENT:
            return (event_record(event) for event in self._tables.events.get(workspace_id, ()))
        table, record_of = self._nouns[noun]
        return (record_of(row) for row in _of(workspace_id, table) if _is_of(noun, row))

    def _record(self, workspace_id: str, noun: Noun, row_id: str) -> Record | None:
        if noun is Noun.EVENT:
            found = (r for r in self._records(workspace_id, noun) if r["id"] == row_id)
            return next(found, None)
        table, record_of = self._nouns[noun]
        row = table.committed().get((workspace_id, row_id))
        return None if row is None or not _is_of(noun, row) else record_of(row)

    def _value(self, workspace_id: str, noun: Noun, record: Record, attribute: str) -> Any:
        """An attribute of a record, or of what it is related to; None if that is nothing."""
        relation, dot, rest = attribute.partition(".")
        if not dot:
            return record[attribute]
        target, id_attribute = READABLE[noun].relations[relation]
        related_id = record[id_attribute]
        related = self._record(workspace_id, target, related_id) if related_id else None
        return None if related is None else self._value(workspace_id, target, related, rest)

    def _narrow(
        self, workspace_id: str, noun: Noun, record: Record, attributes: frozenset[str]
    ) -> Record:
        # A copy: what a reader does to nested JSON must not reach the row.
        return {
            name: deepcopy(self._value(workspace_id, noun, record, name)) for name in attributes
        }

    def _account_timers(self, duty: Duty) -> list[tuple[datetime | None, str, str]]:
        if duty is not Duty.POLL_PROVIDER:
            return []
        return [
            (account.next_poll_at, account.workspace_id, account.state.account_id)
            for account in self._tables.connect_accounts.committed().values()
            if account.disconnected_at is None
        ]

    def _meets(
        self, workspace_id: str, noun: Noun, record: Record, where: tuple[Condition, ...]
    ) -> bool:
        return all(
            _holds(self._value(workspace_id, noun, record, condition.attribute), condition)
            for condition in where
        )


def due_at(duty: Duty, row: Booking | Payment | WaitlistEntry) -> datetime | None:
    """When ``duty`` falls due for a row; None if it never does as things are."""
    timers: Mapping[Duty, tuple[bool, datetime | None]]
    if isinstance(row, WaitlistEntry):
        waits = row.status is WaitlistStatus.WAITING
        timers = {
            Duty.LAPSE_OFFERS: (True, row.offer.expires_at if row.offer else None),
            Duty.CHECK_WAITLIST: (waits, row.next_check_at),
        }
    elif isinstance(row, Booking):
        change = row.pending_change
        timers = {
            Duty.EXPIRE_HOLDS: (row.status is BookingStatus.PENDING_PAYMENT, row.expires_at),
            Duty.DROP_CHANGES: (change is not None, change.expires_at if change else None),
            Duty.COMPLETE_BOOKINGS: (row.status is BookingStatus.CONFIRMED, row.claim.end),
        }
    else:
        state = (row.kind, row.status)
        timers = {
            Duty.OPEN_CHECKOUTS: (
                state == (PaymentKind.CHECKOUT, PaymentStatus.PENDING),
                row.updated_at + CHECKOUT_GRACE,
            ),
            Duty.CLOSE_CHECKOUTS: (
                state == (PaymentKind.CHECKOUT, PaymentStatus.CLOSING),
                row.updated_at,
            ),
            Duty.CHECK_CHECKOUTS: (
                state == (PaymentKind.CHECKOUT, PaymentStatus.OPEN),
                row.updated_at + CHECKOUT_GRACE,
            ),
            Duty.SEND_REFUNDS: (
                state == (PaymentKind.REFUND, PaymentStatus.PENDING),
                row.updated_at,
            ),
        }
    applies, at = timers.get(duty, (False, None))
    return at if applies else None


def _is_of(noun: Noun, row: Any) -> bool:
    """Whether a row of a noun's table is one of the noun's."""
    return noun is not Noun.TOKEN_TRANSACTION or moves_tokens(row.transfer)


def _of(workspace_id: str, table: Table[Any]) -> list[Any]:
    return [row for key, row in table.committed().items() if key[0] == workspace_id]


def _holds(value: Any, condition: Condition) -> bool:
    """Whether a value meets a condition. As in SQL, nothing holds of what is not there."""
    if value is None:
        return False
    match condition.op:
        case Op.EQUAL:
            return bool(value == condition.value)
        case Op.IN:
            return value in condition.value
        case Op.AT_LEAST:
            return bool(value >= condition.value)
        case Op.BELOW:
            return bool(value < condition.value)
