"""``/v1/webhooks/{id}/…``: what was sent, a test, and sending once more."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.webhook_delivery import Delivery, DeliveryStatus, delivery_record
from litehq_core.use_cases.webhooks.list_deliveries import ListDeliveries, list_deliveries
from litehq_core.use_cases.webhooks.replay_webhook import (
    ReplayWebhook,
    WebhookReplay,
    replay_webhook,
)
from litehq_core.use_cases.webhooks.send_test_event import SendTestEvent, send_test_event
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, Instant, plain
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.times import instant_or_null

_ATTRIBUTES = every_attribute(Noun.WEBHOOK_DELIVERY)


class WebhookTest(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing but a key: the path says which endpoint is tested."""


class WebhookReplayBody(Body, kw_only=True, forbid_unknown_fields=True):
    """Of an endpoint just one of the three; of a delivery, none."""

    delivery_id: str | UnsetType | None = UNSET
    since: Instant | UnsetType | None = UNSET
    failed: bool = False


def delivery_json(record: Record) -> dict[str, Any]:
    """A delivery as shown; nothing is ever missing."""
    is_pending = record["status"] == DeliveryStatus.PENDING
    return {
        "id": record["id"],
        "object": "webhook_delivery",
        "webhook_id": record["webhook_id"],
        "event_id": record["event_id"],
        "type": record["type"],
        "subject_id": record["subject_id"],
        "status": record["status"],
        "tries": record["tries"],
        "next_attempt_at": instant_text(record["next_attempt_at"]) if is_pending else None,
        "last_status": record["last_status"],
        "last_error": record["last_error"],
        "attempts": record["attempts"],
        "delivered_at": instant_or_null(record["delivered_at"]),
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def tested_answer(delivery: Delivery) -> Answer:
    """The delivery of a test event as an answer."""
    return json_answer(delivery_json(delivery_record(delivery)), status=201)


def replay_answer(replay: WebhookReplay) -> Answer:
    """What is being sent once more as an answer."""
    return json_answer(
        {
            "object": "webhook_replay",
            "webhook_id": replay.webhook_id,
            "delivery_id": replay.delivery_id,
            "since": instant_or_null(replay.since),
            "failed": replay.failed,
            "queued": replay.queued,
        },
        status=202,
    )


def replay_command(target_id: str, body: WebhookReplayBody, wrong: Findings) -> ReplayWebhook:
    """A path and a body as their command: the path may name an endpoint, or a delivery.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    since = wrong.instant("since", body.since)
    named = plain(body.delivery_id)
    inner = None if named is None else normalise_id(Prefix.WEBHOOK_DELIVERY, named)
    webhook_id: str | None = normalise_id(Prefix.WEBHOOK, target_id)
    if target_id.startswith(f"{Prefix.WEBHOOK_DELIVERY}_"):
        itself = normalise_id(Prefix.WEBHOOK_DELIVERY, target_id)
        webhook_id = None
        inner = wrong.agreed(("id", itself), ("delivery_id", inner))
    wrong.refuse()
    return ReplayWebhook(webhook_id=webhook_id, delivery_id=inner, since=since, failed=body.failed)


def _list_query(webhook_id: str, query: Query) -> ListDeliveries:
    found = ListDeliveries(
        webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id),
        status=query.choice("status", DeliveryStatus),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/webhooks/{webhook_id:str}/deliveries",
    operation_id="webhooks.deliveries",
    summary="List what an endpoint was sent",
    **described(
        answer=schemas.WebhookDeliveryPage,
        query=("status", "limit", "cursor"),
        status_of=DeliveryStatus,
        by_id=True,
    ),
)
async def get_deliveries(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """Deliveries with their tries, newest first. ``dead`` ones were given up."""
    query = _list_query(webhook_id, call.query)
    page = await list_deliveries(call.ports, call.actor, query, _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [delivery_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@post(
    "/webhooks/{webhook_id:str}/test",
    operation_id="webhooks.test",
    summary="Send a test event",
    **described(
        answer=schemas.WebhookDelivery,
        status=201,
        body=WebhookTest,
        body_optional=True,
        by_id=True,
    ),
)
async def post_test(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """An ``endpoint.test`` for this endpoint alone, sent as all events are."""
    body, wrong = read_body(call.body, call.content_types, WebhookTest, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = SendTestEvent(webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id))
    once = once_of(call, key, tested_answer)
    return response_of(tested_answer(await send_test_event(call.ports, call.actor, command, once)))


@post(
    "/webhooks/{webhook_id:str}/replay",
    operation_id="webhooks.replay",
    summary="Replay deliveries",
    **described(
        answer=schemas.WebhookReplay,
        status=202,
        body=WebhookReplayBody,
        body_optional=True,
        by_id=True,
    ),
)
async def post_replay(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """The id is a delivery; or an endpoint, and the body says which of its deliveries: one by
    ``delivery_id``, all that ``failed``, or everything that happened ``since`` an instant.
    """
    body, wrong = read_body(call.body, call.content_types, WebhookReplayBody, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    command = replay_command(webhook_id, body, wrong)
    once = once_of(call, key, replay_answer)
    return response_of(replay_answer(await replay_webhook(call.ports, call.actor, command, once)))
