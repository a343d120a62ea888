"""Quotes as rows and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from litehq_app.sql.tables import QUOTES
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.errors import Alternative, Violation
from litehq_core.domain.interval import Interval
from litehq_core.domain.price import Price
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import BillingMode


class SqlQuotes:
    """Implements ``Quotes``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, quote_id: str) -> Quote | None:
        """A quote, expired or not."""
        query = select(QUOTES).where(self._unit.of(QUOTES), QUOTES.c.id == quote_id)
        row = await self._unit.row(query)
        return quote_of(row) if row else None

    async def add(self, quote: Quote) -> None:
        """Insert a new quote."""
        await self._unit.add(QUOTES, quote_values(quote))

    async def prune(self, before: datetime, limit: int) -> int:
        """Remove quotes that expired by ``before``, oldest first."""
        c = QUOTES.c
        old = (
            select(c.id)
            .where(self._unit.of(QUOTES), c.expires_at <= before)
            .order_by(c.expires_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return await self._unit.run(delete(QUOTES).where(self._unit.of(QUOTES), c.id.in_(old)))


def quote_values(quote: Quote) -> Values:
    """A quote as a row."""
    return {
        "workspace_id": quote.workspace_id,
        "id": quote.id,
        "room_id": quote.room_id,
        "start_at": quote.slot.start,
        "end_at": quote.slot.end,
        "booker": quote.booker,
        "billing_mode": quote.billing_mode,
        "price": quote.price.as_json(),
        "tokens": quote.price.tokens,
        "policy": quote.policy.as_json(),
        "violations": [violation.as_json() for violation in quote.violations],
        "conflicting_booking_id": quote.conflicting_booking_id,
        "alternatives": [alternative.as_json() for alternative in quote.alternatives],
        "created_at": quote.created_at,
        "expires_at": quote.expires_at,
    }


def quote_of(row: Values) -> Quote:
    """The inverse of :func:`quote_values`."""
    return Quote(
        id=row["id"],
        workspace_id=row["workspace_id"],
        room_id=row["room_id"],
        slot=Interval(row["start_at"], row["end_at"]),
        booker=row["booker"],
        billing_mode=BillingMode(row["billing_mode"]),
        price=Price.from_json(row["price"], row["tokens"]),
        policy=CancellationPolicy.from_json(row["policy"]),
        violations=tuple(Violation(**violation) for violation in row["violations"]),
        conflicting_booking_id=row["conflicting_booking_id"],
        alternatives=tuple(Alternative(**alternative) for alternative in row["alternatives"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
