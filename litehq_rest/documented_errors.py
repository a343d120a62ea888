"""Which errors an operation may answer with: the one table that its description is made from.

A test holds every answer of the REST tests to it, so that a generated client knows them all.
"""

from __future__ import annotations

from collections.abc import Mapping

from litehq_core.domain.errors import Code
from litehq_rest.errors import STATUS

Codes = frozenset[Code]

_ALWAYS: Codes = frozenset(
    {
        Code.MALFORMED_REQUEST,
        Code.AUTH_INVALID,
        Code.AUTH_SCOPE_INSUFFICIENT,
        Code.VALIDATION_FAILED,
        Code.RATE_LIMITED,
        Code.INTERNAL_ERROR,
        Code.SERVICE_UNAVAILABLE,
    }
)
# Deletions too: their body may hold the idempotency key.
_WRITES: Codes = frozenset(
    {
        Code.PAYLOAD_TOO_LARGE,
        Code.UNSUPPORTED_MEDIA_TYPE,
        Code.IDEMPOTENCY_CONFLICT,
        Code.IDEMPOTENCY_IN_PROGRESS,
    }
)
_PAYS: Codes = frozenset(
    {Code.NOT_FOUND, Code.INSUFFICIENT_TOKENS, Code.PAYMENT_FAILED, Code.STRIPE_UNCONFIGURED}
)
_BOOKS: Codes = frozenset({Code.SLOT_MISALIGNED, Code.BOOKING_RULE_VIOLATED, Code.SLOT_UNAVAILABLE})
_BOOKING: Codes = frozenset({Code.BOOKING_NOT_FOUND})
_ENDS: Codes = frozenset({Code.INVALID_TRANSITION})
_EDITS: Codes = _BOOKS | _ENDS | {Code.EDIT_WINDOW_CLOSED}

# What an operation's traits do not say.
_MORE: Mapping[str, Codes] = {
    "bookings.create": _BOOKS | {Code.QUOTE_EXPIRED},
    "bookings.get": _BOOKING,
    "bookings.update": _BOOKING | _EDITS,
    "bookings.cancel": _BOOKING | _ENDS,
    "bookings.delete": _BOOKING | _ENDS,
    "bookings.cancellation_preview": _BOOKING | _ENDS,
    "bookings.quote": frozenset({Code.SLOT_MISALIGNED}),
    "series.create": _BOOKS,
    "series.update": _EDITS,
    "series.cancel": _ENDS,
    "series.retry": _BOOKS | _ENDS,
    "members.create": frozenset({Code.ALREADY_EXISTS}),
    "members.update": frozenset({Code.ALREADY_EXISTS, Code.INVALID_TRANSITION}),
    "members.invite": _ENDS,
    "events.list": frozenset({Code.CURSOR_EXPIRED}),
    "events.stream": frozenset({Code.CURSOR_EXPIRED}),
    "waitlist.create": _BOOKS,
    "waitlist.accept": _BOOKS | _ENDS,
    "waitlist.delete": _ENDS,
    "invoices.open": _ENDS,
    "invoices.charge": _ENDS,
    "invoices.void": _ENDS,
    "invoices.credit": _ENDS,
    "webhooks.create": frozenset({Code.WEBHOOK_UNVERIFIED}),
    "webhooks.verify": frozenset({Code.WEBHOOK_UNVERIFIED}),
    "webhooks.update": _ENDS,
    "webhooks.test": _ENDS,
    "webhooks.replay": _ENDS,
    "tokens.transactions.create": frozenset({Code.INSUFFICIENT_TOKENS}),
}


def documented_errors(
    operation: str, *, missing: bool, writes: bool, locks: bool, pays: bool
) -> dict[int, list[Code]]:
    """The codes of an operation by their status, both in order.

    Args:
        missing: what it names may not be found.
        writes: it changes something, and so takes an idempotency key and a body.
        locks: ``If-Match`` counts.
        pays: it may fail for want of money or tokens.
    """
    codes = _ALWAYS | _MORE.get(operation, frozenset())
    codes |= _WRITES if writes else frozenset()
    codes |= {Code.VERSION_CONFLICT} if locks else frozenset()
    codes |= _PAYS if pays else frozenset()
    if missing and Code.BOOKING_NOT_FOUND not in codes:
        codes |= {Code.NOT_FOUND}
    found: dict[int, list[Code]] = {}
    for code in sorted(codes, key=lambda code: (STATUS[code], code)):
        found.setdefault(STATUS[code], []).append(code)
    return found
