"""``totalCount``: how long a list is, for whoever asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.query import Paging
from litehq_core.use_cases.records.list_records_of_each import ListRecordsOfEach
from litehq_graphql.options import Options
from tests.graphql.house import House

BOOKINGS = """
query Count($first: Int, $after: String, $last: Int, $status: BookingStatus) {
  bookings(
    first: $first, after: $after, last: $last, status: $status, from: "2026-05-22T00:00:00Z"
  ) { totalCount nodes { id } pageInfo { endCursor } }
}
"""
CLOSE = """
mutation Close($input: CreateBlackoutInput!) { createBlackout(input: $input) { __typename } }
"""
CLOSURES = """
query Closures($first: Int, $last: Int) {
  rooms { nodes {
    id
    blackouts(first: $first, last: $last) { totalCount nodes { reason } pageInfo { endCursor } }
  } }
}
"""


async def bookings(house: House, secret: str | None = None, **arguments: Any) -> Any:
    """The connection."""
    return (await house.data(BOOKINGS, secret, **arguments))["bookings"]


async def closed(house: House) -> None:
    """The atrium is closed on three days and the studio on one."""
    places = [("rm_atrium", day) for day in (1, 2, 3)] + [("rm_studio", 4)]
    for room_id, day in places:
        times = {"startAt": f"2026-07-0{day}T00:00:00Z", "endAt": f"2026-07-0{day}T12:00:00Z"}
        wish = {"place": {"roomId": room_id}, "reason": f"day {day}", **times}
        answer = await house.data(CLOSE, input=wish)
        assert answer["createBlackout"]["__typename"] == "CreateBlackoutPayload"


async def test_the_whole_list_is_counted_whatever_part_is_shown(house: House) -> None:
    """By its filters, and as it is now: a cursor holds no number."""
    for hour in (8, 10, 12):
        await house.book(f"2026-05-25T{hour:02d}:00:00Z", minutes=30)
    first = await bookings(house, first=2)
    assert (first["totalCount"], len(first["nodes"])) == (3, 2)
    await house.book("2026-05-25T14:00:00Z", minutes=30)
    after = await bookings(house, first=2, after=first["pageInfo"]["endCursor"])
    assert (after["totalCount"], len(after["nodes"])) == (4, 2)
    assert (await bookings(house, last=1))["totalCount"] == 4
    assert (await bookings(house, status="CANCELLED"))["totalCount"] == 0


async def test_what_lies_beyond_the_tokens_reach_is_not_counted(house: House) -> None:
    """``contract.md``, Auth: a bound key "sees only theirs"."""
    await house.book("2026-05-25T08:00:00Z", minutes=30)
    for hour in (10, 12):
        booker = {"memberId": "mem_jonas_k"}
        await house.book(f"2026-05-25T{hour}:00:00Z", 30, bookedBy=booker, billingMode="CARD")
    assert (await bookings(house))["totalCount"] == 3
    lina = await house.key(Scope.CALENDAR_READ, Scope.MEMBERS_READ, member_id="mem_lina_p")
    jonas = await house.key(Scope.CALENDAR_READ, member_id="mem_jonas_k")
    assert [(await bookings(house, key))["totalCount"] for key in (lina, jonas)] == [1, 2]
    assert (await house.data("{ members { totalCount } }", lina))["members"]["totalCount"] == 1
    error = await house.error("{ members { totalCount } }", jonas)
    assert error["extensions"]["code"] == "auth_scope_insufficient"


@pytest.mark.parametrize("plans", [True, False])
async def test_what_belongs_to_each_of_several_things(house: House, *, plans: bool) -> None:
    """Each list by itself, though all are read together; and its cursor goes on with it."""
    house.serve(Options(plans=plans))
    await closed(house)

    async def closures(**arguments: Any) -> dict[str, Any]:
        rooms = (await house.data(CLOSURES, **arguments))["rooms"]["nodes"]
        return {room["id"]: room["blackouts"] for room in rooms}

    def told(found: dict[str, Any]) -> dict[str, Any]:
        return {
            room_id: (one["totalCount"], [node["reason"] for node in one["nodes"]])
            for room_id, one in found.items()
        }

    newest = await closures(first=2)
    assert told(newest) == {"rm_atrium": (3, ["day 3", "day 2"]), "rm_studio": (1, ["day 4"])}
    oldest = await closures(last=1)
    assert told(oldest) == {"rm_atrium": (3, ["day 1"]), "rm_studio": (1, ["day 4"])}
    query = """query More($after: String) {
      room(id: "rm_atrium") { blackouts(after: $after) { totalCount nodes { reason } } }
    }"""
    cursor = newest["rm_atrium"]["pageInfo"]["endCursor"]
    more = (await house.data(query, after=cursor))["room"]["blackouts"]
    assert more == {"totalCount": 3, "nodes": [{"reason": "day 1"}]}
    # A cursor is of one list: it is none of the studio's.
    error = await house.error(query.replace("rm_atrium", "rm_studio"), after=cursor)
    assert error["extensions"]["code"] == "validation_failed"


async def test_counting_has_its_price(house: House) -> None:
    """Docs, What it costs: 10 points, before and after."""

    async def cost(query: str) -> dict[str, int]:
        response = await house.client.post(
            "/graphql",
            json={"query": query},
            headers={"Authorization": f"Bearer {house.secret}"},
        )
        found: dict[str, Any] = response.json()["extensions"]["cost"]
        return {name: found[name] for name in ("requested", "actual")}

    assert await cost("{ rooms(first: 5) { nodes { id } } }") == {"requested": 6, "actual": 3}
    counted = await cost("{ rooms(first: 5) { totalCount nodes { id } } }")
    assert counted == {"requested": 16, "actual": 13}


def test_a_cursor_belongs_to_one_list() -> None:
    """So several lists at once are read from their ends alone."""
    with pytest.raises(ValidationFailed):
        ListRecordsOfEach(noun=Noun.BLACKOUT, by="room_id", ids=["rm_1"], paging=Paging(cursor="x"))
