"""Requests that only HTTP can carry: wrong JSON, wrong types, unknown fields, odd times."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.behaviour.drivers.graphql import GraphQLDriver
from tests.behaviour.drivers.protocol import Facade, done
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, refusal, span, text, wish, wrong_fields


async def test_malformed_json(house: House, facade: Facade) -> None:
    """Contract: "`malformed_request` 400"; "The same codes in GraphQL"."""
    await refusal(house, facade.malformed(), "malformed_request")


WRONG: dict[str, tuple[str, Any]] = {
    "room-number": ("room_id", 7.5),
    "room-null": ("room_id", None),
    "room-list": ("room_id", ["rm_atrium"]),
    # A time as a number, in seconds and in milliseconds.
    "start-seconds": ("start_at", 1779804000),
    "end-milliseconds": ("end_at", 1779807600000),
    "start-digits": ("start_at", "1779804000"),
    "start-word": ("start_at", "tomorrow"),
    "start-date": ("start_at", "2026-05-26"),
    "start-hour": ("start_at", "14:00"),
    "start-25": ("start_at", "2026-05-26T25:00:00Z"),
    "start-0": ("start_at", "0001-01-01T00:00:00Z"),
    "start-empty": ("start_at", ""),
    "end-null": ("end_at", None),
    "attendees-text": ("attendees", "four"),
    "attendees-digits": ("attendees", "4"),
    "attendees-half": ("attendees", 1.5),
    "attendees-true": ("attendees", True),
    "attendees-huge": ("attendees", 2**70),
    "notes-number": ("notes", 5),
    "notes-list": ("notes", ["a"]),
    "metadata-text": ("metadata", "x"),
    "metadata-list": ("metadata", [1]),
    "mode-unknown": ("billing_mode", "cash"),
    "mode-number": ("billing_mode", 1),
    "quote-list": ("quote_id", ["qt_1"]),
    "booker-list": ("booked_by", ["mem_nadia_n"]),
    "booker-null": ("booked_by", None),
}


@pytest.mark.parametrize(("name", "value"), WRONG.values(), ids=WRONG)
async def test_wrong_types(house: House, facade: Facade, name: str, value: Any) -> None:
    """Contract: "a number or anything else is `422`"; `details[]{field, reason}`."""
    assert await wrong_fields(house, facade.create({**wish(), name: value})) == {name}


@pytest.mark.parametrize("name", ["room_id", "start_at", "end_at", "booked_by"])
async def test_missing(house: House, facade: Facade, name: str) -> None:
    """B: "Required fields": room, start, end and who books."""
    wanted = {field: value for field, value in wish().items() if field != name}
    details = await refusal(house, facade.create(wanted), "validation_failed")
    assert name in repr(details) or isinstance(facade, GraphQLDriver)


async def test_every_wrong_field_at_once(house: House, facade: Facade) -> None:
    """Contract: "`details[]`": a client need not try again for each of its mistakes."""
    wanted = {**wish(), "start_at": 7, "attendees": "four", "notes": 5}
    wrong = await wrong_fields(house, facade.create(wanted))
    assert wrong == {"start_at", "attendees", "notes"}


@pytest.mark.parametrize("name", ["colour", "id", "status", "price", "Room_id"])
async def test_unknown_fields(house: House, facade: Facade, name: str) -> None:
    """Contract: "Unknown body fields are `422`"."""
    await refusal(house, facade.create({**wish(), name: "x"}), "validation_failed")
    guest = {"guest": {"email": "a@example.com", "name": "A", name: "x"}}
    await refusal(house, facade.create(wish(booked_by=guest)), "validation_failed")


@pytest.mark.parametrize("name", ["colour", "status", "version", "company_id"])
async def test_unknown_fields_of_an_edit(house: House, facade: Facade, name: str) -> None:
    """Contract: "Unknown body fields are `422`"."""
    booking = await booked(facade, wish())
    call = facade.edit(booking["id"], {"notes": "x", name: 1})
    await refusal(house, call, "validation_failed")


EDITS: dict[str, tuple[str, Any]] = {
    "start": ("start_at", 1779804000),
    "end": ("end_at", "soon"),
    "duration": ("duration_minutes", "60"),
    "half": ("duration_minutes", 0.5),
    "room": ("room_id", None),
    "mode": ("billing_mode", "cash"),
    "no-mode": ("billing_mode", None),
    "metadata": ("metadata", [1]),
}


@pytest.mark.parametrize(("name", "value"), EDITS.values(), ids=EDITS)
async def test_wrong_types_of_an_edit(house: House, facade: Facade, name: str, value: Any) -> None:
    """Contract: what is no value of a field is `422`, in an edit as well."""
    booking = await booked(facade, wish())
    assert await wrong_fields(house, facade.edit(booking["id"], {name: value})) == {name}


CANCELS: dict[str, tuple[str, Any]] = {
    "policy": ("refund_policy", "most"),
    "no-policy": ("refund_policy", None),
    "amount": ("refund_amount_minor", "5"),
    "half": ("refund_tokens", 0.5),
    "notify": ("notify_attendees", "yes"),
    "reason": ("reason", 5),
}


@pytest.mark.parametrize(("name", "value"), CANCELS.values(), ids=CANCELS)
async def test_wrong_types_of_a_cancellation(
    house: House, facade: Facade, name: str, value: Any
) -> None:
    """Contract: `{reason, refund_policy: "full"|"partial"|"none"|"policy", notify_attendees}`."""
    booking = await booked(facade, wish())
    assert await wrong_fields(house, facade.cancel(booking["id"], {name: value})) == {name}


@pytest.mark.parametrize("value", ["yes", 1, None])
async def test_a_flag_is_true_or_false(house: House, facade: Facade, value: Any) -> None:
    """Contract: "No-show is a flag"."""
    booking = await booked(facade, wish())
    house.clock.now = wish()["start_at"]
    assert await wrong_fields(house, facade.mark_no_show(booking["id"], value)) == {"no_show"}


async def test_an_offset_is_read(house: House, facade: Facade) -> None:
    """Contract: instants "are stored in UTC and written as RFC 3339 with `Z`"."""
    times = {"start_at": "2026-05-26T15:00:00+01:00", "end_at": "2026-05-26T10:00:00-05:00"}
    booking = await booked(facade, {**wish(), **times})
    assert span(booking) == (text("2026-05-26 14:00"), text("2026-05-26 15:00"))


NAIVE = {"start_at": "2026-05-26T14:00:00", "end_at": "2026-05-26T15:00:00"}


async def test_rest_reads_naive_times_as_utc(house: House, rest: RestDriver) -> None:
    """Contract: "REST reads an ISO 8601 time without an offset as UTC", not as London's."""
    booking = await booked(rest, {**wish(), **NAIVE})
    assert span(booking) == (text("2026-05-26 14:00"), text("2026-05-26 15:00"))


async def test_graphql_needs_an_offset(house: House, graphql: GraphQLDriver) -> None:
    """Contract: "GraphQL's `DateTime` needs an offset"."""
    wrong = await wrong_fields(house, graphql.create({**wish(), **NAIVE}))
    assert wrong == {"start_at", "end_at"}


MIXED: dict[str, dict[str, Any]] = {
    "rooms": {"resource_id": "rm_annex"},
    "starts": {"start": "2026-05-26T14:30:00Z"},
    "length": {"duration_minutes": 90},
}


@pytest.mark.parametrize("more", MIXED.values(), ids=MIXED)
async def test_dialects_that_disagree(house: House, rest: RestDriver, more: dict[str, Any]) -> None:
    """Contract: "A body that mixes the dialects is fine while they agree; otherwise `422`"."""
    assert await wrong_fields(house, rest.create({**wish(), **more})) == set(more)


async def test_dialects_that_agree(house: House, rest: RestDriver) -> None:
    """Contract: "A body that mixes the dialects is fine while they agree"."""
    in_a = {
        "resource_id": "rm_atrium",
        "start": "2026-05-26T15:00:00+01:00",
        "duration_minutes": 60,
    }
    assert (await booked(rest, {**wish(), **in_a}))["status"] == "confirmed"


@pytest.mark.parametrize("prefix", ["bkg_", "uuid"])
async def test_other_spellings_of_an_id(house: House, facade: Facade, prefix: str) -> None:
    """Contract: "On input also accept `bkg_…` for a booking and the bare UUID of any id"."""
    booking = await booked(facade, wish())
    text_id = booking["id"].removeprefix("bk_")
    if prefix == "uuid":
        value = 0
        for character in text_id:
            value = value * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)
        spelling = str(UUID(int=value))
    else:
        spelling = f"bkg_{text_id}"
    assert done(await facade.get(spelling)) == booking
    assert done(await facade.edit(spelling, {"notes": "x"}))["id"] == booking["id"]
    assert done(await facade.cancel(spelling))["id"] == booking["id"]
