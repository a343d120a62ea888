"""Bookings as rows and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, Table, select

from litehq_app.sql.counted import counted_query, counted_slots, counted_values
from litehq_app.sql.tables import BOOKINGS, LOCATIONS, ROOMS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.booking import Booking, BookingStatus, Guest, PendingChange, claimed
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import LotShare
from litehq_core.domain.price import Price
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.records import pending_change_from_json, pending_change_json
from litehq_core.domain.room import RoomSummary

# Built once, as OCCUPANCY_OF_ROOM is.
_COUNTED = counted_query("workspace_id")


class SqlBookings:
    """Implements ``Bookings``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, booking_id: str, *, lock: bool = False) -> Booking | None:
        """A booking; with ``lock`` nobody else changes it until the transaction ends.

        Not FOR UPDATE: a payment's foreign key must still be able to share the row.
        """
        query = with_room(BOOKINGS).where(self._unit.of(BOOKINGS), BOOKINGS.c.id == booking_id)
        if lock:
            query = query.with_for_update(key_share=True, of=BOOKINGS)
        row = await self._unit.row(query)
        return booking_of(row) if row else None

    async def add(self, booking: Booking) -> None:
        """Insert a new booking."""
        await self._unit.add(BOOKINGS, booking_values(booking))

    async def save(self, booking: Booking) -> None:
        """Write all of a booking that exists."""
        await self._unit.save(BOOKINGS, booking_values(booking))

    async def of_series(self, series_id: str) -> Sequence[Booking]:
        """The bookings of a series, by start."""
        query = (
            with_room(BOOKINGS)
            .where(self._unit.of(BOOKINGS), BOOKINGS.c.series_id == series_id)
            .order_by(BOOKINGS.c.start_at, BOOKINGS.c.id)
        )
        return [booking_of(row) for row in await self._unit.rows(query)]

    async def counted(
        self, holders: Mapping[QuotaHolder, str], span: Interval
    ) -> Sequence[CountedSlot]:
        """What any of the holders has booked within ``span``."""
        scope = {"workspace_id": self._unit.workspace_id}
        return counted_slots(
            await self._unit.rows(_COUNTED, {**scope, **counted_values(holders, span)})
        )


def with_room(table: Table) -> Select[Any]:
    """The rows of a table that have a ``room_id``, with what they know of the room beside them."""
    return (
        select(
            table,
            ROOMS.c.name.label("room_name"),
            LOCATIONS.c.timezone.label("timezone"),
            ROOMS.c.parts.label("room_parts"),
            ROOMS.c.shared.label("room_shared"),
            ROOMS.c.capacity.label("room_capacity"),
        )
        .join(
            ROOMS,
            (ROOMS.c.workspace_id == table.c.workspace_id) & (ROOMS.c.id == table.c.room_id),
        )
        .join(
            LOCATIONS,
            (LOCATIONS.c.workspace_id == ROOMS.c.workspace_id)
            & (LOCATIONS.c.id == ROOMS.c.location_id),
        )
    )


def summary_of(row: Values) -> RoomSummary:
    """The room of a row of :func:`with_room`."""
    return RoomSummary(
        id=row["room_id"],
        name=row["room_name"],
        timezone=row["timezone"],
        parts=frozenset(row["room_parts"]),
        seats=row["room_capacity"] if row["room_shared"] else None,
    )


def booking_values(booking: Booking) -> Values:
    """A booking as a row."""
    return {
        "workspace_id": booking.workspace_id,
        "id": booking.id,
        "room_id": booking.room.id,
        "status": booking.status,
        "version": booking.version,
        "sequence": booking.sequence,
        "start_at": booking.start_at,
        "end_at": booking.end_at,
        "buffer_minutes": booking.buffer_minutes,
        "busy_until": booking.end_at + timedelta(minutes=booking.buffer_minutes),
        "member_id": booking.member_id,
        "guest_email": booking.guest.email if booking.guest else None,
        "guest_name": booking.guest.name if booking.guest else None,
        "company_id": booking.company_id,
        "attendees": booking.attendees,
        "notes": booking.notes,
        "metadata": dict(booking.metadata),
        "billing_mode": booking.billing_mode,
        "currency": booking.price.currency,
        "amount_minor": booking.price.amount_minor,
        "price_lines": [line.as_json() for line in booking.price.lines],
        "tokens_charged": booking.price.tokens,
        "policy": booking.policy.as_json(),
        "payment_id": booking.payment_id,
        "checkout_url": booking.checkout_url,
        "expires_at": booking.expires_at,
        **_change_values(booking.pending_change),
        "no_show": booking.no_show,
        "paid_minor": booking.paid_minor,
        "refunded_minor": booking.refunded_minor,
        "tokens_spent": booking.tokens_spent,
        "series_id": booking.series_id,
        "fee_minor": booking.fee_minor,
        "token_lots": [[share.lot_id, share.tokens] for share in booking.token_lots],
        "created_at": booking.created_at,
        "updated_at": booking.updated_at,
        "cancelled_at": booking.cancelled_at,
    }


def _change_values(change: PendingChange | None) -> Values:
    if change is None:
        return {
            "pending_change": None,
            "change_room_id": None,
            "change_start_at": None,
            "change_end_at": None,
            "change_buffer_minutes": None,
            "change_busy_until": None,
            "change_expires_at": None,
            "change_attendees": None,
        }
    return {
        "pending_change": pending_change_json(change),
        "change_room_id": change.room.id,
        "change_start_at": change.slot.start,
        "change_end_at": change.slot.end,
        "change_buffer_minutes": change.buffer_minutes,
        "change_busy_until": claimed(change.slot, change.buffer_minutes).end,
        "change_expires_at": change.expires_at,
        "change_attendees": change.attendees,
    }


def booking_of(row: Values) -> Booking:
    """The inverse of :func:`booking_values`, with what it knows of its room beside it."""
    price = {"currency": row["currency"], "lines": row["price_lines"]}
    change = row["pending_change"]
    return Booking(
        id=row["id"],
        workspace_id=row["workspace_id"],
        room=summary_of(row),
        status=BookingStatus(row["status"]),
        version=row["version"],
        sequence=row["sequence"],
        start_at=row["start_at"],
        end_at=row["end_at"],
        buffer_minutes=row["buffer_minutes"],
        member_id=row["member_id"],
        guest=guest_of(row),
        company_id=row["company_id"],
        attendees=row["attendees"],
        notes=row["notes"],
        metadata=row["metadata"],
        billing_mode=BillingMode(row["billing_mode"]),
        price=Price.from_json(price, row["tokens_charged"]),
        policy=CancellationPolicy.from_json(row["policy"]),
        payment_id=row["payment_id"],
        checkout_url=row["checkout_url"],
        expires_at=row["expires_at"],
        pending_change=pending_change_from_json(change) if change else None,
        no_show=row["no_show"],
        paid_minor=row["paid_minor"],
        refunded_minor=row["refunded_minor"],
        series_id=row["series_id"],
        fee_minor=row["fee_minor"],
        token_lots=tuple(LotShare(lot_id, tokens) for lot_id, tokens in row["token_lots"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        cancelled_at=row["cancelled_at"],
    )


def guest_of(row: Values) -> Guest | None:
    """The guest, if one booked."""
    if row["guest_email"] is None:
        return None
    return Guest(email=row["guest_email"], name=row["guest_name"])
