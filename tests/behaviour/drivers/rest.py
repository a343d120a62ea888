"""The caller over REST: JSON in, JSON out, with the contract's own statuses and headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import httpx

from litehq_core.domain.wall_clock import instant_text
from tests.behaviour.drivers.protocol import (
    BOOKING_NAMES,
    CHANGED_ROOM_NAMES,
    OFFER_NAMES,
    PREVIEW_NAMES,
    QUOTE_NAMES,
    ROOM_NAMES,
    WAITLIST_NAMES,
    Done,
    Fields,
    Outcome,
    Refused,
)
from tests.behaviour.keys import FULL

# contract.md, Errors, and page B, section 7.
STATUS = {
    "malformed_request": 400,
    "auth_invalid": 401,
    "insufficient_tokens": 402,
    "payment_failed": 402,
    "auth_scope_insufficient": 403,
    "booking_not_found": 404,
    "not_found": 404,
    "method_not_allowed": 405,
    "slot_unavailable": 409,
    "idempotency_conflict": 409,
    "idempotency_in_progress": 409,
    "invalid_transition": 409,
    "edit_window_closed": 409,
    "already_exists": 409,
    "quote_expired": 409,
    "cursor_expired": 410,
    "version_conflict": 412,
    "stripe_unconfigured": 412,
    "validation_failed": 422,
    "slot_misaligned": 422,
    "booking_rule_violated": 422,
    "internal_error": 500,
    "service_unavailable": 503,
}

# What a booking says twice, in the words of the other dialect.
_ALIASES = {"object", "resource_id", "start", "duration_minutes"}


class RestDriver:
    """Speaks HTTP to ``/v1``."""

    name: ClassVar[str] = "rest"

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def create(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/bookings``."""
        return await self._booking("POST", "", wish, key=key, once=once, status=201)

    async def quote(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/bookings/quote``."""
        outcome = await self._send("POST", "/bookings/quote", key, body=wish, once=once)
        return _kept(outcome, QUOTE_NAMES)

    async def edit(
        self,
        booking_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``PATCH /v1/bookings/{id}``."""
        path = f"/{booking_id}"
        return await self._booking("PATCH", path, changes, key=key, version=version, once=once)

    async def cancel(
        self,
        booking_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``POST /v1/bookings/{id}/cancel``; the body is optional."""
        path = f"/{booking_id}/cancel"
        return await self._booking("POST", path, wish, key=key, version=version, once=once)

    async def preview_cancellation(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/bookings/{id}/cancellation-preview``."""
        outcome = await self._send("GET", f"/bookings/{booking_id}/cancellation-preview", key)
        return _kept(outcome, PREVIEW_NAMES)

    async def mark_no_show(
        self,
        booking_id: str,
        no_show: bool = True,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """``PATCH /v1/bookings/{id}`` with ``no_show`` alone."""
        body = {"no_show": no_show}
        return await self._booking("PATCH", f"/{booking_id}", body, key=key, version=version)

    async def change_room(
        self,
        room_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``PATCH /v1/rooms/{id}``."""
        outcome = await self._send(
            "PATCH", f"/rooms/{room_id}", key, body=changes, version=version, once=once
        )
        return _kept(outcome, CHANGED_ROOM_NAMES)

    async def get(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/bookings/{id}``."""
        return await self._booking("GET", f"/{booking_id}", key=key)

    async def bookings(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/bookings``."""
        outcome = await self._send("GET", "/bookings", key, query=filters)
        if isinstance(outcome, Refused):
            return outcome
        assert set(outcome.body) == {"data", "next_cursor"}
        return Done(body={**outcome.body, "data": [_normal(b) for b in outcome.body["data"]]})

    async def availability(self, query: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/availability``."""
        outcome = await self._send("GET", "/availability", key, query=query)
        if isinstance(outcome, Refused):
            return outcome
        rooms = [{name: room[name] for name in ROOM_NAMES} for room in outcome.body["data"]]
        return Done(body={"data": rooms})

    async def join(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/waitlist``."""
        return await self._entry("POST", "", wish, key=key, once=once, status=201)

    async def accept(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``POST /v1/waitlist/{id}/accept``, without a body."""
        path = f"/waitlist/{entry_id}/accept"
        outcome = await self._send("POST", path, key, version=version, once=once, status=201)
        if isinstance(outcome, Refused):
            return outcome
        return Done(body=_normal(outcome.body), replayed=outcome.replayed)

    async def leave(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``DELETE /v1/waitlist/{id}``."""
        return await self._entry("DELETE", f"/{entry_id}", key=key, version=version, once=once)

    async def entry(self, entry_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/waitlist/{id}``."""
        return await self._entry("GET", f"/{entry_id}", key=key)

    async def waitlist(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/waitlist``."""
        outcome = await self._send("GET", "/waitlist", key, query=filters)
        if isinstance(outcome, Refused):
            return outcome
        assert set(outcome.body) == {"data", "next_cursor"}
        return Done(body={**outcome.body, "data": [_normal_entry(e) for e in outcome.body["data"]]})

    async def malformed(self) -> Outcome:
        """``POST /v1/bookings`` with a body that is not JSON."""
        headers = {"Authorization": f"Bearer {FULL}", "Content-Type": "application/json"}
        response = await self._client.post("/v1/bookings", content=b'{"room', headers=headers)
        return _outcome(response, 201)

    async def delete(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """``DELETE /v1/bookings/{id}``."""
        return await self._booking("DELETE", f"/{booking_id}", key=key)

    async def _booking(
        self,
        method: str,
        path: str,
        body: Fields | None = None,
        *,
        key: str | None,
        version: int | None = None,
        once: str | None = None,
        status: int = 200,
    ) -> Outcome:
        outcome = await self._send(
            method, f"/bookings{path}", key, body=body, version=version, once=once, status=status
        )
        if isinstance(outcome, Refused):
            return outcome
        return Done(body=_normal(outcome.body), replayed=outcome.replayed)

    async def _entry(
        self,
        method: str,
        path: str,
        body: Fields | None = None,
        *,
        key: str | None,
        version: int | None = None,
        once: str | None = None,
        status: int = 200,
    ) -> Outcome:
        outcome = await self._send(
            method, f"/waitlist{path}", key, body=body, version=version, once=once, status=status
        )
        if isinstance(outcome, Refused):
            return outcome
        return Done(body=_normal_entry(outcome.body), replayed=outcome.replayed)

    async def _send(
        self,
        method: str,
        path: str,
        key: str | None,
        *,
        body: Fields | None = None,
        query: Fields | None = None,
        version: int | None = None,
        once: str | None = None,
        status: int = 200,
    ) -> Outcome:
        headers = {
            "Authorization": None if key is None else f"Bearer {key}",
            "Content-Type": None if body is None else "application/json",
            "If-Match": None if version is None else f'"{version}"',
            "Idempotency-Key": once,
        }
        response = await self._client.request(
            method,
            f"/v1{path}",
            content=None if body is None else json.dumps(_plain(body)),
            params=None if query is None else _plain(query),
            headers={name: value for name, value in headers.items() if value is not None},
        )
        return _outcome(response, status)


def _outcome(response: httpx.Response, status: int) -> Outcome:
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    replayed = response.headers.get("idempotent-replayed") == "true"
    if "error" not in body:
        assert response.status_code == status
        if body.get("object") in ("booking", "room", "waitlist_entry", "company", "member"):
            assert response.headers["etag"] == f'"{body["version"]}"'
        return Done(body=body, replayed=replayed)
    error = body.pop("error")
    assert body == {}
    assert response.status_code == STATUS[error["code"]], error
    assert error.pop("request_id")
    frame = ("code", "message", "docs_url")
    assert all(error[name] for name in frame)
    details = {name: value for name, value in error.items() if name not in frame}
    return Refused(code=error["code"], details=details, shown=error, replayed=replayed)


def _plain(value: Any) -> Any:
    """JSON values, with instants as the contract writes them."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return instant_text(value) if isinstance(value, datetime) else value


def _kept(outcome: Outcome, names: tuple[str, ...]) -> Outcome:
    if isinstance(outcome, Refused):
        return outcome
    body = {name: outcome.body[name] for name in names}
    return Done(body=body, replayed=outcome.replayed)


def _normal(body: dict[str, Any]) -> dict[str, Any]:
    """A booking without what it says twice. Contract: "Nothing is ever missing"."""
    assert set(body) == {*BOOKING_NAMES, *_ALIASES}
    assert body["object"] == "booking"
    assert body["resource_id"] == body["room"]["id"]
    assert body["start"] == body["start_at"]
    start, end = (datetime.fromisoformat(body[name]) for name in ("start_at", "end_at"))
    assert body["duration_minutes"] * 60 == (end - start).total_seconds()
    return {name: body[name] for name in BOOKING_NAMES}


def _normal_entry(body: dict[str, Any]) -> dict[str, Any]:
    """A waitlist entry without what it says twice. Contract: "Nothing is ever missing"."""
    assert set(body) == {*WAITLIST_NAMES, "object", "resource_id"}
    assert body["object"] == "waitlist_entry"
    assert body["resource_id"] == body["room_id"]
    offer = body["offer"]
    if offer is not None:
        assert offer.pop("resource_id") == offer["room_id"]
        assert set(offer) == set(OFFER_NAMES)
    return {name: body[name] for name in WAITLIST_NAMES}
