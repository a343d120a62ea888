"""Series, and the checkout that their bookings share: there and back, and under contention."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from litehq_core.domain.booking import Booking, BookingStatus, Guest
from litehq_core.domain.claims import Claim
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentOutcome, PaymentStatus, Share
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Frequency, Recurrence
from litehq_core.domain.series import BookedSeries, OnConflict, Outcome, Series, SeriesScope
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.domain.series_editing import CancelSeries, EditSeries, RetrySeries
from litehq_core.use_cases.bookings.cancel_booking import cancel_booking
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.series.cancel_series import cancel_series
from litehq_core.use_cases.series.create_series import create_series
from litehq_core.use_cases.series.retry_series import retry_series
from litehq_core.use_cases.series.update_series import update_series
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import slot

ADA = Guest(email="ada@example.com", name="Ada G")
SLOT = slot("2026-06-01 14:00")


def _full(house: House) -> Series:
    """A series in which no field has its default or is null, but for the guest."""
    return house.new_series(
        version=4,
        currency="EUR",
        recurrence=Recurrence(
            frequency=Frequency.MONTHLY,
            interval=2,
            month_day=-1,
            until=date(2027, 1, 31),
            exceptions=frozenset({date(2026, 8, 31)}),
        ),
        duration_minutes=90,
        company_id=house.company.id,
        attendees=5,
        notes="line one\nline two",
        metadata={"ref": "A-7", "nested": {"list": [1, None, True]}},
        billing_mode=BillingMode.TOKENS,
        on_conflict=OnConflict.SKIP,
        occurrences=samples.series().occurrences[:2],
        updated_at=samples.NOW + timedelta(seconds=1),
        cancelled_at=samples.NOW + timedelta(seconds=2),
    )


async def _stored(house: House, series_id: str) -> Series | None:
    async with house.begin() as tx:
        assert await tx.series.get(series_id, lock=True) == await tx.series.get(series_id)
        return await tx.series.get(series_id)


async def test_every_field_of_a_series_comes_back(house: House) -> None:
    full, plain = _full(house), house.new_series()
    same = {f.name for f in fields(Series) if getattr(full, f.name) == getattr(plain, f.name)}
    assert same == {"workspace_id", "room", "start_at", "member_id", "guest", "created_at"}
    guests = house.new_series(member_id=None, guest=ADA)
    async with house.begin() as tx:
        for series in (full, plain, guests):
            await tx.series.add(series)
    assert [await _stored(house, s.id) for s in (full, plain, guests)] == [full, plain, guests]
    assert await _stored(house, "srs_none") is None
    saved = replace(full, id=plain.id, room=house.annex.summary)
    async with house.begin() as tx:
        await tx.series.save(saved)
    assert [await _stored(house, s.id) for s in (full, saved)] == [full, saved]


async def test_the_bookings_of_a_series_come_by_start(house: House) -> None:
    bookings = [
        house.new_booking(slot(f"2026-06-{day:02d} 14:00"), series_id=series_id)
        for day, series_id in ((3, "srs_a"), (1, "srs_a"), (2, "srs_b"), (2, "srs_a"), (4, None))
    ]
    await house.book(*bookings)
    async with house.begin() as tx:
        found = list(await tx.bookings.of_series("srs_a"))
        assert found == [bookings[1], bookings[3], bookings[0]]
        assert list(await tx.bookings.of_series("srs_none")) == []


async def test_shares_come_back_and_belong_to_no_single_booking(house: House) -> None:
    first, second = (house.new_booking(series_id="srs_a") for _ in range(2))
    await house.book(first, second)
    shared = house.new_payment(
        first,
        amount=Money(currency="GBP", amount_minor=300),
        shares=(
            Share(booking_id=first.id, amount_minor=100),
            Share(booking_id=second.id, amount_minor=200),
        ),
    )
    own = house.new_payment(second, created_at=samples.NOW + timedelta(seconds=1))
    async with house.begin() as tx:
        await tx.payments.add(own)
        await tx.payments.add(shared)
    async with house.begin() as tx:
        assert await tx.payments.get(shared.id) == shared
        assert list(await tx.payments.of_booking(first.id)) == []
        assert list(await tx.payments.of_booking(second.id)) == [own]
        assert list(await tx.payments.of_series("srs_a")) == [shared, own]
        assert list(await tx.payments.of_series("srs_none")) == []
        saved = replace(shared, status=PaymentStatus.SUCCEEDED)
        await tx.payments.save(saved)
        assert await tx.payments.get(shared.id) == saved


async def _series(house: House, **first: Any) -> BookedSeries:
    """A guest's series of four days, which waits for its payment."""
    wish = CreateBooking(
        room_id=house.room.id, start_at=SLOT.start, end_at=SLOT.end, guest=ADA, **first
    )
    daily = Recurrence(frequency=Frequency.DAILY, count=4)
    command = CreateSeries(first=wish, recurrence=daily, on_conflict=OnConflict.SKIP)
    return await create_series(house.ports, house.actor, command)


async def _everything(house: House, series_id: str) -> tuple[dict[str, Booking], list[Payment]]:
    async with house.begin() as tx:
        bookings = {b.id: b for b in await tx.bookings.of_series(series_id)}
        return bookings, list(await tx.payments.of_series(series_id))


def _paid(booked: BookedSeries) -> SettlePayment:
    (payment_id,) = {booking.payment_id for booking in booked.bookings.values()}
    assert payment_id is not None
    return SettlePayment(payment_id=payment_id, outcome=PaymentOutcome.PAID, reference="ch_1")


async def test_a_series_makes_the_round_through_the_store(house: House) -> None:
    booked = await _series(house)
    bookings, (checkout,) = await _everything(house, booked.series.id)
    assert bookings == booked.bookings
    assert checkout.booking_ids == tuple(sorted(bookings))
    await settle_payment(house.ports, house.actor, _paid(booked))
    bookings, (checkout,) = await _everything(house, booked.series.id)
    assert {b.status for b in bookings.values()} == {BookingStatus.CONFIRMED}
    assert checkout.status is PaymentStatus.SUCCEEDED


async def test_an_occurrence_that_fails_half_way_leaves_nothing_behind(house: House) -> None:
    """Its cells are taken, though no booking is in the way: the claims' key is the backstop."""
    ghost = [Claim(house.room.id, SLOT)]
    async with house.begin() as tx:
        await tx.claims.put("bk_ghost", ghost)
    booked = await _series(house)
    outcomes = [occurrence.outcome for occurrence in booked.series.occurrences]
    assert outcomes == [Outcome.SKIPPED] + [Outcome.BOOKED] * 3
    bookings, (checkout,) = await _everything(house, booked.series.id)
    assert len(bookings) == len(checkout.shares) == 3
    assert SLOT.start not in {booking.start_at for booking in bookings.values()}


async def test_a_date_tried_by_two_at_once_is_booked_once_and_kept(house: House) -> None:
    """Whoever waited for the other looks at the series anew."""
    blocker = house.new_booking(SLOT)
    claims = [Claim(house.room.id, SLOT)]
    async with house.begin() as tx:
        await tx.bookings.add(blocker)
        await tx.claims.put(blocker.id, claims)
    booked = await _series(house)
    assert booked.series.occurrences[0].outcome is Outcome.SKIPPED
    await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=blocker.id))
    command = RetrySeries(series_id=booked.series.id)
    await asyncio.gather(*(retry_series(house.ports, house.actor, command) for _ in range(3)))
    bookings, _ = await _everything(house, booked.series.id)
    series = await _stored(house, booked.series.id)
    assert series is not None
    assert [o.booking_id for o in series.occurrences] == [
        booking.id for booking in sorted(bookings.values(), key=lambda b: b.start_at)
    ]


async def test_paying_cancelling_and_editing_at_once_count_the_money_once(house: House) -> None:
    """Everybody who touches a share takes the same locks in the same order: nobody deadlocks."""
    booked = await _series(house)
    ports, actor, series_id = house.ports, house.actor, booked.series.id
    ids = sorted(booked.bookings)
    to_annex = EditSeries(series_id=series_id, scope=SeriesScope.ALL, room_id=house.annex.id)
    calls: list[Awaitable[object]] = [
        settle_payment(ports, actor, _paid(booked)),
        cancel_booking(ports, actor, CancelBooking(booking_id=ids[0])),
        settle_payment(ports, actor, _paid(booked)),
        update_series(ports, actor, replace(to_annex, on_conflict=OnConflict.SKIP)),
        cancel_booking(ports, actor, CancelBooking(booking_id=ids[3])),
        retry_series(ports, actor, RetrySeries(series_id=series_id)),
        run_due(ports, lambda *refused: None),
    ]
    await asyncio.gather(*calls)
    await cancel_series(ports, actor, CancelSeries(series_id=series_id))
    bookings, payments = await _everything(house, series_id)
    assert {b.status for b in bookings.values()} == {BookingStatus.CANCELLED}
    for booking in bookings.values():
        parts = [p for whole in payments for p in whole.parts if p.booking_id == booking.id]
        paid = sum(
            part.amount.amount_minor
            for part in parts
            if part.kind is PaymentKind.CHECKOUT and part.status is PaymentStatus.SUCCEEDED
        )
        refunds = [p.amount.amount_minor for p in parts if p.kind is PaymentKind.REFUND]
        assert (booking.paid_minor, booking.refunded_minor) == (paid, sum(refunds))
        assert booking.paid_minor == booking.refunded_minor > 0
