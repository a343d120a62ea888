"""List the token ledger, or read all of it from the beginning."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.query import Condition, Op, Page, PageQuery, Paging
from litehq_core.domain.wall_clock import utc_instant, whole_second
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import Filters, read_page
from litehq_core.steps.visible import reach, visible

# Rows that a stream reads at once, and holds.
STREAM_PAGE = 500

_NOUN = Noun.TOKEN_TRANSACTION
_ORDER = ("position",)
_FILTERS = frozenset({"member_id", "booking_id", "cause", "from", "to"})
EVERY_ATTRIBUTE = every_attribute(_NOUN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTokenTransactions:
    """What is wanted; None means not said. ``from_at`` is inclusive, ``to_at`` exclusive."""

    member_id: str | None = None
    booking_id: str | None = None
    cause: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    paging: Paging = field(default_factory=Paging)

    def __post_init__(self) -> None:
        if self.cause is not None and not self.cause.isprintable():
            # A cursor could not carry it.
            raise ValidationFailed.of("cause", "must be printable text")

    @property
    def given(self) -> dict[str, Any]:
        """The filters that were named."""
        filters = {
            "member_id": self.member_id,
            "booking_id": self.booking_id,
            "cause": self.cause,
            "from": self.from_at and whole_second(utc_instant("from", self.from_at)),
            "to": self.to_at and whole_second(utc_instant("to", self.to_at)),
        }
        return {name: value for name, value in filters.items() if value is not None}


async def list_token_transactions(
    ports: Ports,
    actor: Actor,
    query: ListTokenTransactions,
    attributes: frozenset[str] = EVERY_ATTRIBUTE,
) -> Page:
    """A page of the rows that moved tokens, newest first.

    Raises:
        AuthScopeInsufficient: needs ``billing:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.BILLING_READ)
    return await read_page(
        ports.reads,
        actor.workspace_id,
        _NOUN,
        visible(actor, _NOUN, attributes),
        paging=query.paging,
        given=query.given,
        defaults={},
        conditions=lambda filters: _conditions(filters) + reach(actor, _NOUN),
        order=_ORDER,
        descending=True,
        known=_FILTERS,
    )


async def stream_token_transactions(
    ports: Ports,
    actor: Actor,
    query: ListTokenTransactions,
    attributes: frozenset[str] = EVERY_ATTRIBUTE,
) -> AsyncGenerator[Sequence[Record], None]:
    """All the rows that there are at this moment, oldest first, some at a time.

    One walk along the chain: positions are dense and given at commit, so nothing can appear
    behind the walk, and what is written meanwhile lies beyond its end.

    Args:
        query: its ``paging`` does not count.

    Raises:
        AuthScopeInsufficient: needs ``billing:read``; before anything is read.
    """
    actor.require(Scope.BILLING_READ)
    conditions = _conditions(query.given) + reach(actor, _NOUN)
    wanted = visible(actor, _NOUN, attributes) | {"position"}

    async def rows(after: tuple[Any, ...] | None, *, newest: bool = False) -> list[Record]:
        page = PageQuery(
            noun=_NOUN,
            where=conditions,
            order=_ORDER,
            descending=newest,
            after=after,
            limit=1 if newest else STREAM_PAGE,
        )
        return await ports.reads.page(actor.workspace_id, page, wanted)

    last = await rows(None, newest=True)
    end, after = (last[0]["position"] if last else 0), 0
    while after < end:
        found = [row for row in await rows((after,)) if row["position"] <= end]
        if not found:
            return
        after = found[-1]["position"]
        yield found


def _conditions(filters: Filters) -> tuple[Condition, ...]:
    window = (("from", Op.AT_LEAST), ("to", Op.BELOW))
    return tuple(
        Condition("created_at", op, filters[name]) for name, op in window if name in filters
    ) + tuple(
        Condition(name, Op.EQUAL, filters[name])
        for name in ("member_id", "booking_id", "cause")
        if name in filters
    )
