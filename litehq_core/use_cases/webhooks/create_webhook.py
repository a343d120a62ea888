"""Register a webhook endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.webhook import (
    MOST_ENDPOINTS,
    WebhookEndpoint,
    WebhookMove,
    move_endpoint,
)
from litehq_core.domain.webhook_signing import new_webhook_secret
from litehq_core.domain.webhook_wishes import CreateWebhook, require_new, sorted_patterns
from litehq_core.domain.webhook_words import next_version
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import LaterPhases, run_once
from litehq_core.steps.relay_names import WEBHOOKS
from litehq_core.steps.webhook_reach import lent_scopes
from litehq_core.steps.webhook_requests import challenge

__all__ = ["CreateWebhook", "CreatedWebhook", "create_webhook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedWebhook:
    """A new endpoint and its secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


async def create_webhook(
    ports: Ports, actor: Actor, command: CreateWebhook, once: Once | None = None
) -> CreatedWebhook:
    """The endpoint: active if the caller's own secret was answered well, else unverified.

    With a secret of the caller's the challenge is sent at once, and nothing is written before it
    was answered. Without one the endpoint is written, and verified when it is asked for.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound, and the right
            to read what it is to be told of.
        ValidationFailed: a field is wrong, the URL can never be sent to, or there are too many.
        WebhookUnverified: the challenge got no 2xx; nothing is registered.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)
    require_new(command)
    ports.webhook_sender.require_allowed(command.url)
    scopes = lent_scopes(actor, command.events)

    async def made(tx: Transaction, webhook_id: str) -> CreatedWebhook:
        if await tx.webhooks.count() >= MOST_ENDPOINTS:
            raise ValidationFailed.of("url", f"would be one of more than {MOST_ENDPOINTS}")
        secret = command.secret or new_webhook_secret(ports.new_secret())
        endpoint = WebhookEndpoint(
            id=webhook_id,
            workspace_id=actor.workspace_id,
            url=command.url,
            description=command.description,
            events=sorted_patterns(command.events),
            scopes=scopes,
            ordered=command.ordered,
            contact_email=command.contact_email,
            secret_sealed=ports.vault.seal(secret.encode()),
            created_by=actor.key_id,
            created_at=tx.now,
            updated_at=tx.now,
        )
        return CreatedWebhook(endpoint=endpoint, secret=secret)

    async def execute(tx: Transaction) -> CreatedWebhook:
        created = await made(tx, ports.new_id(Prefix.WEBHOOK))
        if command.secret is None:
            await _write(tx, created.endpoint)
        return created

    async def run(
        created: CreatedWebhook, store: Callable[[Transaction, CreatedWebhook], Awaitable[None]]
    ) -> CreatedWebhook:
        await challenge(ports, created.endpoint)
        async with ports.begin(actor) as tx:
            active = move_endpoint(created.endpoint, WebhookMove.VERIFY, tx.now)
            verified = replace(created, endpoint=active)
            # First, so that a twin who has written it by now is answered as he was.
            await store(tx, verified)
            await _write(tx, active)
        return verified

    async def give_up(
        created: CreatedWebhook, store: Callable[[Transaction], Awaitable[None]]
    ) -> None:
        # Nothing was written but the key.
        async with ports.begin(actor) as tx:
            await store(tx)

    def challenged(created: CreatedWebhook) -> str | None:
        return None if command.secret is None else created.endpoint.id

    # After a crash it is made once more of the same command, under the same id.
    phases = LaterPhases(subject=challenged, load=made, run=run, give_up=give_up)
    return await run_once(ports, actor, once, command, execute, phases)


async def _write(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    await tx.webhooks.add(endpoint)
    await tx.relays.begin(WEBHOOKS)
    _, event = next_version(EventType.ENDPOINT_CREATED, endpoint, None, tx.now)
    tx.emit(event)
