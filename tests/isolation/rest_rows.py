"""The operations of ``/v1``: a row for each, by its ``operationId``.

``name:words`` is one more row of an operation, where a single one cannot tell all.
"""

from __future__ import annotations

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
    Kind,
    Row,
)

_A: dict[str, Any] = {
    "resource_id": ROOM,
    "start": "2026-06-10T09:00:00Z",
    "duration_minutes": 60,
    "booked_by": MEMBER,
}
_B: dict[str, Any] = {
    "room_id": ROOM,
    "start_at": "2026-06-10T11:00:00Z",
    "end_at": "2026-06-10T12:00:00Z",
    "booked_by": {"member_id": MEMBER},
}
# The slot that quotes in ``things.py`` are of.
_QUOTED: dict[str, Any] = {
    **_B,
    "start_at": "2026-06-10T13:00:00Z",
    "end_at": "2026-06-10T14:00:00Z",
}
_WEEKLY = {"rule": "FREQ=WEEKLY;COUNT=2"}
_WAIT: dict[str, Any] = {
    "from": "2026-06-11T09:00:00Z",
    "to": "2026-06-11T17:00:00Z",
    "duration_minutes": 60,
    "booked_by": MEMBER,
}
_OWNERS = {"member_id": MEMBER, "company_id": COMPANY}
_ROOMS = {"room_id": ROOM, "resource_id": ROOM}
_MINT: dict[str, Any] = {
    "name": "CI",
    "scopes": ["auth:write"],
    "expires_at": "2026-06-01T00:00:00Z",
}
_AGREED = {"pricing_overrides": [{"room_id": ROOM, "discount_percent": 10}]}
_NEW_MEMBER = {"email": "a@example.com", "name": "New", "tier": "resident"}
_HOURS = {"weekly": [[["07:00", "22:00"]]] * 7}
_NEW_LOCATION = {
    "name": "New",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "opening_hours": _HOURS,
}
_CLOSED = {"start_at": "2028-01-01T00:00:00Z", "end_at": "2028-01-02T00:00:00Z"}
_PRICES = {
    "hourly_minor": 4000,
    "tokens_per_hour": 2,
    "billing_modes": ["card", "tokens", "invoice"],
    "cancellation": {"name": "none", "steps": []},
}
_VISIT: dict[str, Any] = {
    "name": "Grace",
    "host_member_id": MEMBER,
    "location_id": LOCATION,
    "expected_at": "2026-06-10T11:00:00Z",
}
# A scope of its own is enough to be told of endpoints.
_HOOK: dict[str, Any] = {"url": "https://hooks.example.com", "events": ["endpoint.*"]}

ROWS: dict[str, Row] = {
    "bookings.list": Row(
        scope=Scope.CALENDAR_READ,
        fixed={"from": "2026-05-22T00:00:00Z", "to": "2026-12-01T00:00:00Z"},
        filters={**_ROOMS, **_OWNERS},
        lists=Kind.BOOKING,
    ),
    "bookings.create": Row(
        scope=Scope.CALENDAR_WRITE, bodies=(_A, _B, {**_QUOTED, "quote_id": QUOTE})
    ),
    "bookings.get": Row(scope=Scope.CALENDAR_READ, path={"booking_id": BOOKING}),
    "bookings.update": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"booking_id": BOOKING},
        bodies=({"notes": "x"}, {"room_id": ROOM}, {"resource_id": ROOM}),
    ),
    "bookings.update:no_show": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"booking_id": STARTED},
        bodies=({"no_show": True},),
        operators=True,
    ),
    "bookings.cancel": Row(scope=Scope.CALENDAR_WRITE, path={"booking_id": BOOKING}),
    "bookings.delete": Row(scope=Scope.CALENDAR_WRITE, path={"booking_id": BOOKING}),
    "bookings.cancellation_preview": Row(scope=Scope.CALENDAR_READ, path={"booking_id": BOOKING}),
    "bookings.quote": Row(scope=Scope.CALENDAR_READ, bodies=(_A, _B), ids=frozenset({"quote_id"})),
    "series.list": Row(scope=Scope.CALENDAR_READ, filters={**_ROOMS, **_OWNERS}, lists=Kind.SERIES),
    "series.create": Row(
        scope=Scope.CALENDAR_WRITE,
        bodies=({**_A, **_WEEKLY}, {**_B, **_WEEKLY}),
        ids=frozenset({"quote_id"}),
    ),
    "series.quote": Row(
        scope=Scope.CALENDAR_READ,
        bodies=({**_A, **_WEEKLY}, {**_B, **_WEEKLY}),
        ids=frozenset({"quote_id"}),
    ),
    "series.get": Row(scope=Scope.CALENDAR_READ, path={"series_id": SERIES}),
    "series.update": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"series_id": SERIES},
        bodies=(
            {"scope": "all", "notes": "x"},
            {"scope": "all", "room_id": ROOM},
            {"scope": "all", "resource_id": ROOM},
        ),
    ),
    "series.cancel": Row(scope=Scope.CALENDAR_WRITE, path={"series_id": SERIES}),
    "series.retry": Row(scope=Scope.CALENDAR_WRITE, path={"series_id": SERIES}),
    "waitlist.create": Row(
        scope=Scope.CALENDAR_WRITE,
        bodies=(
            {**_WAIT, "room_id": ROOM},
            {**_WAIT, "resource_id": ROOM, "booked_by": {"member_id": MEMBER}},
            {**_WAIT, "location_id": LOCATION},
        ),
    ),
    "waitlist.list": Row(
        scope=Scope.CALENDAR_READ,
        filters={**_ROOMS, **_OWNERS, "location_id": LOCATION},
        lists=Kind.ENTRY,
    ),
    "waitlist.get": Row(scope=Scope.CALENDAR_READ, path={"entry_id": ENTRY}),
    "waitlist.accept": Row(scope=Scope.CALENDAR_WRITE, path={"entry_id": OFFERED}),
    "waitlist.delete": Row(scope=Scope.CALENDAR_WRITE, path={"entry_id": ENTRY}),
    "availability.list": Row(scope=Scope.CALENDAR_READ, filters={**_ROOMS, "member_id": MEMBER}),
    "rooms.list": Row(
        scope=Scope.CALENDAR_READ, filters={"location_id": LOCATION}, lists=Kind.ROOM
    ),
    "rooms.get": Row(scope=Scope.CALENDAR_READ, path={"room_id": ROOM}),
    "rooms.update": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"room_id": ROOM},
        bodies=({"name": "x"},),
        operators=True,
    ),
    "locations.list": Row(scope=Scope.CALENDAR_READ, lists=Kind.LOCATION),
    "locations.get": Row(scope=Scope.CALENDAR_READ, path={"location_id": LOCATION}),
    "companies.list": Row(
        scope=Scope.COMPANIES_READ, filters={"host_id": WORKSPACE}, lists=Kind.COMPANY
    ),
    "companies.create": Row(
        scope=Scope.COMPANIES_WRITE,
        bodies=({"name": "New"}, {"name": "New", **_AGREED}),
        operators=True,
    ),
    "companies.get": Row(scope=Scope.COMPANIES_READ, path={"company_id": COMPANY}),
    "companies.update": Row(
        scope=Scope.COMPANIES_WRITE, path={"company_id": COMPANY}, bodies=({"name": "x"},)
    ),
    "companies.update:prices": Row(
        scope=Scope.COMPANIES_WRITE,
        path={"company_id": COMPANY},
        bodies=(_AGREED,),
        operators=True,
    ),
    "members.list": Row(
        scope=Scope.MEMBERS_READ, filters={"company_id": COMPANY}, lists=Kind.MEMBER
    ),
    "members.create": Row(
        scope=Scope.MEMBERS_WRITE,
        bodies=(_NEW_MEMBER, {**_NEW_MEMBER, "email": "b@example.com", "company_id": COMPANY}),
        operators=True,
    ),
    "members.get": Row(scope=Scope.MEMBERS_READ, path={"member_id": MEMBER}),
    "members.update": Row(
        scope=Scope.MEMBERS_WRITE, path={"member_id": MEMBER}, bodies=({"name": "x"},)
    ),
    "members.update:company": Row(
        scope=Scope.MEMBERS_WRITE,
        path={"member_id": MEMBER},
        bodies=({"company_id": COMPANY},),
        operators=True,
    ),
    "members.invite": Row(scope=Scope.MEMBERS_WRITE, path={"member_id": INVITED}, operators=True),
    "tokens.transactions.list": Row(
        scope=Scope.BILLING_READ,
        filters={"member_id": MEMBER, "booking_id": BOOKING},
        lists=Kind.TRANSACTION,
    ),
    "tokens.transactions.create": Row(
        scope=Scope.BILLING_WRITE,
        bodies=(
            {"member_id": MEMBER, "amount": 3, "room_ids": [ROOM]},
            {"member_id": MEMBER, "amount": -1},
        ),
        operators=True,
    ),
    "audit.list": Row(
        scope=Scope.AUTH_READ,
        filters={"actor_id": TOKEN, "subject_id": BOOKING},
        lists=Kind.EVENT,
        operators=True,
    ),
    # Either of two scopes will do, and it has no pages: tests/rest/test_calendar_feed.py.
    "events.list": Row(scope=None, filters={"subject_id": BOOKING}, lists=Kind.EVENT),
    # It has no pages, and shows just what the list does: tests/rest/test_event_stream.py.
    "events.stream": Row(scope=None, ids=frozenset({"subject_id"})),
    "calendar.get": Row(scope=None, ids=frozenset({*_ROOMS, "member_id", "location_id"})),
    "rooms.create": Row(
        scope=Scope.CALENDAR_WRITE,
        bodies=({"location_id": LOCATION, "name": "New", "capacity": 4},),
        operators=True,
    ),
    "locations.create": Row(scope=Scope.CALENDAR_WRITE, bodies=(_NEW_LOCATION,), operators=True),
    "locations.update": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"location_id": LOCATION},
        bodies=({"name": "x"},),
        operators=True,
    ),
    "rooms.blackouts.list": Row(scope=Scope.CALENDAR_READ, path={"room_id": ROOM}),
    "rooms.blackouts.create": Row(
        scope=Scope.CALENDAR_WRITE, path={"room_id": ROOM}, bodies=(_CLOSED,), operators=True
    ),
    "rooms.blackouts.delete": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"room_id": ROOM, "blackout_id": BLACKOUT},
        operators=True,
    ),
    "locations.blackouts.list": Row(scope=Scope.CALENDAR_READ, path={"location_id": LOCATION}),
    "locations.blackouts.create": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"location_id": LOCATION},
        bodies=(_CLOSED,),
        operators=True,
    ),
    "locations.blackouts.delete": Row(
        scope=Scope.CALENDAR_WRITE,
        path={"location_id": LOCATION, "blackout_id": CLOSURE},
        operators=True,
    ),
    "rate_cards.list": Row(scope=Scope.CALENDAR_READ, filters=_ROOMS, lists=Kind.RATE_CARD),
    "rate_cards.create": Row(
        scope=Scope.CALENDAR_WRITE,
        bodies=({**_PRICES, "room_id": ROOM}, {**_PRICES, "resource_id": ROOM}),
        operators=True,
    ),
    "rate_cards.get": Row(scope=Scope.CALENDAR_READ, path={"rate_card_id": RATE_CARD}),
    "visitors.list": Row(
        scope=Scope.VISITORS_READ,
        filters={"host_member_id": MEMBER, "location_id": LOCATION, "booking_id": BOOKING},
        lists=Kind.VISITOR,
    ),
    "visitors.create": Row(
        scope=Scope.VISITORS_WRITE, bodies=(_VISIT, {**_VISIT, "booking_id": BOOKING})
    ),
    "visitors.get": Row(scope=Scope.VISITORS_READ, path={"visitor_id": VISITOR}),
    "visitors.delete": Row(scope=Scope.VISITORS_WRITE, path={"visitor_id": VISITOR}),
    "visitors.check_in": Row(scope=Scope.VISITORS_WRITE, path={"visitor_id": VISITOR}),
    "visitors.scan": Row(scope=Scope.VISITORS_WRITE, bodies=({"pass": PASS},)),
    "visitors.pass_svg": Row(scope=Scope.VISITORS_READ, path={"visitor_id": VISITOR}),
    "visitors.pass_png": Row(scope=Scope.VISITORS_READ, path={"visitor_id": VISITOR}),
    "invoices.list": Row(
        scope=Scope.BILLING_READ, filters={"company_id": COMPANY}, lists=Kind.INVOICE
    ),
    "invoices.create": Row(
        scope=Scope.BILLING_WRITE, bodies=({"company_id": BILLABLE},), operators=True
    ),
    "invoices.get": Row(scope=Scope.BILLING_READ, path={"invoice_id": INVOICE}),
    "invoices.pdf": Row(scope=Scope.BILLING_READ, path={"invoice_id": INVOICE}),
    "invoices.open": Row(scope=Scope.BILLING_WRITE, path={"invoice_id": DRAFT}, operators=True),
    "invoices.charge": Row(scope=Scope.BILLING_WRITE, path={"invoice_id": INVOICE}),
    "invoices.void": Row(scope=Scope.BILLING_WRITE, path={"invoice_id": INVOICE}, operators=True),
    "invoices.credit": Row(scope=Scope.BILLING_WRITE, path={"invoice_id": INVOICE}, operators=True),
    "webhooks.list": Row(scope=Scope.WEBHOOKS_READ, lists=Kind.WEBHOOK, unseen=True),
    "webhooks.create": Row(scope=Scope.WEBHOOKS_WRITE, bodies=(_HOOK,), operators=True),
    "webhooks.get": Row(scope=Scope.WEBHOOKS_READ, path={"webhook_id": WEBHOOK}, unseen=True),
    "webhooks.update": Row(
        scope=Scope.WEBHOOKS_WRITE,
        path={"webhook_id": WEBHOOK},
        bodies=({"description": "x"}, {"url": "https://b.example.com"}),
        operators=True,
    ),
    "webhooks.delete": Row(
        scope=Scope.WEBHOOKS_WRITE, path={"webhook_id": WEBHOOK}, operators=True
    ),
    "webhooks.verify": Row(
        scope=Scope.WEBHOOKS_WRITE, path={"webhook_id": WEBHOOK}, operators=True
    ),
    "webhooks.deliveries": Row(
        scope=Scope.WEBHOOKS_READ, path={"webhook_id": WEBHOOK}, unseen=True
    ),
    "webhooks.test": Row(scope=Scope.WEBHOOKS_WRITE, path={"webhook_id": WEBHOOK}, operators=True),
    "webhooks.replay": Row(
        scope=Scope.WEBHOOKS_WRITE,
        path={"webhook_id": WEBHOOK},
        bodies=({"failed": True}, {"since": "2026-05-22T00:00:00Z"}),
        operators=True,
        # A delivery of that very endpoint: tests/behaviour/test_webhook_replays.py.
        ids=frozenset({"delivery_id"}),
    ),
    "webhooks.replay:delivery": Row(
        scope=Scope.WEBHOOKS_WRITE, path={"webhook_id": DELIVERY}, operators=True
    ),
    "webhooks.rotate_secret": Row(
        scope=Scope.WEBHOOKS_WRITE, path={"webhook_id": WEBHOOK}, operators=True
    ),
    "billing.connect.get": Row(scope=Scope.BILLING_READ, operators=True),
    "billing.connect.start": Row(scope=Scope.BILLING_WRITE, operators=True),
    "workspace.get": Row(scope=Scope.AUTH_READ, operators=True),
    "workspace.update": Row(scope=Scope.AUTH_WRITE, bodies=({"name": "New"},), operators=True),
    "auth.tokens.create": Row(
        scope=Scope.AUTH_WRITE,
        bodies=(_MINT, {**_MINT, "member_id": MEMBER}, {**_MINT, "company_ids": [COMPANY]}),
    ),
    # A bound key is shown no key but itself.
    "auth.tokens.list": Row(scope=Scope.AUTH_READ, lists=Kind.TOKEN, unseen=True),
    "auth.tokens.delete": Row(scope=Scope.AUTH_WRITE, path={"token_id": TOKEN}),
}
