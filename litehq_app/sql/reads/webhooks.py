"""What there is to do about webhooks, in every workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, bindparam, func, literal_column, select

from litehq_app.sql.columns import Instant
from litehq_app.sql.engine import Engine
from litehq_app.sql.reads.ledger import run
from litehq_app.sql.reads.pages import LIMIT, WORKSPACE
from litehq_app.sql.reads.statements import Statement, compiled
from litehq_app.sql.tables import EVENT_HEADS, RELAY_POSITIONS, WEBHOOK_DELIVERIES, WEBHOOKS
from litehq_app.sql.tables.webhooks import HAS_ENDED, IS_REPLAYING
from litehq_app.sql.webhooks import endpoint_of
from litehq_core.domain.attributes import Record
from litehq_core.domain.webhook import WebhookEndpoint, WebhookStatus
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_core.ports.webhooks import EndpointKey

NAME = "follower"
NOW = "now"


class SqlWebhookReads:
    """Implements ``WebhookReads``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def behind(self, name: str, limit: int) -> Sequence[str]:
        """Workspaces, by id, whose log has grown beyond the position of a follower."""
        rows = await self._run(behind_statement(self._dialect), {NAME: name, LIMIT: limit})
        return [row["workspace_id"] for row in rows]

    async def position(self, workspace_id: str, name: str) -> int | None:
        """The position of a follower; None: it does not follow this log."""
        values = {WORKSPACE: workspace_id, NAME: name}
        rows = await self._run(position_statement(self._dialect), values)
        return rows[0]["position"] if rows else None

    async def due(self, now: datetime, limit: int) -> Sequence[EndpointKey]:
        """Active endpoints for which a delivery is due at ``now``, longest due first."""
        return await self._keys(due_statement(self._dialect), {NOW: now, LIMIT: limit})

    async def replaying(self, limit: int) -> Sequence[EndpointKey]:
        """Endpoints that are being told of a part of the log once more."""
        return await self._keys(replaying_statement(self._dialect), {LIMIT: limit})

    async def prunable(self, before: datetime, limit: int) -> Sequence[EndpointKey]:
        """Endpoints with deliveries that came to their end before an instant."""
        return await self._keys(prunable_statement(self._dialect), {NOW: before, LIMIT: limit})

    async def endpoint(self, workspace_id: str, webhook_id: str) -> WebhookEndpoint | None:
        """An endpoint as it is at this moment."""
        values = {WORKSPACE: workspace_id, "webhook_id": webhook_id}
        rows = await self._run(endpoint_statement(self._dialect), values)
        return endpoint_of(rows[0]) if rows else None

    async def _keys(self, statement: Statement, values: dict[str, Any]) -> Sequence[EndpointKey]:
        rows = await self._run(statement, values)
        return [EndpointKey(row["workspace_id"], row["id"]) for row in rows]

    async def _run(self, statement: Statement, values: dict[str, Any]) -> list[Record]:
        return await run(self._engine.fetch, statement, values, self._dialect)


@cache
def behind_statement(dialect: Dialect) -> Statement:
    """Workspaces whose log has grown beyond a position."""
    of, heads = RELAY_POSITIONS.c, EVENT_HEADS
    query = (
        select(of.workspace_id)
        .join_from(RELAY_POSITIONS, heads, heads.c.workspace_id == of.workspace_id)
        .where(of.name == _named(), of.position < heads.c.head)
        .order_by(of.workspace_id)
        .limit(_limit())
    )
    return compiled(query, dialect)


@cache
def position_statement(dialect: Dialect) -> Statement:
    """The position of one follower."""
    of = RELAY_POSITIONS.c
    query = select(of.position).where(of.workspace_id == _workspace(), of.name == _named())
    return compiled(query, dialect)


@cache
def due_statement(dialect: Dialect) -> Statement:
    """Active endpoints, each with one look at the index of what is due for it."""
    of, own = WEBHOOK_DELIVERIES.c, WEBHOOKS.c
    first = (
        select(func.min(of.next_attempt_at))
        .where(
            of.workspace_id == own.workspace_id,
            of.webhook_id == own.id,
            of.status == literal_column(f"'{DeliveryStatus.PENDING}'"),
        )
        .correlate(WEBHOOKS)
        .scalar_subquery()
    )
    active = (
        select(own.workspace_id, own.id, first.label("due_at"))
        .where(own.status == literal_column(f"'{WebhookStatus.ACTIVE}'"))
        .subquery()
    )
    c = active.c
    query = (
        select(c.workspace_id, c.id)
        .where(c.due_at <= bindparam(NOW, type_=Instant()))
        .order_by(c.due_at, c.workspace_id, c.id)
        .limit(_limit())
    )
    return compiled(query, dialect)


@cache
def replaying_statement(dialect: Dialect) -> Statement:
    """Endpoints that are told once more."""
    own = WEBHOOKS.c
    query = (
        select(own.workspace_id, own.id)
        .where(literal_column(f"({IS_REPLAYING})"))
        .order_by(own.workspace_id, own.id)
        .limit(_limit())
    )
    return compiled(query, dialect)


@cache
def prunable_statement(dialect: Dialect) -> Statement:
    """Endpoints with deliveries that ended long ago."""
    of = WEBHOOK_DELIVERIES.c
    query = (
        select(of.workspace_id, of.webhook_id.label("id"))
        .distinct()
        .where(literal_column(f"({HAS_ENDED})"), of.updated_at <= bindparam(NOW, type_=Instant()))
        .order_by(of.workspace_id, of.webhook_id)
        .limit(_limit())
    )
    return compiled(query, dialect)


@cache
def endpoint_statement(dialect: Dialect) -> Statement:
    """One endpoint."""
    own = WEBHOOKS.c
    wanted = bindparam("webhook_id", type_=own.id.type)
    query = select(WEBHOOKS).where(own.workspace_id == _workspace(), own.id == wanted)
    return compiled(query, dialect)


def _workspace() -> Any:
    return bindparam(WORKSPACE, type_=WEBHOOKS.c.workspace_id.type)


def _named() -> Any:
    return bindparam(NAME, type_=RELAY_POSITIONS.c.name.type)


def _limit() -> Any:
    return bindparam(LIMIT, type_=BigInteger())
