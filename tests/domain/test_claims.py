"""Seats: who fits, fits; nobody sits on somebody's lap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.claims import Claim, ClaimedCell, seated
from litehq_core.domain.interval import Interval
from litehq_core.domain.slot_grid import claim_cells
from tests.domain.samples import utc

FIRST = utc("2026-06-01 08:00")
SEATS = 4
CELL = timedelta(minutes=5)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A party of any size in a room of four seats, for up to an hour."""
    start = draw(st.integers(0, 11))
    end = draw(st.integers(start + 1, 12))
    when = Interval(FIRST + start * CELL, FIRST + end * CELL)
    return Claim("rm_1", when, draw(st.integers(1, SEATS)), SEATS)


def _unless_in(taken: set[ClaimedCell]) -> Callable[[ClaimedCell], bool]:
    return lambda cell: cell not in taken


def _needs(wanted: list[Claim]) -> dict[int, int]:
    found: dict[int, int] = {}
    for claim in wanted:
        for cell in claim_cells(claim.interval):
            found[cell] = max(found.get(cell, 0), claim.seats)
    return found


@given(
    st.lists(st.tuples(st.integers(0, 5), st.lists(claims(), max_size=2)), min_size=1, max_size=12)
)
def test_a_party_is_seated_if_and_only_if_every_cell_has_seats_enough(
    steps: list[tuple[int, list[Claim]]],
) -> None:
    """A naive head count says who fits; bookings come, grow, shrink, move and go."""
    held: dict[int, frozenset[ClaimedCell]] = {}
    needs: dict[int, dict[int, int]] = {}
    for booking, wanted in steps:
        others = {cell for who, cells in held.items() if who != booking for cell in cells}
        own = held.get(booking, frozenset())
        counted = sum(
            (Counter(need) for who, need in needs.items() if who != booking), Counter[int]()
        )
        found = seated(wanted, own, _unless_in(others))
        fits = all(counted[cell] + seats <= SEATS for cell, seats in _needs(wanted).items())
        assert (found is not None) is fits
        if found is None:
            continue
        assert found.isdisjoint(others)
        assert Counter(cell for _, _, cell in found) == Counter(_needs(wanted))
        assert all(0 <= seat < SEATS for _, seat, _ in found)
        # Nobody changes his seat for nothing.
        for room_id, seat, cell in own - found:
            assert _needs(wanted).get(cell, 0) < sum(c == cell for _, _, c in own)
            assert room_id == "rm_1"
            assert seat >= max((s for _, s, c in found & own if c == cell), default=0)
        held[booking], needs[booking] = found, _needs(wanted)


def test_a_booking_may_change_seats_on_its_way() -> None:
    """Seats are chosen cell by cell, so that no gap is lost to who sits where."""
    half = timedelta(minutes=30)
    hour = Interval(FIRST, FIRST + 2 * half)
    first = claim_cells(Interval(FIRST, FIRST + half))
    second = claim_cells(Interval(FIRST + half, FIRST + 2 * half))
    taken = {("rm_1", 0, cell) for cell in first} | {("rm_1", 1, cell) for cell in second}
    found = seated([Claim("rm_1", hour, 1, 2)], (), _unless_in(taken))
    assert found is not None
    assert set(found) == {("rm_1", 1, cell) for cell in first} | {
        ("rm_1", 0, cell) for cell in second
    }
