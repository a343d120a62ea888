"""Domain values as records: the one mapping that reads, snapshots and façades agree on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litehq_core.domain.api_key import ApiKey
from litehq_core.domain.attributes import Record
from litehq_core.domain.booking import Booking, PendingChange
from litehq_core.domain.company import Company
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member, MemberWithTokens
from litehq_core.domain.price import Price
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Blackout, Room, RoomSummary
from litehq_core.domain.waitlist import WaitlistEntry
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.workspace import Workspace


def booking_record(booking: Booking) -> Record:
    """A booking with its room's name and zone: exactly ``BOOKING_RECORD``."""
    change = booking.pending_change
    return {
        "id": booking.id,
        "status": booking.status.value,
        "version": booking.version,
        "room_id": booking.room.id,
        "room.name": booking.room.name,
        "room.timezone": booking.room.timezone,
        "start_at": booking.start_at,
        "end_at": booking.end_at,
        "member_id": booking.member_id,
        "guest_email": booking.guest.email if booking.guest else None,
        "guest_name": booking.guest.name if booking.guest else None,
        "company_id": booking.company_id,
        "attendees": booking.attendees,
        "notes": booking.notes,
        "metadata": dict(booking.metadata),
        "billing_mode": booking.billing_mode.value,
        "currency": booking.price.currency,
        "amount_minor": booking.price.amount_minor,
        "price_lines": [line.as_json() for line in booking.price.lines],
        "tokens_charged": booking.tokens_charged,
        "policy": booking.policy.as_json(),
        "checkout_url": booking.checkout_url,
        "expires_at": booking.expires_at,
        "pending_change": pending_change_json(change) if change else None,
        "no_show": booking.no_show,
        "paid_minor": booking.paid_minor,
        "refunded_minor": booking.refunded_minor,
        "series_id": booking.series_id,
        "created_at": booking.created_at,
        "updated_at": booking.updated_at,
        "cancelled_at": booking.cancelled_at,
    }


def pending_change_json(change: PendingChange) -> dict[str, Any]:
    """A pending change as it is stored; the façades show a part of it."""
    return {
        "start_at": instant_text(change.slot.start),
        "end_at": instant_text(change.slot.end),
        "room_id": change.room.id,
        "room_name": change.room.name,
        "timezone": change.room.timezone,
        "room_parts": sorted(change.room.parts),
        "room_seats": change.room.seats,
        "buffer_minutes": change.buffer_minutes,
        "price": change.price.as_json(),
        "tokens": change.price.tokens,
        "billing_mode": change.billing_mode.value,
        "due_minor": change.due_minor,
        "attendees": change.attendees,
        "notes": change.notes,
        "metadata": dict(change.metadata),
        "payment_id": change.payment_id,
        "checkout_url": change.checkout_url,
        "proposed_at": instant_text(change.proposed_at),
        "expires_at": instant_text(change.expires_at),
    }


def pending_change_from_json(value: Mapping[str, Any]) -> PendingChange:
    """The inverse of :func:`pending_change_json`."""
    return PendingChange(
        room=RoomSummary(
            id=value["room_id"],
            name=value["room_name"],
            timezone=value["timezone"],
            # Written by a release that knew neither: an ordinary room.
            parts=frozenset(value.get("room_parts", ())),
            seats=value.get("room_seats"),
        ),
        slot=Interval(
            datetime.fromisoformat(value["start_at"]), datetime.fromisoformat(value["end_at"])
        ),
        buffer_minutes=value["buffer_minutes"],
        price=Price.from_json(value["price"], value["tokens"]),
        billing_mode=BillingMode(value["billing_mode"]),
        due_minor=value["due_minor"],
        attendees=value["attendees"],
        notes=value["notes"],
        metadata=value["metadata"],
        payment_id=value["payment_id"],
        checkout_url=value["checkout_url"],
        proposed_at=datetime.fromisoformat(value["proposed_at"]),
        expires_at=datetime.fromisoformat(value["expires_at"]),
    )


def waitlist_record(entry: WaitlistEntry, position: int | None) -> Record:
    """A waitlist entry, all attributes; ``position`` is its place in line while it waits."""
    offer = entry.offer
    return {
        "id": entry.id,
        "status": entry.status.value,
        "version": entry.version,
        "location_id": entry.location_id,
        "room_id": entry.room_id,
        "from_at": entry.window.start,
        "to_at": entry.window.end,
        "duration_minutes": entry.duration_minutes,
        "member_id": entry.member_id,
        "guest_email": entry.guest.email if entry.guest else None,
        "guest_name": entry.guest.name if entry.guest else None,
        "company_id": entry.company_id,
        "attendees": entry.attendees,
        "billing_mode": entry.billing_mode.value if entry.billing_mode else None,
        "notes": entry.notes,
        "offer_room_id": offer.room_id if offer else None,
        "offer_start_at": offer.slot.start if offer else None,
        "offer_end_at": offer.slot.end if offer else None,
        "offer_expires_at": offer.expires_at if offer else None,
        "booking_id": entry.booking_id,
        "position": position,
        "expires_at": entry.expires_at,
        "created_at": entry.created_at,
        "updated_at": entry.updated_at,
    }


def location_record(location: Location) -> Record:
    """A location, all attributes."""
    return {
        "id": location.id,
        "name": location.name,
        "timezone": location.timezone,
        "currency": location.currency,
        "opening_hours": location.opening_hours.as_json(),
        "version": location.version,
        "created_at": location.created_at,
        "updated_at": location.updated_at,
    }


def room_record(room: Room) -> Record:
    """A room, all attributes."""
    return {
        "id": room.id,
        "location_id": room.location.id,
        "name": room.name,
        "timezone": room.location.timezone,
        "capacity": room.capacity,
        "slot_minutes": room.slot_minutes,
        "buffer_minutes": room.buffer_minutes,
        "rules": room.rules.as_json(),
        "opening_hours": room.opening_hours.as_json() if room.opening_hours else None,
        "active": room.active,
        "parts": sorted(room.parts),
        "shared": room.shared,
        "version": room.version,
        "created_at": room.created_at,
        "updated_at": room.updated_at,
    }


def blackout_record(blackout: Blackout) -> Record:
    """A blackout, all attributes."""
    return {
        "id": blackout.id,
        "room_id": blackout.room_id,
        "location_id": blackout.location_id,
        "start_at": blackout.interval.start,
        "end_at": blackout.interval.end,
        "reason": blackout.reason,
        "version": blackout.version,
        "created_at": blackout.created_at,
    }


def rate_card_record(card: RateCard) -> Record:
    """A rate card, all attributes."""
    return {
        "id": card.id,
        "room_id": card.room_id,
        "currency": card.currency,
        "effective_from": card.effective_from.isoformat(),
        "hourly_minor": card.hourly_minor,
        "tokens_per_hour": card.tokens_per_hour,
        "billing_modes": sorted(mode.value for mode in card.billing_modes),
        "cancellation": card.cancellation.as_json(),
        "rules": card.rules.as_json(),
        "version": card.version,
        "created_at": card.created_at,
    }


def member_record(member: Member, pool_allocation: int = 0) -> Record:
    """A member, all attributes; what he gets each month is kept beside him."""
    return {
        "id": member.id,
        "email": member.email,
        "name": member.name,
        "tier": member.tier,
        "company_id": member.company_id,
        "status": member.status.value,
        "pool_allocation": pool_allocation,
        "version": member.version,
        "created_at": member.created_at,
        "updated_at": member.updated_at,
    }


def shown_member_record(shown: MemberWithTokens) -> Record:
    """A member with what he can spend: what callers are shown."""
    record = member_record(shown.member, shown.pool_allocation)
    return {**record, "token_balance": shown.token_balance}


def company_record(company: Company) -> Record:
    """A company, all attributes."""
    return {
        "id": company.id,
        "name": company.name,
        "billing_terms": company.billing_terms.value,
        "billing_contact": company.billing_contact.as_json() if company.billing_contact else None,
        "address": company.address.as_json() if company.address else None,
        "pricing_overrides": [override.as_json() for override in company.pricing_overrides],
        "version": company.version,
        "created_at": company.created_at,
        "updated_at": company.updated_at,
    }


def workspace_record(workspace: Workspace) -> Record:
    """A workspace: what it is called, and its settings."""
    return {
        "id": workspace.id,
        "name": workspace.name,
        "mode": workspace.mode.value,
        "hold_minutes": workspace.hold_minutes,
        "offer_minutes": workspace.offer_minutes,
        "invoice_due_days": workspace.invoice_due_days,
        "welcome": [step.as_json() for step in workspace.welcome],
        "version": workspace.version,
        "created_at": workspace.created_at,
    }


def api_token_record(key: ApiKey) -> Record:
    """An API token, all attributes; never its secret."""
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "hint": key.hint,
        "member_id": key.member_id,
        "company_ids": sorted(key.company_ids),
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "version": key.version,
        "created_at": key.created_at,
    }


def snapshot(record: Record) -> dict[str, Any]:
    """A record as JSON values, for the event log."""
    return {
        name: instant_text(value) if isinstance(value, datetime) else value
        for name, value in record.items()
    }
