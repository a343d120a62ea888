"""Deciding a new series: its dates, and how all of it is paid. Its bookings are decided singly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.decision import BookingContext, agree_terms
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import Wallet
from litehq_core.domain.pricing import refused_mode
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Recurrence
from litehq_core.domain.room import Room
from litehq_core.domain.series import Occurrence, OnConflict, Outcome, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSeries:
    """A wish for a series: that for its first occurrence, and how it repeats."""

    first: CreateBooking
    recurrence: Recurrence
    on_conflict: OnConflict = OnConflict.FAIL


def wished_occurrences(wish: CreateSeries, room: Room) -> tuple[Occurrence, ...]:
    """The dates of a wish, none of them booked yet.

    Raises:
        ValidationFailed: the rule does not meet its start, or goes too far.
    """
    first = wish.first.slot
    # Elapsed time, whatever the clocks do meanwhile.
    length = first.end - first.start
    return tuple(
        Occurrence(
            original_start=start,
            slot=Interval(start, start + length),
            room_id=room.id,
            outcome=Outcome.SKIPPED,
        )
        for start in wish.recurrence.starts(room.location.zone, first.start)
    )


def new_series(
    context: BookingContext, wish: CreateSeries, occurrences: tuple[Occurrence, ...]
) -> Series:
    """The series of a wish, none of it booked yet.

    Args:
        context: that of its first occurrence.

    Raises:
        ValidationFailed: the billing mode is not allowed.
    """
    first, room, now = wish.first, context.calendar.room, context.now
    return Series(
        id=context.new_id(Prefix.SERIES),
        workspace_id=context.workspace.id,
        room=room.summary,
        currency=room.location.currency,
        recurrence=wish.recurrence,
        start_at=first.start_at,
        duration_minutes=first.slot.minutes,
        member_id=first.member_id,
        guest=first.guest,
        company_id=context.company.id if context.company else None,
        attendees=first.attendees,
        notes=first.notes,
        metadata=first.metadata,
        billing_mode=_billing_mode(context, wish, occurrences),
        on_conflict=wish.on_conflict,
        occurrences=occurrences,
        created_at=now,
        updated_at=now,
    )


def _billing_mode(
    context: BookingContext, wish: CreateSeries, occurrences: Sequence[Occurrence]
) -> BillingMode:
    """How the whole series is paid: in tokens by default only if they last for all of it."""
    first, asked = occurrences[0].slot, wish.first.billing_mode
    mode = agree_terms(context, first, asked).billing_mode
    if asked is not None or mode is not BillingMode.TOKENS:
        return mode
    needed = 0
    for slot in (occurrence.slot for occurrence in occurrences):
        card = context.card_for(slot)
        if refused_mode(card, context.payer, mode) is None:
            needed += agree_terms(context, slot, mode).price.tokens or 0
    if needed <= context.spendable_tokens:
        return mode
    return agree_terms(replace(context, wallet=Wallet()), first, None).billing_mode
