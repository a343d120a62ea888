"""Reading series: their records, and what follows from their bookings."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.query import Condition, Op, PageQuery
from litehq_core.domain.recurrence import MAX_OCCURRENCES
from litehq_core.domain.series_view import DERIVED, FROM_BOOKINGS, with_bookings
from litehq_core.ports.reads import Reads
from litehq_core.steps.visible import reach

_NEEDS_BOOKINGS = DERIVED | {"occurrences"}


def stored_attributes(attributes: frozenset[str]) -> frozenset[str]:
    """What a store is asked for, so that :func:`complete_series` can answer the rest."""
    stored = attributes - DERIVED
    return stored | {"id", "occurrences"} if attributes & _NEEDS_BOOKINGS else stored


async def complete_series(
    reads: Reads, actor: Actor, records: Sequence[Record], attributes: frozenset[str]
) -> list[Record]:
    """The records with what follows from the bookings of all of them, read in one statement."""
    if not records or not attributes & _NEEDS_BOOKINGS:
        return list(records)
    bookings = await reads.page(
        actor.workspace_id,
        PageQuery(
            noun=Noun.BOOKING,
            where=(
                Condition("series_id", Op.IN, tuple(record["id"] for record in records)),
                *reach(actor, Noun.BOOKING),
            ),
            order=("start_at", "id"),
            descending=False,
            after=None,
            limit=len(records) * MAX_OCCURRENCES,
        ),
        FROM_BOOKINGS,
    )
    of_series: dict[str, list[Record]] = {record["id"]: [] for record in records}
    for booking in bookings:
        of_series[booking["series_id"]].append(booking)
    return [with_bookings(record, of_series[record["id"]]) for record in records]
