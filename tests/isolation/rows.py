"""What the matrix is told about an operation: a row, whose ids say whose they are to be.

A new operation needs one row, in ``rest_rows.py`` or ``graphql_rows.py``; one that takes the id of
a new noun needs a maker in ``things.py`` besides. Everything else follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from litehq_core.domain.api_key import Scope


class Kind(StrEnum):
    """What an id is the id of; the value begins an id of it that was never used."""

    BOOKING = "bk_"
    # A booking that has begun.
    STARTED = "bk_s"
    SERIES = "srs_"
    ENTRY = "wl_"
    # An entry of the waitlist that is offered a slot.
    OFFERED = "wl_o"
    QUOTE = "qt_"
    TOKEN = "tok_"
    MEMBER = "mem_"
    # A member who has not accepted yet.
    INVITED = "mem_i"
    COMPANY = "co_"
    ROOM = "rm_"
    LOCATION = "loc_"
    BLACKOUT = "blk_"
    # A blackout of a whole location.
    CLOSURE = "blk_l"
    RATE_CARD = "rc_"
    WORKSPACE = "ws_"
    # A row of the token ledger, and one of the event log.
    TRANSACTION = "ttx_"
    EVENT = "evt_"
    VISITOR = "vis_"
    INVOICE = "inv_"
    # An invoice that is not open yet, and a company that has something to be invoiced.
    DRAFT = "inv_d"
    BILLABLE = "co_b"
    WEBHOOK = "whk_"
    DELIVERY = "whd_"
    # The token on a visitor's pass.
    PASS = "ws_ours."


# Whoever is let into the workspace sees these, whatever his key is bound to.
SHARED = frozenset(
    {
        *(Kind.ROOM, Kind.LOCATION, Kind.BLACKOUT, Kind.CLOSURE, Kind.RATE_CARD),
        Kind.WORKSPACE,
    }
)

# What a key that is bound so sees none of, not even its own.
HIDDEN: Mapping[str, frozenset[Kind]] = {
    "member": frozenset({Kind.COMPANY, Kind.BILLABLE, Kind.INVOICE, Kind.DRAFT}),
    "company": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Id:
    """A place in a request where the id of a thing stands."""

    kind: Kind


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An operation.

    Attributes:
        scope: the one scope that it needs; None if any key will do.
        path: its path parameters (REST).
        filters: parameters that narrow a list, each of them tried alone.
        bodies: valid bodies, or GraphQL arguments; the first is the usual one.
        fixed: query parameters that every request has.
        lists: what it lists, if it does.
        operators: whether bound keys are refused altogether.
        unseen: whether bound keys see nothing of it, not even what is within their bounds.
        selection: GraphQL: what to ask of the field, where the leaves would not tell enough.
        ids: names that look like an id's but are none.
    """

    scope: Scope | None
    path: Mapping[str, Id] = field(default_factory=dict)
    filters: Mapping[str, Id] = field(default_factory=dict)
    bodies: tuple[Mapping[str, Any], ...] = ({},)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    lists: Kind | None = None
    operators: bool = False
    unseen: bool = False
    selection: str | None = None
    ids: frozenset[str] = frozenset()

    def requests(self) -> Iterator[Asked]:
        """Every way to ask: each body, and each filter alone."""
        for body in self.bodies:
            yield Asked(path=self.path, query=self.fixed, body=body)
        for name, id_ in self.filters.items():
            yield Asked(path=self.path, query={**self.fixed, name: id_}, body=self.bodies[0])

    def named(self) -> set[str]:
        """The names of every place where an id stands."""
        return {
            str(next(part for part in reversed(place) if isinstance(part, str)))
            for asked in self.requests()
            for place, _ in asked.places()
        } | self.ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose ids are yet to be chosen."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Mapping[str, Any]

    def places(self) -> list[tuple[Path, Kind]]:
        """Where ids stand, and of what."""
        return list(_places((), {"path": self.path, "query": self.query, "body": self.body}))

    def with_ids(self, ids: Mapping[Path, str]) -> Asked:
        """The request with these ids in their places."""
        parts = {"path": self.path, "query": self.query, "body": self.body}
        return Asked(**_filled((), parts, ids))


def _places(at: Path, value: Any) -> Iterator[tuple[Path, Kind]]:
    if isinstance(value, Id):
        yield at, value.kind
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _places((*at, name), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places((*at, index), inner)


def _filled(at: Path, value: Any, ids: Mapping[Path, str]) -> Any:
    if isinstance(value, Id):
        return ids[at]
    if isinstance(value, Mapping):
        return {name: _filled((*at, name), inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled((*at, index), inner, ids) for index, inner in enumerate(value)]
    return value


BOOKING, STARTED, SERIES = Id(Kind.BOOKING), Id(Kind.STARTED), Id(Kind.SERIES)
ENTRY, OFFERED, QUOTE, TOKEN = Id(Kind.ENTRY), Id(Kind.OFFERED), Id(Kind.QUOTE), Id(Kind.TOKEN)
MEMBER, COMPANY, ROOM, LOCATION = (
    Id(Kind.MEMBER),
    Id(Kind.COMPANY),
    Id(Kind.ROOM),
    Id(Kind.LOCATION),
)
WORKSPACE = Id(Kind.WORKSPACE)
INVITED = Id(Kind.INVITED)
VISITOR, PASS = Id(Kind.VISITOR), Id(Kind.PASS)
INVOICE, DRAFT, BILLABLE = Id(Kind.INVOICE), Id(Kind.DRAFT), Id(Kind.BILLABLE)
WEBHOOK, DELIVERY = Id(Kind.WEBHOOK), Id(Kind.DELIVERY)
BLACKOUT, CLOSURE, RATE_CARD = Id(Kind.BLACKOUT), Id(Kind.CLOSURE), Id(Kind.RATE_CARD)
