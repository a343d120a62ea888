"""Rooms as rows and back, their lock, and what occupies them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from litehq_app.sql.columns import Instant, Words, is_storable
from litehq_app.sql.occupancy import Span, calendar_of, calendars_of, occupancy_query, span_of
from litehq_app.sql.tables import LOCATIONS, ROOM_PARTS, ROOMS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import RoomCalendar

# Its location comes with every room, under names of its own.
_LOCATION = "location_"
_LOCATION_COLUMNS = tuple(
    column.label(f"{_LOCATION}{column.name}")
    for column in LOCATIONS.c
    if column.name not in ("workspace_id", "id")
)

# Built once, for putting it together takes longer than most statements take to run.
_WORKSPACE = bindparam("workspace_id", type_=Words())
_SPAN = Span(bindparam("since", type_=Instant()), bindparam("until", type_=Instant()))
OCCUPANCY_OF_ROOM = occupancy_query(
    _WORKSPACE, lambda column: column == bindparam("room_id", type_=Words()), _SPAN
)
_OCCUPANCY_OF_ROOMS = occupancy_query(
    _WORKSPACE,
    lambda column: column.in_(bindparam("room_ids", expanding=True, type_=Words())),
    _SPAN,
)


class SqlRooms:
    """Implements ``Rooms``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def lock(self, room_ids: Sequence[str]) -> dict[str, Room]:
        """The rooms that exist, and unseen their parts, locked in id order until the end.

        Not FOR UPDATE: a booking's foreign key must still be able to share the row.
        """
        # An id that no row can have must not hide the others.
        wanted = {room_id for room_id in room_ids if is_storable(room_id)}
        rows = await self._unit.rows(
            _LOCKED_ROOMS, {"the_workspace_id": self._unit.workspace_id, "the_ids": list(wanted)}
        )
        places = await self._places_of(rows)
        return {
            row["id"]: room_of({**row, **places.get(row["location_id"], {})})
            for row in rows
            if row["id"] in wanted
        }

    async def _places_of(self, rows: Sequence[Values]) -> Mapping[str, Values]:
        """What rooms that were locked borrow from their locations, by the locations' ids.

        PostgreSQL reads a row anew once its lock is had, but not what is joined to it: whoever
        waited for a room while its location was changed would see the old hours. SQLite's writer
        has nobody to wait for.
        """
        if not self._unit.is_postgres or not rows:
            return {}
        query = select(LOCATIONS.c.id.label("location_id"), *_LOCATION_COLUMNS).where(
            self._unit.of(LOCATIONS), LOCATIONS.c.id.in_({row["location_id"] for row in rows})
        )
        return {row["location_id"]: row for row in await self._unit.rows(query)}

    async def save(self, room: Room) -> None:
        """Write all of a room that exists; its location stays as it is."""
        await self._unit.save(ROOMS, room_values(room))

    async def at(self, location_id: str) -> Sequence[str]:
        """The ids of all rooms at a location, in order; nothing is locked."""
        query = (
            select(ROOMS.c.id)
            .where(self._unit.of(ROOMS), ROOMS.c.location_id == location_id)
            .order_by(ROOMS.c.id)
        )
        return [row["id"] for row in await self._unit.rows(query)]

    async def wholes(self, part_ids: Sequence[str]) -> Sequence[str]:
        """The ids of the combined rooms that are made of any of these; nothing is locked."""
        c = ROOM_PARTS.c
        query = (
            select(c.room_id)
            .where(self._unit.of(ROOM_PARTS), c.part_id.in_(part_ids))
            .distinct()
            .order_by(c.room_id)
        )
        return [row["room_id"] for row in await self._unit.rows(query)]

    async def calendar(self, room: Room, window: Interval) -> RoomCalendar:
        """What occupies ``room`` or a related one around ``window``, and their blackouts."""
        span = span_of([room], window)
        rows = await self._unit.rows(
            OCCUPANCY_OF_ROOM,
            {
                "workspace_id": self._unit.workspace_id,
                "room_id": room.id,
                "since": span.since,
                "until": span.until,
            },
        )
        return calendar_of(room, rows, self._unit.now)

    async def neighbours(
        self, room: Room, window: Interval, *, seats: int
    ) -> Sequence[RoomCalendar]:
        """The calendars of the other active rooms at the location with at least so many seats."""
        found = await self._unit.rows(
            room_query()
            .where(
                self._unit.of(ROOMS),
                ROOMS.c.location_id == room.location.id,
                ROOMS.c.id != room.id,
                ROOMS.c.active,
                ROOMS.c.capacity >= seats,
            )
            .order_by(ROOMS.c.id)
        )
        rooms = [room_of(row) for row in found]
        if not rooms:
            return []
        span = span_of(rooms, window)
        taken = await self._unit.rows(
            _OCCUPANCY_OF_ROOMS,
            {
                "workspace_id": self._unit.workspace_id,
                "room_ids": [other.id for other in rooms],
                "since": span.since,
                "until": span.until,
            },
        )
        return calendars_of(rooms, taken, self._unit.now)


def room_query() -> Select[Any]:
    """Rooms with their locations."""
    return select(ROOMS, *_LOCATION_COLUMNS).join(
        LOCATIONS,
        (LOCATIONS.c.workspace_id == ROOMS.c.workspace_id)
        & (LOCATIONS.c.id == ROOMS.c.location_id),
    )


# Built once, as OCCUPANCY_OF_ROOM is.
_LOCKED_ROOMS = (
    room_query()
    .where(
        ROOMS.c.workspace_id == bindparam("the_workspace_id", type_=Words()),
        or_(
            ROOMS.c.id.in_(bindparam("the_ids", expanding=True, type_=Words())),
            ROOMS.c.id.in_(
                select(ROOM_PARTS.c.part_id).where(
                    ROOM_PARTS.c.workspace_id == bindparam("the_workspace_id", type_=Words()),
                    ROOM_PARTS.c.room_id.in_(bindparam("the_ids", expanding=True, type_=Words())),
                )
            ),
        ),
    )
    .order_by(ROOMS.c.id)
    .with_for_update(key_share=True, of=ROOMS)
)


def room_values(room: Room) -> Values:
    """A room as a row."""
    return {
        "workspace_id": room.workspace_id,
        "id": room.id,
        "location_id": room.location.id,
        "name": room.name,
        "capacity": room.capacity,
        "slot_minutes": room.slot_minutes,
        "buffer_minutes": room.buffer_minutes,
        "rules": room.rules.as_json(),
        "opening_hours": room.opening_hours.as_json() if room.opening_hours else None,
        "active": room.active,
        "parts": sorted(room.parts),
        "shared": room.shared,
        "version": room.version,
        "created_at": room.created_at,
        "updated_at": room.updated_at,
    }


def part_values(room: Room) -> list[Values]:
    """The parts of a combined room as rows."""
    return [
        {"workspace_id": room.workspace_id, "room_id": room.id, "part_id": part_id}
        for part_id in sorted(room.parts)
    ]


def room_of(row: Values) -> Room:
    """A room from a row of :func:`room_query`."""
    hours = row["opening_hours"]
    return Room(
        id=row["id"],
        workspace_id=row["workspace_id"],
        location=location_of(row),
        name=row["name"],
        capacity=row["capacity"],
        slot_minutes=row["slot_minutes"],
        buffer_minutes=row["buffer_minutes"],
        rules=BookingRules.from_json(row["rules"]),
        opening_hours=OpeningHours.from_json(hours) if hours else None,
        active=row["active"],
        parts=frozenset(row["parts"]),
        shared=row["shared"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def location_of(row: Values) -> Location:
    """The location within a row of :func:`room_query`."""
    return Location(
        id=row["location_id"],
        workspace_id=row["workspace_id"],
        name=row["location_name"],
        timezone=row["location_timezone"],
        currency=row["location_currency"],
        opening_hours=OpeningHours.from_json(row["location_opening_hours"]),
        version=row["location_version"],
        created_at=row["location_created_at"],
        updated_at=row["location_updated_at"],
    )
