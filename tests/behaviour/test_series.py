"""Series: bookings that repeat, as one object (contract.md, Ids and time; issue 3, Series)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.rate_card import BillingMode
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import done, refused
from tests.behaviour.drivers.series import SeriesDriver
from tests.behaviour.furniture import CARDS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.keys import LINA, NORTHWIND, READ_ONLY, STRANGER
from tests.behaviour.scenario import GUEST, booked, refusal, studio, text, wish, wrong_fields
from tests.behaviour.series_scenario import WEEKLY, in_the_way, outcomes, starts, weekly


async def test_each_occurrence_is_a_booking(house: House, driver: SeriesDriver) -> None:
    series = done(await driver.create_series(weekly(notes="Stand-up", attendees=3)))
    assert outcomes(series) == ["booked"] * 4
    assert starts(series) == [
        text(f"2026-{day} 14:00") for day in ("05-26", "06-02", "06-09", "06-16")
    ]
    assert (series["status"], series["version"]) == ("confirmed", 1)
    assert series["id"].startswith("srs_")
    assert series["price"]["amount_minor"] == 4 * 4000
    assert sum(line["amount_minor"] for line in series["price"]["lines"]) == 4 * 4000
    assert (series["billing_mode"], series["tokens_charged"]) == ("invoice", None)
    assert series["rule"]["rrule"] == "RRULE:FREQ=WEEKLY;COUNT=4"
    for occurrence in series["occurrences"]:
        booking = done(await driver.get(occurrence["booking_id"]))
        assert (booking["start_at"], booking["notes"]) == (occurrence["start_at"], "Stand-up")
        assert booking["status"] == occurrence["status"] == "confirmed"
        assert occurrence["amount_minor"] == booking["price"]["amount_minor"]
    assert done(await driver.get_series(series["id"])) == series


async def test_repetition_is_wall_clock_time(house: House, driver: SeriesDriver) -> None:
    """London's clocks go back on 25 October; the room is free of charge, and open by night."""
    house.clock.now = at("2026-09-01 09:00")
    wanted = wish("rm_night", "2026-10-18 13:00")
    series = done(await driver.create_series({**wanted, "rule": "FREQ=WEEKLY;COUNT=2"}))
    assert starts(series) == [text("2026-10-18 13:00"), text("2026-10-25 14:00")]
    ends = [occurrence["end_at"] for occurrence in series["occurrences"]]
    assert ends == [text("2026-10-18 14:00"), text("2026-10-25 15:00")]


async def test_length_is_elapsed_time(house: House, driver: SeriesDriver) -> None:
    house.clock.now = at("2026-09-01 09:00")
    wanted = wish("rm_night", "2026-10-24 23:00", minutes=180)
    series = done(await driver.create_series({**wanted, "rule": "FREQ=DAILY;COUNT=2"}))
    ends = [occurrence["end_at"] for occurrence in series["occurrences"]]
    assert ends == [text("2026-10-25 02:00"), text("2026-10-26 03:00")]


async def test_tokens_are_spent_on_all_of_it(house: House, driver: SeriesDriver) -> None:
    series = done(await driver.create_series(weekly(booked_by={"member_id": "mem_lina_p"})))
    assert (series["billing_mode"], series["tokens_charged"]) == ("tokens", 8)
    assert (series["status"], series["price"]["amount_minor"]) == ("confirmed", 0)
    assert house.tokens("mem_lina_p") == 12


async def test_tokens_that_do_not_last_for_all_of_it_pay_for_none(
    house: House, driver: SeriesDriver
) -> None:
    """Lina has 20; eleven hours need 22."""
    wanted = weekly("FREQ=WEEKLY;COUNT=11", booked_by={"member_id": "mem_lina_p"})
    series = done(await driver.create_series(wanted))
    assert (series["billing_mode"], series["status"]) == ("card", "pending_payment")
    assert house.tokens("mem_lina_p") == 20


async def test_tokens_pay_while_the_rate_card_takes_them(
    house: House, driver: SeriesDriver
) -> None:
    """Contract: a mode holds "if the rate card … allow[s] it"; the next card does not."""
    atrium = next(card for card in CARDS if card.room_id == "rm_atrium")
    by_card = frozenset({BillingMode.CARD})
    later = replace(atrium, id="rc_later", effective_from=date(2026, 6, 9), billing_modes=by_card)
    await import_catalogue(house.ports, system_actor(WORKSPACE), [later])
    wanted = weekly(booked_by={"member_id": "mem_lina_p"}, on_conflict="skip")
    series = done(await driver.create_series(wanted))
    assert (series["billing_mode"], series["tokens_charged"]) == ("tokens", 4)
    assert outcomes(series) == ["booked", "booked", "skipped", "skipped"]
    assert series["occurrences"][2]["reason"] == "validation_failed"


async def test_named_tokens_that_do_not_last_are_refused(
    house: House, driver: SeriesDriver
) -> None:
    wanted = weekly(
        "FREQ=WEEKLY;COUNT=11", booked_by={"member_id": "mem_lina_p"}, billing_mode="tokens"
    )
    details = await refusal(house, driver.create_series(wanted), "insufficient_tokens")
    assert (details["required"], details["available"]) == (2, 0)
    assert [o["reason"] for o in details["occurrences"]] == ["insufficient_tokens"]
    series = done(await driver.create_series({**wanted, "on_conflict": "skip"}))
    assert outcomes(series) == ["booked"] * 10 + ["skipped"]
    assert house.tokens("mem_lina_p") == 0


async def test_fail_books_nothing_and_names_all_that_cannot_be_had(
    house: House, driver: SeriesDriver
) -> None:
    blocker = await in_the_way(driver)
    # The last lies more than 90 days ahead.
    wanted = weekly("FREQ=WEEKLY;COUNT=14")
    details = await refusal(house, driver.create_series(wanted), "slot_unavailable")
    assert details["conflicting_booking_id"] == blocker["id"]
    assert details["alternatives"]
    found = [(o["occurrence"], o["reason"]) for o in details["occurrences"]]
    assert found == [
        (text("2026-06-02 14:00"), "slot_unavailable"),
        (text("2026-08-25 14:00"), "booking_rule_violated"),
    ]
    reasons = [violation["reason"] for violation in details["occurrences"][1]["violations"]]
    assert reasons == ["horizon"]


async def test_skip_books_the_rest_and_says_why(house: House, driver: SeriesDriver) -> None:
    blocker = await in_the_way(driver)
    series = done(await driver.create_series(weekly(on_conflict="skip")))
    assert outcomes(series) == ["booked", "skipped", "booked", "booked"]
    skipped = series["occurrences"][1]
    assert (skipped["booking_id"], skipped["status"]) == (None, None)
    assert skipped["reason"] == "slot_unavailable"
    assert skipped["conflicting_booking_id"] == blocker["id"]
    assert skipped["start_at"] == text("2026-06-02 14:00")
    assert series["price"]["amount_minor"] == 3 * 4000


async def test_skip_refuses_a_series_of_which_nothing_can_be_had(
    house: House, driver: SeriesDriver
) -> None:
    wanted = weekly("FREQ=WEEKLY;COUNT=2", start="2026-05-12 14:00", on_conflict="skip")
    details = await refusal(house, driver.create_series(wanted), "booking_rule_violated")
    assert len(details["occurrences"]) == 2


async def test_alternative_books_the_nearest_time_of_the_day(
    house: House, driver: SeriesDriver
) -> None:
    await in_the_way(driver)
    series = done(await driver.create_series(weekly(on_conflict="alternative")))
    assert outcomes(series) == ["booked", "alternative", "booked", "booked"]
    found = series["occurrences"][1]
    assert found["occurrence"] == text("2026-06-02 14:00")
    assert found["start_at"] == text("2026-06-02 13:00")
    assert found["reason"] == "slot_unavailable"
    assert done(await driver.get(found["booking_id"]))["start_at"] == found["start_at"]


async def test_alternative_leaves_the_day_to_no_other(house: House, driver: SeriesDriver) -> None:
    """All of that Tuesday is taken; the days beside it are not asked."""
    start = at("2026-06-02 06:00")
    await booked(driver, wish(start=start, minutes=12 * 60, member="mem_noor_n"))
    await booked(driver, wish(start=start + timedelta(hours=12), minutes=180, member="mem_noor_n"))
    series = done(await driver.create_series(weekly(on_conflict="alternative")))
    assert outcomes(series) == ["booked", "skipped", "booked", "booked"]


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"rule": "FREQ=WEEKLY"}, {"rule.count"}),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=2"}, {"rule"}),
        ({"rule": "nonsense"}, {"rule"}),
        ({"rule": "FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE:20260527"}, {"rule.exceptions"}),
        ({"quote_id": "qt_1"}, {"quote_id"}),
        ({"attendees": 0}, {"attendees"}),
        ({"room_id": "rm_studio", "billing_mode": "invoice"}, {"billing_mode"}),
    ],
)
async def test_what_is_wrong_in_itself_is_refused_by_its_field(
    house: House, driver: SeriesDriver, more: dict[str, Any], fields: set[str]
) -> None:
    assert await wrong_fields(house, driver.create_series(weekly(**more))) == fields


async def test_exceptions_are_left_out(house: House, driver: SeriesDriver) -> None:
    rule = "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20260602,20260609"
    series = done(await driver.create_series(weekly(rule)))
    assert starts(series) == [text("2026-05-26 14:00"), text("2026-06-16 14:00")]
    assert series["rule"]["exceptions"] == ["2026-06-02", "2026-06-09"]


async def test_unknown_rooms_and_members_are_not_found(house: House, driver: SeriesDriver) -> None:
    await refusal(house, driver.create_series(weekly(room_id="rm_none")), "not_found")
    nobody = {"member_id": "mem_none"}
    await refusal(house, driver.create_series(weekly(booked_by=nobody)), "not_found")
    assert refused(await driver.get_series("srs_none"), "not_found") is not None
    await refusal(house, driver.cancel_series("srs_none"), "not_found")
    await refusal(house, driver.retry_series("srs_none"), "not_found")
    edit = {"scope": "all", "notes": "x"}
    await refusal(house, driver.edit_series("srs_none", edit), "not_found")


async def test_keys_see_what_is_theirs(house: House, driver: SeriesDriver) -> None:
    series = done(await driver.create_series(weekly()))
    assert done(await driver.get_series(series["id"], key=READ_ONLY))["id"] == series["id"]
    assert done(await driver.get_series(series["id"], key=NORTHWIND))["id"] == series["id"]
    for key in (LINA, STRANGER):
        refused(await driver.get_series(series["id"], key=key), "not_found")
        assert done(await driver.all_series(key=key))["data"] == []
        await refusal(house, driver.cancel_series(series["id"], key=key), "not_found")
    scope = "auth_scope_insufficient"
    await refusal(house, driver.create_series(weekly(), key=READ_ONLY), scope)
    await refusal(house, driver.cancel_series(series["id"], key=READ_ONLY), scope)
    # A bound key books for its own.
    await refusal(house, driver.create_series(weekly(), key=LINA), "not_found")
    guest = weekly(booked_by=GUEST)
    assert await wrong_fields(house, driver.create_series(guest, key=LINA)) == {"booked_by"}


async def test_lists_are_newest_first_and_filtered(house: House, driver: SeriesDriver) -> None:
    made = []
    for room_id, member in (("rm_atrium", "mem_nadia_n"), ("rm_annex", "mem_noor_n")):
        house.clock.advance(minutes=1)
        wanted = weekly(room_id=room_id, booked_by={"member_id": member})
        made.append(done(await driver.create_series(wanted)))
    assert done(await driver.all_series())["data"] == made[::-1]
    assert done(await driver.all_series({"room_id": "rm_annex"}))["data"] == made[1:]
    assert done(await driver.all_series({"member_id": "mem_nadia_n"}))["data"] == made[:1]
    first = done(await driver.all_series({"limit": 1}))
    assert first["data"] == made[1:]
    rest = done(await driver.all_series({"limit": 1, "cursor": first["next_cursor"]}))
    assert (rest["data"], rest["next_cursor"]) == (made[:1], None)


async def test_a_series_is_made_once(house: House, driver: SeriesDriver) -> None:
    first = await driver.create_series(weekly(), once="k1")
    again = await driver.create_series(weekly(), once="k1")
    assert done(first) == done(again)
    assert again.replayed
    assert len(house.bookings()) == 4
    other = driver.create_series(weekly(on_conflict="skip"), once="k1")
    await refusal(house, other, "idempotency_conflict")


async def test_a_refusal_of_a_series_is_remembered(house: House, driver: SeriesDriver) -> None:
    blocker = await in_the_way(driver)
    first = refused(await driver.create_series(weekly(), once="k1"), "slot_unavailable")
    done(await driver.cancel(blocker["id"]))
    again = await driver.create_series(weekly(), once="k1")
    assert refused(again, "slot_unavailable") == first
    assert again.replayed


async def test_a_guest_books_by_card(house: House, driver: SeriesDriver) -> None:
    series = done(await driver.create_series({**studio(member=None), "rule": WEEKLY}))
    assert series["booked_by"] == GUEST
    assert (series["billing_mode"], series["status"]) == ("card", "pending_payment")


async def test_the_occurrences_before_count_towards_a_quota(
    house: House, driver: SeriesDriver
) -> None:
    """Each is judged with the former ones in place, by quotas too."""
    quotas = [{"measure": "upcoming", "limit": 3}]
    done(await driver.change_room("rm_atrium", {"rules": {"quotas": quotas}}))
    series = done(await driver.create_series(weekly(on_conflict="skip")))
    assert outcomes(series) == ["booked", "booked", "booked", "skipped"]


async def test_a_mode_that_a_later_rate_card_refuses_stands_against_those_dates_alone(
    house: House, driver: SeriesDriver
) -> None:
    """From 8 June on, the Atrium takes no tokens."""
    card = replace(
        next(card for card in CARDS if card.room_id == "rm_atrium"),
        id="rc_june",
        effective_from=date(2026, 6, 8),
        billing_modes=frozenset({BillingMode.CARD, BillingMode.INVOICE}),
        tokens_per_hour=None,
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [card])
    wanted = weekly(booked_by={"member_id": "mem_lina_p"}, on_conflict="skip")
    series = done(await driver.create_series(wanted))
    assert outcomes(series) == ["booked", "booked", "skipped", "skipped"]
    assert series["occurrences"][2]["reason"] == "validation_failed"
    assert series["tokens_charged"] == 4
