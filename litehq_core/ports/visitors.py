"""Visitors, as a transaction offers them."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.visitor import Visitor


class Visitors(Protocol):
    """Visitors by id, or by their pass."""

    async def get(self, visitor_id: str, *, lock: bool = False) -> Visitor | None:
        """A visitor; with ``lock`` nobody else changes it until the transaction ends."""

    async def with_pass(self, pass_hash: str) -> Visitor | None:
        """The visitor whose pass has a secret with this hash."""

    async def add(self, visitor: Visitor) -> None:
        """Insert a new visitor."""

    async def save(self, visitor: Visitor) -> None:
        """Write all of a visitor that exists."""
