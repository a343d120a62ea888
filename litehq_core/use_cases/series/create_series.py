"""Book a slot that repeats."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.series import BookedSeries, OnConflict, Outcome, SeriesRefused
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_series import require_series, try_series
from litehq_core.steps.load_series import booked_series
from litehq_core.steps.once import run_once
from litehq_core.steps.series_checkouts import series_phases

__all__ = ["CreateSeries", "create_series"]


async def create_series(
    ports: Ports, actor: Actor, command: CreateSeries, once: Once | None = None
) -> BookedSeries:
    """Book every occurrence in one transaction; what is due by card has one checkout.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        ValidationFailed, NotFound: the wish or its rule is wrong.
        SeriesRefused: with ``fail`` some, else all of the occurrences cannot be had; bears the
            code of the first refusal.
        PaymentFailed: the provider refuses the checkout; the holds are let go.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    require_series(actor, command)

    async def execute(tx: Transaction) -> BookedSeries:
        series, tried = await try_series(tx, actor, command, ports)
        none = all(found.outcome is Outcome.SKIPPED for found in tried.occurrences)
        if tried.refused and (none or command.on_conflict is OnConflict.FAIL):
            raise SeriesRefused(tried.refused, len(tried.occurrences))
        await tx.series.add(series)
        return await booked_series(tx, series)

    return await run_once(ports, actor, once, command, execute, series_phases(ports, actor))
