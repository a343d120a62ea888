"""Try the skipped dates of a series again."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import InvalidTransition
from litehq_core.domain.idempotency import Once
from litehq_core.domain.series import GIVEN_UP, BookedSeries, OnConflict, Outcome
from litehq_core.domain.series_editing import RetrySeries
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_series import book_occurrences
from litehq_core.steps.load_series import booked_series, lock_holders, lock_series
from litehq_core.steps.once import run_once
from litehq_core.steps.series_checkouts import series_phases

__all__ = ["RetrySeries", "retry_series"]


async def retry_series(
    ports: Ports, actor: Actor, command: RetrySeries, once: Once | None = None
) -> BookedSeries:
    """Book what can be had by now of the dates ahead that were skipped; the rest stays skipped.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        NotFound, VersionConflict, PaymentFailed: refused.
        InvalidTransition: the series is cancelled.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> BookedSeries:
        series, rooms = await lock_series(tx, actor, command.series_id)
        series.require_version(command.expected_version)
        if series.cancelled_at is not None:
            raise InvalidTransition(status="cancelled", move="be tried again")
        skipped = [
            occurrence
            for occurrence in series.occurrences
            if occurrence.outcome is Outcome.SKIPPED
            and occurrence.slot.start > tx.now
            and occurrence.why != GIVEN_UP
        ]
        if skipped:
            await lock_holders(tx, series, rooms)
            alternative = series.on_conflict is OnConflict.ALTERNATIVE
            tried = await book_occurrences(
                tx,
                series,
                skipped,
                member=await tx.catalogue.member(series.member_id) if series.member_id else None,
                rooms=rooms,
                on_conflict=OnConflict.ALTERNATIVE if alternative else OnConflict.SKIP,
                ports=ports,
            )
            if tried.occurrences != tuple(skipped):
                series = series.changed(tx.now, tried.occurrences)
                await tx.series.save(series)
        return await booked_series(tx, series)

    return await run_once(ports, actor, once, command, execute, series_phases(ports, actor))
