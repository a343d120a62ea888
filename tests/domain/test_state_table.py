"""Each decision that ends a booking, from each status: by the table, or refused.

``move`` itself is held to the table by ``test_booking``; here are those who call it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking import TRANSITIONS, Booking, BookingStatus, Move
from litehq_core.domain.decision import Decision
from litehq_core.domain.ending import (
    CancelBooking,
    decide_cancel,
    decide_complete,
    decide_expire,
    decide_no_show,
)
from litehq_core.domain.errors import InvalidTransition
from litehq_core.domain.ids import Prefix
from tests.domain import samples

ACTOR = system_actor("ws_1")
NUMBERS = count()


def _new_id(prefix: Prefix) -> str:
    return f"{prefix}_{next(NUMBERS)}"


def _cancel(booking: Booking) -> Decision | None:
    wish = CancelBooking(booking_id=booking.id)
    return decide_cancel(booking, wish, ACTOR, (), samples.NOW, _new_id)


DECISIONS: dict[Move, Callable[[Booking], Decision | None]] = {
    Move.CANCEL: _cancel,
    Move.EXPIRE: lambda booking: decide_expire(booking, (), samples.NOW),
    Move.COMPLETE: lambda booking: decide_complete(booking, (), samples.NOW),
}


@pytest.mark.parametrize("status", BookingStatus)
@pytest.mark.parametrize("step", DECISIONS)
def test_a_decision_moves_by_the_table_or_is_refused(step: Move, status: BookingStatus) -> None:
    """contract.md: every move raises ``version`` by one and writes exactly one event."""
    before = samples.booking(status=status, version=4, sequence=6)
    row = TRANSITIONS.get((status, step))
    if row is None and (status, step) == (BookingStatus.CANCELLED, Move.CANCEL):
        # "Cancelling twice returns the cancelled booking."
        assert DECISIONS[step](before) is None
        return
    if row is None:
        with pytest.raises(InvalidTransition) as refusal:
            DECISIONS[step](before)
        assert refusal.value.details() == {"status": status.value}
        return
    decision = DECISIONS[step](before)
    assert decision is not None
    target, kind = row
    assert (decision.booking.status, decision.booking.version) == (target, 5)
    assert [(event.type, event.sequence) for event in decision.events] == [(kind, 7)]
    # Whatever ends holds nothing of its room any more.
    assert decision.claims == ()


@pytest.mark.parametrize("status", BookingStatus)
def test_a_no_show_is_a_flag_and_no_move(status: BookingStatus) -> None:
    """contract.md: a flag set by an operator after ``start_at``, not a state."""
    before = samples.booking(status=status, version=4, sequence=6)

    def flag() -> Decision:
        return decide_no_show(before, True, ACTOR, None, before.start_at)

    if status not in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        with pytest.raises(InvalidTransition):
            flag()
        return
    decision = flag()
    assert (decision.booking.status, decision.booking.no_show) == (status, True)
    assert (decision.booking.version, decision.claims) == (5, None)
    assert [event.type.value for event in decision.events] == ["booking.no_show"]
