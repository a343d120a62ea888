"""What the contract promises of every operation, asked of each one in the route table.

A route that is added is asked too, by the call that ``tests/rest/calls`` has of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
import pytest

from tests.rest.calls import EXAMPLES
from tests.rest.errors import PUBLISHED, error_of, field_of
from tests.rest.house import House
from tests.rest.operations import OPERATIONS, WRITES, Operation

READY = {name: found for name, found in OPERATIONS.items() if name in EXAMPLES}
LISTS = {n: o for n, o in READY.items() if any(p["name"] == "cursor" for p in o.description.query)}
BODIED = {name: found for name, found in READY.items() if found.description.body}
LOCKED = {name: found for name, found in READY.items() if found.description.locks}
JSON = {"Content-Type": "application/json"}


def over(operations: Mapping[str, Operation]) -> pytest.MarkDecorator:
    """Once for each of them."""
    return pytest.mark.parametrize("operation", operations.values(), ids=operations.keys())


def by_id(operations: Mapping[str, Operation]) -> dict[str, Operation]:
    """Those that name something in their path."""
    return {name: found for name, found in operations.items() if found.has_id}


def test_no_call_is_of_an_operation_that_is_gone() -> None:
    assert set(EXAMPLES) <= set(OPERATIONS)


@over(READY)
async def test_it_answers_as_it_is_described(house: House, operation: Operation) -> None:
    """contract.md, Statuses: "creations 201, everything else that succeeds 200"."""
    ids = await operation.example.given(house)
    answer = await operation.call(house, ids)
    assert answer.status_code == operation.description.status, answer.text
    assert answer.status_code == 201 or not operation.id.endswith(".create")
    if answer.headers["content-type"] == "application/json":
        shown = msgspec.convert(answer.json(), operation.description.answer)
        version = getattr(shown, "version", None) if hasattr(shown, "id") else None
        assert answer.headers.get("etag") == (f'"{version}"' if version else None)


@over(READY)
async def test_it_is_for_keys_with_its_scope_alone(house: House, operation: Operation) -> None:
    """contract.md, Auth: `Authorization: Bearer …`, and a scope for each area."""
    ids = await operation.example.given(house)
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer sk_test_never"}):
        error_of(await operation.call(house, ids, headers=headers), "auth_invalid")
    nobody = await house.key("sk_test_nobody", scopes=frozenset())
    error = error_of(await operation.call(house, ids, headers=nobody), "auth_scope_insufficient")
    # A quote changes nothing that anybody could see.
    reads = operation.method == "GET" or operation.id.endswith(".quote")
    assert error["required_scope"].endswith(":write") is not reads


@over(READY)
async def test_it_takes_no_parameter_that_it_does_not_know(
    house: House, operation: Operation
) -> None:
    """A filter with a typing error must not list everything."""
    ids = await operation.example.given(house)
    unknown = {**operation.example.query, "colour": "red"}
    assert field_of(await operation.call(house, ids, query=unknown)) == "colour"


@over(by_id(READY))
async def test_what_is_not_there_is_not_found(house: House, operation: Operation) -> None:
    """contract.md, Ids: unknown "in a path or a body → 404"; a stranger's is no different."""
    ids = await operation.example.given(house)
    never = await operation.call(house, {name: f"{value}x" for name, value in ids.items()})
    assert PUBLISHED[never.json()["error"]["code"]] == never.status_code == 404
    foreign = await operation.call(house, ids, headers={"Authorization": "Bearer sk_test_stranger"})
    told = [{**a.json()["error"], "request_id": ""} for a in (never, foreign)]
    assert told[0] == told[1]


@over(BODIED)
async def test_bodies_are_read_strictly(house: House, operation: Operation) -> None:
    """contract.md, Errors: "Unknown body fields are `422`; bodies over 1 MiB `413`"."""
    ids = await operation.example.given(house)
    unknown = operation.example.filled(ids, colour="red")
    assert field_of(await operation.call(house, ids, body=unknown)) == "colour"

    async def raw(content: bytes, kind: str = "application/json") -> httpx.Response:
        path = operation.path.format_map(dict(ids))
        headers = {"Content-Type": kind}
        return await house.client.request(operation.method, path, content=content, headers=headers)

    error_of(await raw(b"{"), "malformed_request")
    error_of(await raw(b"[]"), "validation_failed")
    error_of(await raw(b"{}", "text/plain"), "unsupported_media_type")
    error_of(await raw(b" " * (1024 * 1024 + 1)), "payload_too_large")


@over(LISTS)
async def test_lists_are_pages(house: House, operation: Operation) -> None:
    """contract.md, Lists: "`limit` 1–200 (default 50, out of range `422`); … `null` at the end"."""
    ids = await operation.example.given(house)
    filters = dict(operation.example.query)
    whole = (await operation.call(house, ids)).json()
    assert set(whole) == {"data", "next_cursor"}
    assert whole["data"], "an example of a list that lists nothing shows nothing"
    assert whole["next_cursor"] is None
    for limit in ("0", "201", "-1", "x", "1.0", ""):
        answer = await operation.call(house, ids, query={**filters, "limit": limit})
        assert field_of(answer) == "limit"
    for cursor in ("", "x", "W10", "e30"):
        assert field_of(await operation.call(house, ids, query={"cursor": cursor})) == "cursor"
    rows, query = [], {**filters, "limit": "1"}
    while True:
        page = (await operation.call(house, ids, query=query)).json()
        rows += page["data"]
        assert len(page["data"]) <= 1
        if page["next_cursor"] is None:
            break
        query = {"limit": "1", "cursor": page["next_cursor"]}
    assert rows == whole["data"]


@over(LISTS)
def test_the_limit_is_described(operation: Operation) -> None:
    """Page B: "50 per page by default, max 200"."""
    [limit] = [p["schema"] for p in operation.description.query if p["name"] == "limit"]
    assert (limit["default"], limit["minimum"], limit["maximum"]) == (50, 1, 200)


@over(LOCKED)
async def test_a_stale_version_is_a_conflict(house: House, operation: Operation) -> None:
    """contract.md: "`ETag`/`If-Match`, never required; stale → `412 version_conflict`"."""
    ids = await operation.example.given(house)
    found: set[int] = set()
    for tag in ('"999999999"', 'W/"1"', '"1", "999999999"', "nonsense"):
        stale = await operation.call(house, ids, headers={"If-Match": tag})
        found.add(error_of(stale, "version_conflict")["current_version"])
    [current] = found
    tags = f'W/"1", "{current}"'
    good = await operation.call(house, ids, headers={"If-Match": tags})
    assert good.status_code == operation.description.status, good.text


@over({name: found for name, found in by_id(WRITES).items() if found.method == "PATCH"})
def test_every_change_may_insist_on_a_version(operation: Operation) -> None:
    """contract.md: "`version` on every changeable resource"."""
    assert operation.description.locks


async def test_every_answer_names_its_request(house: House) -> None:
    """Page B: `{ error: { code, message, request_id } }`."""
    answers = [await house.client.get(path) for path in ("/v1/nothing", "/v1/bookings/bk_no")]
    ids: list[Any] = [answer.json()["error"]["request_id"] for answer in answers]
    assert len(set(ids)) == 2
