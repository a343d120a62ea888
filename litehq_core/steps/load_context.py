"""Loading what a decision about a slot is judged against, under the locks it needs.

Locks are always taken in one order, which docs/decisions/0004 gives and explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.decision import SEARCH_SPAN, BookingContext
from litehq_core.domain.errors import BookingNotFound, NotFound, ServiceUnavailable
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import Wallet
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment
from litehq_core.domain.room import Room
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.count_booked import count_booked
from litehq_core.steps.expire_lapsed import expire_lapsed

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


async def lock_reachable_member(tx: Transaction, actor: Actor, member_id: str) -> Member:
    """The same, locked until the transaction ends, for whoever is to change him.

    Raises:
        NotFound: as :func:`reachable_member`.
    """
    member = await tx.members.lock(member_id)
    if member is None or not actor.reaches(member_id=member.id, company_id=member.company_id):
        raise NotFound("member")
    return member


async def load_context(
    tx: Transaction,
    room: Room,
    slot: Interval,
    member: Member | None,
    ports: Ports,
    *,
    sparing: Booking | None = None,
) -> BookingContext:
    """The context for a booking of ``slot`` in ``room``, which is locked.

    Lapsed holds and offers around it are really expired first, so that a claim and the status of
    its booking never part; and who waits for them goes before this booking.

    Args:
        sparing: the booking that is being decided itself, whose lapse the decision deals with.
    """
    booker = Booker.of(member)
    if sparing and member:
        # A booking stays that of the company it was made for, wherever its member has gone.
        booker = replace(booker, company_id=sparing.company_id)
    around = slot.widened(before=SEARCH_SPAN, after=SEARCH_SPAN)
    # These locks come before that of the line which expired holds are offered to.
    booker = await count_booked(tx, room, around, booker, lock=True)
    wallet = await tx.ledger.wallet(member.id) if member else Wallet()
    await expire_lapsed(tx, room, slot, sparing=sparing.id if sparing else None)
    company = (
        await tx.catalogue.company(member.company_id) if member and member.company_id else None
    )
    calendar = await tx.rooms.calendar(room, around)
    return BookingContext(
        workspace=await tx.catalogue.workspace(),
        calendar=calendar.with_rules(ports.plugins.booking_rules),
        rate_cards=await tx.catalogue.rate_cards(room.id),
        member=member,
        company=company,
        booker=booker,
        wallet=wallet,
        now=tx.now,
        new_id=ports.new_id,
        price_rules=ports.plugins.price_rules,
    )


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


class Moved(Exception):
    """A booking was moved to another room while we waited for its old one."""


async def lock_booking(
    tx: Transaction, actor: Actor, booking_id: str, *, and_rooms: Sequence[str] = ()
) -> tuple[Booking, dict[str, Room]]:
    """A booking and its rooms, all locked in the one order.

    Raises: as :func:`lock_bookings`.
    """
    bookings, rooms = await lock_bookings(tx, actor, [booking_id], and_rooms=and_rooms)
    return bookings[booking_id], rooms


async def lock_payment(tx: Transaction, payment: Payment) -> dict[str, Booking]:
    """All bookings that a payment is for, locked: so is whoever writes the payment itself."""
    bookings, _ = await lock_bookings(tx, tx.actor, payment.booking_ids)
    return bookings


async def lock_bookings(
    tx: Transaction, actor: Actor, booking_ids: Sequence[str], *, and_rooms: Sequence[str] = ()
) -> tuple[dict[str, Booking], dict[str, Room]]:
    """Some bookings and their rooms, all locked in the one order.

    Args:
        and_rooms: more rooms to lock, such as the one it is to move to.

    Raises:
        BookingNotFound: there is none within reach.
        ServiceUnavailable: one moves from room to room faster than we can follow.
    """
    for _ in range(LOCK_ATTEMPTS):
        with suppress(Moved):
            # Undoing the savepoint gives the locks back, so that the next try keeps the order.
            async with tx.savepoint():
                return await try_lock_bookings(tx, actor, booking_ids, and_rooms)
    raise ServiceUnavailable("The booking is being moved; try again.")


async def try_lock_bookings(
    tx: Transaction, actor: Actor, booking_ids: Sequence[str], and_rooms: Sequence[str]
) -> tuple[dict[str, Booking], dict[str, Room]]:
    """As :func:`lock_bookings`, once, in a savepoint that the caller undoes.

    It must be the innermost: PostgreSQL lets those who wait for a row wait for the whole
    transaction as soon as the savepoint that locked it is released, so that undoing an outer one
    would wake nobody.

    Raises:
        Moved: one of them was moved to another room meanwhile.
    """
    wanted = set(and_rooms)
    for booking_id in booking_ids:
        wanted.update(rooms_of(await reachable_booking(tx, actor, booking_id)))
    rooms = await tx.rooms.lock(sorted(wanted))
    bookings: dict[str, Booking] = {}
    for booking_id in sorted(set(booking_ids)):
        booking = await tx.bookings.get(booking_id, lock=True)
        if booking is None or not set(rooms_of(booking)) <= set(rooms):
            raise Moved
        bookings[booking_id] = booking
    return bookings, rooms


def rooms_of(booking: Booking) -> tuple[str, ...]:
    """The rooms that it claims cells of, or wants to."""
    change = booking.pending_change
    return (booking.room.id,) + ((change.room.id,) if change else ())
