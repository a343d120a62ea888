"""What bookers are written: that a booking is confirmed, changed or cancelled.

All the words of these mails are here. Times are those of the clock on the room's wall.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.invites import invite
from litehq_core.domain.mail import Mailbox, MailDraft, MailKind
from litehq_core.domain.money import Money
from litehq_core.domain.words import amount_text, slot_text

# Queued mails of a booking that tell what is true no longer once a mail of this kind is written.
SUPERSEDED: Mapping[MailKind, tuple[MailKind, ...]] = {
    MailKind.BOOKING_CONFIRMED: (),
    MailKind.BOOKING_CHANGED: (MailKind.BOOKING_CONFIRMED, MailKind.BOOKING_CHANGED),
    MailKind.BOOKING_CANCELLED: (MailKind.BOOKING_CONFIRMED, MailKind.BOOKING_CHANGED),
}
# A series may have hundreds; who wants to see all of them has a calendar.
MOST_LISTED = 60

_HEADS = {
    MailKind.BOOKING_CONFIRMED: "Confirmed",
    MailKind.BOOKING_CHANGED: "Changed",
    MailKind.BOOKING_CANCELLED: "Cancelled",
}
_OF_ONE = {
    MailKind.BOOKING_CONFIRMED: "your booking is confirmed.",
    MailKind.BOOKING_CHANGED: "your booking has been changed. It is now as follows.",
    MailKind.BOOKING_CANCELLED: "your booking has been cancelled.",
}
_OF_MANY = {
    MailKind.BOOKING_CONFIRMED: "your bookings are confirmed.",
    MailKind.BOOKING_CHANGED: "your bookings have been changed. They are now as follows.",
    MailKind.BOOKING_CANCELLED: "these bookings of yours have been cancelled.",
}


def mail_kind(before: Booking | None, after: Booking) -> MailKind | None:
    """What a booker is to be told of a change; None if it is nothing.

    A hold is not told of, neither when it is made nor when it ends: it has a checkout of its own,
    and nobody has been promised anything.
    """
    was_confirmed = before is not None and before.status is BookingStatus.CONFIRMED
    if after.status is BookingStatus.CONFIRMED and not was_confirmed:
        return MailKind.BOOKING_CONFIRMED
    if not was_confirmed or before is None:
        return None
    if after.status is BookingStatus.CANCELLED:
        return MailKind.BOOKING_CANCELLED
    if after.status is BookingStatus.CONFIRMED and _place(after) != _place(before):
        return MailKind.BOOKING_CHANGED
    return None


def booking_mail(kind: MailKind, bookings: Sequence[Booking], recipient: Mailbox) -> MailDraft:
    """One mail about one booking, or about several of a series that something befell together.

    That about one brings it as an invitation. An invitation is to one event (RFC 5546, 3.2.2), so
    of several there is none.
    """
    calendar = None
    first = min(bookings, key=lambda booking: (booking.start_at, booking.id))
    if len(bookings) == 1:
        what, words, subject_id = _slot_words(first), _of_one(kind, first), first.id
        calendar = invite(kind, first, recipient)
    else:
        what = f"{len(bookings)} bookings from {_slot_words(first)}"
        words, subject_id = _of_many(kind, bookings), first.series_id or first.id
    return MailDraft(
        kind=kind,
        subject_id=subject_id,
        recipient=recipient,
        subject=f"{_HEADS[kind]}: {first.room.name}, {what}",
        text=f"Hello {recipient.name or recipient.address},\n\n{words}\n",
        calendar=calendar,
    )


def _of_one(kind: MailKind, booking: Booking) -> str:
    lines = [
        f"Room     {booking.room.name}",
        f"When     {_slot_words(booking)}",
        *([] if kind is MailKind.BOOKING_CANCELLED else [f"Price    {_price_words(booking)}"]),
        f"Booking  {booking.id}",
    ]
    return f"{_OF_ONE[kind]}\n\n" + "\n".join(lines)


def _of_many(kind: MailKind, bookings: Sequence[Booking]) -> str:
    in_order = sorted(bookings, key=lambda booking: (booking.start_at, booking.id))
    lines = [f"- {_slot_words(b)}, {b.room.name}" for b in in_order[:MOST_LISTED]]
    if len(in_order) > MOST_LISTED:
        lines.append(f"- and {len(in_order) - MOST_LISTED} more")
    return f"{_OF_MANY[kind]}\n\n" + "\n".join(lines)


def _slot_words(booking: Booking) -> str:
    return slot_text(booking.slot, booking.room.timezone)


def _price_words(booking: Booking) -> str:
    tokens = booking.tokens_charged
    if tokens is not None:
        return "1 token" if tokens == 1 else f"{tokens} tokens"
    price = booking.price
    return amount_text(Money(currency=price.currency, amount_minor=price.amount_minor))


def _place(booking: Booking) -> tuple[object, ...]:
    return (booking.room.id, booking.start_at, booking.end_at)
