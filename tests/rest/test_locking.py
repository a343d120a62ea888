"""Optimistic locking over HTTP: `ETag` and `If-Match`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from litehq_rest.etags import NO_VERSION, expected_version
from tests.rest.house import House


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], None),
        (["*"], None),
        (['"2"'], 2),
        ([' "17" '], 17),
        (['W/"2"'], NO_VERSION),
        (["2"], NO_VERSION),
        (['"2", "3"'], NO_VERSION),
        (['"2", "2"'], 2),
        (['"2"', '"2"'], 2),
        (['W/"1", "2"'], 2),
        (['"a,b", "2" ,'], 2),
        ([', ,"2"'], 2),
        (["", '"2"'], 2),
        (['"2" "3"'], NO_VERSION),
        (['"2", *'], NO_VERSION),
        (["*", "*"], NO_VERSION),
        (['"2", 3'], NO_VERSION),
        (['w/"2"'], NO_VERSION),
        (['"2'], NO_VERSION),
        (['"2"', '"3"'], NO_VERSION),
        (['"0"'], NO_VERSION),
        (['"02"'], NO_VERSION),
        (['"٢"'], NO_VERSION),
        (['"' + "9" * 5000 + '"'], NO_VERSION),
        (['"abc"'], NO_VERSION),
        ([""], NO_VERSION),
    ],
)
def test_if_match_is_a_star_or_a_list_of_tags(headers: Sequence[str], expected: int | None) -> None:
    """RFC 9110, 13.1.1: compared strongly, so that a weak tag never matches, but hides no other."""
    assert expected_version(headers) == expected


@pytest.mark.parametrize("method", ["PATCH", "CANCEL", "DELETE"])
@pytest.mark.parametrize(
    ("tag", "status"), [('"2"', 200), ("*", 200), ('"1"', 412), ('W/"2"', 412), ("2", 412)]
)
async def test_a_stale_version_is_a_conflict(
    house: House, method: str, tag: str, status: int
) -> None:
    """ "`ETag`/`If-Match`, never required; stale → `412 version_conflict`"."""
    made = await house.book()
    path = f"/v1/bookings/{made['id']}"
    headers = {"If-Match": tag}
    if method == "PATCH":
        answer = await house.client.patch(path, json={"notes": "x"}, headers=headers)
    elif method == "CANCEL":
        answer = await house.client.post(f"{path}/cancel", headers=headers)
    else:
        answer = await house.client.delete(path, headers=headers)
    assert answer.status_code == status
    if status == 412:
        error = answer.json()["error"]
        assert (error["code"], error["current_version"]) == ("version_conflict", 2)
        assert await house.get(made["id"]) == made
    else:
        assert answer.headers["etag"] == '"3"'
        assert answer.json()["version"] == 3


async def test_a_no_show_may_insist_on_a_version(house: House) -> None:
    """The flag is a change like any other."""
    made = await house.book(at="2026-05-22T10:00:00Z")
    house.clock.advance(hours=2)
    path = f"/v1/bookings/{made['id']}"
    stale = await house.client.patch(path, json={"no_show": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    good = await house.client.patch(path, json={"no_show": True}, headers={"If-Match": '"2"'})
    assert good.status_code == 200


@pytest.mark.parametrize("path", ["rooms/rm_atrium", "locations/loc_soho"])
async def test_resources_carry_their_version_as_a_tag(house: House, path: str) -> None:
    """ "`version` on every changeable resource"."""
    answer = await house.client.get(f"/v1/{path}")
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
