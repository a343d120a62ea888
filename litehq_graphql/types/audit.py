"""The audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry
from strawberry.scalars import JSON

from litehq_core.domain.attributes import Noun
from litehq_core.domain.audit import ActorKind, actor_of, changes_of, subject_type
from litehq_core.domain.events import EventType
from litehq_graphql.fields import resolved
from litehq_graphql.types.recorded import Recorded, needs

strawberry.enum(ActorKind, name="AuditActorKind", description="What can act.")
strawberry.enum(
    EventType,
    name="EventType",
    description="What can happen. BOOKING_CREATED is `booking.created` in REST.",
)


@strawberry.type(description="Who acted.")
class AuditActor:
    """A key, or a part of the server."""

    id: strawberry.ID = strawberry.field(description="The API token's id, or a name.")
    name: str = strawberry.field(description="What people call it.")
    kind: ActorKind = strawberry.field(description="An API token, or the server by itself.")


@strawberry.type(description="What was changed.")
class AuditSubject:
    """Anything with an id."""

    type: str = strawberry.field(description="Its noun, such as booking.")
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.type(description="How one field changed. What is secret reads `[redacted]`.")
class AuditChange:
    """The value before and after."""

    field: str = strawberry.field(description="Its name, as REST and the event log write it.")
    from_: JSON | None = strawberry.field(
        name="from", description="The old value; null if there was none."
    )
    to: JSON | None = strawberry.field(description="The new value.")


@strawberry.type(description="Something that was changed, by whom, and when.")
class AuditEntry(Recorded):
    """An event, as the audit trail shows it."""

    noun: ClassVar[Noun | None] = Noun.EVENT

    id: strawberry.ID = strawberry.field(description="The id of the event.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    request_id: strawberry.ID | None = strawberry.field(
        description="The request that did it; null if the server did it by itself."
    )

    @resolved("What happened.", needs("type"))
    def type(self) -> EventType:
        """The type of the event."""
        return EventType(self.read("type"))

    @resolved("Who did it.", needs("actor_id", "actor.name"))
    def actor(self) -> AuditActor:
        """The key, by its name of today."""
        record = {"actor_id": self.read("actor_id"), "actor.name": self.read("actor.name")}
        kind, name = actor_of(record)
        return AuditActor(id=strawberry.ID(record["actor_id"]), name=name, kind=kind)

    @resolved("What it was done to.", needs("subject_id", "type"))
    def subject(self) -> AuditSubject:
        """By its id."""
        subject_id: str = self.read("subject_id")
        kind = subject_type(subject_id, self.read("type"))
        return AuditSubject(type=kind, id=strawberry.ID(subject_id))

    @resolved("What changed, by the names of the fields.", needs("object", "previous"))
    def changes(self) -> list[AuditChange]:
        """Of what is new, all that it has."""
        record = {"object": self.read("object"), "previous": self.read("previous")}
        return [
            AuditChange(field=change.field, from_=change.before, to=change.after)
            for change in changes_of(record)
        ]
