"""What a series shows: its own record, and what follows from its bookings.

The same function serves reads, which have records, and answers, which have domain values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from litehq_core.domain.attributes import READABLE, Noun, Record, SeriesAttribute
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.interval import Interval
from litehq_core.domain.records import booking_record
from litehq_core.domain.series import (
    BookedSeries,
    EditResult,
    LastEdit,
    Occurrence,
    Outcome,
    Series,
    Why,
    refused_json,
)
from litehq_core.domain.wall_clock import instant_text

# What of its bookings a series shows.
FROM_BOOKINGS = frozenset(
    {
        *("id", "series_id", "status", "room_id", "start_at", "end_at", "amount_minor"),
        *("price_lines", "tokens_charged", "checkout_url", "expires_at", "pending_change"),
    }
)
# What follows from them; the occurrences do as well, but have an attribute of their own.
DERIVED = READABLE[Noun.SERIES].derived
SERIES_RECORD = frozenset(SeriesAttribute) | DERIVED | {"room.name", "room.timezone"}

# What of that is told of one that is not made.
QUOTED = (
    *("room_id", "room.name", "room.timezone", "rule", "start_at", "duration_minutes"),
    *("billing_mode", "currency", "amount_minor", "price_lines", "tokens_charged"),
)
QUOTED_OCCURRENCE = frozenset(
    {
        *("occurrence", "outcome", "start_at", "end_at", "room_id", "amount_minor"),
        *("tokens_charged", "reason", "message", "violations", "conflicting_booking_id"),
    }
)

# A series is what the first of these is that one of its bookings is.
_STATUSES = (
    BookingStatus.PENDING_PAYMENT,
    BookingStatus.CONFIRMED,
    BookingStatus.COMPLETED,
    BookingStatus.EXPIRED,
    BookingStatus.CANCELLED,
)
# What these cost is part of the price; what ended otherwise costs nothing any more.
_STANDING = frozenset(
    {BookingStatus.PENDING_PAYMENT, BookingStatus.CONFIRMED, BookingStatus.COMPLETED}
)


def series_record(series: Series) -> Record:
    """A series' own attributes, with its room's name and zone."""
    return {
        "id": series.id,
        "version": series.version,
        "room_id": series.room.id,
        "room.name": series.room.name,
        "room.timezone": series.room.timezone,
        "currency": series.currency,
        "rule": series.recurrence.as_json(),
        "start_at": series.start_at,
        "duration_minutes": series.duration_minutes,
        "member_id": series.member_id,
        "guest_email": series.guest.email if series.guest else None,
        "guest_name": series.guest.name if series.guest else None,
        "company_id": series.company_id,
        "attendees": series.attendees,
        "notes": series.notes,
        "metadata": dict(series.metadata),
        "billing_mode": series.billing_mode.value,
        "on_conflict": series.on_conflict.value,
        "occurrences": [occurrence_json(occurrence) for occurrence in series.occurrences],
        "created_at": series.created_at,
        "updated_at": series.updated_at,
        "cancelled_at": series.cancelled_at,
    }


def shown_series(booked: BookedSeries) -> Record:
    """A series and its bookings as a ``SERIES_RECORD``."""
    bookings = [booking_record(booking) for booking in booked.bookings.values()]
    return with_bookings(series_record(booked.series), bookings)


def quoted_series(booked: BookedSeries) -> Record:
    """What a series that was not made would come to: no ids, nothing to pay yet."""
    record = shown_series(booked)
    return {
        **{name: record[name] for name in QUOTED},
        "valid": all(o["outcome"] != Outcome.SKIPPED for o in record["occurrences"]),
        "occurrences": [
            {name: value for name, value in occurrence.items() if name in QUOTED_OCCURRENCE}
            for occurrence in record["occurrences"]
        ],
    }


def with_bookings(record: Record, bookings: Iterable[Record]) -> Record:
    """A series' record with what follows from its bookings.

    Args:
        bookings: records with at least ``FROM_BOOKINGS``.
    """
    by_id = {booking["id"]: booking for booking in bookings}
    standing = [booking for booking in by_id.values() if booking["status"] in _STANDING]
    tokens = [b["tokens_charged"] for b in standing if b["tokens_charged"] is not None]
    statuses = {booking["status"] for booking in by_id.values()}
    return {
        **record,
        "status": next((s.value for s in _STATUSES if s in statuses), BookingStatus.CANCELLED),
        "amount_minor": sum(booking["amount_minor"] for booking in standing),
        "price_lines": _lines(standing),
        "tokens_charged": sum(tokens) if tokens else None,
        **_checkout(by_id.values()),
        "occurrences": [
            _shown(occurrence, by_id.get(occurrence["booking_id"]))
            for occurrence in record["occurrences"]
        ],
    }


def _lines(bookings: Sequence[Record]) -> list[dict[str, Any]]:
    """The bookings' price lines, those of one rule added up, so that their sum is the price."""
    summed: dict[tuple[str, str], dict[str, Any]] = {}
    for booking in bookings:
        for line in booking["price_lines"]:
            known = summed.setdefault(
                (line["rule"], line["description"]),
                {**line, "minutes": 0, "amount_minor": 0, "tokens": None},
            )
            known["minutes"] += line["minutes"]
            known["amount_minor"] += line["amount_minor"]
            if line["tokens"] is not None:
                known["tokens"] = (known["tokens"] or 0) + line["tokens"]
    return list(summed.values())


def _checkout(bookings: Collection[Record]) -> dict[str, Any]:
    """Where the payer goes first: of all that is awaited, the checkout that ends first."""
    awaited: list[tuple[datetime, str | None]] = [
        (booking["expires_at"], booking["checkout_url"])
        for booking in bookings
        if booking["status"] == BookingStatus.PENDING_PAYMENT and booking["expires_at"]
    ]
    for change in (booking["pending_change"] for booking in bookings):
        if change is not None:
            ends = datetime.fromisoformat(change["expires_at"])
            awaited.append((ends, change["checkout_url"]))
    expires_at, url = min(awaited, key=lambda pair: pair[0], default=(None, None))
    return {"checkout_url": url, "expires_at": expires_at}


def _shown(occurrence: Mapping[str, Any], booking: Record | None) -> dict[str, Any]:
    """An occurrence as shown: where its booking is by now, or else was wanted."""
    why, edit = occurrence["why"], occurrence["last_edit"]
    shown: dict[str, Any] = {
        "occurrence": occurrence["occurrence"],
        "outcome": occurrence["outcome"],
        "booking_id": occurrence["booking_id"],
        "status": None,
        "start_at": occurrence["start_at"],
        "end_at": occurrence["end_at"],
        "room_id": occurrence["room_id"],
        "amount_minor": None,
        "tokens_charged": None,
        **(_NO_REASON if why is None else refused_json(_why(why))),
        "last_edit": None,
    }
    if edit is not None:
        reason = _NO_REASON if edit["why"] is None else refused_json(_why(edit["why"]))
        shown["last_edit"] = {"result": edit["result"], **reason}
    if booking is not None:
        shown |= {
            "status": booking["status"],
            "start_at": instant_text(booking["start_at"]),
            "end_at": instant_text(booking["end_at"]),
            "room_id": booking["room_id"],
            "amount_minor": booking["amount_minor"],
            "tokens_charged": booking["tokens_charged"],
        }
    return shown


_NO_REASON: Mapping[str, Any] = {
    "reason": None,
    "message": None,
    "violations": [],
    "conflicting_booking_id": None,
}


def occurrence_json(occurrence: Occurrence) -> dict[str, Any]:
    """An occurrence as it is stored."""
    edit = occurrence.last_edit
    return {
        "occurrence": instant_text(occurrence.original_start),
        "start_at": instant_text(occurrence.slot.start),
        "end_at": instant_text(occurrence.slot.end),
        "room_id": occurrence.room_id,
        "outcome": occurrence.outcome.value,
        "booking_id": occurrence.booking_id,
        "why": _why_json(occurrence.why),
        "last_edit": edit and {"result": edit.result.value, "why": _why_json(edit.why)},
    }


def occurrence_from_json(value: Mapping[str, Any]) -> Occurrence:
    """The inverse of :func:`occurrence_json`."""
    edit = value["last_edit"]
    return Occurrence(
        original_start=datetime.fromisoformat(value["occurrence"]),
        slot=Interval(
            datetime.fromisoformat(value["start_at"]), datetime.fromisoformat(value["end_at"])
        ),
        room_id=value["room_id"],
        outcome=Outcome(value["outcome"]),
        booking_id=value["booking_id"],
        why=value["why"] and _why(value["why"]),
        last_edit=edit
        and LastEdit(result=EditResult(edit["result"]), why=edit["why"] and _why(edit["why"])),
    )


def _why_json(why: Why | None) -> dict[str, Any] | None:
    if why is None:
        return None
    return {"code": why.code, "message": why.message, "details": dict(why.details)}


def _why(value: Mapping[str, Any]) -> Why:
    return Why(code=value["code"], message=value["message"], details=value["details"])
