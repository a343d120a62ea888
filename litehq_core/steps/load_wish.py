"""Checking a wish for a booking, and loading what it is judged against."""

from __future__ import annotations

from datetime import UTC, timedelta

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Guest
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.decision import BookingContext
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.text import (
    MAX_NAME,
    MAX_NOTES,
    require_email,
    require_metadata,
    require_text,
)
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import load_context, lock_room, reachable_member

# No rule allows more; the bound keeps absurd slots from being worked on at all.
LONGEST_SLOT = timedelta(days=31)


async def load_wish(
    tx: Transaction, actor: Actor, wish: CreateBooking, ports: Ports
) -> BookingContext:
    """The context of a wish whose fields were found to be in order by :func:`require_wish`.

    Raises:
        NotFound: no such room or member within reach.
    """
    room = await lock_room(tx, wish.room_id)
    member = (
        await reachable_member(tx, actor, wish.member_id) if wish.member_id is not None else None
    )
    return await load_context(tx, room, wish.slot, member, ports)


def require_wish(actor: Actor, wish: CreateBooking) -> None:
    """Refuse fields that no room and no rule could accept, before anything is looked up.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    wrong: list[FieldError] = []
    naive = [name for name in ("start_at", "end_at") if getattr(wish, name).utcoffset() is None]
    if naive:
        wrong += [FieldError(name, "must have an offset from UTC") for name in naive]
    # Told in UTC: two times on one wall do not tell how long it takes from one to the other.
    elif (end := wish.end_at.astimezone(UTC)) <= (start := wish.start_at.astimezone(UTC)):
        wrong.append(FieldError("end_at", "must be after start_at"))
    elif end - start > LONGEST_SLOT:
        wrong.append(FieldError("end_at", f"must lie within {LONGEST_SLOT.days} days of start_at"))
    require_booker(actor, wish.member_id, wish.guest, wrong)
    require_attendees(wish.attendees, wrong)
    if wrong:
        raise ValidationFailed(*wrong)
    require_words(wish.guest, wish.notes)
    require_metadata(wish.metadata)


def require_booker(
    actor: Actor, member_id: str | None, guest: Guest | None, wrong: list[FieldError]
) -> None:
    """Note in ``wrong`` if it is not exactly one of the two, or a guest of a bound key's."""
    if (member_id is None) == (guest is None):
        wrong.append(FieldError("booked_by", "must name either a member or a guest"))
    elif guest is not None and actor.is_bound:
        wrong.append(FieldError("booked_by", "must be a member whom the key is bound to"))


def require_words(guest: Guest | None, notes: str | None) -> None:
    """Refuse what cannot be a guest's address or name, or a note.

    Raises:
        ValidationFailed: with the first of them.
    """
    if guest is not None:
        require_email("booked_by.guest.email", guest.email)
        require_text("booked_by.guest.name", guest.name, most=MAX_NAME, least=1)
    if notes is not None:
        require_text("notes", notes, most=MAX_NOTES)


def require_attendees(attendees: int | None, wrong: list[FieldError]) -> None:
    """Note an impossible head count in ``wrong``."""
    if attendees is not None and not 1 <= attendees <= 100_000:
        wrong.append(FieldError("attendees", "must be a whole number of at least 1"))
