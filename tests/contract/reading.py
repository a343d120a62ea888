"""How the contract tests read pages."""

from __future__ import annotations

from typing import Any

from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.query import PageQuery
from tests.contract.house import House

BY_START = ("start_at", "id")
BY_AGE = ("created_at", "id")
ID = frozenset({"id"})


def _query(noun: Noun = Noun.BOOKING, **fields: Any) -> PageQuery:
    plain: dict[str, Any] = {
        "where": (),
        "order": BY_START if noun is Noun.BOOKING else BY_AGE,
        "descending": False,
        "after": None,
        "limit": 50,
    }
    return PageQuery(noun=noun, **{**plain, **fields})


async def page(house: House, attributes: frozenset[str] = ID, **fields: Any) -> list[Record]:
    """A page of house's bookings, or of another ``noun``; ``fields`` are those of the query."""
    return await house.ports.reads.page(house.workspace.id, _query(**fields), attributes)
