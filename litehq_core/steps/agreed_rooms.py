"""The rooms that a company's prices are agreed for."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.company_changes import require_rooms
from litehq_core.domain.price_rules import PricingOverride
from litehq_core.ports.transaction import Transaction


async def require_agreed_rooms(tx: Transaction, overrides: Sequence[PricingOverride]) -> None:
    """Refuse overrides for rooms that are not there.

    Raises:
        ValidationFailed: with each such override, by its place.
    """
    named = {override.room_id for override in overrides if override.room_id is not None}
    rooms = await tx.rooms.lock(sorted(named)) if named else {}
    require_rooms(overrides, frozenset(rooms))
