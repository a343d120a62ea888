"""Connections: forwards, backwards, and while others write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graphql.house import House

LIST = """
query List($first: Int, $after: String, $last: Int, $before: String, $status: BookingStatus) {
  bookings(
    first: $first, after: $after, last: $last, before: $before, status: $status
    from: "2026-05-25T00:00:00Z", to: "2026-05-26T00:00:00Z"
  ) {
    edges { cursor node { id startAt } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def page(house: House, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
    """The hours at which a page's bookings start, and its page info."""
    found = (await house.data(LIST, **arguments))["bookings"]
    assert [edge["node"]["id"] for edge in found["edges"]] == [n["id"] for n in found["nodes"]]
    info = found["pageInfo"]
    if found["edges"]:
        assert info["startCursor"] == found["edges"][0]["cursor"]
        assert info["endCursor"] == found["edges"][-1]["cursor"]
    return [edge["node"]["startAt"][11:13] for edge in found["edges"]], info


async def booked(house: House, *hours: int) -> None:
    """A booking of half an hour at each of these hours."""
    for hour in hours:
        await house.book(f"2026-05-25T{hour:02d}:00:00Z", minutes=30)


async def test_forwards_no_row_twice_or_skipped_while_others_are_inserted(house: House) -> None:
    """A keyset, not an offset."""
    await booked(house, 8, 10, 12, 14)
    hours, info = await page(house, first=2)
    assert (hours, info["hasNextPage"], info["hasPreviousPage"]) == (["08", "10"], True, False)
    await booked(house, 7, 9, 11)
    hours, info = await page(house, first=2, after=info["endCursor"])
    assert (hours, info["hasNextPage"], info["hasPreviousPage"]) == (["11", "12"], True, True)
    hours, info = await page(house, first=2, after=info["endCursor"])
    assert (hours, info["hasNextPage"]) == (["14"], False)


async def test_backwards_in_the_same_order(house: House) -> None:
    """``last`` and ``before``: the rows ahead of the cursor, still by start."""
    await booked(house, 8, 10, 12, 14)
    hours, info = await page(house, last=2)
    assert (hours, info["hasNextPage"], info["hasPreviousPage"]) == (["12", "14"], False, True)
    await booked(house, 9, 11, 13)
    hours, info = await page(house, last=2, before=info["startCursor"])
    assert (hours, info["hasNextPage"], info["hasPreviousPage"]) == (["10", "11"], True, True)
    hours, info = await page(house, last=9, before=info["startCursor"])
    assert (hours, info["hasPreviousPage"]) == (["08", "09"], False)


async def test_an_empty_page_has_no_cursors(house: House) -> None:
    """Nothing to stand at."""
    hours, info = await page(house)
    assert hours == []
    assert (info["startCursor"], info["endCursor"], info["hasNextPage"]) == (None, None, False)


async def test_an_unknown_filter_is_an_empty_page(house: House) -> None:
    """``contract.md``: in a filter → an empty page."""
    await booked(house, 8)
    for name in ("roomId", "memberId", "companyId"):
        query = (
            f'{{ bookings({name}: "nobody", from: "2026-05-22T00:00:00Z") {{ nodes {{ id }} }} }}'
        )
        assert (await house.data(query))["bookings"]["nodes"] == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"first": 0}, "first"),
        ({"first": 201}, "first"),
        ({"first": -1}, "first"),
        ({"last": 0}, "last"),
        ({"last": 201}, "last"),
        ({"first": 1, "last": 1}, "last"),
        ({"last": 1, "after": "x"}, "after"),
        ({"first": 1, "before": "x"}, "before"),
        ({"before": "x"}, "before"),
        ({"after": "not a cursor"}, "cursor"),
        ({"last": 2, "before": "W10"}, "cursor"),
    ],
)
async def test_arguments_out_of_order_are_refused(
    house: House, arguments: dict[str, Any], field: str
) -> None:
    """``first`` 1–200; one direction at a time; cursors are ours."""
    error = await house.error(LIST, **arguments)
    assert error["extensions"]["code"] == "validation_failed"
    assert [detail["field"] for detail in error["extensions"]["details"]] == [field]
    assert error["path"] == ["bookings"]


async def test_a_cursor_carries_its_filters(house: House) -> None:
    """A differing filter beside it is refused."""
    await booked(house, 8, 10)
    _, info = await page(house, first=1, status="CONFIRMED")
    query = "query Q($after: String) { bookings(after: $after) { nodes { startAt } } }"
    found = await house.data(query, after=info["endCursor"])
    assert [node["startAt"][11:13] for node in found["bookings"]["nodes"]] == ["10"]
    error = await house.error(LIST, after=info["endCursor"], status="EXPIRED")
    assert error["extensions"]["code"] == "validation_failed"


async def test_fifty_is_the_default(house: House) -> None:
    """The newest first, in every list but that of bookings."""
    for number in range(51):
        await house.key(name=f"key {number}")
    data = await house.data("{ apiTokens { nodes { id } pageInfo { hasNextPage endCursor } } }")
    assert len(data["apiTokens"]["nodes"]) == 50
    assert data["apiTokens"]["pageInfo"]["hasNextPage"] is True
    rest = await house.data(
        "query Q($c: String) { apiTokens(after: $c) { nodes { id } } }",
        c=data["apiTokens"]["pageInfo"]["endCursor"],
    )
    assert len(rest["apiTokens"]["nodes"]) == 2
