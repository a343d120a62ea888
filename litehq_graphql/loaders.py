"""Batches: what an operation needs by id is read in one statement a noun, and so are the lists
that belong to several things.

aiodataloader's traps, and how they are kept away from: a loader belongs to the loop in which it
was made, so each is made when its first id is asked for; an error is cached with its id, so no
loader outlives its operation; a ``CancelledError`` inside a batch would leave its callers waiting
for ever, so it is turned into a refusal.
"""

from __future__ import annotations

from asyncio import CancelledError, Future
from collections.abc import Callable, Coroutine, Hashable, Mapping
from typing import Any

from aiodataloader import DataLoader

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import BOOKING_RECORD, Noun, Record, every_attribute
from litehq_core.domain.errors import AuthScopeInsufficient, ServiceUnavailable
from litehq_core.domain.query import Page, Paging
from litehq_core.domain.series_view import SERIES_RECORD
from litehq_core.ports.ports import Ports
from litehq_core.steps.visible import READ_SCOPE
from litehq_core.use_cases.members.list_members import read_token_balances
from litehq_core.use_cases.records.count_listed import count_listed
from litehq_core.use_cases.records.get_records import get_records
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_core.use_cases.records.list_records_of_each import (
    ListRecordsOfEach,
    list_records_of_each,
)
from litehq_graphql.types.api_token import ApiToken
from litehq_graphql.types.blackout import Blackout
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.company import Company
from litehq_graphql.types.invoice import Invoice
from litehq_graphql.types.location import Location
from litehq_graphql.types.member import Member
from litehq_graphql.types.rate_card import RateCard
from litehq_graphql.types.recorded import Recorded
from litehq_graphql.types.room import Room
from litehq_graphql.types.series import BookingSeries
from litehq_graphql.types.token_transaction import TokenTransaction
from litehq_graphql.types.visitor import Visitor
from litehq_graphql.types.waitlist import WaitlistEntry
from litehq_graphql.types.webhook import Webhook
from litehq_graphql.types.webhook_delivery import WebhookDelivery

MAX_BATCH_SIZE = 200

SHOWN_AS: Mapping[Noun, type[Recorded]] = {
    Noun.BOOKING: Booking,
    Noun.ROOM: Room,
    Noun.LOCATION: Location,
    Noun.MEMBER: Member,
    Noun.COMPANY: Company,
    Noun.API_TOKEN: ApiToken,
    Noun.SERIES: BookingSeries,
    Noun.WAITLIST_ENTRY: WaitlistEntry,
    Noun.TOKEN_TRANSACTION: TokenTransaction,
    Noun.BLACKOUT: Blackout,
    Noun.RATE_CARD: RateCard,
    Noun.VISITOR: Visitor,
    Noun.INVOICE: Invoice,
    Noun.WEBHOOK: Webhook,
    Noun.WEBHOOK_DELIVERY: WebhookDelivery,
}

# What shows more than its own attributes.
_WHOLE = {Noun.BOOKING: BOOKING_RECORD, Noun.SERIES: SERIES_RECORD}


def _list_of(page: Page) -> Hashable:
    return page.query.noun, page.query.where


# An id, and the attributes that are wanted of what has it.
_Wanted = tuple[str, frozenset[str]]
_Batch = Callable[[list[str]], Coroutine[Any, Any, list[Recorded | None]]]


class Loaders:
    """The loaders of one operation, or of one event of a subscription."""

    def __init__(self, ports: Ports, actor: Actor) -> None:
        self._ports = ports
        self._actor = actor
        self._by_noun: dict[Noun, DataLoader[str, Recorded | None]] = {}
        self._records: dict[Noun, DataLoader[_Wanted, Record | None]] = {}
        self._balances: DataLoader[str, Any] | None = None
        self._pages: dict[tuple[Noun, str, Paging], DataLoader[str, Page]] = {}
        self._counts: DataLoader[Page, int] | None = None

    def may_read(self, noun: Noun) -> bool:
        """Whether the caller may read more of a noun than its ids."""
        return self._actor.may(READ_SCOPE[noun])

    def load(self, noun: Noun, record_id: str) -> Future[Any]:
        """What has this id, as a value of the schema; None if nothing within reach has it."""
        loader = self._by_noun.get(noun)
        if loader is None:
            loader = DataLoader(self._batch(noun), max_batch_size=MAX_BATCH_SIZE)
            self._by_noun[noun] = loader
        return loader.load(record_id)

    def record(
        self, noun: Noun, record_id: str, attributes: frozenset[str]
    ) -> Future[Record | None]:
        """The record with this id, and at least these attributes; None if there is none in reach.

        Unlike what is loaded it carries what was selected of its relations.
        """
        loader = self._records.get(noun)
        if loader is None:
            loader = DataLoader(self._record_batch(noun), max_batch_size=MAX_BATCH_SIZE)
            self._records[noun] = loader
        return loader.load((record_id, attributes))

    def _record_batch(
        self, noun: Noun
    ) -> Callable[[list[_Wanted]], Coroutine[Any, Any, list[Record | None]]]:
        async def read(wanted: list[_Wanted]) -> list[Record | None]:
            # Selections may differ from alias to alias; a row with more than it needs serves each.
            ids = list(dict.fromkeys(record_id for record_id, _ in wanted))
            attributes = frozenset[str]().union(*(names for _, names in wanted))
            try:
                found = await get_records(self._ports, self._actor, noun, ids, attributes)
            except CancelledError:
                raise ServiceUnavailable from None
            return [found.get(record_id) for record_id, _ in wanted]

        return read

    def load_balance(self, member_id: str) -> Future[int]:
        """What a member within reach can spend."""
        if self._balances is None:
            self._balances = DataLoader(self._read_balances, max_batch_size=MAX_BATCH_SIZE)
        return self._balances.load(member_id)

    async def _read_balances(self, member_ids: list[str]) -> list[Any]:
        try:
            found = await read_token_balances(self._ports, self._actor, member_ids)
        except CancelledError:
            raise ServiceUnavailable from None
        # Shown by its name beside a booking, and yet out of reach: what he has is his affair.
        hidden = AuthScopeInsufficient(f"{READ_SCOPE[Noun.MEMBER]} of this member")
        return [found.get(member_id, hidden) for member_id in member_ids]

    async def page(self, query: ListRecords) -> Page:
        """A page of what belongs to something, each row with all of its own attributes."""
        if query.paging.cursor is not None or len(query.named) != 1:
            return await list_records(self._ports, self._actor, query, every_attribute(query.noun))
        [(by, owner_id)] = query.named.items()
        kind = (query.noun, by, query.paging)
        if kind not in self._pages:
            batch = self._page_batch(*kind)
            self._pages[kind] = DataLoader(batch, max_batch_size=MAX_BATCH_SIZE)
        return await self._pages[kind].load(owner_id)

    def _page_batch(
        self, noun: Noun, by: str, paging: Paging
    ) -> Callable[[list[str]], Coroutine[Any, Any, list[Page]]]:
        async def read(ids: list[str]) -> list[Page]:
            query = ListRecordsOfEach(noun=noun, by=by, ids=ids, paging=paging)
            try:
                found = await list_records_of_each(
                    self._ports, self._actor, query, every_attribute(noun)
                )
            except CancelledError:
                raise ServiceUnavailable from None
            return [found[owner_id] for owner_id in ids]

        return read

    def count(self, page: Page) -> Future[int]:
        """How long the list is that a page is a part of. Pages of one list are counted once."""
        if self._counts is None:
            self._counts = DataLoader(
                self._read_counts, max_batch_size=MAX_BATCH_SIZE, get_cache_key=_list_of
            )
        return self._counts.load(page)

    async def _read_counts(self, pages: list[Page]) -> list[int]:
        try:
            return await count_listed(self._ports, self._actor, pages)
        except CancelledError:
            raise ServiceUnavailable from None

    def _batch(self, noun: Noun) -> _Batch:
        shown = SHOWN_AS[noun]
        # All attributes, so that every place of the operation that shows the noun shares a batch.
        attributes = _WHOLE.get(noun) or every_attribute(noun)

        async def read(ids: list[str]) -> list[Recorded | None]:
            try:
                found = await get_records(self._ports, self._actor, noun, ids, attributes)
            except CancelledError:
                raise ServiceUnavailable from None
            return [
                shown.of(found[record_id], self) if record_id in found else None
                for record_id in ids
            ]

        return read
