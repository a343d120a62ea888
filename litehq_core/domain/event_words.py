"""The event log as those outside are told of it: cursors, names of types, and one JSON for all.

What is listed, what is streamed and whatever else leaves the house are the same words, so that a
client reads them with the same code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litehq_core.domain.attributes import Record
from litehq_core.domain.audit import ActorKind
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix
from litehq_core.domain.wall_clock import instant_text

# What an event is shown from.
EVENT_RECORD = frozenset(
    {
        *("id", "position", "type", "subject_id", "sequence", "occurred_at"),
        *("object", "previous", "actor_id", "request_id"),
    }
)

_KEY = f"{Prefix.API_TOKEN}_"


def cursor_at(position: int) -> str:
    """The cursor that stands just behind a position of the log."""
    return str(position)


def is_cursor(text: str) -> bool:
    """Whether a text is a cursor of the log; cursors of lists never look like one."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def position_of(cursor: str) -> int:
    """The position that a cursor stands for.

    Raises:
        ValidationFailed: it is not a cursor of the log.
    """
    if not is_cursor(cursor):
        raise ValidationFailed.of("after", "is not a cursor of the event log")
    return int(cursor)


def types_named(words: Iterable[str]) -> frozenset[EventType]:
    """The types with these names; ``booking.*`` is every type of an area.

    Raises:
        ValidationFailed: one of them is no type, or an area without any.
    """
    found: set[EventType] = set()
    for word in words:
        area = word.removesuffix("*")
        of_area = area != word and area.endswith(".")
        meant = {kind for kind in EventType if (kind.startswith(area) if of_area else kind == word)}
        if not meant:
            raise ValidationFailed.of("types", "must name types of events, such as booking.created")
        found |= meant
    return frozenset(found)


def actor_kind(actor_id: str) -> ActorKind:
    """What acted, by its id."""
    return ActorKind.API_TOKEN if actor_id.startswith(_KEY) else ActorKind.SYSTEM


def event_data(record: Record) -> dict[str, Any]:
    """What an event says of its subject: the snapshot and the old values, as they were written.

    Not as the resource looks today: a fact does not change with a release.
    """
    return {"object": record["object"], "previous": record["previous"]}


def event_json(workspace_id: str, record: Record) -> dict[str, Any]:
    """An event, from an ``EVENT_RECORD`` of a workspace; nothing is ever missing."""
    return {
        "id": record["id"],
        "object": "event",
        "type": record["type"],
        "created_at": instant_text(record["occurred_at"]),
        "sequence": record["sequence"],
        "cursor": cursor_at(record["position"]),
        "workspace_id": workspace_id,
        "subject_id": record["subject_id"],
        "actor": {"id": record["actor_id"], "kind": actor_kind(record["actor_id"]).value},
        "request_id": record["request_id"],
        "data": event_data(record),
    }
