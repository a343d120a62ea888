"""The query string: strict, each parameter once, each one known."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.query import DEFAULT_LIMIT, Paging
from litehq_rest.errors import MalformedRequest
from litehq_rest.findings import Findings

E = TypeVar("E", bound=StrEnum)

MAX_PARAMETERS = 100
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Query:
    """The parameters of one request, and what is wrong with them so far."""

    def __init__(self, query_string: bytes, known: Collection[str]) -> None:
        """Read ``query_string``; parameters outside ``known``, or repeated, are noted as wrong.

        Raises:
            MalformedRequest: not percent-encoded UTF-8, or absurdly many parameters.
        """
        self.wrong = Findings()
        self._values: dict[str, str] = {}
        for name, value in _pairs(query_string):
            if name not in known:
                self.wrong.add(name, "is not a parameter of this call")
            elif name in self._values:
                self.wrong.add(name, "is given more than once")
            self._values[name] = value

    def text(self, name: str) -> str | None:
        """The parameter as it stands."""
        return self._values.get(name)

    def integer(self, name: str) -> int | None:
        """A whole number in decimal digits."""
        text = self._values.get(name)
        if text is None:
            return None
        if not _INTEGER.fullmatch(text):
            self.wrong.add(name, "must be a whole number")
            return None
        return int(text)

    def instant(self, name: str) -> datetime | None:
        """An instant."""
        return self.wrong.instant(name, self._values.get(name))

    def choice(self, name: str, kind: type[E]) -> E | None:
        """One of the values of an enumeration."""
        text = self._values.get(name)
        found = next((value for value in kind if value.value == text), None)
        if text is not None and found is None:
            self.wrong.add(name, f"must be one of {', '.join(kind)}")
        return found

    def id(self, name: str, prefix: Prefix) -> str | None:
        """An id in its canonical form."""
        text = self._values.get(name)
        return None if text is None else normalise_id(prefix, text)

    def room_id(self) -> str | None:
        """The room under either of its names."""
        return self.wrong.agreed(
            ("room_id", self.id("room_id", Prefix.ROOM)),
            ("resource_id", self.id("resource_id", Prefix.ROOM)),
        )

    def paging(self) -> Paging:
        """``limit`` and ``cursor``; the defaults where they are wrong, which is noted."""
        limit = self.integer("limit")
        cursor = self._values.get("cursor")
        made = self.wrong.attempt(
            lambda: Paging(limit=DEFAULT_LIMIT if limit is None else limit, cursor=cursor)
        )
        return made or Paging()


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:  # UnicodeDecodeError is one
        raise MalformedRequest("The query string cannot be read.") from None
