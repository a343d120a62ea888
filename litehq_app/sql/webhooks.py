"""Webhook endpoints as rows and back, and how far the log has been relayed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, FromClause, case, delete, func, literal_column, select
from sqlalchemy.sql.selectable import ScalarSelect

from litehq_app.sql.columns import Number
from litehq_app.sql.tables import EVENT_HEADS, RELAY_POSITIONS, WEBHOOK_DELIVERIES, WEBHOOKS
from litehq_app.sql.tables.webhooks import IS_ACTIVE, IS_REPLAYING
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.api_key import Scope
from litehq_core.domain.webhook import (
    DisabledReason,
    ReplayWindow,
    WebhookEndpoint,
    WebhookHealth,
    WebhookStatus,
)
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_core.domain.webhook_words import webhook_record


class SqlWebhooks:
    """Implements ``Webhooks``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, webhook_id: str, *, lock: bool = False) -> WebhookEndpoint | None:
        """An endpoint; with ``lock`` nobody else changes it until the transaction ends."""
        query = select(WEBHOOKS).where(self._unit.of(WEBHOOKS), WEBHOOKS.c.id == webhook_id)
        # Not FOR UPDATE: deliveries that are inserted meanwhile must still share the row.
        row = await self._unit.row(query.with_for_update(key_share=True) if lock else query)
        return endpoint_of(row) if row else None

    async def add(self, endpoint: WebhookEndpoint) -> None:
        """Insert a new endpoint."""
        await self._unit.add(WEBHOOKS, endpoint_values(endpoint))

    async def save(self, endpoint: WebhookEndpoint) -> None:
        """Write all of an endpoint that exists."""
        await self._unit.save(WEBHOOKS, endpoint_values(endpoint))

    async def remove(self, endpoint: WebhookEndpoint) -> None:
        """Take away an endpoint that exists, and its deliveries."""
        own = (self._unit.of(WEBHOOKS), WEBHOOKS.c.id == endpoint.id)
        # Waits for whoever is inserting deliveries; after it nobody does.
        await self._unit.row(select(WEBHOOKS.c.id).where(*own).with_for_update())
        c = WEBHOOK_DELIVERIES.c
        await self._unit.run(
            delete(WEBHOOK_DELIVERIES).where(
                self._unit.of(WEBHOOK_DELIVERIES), c.webhook_id == endpoint.id
            )
        )
        await self._unit.run(delete(WEBHOOKS).where(*own))

    async def count(self) -> int:
        """How many there are."""
        query = select(func.count().label("number")).where(self._unit.of(WEBHOOKS))
        row = await self._unit.row(query)
        return row["number"] if row else 0

    async def listening(self) -> Sequence[WebhookEndpoint]:
        """Those that are active, by id. None of them goes away until the transaction ends."""
        query = (
            select(WEBHOOKS)
            .where(self._unit.of(WEBHOOKS), literal_column(f"({IS_ACTIVE})"))
            .order_by(WEBHOOKS.c.id)
            .with_for_update(read=True, key_share=True)
        )
        return [endpoint_of(row) for row in await self._unit.rows(query)]


class SqlRelays:
    """Implements ``Relays``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def begin(self, name: str) -> None:
        """Follow the log from its present end on, unless it is followed already."""
        query = select(EVENT_HEADS.c.head).where(self._unit.of(EVENT_HEADS))
        head = await self._unit.row(query)
        values = {
            "workspace_id": self._unit.workspace_id,
            "name": name,
            "position": head["head"] if head else 0,
        }
        insert = self._unit.insert(RELAY_POSITIONS).values(values)
        await self._unit.run(insert.on_conflict_do_nothing())

    async def lock(self, name: str) -> int | None:
        """The position, which nobody else moves until the transaction ends."""
        c = RELAY_POSITIONS.c
        query = select(c.position).where(self._unit.of(RELAY_POSITIONS), c.name == name)
        row = await self._unit.row(query.with_for_update())
        return row["position"] if row else None

    async def move(self, name: str, position: int) -> None:
        """Write the position of a log that is followed."""
        values = {
            "workspace_id": self._unit.workspace_id,
            "name": name,
            "position": position,
        }
        await self._unit.save(RELAY_POSITIONS, values)

    async def needed_after(self) -> int | None:
        """The position after which somebody still needs the log; None: nobody follows it."""
        followed = select(RELAY_POSITIONS.c.position.label("after")).where(
            self._unit.of(RELAY_POSITIONS)
        )
        again = select(WEBHOOKS.c.replay_after.label("after")).where(
            self._unit.of(WEBHOOKS), literal_column(f"({IS_REPLAYING})")
        )
        rows = await self._unit.rows(followed.union_all(again))
        return min((row["after"] for row in rows), default=None)


def endpoint_values(endpoint: WebhookEndpoint) -> Values:
    """An endpoint as a row."""
    record = webhook_record(endpoint)
    replay = endpoint.replay
    return {
        **{name: v for name, v in record.items() if name not in ("pending_count", "dead_count")},
        "workspace_id": endpoint.workspace_id,
        "secret_sealed": endpoint.secret_sealed,
        "old_secret_sealed": endpoint.old_secret_sealed,
        "replay_after": replay.after if replay else None,
        "replay_until": replay.until if replay else None,
    }


def endpoint_of(row: Values) -> WebhookEndpoint:
    """The inverse of :func:`endpoint_values`."""
    reason = row["disabled_reason"]
    return WebhookEndpoint(
        id=row["id"],
        workspace_id=row["workspace_id"],
        status=WebhookStatus(row["status"]),
        version=row["version"],
        url=row["url"],
        description=row["description"],
        events=tuple(row["events"]),
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        ordered=row["ordered"],
        contact_email=row["contact_email"],
        secret_sealed=row["secret_sealed"],
        old_secret_sealed=row["old_secret_sealed"],
        old_secret_until=row["old_secret_until"],
        verified_at=row["verified_at"],
        active_since=row["active_since"],
        disabled_reason=DisabledReason(reason) if reason else None,
        health=WebhookHealth(
            last_success_at=row["last_success_at"],
            last_failure_at=row["last_failure_at"],
            last_error=row["last_error"],
            failing_since=row["failing_since"],
        ),
        replay=_replay(row),
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _replay(row: Values) -> ReplayWindow | None:
    if row["replaying_since"] is None:
        return None
    return ReplayWindow(
        since=row["replaying_since"], after=row["replay_after"], until=row["replay_until"]
    )


def pending_in(endpoints: FromClause) -> ColumnElement[int]:
    """How many deliveries are yet to arrive at the endpoint in a row."""
    return _counted(endpoints, DeliveryStatus.PENDING, "pending_count")


def dead_in(endpoints: FromClause) -> ColumnElement[int]:
    """How many deliveries to the endpoint in a row have been given up."""
    return _counted(endpoints, DeliveryStatus.DEAD, "dead_count")


def _counted(endpoints: FromClause, status: DeliveryStatus, name: str) -> ColumnElement[int]:
    own, of = endpoints.c, WEBHOOK_DELIVERIES.c
    # Literals: what reads a page finds the workspace as its first parameter.
    number: ScalarSelect[int] = (
        select(func.count())
        .select_from(WEBHOOK_DELIVERIES)
        .where(
            of.workspace_id == own.workspace_id,
            of.webhook_id == own.id,
            of.status == literal_column(f"'{status}'"),
        )
        .correlate(endpoints)
        .scalar_subquery()
    )
    return case((own.id.is_not(None), number)).cast(Number).label(name)
