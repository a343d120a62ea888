"""Request bodies of bookings: two published dialects, one command.

Page A says ``resource_id``, ``start``, ``duration_minutes`` and ``booked_by: "mem_…"``; page B
``room_id``, ``start_at``, ``end_at`` and ``booked_by: {member_id | guest}``. A body may mix them
while they agree (``contract.md``, Bookings).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from litehq_core.domain import editing
from litehq_core.domain.booking import Guest
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.editing import EditBooking
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.text import (
    MAX_NAME,
    MAX_NOTES,
    require_email,
    require_metadata,
    require_text,
)
from litehq_core.use_cases.bookings.create_booking import CreateBooking
from litehq_core.use_cases.bookings.mark_no_show import MarkNoShow
from litehq_rest.findings import Findings

T = TypeVar("T")
V = TypeVar("V")

Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Minutes = Annotated[int, Meta(ge=1, le=31 * 24 * 60)]
Seats = Annotated[int, Meta(ge=1, le=100_000)]
Amount = Annotated[int, Meta(ge=0, le=2**53)]


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What every request body has in common: unknown fields are refused, and a key may be in it."""

    idempotency_key: str | UnsetType | None = UNSET


class GuestBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who books without being a member."""

    email: str
    name: str


class BookerBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who books: a member or a guest, not both."""

    member_id: str | UnsetType | None = UNSET
    guest: GuestBody | UnsetType | None = UNSET


class BookingCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A new booking, or what one would cost. Both dialects, freely mixed while they agree."""

    room_id: str | UnsetType = UNSET
    resource_id: str | UnsetType = UNSET
    start_at: Instant | UnsetType = UNSET
    end_at: Instant | UnsetType = UNSET
    start: Instant | UnsetType = UNSET
    duration_minutes: Minutes | UnsetType = UNSET
    booked_by: str | BookerBody | UnsetType = UNSET
    attendees: Seats | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET
    billing_mode: BillingMode | UnsetType | None = UNSET
    quote_id: str | UnsetType | None = UNSET


class BookingEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of a booking: what is left out stays, null clears. ``no_show`` stands alone."""

    room_id: str | UnsetType = UNSET
    resource_id: str | UnsetType = UNSET
    start_at: Instant | UnsetType = UNSET
    end_at: Instant | UnsetType = UNSET
    start: Instant | UnsetType = UNSET
    duration_minutes: Minutes | UnsetType = UNSET
    attendees: Seats | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET
    billing_mode: BillingMode | UnsetType = UNSET
    no_show: bool | UnsetType = UNSET


class BookingCancel(Body, kw_only=True, forbid_unknown_fields=True):
    """How a booking is cancelled. ``partial`` needs an amount: of money, or of tokens."""

    reason: str | UnsetType | None = UNSET
    refund_policy: RefundPolicy = RefundPolicy.POLICY
    refund_amount_minor: Amount | UnsetType | None = UNSET
    refund_tokens: Amount | UnsetType | None = UNSET
    notify_attendees: bool = True


def create_command(body: BookingCreate, wrong: Findings) -> CreateBooking:
    """A body as the one command behind create and quote.

    Raises:
        ValidationFailed: with every field that is missing, contradicts another, or is no value.
    """
    room_id = room_id_of(body, wrong, required=True)
    start = wrong.agreed(
        ("start_at", wrong.instant("start_at", body.start_at)),
        ("start", wrong.instant("start", body.start)),
        required=True,
    )
    end = wrong.agreed(
        ("end_at", wrong.instant("end_at", body.end_at)),
        ("duration_minutes", _end_after(start, body.duration_minutes)),
        # Without a start, a length says no end; then the start alone is missed.
        required=isinstance(body.duration_minutes, UnsetType),
    )
    member_id, guest = booker_of(body.booked_by, wrong)
    notes = plain(body.notes)
    check_texts(notes, body.metadata, wrong)
    if wrong or room_id is None or start is None or end is None:
        raise wrong.refusal()
    quote_id = plain(body.quote_id)
    return CreateBooking(
        room_id=room_id,
        start_at=start,
        end_at=end,
        member_id=member_id,
        guest=guest,
        attendees=plain(body.attendees),
        notes=notes,
        metadata=plain(body.metadata) or {},
        billing_mode=plain(body.billing_mode),
        quote_id=None if quote_id is None else normalise_id(Prefix.QUOTE, quote_id),
    )


def edit_command(
    booking_id: str, body: BookingEdit, wrong: Findings, expected_version: int | None
) -> EditBooking | MarkNoShow:
    """A PATCH as the command that it means.

    Raises:
        ValidationFailed: as :func:`create_command`; or nothing to change, or ``no_show`` beside
            something else.
    """
    named = [f for f in body.__struct_fields__ if f != "idempotency_key"]
    said = [f for f in named if getattr(body, f) is not UNSET]
    if not isinstance(body.no_show, UnsetType):
        if said != ["no_show"]:
            wrong.add("no_show", "must stand alone")
        wrong.refuse()
        return MarkNoShow(
            booking_id=booking_id, no_show=body.no_show, expected_version=expected_version
        )
    start_at = wrong.instant("start_at", body.start_at)
    shift_to = wrong.instant("start", body.start)
    end_at = wrong.instant("end_at", body.end_at)
    start = wrong.agreed(("start_at", start_at), ("start", shift_to))
    wrong.agreed(("end_at", end_at), ("duration_minutes", _end_after(start, body.duration_minutes)))
    check_texts(plain(body.notes), body.metadata, wrong)
    room_id = room_id_of(body, wrong)
    wrong.refuse()
    return EditBooking(
        booking_id=booking_id,
        start_at=kept(start_at),
        end_at=kept(end_at),
        shift_to=kept(shift_to),
        duration_minutes=core(body.duration_minutes),
        room_id=kept(room_id),
        attendees=core(body.attendees),
        notes=core(body.notes),
        metadata={} if body.metadata is None else core(body.metadata),
        billing_mode=core(body.billing_mode),
        expected_version=expected_version,
    )


def cancel_command(
    booking_id: str, body: BookingCancel, wrong: Findings, expected_version: int | None
) -> CancelBooking:
    """A cancellation as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    reason = plain(body.reason)
    if reason is not None:
        wrong.attempt(lambda: require_text("reason", reason, most=MAX_NOTES))
    wrong.refuse()
    return CancelBooking(
        booking_id=booking_id,
        reason=reason,
        refund_policy=body.refund_policy,
        refund_amount_minor=plain(body.refund_amount_minor),
        refund_tokens=plain(body.refund_tokens),
        notify_attendees=body.notify_attendees,
        expected_version=expected_version,
    )


class NamesRoom(Protocol):
    """A body that may name a room in either dialect."""

    @property
    def room_id(self) -> str | UnsetType | None: ...

    @property
    def resource_id(self) -> str | UnsetType | None: ...


def room_id_of(body: NamesRoom, wrong: Findings, *, required: bool = False) -> str | None:
    """The room under either of its names; ids are compared in their canonical form."""

    def canonical(text: str | UnsetType | None) -> str | None:
        return normalise_id(Prefix.ROOM, text) if isinstance(text, str) else None

    return wrong.agreed(
        ("room_id", canonical(body.room_id)),
        ("resource_id", canonical(body.resource_id)),
        required=required,
    )


def _end_after(start: datetime | None, minutes: int | UnsetType) -> datetime | None:
    if start is None or isinstance(minutes, UnsetType):
        return None
    return start + timedelta(minutes=minutes)


def booker_of(
    booked_by: str | BookerBody | UnsetType, wrong: Findings
) -> tuple[str | None, Guest | None]:
    """Who books, as a member's id or a guest."""
    if isinstance(booked_by, UnsetType):
        wrong.agreed(("booked_by", None), required=True)
        return None, None
    if isinstance(booked_by, str):
        return normalise_id(Prefix.MEMBER, booked_by), None
    member_id, guest = plain(booked_by.member_id), plain(booked_by.guest)
    if (member_id is None) == (guest is None):
        wrong.add("booked_by", "must name either a member_id or a guest")
    if member_id is not None:
        return normalise_id(Prefix.MEMBER, member_id), None
    if guest is None:
        return None, None
    email, name = guest.email, guest.name
    wrong.attempt(lambda: require_email("booked_by.guest.email", email))
    wrong.attempt(lambda: require_text("booked_by.guest.name", name, most=MAX_NAME, least=1))
    return None, Guest(email=email, name=name)


def check_texts(
    notes: str | None, metadata: dict[str, Any] | UnsetType | None, wrong: Findings
) -> None:
    """Note texts that no store can keep."""
    if notes is not None:
        wrong.attempt(lambda: require_text("notes", notes, most=MAX_NOTES))
    if isinstance(metadata, dict):
        wrong.attempt(lambda: require_metadata(metadata))


def plain(value: T | UnsetType | None) -> T | None:
    """A value that may be left out or null, which mean the same where nothing can be cleared."""
    return None if isinstance(value, UnsetType) else value


def core(value: V | UnsetType) -> V | editing.Unset:
    """What was left out, as the core says it; null stays null and clears."""
    return editing.UNSET if isinstance(value, UnsetType) else value


def kept(value: V | None) -> V | editing.Unset:
    """What was not said, as the core says it."""
    return editing.UNSET if value is None else value
