"""The shapes of the event log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from litehq_core.domain.audit import ActorKind
from litehq_core.domain.events import EventType
from litehq_rest.schemas.shape import Instant, Shape

_SEQUENCE = Meta(description="Counts from 1 what happened to this subject.")
_CURSOR = Meta(description="Give it as `after`, or as `Last-Event-ID`, to go on behind this event.")
_OBJECT = Meta(description="The subject as it was right after the event, as the log wrote it.")
_PREVIOUS = Meta(description="The old values of what changed; null where there was nothing before.")


class EventActor(Shape, kw_only=True, forbid_unknown_fields=True):
    """Who did it: an API token, or a part of the server."""

    id: str
    kind: ActorKind


class EventData(Shape, kw_only=True, forbid_unknown_fields=True):
    """What happened to the subject."""

    object: Annotated[dict[str, Any], _OBJECT]
    previous: Annotated[dict[str, Any], _PREVIOUS] | None


class Event(Shape, kw_only=True, forbid_unknown_fields=True):
    """A fact that happened, written with the change that made it."""

    id: str
    object: Literal["event"]
    type: EventType
    created_at: Instant
    sequence: Annotated[int, _SEQUENCE]
    cursor: Annotated[str, _CURSOR]
    workspace_id: str
    subject_id: str
    actor: EventActor
    request_id: str | None
    data: EventData


class EventPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the event log."""

    data: list[Event]
    next_cursor: str | None
