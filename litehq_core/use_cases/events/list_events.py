"""The event log, oldest first: what happened after a cursor, as far as the key may be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.event_words import EVENT_RECORD, cursor_at, position_of, types_named
from litehq_core.domain.events import EventType
from litehq_core.domain.query import SEAL_LENGTH, Condition, Op, Page, Paging, decode_cursor
from litehq_core.ports.ports import Ports
from litehq_core.steps.follow_log import log_position, require_kept
from litehq_core.steps.read_page import Filters, read_page
from litehq_core.steps.visible_events import VisibleEvents, WantedEvents

_ORDER = ("position",)
_FILTERS = frozenset({"after", "types", "subject_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvents:
    """What is wanted; None means not said.

    Attributes:
        after: the ``cursor`` of an event, or ``EventPage.cursor``; None begins with the oldest
            that is kept.
        subject_id: what the events happened to: any id.
    """

    after: str | None = None
    types: frozenset[EventType] | None = None
    subject_id: str | None = None
    paging: Paging = field(default_factory=Paging)

    @property
    def wanted(self) -> WantedEvents:
        """The filters by what happened."""
        return WantedEvents(types=self.types, subject_id=self.subject_id)

    @property
    def given(self) -> dict[str, Any]:
        """The filters that were named, as cursors carry them."""
        filters = {
            "after": self.after,
            "types": None if self.types is None else ",".join(sorted(self.types)),
            "subject_id": self.wanted.subject,
        }
        return {name: value for name, value in filters.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A part of the log.

    Attributes:
        cursor: where to come back to: all that was asked for up to it has been told. There is one
            on an empty page too, so that whoever polls goes on from the log's end and not from
            the last event that happened to concern him.
    """

    page: Page
    cursor: str


async def list_events(
    ports: Ports, actor: Actor, query: ListEvents, attributes: frozenset[str] = EVENT_RECORD
) -> EventPage:
    """A page of the event log, oldest first. ``domain.event_words`` says how a record is shown.

    Events of areas that the key may not read, or beyond its bounds, are left out.

    Raises:
        AuthScopeInsufficient: there is no area that the key may read.
        CursorExpired: something behind the cursor has been pruned.
        ValidationFailed: the cursor is none, or not of this list, or lies beyond the log's end.
    """
    # Judged now, though the conditions are made later: a refusal must not wait for the cursor's.
    VisibleEvents.of(actor, query.wanted)
    # Before the page: what is written between the two is told now or again, and never passed over.
    head = await ports.reads.head(actor.workspace_id)
    start = await _start(ports, actor, query)

    def conditions(filters: Filters) -> tuple[Condition, ...]:
        wanted = WantedEvents(
            types=types_named(filters["types"].split(",")) if "types" in filters else None,
            subject_id=filters.get("subject_id"),
        )
        found = VisibleEvents.of(actor, wanted).conditions()
        if "after" in filters:
            found += (Condition("position", Op.AT_LEAST, position_of(filters["after"]) + 1),)
        return found

    page = await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.EVENT,
        attributes | set(_ORDER),
        paging=query.paging,
        given=query.given,
        defaults={},
        conditions=conditions,
        order=_ORDER,
        descending=False,
        known=_FILTERS,
    )
    if start is not None:
        await require_kept(ports, actor.workspace_id, start)
    last: int = page.records[-1]["position"] if page.records else 0
    told = last if page.has_next else max(head, last)
    return EventPage(page=page, cursor=cursor_at(told))


async def _start(ports: Ports, actor: Actor, query: ListEvents) -> int | None:
    """The position that the page begins behind; None if it begins with the oldest."""
    if query.paging.cursor is not None:
        key = query.paging.cursor[SEAL_LENGTH:]
        _, (position,) = decode_cursor(key, _ORDER, _FILTERS)
        start: int = position
        return start
    if query.after is None:
        return None
    return await log_position(ports, actor.workspace_id, query.after)
