"""Edits and cancellations of one, the following or all occurrences, and dates tried again."""

from __future__ import annotations

from typing import Any

from tests.behaviour.drivers.protocol import done, refused
from tests.behaviour.drivers.series import SeriesDriver
from tests.behaviour.house import House, at
from tests.behaviour.keys import LINA
from tests.behaviour.scenario import booked, refusal, text, wish, wrong_fields

SECOND = at("2026-06-02 14:00")


async def made(driver: SeriesDriver, **more: Any) -> dict[str, Any]:
    """Nadia's hour in the Atrium on four Tuesdays, on invoice."""
    return done(await driver.create_series({**wish(), "rule": "FREQ=WEEKLY;COUNT=4", **more}))


def clocks(series: dict[str, Any]) -> list[str]:
    """Date and hour of each occurrence."""
    return [occurrence["start_at"][5:16] for occurrence in series["occurrences"]]


def results(series: dict[str, Any]) -> list[str | None]:
    """What the last edit did to each."""
    edits = [occurrence["last_edit"] for occurrence in series["occurrences"]]
    return [edit and edit["result"] for edit in edits]


def statuses(series: dict[str, Any]) -> list[str]:
    """Where each booking stands."""
    return [occurrence["status"] for occurrence in series["occurrences"]]


async def test_this_is_editing_the_booking(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)
    edit = {"scope": "this", "occurrence": SECOND, "shift_minutes": 60, "notes": "Later"}
    after = done(await driver.edit_series(series["id"], edit))
    assert clocks(after) == ["05-26T14:00", "06-02T15:00", "06-09T14:00", "06-16T14:00"]
    assert results(after) == [None, "changed", None, None]
    assert after["occurrences"][1]["occurrence"] == text("2026-06-02 14:00")
    assert (after["version"], after["notes"]) == (2, None)
    assert done(await driver.get(after["occurrences"][1]["booking_id"]))["notes"] == "Later"
    # By its first name it is found again.
    edit = {"scope": "this", "occurrence": SECOND, "shift_minutes": -60}
    assert clocks(done(await driver.edit_series(series["id"], edit)))[1] == "06-02T14:00"


async def test_following_leaves_what_comes_before(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)
    edit = {"scope": "following", "occurrence": SECOND, "room_id": "rm_annex", "attendees": 4}
    after = done(await driver.edit_series(series["id"], edit))
    rooms = [occurrence["room_id"] for occurrence in after["occurrences"]]
    assert rooms == ["rm_atrium", "rm_annex", "rm_annex", "rm_annex"]
    assert results(after) == [None, "changed", "changed", "changed"]
    assert (after["room"]["id"], after["attendees"]) == ("rm_annex", 4)


async def test_all_of_a_daily_series_moves_a_day_through_itself(
    house: House, driver: SeriesDriver
) -> None:
    """Each makes room for the one before it: later first if all go later."""
    series = await made(driver, rule="FREQ=DAILY;COUNT=4")
    edit = {"scope": "all", "shift_minutes": 24 * 60}
    after = done(await driver.edit_series(series["id"], edit))
    assert clocks(after) == [f"05-{day}T14:00" for day in (27, 28, 29, 30)]
    edit["shift_minutes"] = -24 * 60
    again = done(await driver.edit_series(series["id"], edit))
    assert clocks(again) == clocks(series)
    assert {booking.sequence for booking in house.bookings()} == {4}


async def test_a_shift_is_one_of_the_wall_clock(house: House, driver: SeriesDriver) -> None:
    """From Saturday to Sunday, over the night in which London's clocks go back."""
    house.clock.now = at("2026-09-01 09:00")
    wanted = {**wish("rm_night", "2026-10-24 13:00"), "rule": "FREQ=WEEKLY;COUNT=1"}
    series = done(await driver.create_series(wanted))
    edit = {"scope": "all", "shift_minutes": 24 * 60}
    assert clocks(done(await driver.edit_series(series["id"], edit))) == ["10-25T14:00"]


async def test_edits_touch_neither_the_past_nor_what_is_about_to_begin(
    house: House, driver: SeriesDriver
) -> None:
    series = await made(driver)
    house.clock.now = at("2026-06-02 13:30")
    before = [done(await driver.get(o["booking_id"])) for o in series["occurrences"][:2]]
    after = done(await driver.edit_series(series["id"], {"scope": "all", "shift_minutes": 60}))
    assert results(after) == ["unchanged", "unchanged", "changed", "changed"]
    reasons = [occurrence["last_edit"]["reason"] for occurrence in after["occurrences"]]
    assert reasons == ["edit_window_closed", "edit_window_closed", None, None]
    assert [done(await driver.get(o["booking_id"])) for o in series["occurrences"][:2]] == before
    # The one that is named says so as a single booking does.
    edit = {"scope": "this", "occurrence": SECOND, "shift_minutes": 60}
    details = await refusal(house, driver.edit_series(series["id"], edit), "edit_window_closed")
    assert details["edit_window_minutes"] == 60


async def test_what_cannot_be_changed_refuses_all_or_is_left(
    house: House, driver: SeriesDriver
) -> None:
    series = await made(driver)
    blocker = await booked(driver, wish(start="2026-06-09 15:00", member="mem_noor_n"))
    edit = {"scope": "all", "shift_minutes": 60}
    details = await refusal(house, driver.edit_series(series["id"], edit), "slot_unavailable")
    assert details["conflicting_booking_id"] == blocker["id"]
    assert [o["occurrence"] for o in details["occurrences"]] == [text("2026-06-09 14:00")]
    after = done(await driver.edit_series(series["id"], {**edit, "on_conflict": "skip"}))
    assert results(after) == ["changed", "changed", "refused", "changed"]
    edit = after["occurrences"][2]["last_edit"]
    assert (edit["reason"], edit["conflicting_booking_id"]) == ("slot_unavailable", blocker["id"])
    assert clocks(after)[2] == "06-09T14:00"


async def test_an_edit_may_take_an_alternative(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)
    await booked(driver, wish(start="2026-06-09 16:00", member="mem_noor_n"))
    edit = {"scope": "all", "shift_minutes": 120, "on_conflict": "alternative"}
    after = done(await driver.edit_series(series["id"], edit))
    assert results(after) == ["changed"] * 4
    assert clocks(after)[2] == "06-09T15:00"
    assert after["occurrences"][2]["last_edit"]["reason"] == "slot_unavailable"


async def test_wrong_edits_are_refused_by_their_fields(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)

    async def wrong(**changes: Any) -> set[str]:
        return await wrong_fields(house, driver.edit_series(series["id"], changes))

    assert await wrong(scope="all") == {"body"}
    assert await wrong(scope="this", notes="x") == {"occurrence"}
    assert await wrong(scope="all", occurrence=SECOND, notes="x") == {"occurrence"}
    assert await wrong(scope="this", occurrence=at("2026-06-03 14:00"), notes="x") == {"occurrence"}
    assert await wrong(scope="all", shift_minutes=20_000) == {"shift_minutes"}
    assert await wrong(scope="all", attendees=0) == {"attendees"}
    unknown = {"scope": "all", "room_id": "rm_none"}
    await refusal(house, driver.edit_series(series["id"], unknown), "not_found")


async def test_a_stale_version_is_refused(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)
    edit = {"scope": "all", "notes": "x"}
    assert done(await driver.edit_series(series["id"], edit, version=1))["version"] == 2
    for call in (
        driver.edit_series(series["id"], edit, version=1),
        driver.cancel_series(series["id"], version=1),
        driver.retry_series(series["id"], version=1),
    ):
        details = await refusal(house, call, "version_conflict")
        assert details == {"current_version": 2}


async def test_changes_happen_once(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)
    edit = {"scope": "all", "shift_minutes": 60}
    first = await driver.edit_series(series["id"], edit, once="k1")
    again = await driver.edit_series(series["id"], edit, once="k1")
    assert (done(first), again.replayed) == (done(again), True)
    cancelled = await driver.cancel_series(series["id"], once="k2")
    assert done(await driver.cancel_series(series["id"], once="k2")) == done(cancelled)


async def test_cancelling_follows_each_policy(house: House, driver: SeriesDriver) -> None:
    """Everything until a day before, half until two hours; Lina pays two tokens an hour."""
    series = await made(driver, booked_by={"member_id": "mem_lina_p"})
    assert house.tokens("mem_lina_p") == 12
    house.clock.now = at("2026-06-02 10:00")
    await house.run_due()
    after = done(await driver.cancel_series(series["id"]))
    assert statuses(after) == ["completed", "cancelled", "cancelled", "cancelled"]
    assert after["cancelled_at"] == text("2026-06-02 10:00")
    assert house.tokens("mem_lina_p") == 12 + 1 + 2 + 2
    assert done(await driver.cancel_series(series["id"])) == after


async def test_cancelling_a_part(house: House, driver: SeriesDriver) -> None:
    series = await made(driver)
    one = {"scope": "this", "occurrence": SECOND, "reason": "Holiday"}
    after = done(await driver.cancel_series(series["id"], one))
    assert statuses(after) == ["confirmed", "cancelled", "confirmed", "confirmed"]
    assert (after["status"], after["cancelled_at"]) == ("confirmed", None)
    assert after["price"]["amount_minor"] == 3 * 4000
    rest = {"scope": "following", "occurrence": at("2026-06-09 14:00")}
    after = done(await driver.cancel_series(series["id"], rest))
    assert statuses(after) == ["confirmed", "cancelled", "cancelled", "cancelled"]


async def test_what_is_over_cannot_be_cancelled_by_its_name(
    house: House, driver: SeriesDriver
) -> None:
    series = await made(driver)
    house.clock.now = at("2026-06-02 16:00")
    one = {"scope": "this", "occurrence": SECOND}
    await refusal(house, driver.cancel_series(series["id"], one), "invalid_transition")


async def test_wrong_cancellations_are_refused(house: House, driver: SeriesDriver) -> None:
    series = await made(driver, booked_by={"member_id": "mem_lina_p"})
    partial = driver.cancel_series(series["id"], {"refund_policy": "partial"})
    assert await wrong_fields(house, partial) == {"refund_policy"}
    house.clock.now = at("2026-06-02 13:00")
    full = driver.cancel_series(series["id"], {"refund_policy": "full"}, key=LINA)
    details = await refusal(house, full, "auth_scope_insufficient")
    assert details == {"required_scope": "refunds:override"}


async def test_skipped_dates_are_tried_again(house: House, driver: SeriesDriver) -> None:
    blockers = [
        await booked(driver, wish(start=f"2026-06-{day} 14:00", member="mem_noor_n"))
        for day in ("02", "09")
    ]
    series = await made(driver, on_conflict="skip")
    done(await driver.cancel(blockers[0]["id"]))
    after = done(await driver.retry_series(series["id"]))
    outcomes = [occurrence["outcome"] for occurrence in after["occurrences"]]
    assert outcomes == ["booked", "booked", "skipped", "booked"]
    assert (after["version"], after["occurrences"][1]["reason"]) == (2, None)
    assert done(await driver.get(after["occurrences"][1]["booking_id"]))["status"] == "confirmed"
    # Nothing new: nothing changes.
    assert done(await driver.retry_series(series["id"])) == after


async def test_what_is_over_or_given_up_is_not_tried_again(
    house: House, driver: SeriesDriver
) -> None:
    await booked(driver, wish(start=SECOND, member="mem_noor_n"))
    blocker = await booked(driver, wish(start="2026-06-09 14:00", member="mem_noor_n"))
    series = await made(driver, on_conflict="skip")
    given_up = {"scope": "this", "occurrence": at("2026-06-09 14:00")}
    after = done(await driver.cancel_series(series["id"], given_up))
    assert after["occurrences"][2]["reason"] == "cancelled"
    done(await driver.cancel(blocker["id"]))
    house.clock.now = at("2026-06-02 14:00")
    assert done(await driver.retry_series(series["id"])) == after
    done(await driver.cancel_series(series["id"]))
    refused(await driver.retry_series(series["id"]), "invalid_transition")


async def test_an_edit_reaches_skipped_dates(house: House, driver: SeriesDriver) -> None:
    await booked(driver, wish(start=SECOND, member="mem_noor_n"))
    series = await made(driver, on_conflict="skip")
    edit = {"scope": "all", "shift_minutes": 60, "duration_minutes": 90}
    after = done(await driver.edit_series(series["id"], edit))
    assert results(after) == ["changed"] * 4
    assert clocks(after)[1] == "06-02T15:00"
    tried = done(await driver.retry_series(series["id"]))
    assert statuses(tried) == ["confirmed"] * 4
    booking = done(await driver.get(tried["occurrences"][1]["booking_id"]))
    assert (booking["start_at"], booking["end_at"]) == (
        text("2026-06-02 15:00"),
        text("2026-06-02 16:30"),
    )
