"""The three callers, for series: what each of them is for bookings, and six calls more.

A series looks the same through all of them; what it says twice is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.query import Paging
from litehq_core.domain.recurrence import Recurrence
from litehq_core.domain.recurrence_text import parse_rule, rule_text
from litehq_core.domain.series import BookedSeries, OnConflict, SeriesScope
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.domain.series_editing import CancelSeries, EditSeries, RetrySeries
from litehq_core.domain.series_view import SERIES_RECORD, quoted_series, shown_series
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.series.cancel_series import cancel_series
from litehq_core.use_cases.series.create_series import create_series
from litehq_core.use_cases.series.list_series import ListSeries, list_series
from litehq_core.use_cases.series.quote_series import quote_series
from litehq_core.use_cases.series.retry_series import retry_series
from litehq_core.use_cases.series.update_series import update_series
from tests.behaviour.drivers import series_documents as documents
from tests.behaviour.drivers.graphql import GraphQLDriver, target
from tests.behaviour.drivers.graphql_words import contract_of, input_of, refusal_of, variables_of
from tests.behaviour.drivers.protocol import Done, Driver, Fields, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver, once_of
from tests.behaviour.drivers.python_words import create_command
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.keys import FULL

SERIES_NAMES = (
    *("id", "status", "version", "room", "rule", "start_at", "duration_minutes", "timezone"),
    *("booked_by", "company_id", "attendees", "notes", "metadata", "billing_mode", "on_conflict"),
    *("price", "tokens_charged", "checkout_url", "expires_at", "occurrences"),
    *("created_at", "updated_at", "cancelled_at"),
)
QUOTE_NAMES = ("valid", "billing_mode", "price", "tokens_charged", "occurrences")


class SeriesDriver(Driver, Protocol):
    """A caller who books series as well."""

    async def create_series(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Book a series: a wish for a booking with ``rule`` and ``on_conflict``."""

    async def quote_series(self, wish: Fields, *, key: str | None = FULL) -> Outcome:
        """What a series would come to."""

    async def edit_series(
        self,
        series_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change some occurrences."""

    async def cancel_series(
        self,
        series_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Cancel some occurrences."""

    async def retry_series(
        self,
        series_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Try the skipped dates again."""

    async def get_series(self, series_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one series."""

    async def all_series(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of series."""


class PythonSeriesDriver(PythonDriver):
    """Calls the use cases."""

    async def create_series(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_series``."""
        ports, envelope = self._ports, once_of("series", once, _shown)
        return await self._call(
            key, lambda actor: create_series(ports, actor, _command(wish), envelope), _shown
        )

    async def quote_series(self, wish: Fields, *, key: str | None = FULL) -> Outcome:
        """``quote_series``."""

        def show(booked: BookedSeries) -> dict[str, Any]:
            record = quoted_series(booked)
            price = {
                "currency": record["currency"],
                "amount_minor": record["amount_minor"],
                "lines": record["price_lines"],
            }
            return {name: {**record, "price": price}[name] for name in QUOTE_NAMES}

        return await self._call(
            key, lambda actor: quote_series(self._ports, actor, _command(wish)), show
        )

    async def edit_series(
        self,
        series_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``update_series``."""
        fields = {"room_id" if n == "resource_id" else n: v for n, v in changes.items()}
        fields["scope"] = SeriesScope(fields["scope"])
        if "on_conflict" in fields:
            fields["on_conflict"] = OnConflict(fields["on_conflict"])
        command = EditSeries(series_id=series_id, expected_version=version, **fields)
        envelope = once_of("edit_series", once, _shown)
        return await self._call(
            key, lambda actor: update_series(self._ports, actor, command, envelope), _shown
        )

    async def cancel_series(
        self,
        series_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``cancel_series``."""
        fields = dict(wish or {})
        for name, kind in (("scope", SeriesScope), ("refund_policy", RefundPolicy)):
            if name in fields:
                fields[name] = kind(fields[name])
        command = CancelSeries(series_id=series_id, expected_version=version, **fields)
        envelope = once_of("cancel_series", once, _shown)
        return await self._call(
            key, lambda actor: cancel_series(self._ports, actor, command, envelope), _shown
        )

    async def retry_series(
        self,
        series_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``retry_series``."""
        command = RetrySeries(series_id=series_id, expected_version=version)
        envelope = once_of("retry_series", once, _shown)
        return await self._call(
            key, lambda actor: retry_series(self._ports, actor, command, envelope), _shown
        )

    async def get_series(self, series_id: str, *, key: str | None = FULL) -> Outcome:
        """``get_record``."""
        return await self._call(
            key,
            lambda actor: get_record(self._ports, actor, Noun.SERIES, series_id, SERIES_RECORD),
            shown_series_record,
        )

    async def all_series(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_series``."""
        named = dict(filters or {})
        paging = {n: named.pop(n) for n in ("limit", "cursor") if n in named}

        async def call(actor: Actor) -> dict[str, Any]:
            query = ListSeries(paging=Paging(**paging), **named)
            page = await list_series(self._ports, actor, query)
            data = [shown_series_record(record) for record in page.records]
            return {"data": data, "next_cursor": page.next_cursor}

        return await self._call(key, call, dict)


class RestSeriesDriver(RestDriver):
    """Speaks HTTP to ``/v1/bookings/series``."""

    async def create_series(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/bookings/series``."""
        path = "/bookings/series"
        return _plain(await self._send("POST", path, key, body=wish, once=once, status=201))

    async def quote_series(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/bookings/series/quote``."""
        found = await self._send("POST", "/bookings/series/quote", key, body=wish, once=once)
        if isinstance(found, Refused):
            return found
        body = {name: found.body[name] for name in QUOTE_NAMES}
        return Done(body=body, replayed=found.replayed)

    async def edit_series(
        self,
        series_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``PATCH /v1/bookings/series/{id}``."""
        path = f"/bookings/series/{series_id}"
        return _plain(
            await self._send("PATCH", path, key, body=changes, version=version, once=once)
        )

    async def cancel_series(
        self,
        series_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``POST /v1/bookings/series/{id}/cancel``; the body is optional."""
        path = f"/bookings/series/{series_id}/cancel"
        return _plain(await self._send("POST", path, key, body=wish, version=version, once=once))

    async def retry_series(
        self,
        series_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``POST /v1/bookings/series/{id}/retry``."""
        path = f"/bookings/series/{series_id}/retry"
        return _plain(await self._send("POST", path, key, version=version, once=once))

    async def get_series(self, series_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/bookings/series/{id}``."""
        return _plain(await self._send("GET", f"/bookings/series/{series_id}", key))

    async def all_series(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/bookings/series``."""
        outcome = await self._send("GET", "/bookings/series", key, query=filters)
        if isinstance(outcome, Refused):
            return outcome
        data = [_without_aliases(series) for series in outcome.body["data"]]
        return Done(body={**outcome.body, "data": data})


class GraphQLSeriesDriver(GraphQLDriver):
    """Speaks GraphQL about series."""

    async def create_series(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createBookingSeries``."""
        return await self._change(documents.CREATE, input_of(wish), key, once)

    async def quote_series(self, wish: Fields, *, key: str | None = FULL) -> Outcome:
        """``bookingSeriesQuote``."""
        found = await self._send(documents.QUOTE, {"input": input_of(wish)}, key)
        return found if isinstance(found, Refused) else Done(body=contract_of(found.body))

    async def edit_series(
        self,
        series_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``updateBookingSeries``."""
        wanted = {**variables_of(changes), **target(series_id, version)}
        return await self._change(documents.UPDATE, wanted, key, once)

    async def cancel_series(
        self,
        series_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``cancelBookingSeries``."""
        wanted = {**variables_of(wish or {}), **target(series_id, version)}
        return await self._change(documents.CANCEL, wanted, key, once)

    async def retry_series(
        self,
        series_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``retryBookingSeries``."""
        return await self._change(documents.RETRY, target(series_id, version), key, once)

    async def get_series(self, series_id: str, *, key: str | None = FULL) -> Outcome:
        """``bookingSeries(id)``; null says that there is none."""
        found = await self._send(documents.ONE, {"id": series_id}, key)
        if isinstance(found, Refused):
            return found
        return Done(body=_of(found.body)) if found.body else Refused(code="not_found")

    async def all_series(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``bookingSeriesList``."""
        names = {"limit": "first", "cursor": "after"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        found = await self._send(documents.LIST, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        page = found.body["pageInfo"]
        cursor = page["endCursor"] if page["hasNextPage"] else None
        return Done(body={"data": [_of(n) for n in found.body["nodes"]], "next_cursor": cursor})

    async def _change(
        self, document: str, wanted: Mapping[str, Any], key: str | None, once: str | None
    ) -> Outcome:
        found = await self._send(document, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            refused = refusal_of(found.body, replayed=found.replayed)
            occurrences = refused.shown["occurrences"]
            if occurrences:
                refused.details["occurrences"] = occurrences
            return refused
        return Done(body=_of(found.body["series"]), replayed=found.replayed)


_SERIES_ALONE = {"rule", "on_conflict"}


def _command(wish: Fields) -> CreateSeries:
    """The command; called late, for a rule that cannot be read is refused like any field."""
    return CreateSeries(
        first=create_command({k: v for k, v in wish.items() if k not in _SERIES_ALONE}),
        recurrence=parse_rule(wish["rule"]),
        on_conflict=OnConflict(wish.get("on_conflict", "fail")),
    )


def _shown(booked: BookedSeries) -> dict[str, Any]:
    return shown_series_record(shown_series(booked))


def shown_series_record(record: Record) -> dict[str, Any]:
    """A series in the contract's names, as every caller is shown it."""
    rule = {"rrule": rule_text(Recurrence.from_json(record["rule"])), **record["rule"]}
    made = {
        **record,
        "room": {"id": record["room_id"], "name": record["room.name"]},
        "timezone": record["room.timezone"],
        "rule": rule,
        "booked_by": {"member_id": record["member_id"]}
        if record["member_id"]
        else {"guest": {"email": record["guest_email"], "name": record["guest_name"]}},
        "price": {
            "currency": record["currency"],
            "amount_minor": record["amount_minor"],
            "lines": record["price_lines"],
        },
    }
    shown = {name: made[name] for name in SERIES_NAMES}
    return {n: instant_text(v) if isinstance(v, datetime) else v for n, v in shown.items()}


def _plain(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Refused):
        return outcome
    return Done(body=_without_aliases(outcome.body), replayed=outcome.replayed)


def _without_aliases(body: dict[str, Any]) -> dict[str, Any]:
    assert set(body) == {*SERIES_NAMES, "object", "resource_id", "start"}
    assert body["object"] == "booking_series"
    assert body["resource_id"] == body["room"]["id"]
    assert body["start"] == body["start_at"]
    return {name: body[name] for name in SERIES_NAMES}


def _of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A series of GraphQL's in the contract's names."""
    series = contract_of(answer)
    member_id, booker = series.pop("member_id"), series["booked_by"]
    if member_id is None:
        assert booker.pop("__typename") == "Guest"
        series["booked_by"] = {"guest": booker}
    else:
        assert booker in (None, {"__typename": "Member", "id": member_id})
        series["booked_by"] = {"member_id": member_id}
    for occurrence in series["occurrences"]:
        booking = occurrence.pop("booking")
        if occurrence["booking_id"] is None:
            assert booking is None
        else:
            assert booking == {"id": occurrence["booking_id"], "series": {"id": series["id"]}}
    return {name: series[name] for name in SERIES_NAMES}
