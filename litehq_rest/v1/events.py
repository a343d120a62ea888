"""``/v1/events``: the event log after a cursor, as pages and as a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from litestar import Response, get
from litestar.di import NamedDependency

from litehq_core.domain.event_words import event_json, is_cursor, types_named
from litehq_core.domain.events import EventType
from litehq_core.use_cases.events.list_events import ListEvents, list_events
from litehq_core.use_cases.events.stream_events import StreamEvents, stream_events
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.auth import bearer_secret
from litehq_rest.call import Call
from litehq_rest.errors import AnyRequest
from litehq_rest.event_stream import EVENT_STREAM, EventStream, EventStreamResponse
from litehq_rest.media import Parameter, adapted
from litehq_rest.openapi import described
from litehq_rest.query import Query

# Where to come back to, on every page, the last and the empty one included.
CURSOR_HEADER = "X-Event-Cursor"
LAST_EVENT_ID = "Last-Event-ID"

_CURSOR = {"type": "string", "pattern": "^[0-9]{1,18}$"}
_PARAMETERS: Mapping[str, Parameter] = {
    "after": (_CURSOR, "The cursor of the last event that was seen, or X-Event-Cursor."),
    "types": (
        {"type": "string"},
        "Types, separated by commas; booking.* is every type of that area.",
    ),
    "subject_id": (
        {"type": "string"},
        "What the events happened to; those of a booking include its payments'.",
    ),
}
_HEADERS: Mapping[str, Parameter] = {
    LAST_EVENT_ID: (_CURSOR, "As `after`, which it overrules: where the connection broke off."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filters:
    """What both operations take."""

    after: str | None
    types: frozenset[EventType] | None
    subject_id: str | None


def _filters(query: Query) -> _Filters:
    names = query.text("types")
    words = None if names is None else [name.strip() for name in names.split(",")]
    return _Filters(
        after=query.text("after"),
        types=None if words is None else query.wrong.attempt(lambda: types_named(words)),
        subject_id=query.text("subject_id"),
    )


@get(
    "/events",
    operation_id="events.list",
    summary="List what happened",
    **adapted(
        described(answer=schemas.EventPage, query=("limit", "cursor")),
        parameters=_PARAMETERS,
        tells={CURSOR_HEADER: "Where to come back to: give it as `after`."},
    ),
)
async def get_events(call: NamedDependency[Call]) -> Response[bytes]:
    """The event log, oldest first: what followed `after`, or all that is kept.

    Shows the areas that the key may read; a bound key sees what concerns its own. The header
    `X-Event-Cursor` says where to come back to, on an empty page too.
    """
    filters, paging = _filters(call.query), call.query.paging()
    call.query.wrong.refuse()
    query = ListEvents(
        after=filters.after, types=filters.types, subject_id=filters.subject_id, paging=paging
    )
    found = await list_events(call.ports, call.actor, query)
    rows = [event_json(call.actor.workspace_id, record) for record in found.page.records]
    answer = json_answer({"data": rows, "next_cursor": found.page.next_cursor})
    headers = {**answer.headers, CURSOR_HEADER: found.cursor}
    return response_of(Answer(answer.status, headers, answer.body))


@get(
    "/events/stream",
    operation_id="events.stream",
    summary="Follow what happens",
    **adapted(
        described(answer=schemas.Event),
        parameters=_PARAMETERS,
        headers=_HEADERS,
        instead={EVENT_STREAM: {"schema": {"type": "string"}}},
    ),
)
async def get_event_stream(call: NamedDependency[Call], request: AnyRequest) -> Response[bytes]:
    """Server-sent events: what followed the cursor, then what happens, without gap or repeat.

    `id` is the event's cursor, `event` its type, `data` the event as it is listed. Blocks without
    data only say where the stream has come to. It draws on the rate limit once.
    """
    filters = _filters(call.query)
    after = _last_event_id(call.query, request) or filters.after
    call.query.wrong.refuse()
    query = StreamEvents(after=after, types=filters.types, subject_id=filters.subject_id)
    batches = stream_events(call.ports, call.actor, query)
    # What is refused is refused before the first byte.
    start = await anext(batches)
    stream = EventStream(
        batches,
        start.cursor,
        call,
        secret=bearer_secret(request.headers.getall("authorization", [])),
        stopping=request.app.state.stopping,
    )
    return EventStreamResponse(stream)


def _last_event_id(query: Query, request: AnyRequest) -> str | None:
    """What the header says; a client that has seen nothing yet may send it empty."""
    given = [text for text in request.headers.getall(LAST_EVENT_ID, []) if text]
    if len(given) > 1 or not all(is_cursor(text) for text in given):
        query.wrong.add(LAST_EVENT_ID, "is not a cursor of the event log")
    return given[0] if given else None
