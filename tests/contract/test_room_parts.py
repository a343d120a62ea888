"""Combined rooms: a parent blocks its parts, and the reverse, in every store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.contract.house import House, undone
from tests.domain import samples
from tests.domain.samples import slot

WINDOW = slot("2026-06-01 14:00")
Look = Callable[[House, list[Room]], Awaitable[list[RoomCalendar]]]


@dataclass(frozen=True, slots=True)
class Floor:
    """Three rooms, and two halls that have the middle one in common."""

    left: Room
    middle: Room
    right: Room
    west: Room
    east: Room

    @property
    def rooms(self) -> list[Room]:
        """All five."""
        return [self.left, self.middle, self.right, self.west, self.east]


@pytest.fixture
async def floor(house: House) -> Floor:
    """A floor in the house."""
    left, middle, right = (house.new_room(name=name) for name in ("Left", "Middle", "Right"))
    west = house.new_room(name="West", parts=frozenset({left.id, middle.id}))
    east = house.new_room(name="East", parts=frozenset({middle.id, right.id}))
    await house.add(left, middle, right, west, east)
    return Floor(left, middle, right, west, east)


async def _inside(house: House, rooms: list[Room]) -> list[RoomCalendar]:
    async with house.begin() as tx:
        locked = await tx.rooms.lock([room.id for room in rooms])
        assert locked == {room.id: room for room in rooms}
        return [await tx.rooms.calendar(room, WINDOW) for room in rooms]


async def _outside(house: House, rooms: list[Room]) -> list[RoomCalendar]:
    ids = [room.id for room in rooms]
    found = await house.ports.reads.calendars(house.workspace.id, ids, WINDOW, house.ports.clock())
    assert [calendar.room.id for calendar in found] == sorted(ids)
    return sorted(found, key=lambda calendar: ids.index(calendar.room.id))


@pytest.fixture(params=[_inside, _outside], ids=["transaction", "reads"])
def look(request: pytest.FixtureRequest) -> Look:
    """The two ways to a room's calendar, which must agree."""
    way: Look = request.param
    return way


# What is booked, and on which of the five rooms it stands in the way.
BLOCKS = {
    "left": ("left", "west"),
    "middle": ("middle", "west", "east"),
    "right": ("right", "east"),
    "west": ("left", "middle", "west", "east"),
    "east": ("middle", "right", "west", "east"),
}


@pytest.mark.parametrize(("booked", "blocked"), BLOCKS.items(), ids=BLOCKS)
async def test_whoever_shares_a_leaf_is_in_the_way(
    house: House, floor: Floor, look: Look, booked: str, blocked: tuple[str, ...]
) -> None:
    """Booking the parent blocks its parts and the reverse; two parents of a part each other."""
    room: Room = getattr(floor, booked)
    booking = house.new_booking(WINDOW, room=room.summary, buffer_minutes=15)
    change = samples.pending_change(slot("2026-06-01 16:00"), room=room.summary, attendees=2)
    waiting = house.new_booking(slot("2026-05-20 10:00"), pending_change=change)
    await house.book(booking, waiting)
    await house.add(house.new_blackout(room_id=room.id, interval=slot("2026-06-01 18:00")))
    for calendar in await look(house, floor.rooms):
        name = calendar.room.name.lower()
        there = name in blocked
        found = [(o.booking_id, o.room_id, o.buffer_minutes) for o in calendar.occupied]
        assert found == ([(booking.id, room.id, 15), (waiting.id, room.id, 0)] if there else [])
        assert [b.room_id for b in calendar.blackouts] == ([room.id] if there else [])
        conflict = calendar.conflict(WINDOW)
        assert (conflict in calendar.occupied) is there


@pytest.mark.parametrize(("booked", "blocked"), BLOCKS.items(), ids=BLOCKS)
async def test_the_store_refuses_what_shares_a_cell(
    house: House, floor: Floor, booked: str, blocked: tuple[str, ...]
) -> None:
    """The key is the rule, without anybody having looked at a calendar."""
    one = house.new_booking(WINDOW, room=getattr(floor, booked).summary)
    rivals = {r.name.lower(): house.new_booking(WINDOW, room=r.summary) for r in floor.rooms}
    await house.book(one, *rivals.values())
    async with house.begin() as tx:
        assert await tx.claims.put(one.id, one.claims)
    for name, rival in rivals.items():
        async with undone(house.begin()) as tx:
            assert await tx.claims.put(rival.id, rival.claims) is (name not in blocked)


async def test_a_room_is_read_back_with_its_parts(house: House, floor: Floor) -> None:
    desks = house.new_room(shared=True, capacity=3)
    await house.add(desks)
    async with house.begin() as tx:
        for room in (*floor.rooms, desks):
            assert await tx.rooms.lock([room.id]) == {room.id: room}
            booking = house.new_booking(room=room.summary)
            await tx.bookings.add(booking)
            assert await tx.bookings.get(booking.id) == booking
    attributes = frozenset({"parts", "shared"})
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.ROOM, [floor.west.id, floor.left.id, desks.id], attributes
    )
    assert found == {
        floor.west.id: {"parts": sorted(floor.west.parts), "shared": False},
        floor.left.id: {"parts": [], "shared": False},
        desks.id: {"parts": [], "shared": True},
    }


async def test_parts_of_parts_are_flattened_when_they_are_imported(
    house: House, floor: Floor
) -> None:
    whole = house.new_room(name="Whole", parts=frozenset({floor.west.id, floor.right.id}))
    await import_catalogue(house.ports, house.actor, [whole])
    async with house.begin() as tx:
        stored = (await tx.rooms.lock([whole.id]))[whole.id]
    assert stored.parts == {floor.left.id, floor.middle.id, floor.right.id}


async def test_a_room_cannot_be_made_of_what_is_not_there(house: House, other: House) -> None:
    """What belongs to another workspace answers exactly like an id never used."""
    texts = []
    for part_id in ("rm_none", other.room.id):
        hall = house.new_room(parts=frozenset({house.room.id, part_id}))
        with pytest.raises(ValidationFailed) as refusal:
            await import_catalogue(house.ports, house.actor, [hall])
        texts.append(str(refusal.value).replace(part_id, "…"))
        async with house.begin() as tx:
            assert await tx.rooms.lock([hall.id]) == {}
    assert texts[0] == texts[1]


async def test_a_strangers_parts_are_no_relations(house: House, other: House) -> None:
    """Ids are unique within a workspace only."""
    for at in (house, other):
        await at.add(at.new_room(id="rm_left"), at.new_room(id="rm_right"))
    await other.add(other.new_room(id="rm_hall", parts=frozenset({"rm_left", "rm_right"})))
    booking = house.new_booking(WINDOW, room=house.new_room(id="rm_right").summary)
    theirs = other.new_booking(WINDOW, room=other.new_room(id="rm_right").summary)
    await house.book(booking)
    await other.book(theirs)
    left = house.new_room(id="rm_left")
    for calendar in await _inside(house, [left]) + await _outside(house, [left]):
        assert list(calendar.occupied) == []


async def test_a_lapsed_hold_of_the_parent_is_free_in_its_parts(
    house: House, floor: Floor, look: Look
) -> None:
    hold = house.new_hold(WINDOW, room=floor.west.summary, expires_at=house.ports.clock())
    await house.book(hold)
    for calendar in await look(house, [floor.left, floor.east]):
        assert [o.booking_id for o in calendar.occupied] == [hold.id]
        assert calendar.conflict(WINDOW) is None
