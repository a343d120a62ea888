"""Two hundred hostile documents, each refused before anything of it is executed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import pytest

from litehq_graphql.options import Options
from tests.graphql.hostile import Hostile, hostile_documents
from tests.graphql.house import House

# Who asks is found out before the document is looked at.
_ADMISSION = {"api_key", "member"}
# Good documents, but for what they would come to.
_COSTLY = {"lists_in_lists", "huge_lists", "nested_connections"}


class Touched:
    """Something of the ports, and what it was asked for."""

    def __init__(self, inner: Any, calls: list[str]) -> None:
        self._inner = inner
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        if name not in _ADMISSION:
            self._calls.append(name)
        return getattr(self._inner, name)


@pytest.fixture
def touched(house: House) -> list[str]:
    """What the store is asked for from now on: readings, and transactions that are begun."""
    calls: list[str] = []
    begin = house.ports.begin

    def begun(*arguments: Any, **named: Any) -> Any:
        calls.append("begin")
        return begin(*arguments, **named)

    house.litestar.state.ports = replace(
        house.ports, reads=Touched(house.ports.reads, calls), begin=begun
    )
    return calls


async def refused(house: House, hostile: Hostile, touched: list[str]) -> float:
    """Send the document, see it refused; how long that took, in seconds of the processor."""
    started = process_time()
    response = await house.client.post(
        "/graphql",
        json={"query": hostile.query, "variables": hostile.variables},
        headers={"Authorization": f"Bearer {house.secret}"},
    )
    taken = process_time() - started
    shown = (hostile.family, hostile.query[:300], response.text[:500])
    assert response.status_code in (200, 400, 413), shown
    answer = response.json()
    # Without `data`, nothing was executed: so says the specification, and so does the store.
    assert "data" not in answer, shown
    assert answer["errors"], shown
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    if hostile.family in _COSTLY:
        assert codes == {"operation_too_costly"}, shown
    assert codes <= {"malformed_request", "validation_failed", "operation_too_costly"}, shown
    assert touched == [], shown
    return taken


async def test_each_is_refused_before_anything_is_executed(
    house: House, touched: list[str], record_property: Callable[[str, object], None]
) -> None:
    """No reading, no transaction, no 5xx. The slowest is reported."""
    documents = hostile_documents()
    assert len(documents) >= 200
    times = [(await refused(house, hostile, touched), hostile) for hostile in documents]
    slowest, hostile = max(times, key=lambda one: one[0])
    record_property("slowest_refusal_ms", round(slowest * 1_000))
    print(f"{len(documents)} refused; slowest {slowest * 1_000:.0f} ms: {hostile.family}")


async def test_the_probe_can_tell(house: House, touched: list[str]) -> None:
    """What is executed does touch the store."""
    await house.data("{ rooms { nodes { id } } }")
    await house.data('mutation { revokeApiToken(input: {id: "tok_none"}) { __typename } }')
    assert touched[0] in ("page", "formed")
    assert "begin" in touched


async def test_the_same_holds_for_a_list_of_them(house: House, touched: list[str]) -> None:
    """A batch draws for each of its entries, and each is refused for itself."""
    house.serve(Options(batch_limit=50))
    bodies = [{"query": one.query, "variables": one.variables} for one in hostile_documents()[:40]]
    response = await house.client.post(
        "/graphql", json=bodies, headers={"Authorization": f"Bearer {house.secret}"}
    )
    assert response.status_code == 200
    assert all("data" not in answer for answer in response.json())
    assert touched == []
