"""Webhook endpoints within reach, and which events are any of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor, Scope, with_implied
from litehq_core.domain.errors import AuthScopeInsufficient, NotFound
from litehq_core.domain.events import Event
from litehq_core.domain.webhook import NOUN, ShownWebhook, WebhookEndpoint
from litehq_core.domain.webhook_wishes import EVERYTHING, types_of
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.visible import event_scope


async def known_endpoint(
    tx: Transaction, webhook_id: str, *, lock: bool = False
) -> WebhookEndpoint:
    """An endpoint of the workspace.

    Raises:
        NotFound: there is none.
    """
    endpoint = await tx.webhooks.get(webhook_id, lock=lock)
    if endpoint is None:
        raise NotFound(NOUN)
    return endpoint


async def shown(tx: Transaction, endpoint: WebhookEndpoint) -> ShownWebhook:
    """An endpoint as callers are shown it, with its deliveries counted."""
    pending, dead = await tx.deliveries.tally(endpoint.id)
    return ShownWebhook(endpoint=endpoint, pending=pending, dead=dead)


def lent_scopes(actor: Actor, patterns: Sequence[str]) -> frozenset[Scope]:
    """What an endpoint may be told of when ``actor`` chooses its events: what he may read.

    ``*`` is everything that he may read. What is named must be.

    Raises:
        AuthScopeInsufficient: he may not read something that he names.
    """
    named = {kind for pattern in patterns if pattern != EVERYTHING for kind in types_of(pattern)}
    for scope in sorted({event_scope(kind) for kind in named}):
        actor.require(scope)
    held = with_implied(actor.scopes)
    return frozenset(scope for scope in held if scope.endswith(":read"))


def require_lent(actor: Actor, endpoint: WebhookEndpoint) -> None:
    """Refuse to be given, by way of an endpoint, what the actor may not read himself.

    Raises:
        AuthScopeInsufficient: the endpoint is told more than he may read.
    """
    for scope in sorted(endpoint.scopes - with_implied(actor.scopes)):
        raise AuthScopeInsufficient(scope)


def hears(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Whether an event is one that the endpoint asked for and may be told of."""
    asked = any(event.type in types_of(pattern) for pattern in endpoint.events)
    return asked and event_scope(event.type) in endpoint.scopes
