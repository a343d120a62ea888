"""The bookings of a month back and a year ahead, as events of a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.booking_calendar import (
    DAYS_AHEAD,
    DAYS_BACK,
    EVENT_ATTRIBUTES,
    MOST_EVENTS,
    event_of_record,
)
from litehq_core.domain.calendar_text import CalendarEvent
from litehq_core.domain.query import Condition, Op, PageQuery
from litehq_core.ports.ports import Ports
from litehq_core.steps.visible import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCalendar:
    """Whose calendar; None means everybody's, or everything within the key's bounds."""

    room_id: str | None = None
    member_id: str | None = None
    location_id: str | None = None


async def read_calendar(ports: Ports, actor: Actor, query: ReadCalendar) -> Sequence[CalendarEvent]:
    """The bookings that begin from 30 days back to 365 ahead, by start, in one statement.

    Whatever became of them: a program that shows a booking must hear that it was cancelled. At
    most ``MOST_EVENTS``; of more, the farthest ahead are left out.

    Raises:
        AuthScopeInsufficient: needs ``calendar:feed`` or ``calendar:read``.
    """
    if not actor.may(Scope.CALENDAR_FEED):
        actor.require(Scope.CALENDAR_READ)
    now = ports.clock().replace(microsecond=0)
    wanted = {
        "room_id": query.room_id,
        "member_id": query.member_id,
        "room.location_id": query.location_id,
    }
    # Names of members are for those who may read members, here as elsewhere.
    names = {"member.name"} if actor.may(Scope.MEMBERS_READ) else frozenset()
    records = await ports.reads.page(
        actor.workspace_id,
        PageQuery(
            noun=Noun.BOOKING,
            where=(
                Condition("start_at", Op.AT_LEAST, now - DAYS_BACK),
                Condition("start_at", Op.BELOW, now + DAYS_AHEAD),
                *(Condition(n, Op.EQUAL, v) for n, v in wanted.items() if v is not None),
                *reach(actor, Noun.BOOKING),
            ),
            order=("start_at", "id"),
            descending=False,
            after=None,
            limit=MOST_EVENTS,
        ),
        EVENT_ATTRIBUTES | names,
    )
    return [event_of_record(record, actor.workspace_id) for record in records]
