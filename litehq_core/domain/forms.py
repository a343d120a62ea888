"""Forms: how the rows of a page are wanted as JSON values, made by the store itself.

A façade that only passes rows on need not see them as records: it says which attribute stands
where, and gets what it sends. A store may decline any form, and any page that does not fit its
form; the caller then reads records and says himself what they come to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from litehq_core.domain.attributes import Record
from litehq_core.domain.wall_clock import instant_text

INT32 = range(-(2**31), 2**31)


class LeafKind(StrEnum):
    """How a value is said; an integer must have 32 bits, an instant is RFC 3339 with ``Z``."""

    TEXT = "text"
    INT32 = "int32"
    FLAG = "flag"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLeaf:
    """One attribute.

    Attributes:
        required: a page in which it is null does not fit.
        names: what is said for each value that it may have; empty: the value itself.
    """

    attribute: str
    kind: LeafKind
    required: bool
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FormConstant:
    """Text that is the same in every row."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowForm:
    """An object, its fields in order.

    Attributes:
        present: the attribute without which there is no such object, but null.
        required: a page in which there is none does not fit.
    """

    fields: tuple[tuple[str, FormLeaf | FormConstant | RowForm], ...]
    present: str | None = None
    required: bool = True

    @property
    def attributes(self) -> frozenset[str]:
        """All that must be read for it."""
        found = set() if self.present is None else {self.present}
        for _, inner in self.fields:
            if isinstance(inner, FormLeaf):
                found.add(inner.attribute)
            elif isinstance(inner, RowForm):
                found |= inner.attributes
        return frozenset(found)


@dataclass(frozen=True, slots=True, eq=False)
class PageForm:
    """A form of pages. Made once and used often: a store knows it again by its identity.

    Attributes:
        keyed: whether anybody will ask where in the list a row stands.
        attributes: all that must be read for it.
    """

    row: RowForm
    keyed: bool
    attributes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attributes", self.row.attributes)


@dataclass(frozen=True, slots=True)
class FormedPage:
    """The rows of a page as JSON values, in the order in which they were walked.

    Attributes:
        rows: an object each, that nobody else holds.
        keys: beside each of them the attributes by which the page is ordered, if it is keyed.
    """

    rows: list[dict[str, Any]]
    keys: Sequence[Record]


class Misfit(Exception):
    """A row that does not fit the form."""


def formed(record: Record, form: RowForm) -> dict[str, Any] | None:
    """One record as ``form`` has it: what the rows of every store must equal.

    Raises:
        Misfit: a value that the form cannot say.
    """
    if form.present is not None and record[form.present] is None:
        if form.required:
            raise Misfit(form.present)
        return None
    return {key: _value(record, said) for key, said in form.fields}


def _value(record: Record, said: FormLeaf | FormConstant | RowForm) -> Any:
    if isinstance(said, FormConstant):
        return said.text
    if isinstance(said, RowForm):
        return formed(record, said)
    value: Any = record[said.attribute]
    if value is None:
        if said.required:
            raise Misfit(said.attribute)
        return None
    if said.names:
        names = dict(said.names)
        if value not in names:
            raise Misfit(said.attribute)
        return names[value]
    if type(value) is not _TYPES[said.kind] and not isinstance(value, StrEnum):
        raise Misfit(said.attribute)
    if said.kind is LeafKind.INT32 and value not in INT32:
        raise Misfit(said.attribute)
    return instant_text(value) if isinstance(value, datetime) else value


_TYPES = {
    LeafKind.TEXT: str,
    LeafKind.INT32: int,
    LeafKind.FLAG: bool,
    LeafKind.INSTANT: datetime,
}
