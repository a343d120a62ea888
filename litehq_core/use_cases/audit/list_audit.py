"""Who changed what, when, with which key: the event log, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.audit import AUDIT_ATTRIBUTES, searched_id
from litehq_core.domain.errors import AuthScopeInsufficient, ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.domain.wall_clock import utc_instant, whole_second
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import Filters, read_page

_SAME = ("type", "actor_id", "subject_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAudit:
    """What is wanted; None means not said. ``from_at`` is inclusive, ``to_at`` exclusive.

    Attributes:
        actor_id: a key, or the name of a part of the server, such as ``system``.
        subject_id: what was changed: any id.
    """

    type: EventType | None = None
    actor_id: str | None = None
    subject_id: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    paging: Paging = field(default_factory=Paging)

    def __post_init__(self) -> None:
        for name, text in (("actor_id", self.actor_id), ("subject_id", self.subject_id)):
            if text is not None and not text.isprintable():
                # A cursor could not carry it.
                raise ValidationFailed.of(name, "must be printable text")

    @property
    def given(self) -> dict[str, Any]:
        """The filters that were named."""
        filters = {
            "type": self.type and self.type.value,
            "actor_id": None if self.actor_id is None else searched_id(self.actor_id),
            "subject_id": None if self.subject_id is None else searched_id(self.subject_id),
            "from": self.from_at and whole_second(utc_instant("from", self.from_at)),
            "to": self.to_at and whole_second(utc_instant("to", self.to_at)),
        }
        return {name: value for name, value in filters.items() if value is not None}


async def list_audit(
    ports: Ports, actor: Actor, query: ListAudit, attributes: frozenset[str] = AUDIT_ATTRIBUTES
) -> Page:
    """A page of the audit trail, newest first. ``domain.audit`` says what a record shows.

    Raises:
        AuthScopeInsufficient: needs ``auth:read`` on a key that is not bound.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.AUTH_READ)
    if actor.is_bound:
        raise AuthScopeInsufficient(f"{Scope.AUTH_READ} of an operator")
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.EVENT,
        attributes,
        paging=query.paging,
        given=query.given,
        defaults={},
        conditions=_conditions,
        order=("position",),
        descending=True,
        known=frozenset({*_SAME, "from", "to"}),
    )


def _conditions(filters: Filters) -> tuple[Condition, ...]:
    window = (("from", Op.AT_LEAST), ("to", Op.BELOW))
    return tuple(
        Condition(name, Op.EQUAL, filters[name]) for name in _SAME if name in filters
    ) + tuple(Condition("occurred_at", op, filters[name]) for name, op in window if name in filters)
