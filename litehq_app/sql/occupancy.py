"""What stands in the way on rooms: bookings, pending changes, offers, blackouts, in one statement.

Shared by the calendar inside a transaction and by the one that readers ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    UnaryExpression,
    case,
    cast,
    literal_column,
    null,
    select,
    text,
    union,
    union_all,
)
from sqlalchemy.sql.operators import custom_op

from litehq_app.sql.columns import Instant, Number, Words
from litehq_app.sql.tables import (
    BLACKOUTS,
    BOOKINGS,
    LOCATION_BLACKOUTS,
    ROOM_PARTS,
    ROOMS,
    WAITLIST,
)
from litehq_app.sql.tables.schema import HAS_CHANGE, IS_HOLD, IS_OCCUPYING, IS_OFFERED
from litehq_app.sql.unit import Values
from litehq_core.domain.claims import seats_for
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar

# The kind of a row that is an offer: to everybody but whom it is made it looks like a hold.
_OFFER = "offer"

# A condition on whichever column names the room.
InRooms = Callable[[ColumnElement[Any]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Span:
    """``[since, until)``, each an instant or a parameter that stands for one."""

    since: Any
    until: Any


def span_of(rooms: Sequence[Room], window: Interval) -> Span:
    """All that can bear on a booking that begins in ``window``, in any of the rooms.

    A booking before the window counts by its own frozen buffer, which its row knows.
    """
    reaches = [room.reach_around(window) for room in rooms]
    return Span(min(r.start for r in reaches), max(r.end for r in reaches))


def occupancy_query(workspace_id: Any, in_rooms: InRooms, span: Span) -> CompoundSelect[Any]:
    """Everything on the rooms, and on those related to them, that reaches into the span.

    ``asked_id`` is the room that was asked for; what stands in the way of several comes for each.
    In no order: it is sorted by :func:`calendar_of`. Asked to sort, SQLite would walk a room's
    whole history by start rather than look up what ends after the span begins.

    Holds whose time has passed are listed too: whether they count is the domain's judgement.
    """
    related = _related(workspace_id, in_rooms)
    return union_all(
        _bookings(related, span),
        _pending_changes(related, span),
        _offers(related, span),
        _blackouts(related, span),
        _location_blackouts(workspace_id, in_rooms, span),
    )


def _related(workspace_id: Any, in_rooms: InRooms) -> CTE:
    """Every room that was asked for, with each room that shares a leaf with it: itself, too."""
    rooms, whole, part = ROOMS.c, ROOM_PARTS.alias("whole").c, ROOM_PARTS.alias("part").c
    return union(
        select(rooms.workspace_id, rooms.id.label("asked_id"), rooms.id.label("room_id")).where(
            rooms.workspace_id == workspace_id, in_rooms(rooms.id)
        ),
        select(whole.workspace_id, whole.room_id, whole.part_id).where(
            whole.workspace_id == workspace_id, in_rooms(whole.room_id)
        ),
        select(part.workspace_id, part.part_id, part.room_id).where(
            part.workspace_id == workspace_id, in_rooms(part.part_id)
        ),
        # Two combined rooms that have a part in common.
        select(whole.workspace_id, whole.room_id, part.room_id).where(
            whole.workspace_id == workspace_id,
            in_rooms(whole.room_id),
            part.workspace_id == whole.workspace_id,
            part.part_id == whole.part_id,
        ),
    ).cte("related")


def calendars_of(
    rooms: Sequence[Room], rows: Sequence[Values], now: datetime
) -> list[RoomCalendar]:
    """The calendars of several rooms, from all rows of :func:`occupancy_query`."""
    by_room: dict[str, list[Values]] = {}
    for row in rows:
        by_room.setdefault(row["asked_id"], []).append(row)
    return [calendar_of(room, by_room.get(room.id, ()), now) for room in rooms]


def calendar_of(room: Room, rows: Sequence[Values], now: datetime) -> RoomCalendar:
    """The room's calendar, from the rows of :func:`occupancy_query` that concern it."""
    rows = sorted(rows, key=itemgetter("start_at", "end_at", "id"))
    return RoomCalendar(
        room=room,
        occupied=[_occupied(row) for row in rows if row["kind"] != BusyKind.BLACKOUT],
        blackouts=[
            _blackout(room.workspace_id, row) for row in rows if row["kind"] == BusyKind.BLACKOUT
        ],
        now=now,
    )


def _bookings(related: CTE, span: Span) -> Select[Any]:
    c = BOOKINGS.c
    return select(
        related.c.asked_id,
        c.room_id,
        c.id,
        c.start_at,
        c.end_at,
        c.buffer_minutes,
        case((text(IS_HOLD), _word(BusyKind.HOLD)), else_=_word(BusyKind.BOOKING)).label("kind"),
        case((text(IS_HOLD), c.expires_at)).label("expires_at"),
        c.attendees,
        # Whose: a blackout's location, or the member who is made an offer.
        cast(null(), Words).label("owner_id"),
        cast(null(), Words).label("reason"),
        cast(null(), Number).label("version"),
        cast(null(), Instant).label("created_at"),
    ).where(
        _is_on(related, c.workspace_id, c.room_id),
        text(IS_OCCUPYING),
        c.busy_until > span.since,
        _unindexed(c.start_at) < span.until,
    )


def _pending_changes(related: CTE, span: Span) -> Select[Any]:
    c = BOOKINGS.c
    return select(
        related.c.asked_id,
        c.change_room_id,
        c.id,
        c.change_start_at,
        c.change_end_at,
        c.change_buffer_minutes,
        _word(BusyKind.HOLD),
        c.change_expires_at,
        c.change_attendees,
        cast(null(), Words),
        cast(null(), Words),
        cast(null(), Number),
        cast(null(), Instant),
    ).where(
        _is_on(related, c.workspace_id, c.change_room_id),
        text(HAS_CHANGE),
        text(IS_OCCUPYING),
        c.change_busy_until > span.since,
        _unindexed(c.change_start_at) < span.until,
    )


def _offers(related: CTE, span: Span) -> Select[Any]:
    c = WAITLIST.c
    return select(
        related.c.asked_id,
        c.offer_room_id,
        c.id,
        c.offer_start_at,
        c.offer_end_at,
        c.offer_buffer_minutes,
        literal_column(f"'{_OFFER}'", Words),
        c.offer_expires_at,
        c.attendees,
        c.member_id,
        cast(null(), Words),
        cast(null(), Number),
        cast(null(), Instant),
    ).where(
        _is_on(related, c.workspace_id, c.offer_room_id),
        text(IS_OFFERED),
        c.offer_busy_until > span.since,
        _unindexed(c.offer_start_at) < span.until,
    )


def _blackouts(related: CTE, span: Span) -> Select[Any]:
    c = BLACKOUTS.c
    return select(
        related.c.asked_id,
        c.room_id,
        c.id,
        c.start_at,
        c.end_at,
        cast(null(), Number),
        _word(BusyKind.BLACKOUT),
        cast(null(), Instant),
        cast(null(), Number),
        cast(null(), Words),
        c.reason,
        c.version,
        c.created_at,
    ).where(
        _is_on(related, c.workspace_id, c.room_id),
        c.end_at > span.since,
        _unindexed(c.start_at) < span.until,
    )


def _location_blackouts(workspace_id: Any, in_rooms: InRooms, span: Span) -> Select[Any]:
    """Those of the rooms' locations, once for each room; related rooms share their location."""
    c, rooms = LOCATION_BLACKOUTS.c, ROOMS.c
    return (
        select(
            rooms.id,
            rooms.id,
            c.id,
            c.start_at,
            c.end_at,
            cast(null(), Number),
            _word(BusyKind.BLACKOUT),
            cast(null(), Instant),
            cast(null(), Number),
            c.location_id,
            c.reason,
            c.version,
            c.created_at,
        )
        .join(ROOMS, (rooms.workspace_id == c.workspace_id) & (rooms.location_id == c.location_id))
        .where(
            rooms.workspace_id == workspace_id,
            in_rooms(rooms.id),
            c.end_at > span.since,
            _unindexed(c.start_at) < span.until,
        )
    )


def _is_on(
    related: CTE, workspace_id: ColumnElement[Any], room_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Whether a row stands in the way on one of the rooms.

    The workspace comes from there too: given as a value, it would invite SQLite to walk all of the
    workspace's rows and look for the room of each, rather than the other way round.
    """
    return (workspace_id == related.c.workspace_id) & (room_id == related.c.room_id)


def _unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column with a plus before it, which keeps SQLite from choosing an index by it.

    All that has begun by the end of a span is nearly everything; what ends after it begins is
    little.
    """
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def _word(kind: BusyKind) -> ColumnElement[str]:
    return literal_column(f"'{kind}'", Words)


def _occupied(row: Values) -> Occupied:
    if row["kind"] == _OFFER:
        return Occupied(
            booking_id=None,
            entry_id=row["id"],
            offered_to=row["owner_id"],
            room_id=row["room_id"],
            slot=Interval(row["start_at"], row["end_at"]),
            buffer_minutes=row["buffer_minutes"],
            kind=BusyKind.HOLD,
            expires_at=row["expires_at"],
            seats=seats_for(row["attendees"]),
        )
    return Occupied(
        booking_id=row["id"],
        room_id=row["room_id"],
        slot=Interval(row["start_at"], row["end_at"]),
        buffer_minutes=row["buffer_minutes"],
        kind=BusyKind(row["kind"]),
        expires_at=row["expires_at"],
        seats=seats_for(row["attendees"]),
    )


def _blackout(workspace_id: str, row: Values) -> Blackout:
    return Blackout(
        id=row["id"],
        workspace_id=workspace_id,
        room_id=None if row["owner_id"] else row["room_id"],
        location_id=row["owner_id"],
        interval=Interval(row["start_at"], row["end_at"]),
        reason=row["reason"],
        version=row["version"],
        created_at=row["created_at"],
    )
