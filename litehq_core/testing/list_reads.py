"""Lists as a whole, and those of several things, over the tables in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from sys import maxsize

from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.query import Condition, Op, PageQuery

_ReadPage = Callable[[str, PageQuery, frozenset[str]], Awaitable[list[Record]]]


class MemoryListReads:
    """Implements ``ListReads``. ``page`` is how single pages are read."""

    def __init__(self, page: _ReadPage) -> None:
        self._page = page

    async def count(self, workspace_id: str, noun: Noun, where: tuple[Condition, ...]) -> int:
        """How many rows meet ``where``."""
        everything = PageQuery(
            noun=noun, where=where, order=("id",), descending=False, after=None, limit=maxsize
        )
        return len(await self._page(workspace_id, everything, frozenset()))

    async def count_each(
        self,
        workspace_id: str,
        noun: Noun,
        where: tuple[Condition, ...],
        by: str,
        values: Sequence[str],
    ) -> dict[str, int]:
        """How many of the rows that meet ``where`` have each value; 0 for those of none."""
        return {
            value: await self.count(workspace_id, noun, (*where, Condition(by, Op.EQUAL, value)))
            for value in values
        }

    async def page_each(
        self,
        workspace_id: str,
        query: PageQuery,
        by: str,
        values: Sequence[str],
        attributes: frozenset[str],
    ) -> dict[str, list[Record]]:
        """For each value the page of ``query`` among the rows that have it."""
        return {
            value: await self._page(
                workspace_id,
                replace(query, where=(*query.where, Condition(by, Op.EQUAL, value))),
                attributes,
            )
            for value in values
        }
