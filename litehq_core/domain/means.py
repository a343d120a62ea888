"""Whether a booker can pay: the money's part in what can be booked at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.price import Payer
from litehq_core.domain.price_plugins import PriceRuleSet
from litehq_core.domain.pricing import choose_billing_mode, price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard, card_on
from litehq_core.domain.room import Room
from litehq_core.domain.wall_clock import local

FREE = CancellationPolicy(name="free", steps=())


def card_for(room: Room, cards: Sequence[RateCard], start: datetime) -> RateCard:
    """The rate card in force where and when a slot starts; a room without one is free."""
    day = local(room.location.zone, start).date()
    return card_on(cards, day) or RateCard(
        id="",
        workspace_id=room.workspace_id,
        room_id=room.id,
        currency=room.location.currency,
        effective_from=day,
        hourly_minor=0,
        tokens_per_hour=None,
        billing_modes=frozenset({BillingMode.CARD}),
        cancellation=FREE,
        created_at=room.created_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What one payer can pay with in one room: the room's rate cards, and his own standing.

    ``installed`` are the price rules that others brought.
    """

    room: Room
    cards: Sequence[RateCard]
    payer: Payer
    installed: PriceRuleSet = field(default_factory=dict)

    def can_pay(self, slot: Interval) -> bool:
        """Whether some billing mode is left to him, and his tokens suffice if it is tokens.

        The mode is the one that a create would choose: a card can always be asked to pay.
        """
        card, zone = card_for(self.room, self.cards, slot.start), self.room.location.zone
        try:
            mode = choose_billing_mode(
                card, slot, self.payer, None, zone=zone, installed=self.installed
            )
        except ValidationFailed:
            return False
        if mode is not BillingMode.TOKENS:
            return True
        price = price_slot(card, slot, mode, zone=zone, payer=self.payer, installed=self.installed)
        return (price.tokens or 0) <= self.payer.spendable_tokens

    def payable(self, starts: Sequence[datetime], length: timedelta) -> list[datetime]:
        """Those of ``starts``, which are in order, from which he can pay for ``length``."""
        zone = self.room.location.zone
        days = sorted({card.effective_from for card in self.cards})
        turns = [bisect_left(starts, day, key=lambda at: local(zone, at).date()) for day in days]
        found: list[datetime] = []
        for begin, end in pairwise([0, *turns, len(starts)]):
            found += self._payable_alike(starts[begin:end], length)
        return found

    def _payable_alike(self, starts: Sequence[datetime], length: timedelta) -> Sequence[datetime]:
        """The same for starts on which one rate card is in force."""
        if not starts:
            return starts
        modes = card_for(self.room, self.cards, starts[0]).billing_modes
        if BillingMode.TOKENS in modes and BillingMode.CARD not in modes:
            # Bands may have token prices of their own, so that one slot costs more than another.
            return [at for at in starts if self.can_pay(Interval(at, at + length))]
        return starts if self.can_pay(Interval(starts[0], starts[0] + length)) else ()
