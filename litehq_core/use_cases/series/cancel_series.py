"""Cancel a series, or a part of it."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import OCCUPYING
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.ending import CancelBooking, decide_cancel
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.series import GIVEN_UP, BookedSeries, Occurrence, Outcome, SeriesScope
from litehq_core.domain.series_editing import CancelSeries
from litehq_core.domain.text import MAX_NOTES, require_text
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_series import booked_series, close_abandoned, lock_series
from litehq_core.steps.once import run_once
from litehq_core.steps.tell_bookers import Changed, tell_bookers

__all__ = ["CancelSeries", "cancel_series"]


async def cancel_series(
    ports: Ports, actor: Actor, command: CancelSeries, once: Once | None = None
) -> BookedSeries:
    """Cancel the occurrences of a scope that are still ahead, each by its own policy.

    What has begun stays, unless it is the one that is named. Dates that were skipped are given
    up. Cancelling twice gives the cancelled series.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``; a bound key needs ``refunds:override``
            for anything better than the policies give.
        ValidationFailed, NotFound, VersionConflict, InvalidTransition: refused.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    if command.reason is not None:
        require_text("reason", command.reason, most=MAX_NOTES)
    if command.refund_policy is RefundPolicy.PARTIAL:
        raise ValidationFailed.of("refund_policy", "partial is for single bookings")

    async def execute(tx: Transaction) -> BookedSeries:
        series, _ = await lock_series(tx, actor, command.series_id)
        series.require_version(command.expected_version)
        affected = series.within(command.scope, command.occurrence)
        changes: list[Changed] = []
        for occurrence in affected:
            if occurrence.booking_id is not None:
                changes += await _cancel_one(tx, ports, actor, command, occurrence.booking_id)
        if command.notify_attendees:
            await tell_bookers(tx, changes)
        await close_abandoned(tx, series)
        given_up = [_given_up(occurrence) for occurrence in affected]
        changed = series.with_occurrences(given_up)
        if command.scope is SeriesScope.ALL and series.cancelled_at is None:
            changed = replace(changed, cancelled_at=tx.now)
        if changed != series:
            series = changed.changed(tx.now, ())
            await tx.series.save(series)
        return await booked_series(tx, series)

    return await run_once(ports, actor, once, command, execute)


def _given_up(occurrence: Occurrence) -> Occurrence:
    if occurrence.outcome is not Outcome.SKIPPED:
        return occurrence
    return replace(occurrence, why=GIVEN_UP)


async def _cancel_one(
    tx: Transaction, ports: Ports, actor: Actor, command: CancelSeries, booking_id: str
) -> list[Changed]:
    """The booking before and after, if there was anything to cancel."""
    booking = await tx.bookings.get(booking_id, lock=True)
    if booking is None:
        return []
    is_ahead = booking.status in OCCUPYING and booking.start_at > tx.now
    if not is_ahead and command.scope is not SeriesScope.THIS:
        return []
    wish = CancelBooking(
        booking_id=booking_id,
        reason=command.reason,
        refund_policy=command.refund_policy,
        notify_attendees=command.notify_attendees,
    )
    # The shared checkout is closed at the end, if all have left it.
    payments = tuple(await tx.payments.of_booking(booking_id))
    decision = decide_cancel(booking, wish, actor, payments, tx.now, ports.new_id)
    if decision is None:
        return []
    return [(booking, await apply(tx, decision, tell=False))]
