"""The tables, and the metadata that holds them all."""

from litehq_app.sql.tables.bookings import BOOKINGS, PAYMENTS, QUOTES, SLOT_CLAIMS
from litehq_app.sql.tables.catalogue import (
    BLACKOUTS,
    COMPANIES,
    LOCATION_BLACKOUTS,
    LOCATIONS,
    MEMBERS,
    RATE_CARDS,
    ROOM_PARTS,
    ROOMS,
    WORKSPACES,
)
from litehq_app.sql.tables.invoices import (
    BILLED_BOOKINGS,
    BILLING_RUNS,
    INVOICE_CHARGES,
    INVOICE_NUMBERS,
    INVOICES,
)
from litehq_app.sql.tables.ledger import ACCOUNTS, LEDGER_HEADS, LOTS, TOKEN_ALLOCATIONS, TRANSFERS
from litehq_app.sql.tables.log import API_KEYS, EVENT_HEADS, EVENTS, IDEMPOTENCY_KEYS
from litehq_app.sql.tables.mails import MAILS
from litehq_app.sql.tables.people import INVITATIONS, WELCOMES
from litehq_app.sql.tables.provider import STRIPE_ACCOUNTS, STRIPE_CUSTOMERS, STRIPE_EVENTS
from litehq_app.sql.tables.rate_limits import RATE_BUCKETS
from litehq_app.sql.tables.schema import SchemaRow
from litehq_app.sql.tables.series import SERIES
from litehq_app.sql.tables.visitors import VISITORS
from litehq_app.sql.tables.waitlist import WAITLIST
from litehq_app.sql.tables.webhooks import RELAY_POSITIONS, WEBHOOK_DELIVERIES, WEBHOOKS

METADATA = SchemaRow.metadata

__all__ = [
    "ACCOUNTS",
    "API_KEYS",
    "BILLED_BOOKINGS",
    "BILLING_RUNS",
    "BLACKOUTS",
    "BOOKINGS",
    "COMPANIES",
    "EVENTS",
    "EVENT_HEADS",
    "IDEMPOTENCY_KEYS",
    "INVITATIONS",
    "INVOICES",
    "INVOICE_CHARGES",
    "INVOICE_NUMBERS",
    "LEDGER_HEADS",
    "LOCATIONS",
    "LOCATION_BLACKOUTS",
    "LOTS",
    "MAILS",
    "MEMBERS",
    "METADATA",
    "PAYMENTS",
    "QUOTES",
    "RATE_BUCKETS",
    "RATE_CARDS",
    "RELAY_POSITIONS",
    "ROOMS",
    "ROOM_PARTS",
    "SERIES",
    "SLOT_CLAIMS",
    "STRIPE_ACCOUNTS",
    "STRIPE_CUSTOMERS",
    "STRIPE_EVENTS",
    "TOKEN_ALLOCATIONS",
    "TRANSFERS",
    "VISITORS",
    "WAITLIST",
    "WEBHOOKS",
    "WEBHOOK_DELIVERIES",
    "WELCOMES",
    "WORKSPACES",
]
