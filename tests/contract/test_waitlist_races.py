"""A release and its many takers at the same moment: only the first in line gets the slot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from litehq_core.domain.booking import Booking
from litehq_core.domain.claims import Claim
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.errors import InvalidTransition, Refusal, SlotUnavailable
from litehq_core.domain.member import Member
from litehq_core.domain.offering import JoinWaitlist
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.testing import Clock
from litehq_core.use_cases.bookings.cancel_booking import cancel_booking
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.waitlist.accept_offer import AcceptOffer, accept_offer
from litehq_core.use_cases.waitlist.join_waitlist import join_waitlist
from litehq_core.use_cases.waitlist.leave_waitlist import LeaveWaitlist, leave_waitlist
from tests.contract.house import House
from tests.domain.samples import slot

SLOT = slot("2026-06-01 14:00")
TAKERS = 16


async def _try(call: Awaitable[Booking]) -> Booking | Refusal:
    try:
        return await call
    except Refusal as refusal:
        return refusal


async def _members(house: House, count: int) -> list[Member]:
    members = [house.new_member() for _ in range(count)]
    await house.add(*members)
    return members


def _create(house: House, member: Member, room_id: str = "") -> CreateBooking:
    return CreateBooking(
        room_id=room_id or house.room.id,
        start_at=SLOT.start,
        end_at=SLOT.end,
        member_id=member.id,
    )


async def _book(house: House, room_id: str = "") -> Booking:
    wish = _create(house, house.member, room_id)
    return await create_booking(house.ports, house.actor, wish)


async def _cancel(house: House, booking: Booking) -> Booking:
    return await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=booking.id))


async def _join(house: House, member: Member, *, anywhere: bool = False) -> WaitlistEntry:
    wish = JoinWaitlist(
        room_id=None if anywhere else house.room.id,
        location_id=house.location.id if anywhere else None,
        from_at=SLOT.start,
        to_at=SLOT.end,
        duration_minutes=60,
        member_id=member.id,
    )
    return (await join_waitlist(house.ports, house.actor, wish)).entry


async def _stored(house: House, *entries: WaitlistEntry) -> list[WaitlistEntry]:
    async with house.begin() as tx:
        found = [await tx.waitlist.get(entry.id) for entry in entries]
    return [entry for entry in found if entry is not None]


async def _is_claimed(house: House, room_id: str) -> bool:
    """Whether some cell of the slot is taken, by whomever."""
    free: list[bool] = []
    try:
        async with house.begin() as tx:
            await tx.rooms.lock([room_id])
            free.append(await tx.claims.put("bk_probe", [Claim(room_id, SLOT)]))
            raise _Undo
    except _Undo:
        return not free[0]


class _Undo(Exception):
    """Takes a look back."""


async def test_a_release_goes_to_the_first_in_line_whoever_else_wants_it(house: House) -> None:
    """Issue 3, 8: on release the first in order gets an exclusive hold, in the same instant."""
    taken = await _book(house)
    first, second, *others = await _members(house, 2 + TAKERS)
    entries = [await _join(house, member) for member in (first, second)]
    creates = [
        _try(create_booking(house.ports, house.actor, _create(house, member))) for member in others
    ]
    half = TAKERS // 2
    outcomes = await asyncio.gather(*creates[:half], _cancel(house, taken), *creates[half:])
    refused = [o for o in outcomes if isinstance(o, SlotUnavailable)]
    assert len(refused) == TAKERS
    assert [e.status for e in await _stored(house, *entries)] == ["offered", "waiting"]
    booking = await accept_offer(house.ports, house.actor, AcceptOffer(entry_id=entries[0].id))
    assert booking.member_id == first.id


async def test_a_lapsed_offer_goes_to_the_next_whoever_else_wants_it(
    house: House, clock: Clock
) -> None:
    """A create in its way really ends it, and then the line comes first."""
    taken = await _book(house)
    first, second, *others = await _members(house, 2 + TAKERS)
    entries = [await _join(house, member) for member in (first, second)]
    await _cancel(house, taken)
    clock.advance(minutes=15)
    failures: list[object] = []
    outcomes = await asyncio.gather(
        *(
            _try(create_booking(house.ports, house.actor, _create(house, member)))
            for member in others
        ),
        *(run_due(house.ports, lambda *failed: failures.append(failed)) for _ in range(2)),
    )
    assert sum(isinstance(o, SlotUnavailable) for o in outcomes) == TAKERS
    assert failures == []
    assert [e.status for e in await _stored(house, *entries)] == ["expired", "offered"]


async def test_two_rooms_released_at_once_are_two_offers(house: House) -> None:
    """One entry has at most one offer; the other room goes to the next in line."""
    rooms = [house.room.id, house.annex.id]
    for _ in range(4):
        taken = [await _book(house, room_id) for room_id in rooms]
        members = await _members(house, 2)
        entries = [await _join(house, member, anywhere=True) for member in members]
        await asyncio.gather(*(_cancel(house, booking) for booking in taken))
        found = await _stored(house, *entries)
        assert [e.status for e in found] == ["offered", "offered"]
        assert {e.offer.room_id for e in found if e.offer} == set(rooms)
        for entry in entries:
            leave = LeaveWaitlist(entry_id=entry.id)
            await leave_waitlist(house.ports, house.actor, leave)


async def test_one_who_waits_for_two_rooms_released_at_once_gets_one(house: House) -> None:
    rooms = [house.room.id, house.annex.id]
    for _ in range(4):
        taken = [await _book(house, room_id) for room_id in rooms]
        (member,) = await _members(house, 1)
        entry = await _join(house, member, anywhere=True)
        await asyncio.gather(*(_cancel(house, booking) for booking in taken))
        (found,) = await _stored(house, entry)
        assert found.offer
        # Nothing is held that nobody is offered.
        held = {room_id: await _is_claimed(house, room_id) for room_id in rooms}
        assert held == {room_id: room_id == found.offer.room_id for room_id in rooms}
        await leave_waitlist(house.ports, house.actor, LeaveWaitlist(entry_id=entry.id))


async def test_a_release_is_not_missed_by_who_joins_meanwhile(house: House) -> None:
    for number in range(6):
        taken = await _book(house)
        (member,) = await _members(house, 1)
        calls = [_join(house, member, anywhere=bool(number % 2)), _cancel(house, taken)]
        if number % 3:
            calls.reverse()
        joined, *_ = sorted(await asyncio.gather(*calls), key=lambda one: isinstance(one, Booking))
        assert isinstance(joined, WaitlistEntry)
        (found,) = await _stored(house, joined)
        assert found.status is WaitlistStatus.OFFERED
        await leave_waitlist(house.ports, house.actor, LeaveWaitlist(entry_id=joined.id))


async def test_an_offer_is_accepted_once(house: House) -> None:
    taken = await _book(house)
    (member,) = await _members(house, 1)
    entry = await _join(house, member)
    await _cancel(house, taken)
    accept = AcceptOffer(entry_id=entry.id)
    outcomes = await asyncio.gather(
        *(_try(accept_offer(house.ports, house.actor, accept)) for _ in range(6)),
        _try(create_booking(house.ports, house.actor, _create(house, member))),
    )
    made = [o for o in outcomes if isinstance(o, Booking)]
    assert len(made) == 1
    refused = [o for o in outcomes if not isinstance(o, Booking)]
    assert {type(o) for o in refused} <= {InvalidTransition, SlotUnavailable}
    (found,) = await _stored(house, entry)
    assert found.booking_id == made[0].id


async def test_accepting_and_declining_at_once_is_one_of_the_two(house: House) -> None:
    for _ in range(4):
        taken = await _book(house)
        members = await _members(house, 2)
        first, second = [await _join(house, member) for member in members]
        await _cancel(house, taken)
        outcomes = await asyncio.gather(
            accept_offer(house.ports, house.actor, AcceptOffer(entry_id=first.id)),
            leave_waitlist(house.ports, house.actor, LeaveWaitlist(entry_id=first.id)),
            return_exceptions=True,
        )
        assert sum(isinstance(o, InvalidTransition) for o in outcomes) == 1
        ended, behind = await _stored(house, first, second)
        booked = next((o for o in outcomes if isinstance(o, Booking)), None)
        if booked is not None:
            assert (ended.status, behind.status) == ("booked", "waiting")
            await _cancel(house, booked)
        else:
            assert (ended.status, behind.status) == ("cancelled", "offered")
        await leave_waitlist(house.ports, house.actor, LeaveWaitlist(entry_id=second.id))
        assert not await _is_claimed(house, house.room.id)


async def test_the_line_is_looked_at_again_while_rooms_are_released(
    house: House, clock: Clock
) -> None:
    """The duty and the release may find the same; one of them makes the offer."""
    taken = await _book(house)
    members = await _members(house, 3)
    entries = [await _join(house, member) for member in members]
    clock.advance(minutes=15)
    failures: list[object] = []
    await asyncio.gather(
        run_due(house.ports, lambda *failed: failures.append(failed)),
        _cancel(house, taken),
        run_due(house.ports, lambda *failed: failures.append(failed)),
    )
    assert failures == []
    found = await _stored(house, *entries)
    assert [e.status for e in found] == ["offered", "waiting", "waiting"]
    assert all(e.next_check_at == clock.now + timedelta(minutes=15) for e in found[1:])
