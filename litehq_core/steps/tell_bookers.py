"""Telling bookers what befell their bookings, by a mail that goes with the change."""

from __future__ import annotations

from collections.abc import Iterable

from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_mails import SUPERSEDED, booking_mail, mail_kind
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.mail import Mailbox, MailKind
from litehq_core.ports.transaction import Transaction

# A booking before and after what was done to it; None before: it is new.
Changed = tuple[Booking | None, Booking]


async def tell_bookers(tx: Transaction, changes: Iterable[Changed]) -> None:
    """Queue a mail for each booker and each kind of change; what it supersedes is taken back."""
    told: dict[tuple[MailKind, str], list[Booking]] = {}
    for before, after in changes:
        kind = mail_kind(before, after)
        if kind is not None:
            booker = after.member_id or f"guest:{after.guest.email if after.guest else ''}"
            told.setdefault((kind, booker), []).append(after)
    for (kind, _), bookings in told.items():
        for booking in bookings if SUPERSEDED[kind] else ():
            await tx.mails.suppress(booking.id, SUPERSEDED[kind])
        recipient = await _mailbox(tx, bookings[0])
        if recipient is not None:
            await tx.mails.add(booking_mail(kind, bookings, recipient))


async def _mailbox(tx: Transaction, booking: Booking) -> Mailbox | None:
    """The booker's. That nobody can write to him is no reason to refuse what he wants."""
    if booking.guest is not None:
        address, name = booking.guest.email, booking.guest.name
    else:
        member = await tx.catalogue.member(booking.member_id or "")
        if member is None:
            return None
        address, name = member.email, member.name
    try:
        return Mailbox(address=address, name=name)
    except ValidationFailed:
        return None
