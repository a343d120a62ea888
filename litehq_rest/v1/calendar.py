"""``/v1/calendar.ics``: the bookings as a calendar that other programs subscribe to."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency, Provide

from litehq_core.domain.booking_calendar import REFRESH_MINUTES
from litehq_core.domain.calendar_text import (
    MEDIA_TYPE,
    CalendarEvent,
    calendar_end,
    calendar_head,
    event_bytes,
)
from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.calendar.read_calendar import ReadCalendar, read_calendar
from litehq_rest import schemas
from litehq_rest.call import Call
from litehq_rest.errors import AnyRequest
from litehq_rest.feed_call import TOKEN, open_feed_call
from litehq_rest.media import adapted
from litehq_rest.openapi import described
from litehq_rest.query import Query

NAME = "LiteHQ bookings"
# So many events are written before others have their turn.
_AT_ONCE = 200

_FILTERS = ("room_id", "resource_id", "member_id", "location_id")
_PARAMETERS = {
    TOKEN: (
        {"type": "string"},
        "For programs that send no headers: a key whose sole scope is calendar:feed.",
    )
}


async def calendar_body(events: Sequence[CalendarEvent]) -> bytes:
    """The file. A long one is written bit by bit, so that nobody waits for it."""
    parts = [calendar_head(events, name=NAME, refresh_minutes=REFRESH_MINUTES)]
    for first in range(0, len(events), _AT_ONCE):
        parts += map(event_bytes, events[first : first + _AT_ONCE])
        await asyncio.sleep(0)
    return b"".join([*parts, calendar_end()])


def is_known(headers: Sequence[str], tag: str) -> bool:
    """Whether ``If-None-Match`` has the tag, compared weakly (RFC 9110, 13.1.2)."""
    tags = {text.strip().removeprefix("W/") for header in headers for text in header.split(",")}
    return tag in tags or "*" in tags


def _read_query(query: Query) -> ReadCalendar:
    found = ReadCalendar(
        room_id=query.room_id(),
        member_id=query.id("member_id", Prefix.MEMBER),
        location_id=query.id("location_id", Prefix.LOCATION),
    )
    query.wrong.refuse()
    return found


@get(
    "/calendar.ics",
    operation_id="calendar.get",
    summary="Subscribe to the bookings",
    dependencies={"call": Provide(open_feed_call)},
    **adapted(
        described(answer=schemas.Error, query=_FILTERS),
        parameters=_PARAMETERS,
        instead={"text/calendar": {"schema": {"type": "string"}}},
        unchanged=True,
    ),
)
async def get_calendar(call: NamedDependency[Call], request: AnyRequest) -> Response[bytes]:
    """Bookings from 30 days back to 365 ahead (RFC 5545): holds are TENTATIVE, cancelled ones stay.

    Needs `calendar:feed` or `calendar:read`; a bound key sees its own.
    """
    events = await read_calendar(call.ports, call.actor, _read_query(call.query))
    body = await calendar_body(events)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # Kept by whoever asked and nobody else, and asked for again each time.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_known(request.headers.getall("if-none-match", []), tag):
        return Response(content=b"", status_code=304, headers=headers, media_type=MEDIA_TYPE)
    headers |= {
        "Content-Disposition": 'inline; filename="litehq.ics"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content=body, headers=headers, media_type=MEDIA_TYPE)
