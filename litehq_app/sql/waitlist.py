"""Entries of the waitlist as rows and back, and the lines that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)

from litehq_app.sql.columns import Number
from litehq_app.sql.tables import LOCATIONS, WAITLIST
from litehq_app.sql.tables.schema import IS_WAITING
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.booking import Guest
from litehq_core.domain.interval import Interval
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.waitlist import Offer, WaitlistEntry, WaitlistStatus


class SqlWaitlist:
    """Implements ``Waitlist``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, entry_id: str) -> WaitlistEntry | None:
        """An entry."""
        query = select(WAITLIST).where(self._unit.of(WAITLIST), WAITLIST.c.id == entry_id)
        row = await self._unit.row(query)
        return entry_of(row) if row else None

    async def add(self, entry: WaitlistEntry) -> None:
        """Insert a new entry."""
        await self._unit.add(WAITLIST, entry_values(entry))

    async def save(self, entry: WaitlistEntry) -> None:
        """Write all of an entry that exists."""
        await self._unit.save(WAITLIST, entry_values(entry))

    async def anybody_waits(self) -> bool:
        """Whether there is a line at all."""
        query = select(WAITLIST.c.id).where(self._unit.of(WAITLIST), text(IS_WAITING)).limit(1)
        return await self._unit.row(query) is not None

    async def line(
        self, location_id: str, room_ids: Sequence[str], window: Interval, limit: int
    ) -> Sequence[WaitlistEntry]:
        """Who waits for one of the rooms, or for any, in a window that overlaps ``window``."""
        c = WAITLIST.c
        query = (
            select(WAITLIST)
            .where(
                self._unit.of(WAITLIST),
                text(IS_WAITING),
                c.location_id == location_id,
                or_(c.room_id.is_(None), c.room_id.in_(room_ids)),
                c.from_at < window.end,
                c.to_at > window.start,
            )
            .order_by(c.created_at, c.id)
            .limit(limit)
        )
        return [entry_of(row) for row in await self._unit.rows(query)]

    async def lock_line(self, location_id: str) -> None:
        """Lock the location's row, which stands for its line.

        Not FOR UPDATE: a room's foreign key must still be able to share the row.
        """
        query = (
            select(LOCATIONS.c.id)
            .where(self._unit.of(LOCATIONS), LOCATIONS.c.id == location_id)
            .with_for_update(key_share=True)
        )
        await self._unit.row(query)

    async def position(self, entry: WaitlistEntry) -> int | None:
        """One more than stand in line before it; None unless it waits."""
        query = select(position_in(WAITLIST)).where(
            self._unit.of(WAITLIST), WAITLIST.c.id == entry.id
        )
        row = await self._unit.row(query)
        return row["position"] if row else None


def position_in(entries: FromClause) -> ColumnElement[Any]:
    """The place in line of a row of ``entries``: NULL unless it waits."""
    own, ahead = entries.c, WAITLIST.alias("ahead")
    # Literals: what reads a page finds the workspace as its first parameter.
    before = (
        select(func.count() + literal_column("1"))
        .select_from(ahead)
        .where(
            ahead.c.workspace_id == own.workspace_id,
            ahead.c.location_id == own.location_id,
            ahead.c.status == literal_column(f"'{WaitlistStatus.WAITING}'"),
            or_(ahead.c.room_id.is_(None), own.room_id.is_(None), ahead.c.room_id == own.room_id),
            and_(ahead.c.from_at < own.to_at, ahead.c.to_at > own.from_at),
            tuple_(ahead.c.created_at, ahead.c.id) < tuple_(own.created_at, own.id),
        )
        .correlate(entries)
        .scalar_subquery()
    )
    waits = own.status == literal_column(f"'{WaitlistStatus.WAITING}'")
    return case((waits, before)).cast(Number).label("position")


def entry_values(entry: WaitlistEntry) -> Values:
    """An entry as a row."""
    offer = entry.offer
    return {
        "workspace_id": entry.workspace_id,
        "id": entry.id,
        "status": entry.status,
        "version": entry.version,
        "location_id": entry.location_id,
        "room_id": entry.room_id,
        "from_at": entry.window.start,
        "to_at": entry.window.end,
        "duration_minutes": entry.duration_minutes,
        "member_id": entry.member_id,
        "guest_email": entry.guest.email if entry.guest else None,
        "guest_name": entry.guest.name if entry.guest else None,
        "company_id": entry.company_id,
        "attendees": entry.attendees,
        "billing_mode": entry.billing_mode,
        "notes": entry.notes,
        "offer_room_id": offer.room_id if offer else None,
        "offer_start_at": offer.slot.start if offer else None,
        "offer_end_at": offer.slot.end if offer else None,
        "offer_buffer_minutes": offer.buffer_minutes if offer else None,
        "offer_busy_until": offer.claim.end if offer else None,
        "offer_expires_at": offer.expires_at if offer else None,
        "booking_id": entry.booking_id,
        "next_check_at": entry.next_check_at,
        "expires_at": entry.expires_at,
        "created_at": entry.created_at,
        "updated_at": entry.updated_at,
    }


def entry_of(row: Values) -> WaitlistEntry:
    """The inverse of :func:`entry_values`."""
    mode = row["billing_mode"]
    return WaitlistEntry(
        id=row["id"],
        workspace_id=row["workspace_id"],
        status=WaitlistStatus(row["status"]),
        version=row["version"],
        location_id=row["location_id"],
        room_id=row["room_id"],
        window=Interval(row["from_at"], row["to_at"]),
        duration_minutes=row["duration_minutes"],
        member_id=row["member_id"],
        guest=_guest(row),
        company_id=row["company_id"],
        attendees=row["attendees"],
        billing_mode=BillingMode(mode) if mode else None,
        notes=row["notes"],
        offer=_offer(row),
        booking_id=row["booking_id"],
        next_check_at=row["next_check_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _guest(row: Values) -> Guest | None:
    if row["guest_email"] is None:
        return None
    return Guest(email=row["guest_email"], name=row["guest_name"])


def _offer(row: Values) -> Offer | None:
    if row["offer_room_id"] is None:
        return None
    return Offer(
        room_id=row["offer_room_id"],
        slot=Interval(row["offer_start_at"], row["offer_end_at"]),
        buffer_minutes=row["offer_buffer_minutes"],
        expires_at=row["offer_expires_at"],
    )
