"""What a call of an operation needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from tests.rest.house import House

Ids = Mapping[str, str]


async def nothing(house: House) -> Ids:
    """What a house has anyway is enough."""
    return {}


def named(**ids: str) -> Callable[[House], Awaitable[Ids]]:
    """The ids of what a house has anyway."""

    async def given(house: House) -> Ids:
        return ids

    return given


@dataclass(frozen=True, kw_only=True)
class Example:
    """A call that succeeds in the house, on 22 May 2026 at 09:00 UTC.

    Attributes:
        given: makes what the call needs, and gives the ids in its path.
        query, body: what it sends. The OpenAPI document shows the body as an example. A text such
            as "{pass}" in the body stands for what ``given`` gives by that name.
        other: another body that succeeds as well; needed where there is a body and no id in the
            path, to be something else under the same idempotency key.
    """

    given: Callable[[House], Awaitable[Ids]] = nothing
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    other: Mapping[str, Any] | None = None

    def filled(self, ids: Ids, **more: Any) -> dict[str, Any] | None:
        """The body with what was given, and with ``more``; None is no body at all."""
        if self.body is None and not more:
            return None
        own = {
            name: value.format_map(dict(ids)) if _is_placeholder(value) else value
            for name, value in (self.body or {}).items()
        }
        return {**own, **more}


def _is_placeholder(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value.startswith("{") and value.endswith("}")
