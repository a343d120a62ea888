"""Send a test event to a webhook endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.webhook_delivery import Delivery
from litehq_core.domain.webhook_words import TEST_TYPE, own_body
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.webhook_reach import known_endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTestEvent:
    """A wish to see whether an endpoint takes what it is sent."""

    webhook_id: str


async def send_test_event(
    ports: Ports, actor: Actor, command: SendTestEvent, once: Once | None = None
) -> Delivery:
    """The delivery of an ``endpoint.test``, sent and tried again as all others are.

    It stands in no log: nobody but this endpoint is told.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound.
        NotFound: no such endpoint.
        InvalidTransition: the endpoint is not active.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)

    async def execute(tx: Transaction) -> Delivery:
        endpoint = await known_endpoint(tx, command.webhook_id)
        endpoint.require_active("be tested")
        message_id = ports.new_id(Prefix.EVENT)
        delivery = Delivery(
            id=ports.new_id(Prefix.WEBHOOK_DELIVERY),
            workspace_id=endpoint.workspace_id,
            webhook_id=endpoint.id,
            event_id=message_id,
            type=TEST_TYPE,
            subject_id=endpoint.id,
            position=0,
            body=own_body(TEST_TYPE, endpoint, message_id, tx.now),
            next_attempt_at=tx.now,
            created_at=tx.now,
            updated_at=tx.now,
        )
        await tx.deliveries.add([delivery])
        return delivery

    return await run_once(ports, actor, once, command, execute)
