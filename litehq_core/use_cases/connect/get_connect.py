"""Read how the workspace is connected to the payment provider."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.connect import Connection
from litehq_core.ports.ports import Ports
from litehq_core.steps.onboarding import connection_of


async def get_connect(ports: Ports, actor: Actor) -> Connection:
    """The workspace's connection, as the provider last told it. For operators.

    Raises:
        AuthScopeInsufficient: needs ``billing:read`` on a key that is not bound.
    """
    actor.require_operator(Scope.BILLING_READ)
    async with ports.begin(actor) as tx:
        return await connection_of(tx, ports)
