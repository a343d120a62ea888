"""What an API tells whoever calls it, in words that both façades share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tests.isolation.house import House
from tests.isolation.rows import Asked, Row

# The request's id, and what is left of the rate limit.
_OF_THE_MOMENT = re.compile(r'"(\w*request_?[iI]d|currentlyAvailable)":("req_\d+"|\d+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer.

    Attributes:
        told: what may not differ where nothing may be learnt: all but what is of the moment.
        code: that of the refusal; None if it was done. GraphQL's null counts as ``not_found``.
        required_scope: the scope that a refusal asks for.
        ids: of a list: what is in it.
        next_cursor: of a list: where it goes on.
    """

    told: tuple[int, str]
    code: str | None
    required_scope: str | None = None
    ids: frozenset[str] = frozenset()
    next_cursor: str | None = None


class Api(Protocol):
    """One of the façades: what it can do, by the names of its operations, and how it is called."""

    @property
    def name(self) -> str:
        """The folder's ``…_rows.py`` is called so."""

    @property
    def rows(self) -> Mapping[str, Row]:
        """What the matrix is told of each operation."""

    def operations(self) -> set[str]:
        """Every operation that there is."""

    def ids_taken(self, operation: str) -> set[str]:
        """The parameters and fields of an operation, at any depth, that look like an id's."""

    async def call(
        self,
        house: House,
        operation: str,
        asked: Asked,
        secret: str | None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """Call an operation. ``secret`` is the key; None sends none."""


def steady(status: int, text: str) -> tuple[int, str]:
    """What may not differ from one moment to the next."""
    return status, _OF_THE_MOMENT.sub(r'"\1":""', text)


def rows_of_page(rows: list[Any]) -> frozenset[str]:
    """The ids of a page's rows."""
    return frozenset(row["id"] for row in rows)
