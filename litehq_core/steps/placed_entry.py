"""An entry of the waitlist with its place in line."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.waitlist import WaitlistEntry
from litehq_core.ports.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedEntry:
    """An entry, and its ``position`` when it was read: from 1, None unless it waits."""

    entry: WaitlistEntry
    position: int | None


async def placed(tx: Transaction, entry: WaitlistEntry) -> PlacedEntry:
    """The entry where it stands now."""
    return PlacedEntry(entry=entry, position=await tx.waitlist.position(entry))
