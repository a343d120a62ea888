"""``/v1/waitlist`` as REST alone can say it: dialects, statuses, headers, shapes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from litehq_rest import schemas
from tests.rest.errors import error_of
from tests.rest.house import House

DAY = {"from": "2026-05-25T14:00:00Z", "to": "2026-05-25T16:00:00Z", "duration_minutes": 90}
LINA = {"resource_id": "rm_atrium", "booked_by": "mem_lina_p", **DAY}


async def _join(house: House, **fields: Any) -> dict[str, Any]:
    answer = await house.client.post("/v1/waitlist", json={**LINA, **fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_answers_have_the_described_shape(house: House) -> None:
    """Contract: "Nothing is ever missing"; creations 201, with an ETag of the version."""
    booking = await house.book(booked_by="mem_jonas_k")
    answer = await house.client.post("/v1/waitlist", json=LINA)
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    entry = answer.json()
    msgspec.convert(entry, schemas.WaitlistEntry)
    assert (entry["resource_id"], entry["room_id"]) == ("rm_atrium", "rm_atrium")
    await house.client.delete(f"/v1/bookings/{booking['id']}")
    read = await house.client.get(f"/v1/waitlist/{entry['id']}")
    assert (read.status_code, read.headers["etag"]) == (200, '"2"')
    shown = msgspec.convert(read.json(), schemas.WaitlistEntry)
    assert shown.offer
    assert shown.offer.resource_id == "rm_atrium"
    page = await house.client.get("/v1/waitlist", params={"status": "offered"})
    assert [e.id for e in msgspec.convert(page.json(), schemas.WaitlistPage).data] == [entry["id"]]
    accepted = await house.client.post(f"/v1/waitlist/{entry['id']}/accept", json={})
    assert accepted.status_code == 201
    msgspec.convert(accepted.json(), schemas.Booking)


@pytest.mark.parametrize(
    "body",
    [
        {"room_id": "rm_atrium", "booked_by": {"member_id": "mem_lina_p"}},
        {"resource_id": "rm_atrium", "booked_by": "mem_lina_p"},
        {"room_id": "rm_atrium", "resource_id": "rm_atrium", "booked_by": "mem_lina_p"},
        {"location_id": "loc_soho", "room_id": None, "booked_by": "mem_lina_p"},
    ],
)
async def test_both_dialects_name_the_place(house: House, body: dict[str, Any]) -> None:
    """Contract, Bookings: a body that mixes the dialects is fine while they agree."""
    answer = await house.client.post("/v1/waitlist", json={**DAY, **body})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"room_id": "rm_studio"}, {"resource_id"}),
        ({"resource_id": None}, {"room_id"}),
        ({"from": "2026-05-25"}, {"from"}),
        ({"to": 7}, {"to"}),
        ({"duration_minutes": "90"}, {"duration_minutes"}),
        ({"duration_minutes": None, "until": "x"}, {"duration_minutes", "until"}),
        ({"booked_by": {}}, {"booked_by"}),
    ],
)
async def test_wrong_fields_are_named_all_at_once(
    house: House, changes: dict[str, Any], fields: set[str]
) -> None:
    answer = await house.client.post("/v1/waitlist", json={**LINA, **changes})
    found = error_of(answer, "validation_failed")
    assert {detail["field"] for detail in found["details"]} == fields


async def test_what_is_missing_is_named(house: House) -> None:
    found = error_of(await house.client.post("/v1/waitlist", json={}), "validation_failed")
    wanted = {"room_id", "from", "to", "duration_minutes", "booked_by"}
    assert {detail["field"] for detail in found["details"]} == wanted


async def test_a_replay_is_the_first_answer_byte_for_byte(house: House) -> None:
    """Contract, Idempotency: with the header or the body, and on DELETE too."""
    await house.book(booked_by="mem_jonas_k")
    headers = {"Idempotency-Key": "k1"}
    first = await house.client.post("/v1/waitlist", json=LINA, headers=headers)
    again = await house.client.post("/v1/waitlist", json={**LINA, "idempotency_key": "k1"})
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    path = f"/v1/waitlist/{first.json()['id']}"
    gone = await house.client.delete(path, headers=headers)
    assert (await house.client.delete(path, headers=headers)).content == gone.content
    other = await house.client.post("/v1/waitlist", json={**LINA, "notes": "x"}, headers=headers)
    error_of(other, "idempotency_conflict")


async def test_if_match_names_the_version(house: House) -> None:
    entry = await _join(house)
    assert entry["status"] == "offered"
    path = f"/v1/waitlist/{entry['id']}"
    for call in (
        house.client.delete(path, headers={"If-Match": '"1"'}),
        house.client.post(f"{path}/accept", headers={"If-Match": '"1"'}),
    ):
        error_of(await call, "version_conflict")
    done = await house.client.delete(path, headers={"If-Match": '"2"'})
    assert (done.status_code, done.json()["version"]) == (200, 3)


async def test_unknown_parameters_and_states_are_refused(house: House) -> None:
    for params in ({"from": "2026-05-25T14:00:00Z"}, {"status": "confirmed"}):
        error_of(await house.client.get("/v1/waitlist", params=params), "validation_failed")
