"""Lists: pages, cursors and filters (``contract.md``, Conventions)."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.domain.query import SEAL_LENGTH
from tests.rest.errors import field_of
from tests.rest.house import START, STRANGER_KEY, House


async def fill(house: House, count: int, room: str = "rm_atrium") -> list[str]:
    """So many bookings at half-hour steps from 14:00 on 25 May; their ids in order of start."""
    ids = []
    for step in range(count):
        at = START.replace(day=25, hour=14) + timedelta(minutes=30 * step)
        made = await house.book(resource_id=room, at=at.isoformat(), duration_minutes=30)
        ids.append(made["id"])
    return ids


async def walk(client: httpx.AsyncClient, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of a list, following the cursor alone after the first page."""
    rows: list[dict[str, Any]] = []
    while True:
        page = (await client.get(path, params=params)).json()
        assert set(page) == {"data", "next_cursor"}
        rows += page["data"]
        if page["next_cursor"] is None:
            return rows
        params = {"cursor": page["next_cursor"]}


async def test_a_list_is_ordered_by_start_and_ends_with_null(house: House) -> None:
    """ "Ordered by `(start_at, id)`"; `next_cursor` "`null` at the end"."""
    ids = await fill(house, 3)
    others = await fill(house, 3, "rm_studio")
    rows = await walk(house.client, "/v1/bookings", limit=2)
    assert [(row["start_at"], row["id"]) for row in rows] == sorted(
        (row["start_at"], row["id"]) for row in rows
    )
    assert {row["id"] for row in rows} == {*ids, *others}


async def test_no_row_twice_or_skipped_while_others_are_inserted(house: House) -> None:
    """ "no row twice or skipped while others are inserted"."""
    ids = await fill(house, 6)
    first = (await house.client.get("/v1/bookings", params={"limit": 3})).json()
    before = await house.book(at="2026-05-25T12:00:00Z", duration_minutes=30)
    between = await house.book(
        resource_id="rm_loft", at="2026-05-25T15:00:00Z", duration_minutes=30
    )
    rest = await walk(house.client, "/v1/bookings", cursor=first["next_cursor"])
    seen = [row["id"] for row in first["data"] + rest]
    assert len(seen) == len(set(seen))
    assert [i for i in seen if i in ids] == ids
    assert before["id"] not in seen
    assert between["id"] in seen


async def test_the_cursor_alone_suffices_and_carries_the_filters(house: House) -> None:
    """ "carries the resolved filters, so the cursor alone suffices"."""
    ids = await fill(house, 4)
    await fill(house, 4, "rm_studio")
    rows = await walk(
        house.client,
        "/v1/bookings",
        limit=2,
        room_id="rm_atrium",
        to="2026-05-25T15:30:00Z",
        status="confirmed",
    )
    assert [row["id"] for row in rows] == ids[:3]


async def test_the_resolved_window_stays_when_time_passes(house: House) -> None:
    """The default `from` of the first page holds for the next: it is resolved once."""
    ids = await fill(house, 3)
    first = (await house.client.get("/v1/bookings", params={"limit": 1})).json()
    house.clock.advance(days=29)
    rest = await walk(house.client, "/v1/bookings", cursor=first["next_cursor"])
    assert [row["id"] for row in rest] == ids[1:]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("room_id", "rm_atrium", 200),
        ("resource_id", "rm_atrium", 200),
        ("to", "2026-06-01T00:00:00Z", 200),
        ("limit", "3", 200),
        ("room_id", "rm_loft", 422),
        ("to", "2026-06-02T00:00:00Z", 422),
        ("status", "confirmed", 422),
        ("member_id", "mem_lina_p", 422),
    ],
)
async def test_a_differing_filter_beside_the_cursor(
    house: House, name: str, value: str, status: int
) -> None:
    """ "a differing filter beside it is `422`"."""
    await fill(house, 2)
    params = {"limit": "1", "room_id": "rm_atrium", "to": "2026-06-01T00:00:00Z"}
    cursor = (await house.client.get("/v1/bookings", params=params)).json()["next_cursor"]
    answer = await house.client.get("/v1/bookings", params={"cursor": cursor, name: value})
    assert answer.status_code == status
    if status == 422:
        assert field_of(answer) == name


def tampered(cursor: str, **changes: Any) -> str:
    """A cursor with some of its inside replaced."""
    seal, inside = cursor[:SEAL_LENGTH], cursor[SEAL_LENGTH:]
    filters, key = json.loads(base64.urlsafe_b64decode(inside + "=="))
    value = [changes.get("filters", filters), changes.get("key", key)]
    return seal + base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "change",
    [
        {"key": []},
        {"key": ["x", "bk_1"]},
        {"key": [1, 2]},
        {"key": [10**30, "bk_1"]},
        {"key": [True, "bk_1"]},
        {"key": {}},
        {"filters": {"from": 1}},
        {"filters": {}},
        {"filters": {"workspace_id": "ws_2"}},
        {"filters": {"from": "x", "to": "y"}},
        {"filters": {"location_id": "loc_soho"}},
        {"filters": []},
        {"filters": None},
    ],
)
async def test_a_tampered_cursor_is_refused(house: House, change: dict[str, Any]) -> None:
    """A cursor is opaque; what is none of ours is 422."""
    await fill(house, 2)
    cursor = (await house.client.get("/v1/bookings", params={"limit": 1})).json()["next_cursor"]
    assert (await house.client.get("/v1/bookings", params={"cursor": cursor})).status_code == 200
    answer = await house.client.get("/v1/bookings", params={"cursor": tampered(cursor, **change)})
    assert field_of(answer) == "cursor"


@pytest.mark.parametrize("cursor", ["", "x", "%", "bk_1", "é", "\0", "W10", "e30", "A" * 20_000])
async def test_what_is_no_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    """As above, for text that never was one."""
    for path in ("/v1/bookings", "/v1/rooms", "/v1/locations", "/v1/auth/tokens"):
        assert field_of(await client.get(path, params={"cursor": cursor})) == "cursor"


async def test_a_cursor_of_another_list_is_refused(house: House) -> None:
    """A cursor belongs to its list."""
    await fill(house, 2)
    of_bookings = (await house.client.get("/v1/bookings?limit=1")).json()["next_cursor"]
    of_rooms = (await house.client.get("/v1/rooms?limit=1")).json()["next_cursor"]
    for path, cursor in (("/v1/bookings", of_rooms), ("/v1/rooms", of_bookings)):
        assert field_of(await house.client.get(path, params={"cursor": cursor})) == "cursor"


async def test_a_bound_key_sees_only_what_is_its_own(house: House) -> None:
    """ "A key may be bound to a member or to companies and then sees only theirs"."""
    mine = await house.book()
    other = await house.book(at="2026-05-25T17:00:00Z", booked_by="mem_ana_n")
    member = await house.key("sk_test_member", member_id="mem_lina_p")
    company = await house.key("sk_test_company", company_ids=frozenset({"co_northwind"}))
    for headers, own, hidden in ((member, mine, other), (company, other, mine)):
        listed = (await house.client.get("/v1/bookings", headers=headers)).json()["data"]
        assert [row["id"] for row in listed] == [own["id"]]
        path = f"/v1/bookings/{hidden['id']}"
        assert (await house.client.get(path, headers=headers)).status_code == 404


async def test_another_workspace_sees_nothing(house: House) -> None:
    """The workspace is the unit of isolation."""
    await fill(house, 1)
    headers = {"Authorization": f"Bearer {STRANGER_KEY}"}
    assert (await house.client.get("/v1/bookings", headers=headers)).json()["data"] == []


async def test_a_list_needs_its_scope(house: House) -> None:
    """`calendar:read` for rooms, locations and availability too; `auth:read` for tokens."""
    nobody = await house.key("sk_test_nobody", scopes=frozenset({Scope.BILLING_WRITE}))
    for path in (
        "bookings",
        "rooms",
        "locations",
        "availability",
        "auth/tokens",
        "rooms/rm_atrium",
    ):
        answer = await house.client.get(f"/v1/{path}", headers=nobody)
        assert answer.json()["error"]["code"] == "auth_scope_insufficient"
