"""``/v1/visitors``: list, announce, get, call off, check in, and the code on the pass."""

from __future__ import annotations

import io
from typing import Any

import segno
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.visitor import Visitor, VisitorStatus, VisitorsWhen
from litehq_core.domain.visitor_words import visitor_record
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.visitors.cancel_visitor import CancelVisitor, cancel_visitor
from litehq_core.use_cases.visitors.check_in_visitor import CheckInVisitor, check_in_visitor
from litehq_core.use_cases.visitors.list_visitors import ListVisitors, list_visitors
from litehq_core.use_cases.visitors.read_pass import read_pass
from litehq_core.use_cases.visitors.register_visitor import RegisterVisitor, register_visitor
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, Instant, plain
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.media import described_file
from litehq_rest.openapi import described
from litehq_rest.query import Query

_ATTRIBUTES = every_attribute(Noun.VISITOR)
_FILTERS = ("when", "status", "location_id", "host_member_id", "booking_id", "limit", "cursor")


class VisitorCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """Somebody to expect."""

    name: str | UnsetType = UNSET
    host_member_id: str | UnsetType = UNSET
    location_id: str | UnsetType = UNSET
    expected_at: Instant | UnsetType = UNSET
    until: Instant | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    booking_id: str | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET


class VisitorArrival(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing but a key: the path says who is here."""


class VisitorScan(Body, kw_only=True, forbid_unknown_fields=True, rename={"pass_": "pass"}):
    """What the reception scanned: the code's text, or the token at its end."""

    pass_: str | UnsetType = UNSET


def visitor_json(record: Record) -> dict[str, Any]:
    """A visitor as shown; nothing is ever missing."""
    path = f"/v1/visitors/{record['id']}/pass"
    return {
        "id": record["id"],
        "object": "visitor",
        "status": record["status"],
        "version": record["version"],
        "location_id": record["location_id"],
        "host_member_id": record["host_member_id"],
        "booking_id": record["booking_id"],
        "name": record["name"],
        "email": record["email"],
        "company": record["company_name"],
        "expected_at": instant_text(record["expected_at"]),
        "until": _instant(record["until_at"]),
        "notes": record["notes"],
        "qr": {"svg": f"{path}.svg", "png": f"{path}.png"},
        "checked_in_at": _instant(record["checked_in_at"]),
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
        "cancelled_at": _instant(record["cancelled_at"]),
    }


def _instant(value: Any) -> str | None:
    return None if value is None else instant_text(value)


def visitor_answer(visitor: Visitor, *, status: int = 200) -> Answer:
    """A visitor of the core as an answer."""
    shown = visitor_json(visitor_record(visitor))
    return json_answer(shown, status=status, version=visitor.version)


def registered_answer(visitor: Visitor) -> Answer:
    """A new visitor as an answer."""
    return visitor_answer(visitor, status=201)


def register_command(body: VisitorCreate, wrong: Findings) -> RegisterVisitor:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing, or is no value.
    """
    name = wrong.agreed(("name", plain(body.name)), required=True)
    host = wrong.agreed(("host_member_id", plain(body.host_member_id)), required=True)
    location = wrong.agreed(("location_id", plain(body.location_id)), required=True)
    expected_at = wrong.agreed(
        ("expected_at", wrong.instant("expected_at", body.expected_at)), required=True
    )
    until_at = wrong.instant("until", body.until)
    if wrong or name is None or host is None or location is None or expected_at is None:
        raise wrong.refusal()
    booking_id = plain(body.booking_id)
    return RegisterVisitor(
        name=name,
        host_member_id=normalise_id(Prefix.MEMBER, host),
        location_id=normalise_id(Prefix.LOCATION, location),
        expected_at=expected_at,
        until_at=until_at,
        email=plain(body.email),
        company_name=plain(body.company),
        booking_id=None if booking_id is None else normalise_id(Prefix.BOOKING, booking_id),
        notes=plain(body.notes),
    )


def _list_query(query: Query) -> ListVisitors:
    found = ListVisitors(
        when=query.choice("when", VisitorsWhen),
        status=query.choice("status", VisitorStatus),
        location_id=query.id("location_id", Prefix.LOCATION),
        host_member_id=query.id("host_member_id", Prefix.MEMBER),
        booking_id=query.id("booking_id", Prefix.BOOKING),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/visitors",
    operation_id="visitors.list",
    summary="List visitors",
    **described(answer=schemas.VisitorPage, query=_FILTERS, status_of=VisitorStatus),
)
async def get_visitors(call: NamedDependency[Call]) -> Response[bytes]:
    """Visitors of every status, newest first."""
    page = await list_visitors(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [visitor_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@post(
    "/visitors",
    operation_id="visitors.create",
    summary="Announce a visitor",
    **described(answer=schemas.Visitor, status=201, body=VisitorCreate, finds=True),
)
async def post_visitor(call: NamedDependency[Call]) -> Response[bytes]:
    """The host is told by mail; a visitor with an address is sent a pass."""
    body, wrong = read_body(call.body, call.content_types, VisitorCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = register_command(body, wrong)
    once = once_of(call, key, registered_answer)
    found = await register_visitor(call.ports, call.actor, command, once)
    return response_of(registered_answer(found))


@get(
    "/visitors/{visitor_id:str}",
    operation_id="visitors.get",
    summary="Retrieve a visitor",
    **described(answer=schemas.Visitor, by_id=True),
)
async def get_visitor(call: NamedDependency[Call], visitor_id: FromPath[str]) -> Response[bytes]:
    """One visitor."""
    bare_id = normalise_id(Prefix.VISITOR, visitor_id)
    found = await get_record(call.ports, call.actor, Noun.VISITOR, bare_id, _ATTRIBUTES)
    return response_of(json_answer(visitor_json(found), version=found["version"]))


@delete(
    "/visitors/{visitor_id:str}",
    operation_id="visitors.delete",
    summary="Call a visit off",
    **described(answer=schemas.Visitor, writes=True, by_id=True, locks=True),
)
async def delete_visitor(call: NamedDependency[Call], visitor_id: FromPath[str]) -> Response[bytes]:
    """The cancelled visitor; mails that are still queued are not sent."""
    wrong = Findings()
    key = key_of(call, None, wrong)
    wrong.refuse()
    command = CancelVisitor(
        visitor_id=normalise_id(Prefix.VISITOR, visitor_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, visitor_answer)
    return response_of(visitor_answer(await cancel_visitor(call.ports, call.actor, command, once)))


@post(
    "/visitors/{visitor_id:str}/check_in",
    operation_id="visitors.check_in",
    summary="Check a visitor in",
    **described(
        answer=schemas.Visitor, body=VisitorArrival, body_optional=True, by_id=True, locks=True
    ),
)
async def post_check_in(call: NamedDependency[Call], visitor_id: FromPath[str]) -> Response[bytes]:
    """The visitor is here, and the host is told by mail."""
    body, wrong = read_body(call.body, call.content_types, VisitorArrival, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = CheckInVisitor(
        visitor_id=normalise_id(Prefix.VISITOR, visitor_id),
        expected_version=expected_version(call.if_match),
    )
    return response_of(await _checked_in(call, command, key))


@post(
    "/visitors/check_in",
    operation_id="visitors.scan",
    summary="Check in who shows a pass",
    **described(answer=schemas.Visitor, body=VisitorScan, finds=True),
)
async def post_scan(call: NamedDependency[Call]) -> Response[bytes]:
    """The visitor whose pass was scanned is here, and the host is told by mail."""
    body, wrong = read_body(call.body, call.content_types, VisitorScan)
    key = key_of(call, body.idempotency_key, wrong)
    token = wrong.agreed(("pass", plain(body.pass_)), required=True)
    wrong.refuse()
    return response_of(await _checked_in(call, CheckInVisitor(pass_token=token), key))


async def _checked_in(call: Call, command: CheckInVisitor, key: str | None) -> Answer:
    once = once_of(call, key, visitor_answer)
    return visitor_answer(await check_in_visitor(call.ports, call.actor, command, once))


@get(
    "/visitors/{visitor_id:str}/pass.svg",
    operation_id="visitors.pass_svg",
    summary="The code of a visitor's pass as SVG",
    **described_file("image/svg+xml"),
)
async def get_pass_svg(call: NamedDependency[Call], visitor_id: FromPath[str]) -> Response[bytes]:
    """A QR code with the address of the pass."""
    return await _code(call, visitor_id, kind="svg", media_type="image/svg+xml")


@get(
    "/visitors/{visitor_id:str}/pass.png",
    operation_id="visitors.pass_png",
    summary="The code of a visitor's pass as PNG",
    **described_file("image/png"),
)
async def get_pass_png(call: NamedDependency[Call], visitor_id: FromPath[str]) -> Response[bytes]:
    """A QR code with the address of the pass."""
    return await _code(call, visitor_id, kind="png", media_type="image/png")


async def _code(call: Call, visitor_id: str, *, kind: str, media_type: str) -> Response[bytes]:
    url = await read_pass(call.ports, call.actor, normalise_id(Prefix.VISITOR, visitor_id))
    picture = io.BytesIO()
    segno.make(url, micro=False).save(picture, kind=kind, scale=8, border=4)
    # Whoever has the code has the pass, so it is kept by nobody on the way.
    return Response(
        picture.getvalue(), media_type=media_type, headers={"Cache-Control": "no-store"}
    )
