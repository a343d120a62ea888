"""Locations and blackouts: found, locked, changed, removed; and read as pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from litehq_core.domain.attributes import Noun
from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.query import Condition, Op
from litehq_core.domain.room import Blackout
from tests.contract.house import House
from tests.contract.reading import page
from tests.domain.samples import NOW, slot

DAY = slot("2026-06-01 00:00", 24 * 60)


async def test_a_location_is_found_as_it_was_added(house: House, other: House) -> None:
    async with house.begin() as tx:
        for lock in (False, True):
            assert await tx.locations.get(house.location.id, lock=lock) == house.location
            assert await tx.locations.get("loc_never", lock=lock) is None
            assert await tx.locations.get("loc_\0", lock=lock) is None
            assert await tx.locations.get(other.location.id, lock=lock) is None


async def test_a_changed_location_is_that_of_its_rooms(house: House) -> None:
    changed = replace(
        house.location,
        name="Söhö",
        timezone="Europe/Berlin",
        opening_hours=OpeningHours.every_day(0, 300),
        version=2,
        updated_at=NOW + timedelta(days=1),
    )
    async with house.begin() as tx:
        await tx.locations.save(changed)
    async with house.begin() as tx:
        assert await tx.locations.get(changed.id) == changed
        rooms = await tx.rooms.lock([house.room.id, house.annex.id])
    assert [room.location for room in rooms.values()] == [changed, changed]
    (calendar,) = await house.ports.reads.calendars(house.workspace.id, [house.room.id], DAY, NOW)
    assert calendar.room.location == changed
    assert (
        await page(house, frozenset({"timezone"}), noun=Noun.ROOM)
        == [{"timezone": "Europe/Berlin"}] * 2
    )


async def _closes(house: House) -> list[Blackout]:
    async with house.begin() as tx:
        room = (await tx.rooms.lock([house.room.id]))[house.room.id]
        return list((await tx.rooms.calendar(room, DAY)).blackouts)


async def test_blackouts_of_rooms_and_locations_are_found_and_removed(
    house: House, other: House
) -> None:
    of_room = house.new_blackout(interval=DAY)
    of_location = house.new_blackout(
        location_id=house.location.id, interval=Interval(DAY.start, DAY.end + timedelta(hours=1))
    )
    await house.add(of_room, of_location)
    assert await _closes(house) == [of_room, of_location]
    async with other.begin() as tx:
        assert await tx.blackouts.get(of_room.id) is None
    async with house.begin() as tx:
        assert await tx.blackouts.get("blk_never") is None
        assert await tx.blackouts.get(of_location.id) == of_location
        await tx.blackouts.remove(of_room)
        assert await tx.blackouts.get(of_room.id) is None
    assert await _closes(house) == [of_location]
    async with house.begin() as tx:
        await tx.blackouts.remove(of_location)
    assert await _closes(house) == []


async def test_blackouts_of_both_kinds_are_one_list(house: House, other: House) -> None:
    """By age, whichever table they lie in; narrowed by place; page by page."""
    kinds = [{}, {"location_id": house.location.id}] * 3
    blackouts = [
        house.new_blackout(created_at=NOW + timedelta(minutes=n // 2), **kind)
        for n, kind in enumerate(kinds)
    ]
    await house.add(*reversed(blackouts))
    await other.add(other.new_blackout(), other.new_blackout(location_id=other.location.id))
    ids = [blackout.id for blackout in blackouts]
    rows = await page(house, frozenset({"id", "created_at"}), noun=Noun.BLACKOUT)
    assert [row["id"] for row in rows] == ids
    last = rows[2]
    after = (last["created_at"], last["id"])
    rest = await page(house, noun=Noun.BLACKOUT, after=after, limit=2)
    assert [row["id"] for row in rest] == ids[3:5]
    down = await page(house, noun=Noun.BLACKOUT, after=after, descending=True)
    assert [row["id"] for row in down] == ids[1::-1]
    for name, place_id in (("room_id", house.room.id), ("location_id", house.location.id)):
        where = (Condition(name, Op.EQUAL, place_id),)
        found = await page(house, frozenset({"id", name}), noun=Noun.BLACKOUT, where=where)
        assert {row[name] for row in found} == {place_id}
        assert len(found) == 3
    related = frozenset({"id", "room.name", "location.name"})
    named = await page(house, related, noun=Noun.BLACKOUT, limit=2)
    assert [(r["room.name"], r["location.name"]) for r in named] == [
        (house.room.name, None),
        (None, house.location.name),
    ]


async def test_rate_cards_are_narrowed_by_their_room(house: House) -> None:
    later = replace(house.rate_card, id="rc_annex", room_id=house.annex.id)
    await house.add(later)
    where = (Condition("room_id", Op.EQUAL, house.annex.id),)
    rows = await page(house, frozenset({"id", "room.name"}), noun=Noun.RATE_CARD, where=where)
    assert rows == [{"id": "rc_annex", "room.name": "Annex"}]
