"""Changing a room: what exists stays as it is, and what comes keeps to the new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.events import EventType
from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, reasons, refusal, wish, wrong_fields

CLOSED = {"weekly": [[["09:00", "12:00"]]] * 7, "exceptions": {"2026-12-25": []}}
QUOTA = {"measure": "minutes_per_day", "limit": 120, "holder": "company", "scope": "workspace"}
EVERYTHING: dict[str, Any] = {
    "name": "Atrium, rebuilt",
    "capacity": 3,
    "slot_minutes": 45,
    "buffer_minutes": 20,
    "rules": {
        "min_minutes": 45,
        "lead_minutes": 10,
        "min_gap_minutes": 45,
        "quotas": [QUOTA],
        "allowed_tiers": ["resident", "flex"],
        "custom": [{"name": "quiet_fridays", "options": {"hour": 12}}],
        "tiers": {
            "flex": {
                "min_minutes": None,
                "max_minutes": 90,
                "lead_minutes": None,
                "horizon_days": 7,
                "edit_window_minutes": None,
                "min_gap_minutes": 0,
                "quotas": [],
            }
        },
    },
    "opening_hours": CLOSED,
    "active": False,
}


def _claims(house: House) -> dict[Any, Any]:
    return dict(house.tables.claims.committed())


async def test_everything_at_once(house: House, driver: Driver) -> None:
    """Contract: `/v1/rooms[/{id}]` PATCH; version raised by one, and one event."""
    room = done(await driver.change_room("rm_atrium", EVERYTHING))
    rules = room["rules"]
    assert {**room, "rules": None} == {
        "id": "rm_atrium",
        "version": 2,
        **EVERYTHING,
        "rules": None,
    }
    assert rules == {
        "max_minutes": 720,
        "horizon_days": 90,
        "edit_window_minutes": 60,
        **EVERYTHING["rules"],
        "allowed_tiers": ["flex", "resident"],
    }
    (event,) = house.events("rm_atrium")
    assert (event.type, event.sequence, event.room_id) == (EventType.ROOM_UPDATED, 2, "rm_atrium")
    assert (event.object["version"], event.object["name"]) == (2, "Atrium, rebuilt")
    assert event.previous is not None
    assert set(event.previous) == set(EVERYTHING)
    assert event.previous["capacity"] == 8


async def test_what_is_left_out_stays(house: House, driver: Driver) -> None:
    done(await driver.change_room("rm_quiet", {"rules": {"quotas": [QUOTA]}}))
    room = done(await driver.change_room("rm_quiet", {"rules": {"lead_minutes": 5}}))
    assert (room["version"], room["buffer_minutes"], room["name"]) == (3, 15, "Quiet room")
    rules = room["rules"]
    assert (rules["lead_minutes"], rules["min_minutes"], rules["quotas"]) == (5, 60, [QUOTA])
    assert rules["allowed_tiers"] == ["resident"]
    # Null and nothing are values of their own.
    cleared: dict[str, Any] = {"allowed_tiers": None, "quotas": [], "tiers": {}}
    room = done(await driver.change_room("rm_quiet", {"rules": cleared, "opening_hours": None}))
    assert {name: room["rules"][name] for name in cleared} == cleared
    assert room["opening_hours"] is None


async def test_a_change_that_changes_nothing_writes_nothing(house: House, driver: Driver) -> None:
    with house.unchanged():
        room = done(await driver.change_room("rm_atrium", {"capacity": 8, "rules": {}}))
    assert room["version"] == 1


GROUND = {
    "grid": {"slot_minutes": 45},
    "hours": {"opening_hours": CLOSED},
    "buffer": {"buffer_minutes": 60},
    "rules": {"rules": {"max_minutes": 30, "lead_minutes": 10_000, "allowed_tiers": []}},
    "inactive": {"active": False},
}


@pytest.mark.parametrize("changes", GROUND.values(), ids=GROUND)
async def test_bookings_that_exist_keep_slot_buffer_and_claims(
    house: House, driver: Driver, changes: dict[str, Any]
) -> None:
    """Changing a room's grid, hours or buffer keeps existing bookings and their claims."""
    first = await booked(driver, wish(start="2026-05-26 14:00"))
    await booked(driver, wish(start="2026-05-26 15:00"))
    before, claims = house.bookings(), _claims(house)
    done(await driver.change_room("rm_atrium", changes))
    assert (house.bookings(), _claims(house)) == (before, claims)
    # What does not move is not judged anew, and keeps the buffer it was made with.
    edited = done(await driver.edit(first["id"], {"notes": "as before"}))
    assert (edited["start_at"], edited["end_at"]) == (first["start_at"], first["end_at"])
    assert _claims(house) == claims
    assert house.booking(first["id"]).buffer_minutes == 0
    # It can be cancelled, and completed in time.
    done(await driver.cancel(first["id"]))
    house.clock.now = at("2026-05-26 17:00")
    await house.run_due()
    assert _claims(house) == {}


async def test_new_bookings_and_moves_keep_to_the_new_grid(house: House, driver: Driver) -> None:
    made = await booked(driver, wish(start="2026-05-26 14:00"))
    done(await driver.change_room("rm_atrium", {"slot_minutes": 45}))
    moved = driver.edit(made["id"], {"start": at("2026-05-26 14:30")})
    assert (await refusal(house, moved, "slot_misaligned"))["slot_minutes"] == 45
    # 16:30 and 18:00 in London.
    await booked(driver, wish(start="2026-05-26 15:30", minutes=45))
    done(await driver.edit(made["id"], {"start": at("2026-05-26 17:00"), "duration_minutes": 45}))


async def test_new_bookings_and_moves_keep_to_the_new_hours(house: House, driver: Driver) -> None:
    made = await booked(driver, wish(start="2026-05-26 14:00"))
    done(await driver.change_room("rm_atrium", {"opening_hours": CLOSED}))
    new = driver.create(wish(start="2026-05-26 16:00"))
    assert await reasons(house, new) == {"outside_opening_hours"}
    moved = driver.edit(made["id"], {"start": at("2026-05-26 16:00")})
    assert await reasons(house, moved) == {"outside_opening_hours"}
    done(await driver.edit(made["id"], {"start": at("2026-05-26 09:00")}))


async def test_new_bookings_and_moves_keep_the_new_buffer(house: House, driver: Driver) -> None:
    made = await booked(driver, wish(start="2026-05-26 14:00"))
    done(await driver.change_room("rm_atrium", {"buffer_minutes": 30}))
    before = driver.create(wish(start="2026-05-26 13:00"))
    found = await refusal(house, before, "slot_unavailable")
    assert found["conflicting_booking_id"] == made["id"]
    # The gap behind it is its own, which is none.
    await booked(driver, wish(start="2026-05-26 15:00"))
    moved = done(await driver.edit(made["id"], {"start": at("2026-05-26 10:00")}))
    assert house.booking(moved["id"]).buffer_minutes == 30
    behind = driver.create(wish(start="2026-05-26 11:00"))
    assert (await refusal(house, behind, "slot_unavailable"))["conflicting_booking_id"] == made[
        "id"
    ]


async def test_a_room_that_is_inactive_takes_no_bookings(house: House, driver: Driver) -> None:
    done(await driver.change_room("rm_atrium", {"active": False}))
    assert await reasons(house, driver.create(wish())) == {"room_inactive"}
    done(await driver.change_room("rm_atrium", {"active": True}))
    await booked(driver, wish())


async def test_a_stale_version(house: House, driver: Driver) -> None:
    """Contract: "`version` on every changeable resource … stale → `412 version_conflict`"."""
    done(await driver.change_room("rm_atrium", {"capacity": 9}, version=1))
    late = driver.change_room("rm_atrium", {"capacity": 10}, version=1)
    assert await refusal(house, late, "version_conflict") == {"current_version": 2}
    done(await driver.change_room("rm_atrium", {"capacity": 10}, version=2))


async def test_idempotency(house: House, driver: Driver) -> None:
    """Contract: "on every POST, PATCH and mutation"."""
    first = await driver.change_room("rm_atrium", {"capacity": 9}, once="k-1")
    done(await driver.change_room("rm_atrium", {"capacity": 12}))
    with house.unchanged():
        again = await driver.change_room("rm_atrium", {"capacity": 9}, once="k-1")
    assert (done(again), again.replayed) == (done(first), True)
    other = driver.change_room("rm_atrium", {"capacity": 10}, once="k-1")
    await refusal(house, other, "idempotency_conflict")


@pytest.mark.parametrize("key", [keys.LINA, keys.NORTHWIND, keys.READ_ONLY, keys.MEMBERS_ONLY])
async def test_only_operators_change_rooms(house: House, driver: Driver, key: str) -> None:
    """Contract: a bound key sees only what is its own; a room is everybody's."""
    call = driver.change_room("rm_atrium", {"capacity": 9}, key=key)
    details = await refusal(house, call, "auth_scope_insufficient")
    assert details["required_scope"].startswith("calendar:write")


@pytest.mark.parametrize("room_id", ["rm_nowhere", "rm_cellar"])
async def test_unknown_rooms(house: House, driver: Driver, room_id: str) -> None:
    """Contract: what belongs to another workspace answers exactly like an id never used."""
    await refusal(house, driver.change_room(room_id, {"capacity": 9}), "not_found")


BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"body"}),
    "several": (
        {"capacity": 0, "slot_minutes": 50, "buffer_minutes": 7, "name": ""},
        {"capacity", "slot_minutes", "buffer_minutes", "name"},
    ),
    "bounds": (
        {"rules": {"min_minutes": 7, "horizon_days": -1, "min_gap_minutes": 1000}},
        {"rules.min_minutes", "rules.horizon_days", "rules.min_gap_minutes"},
    ),
    "contradiction": ({"rules": {"min_minutes": 780}}, {"rules.min_minutes"}),
    "quota": (
        {"rules": {"quotas": [QUOTA, {**QUOTA, "limit": -1}]}},
        {"rules.quotas[1].limit"},
    ),
    "tier": (
        {"rules": {"tiers": {"flex": {"lead_minutes": -1, "max_minutes": 7}}}},
        {"rules.tiers.flex.lead_minutes", "rules.tiers.flex.max_minutes"},
    ),
    "with others": (
        {"capacity": 0, "rules": {"lead_minutes": -1}},
        {"capacity", "rules.lead_minutes"},
    ),
}


@pytest.mark.parametrize(("changes", "fields"), BAD.values(), ids=BAD)
async def test_wrong_fields_are_named_by_their_paths(
    house: House, driver: Driver, changes: dict[str, Any], fields: set[str]
) -> None:
    """Every field that is wrong, at once, and nothing is changed."""
    assert await wrong_fields(house, driver.change_room("rm_atrium", changes)) == fields


async def test_hours_that_make_no_sense(house: House, driver: Driver) -> None:
    if driver.name == "python":
        return
    for weekly in ([[["09:00", "12:01"]]] * 7, [[["09:00", "12:00"]]] * 6, [[["9", "12:00"]]] * 7):
        call = driver.change_room("rm_atrium", {"opening_hours": {"weekly": weekly}})
        assert await wrong_fields(house, call) <= {"opening_hours", "opening_hours.weekly"}


async def test_what_was_agreed_outlives_a_change_of_the_rules(house: House, driver: Driver) -> None:
    """A hold made before is paid and confirmed after, in a room that would not take it now."""
    hold = await booked(driver, wish("rm_studio", member="mem_jonas_k"))
    done(await driver.change_room("rm_studio", {"rules": {"allowed_tiers": []}}))
    await house.pay(hold["checkout_url"])
    assert house.booking(hold["id"], WORKSPACE).status == "confirmed"
    house.clock.now += timedelta(minutes=1)
    call = driver.edit(hold["id"], {"start": at("2026-05-26 16:00")})
    assert await reasons(house, call) == {"tier_not_allowed"}
