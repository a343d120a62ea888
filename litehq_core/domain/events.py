"""Events: facts that happened, written with the change that caused them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """The types of ``contract.md``, Webhook requests."""

    BOOKING_CREATED = "booking.created"
    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_UPDATED = "booking.updated"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_EXPIRED = "booking.expired"
    BOOKING_COMPLETED = "booking.completed"
    BOOKING_NO_SHOW = "booking.no_show"
    CHARGE_SUCCEEDED = "charge.succeeded"
    CHARGE_REFUNDED = "charge.refunded"
    PAYMENT_FAILED = "payment.failed"
    CHARGE_DISPUTED = "charge.disputed"
    REFUND_FAILED = "refund.failed"
    CONNECT_UPDATED = "connect.updated"
    ROOM_CREATED = "room.created"
    ROOM_UPDATED = "room.updated"
    MEMBER_INVITED = "member.invited"
    MEMBER_ACCEPTED = "member.accepted"
    MEMBER_UPDATED = "member.updated"
    MEMBER_SUSPENDED = "member.suspended"
    MEMBER_ACTIVATED = "member.activated"
    DOOR_ACCESS_GRANTED = "door_access.granted"
    DOOR_ACCESS_REVOKED = "door_access.revoked"
    COMPANY_CREATED = "company.created"
    COMPANY_UPDATED = "company.updated"
    LOCATION_CREATED = "location.created"
    LOCATION_UPDATED = "location.updated"
    BLACKOUT_CREATED = "blackout.created"
    BLACKOUT_DELETED = "blackout.deleted"
    RATE_CARD_CREATED = "rate_card.created"
    COMPANY_WELCOMED = "company.welcomed"
    WORKSPACE_UPDATED = "workspace.updated"
    WAITLIST_JOINED = "waitlist.joined"
    WAITLIST_OFFERED = "waitlist.offered"
    WAITLIST_BOOKED = "waitlist.booked"
    WAITLIST_EXPIRED = "waitlist.expired"
    WAITLIST_CANCELLED = "waitlist.cancelled"
    VISITOR_CREATED = "visitor.created"
    VISITOR_CHECKED_IN = "visitor.checked_in"
    VISITOR_CANCELLED = "visitor.cancelled"
    INVOICE_CREATED = "invoice.created"
    INVOICE_OPENED = "invoice.opened"
    INVOICE_PAID = "invoice.paid"
    INVOICE_VOIDED = "invoice.voided"
    INVOICE_CREDITED = "invoice.credited"
    INVOICE_UPDATED = "invoice.updated"
    INVOICE_PAYMENT_FAILED = "invoice.payment_failed"
    INVOICE_PAYMENT_ACTION_REQUIRED = "invoice.payment_action_required"
    API_TOKEN_CREATED = "api_token.created"
    API_TOKEN_REVOKED = "api_token.revoked"
    TOKENS_GRANTED = "tokens.granted"
    TOKENS_ADJUSTED = "tokens.adjusted"
    TOKENS_ALLOCATION_SET = "tokens.allocation_set"
    TOKENS_ALLOCATION_STOPPED = "tokens.allocation_stopped"
    ENDPOINT_CREATED = "endpoint.created"
    ENDPOINT_UPDATED = "endpoint.updated"
    ENDPOINT_DISABLED = "endpoint.disabled"
    ENDPOINT_DELETED = "endpoint.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """A fact as the domain states it; the transaction adds id, position, time and actor.

    Attributes:
        subject_id: what it happened to; ``sequence`` counts the subject's events from 1.
        object: a snapshot after the change, as JSON values.
        previous: the old values of what changed; None when there was nothing before.
        member_id, company_id, room_id: whom it concerns, for bounds and filters.
    """

    type: EventType
    subject_id: str
    sequence: int
    object: Mapping[str, Any]
    previous: Mapping[str, Any] | None = None
    member_id: str | None = None
    company_id: str | None = None
    room_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A row of the log. ``position`` is dense within the workspace, from 1."""

    id: str
    workspace_id: str
    position: int
    type: EventType
    subject_id: str
    sequence: int
    occurred_at: datetime
    object: Mapping[str, Any]
    previous: Mapping[str, Any] | None
    actor_id: str
    request_id: str | None
    member_id: str | None
    company_id: str | None
    room_id: str | None
