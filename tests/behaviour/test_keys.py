"""Keys: who is let in, and what each key may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, Outcome, done
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, refusal, shown, wish

Call = Callable[[Driver, str, str | None], Awaitable[Outcome]]

READS: dict[str, Call] = {
    "get": lambda driver, booking_id, key: driver.get(booking_id, key=key),
    "list": lambda driver, booking_id, key: driver.bookings(key=key),
    "availability": lambda driver, booking_id, key: driver.availability(key=key),
}
QUOTE: dict[str, Call] = {
    "quote": lambda driver, booking_id, key: driver.quote(wish(), key=key),
}
WRITES: dict[str, Call] = {
    "create": lambda driver, booking_id, key: driver.create(wish(), key=key),
    "edit": lambda driver, booking_id, key: driver.edit(booking_id, {"notes": "x"}, key=key),
    "cancel": lambda driver, booking_id, key: driver.cancel(booking_id, key=key),
    "no-show": lambda driver, booking_id, key: driver.mark_no_show(booking_id, key=key),
}
EVERYTHING = READS | QUOTE | WRITES


@pytest.mark.parametrize("call", EVERYTHING.values(), ids=EVERYTHING)
async def test_keys_that_open_nothing(house: House, driver: Driver, call: Call) -> None:
    """B: "auth_invalid 401 — Bearer token missing, malformed, or revoked"."""
    booking = await booked(driver, wish("rm_annex"))
    bad = (None, "nonsense", keys.UNKNOWN, keys.EXPIRED, keys.REVOKED, "sk_live_" + "x" * 300)
    answers = [await shown(house, call(driver, booking["id"], key)) for key in bad]
    assert answers[0]["code"] == "auth_invalid"
    # Which of them it was is nobody's business.
    assert all(answer == answers[0] for answer in answers)


async def test_a_key_opens_until_it_expires(house: House, driver: Driver) -> None:
    """Contract: "scopes and expiry mandatory": a second before its expiry it still opens."""
    await refusal(house, driver.bookings(key=keys.EXPIRED), "auth_invalid")
    house.clock.advance(seconds=-1)
    done(await driver.bookings(key=keys.EXPIRED))
    await refusal(house, driver.bookings(key=keys.REVOKED), "auth_invalid")


@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES)
async def test_writing_needs_calendar_write(house: House, driver: Driver, call: Call) -> None:
    """B: "auth_scope_insufficient 403 — Token lacks calendar:write for a mutating call"."""
    booking = await booked(driver, wish("rm_annex"))
    pending = call(driver, booking["id"], keys.READ_ONLY)
    await refusal(house, pending, "auth_scope_insufficient")


@pytest.mark.parametrize("call", EVERYTHING.values(), ids=EVERYTHING)
async def test_the_calendar_needs_a_calendar_scope(
    house: House, driver: Driver, call: Call
) -> None:
    """Contract: "Scopes `<area>:read|write`": the members' area opens no calendar."""
    booking = await booked(driver, wish("rm_annex"))
    pending = call(driver, booking["id"], keys.MEMBERS_ONLY)
    await refusal(house, pending, "auth_scope_insufficient")


@pytest.mark.parametrize("call", READS.values(), ids=READS)
async def test_reading_needs_no_more_than_calendar_read(
    house: House, driver: Driver, call: Call
) -> None:
    """Contract: "write implies read", and reading changes nothing."""
    booking = await booked(driver, wish("rm_annex"))
    with house.unchanged():
        done(await call(driver, booking["id"], keys.READ_ONLY))
        done(await call(driver, booking["id"], keys.SECOND))


async def test_a_bound_key_marks_no_no_show(house: House, driver: Driver) -> None:
    """Contract: "No-show is a flag set by an operator"."""
    booking = await booked(driver, wish(member="mem_lina_p"))
    house.clock.now = wish()["start_at"]
    call = driver.mark_no_show(booking["id"], key=keys.LINA)
    await refusal(house, call, "auth_scope_insufficient")
    assert done(await driver.mark_no_show(booking["id"]))["no_show"] is True
