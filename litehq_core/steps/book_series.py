"""Booking the occurrences of a series, each as any other booking is made, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.decision import Decision, NewId
from litehq_core.domain.errors import Refusal, ServiceUnavailable, SlotUnavailable, ValidationFailed
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment, gathered
from litehq_core.domain.room import Room
from litehq_core.domain.series import Occurrence, OnConflict, Outcome, Series, Why
from litehq_core.domain.series_creating import CreateSeries, new_series, wished_occurrences
from litehq_core.domain.wall_clock import local
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import load_context
from litehq_core.steps.load_wish import load_wish, require_wish
from litehq_core.steps.offer_alternatives import create_or_offer
from litehq_core.steps.tell_bookers import Changed, tell_bookers


class Till:
    """The one checkout, and the one mail, in which the decisions of a transaction are gathered."""

    def __init__(self, new_id: NewId) -> None:
        self.checkout_id = new_id(Prefix.PAYMENT)
        self._parts: list[Payment] = []
        self._changes: list[Changed] = []

    async def apply(self, tx: Transaction, before: Booking | None, decision: Decision) -> None:
        """Write a decision; its part of the checkout, and of the mail, waits for :meth:`close`.

        Args:
            before: the booking that it is about; None: a new one.
        """
        own = tuple(p for p in decision.new_payments if p.id != self.checkout_id)
        after = await apply(tx, replace(decision, new_payments=own), tell=False)
        self._changes.append((before, after))
        self._parts += [p for p in decision.new_payments if p.id == self.checkout_id]

    async def close(self, tx: Transaction) -> None:
        """Write the checkout, if anything is due, and tell the booker what is agreed."""
        await tell_bookers(tx, self._changes)
        if self._parts:
            await tx.payments.add(gathered(self._parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of trying some occurrences, and every refusal on the way."""

    occurrences: tuple[Occurrence, ...]
    refused: tuple[tuple[datetime, Refusal], ...]


def require_series(actor: Actor, wish: CreateSeries) -> None:
    """Refuse a wish that no room and no rule could accept, before anything is looked up.

    Raises:
        ValidationFailed: with the fields that are wrong in themselves.
    """
    require_wish(actor, wish.first)
    if wish.first.quote_id is not None:
        raise ValidationFailed.of("quote_id", "is of a single booking; a series has no such quote")


async def try_series(
    tx: Transaction, actor: Actor, wish: CreateSeries, ports: Ports
) -> tuple[Series, Tried]:
    """The series of a wish, with what came of each date. The series itself is not written yet.

    Raises:
        ValidationFailed, NotFound: the wish or its rule is wrong.
    """
    context = await load_wish(tx, actor, wish.first, ports)
    room = context.calendar.room
    occurrences = wished_occurrences(wish, room)
    series = new_series(context, wish, occurrences)
    tried = await book_occurrences(
        tx,
        series,
        occurrences,
        member=context.member,
        rooms={room.id: room},
        on_conflict=wish.on_conflict,
        ports=ports,
    )
    return series.with_occurrences(tried.occurrences), tried


async def book_occurrences(
    tx: Transaction,
    series: Series,
    occurrences: Sequence[Occurrence],
    *,
    member: Member | None,
    rooms: Mapping[str, Room],
    on_conflict: OnConflict,
    ports: Ports,
) -> Tried:
    """Try to book ``occurrences``, in order; each is judged with the former ones in place.

    Args:
        member: who books; None: a guest.
        rooms: those that may be booked, locked.
        on_conflict: with ALTERNATIVE, what is not free is booked at another time of its day.
    """
    till = Till(ports.new_id)

    async def attempt(wish: CreateBooking) -> str | Refusal:
        """The new booking's id, or why there is none."""
        try:
            async with tx.savepoint():
                context = await load_context(tx, rooms[wish.room_id], wish.slot, member, ports)
                context = replace(context, checkout_id=till.checkout_id)
                decision = await create_or_offer(tx, context, wish, series_id=series.id)
                await till.apply(tx, None, decision)
                return decision.booking.id
        except ServiceUnavailable:
            raise
        except Refusal as refusal:
            return refusal

    tried: list[Occurrence] = []
    refused: list[tuple[datetime, Refusal]] = []
    for occurrence in occurrences:
        wish = series.wish_for(occurrence)
        outcome, found = Outcome.BOOKED, await attempt(wish)
        if isinstance(found, Refusal):
            why = Why.of(found)
            refused.append((occurrence.original_start, found))
            instead = _alternative(found, wish, rooms, on_conflict)
            outcome = Outcome.ALTERNATIVE
            if instead is None or isinstance(found := await attempt(instead), Refusal):
                tried.append(replace(occurrence, outcome=Outcome.SKIPPED, why=why))
                continue
        else:
            why = None
        tried.append(replace(occurrence, outcome=outcome, booking_id=found, why=why))
    await till.close(tx)
    return Tried(occurrences=tuple(tried), refused=tuple(refused))


def _alternative(
    refusal: Refusal, wish: CreateBooking, rooms: Mapping[str, Room], on_conflict: OnConflict
) -> CreateBooking | None:
    """The wish at the best of the refusal's alternatives that lies on the same local day."""
    if on_conflict is not OnConflict.ALTERNATIVE:
        return None
    found = alternative_slot(refusal, wish.slot, rooms)
    if found is None:
        return None
    room_id, slot = found
    return replace(wish, room_id=room_id, start_at=slot.start, end_at=slot.end)


def alternative_slot(
    refusal: Refusal, wanted: Interval, rooms: Mapping[str, Room]
) -> tuple[str, Interval] | None:
    """Room and slot of the best alternative of that length on the local day of ``wanted``."""
    if not isinstance(refusal, SlotUnavailable):
        return None
    for alternative in refusal.alternatives:
        room = rooms.get(alternative.room_id)
        start = datetime.fromisoformat(alternative.start_at)
        slot = Interval(start, datetime.fromisoformat(alternative.end_at))
        if room is None or slot.minutes != wanted.minutes:
            continue
        zone = room.location.zone
        if local(zone, start).date() == local(zone, wanted.start).date():
            return room.id, slot
    return None
