"""The attributes of every noun that can be read, and what stands behind each.

A *record* is a flat ``dict`` from attribute to plain value: what a read returns, what an event
keeps as its snapshot, and what the façades turn into their own words. A store answers with
just the attributes asked for; ``room.name`` is the attribute ``name`` of the related room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Record = dict[str, Any]


class Noun(StrEnum):
    """What can be read as a page or by id."""

    BOOKING = "booking"
    ROOM = "room"
    LOCATION = "location"
    MEMBER = "member"
    COMPANY = "company"
    API_TOKEN = "api_token"
    SERIES = "series"
    WAITLIST_ENTRY = "waitlist_entry"
    TOKEN_TRANSACTION = "token_transaction"
    EVENT = "event"
    BLACKOUT = "blackout"
    RATE_CARD = "rate_card"
    VISITOR = "visitor"
    INVOICE = "invoice"
    WEBHOOK = "webhook"
    WEBHOOK_DELIVERY = "webhook_delivery"


class BookingAttribute(StrEnum):
    """A booking's own attributes; money in minor units."""

    ID = "id"
    STATUS = "status"
    VERSION = "version"
    ROOM_ID = "room_id"
    START_AT = "start_at"
    END_AT = "end_at"
    MEMBER_ID = "member_id"
    GUEST_EMAIL = "guest_email"
    GUEST_NAME = "guest_name"
    COMPANY_ID = "company_id"
    ATTENDEES = "attendees"
    NOTES = "notes"
    METADATA = "metadata"
    BILLING_MODE = "billing_mode"
    CURRENCY = "currency"
    AMOUNT_MINOR = "amount_minor"
    PRICE_LINES = "price_lines"
    TOKENS_CHARGED = "tokens_charged"
    POLICY = "policy"
    CHECKOUT_URL = "checkout_url"
    EXPIRES_AT = "expires_at"
    PENDING_CHANGE = "pending_change"
    NO_SHOW = "no_show"
    PAID_MINOR = "paid_minor"
    REFUNDED_MINOR = "refunded_minor"
    SERIES_ID = "series_id"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    CANCELLED_AT = "cancelled_at"


class RoomAttribute(StrEnum):
    """A room's own attributes."""

    ID = "id"
    LOCATION_ID = "location_id"
    NAME = "name"
    TIMEZONE = "timezone"
    CAPACITY = "capacity"
    SLOT_MINUTES = "slot_minutes"
    BUFFER_MINUTES = "buffer_minutes"
    RULES = "rules"
    OPENING_HOURS = "opening_hours"
    ACTIVE = "active"
    PARTS = "parts"
    SHARED = "shared"
    VERSION = "version"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class LocationAttribute(StrEnum):
    """A location's own attributes."""

    ID = "id"
    NAME = "name"
    TIMEZONE = "timezone"
    CURRENCY = "currency"
    OPENING_HOURS = "opening_hours"
    VERSION = "version"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class MemberAttribute(StrEnum):
    """A member's own attributes. ``pool_allocation`` is how many tokens he gets each month."""

    ID = "id"
    EMAIL = "email"
    NAME = "name"
    TIER = "tier"
    COMPANY_ID = "company_id"
    STATUS = "status"
    POOL_ALLOCATION = "pool_allocation"
    VERSION = "version"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class CompanyAttribute(StrEnum):
    """A company's own attributes."""

    ID = "id"
    NAME = "name"
    BILLING_TERMS = "billing_terms"
    BILLING_CONTACT = "billing_contact"
    ADDRESS = "address"
    PRICING_OVERRIDES = "pricing_overrides"
    VERSION = "version"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class ApiTokenAttribute(StrEnum):
    """An API token's own attributes; never its secret."""

    ID = "id"
    NAME = "name"
    SCOPES = "scopes"
    HINT = "hint"
    MEMBER_ID = "member_id"
    COMPANY_IDS = "company_ids"
    EXPIRES_AT = "expires_at"
    REVOKED_AT = "revoked_at"
    VERSION = "version"
    CREATED_AT = "created_at"


class SeriesAttribute(StrEnum):
    """A series' own attributes; what follows from its bookings is derived (``series_view``)."""

    ID = "id"
    VERSION = "version"
    ROOM_ID = "room_id"
    CURRENCY = "currency"
    RULE = "rule"
    START_AT = "start_at"
    DURATION_MINUTES = "duration_minutes"
    MEMBER_ID = "member_id"
    GUEST_EMAIL = "guest_email"
    GUEST_NAME = "guest_name"
    COMPANY_ID = "company_id"
    ATTENDEES = "attendees"
    NOTES = "notes"
    METADATA = "metadata"
    BILLING_MODE = "billing_mode"
    ON_CONFLICT = "on_conflict"
    OCCURRENCES = "occurrences"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    CANCELLED_AT = "cancelled_at"


class WaitlistAttribute(StrEnum):
    """A waitlist entry's own attributes. ``position`` is counted when it is read."""

    ID = "id"
    STATUS = "status"
    VERSION = "version"
    LOCATION_ID = "location_id"
    ROOM_ID = "room_id"
    FROM_AT = "from_at"
    TO_AT = "to_at"
    DURATION_MINUTES = "duration_minutes"
    MEMBER_ID = "member_id"
    GUEST_EMAIL = "guest_email"
    GUEST_NAME = "guest_name"
    COMPANY_ID = "company_id"
    ATTENDEES = "attendees"
    BILLING_MODE = "billing_mode"
    NOTES = "notes"
    OFFER_ROOM_ID = "offer_room_id"
    OFFER_START_AT = "offer_start_at"
    OFFER_END_AT = "offer_end_at"
    OFFER_EXPIRES_AT = "offer_expires_at"
    BOOKING_ID = "booking_id"
    POSITION = "position"
    EXPIRES_AT = "expires_at"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class TokenTransactionAttribute(StrEnum):
    """A row of the token ledger. ``position`` orders the rows, and is no attribute of new ones.

    ``balance_after`` is what the member's wallet holds right after the row, reserved and expired
    tokens included.
    """

    ID = "id"
    POSITION = "position"
    DEBIT_OWNER = "debit_owner"
    DEBIT_KIND = "debit_kind"
    CREDIT_OWNER = "credit_owner"
    CREDIT_KIND = "credit_kind"
    AMOUNT = "amount"
    MEMBER_ID = "member_id"
    LOT_ID = "lot_id"
    BOOKING_ID = "booking_id"
    CAUSE = "cause"
    BALANCE_AFTER = "balance_after"
    CREATED_AT = "created_at"


class EventAttribute(StrEnum):
    """An event's own attributes, as the log keeps it."""

    ID = "id"
    POSITION = "position"
    TYPE = "type"
    SUBJECT_ID = "subject_id"
    SEQUENCE = "sequence"
    OCCURRED_AT = "occurred_at"
    OBJECT = "object"
    PREVIOUS = "previous"
    ACTOR_ID = "actor_id"
    REQUEST_ID = "request_id"
    MEMBER_ID = "member_id"
    COMPANY_ID = "company_id"


class BlackoutAttribute(StrEnum):
    """A blackout's own attributes: of a room, or of a location."""

    ID = "id"
    ROOM_ID = "room_id"
    LOCATION_ID = "location_id"
    START_AT = "start_at"
    END_AT = "end_at"
    REASON = "reason"
    VERSION = "version"
    CREATED_AT = "created_at"


class RateCardAttribute(StrEnum):
    """A rate card's own attributes; amounts in minor units, ``effective_from`` a local date."""

    ID = "id"
    ROOM_ID = "room_id"
    CURRENCY = "currency"
    EFFECTIVE_FROM = "effective_from"
    HOURLY_MINOR = "hourly_minor"
    TOKENS_PER_HOUR = "tokens_per_hour"
    BILLING_MODES = "billing_modes"
    CANCELLATION = "cancellation"
    RULES = "rules"
    VERSION = "version"
    CREATED_AT = "created_at"


class VisitorAttribute(StrEnum):
    """A visitor's own attributes; never the secret of the pass."""

    ID = "id"
    STATUS = "status"
    VERSION = "version"
    LOCATION_ID = "location_id"
    HOST_MEMBER_ID = "host_member_id"
    COMPANY_ID = "company_id"
    BOOKING_ID = "booking_id"
    NAME = "name"
    EMAIL = "email"
    COMPANY_NAME = "company_name"
    EXPECTED_AT = "expected_at"
    UNTIL_AT = "until_at"
    ENDS_AT = "ends_at"
    NOTES = "notes"
    CHECKED_IN_AT = "checked_in_at"
    CANCELLED_AT = "cancelled_at"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class InvoiceAttribute(StrEnum):
    """An invoice's own attributes; amounts in minor units, of credit notes below zero."""

    ID = "id"
    KIND = "kind"
    STATUS = "status"
    NUMBER = "number"
    COMPANY_ID = "company_id"
    CURRENCY = "currency"
    LINES = "lines"
    TAXES = "taxes"
    NET_MINOR = "net_minor"
    TAX_MINOR = "tax_minor"
    AMOUNT_MINOR = "amount_minor"
    PAID_MINOR = "paid_minor"
    CREDITED_MINOR = "credited_minor"
    DUE_MINOR = "due_minor"
    CREDITED_INVOICE_ID = "credited_invoice_id"
    MEMO = "memo"
    STRIPE_PAYMENT_INTENT_ID = "stripe_payment_intent_id"
    XERO_SYNC_STATUS = "xero_sync_status"
    OPENED_AT = "opened_at"
    DUE_AT = "due_at"
    PAID_AT = "paid_at"
    VOIDED_AT = "voided_at"
    VERSION = "version"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class WebhookAttribute(StrEnum):
    """A webhook endpoint's own attributes; never a secret. The two counts are of its deliveries."""

    ID = "id"
    STATUS = "status"
    VERSION = "version"
    URL = "url"
    DESCRIPTION = "description"
    EVENTS = "events"
    SCOPES = "scopes"
    ORDERED = "ordered"
    CONTACT_EMAIL = "contact_email"
    OLD_SECRET_UNTIL = "old_secret_until"
    VERIFIED_AT = "verified_at"
    ACTIVE_SINCE = "active_since"
    DISABLED_REASON = "disabled_reason"
    LAST_SUCCESS_AT = "last_success_at"
    LAST_FAILURE_AT = "last_failure_at"
    LAST_ERROR = "last_error"
    FAILING_SINCE = "failing_since"
    REPLAYING_SINCE = "replaying_since"
    PENDING_COUNT = "pending_count"
    DEAD_COUNT = "dead_count"
    CREATED_BY = "created_by"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class WebhookDeliveryAttribute(StrEnum):
    """A delivery's own attributes; not its body."""

    ID = "id"
    WEBHOOK_ID = "webhook_id"
    EVENT_ID = "event_id"
    TYPE = "type"
    SUBJECT_ID = "subject_id"
    STATUS = "status"
    TRIES = "tries"
    NEXT_ATTEMPT_AT = "next_attempt_at"
    LAST_STATUS = "last_status"
    LAST_ERROR = "last_error"
    ATTEMPTS = "attempts"
    DELIVERED_AT = "delivered_at"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """What can be read of one noun: its attributes, and the nouns reached by a foreign id.

    ``derived`` are not its own: what a use case makes of them and of other nouns.
    """

    attributes: type[StrEnum]
    relations: Mapping[str, tuple[Noun, str]]
    derived: frozenset[str] = frozenset()


# Relation → (noun, the attribute that holds its id). To-one, so they come with the row.
READABLE: Mapping[Noun, Readable] = {
    Noun.BOOKING: Readable(
        attributes=BookingAttribute,
        relations={
            "room": (Noun.ROOM, "room_id"),
            "member": (Noun.MEMBER, "member_id"),
            "company": (Noun.COMPANY, "company_id"),
        },
    ),
    Noun.ROOM: Readable(
        attributes=RoomAttribute, relations={"location": (Noun.LOCATION, "location_id")}
    ),
    Noun.LOCATION: Readable(attributes=LocationAttribute, relations={}),
    Noun.MEMBER: Readable(
        attributes=MemberAttribute,
        relations={"company": (Noun.COMPANY, "company_id")},
        derived=frozenset({"token_balance"}),
    ),
    Noun.COMPANY: Readable(attributes=CompanyAttribute, relations={}),
    Noun.API_TOKEN: Readable(attributes=ApiTokenAttribute, relations={}),
    Noun.SERIES: Readable(
        attributes=SeriesAttribute,
        relations={
            "room": (Noun.ROOM, "room_id"),
            "member": (Noun.MEMBER, "member_id"),
            "company": (Noun.COMPANY, "company_id"),
        },
        derived=frozenset(
            {
                *("status", "amount_minor", "price_lines", "tokens_charged"),
                *("checkout_url", "expires_at"),
            }
        ),
    ),
    Noun.WAITLIST_ENTRY: Readable(
        attributes=WaitlistAttribute,
        relations={
            "location": (Noun.LOCATION, "location_id"),
            "room": (Noun.ROOM, "room_id"),
            "member": (Noun.MEMBER, "member_id"),
            "company": (Noun.COMPANY, "company_id"),
            "booking": (Noun.BOOKING, "booking_id"),
        },
    ),
    Noun.TOKEN_TRANSACTION: Readable(
        attributes=TokenTransactionAttribute,
        relations={
            "member": (Noun.MEMBER, "member_id"),
            "booking": (Noun.BOOKING, "booking_id"),
        },
    ),
    Noun.EVENT: Readable(
        attributes=EventAttribute, relations={"actor": (Noun.API_TOKEN, "actor_id")}
    ),
    Noun.BLACKOUT: Readable(
        attributes=BlackoutAttribute,
        relations={
            "room": (Noun.ROOM, "room_id"),
            "location": (Noun.LOCATION, "location_id"),
        },
    ),
    Noun.RATE_CARD: Readable(
        attributes=RateCardAttribute, relations={"room": (Noun.ROOM, "room_id")}
    ),
    Noun.VISITOR: Readable(
        attributes=VisitorAttribute,
        relations={
            "location": (Noun.LOCATION, "location_id"),
            "host_member": (Noun.MEMBER, "host_member_id"),
            "booking": (Noun.BOOKING, "booking_id"),
        },
    ),
    Noun.INVOICE: Readable(
        attributes=InvoiceAttribute,
        relations={
            "company": (Noun.COMPANY, "company_id"),
            "credited_invoice": (Noun.INVOICE, "credited_invoice_id"),
        },
    ),
    Noun.WEBHOOK: Readable(attributes=WebhookAttribute, relations={}),
    Noun.WEBHOOK_DELIVERY: Readable(
        attributes=WebhookDeliveryAttribute,
        relations={"webhook": (Noun.WEBHOOK, "webhook_id")},
    ),
}

# Everything a booking shows: its own attributes, and its room's name and zone.
BOOKING_RECORD = frozenset(BookingAttribute) | {"room.name", "room.timezone"}

# Attributes that hold instants, wherever they stand.
INSTANTS = frozenset(
    {
        "start_at",
        "end_at",
        "expires_at",
        "created_at",
        "updated_at",
        "cancelled_at",
        "revoked_at",
        "from_at",
        "to_at",
        "offer_start_at",
        "offer_end_at",
        "offer_expires_at",
        "occurred_at",
        "expected_at",
        "until_at",
        "ends_at",
        "checked_in_at",
        "opened_at",
        "due_at",
        "paid_at",
        "voided_at",
        *("old_secret_until", "verified_at", "active_since"),
        *("last_success_at", "last_failure_at", "failing_since", "replaying_since"),
        *("next_attempt_at", "delivered_at"),
    }
)
# Attributes by which a log is ordered: whole numbers from 1, without gaps.
POSITIONS = frozenset({"position"})


def every_attribute(noun: Noun) -> frozenset[str]:
    """All of a noun's own attributes."""
    return frozenset(str(attribute) for attribute in READABLE[noun].attributes)


def record_from_json(value: Mapping[str, Any]) -> Record:
    """A record read back from an event's snapshot: instants become datetimes again."""
    return {
        name: datetime.fromisoformat(v) if name in INSTANTS and v is not None else v
        for name, v in value.items()
    }
