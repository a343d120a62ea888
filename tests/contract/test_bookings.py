"""Bookings: every field there and back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.booking import Booking, BookingStatus, Guest
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.lots import LotShare
from litehq_core.domain.price import Price, PriceLine
from litehq_core.domain.rate_card import BillingMode
from tests.contract.house import House
from tests.domain import samples

METADATA: dict[str, Any] = {
    "ref": "A-7",
    "nested": {"list": [1, 2.5, None, True], "empty": {}},
    "text": "naïve “quotes” \U0001f3e2 \\ ' %s ; --",
}


def _full(house: House) -> Booking:
    """A booking in which no field has its default or is null, but for the guest."""
    lines = tuple(
        PriceLine(rule=f"rule_{n}", description="60 min", minutes=60, amount_minor=n, tokens=n)
        for n in (3, 1, 2)
    )
    return house.new_booking(
        version=7,
        sequence=9,
        buffer_minutes=15,
        company_id=house.company.id,
        attendees=5,
        notes="line one\nline two\t'--",
        metadata=METADATA,
        billing_mode=BillingMode.TOKENS,
        price=Price(currency="GBP", lines=lines, tokens=6),
        payment_id="pay_1",
        checkout_url="https://checkout.example/pay_1?a=1&b=2",
        expires_at=samples.NOW + timedelta(minutes=30),
        pending_change=samples.pending_change(room=house.annex.summary, metadata=METADATA),
        no_show=True,
        paid_minor=2**40,
        refunded_minor=17,
        fee_minor=19,
        series_id="srs_1",
        token_lots=(LotShare("lot_1", 3), LotShare("lot_2", 2)),
        updated_at=samples.NOW + timedelta(seconds=1),
        cancelled_at=samples.NOW + timedelta(seconds=2),
    )


async def _read_back(house: House, booking: Booking) -> Booking | None:
    async with house.begin() as tx:
        assert await tx.bookings.get(booking.id, lock=True) == await tx.bookings.get(booking.id)
        return await tx.bookings.get(booking.id)


async def test_the_full_booking_leaves_no_field_out(house: House) -> None:
    full, plain = _full(house), house.new_booking()
    same = {f.name for f in fields(Booking) if getattr(full, f.name) == getattr(plain, f.name)}
    shared = {"workspace_id", "room", "start_at", "end_at", "member_id", "policy", "created_at"}
    assert same == {"guest", "status"} | shared


async def test_every_field_of_a_members_booking_comes_back(house: House) -> None:
    booking = _full(house)
    await house.book(booking)
    assert await _read_back(house, booking) == booking


async def test_every_field_of_a_guests_hold_comes_back(house: House) -> None:
    guest = Guest(email="zoë+1@example.com", name="Zoë O’Neil")
    hold = house.new_hold(guest=guest, policy=CancellationPolicy(name="none", steps=()))
    await house.book(hold)
    assert await _read_back(house, hold) == hold


@pytest.mark.parametrize("status", list(BookingStatus))
async def test_every_status_comes_back(house: House, status: BookingStatus) -> None:
    booking = house.new_booking(status=status)
    await house.book(booking)
    assert await _read_back(house, booking) == booking


async def test_save_writes_all_of_a_booking(house: House) -> None:
    booking = house.new_booking()
    full = replace(_full(house), id=booking.id, room=house.annex.summary)
    bystander = house.new_booking()
    await house.book(booking, bystander)
    for version in (full, replace(booking, metadata={"only": "this"})):
        async with house.begin() as tx:
            await tx.bookings.save(version)
        assert await _read_back(house, booking) == version
    assert await _read_back(house, bystander) == bystander


async def test_save_can_swap_a_member_for_a_guest(house: House) -> None:
    booking = house.new_booking()
    swapped = replace(booking, member_id=None, guest=Guest(email="a@example.com", name="A"))
    await house.book(booking)
    async with house.begin() as tx:
        await tx.bookings.save(swapped)
    assert await _read_back(house, booking) == swapped


async def test_instants_come_back_in_utc(house: House) -> None:
    """contract.md: instants are stored in UTC."""
    booking = house.new_booking()
    await house.book(booking)
    found = await _read_back(house, booking)
    assert found is not None
    assert {found.start_at.utcoffset(), found.created_at.utcoffset()} == {timedelta(0)}


async def test_nothing_answers_to_an_id_never_used(house: House) -> None:
    async with house.begin() as tx:
        assert await tx.bookings.get("bk_none") is None
        assert await tx.bookings.get("bk_none", lock=True) is None
        assert await tx.bookings.get("") is None


async def test_a_caller_who_keeps_the_metadata_cannot_change_the_booking(house: House) -> None:
    metadata: dict[str, Any] = {"nested": {"n": 1}}
    booking = house.new_booking(metadata=metadata)
    await house.book(booking)
    metadata["nested"]["n"] = 2
    found = await _read_back(house, booking)
    assert found is not None
    assert found.metadata == {"nested": {"n": 1}}
