"""What is told of webhook endpoints, and what is told to them: records, events, mails, bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from litehq_core.domain.attributes import Record
from litehq_core.domain.events import Event, EventDraft, EventType
from litehq_core.domain.mail import Mailbox, MailDraft, MailKind
from litehq_core.domain.records import snapshot
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.webhook import DisabledReason, ShownWebhook, WebhookEndpoint

# contract.md, Webhook requests.
MAX_BODY_BYTES = 90_000

TEST_TYPE = "endpoint.test"
CHALLENGE_TYPE = "endpoint.verification"

# They change with every event, so they say nothing about what happened.
_ALWAYS_NEW = frozenset({"version", "updated_at"})
# They change without one: how deliveries go, and how far a replay has got.
_PASSING = frozenset(
    {
        *("last_success_at", "last_failure_at", "last_error", "failing_since"),
        *("replaying_since", "pending_count", "dead_count"),
    }
)


def webhook_record(endpoint: WebhookEndpoint, *, pending: int = 0, dead: int = 0) -> Record:
    """An endpoint, all attributes; never a secret.

    Args:
        pending, dead: how many of its deliveries are yet to arrive, and have been given up.
    """
    health = endpoint.health
    return {
        "id": endpoint.id,
        "status": endpoint.status.value,
        "version": endpoint.version,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": list(endpoint.events),
        "scopes": sorted(endpoint.scopes),
        "ordered": endpoint.ordered,
        "contact_email": endpoint.contact_email,
        "old_secret_until": endpoint.old_secret_until,
        "verified_at": endpoint.verified_at,
        "active_since": endpoint.active_since,
        "disabled_reason": endpoint.disabled_reason.value if endpoint.disabled_reason else None,
        "last_success_at": health.last_success_at,
        "last_failure_at": health.last_failure_at,
        "last_error": health.last_error,
        "failing_since": health.failing_since,
        "replaying_since": endpoint.replay.since if endpoint.replay else None,
        "pending_count": pending,
        "dead_count": dead,
        "created_by": endpoint.created_by,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }


def shown_webhook_record(shown: ShownWebhook) -> Record:
    """What callers are shown of an endpoint."""
    return webhook_record(shown.endpoint, pending=shown.pending, dead=shown.dead)


def next_version(
    kind: EventType, after: WebhookEndpoint, before: WebhookEndpoint | None, now: datetime
) -> tuple[WebhookEndpoint, EventDraft]:
    """The endpoint one version on, and the event that says so; a new one is at its first."""
    if before is not None:
        after = replace(after, version=before.version + 1, updated_at=now)
    new, old = _shown(after), _shown(before) if before else None
    event = EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=after.version,
        object=new,
        previous=old
        and {
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != new[name]
        },
    )
    return after, event


def deleted_event(endpoint: WebhookEndpoint) -> EventDraft:
    """The endpoint is gone; ``object`` is what it was."""
    return EventDraft(
        type=EventType.ENDPOINT_DELETED,
        subject_id=endpoint.id,
        sequence=endpoint.version + 1,
        object=_shown(endpoint),
    )


def _shown(endpoint: WebhookEndpoint) -> dict[str, Any]:
    record = webhook_record(endpoint)
    return snapshot({name: value for name, value in record.items() if name not in _PASSING})


def body_of(event: Event) -> bytes:
    """What an endpoint is sent of an event (``contract.md``, Webhook requests).

    What would be too long says only what it is about: the rest is to be read.
    """
    whole = _body(event, event.object, event.previous)
    return whole if len(whole) <= MAX_BODY_BYTES else _body(event, {"id": event.subject_id}, None)


def _body(event: Event, now: Mapping[str, Any], old: Mapping[str, Any] | None) -> bytes:
    return written_body(
        message_id=event.id,
        kind=event.type.value,
        at=event.occurred_at,
        sequence=event.sequence,
        workspace_id=event.workspace_id,
        shown=now,
        previous=old,
    )


def own_body(kind: str, endpoint: WebhookEndpoint, message_id: str, at: datetime) -> bytes:
    """A challenge or a test: no event, but with the same fields as one."""
    return written_body(
        message_id=message_id,
        kind=kind,
        at=at,
        sequence=1,
        workspace_id=endpoint.workspace_id,
        shown={"id": endpoint.id, "url": endpoint.url},
        previous=None,
    )


def written_body(
    *,
    message_id: str,
    kind: str,
    at: datetime,
    sequence: int,
    workspace_id: str,
    shown: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
) -> bytes:
    """The body of every request. Half a surrogate pair is written as an escape."""
    body = {
        "id": message_id,
        "type": kind,
        "created_at": instant_text(at),
        "sequence": sequence,
        "workspace_id": workspace_id,
        "data": {"object": shown, "previous": previous},
    }
    return json.dumps(body, separators=(",", ":")).encode()


def disabled_mail(endpoint: WebhookEndpoint) -> MailDraft | None:
    """To whoever looks after an endpoint that was disabled by itself; None if nobody is named."""
    if endpoint.contact_email is None:
        return None
    gone = endpoint.disabled_reason is DisabledReason.GONE
    why = "it answered 410 Gone" if gone else "nothing has arrived there for five days"
    return MailDraft(
        kind=MailKind.WEBHOOK_DISABLED,
        subject_id=endpoint.id,
        recipient=Mailbox(address=endpoint.contact_email),
        subject="A webhook endpoint was disabled",
        text=f"Hello,\n\nthe webhook endpoint {endpoint.id} is disabled: {why}.\n\n"
        f"URL          {endpoint.url}\n"
        f"Last error   {endpoint.health.last_error or '-'}\n\n"
        "What was still to be sent is kept, and can be replayed once the endpoint works and is\n"
        "active again.\n",
    )
