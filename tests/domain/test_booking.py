"""The state machine of bookings."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from litehq_core.domain.booking import (
    OCCUPYING,
    TRANSITIONS,
    BookingStatus,
    Move,
    amend,
    claimed,
    move,
)
from litehq_core.domain.errors import InvalidTransition, VersionConflict
from litehq_core.domain.events import EventType
from tests.domain import samples
from tests.domain.samples import slot

LATER = samples.NOW + timedelta(minutes=1)
PENDING, CONFIRMED = BookingStatus.PENDING_PAYMENT, BookingStatus.CONFIRMED
CANCELLED, COMPLETED = BookingStatus.CANCELLED, BookingStatus.COMPLETED
EXPIRED = BookingStatus.EXPIRED


def test_the_moves_are_those_of_the_contract() -> None:
    """contract.md, States: ``pending_payment → confirmed | expired | cancelled``;

    ``confirmed → cancelled | completed``; ``expired → confirmed`` only by late payment.
    """
    assert {(source, target) for (source, _), (target, _) in TRANSITIONS.items()} == {
        (PENDING, CONFIRMED),
        (PENDING, EXPIRED),
        (PENDING, CANCELLED),
        (CONFIRMED, CANCELLED),
        (CONFIRMED, COMPLETED),
        (EXPIRED, CONFIRMED),
    }
    assert TRANSITIONS[EXPIRED, Move.REVIVE] == (CONFIRMED, EventType.BOOKING_CONFIRMED)
    # Each says what happened: the event is named after the state that it led to.
    assert all(event == f"booking.{target}" for target, event in TRANSITIONS.values())


@pytest.mark.parametrize(("status", "step"), list(product(BookingStatus, Move)))
def test_every_pair_moves_by_the_table_or_not_at_all(status: BookingStatus, step: Move) -> None:
    """contract.md: every move raises ``version`` by one and writes exactly one event."""
    before = samples.booking(status=status, version=4, sequence=6)
    if (status, step) not in TRANSITIONS:
        with pytest.raises(InvalidTransition) as refusal:
            move(before, step, LATER)
        assert refusal.value.details() == {"status": status.value}
        assert str(refusal.value) == f"A booking that is {status} cannot {step}."
        return
    after, event = move(before, step, LATER, notes="moved")
    assert (after.status, event) == TRANSITIONS[status, step]
    assert (after.version, after.updated_at, after.notes) == (5, LATER, "moved")


def test_a_move_changes_nothing_it_was_not_told_to() -> None:
    before = samples.hold(version=1)
    after, _ = move(before, Move.CONFIRM, LATER, checkout_url="x")
    changed = {
        name
        for name in type(before).__dataclass_fields__
        if getattr(before, name) != getattr(after, name)
    }
    assert changed == {"status", "version", "updated_at", "checkout_url"}


def test_only_a_move_writes_status() -> None:
    with pytest.raises(TypeError):
        move(samples.hold(), Move.CONFIRM, LATER, status=COMPLETED)


def test_an_amendment_keeps_the_status_and_raises_the_version() -> None:
    before = samples.booking(version=2)
    after = amend(before, LATER, notes="new")
    assert (after.status, after.version, after.notes) == (CONFIRMED, 3, "new")
    assert after.updated_at == LATER
    assert before.notes is None


def test_holds_and_confirmed_bookings_occupy() -> None:
    assert {PENDING, CONFIRMED} == OCCUPYING


def test_a_hold_lapses_at_its_instant() -> None:
    """contract.md: a hold whose ``expires_at`` has passed is free at that instant."""
    hold = samples.hold()
    assert hold.expires_at is not None
    assert not hold.is_lapsed(hold.expires_at - timedelta(seconds=1))
    assert hold.is_lapsed(hold.expires_at)
    confirmed = samples.booking(expires_at=hold.expires_at)
    assert not confirmed.is_lapsed(hold.expires_at)
    assert not samples.hold(expires_at=None).is_lapsed(LATER)


def test_a_stale_version_conflicts() -> None:
    """contract.md, Optimistic locking: never required; stale → version_conflict."""
    booking = samples.booking(version=3)
    booking.require_version(None)
    booking.require_version(3)
    for stale in (2, 4):
        with pytest.raises(VersionConflict) as refusal:
            booking.require_version(stale)
        assert refusal.value.details() == {"current_version": 3}


def test_what_a_booking_claims_and_what_it_has_cost() -> None:
    """architecture: claims cover ``[start, end + buffer)``."""
    assert claimed(slot("2026-06-01 14:00"), 15) == slot("2026-06-01 14:00", 75)
    booking = samples.booking(paid_minor=4000, refunded_minor=1500)
    assert booking.settled_minor == 2500
    assert booking.tokens_charged is None
    assert samples.booking(price=samples.price(0, tokens=3)).tokens_charged == 3
    assert booking.slot == slot("2026-06-01 14:00")
