"""Connections: parts of a list, by cursor."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar, cast

import strawberry

from litehq_core.domain.attributes import Record
from litehq_core.domain.query import Page
from litehq_graphql.fields import resolved
from litehq_graphql.types.recorded import Recorded, Related, within

Item = TypeVar("Item", bound=Recorded)


class FormedList(list[Any]):
    """Nodes as they are sent (``execution.forms``)."""


@strawberry.type(description="Where a part of a list lies within the list.")
class PageInfo:
    """About one page."""

    has_next_page: bool = strawberry.field(description="More follows after `endCursor`.")
    has_previous_page: bool = strawberry.field(description="More lies before `startCursor`.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first edge; null if there is none."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last edge; null if there is none."
    )


@strawberry.type(description="One entry of a list, and the cursor that stands at it.")
class Edge(Generic[Item]):
    """A node and where it stands."""

    node: Item = strawberry.field(description="The entry.", metadata=within())
    page: strawberry.Private[Page]
    record: strawberry.Private[Record]

    @resolved("Opaque; give it as `after` or `before`. It carries the list's filters.")
    def cursor(self) -> str:
        """Made only when it is asked for."""
        return self.page.cursor_of(self.record)


@strawberry.type(description="A part of a list, in the list's order.")
class Connection(Generic[Item]):
    """One page of a list."""

    nodes: list[Item] = strawberry.field(description="The entries themselves.", metadata=within())
    page: strawberry.Private[Page]
    related: strawberry.Private[Related]

    @classmethod
    def over(cls, page: Page, item: type[Item], related: Related, *, joined: bool = True) -> Self:
        """A page as a connection of ``item``.

        Args:
            joined: as in ``Recorded``; False where the page was not read by the selection.
        """
        if page.formed is not None:
            # A plan asked for them, and knows what they are.
            formed = cast("list[Item]", FormedList(page.formed))
            return cls(nodes=formed, page=page, related=related)
        nodes = [item.of(record, related, joined=joined) for record in page.records]
        return cls(nodes=nodes, page=page, related=related)

    @resolved("The entries with their cursors.", within())
    def edges(self) -> list[Edge[Item]]:
        """Made only when they are asked for."""
        page, nodes, records = self.page, self.nodes, self.page.records
        if page.formed is not None:
            # Nobody asks for a cursor if the order was not read.
            records = records or [{}] * len(nodes)
        return [
            Edge(node=node, page=page, record=record)
            for node, record in zip(nodes, records, strict=True)
        ]

    @resolved("Where this part lies within the list.")
    def page_info(self) -> PageInfo:
        """Whether more lies before and after, and the cursors to go on with."""
        records = self.page.records
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self.page.cursor_of(records[0]) if records else None,
            end_cursor=self.page.cursor_of(records[-1]) if records else None,
        )

    @resolved(
        "How many entries the whole list has at this moment, within reach of the token. Counted "
        "only if it is asked for, and dearer than an entry."
    )
    async def total_count(self) -> int:
        """A statement for each list, or one for all lists that differ in what they belong to."""
        return await self.related.count(self.page)
