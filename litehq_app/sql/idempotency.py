"""Idempotency keys as rows and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from litehq_app.sql.tables import IDEMPOTENCY_KEYS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.idempotency import IdempotencyRecord


class SqlIdempotencyKeys:
    """Implements ``IdempotencyKeys``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def claim(self, record: IdempotencyRecord) -> IdempotencyRecord | None:
        """Insert the key; None if it is new, else what is known of it, locked.

        The insert waits for a twin that is still in its first transaction.
        """
        c = IDEMPOTENCY_KEYS.c
        insert = (
            self._unit.insert(IDEMPOTENCY_KEYS)
            .values(self._values(record))
            .on_conflict_do_nothing()
            .returning(c.key)
        )
        known = (
            select(IDEMPOTENCY_KEYS)
            .where(
                self._unit.of(IDEMPOTENCY_KEYS),
                c.principal == record.principal,
                c.operation == record.operation,
                c.key == record.key,
            )
            .with_for_update()
        )
        while not await self._unit.returned(insert):
            row = await self._unit.row(known)
            if row is not None:
                return record_of(row)
            # It was pruned between the two statements; now it can be ours.
        return None

    async def save(self, record: IdempotencyRecord) -> None:
        """Write all of a record that exists."""
        await self._unit.save(IDEMPOTENCY_KEYS, self._values(record))

    async def prune(self, before: datetime, limit: int) -> int:
        """Forget keys first used by ``before``, oldest first."""
        c = IDEMPOTENCY_KEYS.c
        key = (c.principal, c.operation, c.key)
        old = (
            select(*key)
            .where(self._unit.of(IDEMPOTENCY_KEYS), c.created_at <= before)
            .order_by(c.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return await self._unit.run(
            delete(IDEMPOTENCY_KEYS).where(self._unit.of(IDEMPOTENCY_KEYS), tuple_(*key).in_(old))
        )

    def _values(self, record: IdempotencyRecord) -> Values:
        return {
            "workspace_id": self._unit.workspace_id,
            "principal": record.principal,
            "operation": record.operation,
            "key": record.key,
            "fingerprint": record.fingerprint,
            "subject_id": record.subject_id,
            "lease_until": record.lease_until,
            "answer": record.answer,
            "sealed": record.sealed,
            "created_at": record.created_at,
        }


def record_of(row: Values) -> IdempotencyRecord:
    """What a row knows of a key."""
    return IdempotencyRecord(
        operation=row["operation"],
        key=row["key"],
        principal=row["principal"],
        fingerprint=row["fingerprint"],
        subject_id=row["subject_id"],
        lease_until=row["lease_until"],
        answer=row["answer"],
        sealed=row["sealed"],
        created_at=row["created_at"],
    )
