"""Book a slot that repeats."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.series import (
    BookedSeries,
    CreateSeries,
    OnConflict,
    Outcome,
    SeriesRefused,
    new_series,
    wished_occurrences,
)
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_series import book_occurrences
from litehq_core.steps.load_series import booked_series
from litehq_core.steps.load_wish import load_wish, require_wish
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
    first = command.first
    require_wish(actor, first)
    if first.quote_id is not None:
        raise ValidationFailed.of("quote_id", "is of a single booking; a series has no quote")

    async def execute(tx: Transaction) -> BookedSeries:
        context = await load_wish(tx, actor, first, ports)
        room = context.calendar.room
        occurrences = wished_occurrences(command, room)
        series = new_series(context, command, occurrences)
        tried = await book_occurrences(
            tx,
            series,
            occurrences,
            member=context.member,
            rooms={room.id: room},
            on_conflict=command.on_conflict,
            ports=ports,
        )
        none = all(found.outcome is Outcome.SKIPPED for found in tried.occurrences)
        if tried.refused and (none or command.on_conflict is OnConflict.FAIL):
            raise SeriesRefused(tried.refused, len(occurrences))
        series = series.with_occurrences(tried.occurrences)
        await tx.series.add(series)
        return await booked_series(tx, series)

    return await run_once(ports, actor, once, command, execute, series_phases(ports, actor))
