"""Events of every kind, as the log has them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

import strawberry
from strawberry.scalars import JSON

from litehq_core.domain.attributes import Noun
from litehq_core.domain.audit import ActorKind, subject_type
from litehq_core.domain.event_words import actor_kind, cursor_at
from litehq_core.domain.events import EventType
from litehq_core.use_cases.events.list_events import EventPage
from litehq_graphql.fields import resolved
from litehq_graphql.types.audit import AuditSubject
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.recorded import Recorded, Related, needs


@strawberry.type(description="Who did it.")
class EventActor:
    """A key, or a part of the server."""

    id: strawberry.ID = strawberry.field(description="The API token's id, or a name.")
    kind: ActorKind = strawberry.field(description="An API token, or the server by itself.")


@strawberry.type(description="A fact that happened, written with the change that made it.")
class Event(Recorded):
    """A row of the event log."""

    noun: ClassVar[Noun | None] = Noun.EVENT

    id: strawberry.ID = strawberry.field(
        description="The same for everybody who is told of it, webhooks included."
    )
    sequence: int = strawberry.field(description="Counts from 1 what happened to this subject.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    request_id: strawberry.ID | None = strawberry.field(
        description="The request that did it; null if the server did it by itself."
    )
    object: JSON = strawberry.field(
        description="The subject as it was right after the event, as the log wrote it; the names "
        "are those of REST's events."
    )
    previous: JSON | None = strawberry.field(
        description="The old values of what changed; null where there was nothing before."
    )

    @resolved("Give it as `after` to go on behind this event.", needs("position"))
    def cursor(self) -> str:
        """The same as in REST and in subscriptions."""
        return cursor_at(self.read("position"))

    @resolved("What happened.", needs("type"))
    def type(self) -> EventType:
        """The type of the event."""
        return EventType(self.read("type"))

    @resolved("Who did it.", needs("actor_id"))
    def actor(self) -> EventActor:
        """By its id; what a key is called is for those who may read keys."""
        actor_id: str = self.read("actor_id")
        return EventActor(id=strawberry.ID(actor_id), kind=actor_kind(actor_id))

    @resolved("What it happened to.", needs("subject_id", "type"))
    def subject(self) -> AuditSubject:
        """By its id."""
        subject_id: str = self.read("subject_id")
        kind = subject_type(subject_id, self.read("type"))
        return AuditSubject(type=kind, id=strawberry.ID(subject_id))


@strawberry.type(description="A part of the event log, oldest first.")
class EventConnection(Connection[Event]):
    """One page of the log."""

    told: strawberry.Private[str]

    @classmethod
    def of(cls, found: EventPage, related: Related) -> Self:
        """A page of the log."""
        nodes = [Event.of(record, related, joined=True) for record in found.page.records]
        return cls(nodes=nodes, page=found.page, related=related, told=found.cursor)

    @resolved(
        "Where to come back to: give it as `after`. All that was asked for up to it has been told; "
        "an empty page has one too."
    )
    def cursor(self) -> str:
        """Of the log, not of this list."""
        return self.told
