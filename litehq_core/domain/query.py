"""Pages: conditions, keyset order, and the opaque cursor that carries both."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.attributes import INSTANTS, POSITIONS, Noun, Record
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import utc_instant, whole_second

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
SEAL_LENGTH = 12


# contract.md, List: `from` defaults to now, `to` to thirty days after now.
DEFAULT_SPAN = timedelta(days=30)


def default_window(from_at: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Where a list begins, and where it ends unless told otherwise.

    A list that begins behind the usual end would have nothing in it, so it ends later.
    """
    now = now.replace(microsecond=0)
    start = whole_second(utc_instant("from", from_at)) if from_at else now
    end = now + DEFAULT_SPAN
    return start, end if start < end else start + DEFAULT_SPAN


class Op(StrEnum):
    """How a condition compares."""

    EQUAL = "eq"
    IN = "in"
    AT_LEAST = "gte"
    BELOW = "lt"


@dataclass(frozen=True, slots=True)
class Condition:
    """``attribute op value``; ``value`` is a sequence for IN."""

    attribute: str
    op: Op
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """One keyset page, as a store reads it.

    Attributes:
        order: the attributes of the key, which together are unique; the last is ``id``, or a log's
            ``position``.
        descending: the direction in which the store walks the key.
        after: the key of the row before the first wanted, in walking order.
        limit: at most so many rows.
    """

    noun: Noun
    where: tuple[Condition, ...]
    order: tuple[str, ...]
    descending: bool
    after: tuple[Any, ...] | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which part of a list is asked for. ``backward`` takes the rows before the cursor."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    backward: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise ValidationFailed.of("limit", f"must lie within 1–{MAX_LIMIT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a list, in the list's order whichever way it was walked.

    ``filters`` are the resolved filters, which every cursor of the page carries; ``seal`` makes
    what every cursor of the list begins with, once somebody asks for one.

    Attributes:
        query: what was read; its conditions are those of the whole list.
        formed: the rows as JSON values, where they were asked for so; ``records`` then hold the
            order of each, if the form was keyed.
    """

    records: Sequence[Record]
    query: PageQuery
    filters: Mapping[str, Any]
    seal: Callable[[], str] = str
    has_next: bool
    has_previous: bool
    formed: list[dict[str, Any]] | None = None

    def cursor_of(self, record: Record) -> str:
        """The cursor that stands at ``record``, one of the page's."""
        key = [record[name] for name in self.query.order]
        return self.seal() + encode_cursor(self.filters, key)

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins; None at the end."""
        return self.cursor_of(self.records[-1]) if self.has_next and self.records else None


def seal_of(workspace_id: str, query: PageQuery) -> str:
    """What the cursors of one list begin with: other rows, or another order, make another list.

    So a cursor of another workspace, or of a key that sees other rows, is none. It hides nothing
    and keeps nobody out, which is the business of the conditions that every page is read with.

    Returns:
        :data:`SEAL_LENGTH` characters.
    """
    where = [[one.attribute, one.op, _plain(one.value)] for one in query.where]
    text = json.dumps([workspace_id, query.noun, where, query.order])
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:SEAL_LENGTH]


def encode_cursor(filters: Mapping[str, Any], key: Sequence[Any]) -> str:
    """Opaque, URL-safe text that carries the resolved filters and a keyset position."""
    plain = {name: _plain(v) for name, v in filters.items() if v is not None}
    text = json.dumps([plain, [_plain(v) for v in key]], separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_cursor(
    cursor: str, order: tuple[str, ...], fields: frozenset[str]
) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """The filters and the key of a cursor.

    Raises:
        ValidationFailed: not a cursor of a list with this order and these filters.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        filters, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if len(key) != len(order) or not set(filters) <= fields:
            raise ValueError(cursor)
        return (
            {name: _typed(name, value) for name, value in filters.items()},
            tuple(_typed(name, value) for name, value in zip(order, key, strict=True)),
        )
    # The last two are what a number far outside the calendar gives, by how far it is.
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError, OSError):
        raise ValidationFailed.of("cursor", "is not a cursor of this list") from None


def _plain(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _typed(name: str, value: Any) -> Any:
    if name in INSTANTS or name in ("from", "to"):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(name)
        return datetime.fromtimestamp(value, UTC)
    if name in POSITIONS:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(name)
        return value
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(name)
    return value
