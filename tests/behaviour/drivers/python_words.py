"""Contract words ↔ the core's commands and answers, for the caller in Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litehq_core.domain.attributes import Record
from litehq_core.domain.availability import RoomAvailability
from litehq_core.domain.booking import Booking, Guest
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.cancellation_preview import CancellationPreview, RefundStep
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.editing import UNSET, EditBooking
from litehq_core.domain.offering import JoinWaitlist
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.records import booking_record, room_record, waitlist_record
from litehq_core.domain.room import Room
from litehq_core.domain.room_changes import UpdateRoom
from litehq_core.domain.wall_clock import instant_text
from litehq_core.steps.placed_entry import PlacedEntry
from tests.behaviour.drivers.protocol import CHANGED_ROOM_NAMES, WAITLIST_NAMES, Fields

_SAME = ("attendees", "notes", "metadata", "quote_id")


def create_command(wish: Fields) -> CreateBooking:
    """The command that a wish in dialect A or B stands for."""
    start = wish["start_at"] if "start_at" in wish else wish["start"]
    if "end_at" in wish:
        end = wish["end_at"]
    else:
        end = start + timedelta(minutes=wish["duration_minutes"])
    booker = wish["booked_by"]
    if isinstance(booker, str):
        booker = {"member_id": booker}
    guest = booker.get("guest")
    mode = wish.get("billing_mode")
    return CreateBooking(
        room_id=wish["room_id"] if "room_id" in wish else wish["resource_id"],
        start_at=start,
        end_at=end,
        member_id=booker.get("member_id"),
        guest=Guest(**guest) if guest else None,
        billing_mode=BillingMode(mode) if mode else None,
        **{name: wish[name] for name in _SAME if name in wish},
    )


_EDITS = {"resource_id": "room_id", "start": "shift_to"}


def edit_command(booking_id: str, changes: Fields, version: int | None) -> EditBooking:
    """The command that an edit in dialect A or B stands for."""
    fields = {_EDITS.get(name, name): value for name, value in changes.items()}
    mode = fields.pop("billing_mode", None)
    return EditBooking(
        booking_id=booking_id,
        expected_version=version,
        billing_mode=BillingMode(mode) if mode else UNSET,
        **fields,
    )


def change_command(room_id: str, changes: Fields, version: int | None) -> UpdateRoom:
    """The command that a change of a room stands for."""
    fields = dict(changes)
    if fields.get("opening_hours") is not None:
        fields["opening_hours"] = OpeningHours.from_json(fields["opening_hours"])
    return UpdateRoom(room_id=room_id, expected_version=version, **fields)


def shown_change(room: Room) -> dict[str, Any]:
    """A changed room in the contract's names."""
    record = room_record(room)
    return {name: record[name] for name in CHANGED_ROOM_NAMES}


def shown_booking(booking: Booking) -> dict[str, Any]:
    """A booking as every caller is shown it."""
    return shown_record(booking_record(booking))


def shown_record(record: Record) -> dict[str, Any]:
    """A record in the contract's names, as every caller is shown it."""
    guest = {"email": record["guest_email"], "name": record["guest_name"]}
    policy = CancellationPolicy.from_json(record["policy"])
    change: Mapping[str, Any] | None = record["pending_change"]
    shown = ("start_at", "end_at", "room_id", "price", "checkout_url", "expires_at")
    until = policy.refundable_until(record["start_at"])
    same = (
        *("id", "status", "version", "company_id", "attendees", "notes", "metadata"),
        *("billing_mode", "tokens_charged", "checkout_url", "no_show"),
    )
    return {
        **{name: record[name] for name in same},
        "room": {"id": record["room_id"], "name": record["room.name"]},
        "timezone": record["room.timezone"],
        "booked_by": {"member_id": record["member_id"]}
        if record["member_id"]
        else {"guest": guest},
        "price": {
            "currency": record["currency"],
            "amount_minor": record["amount_minor"],
            "lines": record["price_lines"],
        },
        "cancellation": {
            "refundable_until": instant_text(until) if until else None,
            "policy": policy.as_json(),
        },
        "pending_change": {name: change[name] for name in shown} if change else None,
        **{name: instant_text(record[name]) if record[name] else None for name in INSTANT_NAMES},
    }


INSTANT_NAMES = ("start_at", "end_at", "expires_at", "created_at", "updated_at", "cancelled_at")


def _span(start: datetime, end: datetime) -> dict[str, Any]:
    return {"start_at": instant_text(start), "end_at": instant_text(end)}


def shown_quote(quote: Quote) -> dict[str, Any]:
    """A quote in the contract's names."""
    return {
        "quote_id": quote.id,
        "valid": quote.valid,
        "violations": [violation.as_json() for violation in quote.violations],
        "conflicting_booking_id": quote.conflicting_booking_id,
        "alternatives": [alternative.as_json() for alternative in quote.alternatives],
        "price": quote.price.as_json(),
        "tokens_charged": quote.price.tokens,
        "billing_mode": quote.billing_mode.value,
        "expires_at": instant_text(quote.expires_at),
    }


def shown_preview(found: CancellationPreview) -> dict[str, Any]:
    """What a cancellation would give back, in the contract's names."""
    return {
        "booking_id": found.booking_id,
        "version": found.version,
        "at": instant_text(found.at),
        "cancellable": found.cancellable,
        "currency": found.currency,
        "refund_amount_minor": found.refund.amount_minor,
        "refund_tokens": found.refund.tokens,
        "refund_percent": found.refund_percent,
        "step": _shown_step(found.step) if found.step else None,
        "schedule": [_shown_step(step) for step in found.schedule],
    }


def _shown_step(step: RefundStep) -> dict[str, Any]:
    return {
        "minutes_before": step.minutes_before,
        "refund_percent": step.refund_percent,
        "until": instant_text(step.until),
        "refund_amount_minor": step.refund.amount_minor,
        "refund_tokens": step.refund.tokens,
    }


def join_command(wish: Fields) -> JoinWaitlist:
    """The command that a wish to wait stands for."""
    booker = wish["booked_by"]
    if isinstance(booker, str):
        booker = {"member_id": booker}
    guest, mode = booker.get("guest"), wish.get("billing_mode")
    same = ("location_id", "attendees", "notes")
    return JoinWaitlist(
        room_id=wish["room_id"] if "room_id" in wish else wish.get("resource_id"),
        from_at=wish["from"],
        to_at=wish["to"],
        duration_minutes=wish["duration_minutes"],
        member_id=booker.get("member_id"),
        guest=Guest(**guest) if guest else None,
        billing_mode=BillingMode(mode) if mode else None,
        **{name: wish[name] for name in same if name in wish},
    )


def shown_entry(placed: PlacedEntry) -> dict[str, Any]:
    """A waitlist entry as every caller is shown it."""
    return shown_entry_record(waitlist_record(placed.entry, placed.position))


def shown_entry_record(record: Record) -> dict[str, Any]:
    """A waitlist entry's record in the contract's names."""
    guest = {"email": record["guest_email"], "name": record["guest_name"]}
    own = {
        **record,
        "from": instant_text(record["from_at"]),
        "to": instant_text(record["to_at"]),
        "booked_by": {"member_id": record["member_id"]}
        if record["member_id"]
        else {"guest": guest},
        "offer": {
            "room_id": record["offer_room_id"],
            **_span(record["offer_start_at"], record["offer_end_at"]),
            "expires_at": instant_text(record["offer_expires_at"]),
        }
        if record["offer_room_id"]
        else None,
        **{n: instant_text(record[n]) for n in ("expires_at", "created_at", "updated_at")},
    }
    return {name: own[name] for name in WAITLIST_NAMES}


def shown_room(room: RoomAvailability) -> dict[str, Any]:
    """A room's availability in the contract's names."""
    return {
        "room_id": room.room_id,
        "free": [_span(piece.start, piece.end) for piece in room.free],
        "busy": [
            {
                **_span(block.interval.start, block.interval.end),
                "kind": block.kind.value,
                "reason": block.reason,
            }
            for block in room.busy
        ],
        "starts": None if room.starts is None else [instant_text(start) for start in room.starts],
    }
