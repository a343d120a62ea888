"""Which bookings can be edited, and until when; and the no-show flag, which has its own rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, studio, wish, wrong_fields


@pytest.mark.parametrize(
    ("room_id", "last", "minutes"),
    [
        ("rm_atrium", "2026-05-26 13:00", 60),
        # "a room's rules may change that".
        ("rm_loft", "2026-05-25 14:00", 24 * 60),
        ("rm_night", "2026-05-26 14:00", 0),
    ],
)
async def test_the_edit_window(
    house: House, driver: Driver, room_id: str, last: str, minutes: int
) -> None:
    """B: "Bookings can be edited up to 1 hour before start_at by default"."""
    booking = await booked(driver, wish(room_id))
    house.clock.now = at(last)
    done(await driver.edit(booking["id"], {"notes": "in time"}))
    house.clock.advance(seconds=1)
    call = driver.edit(booking["id"], {"notes": "too late"})
    assert await refusal(house, call, "edit_window_closed") == {"edit_window_minutes": minutes}


async def test_moving_away_does_not_open_the_window(house: House, driver: Driver) -> None:
    """Contract: "Until 60 min before start": the start it has, not the one it is to have."""
    booking = await booked(driver, wish("rm_loft"))
    house.clock.now = at("2026-05-26 09:00")
    for changes in ({"start": at("2026-05-29 14:00")}, {"room_id": "rm_atrium"}):
        await refusal(house, driver.edit(booking["id"], changes), "edit_window_closed")


async def _confirmed(house: House, driver: Driver) -> dict[str, Any]:
    return await booked(driver, wish())


async def _held(house: House, driver: Driver) -> dict[str, Any]:
    return await booked(driver, studio())


async def _lapsed(house: House, driver: Driver) -> dict[str, Any]:
    hold = await booked(driver, studio())
    house.clock.advance(minutes=30)
    return hold


async def _expired(house: House, driver: Driver) -> dict[str, Any]:
    hold = await _lapsed(house, driver)
    await house.run_due()
    return hold


async def _cancelled(house: House, driver: Driver) -> dict[str, Any]:
    booking = await booked(driver, wish())
    return done(await driver.cancel(booking["id"]))


async def _completed(house: House, driver: Driver) -> dict[str, Any]:
    booking = await booked(driver, wish())
    house.clock.now = at("2026-05-26 15:00")
    await house.run_due()
    assert done(await driver.get(booking["id"]))["status"] == "completed"
    return booking


OVER = [_lapsed, _expired, _cancelled, _completed]


@pytest.mark.parametrize("given", OVER)
async def test_what_is_over_cannot_be_edited(house: House, driver: Driver, given: Any) -> None:
    """Contract: "States"; an expired, cancelled or completed booking has no way to `updated`."""
    booking = await given(house, driver)
    for changes in ({"notes": "x"}, {"start": at("2026-05-27 14:00")}):
        await refusal(house, driver.edit(booking["id"], changes), "invalid_transition")


@pytest.mark.parametrize("given", [_expired, _completed])
async def test_what_is_over_cannot_be_cancelled(house: House, driver: Driver, given: Any) -> None:
    """Contract: "`pending_payment → … cancelled`; `confirmed → cancelled`", and no other."""
    booking = await given(house, driver)
    await refusal(house, driver.cancel(booking["id"]), "invalid_transition")


async def test_no_show_from_the_start_on(house: House, driver: Driver) -> None:
    """Contract: "No-show is a flag set by an operator after `start_at`"."""
    booking = await booked(driver, wish())
    house.clock.now = at("2026-05-26 13:59:59")
    await refusal(house, driver.mark_no_show(booking["id"]), "invalid_transition")
    # The edit window has long been closed: "is outside that window".
    house.clock.advance(seconds=1)
    await refusal(house, driver.edit(booking["id"], {"notes": "x"}), "edit_window_closed")
    marked = done(await driver.mark_no_show(booking["id"], version=booking["version"]))
    # "not a state".
    assert marked == {
        **booking,
        "no_show": True,
        "version": booking["version"] + 1,
        "updated_at": "2026-05-26T14:00:00Z",
    }
    assert house.types(booking["id"])[-1] == "booking.no_show"
    assert house.events(booking["id"])[-1].previous == {"no_show": False}


async def test_no_show_is_taken_back(house: House, driver: Driver) -> None:
    """Contract: "No-show is a flag": it can be lowered, too."""
    booking = await booked(driver, wish())
    house.clock.now = at("2026-05-26 14:30")
    done(await driver.mark_no_show(booking["id"]))
    back = done(await driver.mark_no_show(booking["id"], False))
    assert back["no_show"] is False
    assert back["version"] == booking["version"] + 2
    assert house.types(booking["id"]).count("booking.no_show") == 1
    # Saying the same again moves nothing.
    with house.unchanged():
        assert done(await driver.mark_no_show(booking["id"], False)) == back


async def test_no_show_on_a_completed_booking(house: House, driver: Driver) -> None:
    """Contract: "allowed on `confirmed` and `completed`"."""
    booking = await _completed(house, driver)
    marked = done(await driver.mark_no_show(booking["id"]))
    assert (marked["status"], marked["no_show"]) == ("completed", True)


@pytest.mark.parametrize("given", [_held, _expired, _cancelled])
async def test_no_show_on_nothing_else(house: House, driver: Driver, given: Any) -> None:
    """Contract: "allowed on `confirmed` and `completed`"."""
    booking = await given(house, driver)
    house.clock.now = at("2026-05-26 14:00")
    await refusal(house, driver.mark_no_show(booking["id"]), "invalid_transition")


async def test_no_show_stands_alone(house: House, rest: RestDriver) -> None:
    """Contract: "`no_show` (operator) stands alone in its PATCH". GraphQL has a mutation for it."""
    booking = await booked(rest, wish())
    house.clock.now = at("2026-05-26 14:00")
    call = rest.edit(booking["id"], {"no_show": True, "notes": "x"})
    assert await wrong_fields(house, call) == {"no_show"}


async def test_completion(house: House, driver: Driver) -> None:
    """B: "booking.completed — End-of-slot reached and no cancellation"."""
    booking = await booked(driver, wish())
    house.clock.now = at("2026-05-26 14:59:59")
    await house.run_due()
    assert done(await driver.get(booking["id"])) == booking
    house.clock.advance(seconds=1)
    await house.run_due()
    completed = done(await driver.get(booking["id"]))
    assert completed["status"] == "completed"
    assert completed["version"] == booking["version"] + 1
    assert house.types(booking["id"])[-1] == "booking.completed"
    assert not [key for key in house.tables.claims.committed() if key[1] == "rm_atrium"]
