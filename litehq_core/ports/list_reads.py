"""What a store tells of lists as a whole, and of the lists that belong to several things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.query import Condition, PageQuery


class ListReads(Protocol):
    """A part of the read path: each method is a single statement, outside any transaction.

    ``by`` is an attribute that holds ids, and ``values`` are some of these ids: what a method does,
    it does for each of them apart.
    """

    async def count(self, workspace_id: str, noun: Noun, where: tuple[Condition, ...]) -> int:
        """How many rows meet ``where``."""

    async def count_each(
        self,
        workspace_id: str,
        noun: Noun,
        where: tuple[Condition, ...],
        by: str,
        values: Sequence[str],
    ) -> dict[str, int]:
        """How many of the rows that meet ``where`` have each value; 0 for those of none."""

    async def page_each(
        self,
        workspace_id: str,
        query: PageQuery,
        by: str,
        values: Sequence[str],
        attributes: frozenset[str],
    ) -> dict[str, list[Record]]:
        """For each value the page of ``query`` among the rows that have it, as ``Reads.page``.

        ``query.after`` is None: no row stands before the first of several lists.
        """
