"""Reading a keyset page: the cursor, the filters it carries, and what comes before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.forms import FormedPage, PageForm
from litehq_core.domain.query import (
    SEAL_LENGTH,
    Condition,
    Page,
    PageQuery,
    Paging,
    decode_cursor,
    seal_of,
)
from litehq_core.ports.reads import Reads

Filters = Mapping[str, Any]


async def read_page(
    reads: Reads,
    workspace_id: str,
    noun: Noun,
    attributes: frozenset[str],
    *,
    paging: Paging,
    given: Filters,
    defaults: Filters,
    conditions: Callable[[Filters], tuple[Condition, ...]],
    order: tuple[str, ...],
    descending: bool,
    known: frozenset[str] = frozenset(),
    form: PageForm | None = None,
) -> Page:
    """A page of ``noun``.

    Args:
        given: the filters named in this request, without those left out.
        defaults: what a list without a cursor takes for filters that were not given.
        conditions: from resolved filters to what the store compares.
        order, descending: the list's order; the last attribute of it is ``id``.
        known: filters of this list that lists do not have in common.
        form: how the rows are wanted as JSON; they come as records if the store declines it.

    Raises:
        ValidationFailed: the cursor is not one of this list, be it another's or another
            workspace's, or a filter differs from it (``contract.md``, Lists).
    """
    filters: dict[str, Any]
    key: tuple[Any, ...] | None
    if paging.cursor is None:
        filters, key = {**defaults, **given}, None
    else:
        fields = frozenset({*defaults, *given}) | (_ALL & every_attribute(noun)) | known
        filters, key = decode_cursor(paging.cursor[SEAL_LENGTH:], order, fields)
        if not set(defaults) <= set(filters):
            raise ValidationFailed.of("cursor", "is not a cursor of this list")
    query = PageQuery(
        noun=noun,
        where=conditions(filters),
        order=order,
        descending=descending != paging.backward,
        after=key,
        # One more than asked for tells whether there is a next page.
        limit=paging.limit + 1,
    )
    asked = AskedPage(paging, filters, query, cache(lambda: seal_of(workspace_id, query)))
    if paging.cursor is not None:
        if not paging.cursor.startswith(asked.seal()):
            raise ValidationFailed.of("cursor", "is not a cursor of this list")
        for name, value in given.items():
            if filters.get(name) != value:
                raise ValidationFailed.of(name, "differs from the filter that the cursor carries")
    # What the caller may not read has been taken out of the attributes; the form still names it.
    if form is not None and form.attributes <= attributes:
        found = await reads.formed(workspace_id, query, form)
        if found is not None:
            return asked.of(found.keys, found)
    return asked.of(await reads.page(workspace_id, query, attributes | frozenset(order)))


@dataclass(frozen=True, slots=True)
class AskedPage:
    """What was asked for. ``query`` reads one row more; ``seal`` makes that of the list."""

    paging: Paging
    filters: Filters
    query: PageQuery
    seal: Callable[[], str]

    def of(self, rows: Sequence[Record], found: FormedPage | None = None) -> Page:
        """The page that rows make as they were walked; formed ones bring no more than keys."""
        paging = self.paging
        more = len(found.rows if found else rows) > paging.limit
        part = slice(paging.limit - 1, None, -1) if paging.backward else slice(paging.limit)
        return Page(
            records=rows[part],
            formed=found.rows[part] if found else None,
            query=self.query,
            filters=self.filters,
            seal=self.seal,
            has_next=paging.cursor is not None if paging.backward else more,
            has_previous=more if paging.backward else paging.cursor is not None,
        )


# Every filter that some list knows; a cursor that names another is not one of ours.
_ALL = frozenset(
    {
        *("from", "to", "status", "room_id", "member_id", "company_id", "location_id"),
        *("tier", "email", "host_member_id", "booking_id"),
    }
)
