"""Take in what the payment provider says of a checkout."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.ports.ports import Ports
from litehq_core.steps.settle import SettlePayment, settle

__all__ = ["SettlePayment", "settle_payment"]


async def settle_payment(ports: Ports, actor: Actor, command: SettlePayment) -> Booking:
    """Confirm, expire, change or refund as the outcome says; any number of times, in any order.

    A checkout that several bookings share is settled for each by its share: what cannot be
    confirmed any more is refunded, the rest is confirmed. Gives back the first of them.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        NotFound: no such checkout.
    """
    actor.require(Scope.BILLING_WRITE)
    async with ports.begin(actor) as tx:
        return await settle(tx, ports, command)
