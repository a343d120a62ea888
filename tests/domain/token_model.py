"""A naive purse: every token is a thing of its own, and lies somewhere.

What the ledger does with sums, this does one by one; slow, and hard to get wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from litehq_core.domain.ledger import Balance
from litehq_core.domain.lots import Lot

FREE = "free"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Token:
    """One token: the lot that it belongs to, and where it lies."""

    lot: Lot
    place: str = FREE


@dataclass(slots=True)
class Purse:
    """All tokens of one member that were ever granted."""

    tokens: list[Token] = field(default_factory=list)
    # For each booking its tokens, in the order in which they were burnt.
    burnt: dict[str, list[Token]] = field(default_factory=dict)

    def grant(self, lot: Lot) -> None:
        """A lot comes in."""
        self.tokens += [Token(lot) for _ in range(lot.granted)]

    def usable(self, room_id: str | None, now: datetime) -> list[Token]:
        """The tokens that can be spent, in burning order."""
        found = [token for token in self.tokens if token.place == FREE]
        lots = {token.lot.id: token.lot for token in found}
        order = sorted(lots, key=lambda lot_id: _burning_key(lots[lot_id]))
        good = [
            lot_id
            for lot_id in order
            if (lots[lot_id].expires_at or NEVER) > now
            and (room_id is None or room_id in (lots[lot_id].room_ids or {room_id}))
        ]
        return [token for lot_id in good for token in found if token.lot.id == lot_id]

    def take(self, amount: int, room_id: str | None, now: datetime, place: str) -> list[Token]:
        """Move the first so many usable tokens somewhere."""
        taken = self.usable(room_id, now)[:amount]
        for token in taken:
            token.place = place
        return taken

    def spend(self, booking_id: str, amount: int, room_id: str, now: datetime) -> None:
        """A booking burns tokens."""
        taken = self.take(amount, room_id, now, f"spent:{booking_id}")
        self.burnt.setdefault(booking_id, []).extend(taken)

    def give_back(self, booking_id: str, amount: int) -> None:
        """A booking gives back what it burnt last."""
        for _ in range(min(amount, len(self.burnt.get(booking_id, [])))):
            self.burnt[booking_id].pop().place = FREE

    def move(self, lot_id: str, here: str, there: str, amount: int | None = None) -> int:
        """Tokens of a lot go from one place to another; how many."""
        found = [t for t in self.tokens if t.lot.id == lot_id and t.place == here][:amount]
        for token in found:
            token.place = there
        if there not in (FREE, here) and not there.startswith("held:"):
            # Gone for good.
            self.tokens = [token for token in self.tokens if token.place != there]
        return len(found)

    def balances(self) -> dict[str, Balance]:
        """What is left of each lot; those with nothing in them are left out."""
        free = Counter(token.lot.id for token in self.tokens if token.place == FREE)
        held = Counter(t.lot.id for t in self.tokens if t.place.startswith("held:"))
        return {
            lot_id: Balance(posted=free[lot_id] + held[lot_id], held=held[lot_id])
            for lot_id in {**free, **held}
        }

    def shares(self, booking_id: str) -> Counter[str]:
        """What a booking has burnt, by lot."""
        return Counter(token.lot.id for token in self.burnt.get(booking_id, []))


def _burning_key(lot: Lot) -> tuple[int, float, float, str]:
    expires = float("inf") if lot.expires_at is None else lot.expires_at.timestamp()
    return lot.priority, expires, lot.created_at.timestamp(), lot.id
