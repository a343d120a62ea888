"""The buckets of the rate limit as rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from litehq_app.sql.columns import instant_of
from litehq_app.sql.faults import faults_named
from litehq_app.sql.tables import RATE_BUCKETS
from litehq_app.sql.transaction import Clock
from litehq_app.sql.unit import Unit, Values
from litehq_app.sql.work import begun, commit, to_its_end
from litehq_core.domain.rate_limit import Bucket, Drawn, Lease, RateLimit, Standing, Wish, draw
from litehq_core.ports.boundary import transaction_boundary

_DATABASE_NOW = text("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)")


class SqlRateBuckets:
    """Implements ``RateBuckets``. The bucket's row is locked meanwhile, and nothing else is.

    Args:
        clock: None means the database's own on PostgreSQL.
    """

    def __init__(self, writer: AsyncEngine, *, clock: Clock | None) -> None:
        self._writer = writer
        self._clock = clock

    async def draw(
        self, workspace_id: str, limit: RateLimit, wish: Wish
    ) -> tuple[Bucket, int, Drawn]:
        """Draw on a workspace's bucket, in a short transaction of its own."""
        with transaction_boundary():
            async with begun(self._writer) as work:
                unit = Unit(
                    connection=work.connection, workspace_id=workspace_id, now=instant_of(0)
                )
                known = await self._locked(unit, limit)
                # Only under the lock: among those who waited for it, time must not go back.
                now_ms = await self._now_ms(work.connection)
                bucket, drawn = draw(known, limit, wish, now_ms)
                await unit.save(RATE_BUCKETS, bucket_values(workspace_id, bucket))
                with faults_named():
                    await to_its_end(commit(work))
        return bucket, now_ms, drawn

    async def _locked(self, unit: Unit, limit: RateLimit) -> Bucket:
        query = select(RATE_BUCKETS).where(unit.of(RATE_BUCKETS)).with_for_update()
        row = await unit.row(query)
        if row is None:
            new = Bucket.full(limit, await self._now_ms(unit.connection))
            values = bucket_values(unit.workspace_id, new)
            await unit.run(unit.insert(RATE_BUCKETS).values(values).on_conflict_do_nothing())
            # Its own, or that of somebody who was faster.
            (row,) = await unit.rows(query)
        return bucket_of(row)

    async def _now_ms(self, connection: AsyncConnection) -> int:
        if self._clock is not None:
            return int(self._clock().timestamp() * 1000)
        with faults_named():
            now_ms: int = (await to_its_end(connection.execute(_DATABASE_NOW))).scalar_one()
        return now_ms


def bucket_values(workspace_id: str, bucket: Bucket) -> Values:
    """A bucket as a row."""
    return {
        "workspace_id": workspace_id,
        "parts": bucket.parts,
        "at_ms": bucket.at_ms,
        "leases": _json(bucket.leases),
        "standings": _json(bucket.standings),
    }


def bucket_of(row: Values) -> Bucket:
    """The inverse of :func:`bucket_values`."""
    return Bucket(
        parts=row["parts"],
        at_ms=row["at_ms"],
        leases={holder: Lease(**lease) for holder, lease in row["leases"].items()},
        standings={who: Standing(**standing) for who, standing in row["standings"].items()},
    )


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asdict(value) for name, value in values.items()}
