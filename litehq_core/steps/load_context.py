"""Loading what a decision about a slot is judged against, under the locks it needs.

Locks are always taken in one order, which docs/decisions/0004 gives and explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking, claimed
from litehq_core.domain.decision import SEARCH_SPAN, BookingContext, NewId
from litehq_core.domain.ending import decide_drop_change, decide_expire
from litehq_core.domain.errors import BookingNotFound, NotFound, ServiceUnavailable
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Balance, wallet_of
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment
from litehq_core.domain.room import Room
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply

LOCK_ATTEMPTS = 3


async def lock_room(tx: Transaction, room_id: str) -> Room:
    """The room, locked.

    Raises:
        NotFound: there is none.
    """
    room = (await tx.rooms.lock([room_id])).get(room_id)
    if room is None:
        raise NotFound("room")
    return room


async def reachable_member(tx: Transaction, actor: Actor, member_id: str) -> Member:
    """A member within the actor's bounds.

    Raises:
        NotFound: there is none, or he lies outside; the answer is the same.
    """
    member = await tx.catalogue.member(member_id)
    if member is None or not actor.reaches(member_id=member.id, company_id=member.company_id):
        raise NotFound("member")
    return member


async def load_context(
    tx: Transaction,
    room: Room,
    slot: Interval,
    member: Member | None,
    new_id: NewId,
    *,
    sparing: str | None = None,
) -> BookingContext:
    """The context for a booking of ``slot`` in ``room``, which is locked.

    Lapsed holds around it are really expired first, so that a claim and the status of its
    booking never part.

    Args:
        sparing: the booking that is being decided itself, whose lapse the decision deals with.
    """
    await _expire_lapsed(tx, room, slot, sparing)
    company = (
        await tx.catalogue.company(member.company_id) if member and member.company_id else None
    )
    return BookingContext(
        workspace=await tx.catalogue.workspace(),
        calendar=await tx.rooms.calendar(room, slot.widened(before=SEARCH_SPAN, after=SEARCH_SPAN)),
        rate_cards=await tx.catalogue.rate_cards(room.id),
        member=member,
        company=company,
        wallet=await tx.ledger.balance(wallet_of(member.id)) if member else Balance(),
        now=tx.now,
        new_id=new_id,
    )


async def _expire_lapsed(tx: Transaction, room: Room, slot: Interval, sparing: str | None) -> None:
    wanted = claimed(slot, room.buffer_minutes)
    calendar = await tx.rooms.calendar(room, wanted)
    for occupied in calendar.occupied:
        if occupied.is_live(tx.now) or occupied.booking_id == sparing:
            continue
        booking = await tx.bookings.get(occupied.booking_id, lock=True)
        if booking is None:
            continue
        payments = await payments_of(tx, booking)
        change = booking.pending_change
        if booking.is_lapsed(tx.now):
            await apply(tx, decide_expire(booking, payments, tx.now))
        elif change is not None and change.expires_at <= tx.now:
            await apply(tx, decide_drop_change(booking, payments, tx.now))


async def payments_of(tx: Transaction, booking: Booking) -> tuple[Payment, ...]:
    """The booking's payments, oldest first."""
    return tuple(await tx.payments.of_booking(booking.id))


async def reachable_booking(tx: Transaction, actor: Actor, booking_id: str) -> Booking:
    """A booking within the actor's bounds, not locked.

    Raises:
        BookingNotFound: there is none, or it lies outside; the answer is the same.
    """
    booking = await tx.bookings.get(booking_id)
    if booking is None or not actor.reaches(
        member_id=booking.member_id, company_id=booking.company_id
    ):
        raise BookingNotFound
    return booking


class _Moved(Exception):
    """The booking was moved to another room while we waited for its old one."""


async def lock_booking(
    tx: Transaction, actor: Actor, booking_id: str, *, and_rooms: Sequence[str] = ()
) -> tuple[Booking, dict[str, Room]]:
    """A booking and its rooms, all locked in the one order.

    Args:
        and_rooms: more rooms to lock, such as the one it is to move to.

    Raises:
        BookingNotFound: there is none within reach.
        ServiceUnavailable: it moves from room to room faster than we can follow.
    """
    for _ in range(LOCK_ATTEMPTS):
        with suppress(_Moved):
            # Undoing the savepoint gives the locks back, so that the next try keeps the order.
            async with tx.savepoint():
                return await _lock_booking(tx, actor, booking_id, and_rooms)
    raise ServiceUnavailable("The booking is being moved; try again.")


async def _lock_booking(
    tx: Transaction, actor: Actor, booking_id: str, and_rooms: Sequence[str]
) -> tuple[Booking, dict[str, Room]]:
    seen = await reachable_booking(tx, actor, booking_id)
    rooms = await tx.rooms.lock(sorted({*_rooms_of(seen), *and_rooms}))
    booking = await tx.bookings.get(booking_id, lock=True)
    if booking is None or not set(_rooms_of(booking)) <= set(rooms):
        raise _Moved
    return booking, rooms


def _rooms_of(booking: Booking) -> tuple[str, ...]:
    change = booking.pending_change
    return (booking.room.id,) + ((change.room.id,) if change else ())
