"""What a store offers to readers: single statements, outside any transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from litehq_core.domain.api_key import ApiKey
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.company import Company
from litehq_core.domain.events import Event
from litehq_core.domain.forms import FormedPage, PageForm
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import Wallet
from litehq_core.domain.member import Member
from litehq_core.domain.query import Condition, PageQuery
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.ledger_reads import LedgerReads
from litehq_core.ports.list_reads import ListReads
from litehq_core.ports.webhooks import WebhookReads


class Duty(StrEnum):
    """Work that falls due by itself; its timers are columns, not jobs.

    The first three concern bookings, the next four payments, then one accounts, two the waitlist,
    two tokens, two mails, then companies, three invoices, and the last three what nobody needs any
    more:

    - ``expire_holds``: ``pending_payment`` with ``expires_at <= now``
    - ``drop_changes``: ``pending_change.expires_at <= now``
    - ``complete_bookings``: ``confirmed``, its slot and the gap behind it over by ``now``
    - ``open_checkouts``: a checkout still ``pending`` a minute after it was last tried
    - ``close_checkouts``: a checkout that is ``closing``
    - ``check_checkouts``: a checkout that is ``open``, a minute after it was last asked about
    - ``poll_provider``: a connected account with ``next_poll_at <= now``, by its own id
    - ``send_refunds``: a refund that is ``pending``
    - ``lapse_offers``: ``offered`` with ``offer.expires_at <= now``
    - ``check_waitlist``: ``waiting`` with ``next_check_at <= now``
    - ``renew_allocations``: a monthly allocation with ``next_at <= now``, by its member's id
    - ``expire_lots``: a lot with ``expires_at <= now`` and tokens that nobody holds, unless an
      allocation still counts what is left of it
    - ``send_mail``: a queued mail with ``next_attempt_at <= now``
    - ``welcome_companies``: a welcome with ``next_at <= now``, by its company's id
    - ``bill_companies``: a company's next run with ``next_at <= now``, by the company's id
    - ``charge_invoices``: a charge that is ``pending`` a minute after it was last tried
    - ``sync_invoices``: an invoice that the accounting system is to be told of,
      ``sync_next_at <= now``
    - ``prune_mail``: a mail that came to its end ``RETENTION`` ago
    - ``prune_keys``: a workspace with an idempotency key first used ``RETENTION`` ago
    - ``prune_quotes``: a workspace with a quote that expired ``RETENTION`` ago
    - ``prune_events``: a log whose first event is from ``now`` or before, by its workspace's id.
      Whoever asks takes the log's retention off ``now``
    """

    EXPIRE_HOLDS = "expire_holds"
    DROP_CHANGES = "drop_changes"
    COMPLETE_BOOKINGS = "complete_bookings"
    CHECK_CHECKOUTS = "check_checkouts"
    POLL_PROVIDER = "poll_provider"
    OPEN_CHECKOUTS = "open_checkouts"
    CLOSE_CHECKOUTS = "close_checkouts"
    SEND_REFUNDS = "send_refunds"
    LAPSE_OFFERS = "lapse_offers"
    CHECK_WAITLIST = "check_waitlist"
    RENEW_ALLOCATIONS = "renew_allocations"
    EXPIRE_LOTS = "expire_lots"
    SEND_MAIL = "send_mail"
    PRUNE_MAIL = "prune_mail"
    WELCOME_COMPANIES = "welcome_companies"
    PRUNE_KEYS = "prune_keys"
    PRUNE_QUOTES = "prune_quotes"
    PRUNE_EVENTS = "prune_events"
    BILL_COMPANIES = "bill_companies"
    CHARGE_INVOICES = "charge_invoices"
    SYNC_INVOICES = "sync_invoices"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due: the id of a booking, payment, entry, member, lot, mail, workspace."""

    workspace_id: str
    subject_id: str


class Reads(Protocol):
    """The read path. Attributes are those of ``domain.attributes``, ``room.name`` included."""

    ledger: LedgerReads
    lists: ListReads
    webhooks: WebhookReads

    async def page(
        self, workspace_id: str, query: PageQuery, attributes: frozenset[str]
    ) -> list[Record]:
        """At most ``query.limit`` rows in walking order, each with just ``attributes``."""

    async def formed(
        self, workspace_id: str, query: PageQuery, form: PageForm
    ) -> FormedPage | None:
        """The same rows as JSON values; None if the store cannot say them so (``domain.forms``)."""

    async def by_ids(
        self,
        workspace_id: str,
        noun: Noun,
        ids: Sequence[str],
        attributes: frozenset[str],
        where: tuple[Condition, ...] = (),
    ) -> dict[str, Record]:
        """The rows that exist and meet ``where``, by id."""

    async def calendars(
        self, workspace_id: str, room_ids: Sequence[str] | None, window: Interval, now: datetime
    ) -> list[RoomCalendar]:
        """What bears on the availability of some rooms (None: all), in the order of their ids.

        Reaches around ``window`` as ``Rooms.calendar`` does.
        """

    async def member(self, workspace_id: str, member_id: str) -> Member | None:
        """A member by id."""

    async def company(self, workspace_id: str, company_id: str) -> Company | None:
        """A company by id."""

    async def workspace(self, workspace_id: str) -> Workspace | None:
        """The workspace itself."""

    async def wallet(self, workspace_id: str, member_id: str) -> Wallet:
        """A member's lots that have tokens in them; nothing locks them."""

    async def rate_cards(
        self, workspace_id: str, room_ids: Sequence[str]
    ) -> dict[str, list[RateCard]]:
        """Every rate card of some rooms, by room; rooms without any are left out."""

    async def counted(
        self, workspace_id: str, holders: Mapping[QuotaHolder, str], span: Interval
    ) -> Sequence[CountedSlot]:
        """What counts towards the quotas of any of the holders, as ``Bookings.counted`` does."""

    async def events_after(self, workspace_id: str, position: int, limit: int) -> list[Event]:
        """The log after a position, in order, without gaps; what was pruned is left out."""

    async def head(self, workspace_id: str) -> int:
        """The last position that the log has given; 0 if nothing ever happened."""

    async def floor(self, workspace_id: str) -> int:
        """The position up to which the log has been pruned; 0 if it is whole."""

    async def heads(self, workspace_ids: Sequence[str]) -> dict[str, int]:
        """The last positions of several logs, in one statement."""

    async def api_key(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash, in whatever workspace, revoked or not.

        None as well while the member that it is bound to is suspended.
        """

    async def workspace_of_account(self, account_id: str) -> str | None:
        """The workspace whose payments go to an account of the provider's, whichever it is."""

    async def due(self, duty: Duty, now: datetime, limit: int) -> list[Due]:
        """What is due at ``now``, in every workspace, longest due first."""
