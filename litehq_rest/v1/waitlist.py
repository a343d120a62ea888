"""``/v1/waitlist``: join, list, get, accept, leave."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.records import waitlist_record
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_core.domain.wall_clock import instant_text
from litehq_core.steps.placed_entry import PlacedEntry
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.waitlist.accept_offer import AcceptOffer, accept_offer
from litehq_core.use_cases.waitlist.join_waitlist import JoinWaitlist, join_waitlist
from litehq_core.use_cases.waitlist.leave_waitlist import LeaveWaitlist, leave_waitlist
from litehq_core.use_cases.waitlist.list_waitlist import ListWaitlist, list_waitlist
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import (
    Body,
    BookerBody,
    Instant,
    Minutes,
    Seats,
    booker_of,
    plain,
    room_id_of,
)
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.v1.bookings import booked_by, created_booking

_ATTRIBUTES = every_attribute(Noun.WAITLIST_ENTRY)
_FILTERS = (
    *("status", "location_id", "room_id", "resource_id", "member_id", "company_id"),
    *("limit", "cursor"),
)


class WaitlistJoin(Body, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A wish to wait: for a room, or for any room at a location."""

    room_id: str | UnsetType | None = UNSET
    resource_id: str | UnsetType | None = UNSET
    location_id: str | UnsetType | None = UNSET
    from_: Instant | UnsetType = UNSET
    to: Instant | UnsetType = UNSET
    duration_minutes: Minutes | UnsetType = UNSET
    booked_by: str | BookerBody | UnsetType = UNSET
    attendees: Seats | UnsetType | None = UNSET
    billing_mode: BillingMode | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET


class WaitlistAccept(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing but a key: the entry says what is booked."""


def waitlist_json(record: Record) -> dict[str, Any]:
    """An entry as shown; nothing is ever missing."""
    return {
        "id": record["id"],
        "object": "waitlist_entry",
        "status": record["status"],
        "version": record["version"],
        "position": record["position"],
        "location_id": record["location_id"],
        "room_id": record["room_id"],
        "resource_id": record["room_id"],
        "from": instant_text(record["from_at"]),
        "to": instant_text(record["to_at"]),
        "duration_minutes": record["duration_minutes"],
        "booked_by": booked_by(record),
        "company_id": record["company_id"],
        "attendees": record["attendees"],
        "billing_mode": record["billing_mode"],
        "notes": record["notes"],
        "offer": _offer_json(record),
        "booking_id": record["booking_id"],
        "expires_at": instant_text(record["expires_at"]),
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def _offer_json(record: Record) -> dict[str, Any] | None:
    if record["offer_room_id"] is None:
        return None
    return {
        "room_id": record["offer_room_id"],
        "resource_id": record["offer_room_id"],
        "start_at": instant_text(record["offer_start_at"]),
        "end_at": instant_text(record["offer_end_at"]),
        "expires_at": instant_text(record["offer_expires_at"]),
    }


def entry_answer(placed: PlacedEntry, *, status: int = 200) -> Answer:
    """An entry of the core as an answer."""
    shown = waitlist_json(waitlist_record(placed.entry, placed.position))
    return json_answer(shown, status=status, version=placed.entry.version)


def joined_answer(placed: PlacedEntry) -> Answer:
    """A new entry as an answer."""
    return entry_answer(placed, status=201)


def join_command(body: WaitlistJoin, wrong: Findings) -> JoinWaitlist:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing, contradicts another, or is no value.
    """
    room_id, location_id = room_id_of(body, wrong), plain(body.location_id)
    if room_id is None and location_id is None:
        wrong.agreed(("room_id", None), ("location_id", None), required=True)
    from_at = wrong.agreed(("from", wrong.instant("from", body.from_)), required=True)
    to_at = wrong.agreed(("to", wrong.instant("to", body.to)), required=True)
    minutes = wrong.agreed(("duration_minutes", plain(body.duration_minutes)), required=True)
    member_id, guest = booker_of(body.booked_by, wrong)
    if wrong or from_at is None or to_at is None or minutes is None:
        raise wrong.refusal()
    return JoinWaitlist(
        room_id=room_id,
        location_id=None if location_id is None else normalise_id(Prefix.LOCATION, location_id),
        from_at=from_at,
        to_at=to_at,
        duration_minutes=minutes,
        member_id=member_id,
        guest=guest,
        attendees=plain(body.attendees),
        billing_mode=plain(body.billing_mode),
        notes=plain(body.notes),
    )


def _list_query(query: Query) -> ListWaitlist:
    found = ListWaitlist(
        status=query.choice("status", WaitlistStatus),
        location_id=query.id("location_id", Prefix.LOCATION),
        room_id=query.room_id(),
        member_id=query.id("member_id", Prefix.MEMBER),
        company_id=query.id("company_id", Prefix.COMPANY),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@post(
    "/waitlist",
    operation_id="waitlist.create",
    summary="Wait for a slot",
    **described(answer=schemas.WaitlistEntry, status=201, body=WaitlistJoin, finds=True),
)
async def post_entry(call: NamedDependency[Call]) -> Response[bytes]:
    """A place at the end of the line; what is free at this moment is offered at once."""
    body, wrong = read_body(call.body, call.content_types, WaitlistJoin)
    key = key_of(call, body.idempotency_key, wrong)
    command = join_command(body, wrong)
    once = once_of(call, key, joined_answer)
    return response_of(joined_answer(await join_waitlist(call.ports, call.actor, command, once)))


@get(
    "/waitlist",
    operation_id="waitlist.list",
    summary="List the waitlist",
    **described(answer=schemas.WaitlistPage, query=_FILTERS, status_of=WaitlistStatus),
)
async def get_entries(call: NamedDependency[Call]) -> Response[bytes]:
    """Entries of every status, newest first."""
    page = await list_waitlist(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [waitlist_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@get(
    "/waitlist/{entry_id:str}",
    operation_id="waitlist.get",
    summary="Retrieve a waitlist entry",
    **described(answer=schemas.WaitlistEntry, by_id=True),
)
async def get_entry(call: NamedDependency[Call], entry_id: FromPath[str]) -> Response[bytes]:
    """One entry."""
    found = await get_record(
        call.ports,
        call.actor,
        Noun.WAITLIST_ENTRY,
        normalise_id(Prefix.WAITLIST_ENTRY, entry_id),
        _ATTRIBUTES,
    )
    return response_of(json_answer(waitlist_json(found), version=found["version"]))


@post(
    "/waitlist/{entry_id:str}/accept",
    operation_id="waitlist.accept",
    summary="Book what is offered",
    **described(
        answer=schemas.Booking,
        status=201,
        body=WaitlistAccept,
        body_optional=True,
        by_id=True,
        locks=True,
        pays=True,
    ),
)
async def post_accept(call: NamedDependency[Call], entry_id: FromPath[str]) -> Response[bytes]:
    """The booking of the offered slot, with its checkout if money is due."""
    body, wrong = read_body(call.body, call.content_types, WaitlistAccept, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = AcceptOffer(
        entry_id=normalise_id(Prefix.WAITLIST_ENTRY, entry_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, created_booking)
    return response_of(created_booking(await accept_offer(call.ports, call.actor, command, once)))


@delete(
    "/waitlist/{entry_id:str}",
    operation_id="waitlist.delete",
    summary="Wait no longer, or decline what is offered",
    **described(answer=schemas.WaitlistEntry, writes=True, by_id=True, locks=True),
)
async def delete_entry(call: NamedDependency[Call], entry_id: FromPath[str]) -> Response[bytes]:
    """The cancelled entry; what it was offered goes to the next."""
    wrong = Findings()
    key = key_of(call, None, wrong)
    wrong.refuse()
    command = LeaveWaitlist(
        entry_id=normalise_id(Prefix.WAITLIST_ENTRY, entry_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, entry_answer)
    return response_of(entry_answer(await leave_waitlist(call.ports, call.actor, command, once)))
