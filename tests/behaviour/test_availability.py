"""Availability: what is listed can be booked, and what is not listed cannot."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Done, Driver, done
from tests.behaviour.furniture import SOHO, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, studio, wish
from tests.domain import samples

HOUR = timedelta(hours=1)


async def _room(
    driver: Driver, room_id: str, start: str, end: str, *, key: str = keys.FULL, **more: Any
) -> dict[str, Any]:
    """One room's part of the answer."""
    query = {"room_id": room_id, "from": at(start), "to": at(end), **more}
    (room,) = done(await driver.availability(query, key=key))["data"]
    assert room["room_id"] == room_id
    found: dict[str, Any] = room
    return found


def _check_partition(room: dict[str, Any], start: str, end: str) -> None:
    """Contract: "`free[]` and `busy[]` … that partition the window"."""
    blocks = sorted((b["start_at"], b["end_at"]) for b in room["free"] + room["busy"])
    assert all(begin < finish for begin, finish in blocks)
    assert all(before[1] == after[0] for before, after in pairwise(blocks))
    assert (blocks[0][0], blocks[-1][1]) == (instant_text(at(start)), instant_text(at(end)))


async def _bookable(
    driver: Driver, room_id: str, start: datetime, minutes: int, member: str | None, key: str
) -> bool:
    """Whether a booking is really made; it is cancelled at once."""
    outcome = await driver.create(wish(room_id, start, minutes, member), key=key)
    if not isinstance(outcome, Done):
        assert outcome.code in {
            "slot_unavailable",
            "slot_misaligned",
            "booking_rule_violated",
        }, outcome
        return False
    done(await driver.cancel(outcome.body["id"]))
    return True


async def _check_starts(
    driver: Driver,
    room_id: str,
    start: str,
    end: str,
    minutes: int,
    *,
    member: str | None = "mem_nadia_n",
    key: str = keys.FULL,
    step: int = 15,
) -> list[str]:
    """Try every quarter of an hour of the window; the starts that were listed."""
    who = {"member_id": member} if member and key == keys.FULL else {}
    room = await _room(driver, room_id, start, end, key=key, duration_minutes=minutes, **who)
    _check_partition(room, start, end)
    listed: list[str] = room["starts"]
    instant = at(start)
    booked_at = []
    while instant < at(end):
        if await _bookable(driver, room_id, instant, minutes, member, key):
            booked_at.append(instant_text(instant))
        instant += timedelta(minutes=step)
    assert listed == booked_at
    return listed


async def _busy_day(house: House, driver: Driver, room_id: str) -> None:
    """A booking, a hold and a blackout on 26 May, and one booking just behind it."""
    await booked(driver, wish(room_id, "2026-05-26 08:00", 90))
    hold = wish(room_id, "2026-05-26 11:30", member="mem_lina_p", billing_mode="card")
    await booked(driver, hold)
    await house.black_out(room_id, at("2026-05-26 15:10"), at("2026-05-26 16:20"))
    await booked(driver, wish(room_id, "2026-05-26 19:00", 60))


CALLERS: dict[str, dict[str, Any]] = {
    "member": {"member": "mem_nadia_n"},
    "guest": {"member": None},
    "other-tier": {"member": "mem_noor_n"},
    "bound-key": {"member": "mem_lina_p", "key": keys.LINA},
}


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize("room_id", ["rm_atrium", "rm_quiet"])
async def test_a_day(house: House, driver: Driver, room_id: str, caller: dict[str, Any]) -> None:
    """Contract: "each of them can be booked by that caller for that length, and no other start"."""
    await _busy_day(house, driver, room_id)
    window = ("2026-05-26 00:00", "2026-05-27 00:00")
    listed = await _check_starts(driver, room_id, *window, 60, **caller)
    # The quiet room is for residents.
    allowed = room_id == "rm_atrium" or caller["member"] in ("mem_nadia_n", "mem_lina_p")
    assert bool(listed) is allowed


@pytest.mark.parametrize("minutes", [30, 90, 240, 750, 45])
async def test_lengths(house: House, driver: Driver, minutes: int) -> None:
    """Contract: "for that length": too long, too short, or off the grid is no start."""
    await _busy_day(house, driver, "rm_atrium")
    window = ("2026-05-26 00:00", "2026-05-27 00:00")
    listed = await _check_starts(driver, "rm_atrium", *window, minutes)
    assert bool(listed) is (minutes in (30, 90))


WINDOWS: dict[str, tuple[str, str]] = {
    "afternoon": ("2026-05-26 12:00", "2026-05-26 18:00"),
    "off-grid": ("2026-05-26 12:10", "2026-05-26 13:50"),
    "hour": ("2026-05-26 17:30", "2026-05-26 18:30"),
    "inside": ("2026-05-26 08:30", "2026-05-26 09:00"),
}


@pytest.mark.parametrize(("start", "end"), WINDOWS.values(), ids=WINDOWS)
async def test_what_lies_beyond_the_window_counts(
    house: House, driver: Driver, start: str, end: str
) -> None:
    """Contract: "each of them can be booked", although it may end behind the window's end."""
    await _busy_day(house, driver, "rm_atrium")
    room = await _room(
        driver, "rm_atrium", start, end, duration_minutes=120, member_id="mem_nadia_n"
    )
    _check_partition(room, start, end)
    instant, bookable = at(start), []
    while instant < at(end):
        if await _bookable(driver, "rm_atrium", instant, 120, "mem_nadia_n", keys.FULL):
            bookable.append(instant_text(instant))
        instant += timedelta(minutes=5)
    assert room["starts"] == bookable


@pytest.mark.parametrize(
    ("now", "start", "end", "count"),
    [
        # The clocks of London go forward at 01:00 UTC: the day has 23 hours.
        ("2026-03-28 09:00", "2026-03-29 00:00", "2026-03-29 23:00", 46),
        # They go back at 01:00 UTC: 01:00–02:00 on the wall is there twice, and means the first.
        ("2026-10-24 09:00", "2026-10-24 23:00", "2026-10-26 00:00", 48),
    ],
    ids=["spring", "autumn"],
)
async def test_a_day_on_which_the_clocks_change(
    house: House, driver: Driver, now: str, start: str, end: str, count: int
) -> None:
    """Contract: "grids … are wall-clock time in the location's zone"; "twice means the first"."""
    house.clock.now = at(now)
    await booked(driver, wish("rm_night", at(end) - 6 * HOUR))
    listed = await _check_starts(driver, "rm_night", start, end, 30)
    # An hour is taken. What ends within the second hour ends on no line either.
    assert count - 4 <= len(listed) <= count - 2


@pytest.mark.parametrize(
    ("room_id", "start", "end", "minutes"),
    [
        ("rm_loft", "2026-05-22 08:00", "2026-05-22 14:00", 30),
        ("rm_loft", "2026-05-29 07:00", "2026-05-29 12:00", 60),
        ("rm_atrium", "2026-05-22 07:00", "2026-05-22 11:00", 60),
        ("rm_closed", "2026-05-26 10:00", "2026-05-26 12:00", 60),
    ],
    ids=["lead", "horizon", "past", "closed"],
)
async def test_rules_count(
    house: House, driver: Driver, room_id: str, start: str, end: str, minutes: int
) -> None:
    """Contract: "no other start can": lead, horizon and the past are rules as any other."""
    await _check_starts(driver, room_id, start, end, minutes)


@pytest.mark.parametrize(
    ("modes", "payers"),
    [
        # Lina has twenty tokens, Carl four; Nadia's company pays by invoice, Carl's does not.
        ({BillingMode.TOKENS}, {"mem_lina_p", "mem_carl_c", "mem_nadia_n"}),
        ({BillingMode.INVOICE}, {"mem_nadia_n"}),
        ({BillingMode.CARD, BillingMode.TOKENS}, None),
    ],
)
async def test_what_the_caller_cannot_pay_for_is_no_start(
    house: House, driver: Driver, modes: set[BillingMode], payers: set[str] | None
) -> None:
    """Contract: "can be booked by that caller": a room for tokens alone, and none to spend."""
    room = samples.room(id="rm_paid", workspace_id=WORKSPACE, location=SOHO)
    card = samples.rate_card(
        id="rc_paid", workspace_id=WORKSPACE, room_id="rm_paid", billing_modes=frozenset(modes)
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [room, card])
    window = {"from": at("2026-05-26 10:00"), "to": at("2026-05-26 14:00")}
    for member in ("mem_lina_p", "mem_carl_c", "mem_nadia_n", "mem_jonas_k", None):
        who = {"member_id": member} if member else {}
        query = {"room_id": "rm_paid", **window, "duration_minutes": 120, **who}
        (found,) = done(await driver.availability(query))["data"]
        made = await driver.create(wish("rm_paid", "2026-05-26 10:00", 120, member))
        assert bool(found["starts"]) is isinstance(made, Done) is (not payers or member in payers)
        assert found["free"]
        if isinstance(made, Done):
            done(await driver.cancel(made.body["id"]))
    # What somebody of a tier can pay with is not known.
    query = {"room_id": "rm_paid", **window, "duration_minutes": 120, "tier": "flex"}
    assert done(await driver.availability(query))["data"][0]["starts"]


async def test_a_suspended_member_has_no_starts(house: House, driver: Driver) -> None:
    """Contract: "by that caller"."""
    window = ("2026-05-26 10:00", "2026-05-26 12:00")
    assert await _check_starts(driver, "rm_atrium", *window, 60, member="mem_olga_o") == []


async def test_kinds(house: House, driver: Driver) -> None:
    """Contract: "`busy[]{start_at, end_at, kind: booking|hold|buffer|blackout|closed|rule}`"."""
    await _busy_day(house, driver, "rm_quiet")
    window = ("2026-05-26 05:00", "2026-05-26 17:00")
    room = await _room(driver, "rm_quiet", *window, member_id="mem_nadia_n")
    _check_partition(room, *window)
    found = [(b["start_at"][11:16], b["end_at"][11:16], b["kind"]) for b in room["busy"]]
    assert found == [
        ("05:00", "06:00", "closed"),
        ("07:45", "08:00", "buffer"),
        ("08:00", "09:30", "booking"),
        ("09:30", "09:45", "buffer"),
        ("11:15", "11:30", "buffer"),
        ("11:30", "12:30", "hold"),
        ("12:30", "12:45", "buffer"),
        ("15:10", "16:20", "blackout"),
    ]
    assert room["starts"] is None
    assert "Deep clean" in {block["reason"] for block in room["busy"]}


@pytest.mark.parametrize(
    ("room_id", "query", "reason"),
    [
        ("rm_quiet", {}, "tier_not_allowed"),
        ("rm_quiet", {"member_id": "mem_noor_n"}, "tier_not_allowed"),
        ("rm_atrium", {"member_id": "mem_olga_o"}, "member_not_active"),
        ("rm_atrium", {"attendees": 9}, "over_capacity"),
        ("rm_closed", {}, "room_inactive"),
    ],
)
async def test_what_the_caller_can_never_book_is_not_free(
    house: House, driver: Driver, room_id: str, query: dict[str, Any], reason: str
) -> None:
    """Contract: `kind: …|rule`, `reason`: what is busy anyway keeps its own kind."""
    await booked(driver, wish("rm_atrium"))
    window = ("2026-05-26 05:00", "2026-05-26 17:00")
    room = await _room(driver, room_id, *window, duration_minutes=60, **query)
    _check_partition(room, *window)
    assert (room["free"], room["starts"]) == ([], [])
    rules = {block["reason"] for block in room["busy"] if block["kind"] == "rule"}
    assert rules == {reason}
    kinds = {block["kind"] for block in room["busy"]}
    assert kinds == {"closed", "rule"} | ({"booking"} if room_id == "rm_atrium" else set())


async def test_holds_free_themselves(house: House, driver: Driver) -> None:
    """Contract: "A hold whose `expires_at` has passed is free at that instant"."""
    await booked(driver, studio())
    window = ("2026-05-26 14:00", "2026-05-26 16:00")
    room = await _room(driver, "rm_studio", *window)
    assert [block["kind"] for block in room["busy"]] == ["hold"]
    house.clock.advance(minutes=30)
    assert (await _room(driver, "rm_studio", *window))["busy"] == []


async def test_the_rooms_of_a_tier(house: House, driver: Driver) -> None:
    """Contract: "`tier` (or neither: all rooms the key may see)"."""

    async def rooms(**query: Any) -> set[str]:
        return {room["room_id"] for room in done(await driver.availability(query))["data"]}

    everything = {
        *("rm_atrium", "rm_studio", "rm_annex", "rm_quiet"),
        *("rm_loft", "rm_night", "rm_closed"),
    }
    assert await rooms() == everything
    assert await rooms(tier="resident") == everything
    assert await rooms(tier="flex") == everything - {"rm_quiet"}


async def test_a_tier_has_starts(house: House, driver: Driver) -> None:
    """Contract: starts are those of "that caller": of whoever has the tier."""
    window = ("2026-05-26 10:00", "2026-05-26 12:00")
    room = await _room(driver, "rm_quiet", *window, tier="resident", duration_minutes=60)
    assert len(room["starts"]) == 8
    flex = {"tier": "flex", "duration_minutes": 60}
    query = {"room_id": "rm_quiet", "from": at(window[0]), "to": at(window[1]), **flex}
    assert done(await driver.availability(query))["data"] == []


async def test_windows(house: House, driver: Driver) -> None:
    """Contract: "(defaults as in the list, at most 92 days)"."""
    room = done(await driver.availability({"room_id": "rm_night"}))["data"][0]
    blocks = room["free"] + room["busy"]
    assert min(block["start_at"] for block in blocks) == "2026-05-22T09:00:00Z"
    assert max(block["end_at"] for block in blocks) == "2026-06-21T09:00:00Z"
    start = at("2026-05-22 09:00")
    done(await driver.availability({"from": start, "to": start + timedelta(days=92)}))
    for end in (start + timedelta(days=92, seconds=1), start, start - HOUR):
        call = driver.availability({"from": start, "to": end})
        await refusal(house, call, "validation_failed")


async def test_to_defaults_to_thirty_days_from_now(house: House, driver: Driver) -> None:
    """Contract: "defaults as in the list": `to` is "now + 30 days", wherever `from` lies."""
    query = {"room_id": "rm_night", "from": at("2026-06-01 00:00")}
    room = done(await driver.availability(query))["data"][0]
    assert max(b["end_at"] for b in room["free"] + room["busy"]) == "2026-06-21T09:00:00Z"


@pytest.mark.parametrize(
    "query",
    [
        {"room_id": "rm_nowhere"},
        {"room_id": "rm_cellar"},
        {"member_id": "mem_nobody", "duration_minutes": 60},
        {"member_id": "mem_stranger", "duration_minutes": 60},
    ],
    ids=["room", "strangers-room", "member", "strangers-member"],
)
async def test_unknown_ids(house: House, driver: Driver, query: dict[str, Any]) -> None:
    """Contract: what belongs to another workspace "answers exactly like an id never used"."""
    await refusal(house, driver.availability(query), "not_found")


@pytest.mark.parametrize("minutes", [0, -60, 7])
async def test_bad_lengths(house: House, driver: Driver, minutes: int) -> None:
    """Contract: "Grids, lengths and buffers are multiples of five minutes"."""
    call = driver.availability({"room_id": "rm_atrium", "duration_minutes": minutes})
    await refusal(house, call, "validation_failed")
