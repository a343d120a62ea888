"""Give a room other prices, from today or a later date on."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.new_rate_card import CreateRateCard, new_rate_card
from litehq_core.domain.plugins import used_by
from litehq_core.domain.rate_card import RateCard
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import lock_room
from litehq_core.steps.once import run_once

__all__ = ["CreateRateCard", "create_rate_card"]


async def create_rate_card(
    ports: Ports, actor: Actor, command: CreateRateCard, once: Once | None = None
) -> RateCard:
    """Add a version of a room's prices; it is never changed. For operators.

    It prices what is booked or moved from now on and starts on its date or later. Bookings that
    exist keep their price and their policy, and quotes theirs while they are good.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        NotFound: there is no such room.
        ValidationFailed: with every field that is wrong; also if it names a custom rule that is
            not installed, or gives it options that it cannot work with.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> RateCard:
        room = await lock_room(tx, command.room_id)
        card, event = new_rate_card(
            command, room, card_id=ports.new_id(Prefix.RATE_CARD), now=tx.now
        )
        ports.plugins.require(used_by([card]))
        await tx.catalogue.add(card)
        tx.emit(event)
        return card

    return await run_once(ports, actor, once, command, execute)
