"""What is told of visitors: their events, and the mails to them and to their hosts."""

from __future__ import annotations

from litehq_core.domain.attributes import Record
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.location import Location
from litehq_core.domain.mail import Mailbox, MailDraft, MailKind
from litehq_core.domain.member import Member
from litehq_core.domain.records import snapshot
from litehq_core.domain.visitor import Visitor
from litehq_core.domain.words import instant_words

# What is not to be sent any more once a visit is called off.
PENDING = (MailKind.VISITOR_INVITED, MailKind.VISITOR_ANNOUNCED)

_ALWAYS_NEW = frozenset({"version", "updated_at"})


def visitor_record(visitor: Visitor) -> Record:
    """A visitor, all attributes; never the secret of the pass."""
    return {
        "id": visitor.id,
        "status": visitor.status.value,
        "version": visitor.version,
        "location_id": visitor.location_id,
        "host_member_id": visitor.host_member_id,
        "company_id": visitor.company_id,
        "booking_id": visitor.booking_id,
        "name": visitor.name,
        "email": visitor.email,
        "company_name": visitor.company_name,
        "expected_at": visitor.expected_at,
        "until_at": visitor.until_at,
        "ends_at": visitor.ends_at,
        "notes": visitor.notes,
        "checked_in_at": visitor.checked_in_at,
        "cancelled_at": visitor.cancelled_at,
        "created_at": visitor.created_at,
        "updated_at": visitor.updated_at,
    }


def visitor_event(kind: EventType, after: Visitor, before: Visitor | None) -> EventDraft:
    """The event that made ``after``. Each version is one event, so the version counts them."""
    now = snapshot(visitor_record(after))
    old = snapshot(visitor_record(before)) if before else None
    return EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=after.version,
        object=now,
        previous=old
        and {
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != now[name]
        },
        member_id=after.host_member_id,
        company_id=after.company_id,
    )


def invitation(
    visitor: Visitor, host: Member, location: Location, pass_url: str
) -> MailDraft | None:
    """To the visitor, with the pass; None if nobody knows an address."""
    if visitor.email is None:
        return None
    return MailDraft(
        kind=MailKind.VISITOR_INVITED,
        subject_id=visitor.id,
        recipient=Mailbox(address=visitor.email, name=visitor.name),
        subject=f"Your visit to {location.name}",
        text=f"Hello {visitor.name},\n\n{host.name} expects you.\n\n"
        f"Where    {location.name}\n"
        f"When     {instant_words(visitor.expected_at, location.timezone)}\n"
        f"Pass     {pass_url}\n\n"
        "Show the code on the pass at the reception.\n",
    )


def announcement(visitor: Visitor, host: Member, location: Location) -> MailDraft:
    """To the host: somebody is expected."""
    return _to_host(MailKind.VISITOR_ANNOUNCED, visitor, host, location, "Expected", "is expected.")


def arrival(visitor: Visitor, host: Member, location: Location) -> MailDraft:
    """To the host: the visitor is there."""
    return _to_host(
        MailKind.VISITOR_ARRIVED,
        visitor,
        host,
        location,
        "Here",
        "has checked in.",
    )


def _to_host(
    kind: MailKind, visitor: Visitor, host: Member, location: Location, head: str, words: str
) -> MailDraft:
    origin = f" ({visitor.company_name})" if visitor.company_name else ""
    return MailDraft(
        kind=kind,
        subject_id=visitor.id,
        recipient=Mailbox(address=host.email, name=host.name),
        subject=f"{head}: {visitor.name}{origin}",
        text=f"Hello {host.name},\n\n{visitor.name}{origin} {words}\n\n"
        f"Where    {location.name}\n"
        f"When     {instant_words(visitor.expected_at, location.timezone)}\n",
    )
