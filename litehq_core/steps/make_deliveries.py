"""Deliveries of events: one for each endpoint that hears of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from litehq_core.domain.events import Event
from litehq_core.domain.ids import Prefix
from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import Delivery
from litehq_core.domain.webhook_words import body_of
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.webhook_reach import hears

Wanted = Callable[[WebhookEndpoint, Event], bool]


def since_active(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Whether the event happened while the endpoint was active; what was before is none of its."""
    return endpoint.active_since is not None and event.occurred_at >= endpoint.active_since


def make_deliveries(
    tx: Transaction, endpoints: Sequence[WebhookEndpoint], events: Sequence[Event], wanted: Wanted
) -> list[Delivery]:
    """In the order of the log; the body of each event is written once."""
    return list(_made(tx, endpoints, events, wanted))


def _made(
    tx: Transaction, endpoints: Sequence[WebhookEndpoint], events: Sequence[Event], wanted: Wanted
) -> Iterator[Delivery]:
    for event in events:
        told = [found for found in endpoints if hears(found, event) and wanted(found, event)]
        body = body_of(event) if told else b""
        for endpoint in told:
            yield Delivery(
                id=tx.new_id(Prefix.WEBHOOK_DELIVERY),
                workspace_id=endpoint.workspace_id,
                webhook_id=endpoint.id,
                event_id=event.id,
                type=event.type.value,
                subject_id=event.subject_id,
                position=event.position,
                body=body,
                next_attempt_at=tx.now,
                created_at=tx.now,
                updated_at=tx.now,
            )
