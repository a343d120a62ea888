"""Fields that no room and no rule could accept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver
from tests.behaviour.house import House
from tests.behaviour.scenario import GUEST, booked, refusal, wish, wrong_fields


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (wish(minutes=-60), "end_at"),
        (wish(minutes=0), "end_at"),
        (wish(attendees=0), "attendees"),
        (wish(attendees=-1), "attendees"),
        (wish(notes="n" * 4001), "notes"),
        (wish(notes="nul \0"), "notes"),
        (wish(metadata={"text": "m" * 8192}), "metadata"),
        (wish(booked_by={"guest": {"email": "nobody", "name": "Ada"}}), "booked_by.guest.email"),
        (wish(booked_by={"guest": {"email": "a@example.com", "name": ""}}), "booked_by.guest.name"),
        # The Studio's rate card knows the card alone; a guest has no tokens, Jonas no terms.
        (wish("rm_studio", billing_mode="tokens"), "billing_mode"),
        (wish(member=None, billing_mode="tokens"), "billing_mode"),
        (wish(member="mem_jonas_k", billing_mode="invoice"), "billing_mode"),
        (wish(member=None, billing_mode="invoice"), "billing_mode"),
    ],
    ids=[
        *("backwards", "empty", "nobody", "negative", "long-notes", "nul", "metadata"),
        *("email", "name", "card-only", "guest-tokens", "no-terms"),
        "guest-invoice",
    ],
)
async def test_create_refuses(
    house: House, driver: Driver, wanted: dict[str, Any], field: str
) -> None:
    """Contract: "`validation_failed` 422 (`details[]{field, reason}`)"."""
    assert await wrong_fields(house, driver.create(wanted)) == {field}
    assert await wrong_fields(house, driver.quote(wanted)) == {field}


@pytest.mark.parametrize(
    "booked_by", [{"member_id": "mem_nadia_n", **GUEST}, {}], ids=["both", "neither"]
)
async def test_exactly_one_books(house: House, driver: Driver, booked_by: dict[str, Any]) -> None:
    """Contract: "`booked_by: {member_id}` or `{guest: {email, name}}`"."""
    call = driver.create(wish(booked_by=booked_by))
    await refusal(house, call, "validation_failed")


async def test_text_at_its_bounds_is_kept(house: House, driver: Driver) -> None:
    """Contract: metadata "≤ 8 kB"."""
    metadata = {"text": "m" * (8192 - len('{"text": ""}'))}
    booking = await booked(driver, wish(notes="n" * 4000, metadata=metadata))
    assert booking["notes"] == "n" * 4000
    assert booking["metadata"] == metadata


async def test_a_wrong_field_says_why(house: House, driver: Driver) -> None:
    """Contract: "`details[]{field, reason}`": nothing is named that is in order."""
    details = await refusal(
        house, driver.create(wish(minutes=-60, attendees=0)), "validation_failed"
    )
    named = {error["field"] for error in details["details"]}
    assert named
    assert named <= {"end_at", "attendees"}
    assert all(error["reason"] for error in details["details"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"attendees": 0}, "attendees"),
        ({"notes": "n" * 4001}, "notes"),
        ({"metadata": {"text": "m" * 8192}}, "metadata"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": -30}, "duration_minutes"),
        ({"billing_mode": "invoice"}, "billing_mode"),
    ],
    ids=["nobody", "notes", "metadata", "zero", "negative", "no-terms"],
)
async def test_edit_refuses(
    house: House, driver: Driver, changes: dict[str, Any], field: str
) -> None:
    """Contract: the same bounds hold for edits."""
    booking = await booked(driver, wish(member="mem_lina_p"))
    assert await wrong_fields(house, driver.edit(booking["id"], changes)) == {field}


async def test_an_edit_must_keep_an_end_after_the_start(house: House, driver: Driver) -> None:
    """Contract: "`start_at` alone keeps `end_at`", which then has to be later."""
    booking = await booked(driver, wish())
    for changes in ({"start_at": wish()["end_at"]}, {"end_at": wish()["start_at"]}):
        assert await wrong_fields(house, driver.edit(booking["id"], changes)) == {"end_at"}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"refund_policy": "partial", "refund_tokens": 1}, "refund_amount_minor"),
        ({"reason": "r" * 4001}, "reason"),
    ],
    ids=["partial", "reason"],
)
async def test_cancel_refuses(
    house: House, driver: Driver, wanted: dict[str, Any], field: str
) -> None:
    """Contract: "`partial` needs `refund_amount_minor` or `refund_tokens`"."""
    booking = await booked(driver, wish())
    assert await wrong_fields(house, driver.cancel(booking["id"], wanted)) == {field}


@pytest.mark.parametrize("once", ["k" * 256, "tab\t", ""], ids=["long", "control", "empty"])
async def test_an_idempotency_key_has_bounds(house: House, driver: Driver, once: str) -> None:
    """Contract: "1–255 characters"."""
    assert await wrong_fields(house, driver.create(wish(), once=once)) == {"idempotency_key"}
