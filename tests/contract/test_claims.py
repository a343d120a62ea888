"""Claims: two bookings never overlap on a room; the store itself refuses it."""

from __future__ import annotations

import pytest

from litehq_core.domain.booking import Booking, claimed
from litehq_core.domain.claims import Claim
from litehq_core.domain.errors import SlotUnavailable
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Room
from tests.contract.house import House, undone
from tests.domain.samples import slot


async def _claim(house: House, booking: Booking, *wanted: tuple[Room, Interval]) -> bool:
    """Claim as a use case would: a refusal rolls everything back."""
    try:
        async with house.begin() as tx:
            await tx.rooms.lock([room.id for room, _ in wanted])
            if not await tx.claims.put(booking.id, [Claim(room.id, when) for room, when in wanted]):
                raise SlotUnavailable(conflicting_booking_id=None)
    except SlotUnavailable:
        return False
    return True


@pytest.fixture
async def pair(house: House) -> tuple[Booking, Booking]:
    """Two bookings that have claimed nothing yet."""
    first, second = house.new_booking(), house.new_booking()
    await house.book(first, second)
    return first, second


TWO = slot("2026-06-01 14:00")


@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        (slot("2026-06-01 14:00"), False),
        (slot("2026-06-01 14:55", 5), False),
        (slot("2026-06-01 14:00", 5), False),
        (slot("2026-06-01 13:00", 180), False),
        (slot("2026-06-01 13:00"), True),
        (slot("2026-06-01 15:00"), True),
        (slot("2026-06-02 14:00"), True),
    ],
)
async def test_an_overlap_is_refused_and_a_touch_is_not(
    house: House, pair: tuple[Booking, Booking], wanted: Interval, *, free: bool
) -> None:
    """contract.md: two bookings never overlap on a room; intervals are half-open."""
    first, second = pair
    assert await _claim(house, first, (house.room, TWO))
    assert await _claim(house, second, (house.room, wanted)) is free


async def test_the_buffer_is_part_of_the_claim(house: House, pair: tuple[Booking, Booking]) -> None:
    """architecture: claims cover ``[start, end + buffer)``."""
    first, second = pair
    assert await _claim(house, first, (house.room, claimed(TWO, 10)))
    assert not await _claim(house, second, (house.room, slot("2026-06-01 15:05", 25)))
    assert await _claim(house, second, (house.room, slot("2026-06-01 15:10", 20)))


async def test_another_room_is_independent(house: House, pair: tuple[Booking, Booking]) -> None:
    first, second = pair
    assert await _claim(house, first, (house.room, TWO))
    assert await _claim(house, second, (house.annex, TWO))


async def test_ones_own_cells_are_no_obstacle(house: House, pair: tuple[Booking, Booking]) -> None:
    first, second = pair
    assert await _claim(house, first, (house.room, TWO))
    assert await _claim(house, first, (house.room, TWO))
    # Moved by half an hour: half of the cells are kept, half are new, half are let go.
    assert await _claim(house, first, (house.room, slot("2026-06-01 14:30")))
    assert not await _claim(house, second, (house.room, slot("2026-06-01 15:00", 30)))
    assert await _claim(house, second, (house.room, slot("2026-06-01 14:00", 30)))


async def test_nothing_wanted_releases_everything(
    house: House, pair: tuple[Booking, Booking]
) -> None:
    first, second = pair
    assert await _claim(house, first, (house.room, TWO), (house.annex, TWO))
    assert await _claim(house, first)
    assert await _claim(house, second, (house.room, TWO), (house.annex, TWO))


async def test_several_claims_overlapping_one_another_are_one_bookings(
    house: House, pair: tuple[Booking, Booking]
) -> None:
    """A booking and its pending change claim together, often the same cells."""
    first, second = pair
    longer = slot("2026-06-01 14:00", 120)
    assert await _claim(house, first, (house.room, TWO), (house.room, longer), (house.annex, TWO))
    assert not await _claim(house, second, (house.room, slot("2026-06-01 15:30", 30)))
    assert not await _claim(house, second, (house.annex, TWO))
    # Only all or nothing: the free room is not claimed when the other is taken.
    assert not await _claim(
        house, second, (house.annex, slot("2026-06-01 18:00")), (house.room, TWO)
    )
    assert await _claim(house, first, (house.annex, slot("2026-06-01 18:00")))


async def test_a_refused_claim_leaves_the_other_bookings_cells(
    house: House, pair: tuple[Booking, Booking]
) -> None:
    first, second = pair
    assert await _claim(house, first, (house.room, TWO))
    for _ in range(2):
        assert not await _claim(house, second, (house.room, slot("2026-06-01 14:30")))
    assert await _claim(house, first)
    assert await _claim(house, second, (house.room, slot("2026-06-01 14:30")))


async def test_a_claim_rolled_back_is_free_again(
    house: House, pair: tuple[Booking, Booking]
) -> None:
    first, second = pair
    async with undone(house.begin()) as tx:
        assert await tx.claims.put(first.id, [Claim(house.room.id, TWO)])
    assert await _claim(house, second, (house.room, TWO))


async def test_a_claim_is_seen_within_its_own_transaction(
    house: House, pair: tuple[Booking, Booking]
) -> None:
    first, second = pair
    async with undone(house.begin()) as tx:
        assert await tx.claims.put(first.id, [Claim(house.room.id, TWO)])
        assert not await tx.claims.put(second.id, [Claim(house.room.id, TWO)])
    assert await _claim(house, second, (house.room, TWO))


async def test_a_day_long_claim(house: House, pair: tuple[Booking, Booking]) -> None:
    first, second = pair
    week = slot("2026-06-01 00:00", 7 * 24 * 60)
    assert await _claim(house, first, (house.room, week))
    assert not await _claim(house, second, (house.room, slot("2026-06-07 23:55", 5)))
    assert await _claim(house, first)
    assert await _claim(house, second, (house.room, week))
