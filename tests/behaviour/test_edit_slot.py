"""Edits of when and where: what stays, what moves, and what stands in the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, reasons, refusal, span, text, wish

# What an edit of times, by itself, must leave as it was.
KEPT = ("id", "room", "booked_by", "attendees", "notes", "metadata", "created_at", "status")

SLOTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "start": ({"start": at("2026-05-26 16:00")}, "2026-05-26 16:00", "2026-05-26 17:30"),
    "start_at": ({"start_at": at("2026-05-26 14:30")}, "2026-05-26 14:30", "2026-05-26 15:30"),
    "end_at": ({"end_at": at("2026-05-26 16:00")}, "2026-05-26 14:00", "2026-05-26 16:00"),
    "duration": ({"duration_minutes": 120}, "2026-05-26 14:00", "2026-05-26 16:00"),
    "start+duration": (
        {"start": at("2026-05-26 10:00"), "duration_minutes": 30},
        "2026-05-26 10:00",
        "2026-05-26 10:30",
    ),
    "both": (
        {"start_at": at("2026-05-27 10:00"), "end_at": at("2026-05-27 11:00")},
        "2026-05-27 10:00",
        "2026-05-27 11:00",
    ),
    "mixed": (
        {"start": at("2026-05-26 13:00"), "end_at": at("2026-05-26 14:00")},
        "2026-05-26 13:00",
        "2026-05-26 14:00",
    ),
    # Over its own old slot.
    "nudge": ({"start": at("2026-05-26 14:30")}, "2026-05-26 14:30", "2026-05-26 16:00"),
}


@pytest.mark.parametrize(("changes", "start", "end"), SLOTS.values(), ids=SLOTS)
async def test_times(
    house: House, driver: Driver, changes: dict[str, Any], start: str, end: str
) -> None:
    """Contract: "`start` alone keeps the duration; `start_at` alone keeps `end_at`;

    `duration_minutes` alone keeps the start"; "A move re-runs every rule and keeps the id".
    """
    wanted = wish(minutes=90, notes="Offsite", attendees=4, metadata={"ref": 7})
    before = await booked(driver, wanted)
    after = done(await driver.edit(before["id"], changes))
    assert span(after) == (text(start), text(end))
    assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}
    assert after["version"] == before["version"] + 1
    minutes = (at(end) - at(start)) // timedelta(minutes=1)
    assert after["price"]["amount_minor"] == 4000 * minutes // 60
    assert done(await driver.get(before["id"])) == after
    assert house.types(before["id"])[2:] == ["booking.updated"]


async def test_the_old_slot_is_free_and_the_new_one_taken(house: House, driver: Driver) -> None:
    """Contract: "Two bookings never overlap on a room"."""
    moved = await booked(driver, wish())
    done(await driver.edit(moved["id"], {"start": at("2026-05-26 16:00")}))
    await booked(driver, wish())
    details = await refusal(
        house, driver.create(wish(start="2026-05-26 16:30")), "slot_unavailable"
    )
    assert details["conflicting_booking_id"] == moved["id"]


@pytest.mark.parametrize("name", ["room_id", "resource_id"])
async def test_another_room(house: House, driver: Driver, name: str) -> None:
    """B: "Editable fields: … room_id (with a re-availability check)"."""
    blocker = await booked(driver, wish("rm_annex", member="mem_noor_n"))
    booking = await booked(driver, wish())
    details = await refusal(
        house, driver.edit(booking["id"], {name: "rm_annex"}), "slot_unavailable"
    )
    assert details["conflicting_booking_id"] == blocker["id"]
    done(await driver.cancel(blocker["id"]))
    moved = done(await driver.edit(booking["id"], {name: "rm_annex"}))
    assert moved["room"] == {"id": "rm_annex", "name": "Annex"}
    assert moved["id"] == booking["id"]
    assert span(moved) == span(booking)
    # The old room is free again, the new one is not.
    await booked(driver, wish(member="mem_noor_n"))
    await refusal(house, driver.create(wish("rm_annex")), "slot_unavailable")


async def test_the_new_rooms_buffer_counts(house: House, driver: Driver) -> None:
    """Contract: "between them lies at least the room's buffer", after a move as well."""
    quiet = await booked(driver, wish("rm_quiet", "2026-05-26 15:00"))
    booking = await booked(driver, wish(attendees=2))
    call = driver.edit(booking["id"], {"room_id": "rm_quiet"})
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] == quiet["id"]
    changes = {"room_id": "rm_quiet", "start": at("2026-05-26 13:45")}
    done(await driver.edit(booking["id"], changes))


EVERY_RULE: dict[str, tuple[dict[str, Any], str]] = {
    "hours": ({"start": at("2026-05-26 21:00")}, "outside_opening_hours"),
    "past": ({"start": at("2026-05-22 08:00")}, "in_the_past"),
    "horizon": ({"start": at("2026-08-20 10:00")}, "horizon"),
    "long": ({"duration_minutes": 12 * 60 + 30, "start": at("2026-05-26 06:00")}, "too_long"),
    "tier": ({"room_id": "rm_quiet"}, "tier_not_allowed"),
    "seats": ({"start": at("2026-05-26 15:00"), "attendees": 9}, "over_capacity"),
    "seats-only": ({"attendees": 9}, "over_capacity"),
}


@pytest.mark.parametrize(("changes", "reason"), EVERY_RULE.values(), ids=EVERY_RULE)
async def test_every_rule_again(
    house: House, driver: Driver, changes: dict[str, Any], reason: str
) -> None:
    """Contract: "A move re-runs every rule"."""
    booking = await booked(driver, wish(member="mem_noor_n"))
    assert await reasons(house, driver.edit(booking["id"], changes)) == {reason}


async def test_off_the_grid(house: House, driver: Driver) -> None:
    """Contract: "A move re-runs every rule", the grid's too."""
    booking = await booked(driver, wish())
    call = driver.edit(booking["id"], {"duration_minutes": 50})
    assert (await refusal(house, call, "slot_misaligned"))["slot_minutes"] == 30


async def test_into_another_booking(house: House, driver: Driver) -> None:
    """A: "Conflicts return 409 with the offending booking id."."""
    other = await booked(driver, wish(start="2026-05-26 15:00", minutes=120))
    booking = await booked(driver, wish())
    call = driver.edit(booking["id"], {"duration_minutes": 90})
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] == other["id"]
    assert len(details["alternatives"]) == 5


async def test_into_a_blackout(house: House, driver: Driver) -> None:
    """Contract: "`conflicting_booking_id` (null for a blackout)"."""
    booking = await booked(driver, wish())
    await house.black_out("rm_atrium", at("2026-05-26 16:00"), at("2026-05-26 17:00"))
    call = driver.edit(booking["id"], {"start": at("2026-05-26 16:30")})
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] is None


WORDS: dict[str, dict[str, Any]] = {
    "notes": {"notes": "Extended by 30 min — client running over."},
    "no-notes": {"notes": None},
    "attendees": {"attendees": 6},
    "no-attendees": {"attendees": None},
    "metadata": {"metadata": {"crm": {"deal": [1, None, "x"]}}},
    "all": {"notes": "n", "attendees": 1, "metadata": {}},
}


@pytest.mark.parametrize("changes", WORDS.values(), ids=WORDS)
async def test_words_only(house: House, driver: Driver, changes: dict[str, Any]) -> None:
    """B: "booking.updated — Time, room, attendees, or notes changed"; nothing else does."""
    before = await booked(driver, wish(notes="Offsite", attendees=4, metadata={"ref": 7}))
    house.clock.advance(minutes=1)
    after = done(await driver.edit(before["id"], changes))
    moved_on = {"version": before["version"] + 1, "updated_at": text("2026-05-22 09:01")}
    assert after == {**before, **changes, **moved_on}
    event = house.events(before["id"])[-1]
    assert event.type == "booking.updated"
    assert event.previous == {name: before[name] for name in changes}


async def test_words_of_a_slot_that_is_no_longer_bookable(house: House, driver: Driver) -> None:
    """Contract: "A *move* re-runs every rule"; new notes are no move."""
    booking = await booked(driver, wish())
    await house.black_out("rm_atrium", at("2026-05-26 12:00"), at("2026-05-26 18:00"))
    assert done(await driver.edit(booking["id"], {"notes": "x"}))["notes"] == "x"


async def test_the_current_version_passes_and_a_stale_one_does_not(
    house: House, driver: Driver
) -> None:
    """Contract: "`ETag`/`If-Match`, never required; stale → `412 version_conflict`"."""
    booking = await booked(driver, wish())
    edited = done(await driver.edit(booking["id"], {"notes": "a"}, version=booking["version"]))
    stale = booking["version"]
    for call in (
        driver.edit(booking["id"], {"notes": "b"}, version=stale),
        driver.cancel(booking["id"], version=stale),
        driver.mark_no_show(booking["id"], version=stale),
    ):
        details = await refusal(house, call, "version_conflict")
        assert details["current_version"] == edited["version"]
    done(await driver.cancel(booking["id"], version=edited["version"]))
