"""Deliveries as rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal_column, select, update

from litehq_app.sql.tables import WEBHOOK_DELIVERIES
from litehq_app.sql.tables.webhooks import HAS_ENDED, IS_DEAD, IS_PENDING
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.webhook_delivery import (
    Attempt,
    Delivery,
    DeliveryStatus,
    attempts_json,
    delivery_record,
)

_EVENT_KEY = ("workspace_id", "webhook_id", "event_id")


class SqlDeliveries:
    """Implements ``Deliveries``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, delivery_id: str, *, lock: bool = False) -> Delivery | None:
        """A delivery; with ``lock`` nobody else changes it until the transaction ends."""
        query = select(WEBHOOK_DELIVERIES).where(
            self._unit.of(WEBHOOK_DELIVERIES), WEBHOOK_DELIVERIES.c.id == delivery_id
        )
        row = await self._unit.row(query.with_for_update() if lock else query)
        return delivery_of(row) if row else None

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Insert new deliveries; of an event that its endpoint has a delivery of, none."""
        if deliveries:
            insert = self._unit.insert(WEBHOOK_DELIVERIES)
            await self._unit.run(
                insert.on_conflict_do_nothing(index_elements=_EVENT_KEY),
                [delivery_values(delivery) for delivery in deliveries],
            )

    async def save(self, delivery: Delivery) -> None:
        """Write all of a delivery that exists."""
        await self._unit.save(WEBHOOK_DELIVERIES, delivery_values(delivery))

    async def claimable(self, webhook_id: str, limit: int) -> Sequence[Delivery]:
        """What is due, longest due first, locked; what somebody else has locked is left out."""
        c = WEBHOOK_DELIVERIES.c
        query = (
            select(WEBHOOK_DELIVERIES)
            .where(*self._pending(webhook_id), c.next_attempt_at <= self._unit.now)
            .order_by(c.next_attempt_at, c.position, c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [delivery_of(row) for row in await self._unit.rows(query)]

    async def former(self, delivery: Delivery) -> Delivery | None:
        """The first pending delivery to the same endpoint about the same thing that is older."""
        c = WEBHOOK_DELIVERIES.c
        query = (
            select(WEBHOOK_DELIVERIES)
            .where(
                *self._pending(delivery.webhook_id),
                c.subject_id == delivery.subject_id,
                c.position < delivery.position,
            )
            .order_by(c.position, c.id)
            .limit(1)
        )
        row = await self._unit.row(query)
        return delivery_of(row) if row else None

    async def wake_next(self, delivery: Delivery) -> None:
        """What waits behind ``delivery`` and was never tried is due at once."""
        c = WEBHOOK_DELIVERIES.c
        await self._unit.run(
            update(WEBHOOK_DELIVERIES)
            .where(
                *self._pending(delivery.webhook_id),
                c.subject_id == delivery.subject_id,
                c.position > delivery.position,
                c.tries == 0,
            )
            .values(next_attempt_at=self._unit.now, updated_at=self._unit.now)
        )

    async def bury(self, webhook_id: str) -> None:
        """All that is pending for an endpoint is dead."""
        await self._unit.run(
            update(WEBHOOK_DELIVERIES)
            .where(*self._pending(webhook_id))
            .values(status=DeliveryStatus.DEAD, updated_at=self._unit.now)
        )

    async def requeue_dead(self, webhook_id: str) -> int:
        """All that is dead is replayed; how many."""
        dead = update(WEBHOOK_DELIVERIES).where(*self._dead(webhook_id))
        return await self._unit.run(dead.values(self._replayed()))

    async def replay(self, deliveries: Sequence[Delivery]) -> None:
        """Insert deliveries; where there is one of the event already, that one is replayed."""
        if deliveries:
            insert = self._unit.insert(WEBHOOK_DELIVERIES)
            known = insert.on_conflict_do_update(
                index_elements=_EVENT_KEY,
                set_=self._replayed(),
                where=WEBHOOK_DELIVERIES.c.status != DeliveryStatus.PENDING,
            )
            await self._unit.run(known, [delivery_values(delivery) for delivery in deliveries])

    async def tally(self, webhook_id: str) -> tuple[int, int]:
        """How many are pending for an endpoint, and how many dead."""
        return (
            await self._count(*self._pending(webhook_id)),
            await self._count(*self._dead(webhook_id)),
        )

    async def prune(self, webhook_id: str, before: datetime, limit: int) -> int:
        """Take away what came to its end before an instant; how many, ``limit`` at most."""
        c = WEBHOOK_DELIVERIES.c
        ended = (
            select(c.id)
            .where(*self._of(webhook_id), literal_column(f"({HAS_ENDED})"), c.updated_at <= before)
            .order_by(c.updated_at, c.id)
            .limit(limit)
        )
        return await self._unit.run(
            delete(WEBHOOK_DELIVERIES).where(self._unit.of(WEBHOOK_DELIVERIES), c.id.in_(ended))
        )

    def _of(self, webhook_id: str) -> tuple[ColumnElement[bool], ...]:
        own = WEBHOOK_DELIVERIES.c.webhook_id == webhook_id
        return (and_(self._unit.of(WEBHOOK_DELIVERIES), own),)

    def _pending(self, webhook_id: str) -> tuple[ColumnElement[bool], ...]:
        # As the partial indexes have it.
        return (*self._of(webhook_id), literal_column(f"({IS_PENDING})"))

    def _dead(self, webhook_id: str) -> tuple[ColumnElement[bool], ...]:
        return (*self._of(webhook_id), literal_column(f"({IS_DEAD})"))

    async def _count(self, *conditions: ColumnElement[bool]) -> int:
        row = await self._unit.row(select(func.count().label("number")).where(*conditions))
        return row["number"] if row else 0

    def _replayed(self) -> dict[str, Any]:
        """As ``domain.webhook_delivery.replayed`` has it, of what is not pending."""
        now = self._unit.now
        return {
            "status": DeliveryStatus.PENDING,
            "tries": 0,
            "next_attempt_at": now,
            "delivered_at": None,
            "updated_at": now,
        }


def delivery_values(delivery: Delivery) -> Values:
    """A delivery as a row."""
    return {
        **delivery_record(delivery),
        "workspace_id": delivery.workspace_id,
        "position": delivery.position,
        "body": delivery.body,
        "lease": delivery.lease,
        "attempts": attempts_json(delivery.attempts),
    }


def delivery_of(row: Values) -> Delivery:
    """The inverse of :func:`delivery_values`."""
    own = {name: v for name, v in row.items() if name not in ("last_status", "last_error")}
    attempts = tuple(Attempt.from_json(value) for value in row["attempts"])
    return Delivery(**{**own, "status": DeliveryStatus(row["status"]), "attempts": attempts})
