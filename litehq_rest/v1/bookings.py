"""``/v1/bookings``: list, create, get, update, cancel, delete."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from litehq_core.domain.attributes import Record
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.records import booking_record
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.bookings.cancel_booking import cancel_booking
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.bookings.get_booking import get_booking
from litehq_core.use_cases.bookings.list_bookings import ListBookings, list_bookings
from litehq_core.use_cases.bookings.mark_no_show import MarkNoShow, mark_no_show
from litehq_core.use_cases.bookings.update_booking import update_booking
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import (
    BookingCancel,
    BookingCreate,
    BookingEdit,
    cancel_command,
    create_command,
    edit_command,
)
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.times import instant_or_null

_FILTERS = (
    "from",
    "to",
    "status",
    "room_id",
    "resource_id",
    "member_id",
    "company_id",
    "limit",
    "cursor",
)
_PENDING = ("start_at", "end_at", "room_id", "price", "checkout_url", "expires_at")


def booking_json(record: Record) -> dict[str, Any]:
    """The superset of both dialects, from a ``BOOKING_RECORD``; nothing is ever missing.

    The order of the names is that of ``contract.md``, Bookings.
    """
    start, end = record["start_at"], record["end_at"]
    policy = CancellationPolicy.from_json(record["policy"])
    change = record["pending_change"]
    return {
        "id": record["id"],
        "object": "booking",
        "status": record["status"],
        "version": record["version"],
        "room": {"id": record["room_id"], "name": record["room.name"]},
        "resource_id": record["room_id"],
        "start_at": instant_text(start),
        "end_at": instant_text(end),
        "start": instant_text(start),
        "duration_minutes": int((end - start).total_seconds()) // 60,
        "timezone": record["room.timezone"],
        "booked_by": booked_by(record),
        "company_id": record["company_id"],
        "attendees": record["attendees"],
        "notes": record["notes"],
        "metadata": record["metadata"],
        "billing_mode": record["billing_mode"],
        "price": {
            "currency": record["currency"],
            "amount_minor": record["amount_minor"],
            "lines": record["price_lines"],
        },
        "tokens_charged": record["tokens_charged"],
        "checkout_url": record["checkout_url"],
        "expires_at": instant_or_null(record["expires_at"]),
        "cancellation": {
            "refundable_until": instant_or_null(policy.refundable_until(start)),
            "policy": record["policy"],
        },
        "pending_change": {name: change[name] for name in _PENDING} if change else None,
        "no_show": record["no_show"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
        "cancelled_at": instant_or_null(record["cancelled_at"]),
    }


def booked_by(record: Record) -> dict[str, Any]:
    """Who booked, as page B says it."""
    if record["member_id"] is not None:
        return {"member_id": record["member_id"]}
    return {"guest": {"email": record["guest_email"], "name": record["guest_name"]}}


def booking_answer(booking: Booking, *, status: int = 200) -> Answer:
    """A booking of the core as an answer."""
    record = booking_record(booking)
    return json_answer(booking_json(record), status=status, version=booking.version)


def created_booking(booking: Booking) -> Answer:
    """A new booking as an answer."""
    return booking_answer(booking, status=201)


def _list_query(query: Query) -> ListBookings:
    found = ListBookings(
        from_at=query.instant("from"),
        to_at=query.instant("to"),
        status=query.choice("status", BookingStatus),
        room_id=query.room_id(),
        member_id=query.id("member_id", Prefix.MEMBER),
        company_id=query.id("company_id", Prefix.COMPANY),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/bookings",
    operation_id="bookings.list",
    summary="List bookings",
    **described(answer=schemas.BookingPage, query=_FILTERS),
)
async def get_bookings(call: NamedDependency[Call]) -> Response[bytes]:
    """Bookings by start, filtered by range, status, room, member or company."""
    page = await list_bookings(call.ports, call.actor, _list_query(call.query))
    return response_of(
        json_answer(
            {
                "data": [booking_json(record) for record in page.records],
                "next_cursor": page.next_cursor,
            }
        )
    )


@post(
    "/bookings",
    operation_id="bookings.create",
    summary="Create a booking",
    **described(answer=schemas.Booking, status=201, body=BookingCreate, pays=True),
)
async def post_booking(call: NamedDependency[Call]) -> Response[bytes]:
    """Book a slot: confirmed at once if nothing is due, else held while the payer pays."""
    body, wrong = read_body(call.body, call.content_types, BookingCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, created_booking)
    booking = await create_booking(call.ports, call.actor, command, once)
    return response_of(created_booking(booking))


@get(
    "/bookings/{booking_id:str}",
    operation_id="bookings.get",
    summary="Retrieve a booking",
    **described(answer=schemas.Booking, by_id=True),
)
async def get_one_booking(
    call: NamedDependency[Call], booking_id: FromPath[str]
) -> Response[bytes]:
    """One booking."""
    found = await get_booking(call.ports, call.actor, normalise_id(Prefix.BOOKING, booking_id))
    return response_of(json_answer(booking_json(found), version=found["version"]))


@patch(
    "/bookings/{booking_id:str}",
    operation_id="bookings.update",
    summary="Change a booking",
    **described(answer=schemas.Booking, body=BookingEdit, by_id=True, locks=True, pays=True),
)
async def patch_booking(call: NamedDependency[Call], booking_id: FromPath[str]) -> Response[bytes]:
    """Move a booking, change who comes or how it is paid; or, alone, flag a no-show."""
    body, wrong = read_body(call.body, call.content_types, BookingEdit)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.BOOKING, booking_id)
    command = edit_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, booking_answer)
    if isinstance(command, MarkNoShow):
        return response_of(
            booking_answer(await mark_no_show(call.ports, call.actor, command, once))
        )
    return response_of(booking_answer(await update_booking(call.ports, call.actor, command, once)))


@post(
    "/bookings/{booking_id:str}/cancel",
    operation_id="bookings.cancel",
    summary="Cancel a booking",
    **described(
        answer=schemas.Booking, body=BookingCancel, body_optional=True, by_id=True, locks=True
    ),
)
async def post_cancel(call: NamedDependency[Call], booking_id: FromPath[str]) -> Response[bytes]:
    """Cancel a booking and give back what the policy, or the caller, says."""
    body, wrong = read_body(call.body, call.content_types, BookingCancel, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.BOOKING, booking_id)
    command = cancel_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, booking_answer)
    return response_of(booking_answer(await cancel_booking(call.ports, call.actor, command, once)))


@delete(
    "/bookings/{booking_id:str}",
    operation_id="bookings.delete",
    summary="Cancel a booking as its policy says",
    **described(answer=schemas.Booking, writes=True, by_id=True, locks=True),
)
async def delete_booking(call: NamedDependency[Call], booking_id: FromPath[str]) -> Response[bytes]:
    """The same as cancelling with all defaults."""
    wrong = Findings()
    key = key_of(call, None, wrong)
    wrong.refuse()
    command = CancelBooking(
        booking_id=normalise_id(Prefix.BOOKING, booking_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, booking_answer)
    return response_of(booking_answer(await cancel_booking(call.ports, call.actor, command, once)))
