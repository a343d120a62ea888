"""Work that falls due by itself. The conditions are those of ``Duty``'s docstring."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_core.ports.reads import Due, Duty
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import NOW, slot

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


async def _due(house: House, duty: Duty, now: datetime, *others: House) -> list[str]:
    """What is due, in the workspaces of this test."""
    mine = {house.workspace.id, *(h.workspace.id for h in others)}
    found = await house.ports.reads.due(duty, now, 1000)
    return [due.subject_id for due in found if due.workspace_id in mine]


async def test_holds_expire_at_their_instant_longest_due_first(house: House) -> None:
    """contract.md: a hold whose ``expires_at`` has passed is free at that instant."""
    late = house.new_hold(expires_at=NOW + 2 * MINUTE)
    soon = house.new_hold(expires_at=NOW + MINUTE)
    await house.book(
        late,
        soon,
        house.new_booking(expires_at=NOW),
        house.new_hold(status=BookingStatus.EXPIRED, expires_at=NOW),
        house.new_hold(status=BookingStatus.CANCELLED, expires_at=NOW),
    )
    duty = Duty.EXPIRE_HOLDS
    assert await _due(house, duty, NOW + MINUTE - SECOND) == []
    assert await _due(house, duty, NOW + MINUTE) == [soon.id]
    assert await _due(house, duty, NOW + timedelta(days=1)) == [soon.id, late.id]


async def test_pending_changes_are_dropped_at_their_instant(house: House) -> None:
    late = house.new_booking(pending_change=samples.pending_change(expires_at=NOW + 2 * MINUTE))
    soon = house.new_booking(pending_change=samples.pending_change(expires_at=NOW + MINUTE))
    await house.book(late, soon, house.new_booking(), house.new_hold(expires_at=NOW))
    duty = Duty.DROP_CHANGES
    assert await _due(house, duty, NOW + MINUTE - SECOND) == []
    assert await _due(house, duty, NOW + MINUTE) == [soon.id]
    assert await _due(house, duty, NOW + timedelta(days=1)) == [soon.id, late.id]


async def test_confirmed_bookings_complete_when_they_end(house: House) -> None:
    late = house.new_booking(slot("2026-06-01 14:00", 120))
    soon = house.new_booking(slot("2026-06-01 14:00", 60))
    others = [
        house.new_booking(slot("2026-06-01 14:00"), status=status)
        for status in BookingStatus
        if status is not BookingStatus.CONFIRMED
    ]
    await house.book(late, soon, *others)
    duty = Duty.COMPLETE_BOOKINGS
    assert await _due(house, duty, soon.end_at - SECOND) == []
    assert await _due(house, duty, soon.end_at) == [soon.id]
    assert await _due(house, duty, late.end_at) == [soon.id, late.id]


async def test_offers_lapse_at_their_instant(house: House) -> None:
    late = house.new_offered(expires_at=NOW + 2 * MINUTE)
    soon = house.new_offered(slot("2026-06-01 15:00"), expires_at=NOW + MINUTE)
    await house.wait(late, soon, house.new_entry(next_check_at=NOW))
    duty = Duty.LAPSE_OFFERS
    assert await _due(house, duty, NOW + MINUTE - SECOND) == []
    assert await _due(house, duty, NOW + MINUTE) == [soon.id]
    assert await _due(house, duty, NOW + timedelta(days=1)) == [soon.id, late.id]


async def test_who_waits_is_looked_at_again(house: House) -> None:
    late = house.new_entry(next_check_at=NOW + 2 * MINUTE)
    soon = house.new_entry(next_check_at=NOW + MINUTE)
    ended = house.new_entry(status=WaitlistStatus.CANCELLED, next_check_at=NOW)
    await house.wait(late, soon, ended, house.new_offered())
    duty = Duty.CHECK_WAITLIST
    assert await _due(house, duty, NOW + MINUTE - SECOND) == []
    assert await _due(house, duty, NOW + MINUTE) == [soon.id]
    assert await _due(house, duty, NOW + timedelta(days=1)) == [soon.id, late.id]


PAYMENT_DUTIES = {
    Duty.OPEN_CHECKOUTS: (PaymentKind.CHECKOUT, PaymentStatus.PENDING, MINUTE),
    Duty.CLOSE_CHECKOUTS: (PaymentKind.CHECKOUT, PaymentStatus.CLOSING, timedelta(0)),
    Duty.CHECK_CHECKOUTS: (PaymentKind.CHECKOUT, PaymentStatus.OPEN, MINUTE),
    Duty.SEND_REFUNDS: (PaymentKind.REFUND, PaymentStatus.PENDING, timedelta(0)),
}


@pytest.mark.parametrize("duty", PAYMENT_DUTIES)
async def test_payments_fall_due(house: House, duty: Duty) -> None:
    """``Duty``: pending checkouts a minute after they were made, the others at once."""
    kind, status, grace = PAYMENT_DUTIES[duty]
    booking = house.new_booking()
    made = {
        minutes: house.new_payment(
            booking,
            kind=kind,
            status=status,
            created_at=NOW + minutes * MINUTE,
            updated_at=NOW + minutes * MINUTE,
        )
        for minutes in (3, 1, 2)
    }
    others = [
        house.new_payment(booking, kind=k, status=s)
        for k in PaymentKind
        for s in PaymentStatus
        if (k, s) != (kind, status)
    ]
    await house.book(booking)
    async with house.begin() as tx:
        for payment in (*made.values(), *others):
            await tx.payments.add(payment)
    if grace:
        assert await _due(house, duty, NOW + MINUTE + grace - SECOND) == []
    assert (await _due(house, duty, NOW + MINUTE + grace))[:1] == [made[1].id]
    later = await _due(house, duty, NOW + timedelta(hours=1))
    assert later == [made[1].id, made[2].id, made[3].id]


async def test_every_duty_is_tested_here() -> None:
    bookings = {Duty.EXPIRE_HOLDS, Duty.DROP_CHANGES, Duty.COMPLETE_BOOKINGS}
    waitlist = {Duty.LAPSE_OFFERS, Duty.CHECK_WAITLIST}
    # In test_token_allocations.py.
    tokens = {Duty.RENEW_ALLOCATIONS, Duty.EXPIRE_LOTS}
    # In test_mails.py.
    mails = {Duty.SEND_MAIL, Duty.PRUNE_MAIL}
    companies = {Duty.WELCOME_COMPANIES}  # in test_people
    pruning = {Duty.PRUNE_KEYS, Duty.PRUNE_QUOTES}  # in test_pruning
    log = {Duty.PRUNE_EVENTS}  # in test_log_pruning
    invoices = {Duty.BILL_COMPANIES, Duty.CHARGE_INVOICES, Duty.SYNC_INVOICES}  # in test_invoices
    accounts = {Duty.POLL_PROVIDER}  # in test_provider
    payments = set(PAYMENT_DUTIES) | accounts
    people = waitlist | tokens | mails | companies
    assert bookings | payments | people | pruning | log | invoices == set(Duty)


async def test_what_is_due_comes_from_every_workspace_up_to_a_limit(
    house: House, other: House
) -> None:
    first = house.new_hold(expires_at=NOW - 3 * MINUTE)
    second = other.new_hold(expires_at=NOW - 2 * MINUTE)
    third = house.new_hold(expires_at=NOW - MINUTE)
    await house.book(first, third)
    await other.book(second)
    reads = house.ports.reads
    found = await reads.due(Duty.EXPIRE_HOLDS, NOW, 1000)
    assert [
        due for due in found if due.workspace_id in (house.workspace.id, other.workspace.id)
    ] == [
        Due(house.workspace.id, first.id),
        Due(other.workspace.id, second.id),
        Due(house.workspace.id, third.id),
    ]
    assert await reads.due(Duty.EXPIRE_HOLDS, NOW, 2) == found[:2]
