"""Contract: "Refusals have one order": the first of two things that are wrong is the answer.

`validation_failed` → not found → `slot_misaligned` → `booking_rule_violated` →
`slot_unavailable` → money.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, wish

TAKEN = "2026-05-27 14:00"

CREATES = {
    "validation-before-room": (wish("rm_nowhere", attendees=0), "validation_failed"),
    "validation-before-member": (wish(member="mem_nobody", minutes=-60), "validation_failed"),
    "validation-before-grid": (wish(start="2026-05-26 14:10", attendees=0), "validation_failed"),
    "validation-before-rule": (wish("rm_quiet", minutes=-60), "validation_failed"),
    "validation-before-slot": (wish(start=TAKEN, attendees=0), "validation_failed"),
    # A mode that is not allowed is a failed validation, so it comes before the slot.
    "mode-before-grid": (
        wish("rm_studio", "2026-05-26 14:10", billing_mode="tokens"),
        "validation_failed",
    ),
    "mode-before-rule": (
        wish("rm_studio", attendees=11, billing_mode="tokens"),
        "validation_failed",
    ),
    "mode-before-slot": (
        wish(start=TAKEN, member="mem_jonas_k", billing_mode="invoice"),
        "validation_failed",
    ),
    "room-before-grid": (wish("rm_nowhere", "2026-05-26 14:10"), "not_found"),
    "member-before-grid": (wish(start="2026-05-26 14:10", member="mem_nobody"), "not_found"),
    "member-before-slot": (wish(start=TAKEN, member="mem_nobody"), "not_found"),
    "quote-before-grid": (wish(start="2026-05-26 14:10", quote_id="qt_x"), "not_found"),
    "quote-before-slot": (wish(start=TAKEN, quote_id="qt_x"), "not_found"),
    "grid-before-rule": (wish(start="2026-05-26 14:10", attendees=9), "slot_misaligned"),
    "grid-before-slot": (wish(start="2026-05-27 14:10"), "slot_misaligned"),
    "rule-before-slot": (wish(start=TAKEN, attendees=9), "booking_rule_violated"),
    "rule-before-money": (
        wish(member="mem_jonas_k", attendees=9, billing_mode="tokens"),
        "booking_rule_violated",
    ),
    "slot-before-money": (
        wish(start=TAKEN, member="mem_jonas_k", billing_mode="tokens"),
        "slot_unavailable",
    ),
    "money": (wish(member="mem_jonas_k", billing_mode="tokens"), "insufficient_tokens"),
}


@pytest.mark.parametrize(("wanted", "code"), CREATES.values(), ids=CREATES)
async def test_create(house: House, driver: Driver, wanted: dict[str, Any], code: str) -> None:
    """Contract: "Refusals have one order"."""
    await booked(driver, wish(start=TAKEN))
    await refusal(house, driver.create(wanted), code)


NOWHERE = "bk_nowhere"
OFF_GRID = {"start": at("2026-05-26 14:10")}
# Jonas has no tokens, and his booking lies at 14:00 on the day before the one that is taken.
EDITS: dict[str, tuple[str | None, dict[str, Any], str]] = {
    "validation-before-booking": (NOWHERE, {"attendees": 0}, "validation_failed"),
    "duration-before-booking": (NOWHERE, {"duration_minutes": 0}, "validation_failed"),
    "validation-before-room": (
        None,
        {"room_id": "rm_nowhere", "attendees": 0},
        "validation_failed",
    ),
    "booking-before-grid": (NOWHERE, OFF_GRID, "booking_not_found"),
    "room-before-grid": (None, {"room_id": "rm_nowhere", **OFF_GRID}, "not_found"),
    "grid-before-rule": (None, {**OFF_GRID, "attendees": 9}, "slot_misaligned"),
    "grid-before-slot": (None, {"start": at("2026-05-27 14:10")}, "slot_misaligned"),
    "rule-before-slot": (None, {"start": at(TAKEN), "attendees": 9}, "booking_rule_violated"),
    "slot-before-money": (
        None,
        {"start": at(TAKEN), "billing_mode": "tokens"},
        "slot_unavailable",
    ),
    "mode-before-slot": (
        None,
        {"start": at(TAKEN), "billing_mode": "invoice"},
        "validation_failed",
    ),
    "money": (None, {"billing_mode": "tokens"}, "insufficient_tokens"),
}


@pytest.mark.parametrize(("booking_id", "changes", "code"), EDITS.values(), ids=EDITS)
async def test_edit(
    house: House, driver: Driver, booking_id: str | None, changes: dict[str, Any], code: str
) -> None:
    """Contract: "Refusals have one order", for edits too."""
    await booked(driver, wish(start=TAKEN))
    mine = await booked(driver, wish(member="mem_jonas_k"))
    await house.pay(mine["checkout_url"])
    await refusal(house, driver.edit(booking_id or mine["id"], changes), code)


async def test_edit_validates_the_two_starts_first(house: House, driver: Driver) -> None:
    """Contract: "A body that mixes the dialects is fine while they agree; otherwise `422`"."""
    changes = {"start": at("2026-05-26 15:00"), "start_at": at("2026-05-26 16:00")}
    await refusal(house, driver.edit(NOWHERE, changes), "validation_failed")
    booking = await booked(driver, wish())
    await refusal(house, driver.edit(booking["id"], changes), "validation_failed")


async def test_cancel_validates_first(house: House, driver: Driver) -> None:
    """Contract: "`partial` needs `refund_amount_minor` or `refund_tokens`"."""
    call = driver.cancel(NOWHERE, {"refund_policy": "partial"})
    await refusal(house, call, "validation_failed")


async def test_an_expired_quote_is_money(house: House, driver: Driver) -> None:
    """Contract: what the slot is refused for comes before what it costs."""
    quote = done(await driver.quote(wish(start="2026-05-26 14:00")))
    house.clock.advance(minutes=15)
    wanted = wish(start="2026-05-26 14:00", quote_id=quote["quote_id"])
    await refusal(house, driver.create({**wanted, "attendees": 9}), "booking_rule_violated")
    await booked(driver, wish(start="2026-05-26 14:00"))
    await refusal(house, driver.create(wanted), "slot_unavailable")
