"""The closed vocabularies. Values that REST writes in lower case are written in upper case here."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from litehq_core.domain.accounting_sync import SyncStatus as AccountingSyncStatus
from litehq_core.domain.api_key import Scope
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.company import BillingTerms
from litehq_core.domain.events import EventType
from litehq_core.domain.invoice import InvoiceKind, InvoiceStatus
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.quota import QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Frequency as RepeatFrequency
from litehq_core.domain.room_calendar import BusyKind
from litehq_core.domain.series import EditResult, OnConflict, Outcome, SeriesScope
from litehq_core.domain.visitor import VisitorStatus, VisitorsWhen
from litehq_core.domain.waitlist import WaitlistStatus

__all__ = [
    "AccountingSyncStatus",
    "BillingMode",
    "BillingTerms",
    "BookingEventType",
    "BookingStatus",
    "BusyKind",
    "EditResult",
    "InvoiceKind",
    "InvoiceStatus",
    "MemberStatus",
    "OnConflict",
    "Outcome",
    "QuotaHolder",
    "QuotaMeasure",
    "QuotaScope",
    "RefundPolicy",
    "RepeatFrequency",
    "Scope",
    "SeriesScope",
    "VisitorStatus",
    "VisitorsWhen",
    "WaitlistStatus",
]

strawberry.enum(
    BookingStatus,
    description=(
        "The state of a booking. PENDING_PAYMENT becomes CONFIRMED, EXPIRED or CANCELLED; "
        "CONFIRMED becomes CANCELLED or COMPLETED; EXPIRED becomes CONFIRMED only by a late "
        "payment, while the slot is still free."
    ),
)
strawberry.enum(BillingMode, description="How a booking is paid.")
strawberry.enum(
    RefundPolicy,
    description=(
        "What a cancellation gives back: everything, a named part, nothing, or what the "
        "policy that was frozen on the booking says."
    ),
)
strawberry.enum(MemberStatus, description="Where a member stands; only an ACTIVE member books.")
strawberry.enum(BillingTerms, description="How a company pays.")
strawberry.enum(
    WaitlistStatus,
    description=(
        "The state of a waitlist entry. WAITING becomes OFFERED, EXPIRED or CANCELLED; OFFERED "
        "becomes BOOKED, EXPIRED or CANCELLED."
    ),
)
strawberry.enum(
    VisitorStatus,
    description="The state of a visitor. EXPECTED becomes CHECKED_IN or CANCELLED.",
)
strawberry.enum(VisitorsWhen, description="Which visitors: those to come, those before, or all.")
strawberry.enum(
    InvoiceKind, description="Something to be paid, or given back: then its amounts are below zero."
)
strawberry.enum(
    InvoiceStatus,
    description=(
        "The state of an invoice. DRAFT becomes OPEN or VOID; OPEN becomes PAID, once nothing is "
        "due of it, or VOID."
    ),
)
strawberry.enum(
    AccountingSyncStatus,
    name="AccountingSyncStatus",
    description=(
        "How far a document has got into the operator's books: PENDING becomes SYNCED, or FAILED "
        "after many tries; NOT_CONFIGURED where nobody keeps books."
    ),
)
strawberry.enum(BusyKind, description="Why a time is not free.")
strawberry.enum(RepeatFrequency, name="RepeatFrequency", description="What a series counts in.")
strawberry.enum(
    OnConflict,
    name="OnConflict",
    description=(
        "What becomes of the others when an occurrence cannot be had as wished: FAIL books none, "
        "SKIP books the rest, ALTERNATIVE books another time of that day."
    ),
)
strawberry.enum(
    Outcome, name="SeriesOutcome", description="What became of an occurrence when it was tried."
)
strawberry.enum(
    EditResult,
    name="SeriesEditResult",
    description="What an edit did to an occurrence; PENDING waits for its payment.",
)
strawberry.enum(
    SeriesScope,
    name="SeriesScope",
    description="Which occurrences are meant: one, it and those after it, or all.",
)
strawberry.enum(QuotaHolder, description="Whose bookings count together towards a quota.")
strawberry.enum(
    QuotaScope, description="Where bookings count: in the room that has the quota, or anywhere."
)
strawberry.enum(
    QuotaMeasure,
    description=(
        "What a quota counts: elapsed minutes in a day, ISO week or month of the room's time "
        "zone; bookings at one time (CONCURRENT); bookings that have not begun (UPCOMING)."
    ),
)
strawberry.enum(
    Scope,
    name="ApiScope",
    description=(
        "What an API token may do. CALENDAR_WRITE is `calendar:write` in REST; writing implies "
        "reading."
    ),
)


@strawberry.enum(description="What happened to a booking. BOOKING_CREATED is `booking.created`.")
class BookingEventType(StrEnum):
    """The types of events about a booking."""

    BOOKING_CREATED = EventType.BOOKING_CREATED.value
    BOOKING_CONFIRMED = EventType.BOOKING_CONFIRMED.value
    BOOKING_UPDATED = EventType.BOOKING_UPDATED.value
    BOOKING_CANCELLED = EventType.BOOKING_CANCELLED.value
    BOOKING_EXPIRED = EventType.BOOKING_EXPIRED.value
    BOOKING_COMPLETED = EventType.BOOKING_COMPLETED.value
    BOOKING_NO_SHOW = EventType.BOOKING_NO_SHOW.value
