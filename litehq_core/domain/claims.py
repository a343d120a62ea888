"""What a booking claims: cells of rooms, and on shared rooms seats in them.

The cells are five minutes of UTC (``docs/decisions/0004``). A combined room has no cells of its
own: who books it claims those of its parts, so that the same key keeps both apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from litehq_core.domain.interval import Interval
from litehq_core.domain.room import RoomSummary
from litehq_core.domain.slot_grid import claim_cells

# (room id, seat, cell): what the key of the store's claims is made of, workspace apart.
ClaimedCell = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """``seats`` of the ``of`` seats of one room, throughout ``interval``; 1 of 1 is the room.

    Which seats they are is the store's affair, cell by cell.
    """

    room_id: str
    interval: Interval
    seats: int = 1
    of: int = 1


def seats_for(attendees: int | None) -> int:
    """The seats that a party takes of a shared room; one if nobody said how many come."""
    return attendees or 1


def claims_on(room: RoomSummary, interval: Interval, attendees: int | None) -> tuple[Claim, ...]:
    """What a booking of ``room`` claims throughout ``interval``, its buffer included."""
    if room.seats is not None:
        return (Claim(room.id, interval, seats_for(attendees), room.seats),)
    return tuple(Claim(leaf, interval) for leaf in sorted(room.leaves))


def seated(
    wanted: Iterable[Claim],
    held: Iterable[ClaimedCell],
    is_free: Callable[[ClaimedCell], bool],
) -> frozenset[ClaimedCell] | None:
    """The cells that make ``wanted`` a booking's claims; None if there are not enough seats.

    In each cell it keeps the seats that it has there and takes the lowest that are free, so a
    booking may change seats on its way, and fits wherever every cell has room for it. Claims
    that share a cell, as those of a booking and of its pending change do, share their seats.

    Args:
        held: what the booking claims so far.
        is_free: whether nobody else claims a cell.
    """
    own: dict[tuple[str, int], list[int]] = {}
    for room_id, seat, cell in sorted(held):
        own.setdefault((room_id, cell), []).append(seat)
    needs: dict[tuple[str, int], tuple[int, int]] = {}
    for claim in wanted:
        for cell in claim_cells(claim.interval):
            place = (claim.room_id, cell)
            seats, of = needs.get(place, (0, 0))
            needs[place] = max(seats, claim.seats), max(of, claim.of)
    found: set[ClaimedCell] = set()
    for (room_id, cell), (seats, of) in needs.items():
        kept = own.get((room_id, cell), [])[:seats]
        for seat in range(of):
            if len(kept) == seats:
                break
            if seat not in kept and is_free((room_id, seat, cell)):
                kept.append(seat)
        if len(kept) < seats:
            return None
        found.update((room_id, seat, cell) for seat in kept)
    return frozenset(found)
