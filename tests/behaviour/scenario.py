"""Phrases that scenarios share: wishes, and how they are granted or refused."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

from litehq_core.domain.wall_clock import instant_text
from tests.behaviour.drivers.protocol import Driver, Outcome, Refused, done, refused
from tests.behaviour.house import House, at
from tests.behaviour.invariants import check_house
from tests.behaviour.keys import FULL

GUEST = {"guest": {"email": "ada@example.com", "name": "Ada G"}}


def wish(
    room_id: str = "rm_atrium",
    start: str | datetime = "2026-05-26 14:00",
    minutes: int = 60,
    member: str | None = "mem_nadia_n",
    **more: Any,
) -> dict[str, Any]:
    """A wish in dialect B, four days ahead; a guest's if there is no member.

    Nadia's company is on invoice terms, so what she books in the Atrium is confirmed at once.
    """
    start_at = at(start) if isinstance(start, str) else start
    return {
        "room_id": room_id,
        "start_at": start_at,
        "end_at": start_at + timedelta(minutes=minutes),
        "booked_by": {"member_id": member} if member else GUEST,
        **more,
    }


def studio(start: str = "2026-05-26 14:00", minutes: int = 90, **more: Any) -> dict[str, Any]:
    """A wish for the Studio, which is paid by card alone: GBP 56.00 an hour."""
    return wish("rm_studio", start, minutes, **{"member": "mem_jonas_k", **more})


async def booked(driver: Driver, wanted: dict[str, Any], *, key: str = FULL) -> dict[str, Any]:
    """A booking that was made."""
    return done(await driver.create(wanted, key=key))


async def paid(house: House, driver: Driver, wanted: dict[str, Any]) -> dict[str, Any]:
    """A booking that was made by card, and paid."""
    hold = await booked(driver, wanted)
    assert hold["status"] == "pending_payment"
    await house.pay(hold["checkout_url"])
    return done(await driver.get(hold["id"]))


async def refusal(
    house: House, call: Awaitable[Outcome], code: str, *, keyed: bool = False
) -> dict[str, Any]:
    """The details of a call that has to be refused with ``code``, and must leave no trace.

    Args:
        keyed: the call carries an idempotency key, which may be remembered.
    """
    with house.unchanged(keyed=keyed):
        outcome = await call
    check_house(house)
    return refused(outcome, code)


async def shown(house: House, call: Awaitable[Outcome]) -> dict[str, Any]:
    """All that the caller of a refused call is shown; it must leave no trace."""
    with house.unchanged():
        outcome = await call
    assert isinstance(outcome, Refused), outcome
    return outcome.shown


async def reasons(house: House, call: Awaitable[Outcome]) -> set[str]:
    """The rules that a call was refused for."""
    details = await refusal(house, call, "booking_rule_violated")
    return {violation["reason"] for violation in details["violations"]}


async def wrong_fields(house: House, call: Awaitable[Outcome]) -> set[str]:
    """The fields that a call was refused for."""
    details = await refusal(house, call, "validation_failed")
    return {error["field"] for error in details["details"]}


def span(booking: dict[str, Any]) -> tuple[str, str]:
    """From when until when."""
    return booking["start_at"], booking["end_at"]


def text(instant: str) -> str:
    """``"2026-05-22 14:00"`` as the contract writes it."""
    return instant_text(at(instant))


async def furnish(driver: Driver) -> dict[str, str]:
    """Bookings that differ in what lists filter by."""
    wishes = {
        "nadia": wish(),
        "noor": wish("rm_annex", member="mem_noor_n"),
        "lina": wish(start="2026-05-27 10:00", member="mem_lina_p"),
        "hold": studio(),
        "guest": wish("rm_annex", "2026-05-28 10:00", member=None),
    }
    made = {name: (await booked(driver, wanted))["id"] for name, wanted in wishes.items()}
    gone = await booked(driver, wish("rm_annex", "2026-05-29 10:00", member="mem_lina_p"))
    done(await driver.cancel(gone["id"]))
    return {**made, "gone": gone["id"]}


async def pages(
    driver: Driver, filters: dict[str, Any], *, key: str = FULL
) -> list[dict[str, Any]]:
    """Every row, page by page; from the second page on, the cursor alone."""
    page = done(await driver.bookings(filters, key=key))
    rows: list[dict[str, Any]] = list(page["data"])
    while page["next_cursor"]:
        again = {"cursor": page["next_cursor"], "limit": filters["limit"]}
        page = done(await driver.bookings(again, key=key))
        assert len(page["data"]) <= filters["limit"]
        rows += page["data"]
    return rows
