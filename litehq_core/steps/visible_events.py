"""Which events an actor is told of: judged in the statement of a list, and on each of a stream."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.audit import searched_id
from litehq_core.domain.errors import AuthScopeInsufficient, ValidationFailed
from litehq_core.domain.events import Event, EventType
from litehq_core.domain.query import Condition, Op
from litehq_core.steps.visible import event_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedEvents:
    """What a reader asks for; None is everything.

    Attributes:
        subject_id: what the events happened to: any id. Those of a booking include its payments'.
    """

    types: frozenset[EventType] | None = None
    subject_id: str | None = None

    def __post_init__(self) -> None:
        if self.types is not None and not self.types:
            raise ValidationFailed.of("types", "must name at least one type")
        if self.subject_id is not None and not self.subject_id.isprintable():
            # A cursor could not carry it.
            raise ValidationFailed.of("subject_id", "must be printable text")

    @property
    def subject(self) -> str | None:
        """The subject's id as the log has it."""
        return None if self.subject_id is None else searched_id(self.subject_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleEvents:
    """What of it the actor is told: types whose area he may read, and what is within his bounds."""

    actor: Actor
    types: frozenset[EventType]
    subject_id: str | None

    @classmethod
    def of(cls, actor: Actor, wanted: WantedEvents) -> VisibleEvents:
        """Judge an actor, once.

        Raises:
            AuthScopeInsufficient: there is no area that he may read.
        """
        readable = frozenset(kind for kind in EventType if actor.may(event_scope(kind)))
        if not readable:
            raise AuthScopeInsufficient(Scope.CALENDAR_READ)
        types = readable if wanted.types is None else readable & wanted.types
        return cls(actor=actor, types=types, subject_id=wanted.subject)

    def __contains__(self, event: Event) -> bool:
        return (
            event.type in self.types
            and self.subject_id in (None, event.subject_id)
            and self.actor.reaches(member_id=event.member_id, company_id=event.company_id)
        )

    def conditions(self) -> tuple[Condition, ...]:
        """The same, for a statement."""
        found: list[Condition] = []
        if len(self.types) < len(EventType):
            found.append(_among("type", sorted(kind.value for kind in self.types)))
        if self.subject_id is not None:
            found.append(Condition("subject_id", Op.EQUAL, self.subject_id))
        if self.actor.member_id is not None:
            found.append(Condition("member_id", Op.EQUAL, self.actor.member_id))
        if self.actor.company_ids:
            found.append(_among("company_id", sorted(self.actor.company_ids)))
        return tuple(found)


def _among(attribute: str, values: list[str]) -> Condition:
    """One of some values. Of a single one an index gives the rows in their order."""
    if len(values) == 1:
        return Condition(attribute, Op.EQUAL, values[0])
    return Condition(attribute, Op.IN, tuple(values))
