"""What a room may ask beyond the ordinary: quotas, gaps, and other rules for a tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.room import Blackout
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, Refused, done
from tests.behaviour.furniture import ROOMS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.invariants import check_house
from tests.behaviour.scenario import booked, reasons, refusal, wish

NIGHT = next(room for room in ROOMS if room.id == "rm_night")


async def _room(house: House, room_id: str = "rm_ruled", **rules: Any) -> None:
    """A room like the Night desk, free of charge and open at all hours, with rules of its own."""
    own = BookingRules(**{"edit_window_minutes": 0, "horizon_days": 365, **rules})
    room = replace(NIGHT, id=room_id, name="Ruled", rules=own)
    await import_catalogue(house.ports, system_actor(WORKSPACE), [room])


def _ruled(start: str | datetime, minutes: int = 60, **more: Any) -> dict[str, Any]:
    return wish("rm_ruled", start, minutes, **more)


def _per_day(limit: int, **fields: Any) -> tuple[Quota]:
    return (Quota(measure=QuotaMeasure.MINUTES_PER_DAY, limit=limit, **fields),)


async def test_minutes_of_a_local_day(house: House, driver: Driver) -> None:
    """Midnight in London is 23:00 UTC; each day has its part of a booking across it."""
    await _room(house, quotas=_per_day(120))
    await booked(driver, _ruled("2026-05-26 22:30", 90))
    details = await refusal(
        house, driver.create(_ruled("2026-05-26 10:00", 120)), "booking_rule_violated"
    )
    assert [(v["reason"], v["limit"]) for v in details["violations"]] == [
        ("quota_minutes_per_day", 120)
    ]
    await booked(driver, _ruled("2026-05-26 10:00", 90))
    assert await reasons(house, driver.create(_ruled("2026-05-27 10:00", 90))) == {
        "quota_minutes_per_day"
    }
    await booked(driver, _ruled("2026-05-27 10:00", 60))
    # Each member has his own, and guests have none.
    await booked(driver, _ruled("2026-05-26 14:00", 120, member="mem_noor_n"))
    await booked(driver, _ruled("2026-05-26 17:00", 300, member=None))


async def test_a_quote_lists_a_broken_quota(house: House, driver: Driver) -> None:
    await _room(house, quotas=_per_day(30))
    quote = done(await driver.quote(_ruled("2026-05-26 10:00")))
    assert [v["reason"] for v in quote["violations"]] == ["quota_minutes_per_day"]
    assert quote["valid"] is False


async def test_a_company_shares_its_quota_over_the_workspace(house: House, driver: Driver) -> None:
    shared = Quota(
        measure=QuotaMeasure.UPCOMING,
        limit=2,
        holder=QuotaHolder.COMPANY,
        scope=QuotaScope.WORKSPACE,
    )
    await _room(house, quotas=(shared,))
    elsewhere = await booked(driver, wish("rm_night", "2026-05-26 10:00", member="mem_noor_n"))
    await booked(driver, _ruled("2026-05-26 10:00"))
    third = _ruled("2026-05-27 10:00")
    assert await reasons(house, driver.create(third)) == {"quota_upcoming"}
    # Rooms without the quota do not ask for it, and other people have nothing to do with it.
    await booked(driver, _ruled("2026-05-26 12:00", member="mem_lina_p"))
    # What is cancelled counts no more.
    done(await driver.cancel(elsewhere["id"]))
    await booked(driver, third)


async def test_a_move_is_judged_without_the_booking_itself(house: House, driver: Driver) -> None:
    await _room(house, quotas=_per_day(120))
    first = await booked(driver, _ruled("2026-05-26 10:00"))
    await booked(driver, _ruled("2026-05-26 12:00"))
    other = await booked(driver, _ruled("2026-05-27 10:00"))
    moved = done(await driver.edit(first["id"], {"start": at("2026-05-26 14:00")}))
    assert moved["start_at"] == "2026-05-26T14:00:00Z"
    to_the_full_day = driver.edit(other["id"], {"start": at("2026-05-26 16:00")})
    assert await reasons(house, to_the_full_day) == {"quota_minutes_per_day"}
    longer = driver.edit(first["id"], {"duration_minutes": 90})
    assert await reasons(house, longer) == {"quota_minutes_per_day"}


async def test_a_hold_counts_until_it_lapses(house: House, driver: Driver) -> None:
    await _room(house, quotas=_per_day(60, scope=QuotaScope.WORKSPACE))
    await booked(driver, wish("rm_studio", "2026-05-26 10:00", member="mem_jonas_k"))
    wanted = _ruled("2026-05-26 12:00", 30, member="mem_jonas_k")
    assert await reasons(house, driver.create(wanted)) == {"quota_minutes_per_day"}
    house.clock.now += timedelta(minutes=30)
    await booked(driver, wanted)


async def test_a_change_that_waits_counts_as_it_is_to_be(house: House, driver: Driver) -> None:
    await _room(house, quotas=_per_day(120, scope=QuotaScope.WORKSPACE))
    hold = await booked(driver, wish("rm_studio", "2026-05-26 10:00", member="mem_jonas_k"))
    await house.pay(hold["checkout_url"])
    proposed = done(await driver.edit(hold["id"], {"duration_minutes": 120}))
    assert proposed["pending_change"] is not None
    wanted = _ruled("2026-05-26 14:00", 30, member="mem_jonas_k")
    assert await reasons(house, driver.create(wanted)) == {"quota_minutes_per_day"}
    house.clock.now += timedelta(minutes=30)
    await booked(driver, wanted)


async def test_no_gap_that_nobody_could_book(house: House, driver: Driver) -> None:
    await _room(house, min_gap_minutes=60)
    await booked(driver, _ruled("2026-05-26 10:00"))
    assert await reasons(house, driver.create(_ruled("2026-05-26 11:30"))) == {"unsellable_gap"}
    assert await reasons(house, driver.create(_ruled("2026-05-26 08:30"))) == {"unsellable_gap"}
    beside = await booked(driver, _ruled("2026-05-26 11:00"))
    await booked(driver, _ruled("2026-05-26 13:00"))
    # A move does not stand in its own way, and leaves no gap either.
    later = driver.edit(beside["id"], {"start_at": at("2026-05-26 11:30")})
    assert await reasons(house, later) == {"unsellable_gap"}
    done(await driver.edit(beside["id"], {"end_at": at("2026-05-26 13:00")}))


async def test_a_tier_has_rules_of_its_own(house: House, driver: Driver) -> None:
    """Nadia is a resident, Noor a flex member; of guests nothing is said."""
    resident = RuleOverride(
        max_minutes=240, lead_minutes=0, edit_window_minutes=30, horizon_days=30, quotas=()
    )
    await _room(
        house,
        max_minutes=60,
        lead_minutes=24 * 60,
        horizon_days=2,
        edit_window_minutes=120,
        quotas=_per_day(60),
        tiers={"resident": resident},
    )
    wanted = _ruled("2026-05-22 12:00", 240)
    for who in ("mem_noor_n", None):
        broken = await reasons(house, driver.create({**wanted, **_by(who)}))
        quota = {"quota_minutes_per_day"} if who else set()
        assert broken == {"lead_time", "too_long"} | quota
    made = await booked(driver, wanted)
    ahead = _ruled("2026-06-01 12:00", 30)
    assert await reasons(house, driver.create({**ahead, **_by("mem_noor_n")})) == {"horizon"}
    await booked(driver, ahead)
    # The edit window is the tier's as well.
    house.clock.now = at("2026-05-22 11:15")
    done(await driver.edit(made["id"], {"notes": "until half past"}))
    house.clock.now = at("2026-05-22 11:31")
    closed = await refusal(
        house, driver.edit(made["id"], {"notes": "too late"}), "edit_window_closed"
    )
    assert closed == {"edit_window_minutes": 30}
    noors = await booked(driver, _ruled("2026-05-23 12:00", 60, member="mem_noor_n"))
    house.clock.now = at("2026-05-23 10:30")
    call = driver.edit(noors["id"], {"notes": "too late"})
    assert await refusal(house, call, "edit_window_closed") == {"edit_window_minutes": 120}


def _by(member: str | None) -> dict[str, Any]:
    return {"booked_by": wish(member=member)["booked_by"]}


async def test_blocks_of_availability_are_those_of_the_tier(house: House, driver: Driver) -> None:
    """The past is the past, and not the lead time."""
    await _room(house, lead_minutes=60, tiers={"resident": RuleOverride(lead_minutes=120)})
    window = {"room_id": "rm_ruled", "from": at("2026-05-22 08:00"), "to": at("2026-05-22 14:00")}

    async def rules(**who: str) -> list[tuple[str, str]]:
        room = done(await driver.availability({**window, **who}))["data"][0]
        return [(block["end_at"], block["reason"]) for block in room["busy"]]

    past = ("2026-05-22T09:00:00Z", "in_the_past")
    assert await rules() == [past, ("2026-05-22T10:00:00Z", "lead_time")]
    resident = [past, ("2026-05-22T11:00:00Z", "lead_time")]
    assert await rules(member_id="mem_nadia_n") == await rules(tier="resident") == resident


async def test_a_blackout_of_the_location_closes_every_room(house: House, driver: Driver) -> None:
    """contract.md: ``slot_unavailable`` by a blackout: ``conflicting_booking_id`` null."""
    closed = Blackout(
        id="blk_fire_drill",
        workspace_id=WORKSPACE,
        location_id="loc_soho",
        interval=Interval(at("2026-05-26 13:00"), at("2026-05-26 15:00")),
        reason="Fire drill",
        created_at=house.clock.now,
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [closed])
    window = {"from": at("2026-05-26 12:00"), "to": at("2026-05-26 16:00")}
    shown = done(await driver.availability(window))["data"]
    for room in shown:
        blocks = [block for block in room["busy"] if block["kind"] == "blackout"]
        assert [(b["start_at"][11:16], b["end_at"][11:16], b["reason"]) for b in blocks] == [
            ("13:00", "15:00", "Fire drill")
        ]
    assert {"rm_atrium", "rm_annex", "rm_night"} <= {room["room_id"] for room in shown}
    for room_id in ("rm_atrium", "rm_annex"):
        details = await refusal(house, driver.create(wish(room_id)), "slot_unavailable")
        assert details["conflicting_booking_id"] is None
    await booked(driver, wish(start="2026-05-26 15:00"))


@pytest.mark.parametrize("member", ["mem_nadia_n", "mem_noor_n", "mem_lina_p", None])
@pytest.mark.parametrize("minutes", [60, 150])
async def test_starts_are_those_that_can_be_booked(
    house: House, driver: Driver, member: str | None, minutes: int
) -> None:
    """contract.md: each of ``starts[]`` can be booked by that caller, and no other start can."""
    await _room(
        house,
        min_gap_minutes=60,
        quotas=(
            *_per_day(180),
            Quota(measure=QuotaMeasure.CONCURRENT, limit=1, scope=QuotaScope.WORKSPACE),
            Quota(
                measure=QuotaMeasure.MINUTES_PER_WEEK,
                limit=300,
                holder=QuotaHolder.COMPANY,
                scope=QuotaScope.WORKSPACE,
            ),
        ),
        tiers={"flex": RuleOverride(min_gap_minutes=0, max_minutes=120)},
    )
    await booked(driver, _ruled("2026-05-26 10:00", 90))
    await booked(driver, wish("rm_night", "2026-05-26 14:00", 60))
    await booked(driver, _ruled("2026-05-26 22:30", 60, member="mem_lina_p"))
    start, end = at("2026-05-26 06:00"), at("2026-05-27 02:00")
    query: dict[str, Any] = {
        "room_id": "rm_ruled",
        "from": start,
        "to": end,
        "duration_minutes": minutes,
    }
    who = {"member_id": member} if member else {}
    room = done(await driver.availability({**query, **who}))["data"][0]
    bookable = []
    while start < end:
        outcome = await driver.create(_ruled(start, minutes, member=member))
        if not isinstance(outcome, Refused):
            bookable.append(instant_text(start))
            done(await driver.cancel(outcome.body["id"]))
        start += timedelta(minutes=30)
    assert room["starts"] == bookable
    assert bookable or minutes == 150
    check_house(house)
