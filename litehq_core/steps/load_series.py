"""Loading a series and its bookings, under all the locks that a change of them needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.editing import superseded
from litehq_core.domain.errors import NotFound, ServiceUnavailable
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.room import Room
from litehq_core.domain.series import BookedSeries, Series
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import LOCK_ATTEMPTS, Moved, try_lock_bookings
from litehq_core.steps.payments_of import awaited_by


async def booked_series(tx: Transaction, series: Series) -> BookedSeries:
    """The series with its bookings as they are now, not locked."""
    bookings = await tx.bookings.of_series(series.id)
    return BookedSeries(series=series, bookings={booking.id: booking for booking in bookings})


async def reachable_series(tx: Transaction, actor: Actor, series_id: str) -> Series:
    """A series within the actor's bounds, not locked.

    Raises:
        NotFound: there is none, or it lies outside; the answer is the same.
    """
    series = await tx.series.get(series_id)
    if series is None or not actor.reaches(
        member_id=series.member_id, company_id=series.company_id
    ):
        raise NotFound("series")
    return series


async def close_abandoned(tx: Transaction, series: Series) -> None:
    """Close the shared checkouts that none of the series' bookings waits for any more.

    For whoever changes many of them at once, and holds the locks of all: told at the end and
    once, rather than each time that one leaves.
    """
    payments = [p for p in await tx.payments.of_series(series.id) if p.shares and p.is_unsettled]
    if payments:
        awaited = awaited_by(tx, await tx.bookings.of_series(series.id))
        abandoned = tuple(payment for payment in payments if payment.id not in awaited)
        for payment in superseded(abandoned, tx.now):
            await tx.payments.save(payment)


async def lock_series(
    tx: Transaction, actor: Actor, series_id: str, *, and_rooms: Sequence[str] = ()
) -> tuple[Series, dict[str, Room]]:
    """A series, its bookings, and the rooms of all of them, locked in the one order.

    Args:
        and_rooms: more rooms to lock, such as the one it is to move to.

    Raises:
        NotFound: there is none within reach.
        ServiceUnavailable: it changes faster than we can follow.
    """
    for _ in range(LOCK_ATTEMPTS):
        with suppress(Moved):
            # Undoing the savepoint gives the locks back, so that the next try keeps the order.
            async with tx.savepoint():
                return await _lock_series(tx, actor, series_id, and_rooms)
    raise ServiceUnavailable("The series is being changed; try again.")


async def lock_holders(tx: Transaction, series: Series, rooms: Mapping[str, Room]) -> None:
    """Lock whoever's bookings count in any of the rooms, before the first of them is judged.

    A room without quotas goes straight to the wallet, whose lock comes after theirs.
    """
    if series.member_id is None or len(rooms) == 1:
        return
    booker = replace(
        Booker.of(await tx.catalogue.member(series.member_id)), company_id=series.company_id
    )
    quotas = [q for room in rooms.values() for q in room.rules.rules_for(booker.tier).quotas]
    holders = booker.holds(quotas)
    if holders:
        await tx.catalogue.lock_holders(holders)


async def _lock_series(
    tx: Transaction, actor: Actor, series_id: str, and_rooms: Sequence[str]
) -> tuple[Series, dict[str, Room]]:
    seen = await reachable_series(tx, actor, series_id)
    wanted = {seen.room.id, *(o.room_id for o in seen.occurrences), *and_rooms}
    booking_ids = [o.booking_id for o in seen.occurrences if o.booking_id is not None]
    _, rooms = await try_lock_bookings(tx, actor, booking_ids, sorted(wanted))
    series = await tx.series.get(series_id, lock=True)
    if series != seen:
        # Whoever changed it may have added bookings that we have not locked.
        raise Moved
    return seen, rooms
