"""The shapes of all answers, for the OpenAPI document and for the tests that hold us to it.

Answers are written as plain dicts; a test reads each of them back through these structs, which
accept neither a missing nor an unknown field.
"""

from litehq_rest.schemas.auth_tokens import ApiToken, ApiTokenPage, MintedApiToken
from litehq_rest.schemas.bookings import (
    BookedByGuest,
    BookedByMember,
    Booking,
    BookingPage,
    CancellationPreview,
    Quote,
)
from litehq_rest.schemas.catalogue import (
    Availability,
    Location,
    LocationPage,
    Room,
    RoomPage,
    RulesEdit,
)
from litehq_rest.schemas.closures import Blackout, BlackoutPage, PlacedBlackout
from litehq_rest.schemas.connect import Connect
from litehq_rest.schemas.errors import Error, ErrorDetail
from litehq_rest.schemas.events import Event, EventPage
from litehq_rest.schemas.invoices import Invoice, InvoicePage, PaymentIntent
from litehq_rest.schemas.people import Company, CompanyPage, Member, MemberPage
from litehq_rest.schemas.rate_cards import PriceRulesEdit, RateCard, RateCardPage
from litehq_rest.schemas.series import BookingSeries, BookingSeriesPage, SeriesQuote
from litehq_rest.schemas.trails import (
    AuditEntry,
    AuditPage,
    PostedTokens,
    TokenTransaction,
    TokenTransactionPage,
)
from litehq_rest.schemas.visitors import Visitor, VisitorPage
from litehq_rest.schemas.waitlist import WaitlistEntry, WaitlistPage
from litehq_rest.schemas.webhooks import (
    Webhook,
    WebhookDelivery,
    WebhookDeliveryPage,
    WebhookPage,
    WebhookReplay,
    WebhookWithSecret,
)
from litehq_rest.schemas.workspace import WelcomeStep, Workspace

__all__ = [
    "ApiToken",
    "ApiTokenPage",
    "AuditEntry",
    "AuditPage",
    "Availability",
    "Blackout",
    "BlackoutPage",
    "BookedByGuest",
    "BookedByMember",
    "Booking",
    "BookingPage",
    "BookingSeries",
    "BookingSeriesPage",
    "CancellationPreview",
    "Company",
    "CompanyPage",
    "Connect",
    "Error",
    "ErrorDetail",
    "Event",
    "EventPage",
    "Invoice",
    "InvoicePage",
    "Location",
    "LocationPage",
    "Member",
    "MemberPage",
    "MintedApiToken",
    "PaymentIntent",
    "PlacedBlackout",
    "PostedTokens",
    "PriceRulesEdit",
    "Quote",
    "RateCard",
    "RateCardPage",
    "Room",
    "RoomPage",
    "RulesEdit",
    "SeriesQuote",
    "TokenTransaction",
    "TokenTransactionPage",
    "Visitor",
    "VisitorPage",
    "WaitlistEntry",
    "WaitlistPage",
    "Webhook",
    "WebhookDelivery",
    "WebhookDeliveryPage",
    "WebhookPage",
    "WebhookReplay",
    "WebhookWithSecret",
    "WelcomeStep",
    "Workspace",
]
