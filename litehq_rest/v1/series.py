"""``/v1/bookings/series``: list, create, quote, get, update, cancel, retry."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.recurrence import Recurrence
from litehq_core.domain.recurrence_text import rule_text
from litehq_core.domain.series import BookedSeries
from litehq_core.domain.series_editing import RetrySeries
from litehq_core.domain.series_view import SERIES_RECORD, quoted_series, shown_series
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.series.cancel_series import cancel_series
from litehq_core.use_cases.series.create_series import create_series
from litehq_core.use_cases.series.list_series import ListSeries, list_series
from litehq_core.use_cases.series.quote_series import quote_series
from litehq_core.use_cases.series.retry_series import retry_series
from litehq_core.use_cases.series.update_series import update_series
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.etags import expected_version
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.series_bodies import (
    SeriesCancel,
    SeriesCreate,
    SeriesEdit,
    SeriesRetry,
    cancel_series_command,
    create_series_command,
    edit_series_command,
)
from litehq_rest.times import instant_or_null
from litehq_rest.v1.bookings import booked_by

_FILTERS = ("room_id", "resource_id", "member_id", "company_id", "limit", "cursor")


def series_json(record: Record) -> dict[str, Any]:
    """A series as shown, from a ``SERIES_RECORD``."""
    return {
        "id": record["id"],
        "object": "booking_series",
        "status": record["status"],
        "version": record["version"],
        "room": {"id": record["room_id"], "name": record["room.name"]},
        "resource_id": record["room_id"],
        "rule": {"rrule": rule_text(Recurrence.from_json(record["rule"])), **record["rule"]},
        "start_at": instant_text(record["start_at"]),
        "start": instant_text(record["start_at"]),
        "duration_minutes": record["duration_minutes"],
        "timezone": record["room.timezone"],
        "booked_by": booked_by(record),
        "company_id": record["company_id"],
        "attendees": record["attendees"],
        "notes": record["notes"],
        "metadata": record["metadata"],
        "billing_mode": record["billing_mode"],
        "on_conflict": record["on_conflict"],
        "price": {
            "currency": record["currency"],
            "amount_minor": record["amount_minor"],
            "lines": record["price_lines"],
        },
        "tokens_charged": record["tokens_charged"],
        "checkout_url": record["checkout_url"],
        "expires_at": instant_or_null(record["expires_at"]),
        "occurrences": record["occurrences"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
        "cancelled_at": instant_or_null(record["cancelled_at"]),
    }


def series_quote_answer(booked: BookedSeries) -> Answer:
    """What a series would come to, as an answer."""
    return json_answer(series_quote_json(quoted_series(booked)))


def series_quote_json(record: Record) -> dict[str, Any]:
    """What a series would come to, as shown."""
    return {
        "object": "series_quote",
        "valid": record["valid"],
        "room": {"id": record["room_id"], "name": record["room.name"]},
        "resource_id": record["room_id"],
        "rule": {"rrule": rule_text(Recurrence.from_json(record["rule"])), **record["rule"]},
        "start_at": instant_text(record["start_at"]),
        "start": instant_text(record["start_at"]),
        "duration_minutes": record["duration_minutes"],
        "timezone": record["room.timezone"],
        "billing_mode": record["billing_mode"],
        "price": {
            "currency": record["currency"],
            "amount_minor": record["amount_minor"],
            "lines": record["price_lines"],
        },
        "tokens_charged": record["tokens_charged"],
        "occurrences": record["occurrences"],
    }


def series_answer(booked: BookedSeries, *, status: int = 200) -> Answer:
    """A series of the core as an answer."""
    record = shown_series(booked)
    return json_answer(series_json(record), status=status, version=booked.series.version)


def created_series(booked: BookedSeries) -> Answer:
    """A new series as an answer."""
    return series_answer(booked, status=201)


def _list_query(query: Query) -> ListSeries:
    found = ListSeries(
        room_id=query.room_id(),
        member_id=query.id("member_id", Prefix.MEMBER),
        company_id=query.id("company_id", Prefix.COMPANY),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/bookings/series",
    operation_id="series.list",
    summary="List series",
    **described(answer=schemas.BookingSeriesPage, query=_FILTERS),
)
async def get_series_list(call: NamedDependency[Call]) -> Response[bytes]:
    """Series, newest first, filtered by room, member or company."""
    page = await list_series(call.ports, call.actor, _list_query(call.query))
    data = [series_json(record) for record in page.records]
    return response_of(json_answer({"data": data, "next_cursor": page.next_cursor}))


@post(
    "/bookings/series",
    operation_id="series.create",
    summary="Book a slot that repeats",
    **described(answer=schemas.BookingSeries, status=201, body=SeriesCreate, pays=True),
)
async def post_series(call: NamedDependency[Call]) -> Response[bytes]:
    """Book every occurrence, or none; what is due by card has one checkout."""
    body, wrong = read_body(call.body, call.content_types, SeriesCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_series_command(body, wrong)
    once = once_of(call, key, created_series)
    return response_of(created_series(await create_series(call.ports, call.actor, command, once)))


@post(
    "/bookings/series/quote",
    operation_id="series.quote",
    summary="Say what a series would come to, date by date",
    **described(answer=schemas.SeriesQuote, body=SeriesCreate, finds=True),
)
async def post_series_quote(call: NamedDependency[Call]) -> Response[bytes]:
    """Outcome and price of every date, and of all; nothing is booked or held."""
    body, wrong = read_body(call.body, call.content_types, SeriesCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_series_command(body, wrong)
    once = once_of(call, key, series_quote_answer)
    quoted = await quote_series(call.ports, call.actor, command, once)
    return response_of(series_quote_answer(quoted))


@get(
    "/bookings/series/{series_id:str}",
    operation_id="series.get",
    summary="Retrieve a series",
    **described(answer=schemas.BookingSeries, by_id=True),
)
async def get_one_series(call: NamedDependency[Call], series_id: FromPath[str]) -> Response[bytes]:
    """One series, with its occurrences as they are now."""
    bare_id = normalise_id(Prefix.SERIES, series_id)
    found = await get_record(call.ports, call.actor, Noun.SERIES, bare_id, SERIES_RECORD)
    return response_of(json_answer(series_json(found), version=found["version"]))


@patch(
    "/bookings/series/{series_id:str}",
    operation_id="series.update",
    summary="Change one, the following or all occurrences",
    **described(answer=schemas.BookingSeries, body=SeriesEdit, by_id=True, locks=True, pays=True),
)
async def patch_series(call: NamedDependency[Call], series_id: FromPath[str]) -> Response[bytes]:
    """Each occurrence tells in ``last_edit`` what became of it; what is over stays as it is."""
    body, wrong = read_body(call.body, call.content_types, SeriesEdit)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.SERIES, series_id)
    command = edit_series_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, series_answer)
    return response_of(series_answer(await update_series(call.ports, call.actor, command, once)))


@post(
    "/bookings/series/{series_id:str}/cancel",
    operation_id="series.cancel",
    summary="Cancel one, the following or all occurrences",
    **described(
        answer=schemas.BookingSeries,
        body=SeriesCancel,
        body_optional=True,
        by_id=True,
        locks=True,
    ),
)
async def post_series_cancel(
    call: NamedDependency[Call], series_id: FromPath[str]
) -> Response[bytes]:
    """Cancel what is still ahead, each by its own policy."""
    body, wrong = read_body(call.body, call.content_types, SeriesCancel, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.SERIES, series_id)
    command = cancel_series_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, series_answer)
    return response_of(series_answer(await cancel_series(call.ports, call.actor, command, once)))


@post(
    "/bookings/series/{series_id:str}/retry",
    operation_id="series.retry",
    summary="Try the skipped dates again",
    **described(
        answer=schemas.BookingSeries,
        body=SeriesRetry,
        body_optional=True,
        by_id=True,
        locks=True,
        pays=True,
    ),
)
async def post_series_retry(
    call: NamedDependency[Call], series_id: FromPath[str]
) -> Response[bytes]:
    """Book what can be had by now of the dates ahead that were skipped."""
    body, wrong = read_body(call.body, call.content_types, SeriesRetry, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = RetrySeries(
        series_id=normalise_id(Prefix.SERIES, series_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, series_answer)
    return response_of(series_answer(await retry_series(call.ports, call.actor, command, once)))
