"""What each operation was really asked, and really answered: the examples of its description.

``examples.json`` is recorded by ``make openapi``, which makes one call of every operation in a
house in memory; a test makes them again. So no example can be out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


class Recorded(msgspec.Struct, kw_only=True, frozen=True):
    """One call.

    Attributes:
        scope: what a key without any scope was told that it lacks.
        request: the body, if there was one.
        answer: the answer's, if it was JSON.
    """

    scope: str
    request: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None


@cache
def recorded() -> Mapping[str, Recorded]:
    """The calls, by operation."""
    text = (files("litehq_rest") / "examples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Recorded])
