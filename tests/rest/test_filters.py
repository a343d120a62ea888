"""Query parameters: filters, and what is refused."""

from __future__ import annotations

import httpx
import pytest

from tests.rest.errors import field_of
from tests.rest.house import House


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "+5", " 5", "x", "", "٥", "9" * 5000])
async def test_a_limit_lies_within_1_and_200(client: httpx.AsyncClient, limit: str) -> None:
    """ "`limit` 1–200 (default 50, out of range `422`)"."""
    for path in ("/v1/bookings", "/v1/rooms", "/v1/locations", "/v1/auth/tokens"):
        assert field_of(await client.get(path, params={"limit": limit})) == "limit"


@pytest.mark.parametrize("limit", ["1", "200"])
async def test_the_bounds_of_the_limit_are_allowed(client: httpx.AsyncClient, limit: str) -> None:
    """Both ends belong to the range."""
    assert (await client.get("/v1/bookings", params={"limit": limit})).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=open", "status"),
        ("status=", "status"),
        ("from=yesterday", "from"),
        ("from=1780000000", "from"),
        ("from=2026-05-25", "from"),
        ("to=2026-05-22T09:00:00Z", "to"),
        ("limit=5&limit=5", "limit"),
        ("room_id=rm_atrium&room_id=rm_loft", "room_id"),
        ("room_id=rm_atrium&resource_id=rm_loft", "resource_id"),
        ("colour=red", "colour"),
        ("tier=flex", "tier"),
    ],
)
async def test_wrong_parameters_are_named(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    """A parameter that is unknown, repeated or no value of its kind is 422."""
    assert field_of(await client.get(f"/v1/bookings?{query}")) == field


async def test_all_wrong_parameters_are_named_together(client: httpx.AsyncClient) -> None:
    """One answer names everything."""
    answer = await client.get("/v1/bookings?limit=0&status=x&from=y&colour=red")
    fields = {one["field"] for one in answer.json()["error"]["details"]}
    assert fields == {"limit", "status", "from", "colour"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/rooms/rm_atrium"), ("POST", "/v1/bookings"), ("DELETE", "/v1/bookings/bk_1")],
)
async def test_a_call_without_parameters_takes_none(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    """Else a misspelt one would be ignored in silence."""
    assert field_of(await client.request(method, f"{path}?limit=5")) == "limit"


async def test_a_query_that_cannot_be_read(client: httpx.AsyncClient) -> None:
    """Percent-encoded bytes that are no UTF-8, and a flood of parameters."""
    for query in ("status=%ff", "&".join(f"a{n}=1" for n in range(200))):
        answer = await client.get(f"/v1/bookings?{query}")
        assert answer.json()["error"]["code"] == "malformed_request"


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"from": "2026-05-25T14:00:00Z"}, True),
        ({"from": "2026-05-25T14:00:00"}, True),
        ({"from": "2026-05-25T15:00:00+01:00"}, True),
        ({"from": "2026-05-25T13:59:59.5Z"}, True),
        ({"from": "2026-05-25T14:00:00.000001Z"}, False),
        ({"to": "2026-05-25T14:00:00Z"}, False),
        ({"to": "2026-05-25T14:00:00.5Z"}, True),
        ({"status": "confirmed"}, True),
        ({"status": "cancelled"}, False),
        ({"room_id": "rm_atrium"}, True),
        ({"resource_id": "rm_atrium"}, True),
        ({"resource_id": "rm_loft"}, False),
        ({"member_id": "mem_lina_p"}, True),
        ({"member_id": "mem_never"}, False),
        ({"member_id": "nonsense\0"}, False),
        ({"company_id": "co_northwind"}, False),
        ({"room_id": "0190f3c0-0000-7000-8000-000000000000"}, False),
    ],
)
async def test_filters(house: House, params: dict[str, str], found: bool) -> None:
    """`from` inclusive, `to` exclusive, fractions rounded up; unknown ids → an empty page."""
    made = await house.book()
    answer = await house.client.get("/v1/bookings", params=params)
    assert answer.status_code == 200, answer.text
    assert [row["id"] for row in answer.json()["data"]] == ([made["id"]] if found else [])


async def test_the_window_defaults_to_thirty_days(house: House) -> None:
    """`from` "default now", `to` "default now + 30 days"."""
    last = await house.book(at="2026-06-21T08:30:00Z", duration_minutes=30)
    beyond = await house.book(at="2026-06-21T09:00:00Z", duration_minutes=30)
    rows = (await house.client.get("/v1/bookings")).json()["data"]
    assert [row["id"] for row in rows] == [last["id"]]
    assert beyond["id"] in str((await house.client.get(f"/v1/bookings/{beyond['id']}")).content)
