"""The read path: every read is one compiled statement on a raw driver connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Table,
    bindparam,
    literal_column,
    select,
)

from litehq_app.sql.api_keys import api_key_of
from litehq_app.sql.catalogue import company_of, member_of, rate_card_of, workspace_of
from litehq_app.sql.columns import Unstorable
from litehq_app.sql.counted import counted_query, counted_slots, counted_values
from litehq_app.sql.engine import Engine
from litehq_app.sql.events import event_of
from litehq_app.sql.ledger import held_lot_of
from litehq_app.sql.occupancy import Span, calendars_of, occupancy_query, span_of
from litehq_app.sql.reads import duties
from litehq_app.sql.reads.formed import Keys, former
from litehq_app.sql.reads.ledger import SqlLedgerReads
from litehq_app.sql.reads.lists import SqlListReads
from litehq_app.sql.reads.pages import (
    IDS,
    LIMIT,
    WORKSPACE,
    Shape,
    columns_of,
    condition_values,
    is_in,
    page_shape,
    page_statement,
    page_values,
    storable_only,
)
from litehq_app.sql.reads.statements import Statement, compiled
from litehq_app.sql.reads.webhooks import SqlWebhookReads
from litehq_app.sql.recent_keys import RecentKeys
from litehq_app.sql.rooms import room_of, room_query
from litehq_app.sql.tables import (
    API_KEYS,
    BOOKINGS,
    COMPANIES,
    EVENT_HEADS,
    EVENTS,
    LOTS,
    MEMBERS,
    RATE_CARDS,
    ROOMS,
    STRIPE_ACCOUNTS,
    WORKSPACES,
)
from litehq_core.domain.api_key import ApiKey
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.company import Company
from litehq_core.domain.events import Event
from litehq_core.domain.forms import FormedPage, Misfit, PageForm
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import Wallet
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.query import Condition, PageQuery
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.ledger_reads import LedgerReads
from litehq_core.ports.list_reads import ListReads
from litehq_core.ports.reads import Due, Duty
from litehq_core.ports.webhooks import WebhookReads


class SqlReads:
    """Implements ``Reads``."""

    def __init__(self, engine: Engine, recent_keys: RecentKeys) -> None:
        self._engine = engine
        self._recent_keys = recent_keys
        self._dialect = engine.dialect
        self.ledger: LedgerReads = SqlLedgerReads(engine)
        self.lists: ListReads = SqlListReads(engine)
        self.webhooks: WebhookReads = SqlWebhookReads(engine)

    async def page(
        self, workspace_id: str, query: PageQuery, attributes: frozenset[str]
    ) -> list[Record]:
        """At most ``query.limit`` rows in walking order, each with just ``attributes``."""
        statement = page_statement(page_shape(query, attributes), self._dialect)
        return await self._run(statement, page_values(workspace_id, query, self._dialect))

    async def formed(
        self, workspace_id: str, query: PageQuery, form: PageForm
    ) -> FormedPage | None:
        """The same rows as JSON values; None if they cannot be said so."""
        shape = page_shape(query, form.attributes.union(query.order))
        columns = columns_of(shape)
        form_rows = former(query.noun, form, columns)
        if form_rows is None:
            return None
        statement = page_statement(shape, self._dialect)
        try:
            values = statement.bind(page_values(workspace_id, query, self._dialect), self._dialect)
        except Unstorable:
            return FormedPage([], ())
        rows = await self._engine.fetch(statement.sql, values)
        try:
            made = form_rows(rows)
        except (LookupError, TypeError, Misfit):
            return None
        order = tuple((name, columns.index(name)) for name in query.order)
        return FormedPage(made, Keys(rows, order) if form.keyed else ())

    async def by_ids(
        self,
        workspace_id: str,
        noun: Noun,
        ids: Sequence[str],
        attributes: frozenset[str],
        where: tuple[Condition, ...] = (),
    ) -> dict[str, Record]:
        """The rows that exist and meet ``where``, by id."""
        shape = Shape(noun, attributes | {"id"}, tuple((c.attribute, c.op) for c in where))
        records = await self._run(
            page_statement(shape, self._dialect),
            {
                WORKSPACE: workspace_id,
                IDS: storable_only(ids, self._dialect),
                **condition_values(where, self._dialect),
            },
        )
        if "id" in attributes:
            return {record["id"]: record for record in records}
        return {record.pop("id"): record for record in records}

    async def calendars(
        self, workspace_id: str, room_ids: Sequence[str] | None, window: Interval, now: datetime
    ) -> list[RoomCalendar]:
        """What bears on the availability of some rooms (None: all), by room id."""
        scope: dict[str, Any] = {WORKSPACE: workspace_id}
        if room_ids is not None:
            scope[IDS] = storable_only(room_ids, self._dialect)
        statement = rooms_statement(room_ids is not None, self._dialect)
        rooms = [room_of(row) for row in await self._run(statement, scope)]
        if not rooms:
            return []
        span = span_of(rooms, window)
        taken = await self._run(
            occupancy_statement(self._dialect),
            {
                WORKSPACE: workspace_id,
                IDS: [room.id for room in rooms],
                "since": span.since,
                "until": span.until,
            },
        )
        return calendars_of(rooms, taken, now)

    async def member(self, workspace_id: str, member_id: str) -> Member | None:
        """A member by id."""
        rows = await self._run(
            member_statement(self._dialect), {WORKSPACE: workspace_id, "id": member_id}
        )
        return member_of(rows[0]) if rows else None

    async def company(self, workspace_id: str, company_id: str) -> Company | None:
        """A company by id."""
        rows = await self._run(
            company_statement(self._dialect), {WORKSPACE: workspace_id, "id": company_id}
        )
        return company_of(rows[0]) if rows else None

    async def workspace(self, workspace_id: str) -> Workspace | None:
        """The workspace itself."""
        rows = await self._run(workspace_statement(self._dialect), {WORKSPACE: workspace_id})
        return workspace_of(rows[0]) if rows else None

    async def wallet(self, workspace_id: str, member_id: str) -> Wallet:
        """A member's lots that have tokens in them."""
        rows = await self._run(
            wallet_statement(self._dialect), {WORKSPACE: workspace_id, "member_id": member_id}
        )
        return Wallet.of(held_lot_of(row) for row in rows)

    async def rate_cards(
        self, workspace_id: str, room_ids: Sequence[str]
    ) -> dict[str, list[RateCard]]:
        """Every rate card of some rooms, by room; oldest first."""
        rows = await self._run(
            rate_cards_statement(self._dialect),
            {WORKSPACE: workspace_id, IDS: storable_only(room_ids, self._dialect)},
        )
        found: dict[str, list[RateCard]] = {}
        for row in rows:
            found.setdefault(row["room_id"], []).append(rate_card_of(row))
        return found

    async def counted(
        self, workspace_id: str, holders: Mapping[QuotaHolder, str], span: Interval
    ) -> Sequence[CountedSlot]:
        """What any of the holders has booked within ``span``."""
        return counted_slots(
            await self._run(
                counted_statement(self._dialect),
                {WORKSPACE: workspace_id, **counted_values(holders, span)},
            )
        )

    async def events_after(self, workspace_id: str, position: int, limit: int) -> list[Event]:
        """The log after a position, in order, without gaps."""
        rows = await self._run(
            events_statement(self._dialect),
            {WORKSPACE: workspace_id, "position": position, LIMIT: limit},
        )
        return [event_of(row) for row in rows]

    async def head(self, workspace_id: str) -> int:
        """The last position that the log has given; 0 if nothing ever happened."""
        return (await self.heads([workspace_id]))[workspace_id]

    async def floor(self, workspace_id: str) -> int:
        """The position up to which the log has been pruned; 0 if it is whole."""
        rows = await self._run(
            heads_statement(self._dialect), {IDS: storable_only([workspace_id], self._dialect)}
        )
        return rows[0]["floor"] if rows else 0

    async def heads(self, workspace_ids: Sequence[str]) -> dict[str, int]:
        """The last positions of several logs, in one statement; 0 for those that are empty."""
        rows = await self._run(
            heads_statement(self._dialect), {IDS: storable_only(workspace_ids, self._dialect)}
        )
        found = {row["workspace_id"]: row["head"] for row in rows}
        return {workspace_id: found.get(workspace_id, 0) for workspace_id in workspace_ids}

    async def api_key(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash, in whatever workspace, unless its member is suspended."""
        known = self._recent_keys.get(secret_hash)
        if known is not None:
            return known
        cleared = self._recent_keys.cleared
        rows = await self._run(api_key_statement(self._dialect), {"secret_hash": secret_hash})
        key = api_key_of(rows[0]) if rows else None
        if key is not None:
            self._recent_keys.put(key, cleared)
        return key

    async def workspace_of_account(self, account_id: str) -> str | None:
        """The workspace whose payments go to an account of the provider's."""
        rows = await self._run(account_statement(self._dialect), {"account_id": account_id})
        return rows[0]["workspace_id"] if rows else None

    async def due(self, duty: Duty, now: datetime, limit: int) -> list[Due]:
        """What is due at ``now``, in every workspace, longest due first."""
        by = now - duties.GRACE.get(duty, timedelta(0))
        rows = await self._run(
            duty_statement(duty, self._dialect), {duties.NOW: by, duties.LIMIT: limit}
        )
        return [Due(row["workspace_id"], row["id"]) for row in rows]

    async def _run(self, statement: Statement, values: dict[str, Any]) -> list[Record]:
        """The only way to the database. What no column can hold matches nothing."""
        try:
            parameters = statement.bind(values, self._dialect)
        except Unstorable:
            return []
        return statement.decode(await self._engine.fetch(statement.sql, parameters))


@cache
def rooms_statement(scoped: bool, dialect: Dialect) -> Statement:
    """Rooms with their locations, by id; ``scoped`` to some."""
    query = room_query().where(_in_workspace(ROOMS)).order_by(ROOMS.c.id)
    return compiled(query.where(is_in(ROOMS.c.id, IDS, dialect)) if scoped else query, dialect)


@cache
def occupancy_statement(dialect: Dialect) -> Statement:
    """What stands in the way on some rooms."""
    instant = BOOKINGS.c.start_at.type
    query = occupancy_query(
        bindparam(WORKSPACE, type_=BOOKINGS.c.workspace_id.type),
        lambda column: is_in(column, IDS, dialect),
        Span(bindparam("since", type_=instant), bindparam("until", type_=instant)),
    )
    return compiled(query, dialect)


@cache
def member_statement(dialect: Dialect) -> Statement:
    """A member by id."""
    query = select(MEMBERS).where(_in_workspace(MEMBERS), _is(MEMBERS.c.id))
    return compiled(query, dialect)


@cache
def company_statement(dialect: Dialect) -> Statement:
    """A company by id."""
    query = select(COMPANIES).where(_in_workspace(COMPANIES), _is(COMPANIES.c.id))
    return compiled(query, dialect)


@cache
def workspace_statement(dialect: Dialect) -> Statement:
    """The workspace itself."""
    return compiled(select(WORKSPACES).where(_in_workspace(WORKSPACES)), dialect)


@cache
def wallet_statement(dialect: Dialect) -> Statement:
    """A member's lots that have tokens in them."""
    query = select(LOTS).where(_in_workspace(LOTS), _is(LOTS.c.member_id), LOTS.c.posted > 0)
    return compiled(query, dialect)


@cache
def rate_cards_statement(dialect: Dialect) -> Statement:
    """The rate cards of some rooms."""
    c = RATE_CARDS.c
    query = (
        select(RATE_CARDS)
        .where(_in_workspace(RATE_CARDS), is_in(c.room_id, IDS, dialect))
        .order_by(c.room_id, c.effective_from, c.id)
    )
    return compiled(query, dialect)


@cache
def counted_statement(dialect: Dialect) -> Statement:
    """What counts towards quotas."""
    return compiled(counted_query(WORKSPACE), dialect)


@cache
def events_statement(dialect: Dialect) -> Statement:
    """The log after a position."""
    c = EVENTS.c
    query = (
        select(EVENTS)
        .where(_in_workspace(EVENTS), c.position > bindparam("position", type_=c.position.type))
        .order_by(c.position)
        .limit(bindparam(LIMIT, type_=BigInteger()))
    )
    return compiled(query, dialect)


@cache
def heads_statement(dialect: Dialect) -> Statement:
    """The heads of some logs."""
    return compiled(
        select(EVENT_HEADS).where(is_in(EVENT_HEADS.c.workspace_id, IDS, dialect)), dialect
    )


@cache
def api_key_statement(dialect: Dialect) -> Statement:
    """The key with a hash, in whatever workspace, unless its member is suspended."""
    suspended = (
        select(MEMBERS.c.id)
        .where(
            MEMBERS.c.workspace_id == API_KEYS.c.workspace_id,
            MEMBERS.c.id == API_KEYS.c.member_id,
            MEMBERS.c.status == literal_column(f"'{MemberStatus.SUSPENDED}'"),
        )
        .exists()
    )
    return compiled(select(API_KEYS).where(_is(API_KEYS.c.secret_hash), ~suspended), dialect)


@cache
def account_statement(dialect: Dialect) -> Statement:
    """The workspace of an account of the provider's."""
    c = STRIPE_ACCOUNTS.c
    return compiled(select(c.workspace_id).where(_is(c.account_id)), dialect)


@cache
def duty_statement(duty: Duty, dialect: Dialect) -> Statement:
    """What is due of one duty."""
    return compiled(duties.duty_query(duty), dialect)


def _in_workspace(table: Table) -> ColumnElement[bool]:
    return table.c.workspace_id == bindparam(WORKSPACE, type_=table.c.workspace_id.type)


def _is(column: Column[Any]) -> ColumnElement[bool]:
    return column == bindparam(column.key, type_=column.type)
