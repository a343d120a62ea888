"""The fields of ``Query`` and ``Mutation``: a row for each, by its name.

``name:words`` is one more row of a field, where a single one cannot tell all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litehq_core.domain.api_key import Scope
from tests.isolation.rows import (
    BILLABLE,
    BLACKOUT,
    BOOKING,
    CLOSURE,
    COMPANY,
    DELIVERY,
    DRAFT,
    ENTRY,
    INVITED,
    INVOICE,
    LOCATION,
    MEMBER,
    OFFERED,
    PASS,
    QUOTE,
    RATE_CARD,
    ROOM,
    SERIES,
    STARTED,
    TOKEN,
    VISITOR,
    WEBHOOK,
    WORKSPACE,
    Id,
    Kind,
    Row,
)

_OWNERS = {"memberId": MEMBER, "companyId": COMPANY}
_PAGE = "{ totalCount nodes { id } pageInfo { hasNextPage endCursor } }"
_SLOT: dict[str, Any] = {
    "roomId": ROOM,
    "startAt": "2026-06-10T11:00:00Z",
    "endAt": "2026-06-10T12:00:00Z",
    "bookedBy": {"memberId": MEMBER},
}
# The slot that quotes in ``things.py`` are of.
_QUOTED = {
    **_SLOT,
    "startAt": "2026-06-10T13:00:00Z",
    "endAt": "2026-06-10T14:00:00Z",
    "quoteId": QUOTE,
}
_WEEKLY = {"rule": "FREQ=WEEKLY;COUNT=2"}
_WAIT: dict[str, Any] = {
    "from": "2026-06-11T09:00:00Z",
    "to": "2026-06-11T17:00:00Z",
    "durationMinutes": 60,
    "bookedBy": {"memberId": MEMBER},
}
_MINT: dict[str, Any] = {
    "name": "CI",
    "scopes": ["AUTH_WRITE"],
    "expiresAt": "2026-06-01T00:00:00Z",
}
_AGREED = {"pricingOverrides": [{"roomId": ROOM, "discountPercent": 10}]}
_NEW_MEMBER = {"email": "a@example.com", "name": "New", "tier": "resident"}
_HOURS = {"weekly": [[{"opens": "07:00", "closes": "22:00"}]] * 7}
_NEW_LOCATION = {
    "name": "New",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "openingHours": _HOURS,
}
_CLOSED = {"startAt": "2028-01-01T00:00:00Z", "endAt": "2028-01-02T00:00:00Z"}
_PRICES = {
    "hourlyMinor": 4000,
    "tokensPerHour": 2,
    "billingModes": ["CARD", "TOKENS", "INVOICE"],
    "cancellation": {"name": "none", "steps": []},
}

_VISIT: dict[str, Any] = {
    "name": "Grace",
    "hostMemberId": MEMBER,
    "locationId": LOCATION,
    "expectedAt": "2026-06-10T11:00:00Z",
}


def _one(scope: Scope, *ids: Id, **more: Any) -> Row:
    """A field that takes an id, and gives what has it."""
    return Row(scope=scope, bodies=tuple({"id": id_} for id_ in ids), **more)


def _change(scope: Scope, *inputs: Mapping[str, Any], **more: Any) -> Row:
    """A mutation."""
    return Row(scope=scope, bodies=tuple({"input": input_} for input_ in inputs), **more)


def _list(
    scope: Scope | None, lists: Kind, filters: Mapping[str, Id] | None = None, **more: Any
) -> Row:
    """A connection."""
    return Row(scope=scope, lists=lists, filters=filters or {}, selection=_PAGE, **more)


_READ, _WRITE = Scope.CALENDAR_READ, Scope.CALENDAR_WRITE
_NO_QUOTE = frozenset({"quoteId"})

ROWS: dict[str, Row] = {
    "viewer": Row(scope=None),
    "node": _one(
        _READ,
        *(BOOKING, SERIES, ENTRY, ROOM, LOCATION, BLACKOUT, CLOSURE, RATE_CARD),
        selection="{ id }",
    ),
    "node:members": _one(Scope.MEMBERS_READ, MEMBER, selection="{ id }"),
    "node:companies": _one(Scope.COMPANIES_READ, COMPANY, selection="{ id }"),
    "node:visitors": _one(Scope.VISITORS_READ, VISITOR, selection="{ id }"),
    "node:invoices": _one(Scope.BILLING_READ, INVOICE, selection="{ id }"),
    "node:tokens": _one(Scope.AUTH_READ, TOKEN, selection="{ id }", unseen=True),
    "booking": _one(_READ, BOOKING),
    "bookings": _list(
        _READ,
        Kind.BOOKING,
        {"roomId": ROOM, **_OWNERS},
        fixed={"from": "2026-05-22T00:00:00Z", "to": "2026-12-01T00:00:00Z"},
    ),
    "availability": Row(scope=_READ, filters={"roomId": ROOM, "memberId": MEMBER}),
    "bookingQuote": _change(_READ, _SLOT, ids=_NO_QUOTE),
    "cancellationPreview": Row(scope=_READ, bodies=({"bookingId": BOOKING},)),
    "bookingSeries": _one(_READ, SERIES),
    "bookingSeriesQuote": _change(_READ, {**_SLOT, **_WEEKLY}, ids=_NO_QUOTE),
    "bookingSeriesList": _list(_READ, Kind.SERIES, {"roomId": ROOM, **_OWNERS}),
    "waitlistEntry": _one(_READ, ENTRY),
    "waitlistEntries": _list(
        _READ, Kind.ENTRY, {"roomId": ROOM, "locationId": LOCATION, **_OWNERS}
    ),
    "tokenTransactions": _list(
        Scope.BILLING_READ, Kind.TRANSACTION, {"memberId": MEMBER, "bookingId": BOOKING}
    ),
    "auditLog": _list(
        Scope.AUTH_READ, Kind.EVENT, {"actorId": TOKEN, "subjectId": BOOKING}, operators=True
    ),
    "events": _list(None, Kind.EVENT, {"subjectId": BOOKING}),
    "grantTokens": _change(
        Scope.BILLING_WRITE, {"memberId": MEMBER, "amount": 3, "roomIds": [ROOM]}, operators=True
    ),
    "adjustTokens": _change(Scope.BILLING_WRITE, {"memberId": MEMBER, "amount": 1}, operators=True),
    "ledgerVerification": Row(scope=Scope.BILLING_READ, operators=True),
    "visitor": _one(Scope.VISITORS_READ, VISITOR),
    "visitors": _list(
        Scope.VISITORS_READ,
        Kind.VISITOR,
        {"hostMemberId": MEMBER, "locationId": LOCATION, "bookingId": BOOKING},
    ),
    "createVisitor": _change(Scope.VISITORS_WRITE, _VISIT, {**_VISIT, "bookingId": BOOKING}),
    "cancelVisitor": _change(Scope.VISITORS_WRITE, {"id": VISITOR}),
    "webhook": _one(Scope.WEBHOOKS_READ, WEBHOOK, unseen=True),
    "webhooks": _list(Scope.WEBHOOKS_READ, Kind.WEBHOOK, unseen=True),
    "node:webhooks": _one(Scope.WEBHOOKS_READ, WEBHOOK, selection="{ id }", unseen=True),
    "createWebhook": _change(
        Scope.WEBHOOKS_WRITE,
        {"url": "https://hooks.example.com", "events": ["endpoint.*"]},
        operators=True,
    ),
    "updateWebhook": _change(
        Scope.WEBHOOKS_WRITE,
        {"id": WEBHOOK, "description": "x"},
        {"id": WEBHOOK, "url": "https://b.example.com"},
        operators=True,
    ),
    "deleteWebhook": _change(Scope.WEBHOOKS_WRITE, {"id": WEBHOOK}, operators=True),
    "verifyWebhook": _change(Scope.WEBHOOKS_WRITE, {"id": WEBHOOK}, operators=True),
    "testWebhook": _change(Scope.WEBHOOKS_WRITE, {"id": WEBHOOK}, operators=True),
    "replayWebhook": _change(
        Scope.WEBHOOKS_WRITE,
        {"deliveryId": DELIVERY},
        {"webhookId": WEBHOOK, "failed": True},
        {"webhookId": WEBHOOK, "since": "2026-05-22T00:00:00Z"},
        operators=True,
    ),
    "webhookDelivery": _one(Scope.WEBHOOKS_READ, DELIVERY, unseen=True),
    "webhookDeliveries": Row(
        scope=Scope.WEBHOOKS_READ,
        bodies=({"webhookId": WEBHOOK},),
        selection=_PAGE,
        unseen=True,
    ),
    "rotateWebhookSecret": _change(Scope.WEBHOOKS_WRITE, {"id": WEBHOOK}, operators=True),
    "checkInVisitor": _change(Scope.VISITORS_WRITE, {"id": VISITOR}, {"pass": PASS}),
    "invoice": _one(Scope.BILLING_READ, INVOICE),
    "invoices": _list(Scope.BILLING_READ, Kind.INVOICE, {"companyId": COMPANY}),
    "createInvoice": _change(Scope.BILLING_WRITE, {"companyId": BILLABLE}, operators=True),
    "openInvoice": _change(Scope.BILLING_WRITE, {"id": DRAFT}, operators=True),
    "chargeInvoice": _change(Scope.BILLING_WRITE, {"id": INVOICE}),
    "voidInvoice": _change(Scope.BILLING_WRITE, {"id": INVOICE}, operators=True),
    "creditInvoice": _change(Scope.BILLING_WRITE, {"id": INVOICE}, operators=True),
    "billingConnect": Row(scope=Scope.BILLING_READ, operators=True),
    "startOnboarding": _change(Scope.BILLING_WRITE, {}, operators=True),
    "workspace": Row(scope=Scope.AUTH_READ, operators=True),
    "room": _one(_READ, ROOM),
    "rooms": _list(_READ, Kind.ROOM, {"locationId": LOCATION}),
    "location": _one(_READ, LOCATION),
    "locations": _list(_READ, Kind.LOCATION),
    "member": _one(Scope.MEMBERS_READ, MEMBER),
    "members": _list(Scope.MEMBERS_READ, Kind.MEMBER, {"companyId": COMPANY}),
    "company": _one(Scope.COMPANIES_READ, COMPANY),
    "companies": _list(Scope.COMPANIES_READ, Kind.COMPANY, {"hostId": WORKSPACE}),
    # A bound key is shown no key but itself.
    "apiTokens": _list(Scope.AUTH_READ, Kind.TOKEN, unseen=True),
    "createBooking": _change(_WRITE, _SLOT, _QUOTED),
    "updateBooking": _change(
        _WRITE, {"id": BOOKING, "notes": "x"}, {"id": BOOKING, "roomId": ROOM}
    ),
    "cancelBooking": _change(_WRITE, {"id": BOOKING}),
    "createBookingSeries": _change(_WRITE, {**_SLOT, **_WEEKLY}, ids=_NO_QUOTE),
    "updateBookingSeries": _change(
        _WRITE,
        {"id": SERIES, "scope": "ALL", "notes": "x"},
        {"id": SERIES, "scope": "ALL", "roomId": ROOM},
    ),
    "cancelBookingSeries": _change(_WRITE, {"id": SERIES}),
    "retryBookingSeries": _change(_WRITE, {"id": SERIES}),
    "markBookingNoShow": _change(_WRITE, {"id": STARTED}, operators=True),
    "updateWorkspace": _change(Scope.AUTH_WRITE, {"name": "New"}, operators=True),
    "createCompany": _change(
        Scope.COMPANIES_WRITE, {"name": "New"}, {"name": "New", **_AGREED}, operators=True
    ),
    "updateCompany": _change(Scope.COMPANIES_WRITE, {"id": COMPANY, "name": "x"}),
    "updateCompany:prices": _change(
        Scope.COMPANIES_WRITE, {"id": COMPANY, **_AGREED}, operators=True
    ),
    "inviteMember": _change(
        Scope.MEMBERS_WRITE,
        _NEW_MEMBER,
        {**_NEW_MEMBER, "email": "b@example.com", "companyId": COMPANY},
        operators=True,
    ),
    "reinviteMember": _change(Scope.MEMBERS_WRITE, {"id": INVITED}, operators=True),
    "updateMember": _change(Scope.MEMBERS_WRITE, {"id": MEMBER, "name": "x"}),
    "updateMember:company": _change(
        Scope.MEMBERS_WRITE, {"id": MEMBER, "companyId": COMPANY}, operators=True
    ),
    "createRoom": _change(
        _WRITE, {"locationId": LOCATION, "name": "New", "capacity": 4}, operators=True
    ),
    "createLocation": _change(_WRITE, _NEW_LOCATION, operators=True),
    "updateLocation": _change(_WRITE, {"id": LOCATION, "name": "x"}, operators=True),
    "createBlackout": _change(
        _WRITE,
        {**_CLOSED, "place": {"roomId": ROOM}},
        {**_CLOSED, "place": {"locationId": LOCATION}},
        operators=True,
    ),
    "deleteBlackout": _change(_WRITE, {"id": BLACKOUT}, {"id": CLOSURE}, operators=True),
    "createRateCard": _change(_WRITE, {**_PRICES, "roomId": ROOM}, operators=True),
    "rateCard": _one(_READ, RATE_CARD),
    "rateCards": _list(_READ, Kind.RATE_CARD, {"roomId": ROOM}),
    "updateRoom": _change(_WRITE, {"id": ROOM, "name": "x"}, operators=True),
    "joinWaitlist": _change(_WRITE, {**_WAIT, "roomId": ROOM}, {**_WAIT, "locationId": LOCATION}),
    "acceptWaitlistOffer": _change(_WRITE, {"id": OFFERED}),
    "leaveWaitlist": _change(_WRITE, {"id": ENTRY}),
    "createApiToken": _change(
        Scope.AUTH_WRITE,
        _MINT,
        {**_MINT, "memberId": MEMBER},
        {**_MINT, "companyIds": [COMPANY]},
    ),
    "revokeApiToken": _change(Scope.AUTH_WRITE, {"id": TOKEN}),
}
