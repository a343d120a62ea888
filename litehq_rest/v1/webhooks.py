"""``/v1/webhooks``: register, list, get, change, take away, verify, rotate the secret."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.webhook import ShownWebhook, WebhookStatus
from litehq_core.domain.webhook_wishes import (
    DEFAULT_OVERLAP_HOURS,
    CreateWebhook,
    RotateWebhookSecret,
    UpdateWebhook,
)
from litehq_core.domain.webhook_words import shown_webhook_record, webhook_record
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_core.use_cases.webhooks.create_webhook import CreatedWebhook, create_webhook
from litehq_core.use_cases.webhooks.delete_webhook import DeleteWebhook, delete_webhook
from litehq_core.use_cases.webhooks.rotate_webhook_secret import (
    RotatedWebhook,
    rotate_webhook_secret,
)
from litehq_core.use_cases.webhooks.update_webhook import update_webhook
from litehq_core.use_cases.webhooks.verify_webhook import VerifyWebhook, verify_webhook
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, core, plain
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.times import instant_or_null

_ATTRIBUTES = every_attribute(Noun.WEBHOOK)


class WebhookCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A new endpoint. ``events`` are types, areas such as ``booking.*``, or ``*``.

    With a ``secret`` of your own the challenge is sent at once.
    """

    url: str | UnsetType = UNSET
    events: list[str] | UnsetType = UNSET
    secret: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    contact_email: str | UnsetType | None = UNSET
    ordered: bool = False


class WebhookEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of an endpoint: what is left out stays, null clears. Another URL is unverified."""

    url: str | UnsetType = UNSET
    events: list[str] | UnsetType = UNSET
    status: WebhookStatus | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    contact_email: str | UnsetType | None = UNSET
    ordered: bool | UnsetType = UNSET


class WebhookChallenge(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing but a key: the path says which endpoint is challenged."""


class WebhookRotation(Body, kw_only=True, forbid_unknown_fields=True):
    """Another secret, a fresh one unless it is named; the present one signs too for a while."""

    secret: str | UnsetType | None = UNSET
    overlap_hours: int = DEFAULT_OVERLAP_HOURS


def webhook_json(record: Record) -> dict[str, Any]:
    """An endpoint as shown; nothing is ever missing, but the secret always is."""
    return {
        "id": record["id"],
        "object": "webhook",
        "status": record["status"],
        "version": record["version"],
        "url": record["url"],
        "description": record["description"],
        "events": record["events"],
        "scopes": record["scopes"],
        "ordered": record["ordered"],
        "contact_email": record["contact_email"],
        "old_secret_until": instant_or_null(record["old_secret_until"]),
        "verified_at": instant_or_null(record["verified_at"]),
        "disabled_reason": record["disabled_reason"],
        "replaying_since": instant_or_null(record["replaying_since"]),
        "health": {
            "pending": record["pending_count"],
            "dead": record["dead_count"],
            "failing_since": instant_or_null(record["failing_since"]),
            "last_success_at": instant_or_null(record["last_success_at"]),
            "last_failure_at": instant_or_null(record["last_failure_at"]),
            "last_error": record["last_error"],
        },
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def webhook_answer(shown: ShownWebhook) -> Answer:
    """An endpoint of the core as an answer."""
    record = shown_webhook_record(shown)
    return json_answer(webhook_json(record), version=shown.endpoint.version)


def created_answer(created: CreatedWebhook) -> Answer:
    """A new endpoint with its secret, which is shown this once."""
    shown = {**webhook_json(webhook_record(created.endpoint)), "secret": created.secret}
    return json_answer(shown, status=201, version=created.endpoint.version)


def rotated_answer(rotated: RotatedWebhook) -> Answer:
    """An endpoint with its new secret, which is shown this once."""
    record = shown_webhook_record(rotated.webhook)
    shown = {**webhook_json(record), "secret": rotated.secret}
    return json_answer(shown, version=rotated.webhook.endpoint.version)


def create_command(body: WebhookCreate, wrong: Findings) -> CreateWebhook:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing, or is no value.
    """
    url = wrong.agreed(("url", plain(body.url)), required=True)
    events = wrong.agreed(("events", plain(body.events)), required=True)
    if wrong or url is None or events is None:
        raise wrong.refusal()
    return CreateWebhook(
        url=url,
        events=tuple(events),
        secret=plain(body.secret),
        description=plain(body.description),
        contact_email=plain(body.contact_email),
        ordered=body.ordered,
    )


def update_command(
    webhook_id: str, body: WebhookEdit, expected_version: int | None
) -> UpdateWebhook:
    """A PATCH as its command."""
    events = body.events
    return UpdateWebhook(
        webhook_id=webhook_id,
        url=core(body.url),
        events=core(events if isinstance(events, UnsetType) else tuple(events)),
        status=core(body.status),
        description=core(body.description),
        contact_email=core(body.contact_email),
        ordered=core(body.ordered),
        expected_version=expected_version,
    )


def _list_query(query: Query) -> ListRecords:
    found = ListRecords(noun=Noun.WEBHOOK, paging=query.paging())
    query.wrong.refuse()
    return found


@get(
    "/webhooks",
    operation_id="webhooks.list",
    summary="List registered endpoints and their delivery health",
    **described(answer=schemas.WebhookPage, query=("limit", "cursor")),
)
async def get_webhooks(call: NamedDependency[Call]) -> Response[bytes]:
    """Endpoints of every status, newest first; never a secret. For operators."""
    page = await list_records(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [webhook_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@post(
    "/webhooks",
    operation_id="webhooks.create",
    summary="Register a new endpoint",
    **described(answer=schemas.WebhookWithSecret, status=201, body=WebhookCreate),
)
async def post_webhook(call: NamedDependency[Call]) -> Response[bytes]:
    """With a secret of your own the signed challenge must get a 2xx within 5 s, else nothing is
    registered. Without one the endpoint is unverified, and its secret is in this answer alone.
    """
    body, wrong = read_body(call.body, call.content_types, WebhookCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, created_answer, secret=True)
    return response_of(created_answer(await create_webhook(call.ports, call.actor, command, once)))


@get(
    "/webhooks/{webhook_id:str}",
    operation_id="webhooks.get",
    summary="Retrieve an endpoint and its delivery health",
    **described(answer=schemas.Webhook, by_id=True),
)
async def get_webhook(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """One endpoint; never its secret."""
    bare_id = normalise_id(Prefix.WEBHOOK, webhook_id)
    found = await get_record(call.ports, call.actor, Noun.WEBHOOK, bare_id, _ATTRIBUTES)
    return response_of(json_answer(webhook_json(found), version=found["version"]))


@patch(
    "/webhooks/{webhook_id:str}",
    operation_id="webhooks.update",
    summary="Change an endpoint",
    **described(answer=schemas.Webhook, body=WebhookEdit, by_id=True, locks=True),
)
async def patch_webhook(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """Another URL has to be verified. ``status`` disables an endpoint, or enables it again."""
    body, wrong = read_body(call.body, call.content_types, WebhookEdit)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    bare_id = normalise_id(Prefix.WEBHOOK, webhook_id)
    command = update_command(bare_id, body, expected_version(call.if_match))
    once = once_of(call, key, webhook_answer)
    return response_of(webhook_answer(await update_webhook(call.ports, call.actor, command, once)))


@delete(
    "/webhooks/{webhook_id:str}",
    operation_id="webhooks.delete",
    summary="Take an endpoint away",
    **described(answer=schemas.Webhook, writes=True, by_id=True, locks=True),
)
async def remove_webhook(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """The endpoint as it was; its deliveries go with it."""
    wrong = Findings()
    key = key_of(call, None, wrong)
    wrong.refuse()
    command = DeleteWebhook(
        webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, webhook_answer)
    return response_of(webhook_answer(await delete_webhook(call.ports, call.actor, command, once)))


@post(
    "/webhooks/{webhook_id:str}/verify",
    operation_id="webhooks.verify",
    summary="Send the signed challenge",
    **described(
        answer=schemas.Webhook, body=WebhookChallenge, body_optional=True, by_id=True, locks=True
    ),
)
async def post_verify(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """The endpoint is active once it has answered the challenge with a 2xx status within 5 s."""
    body, wrong = read_body(call.body, call.content_types, WebhookChallenge, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = VerifyWebhook(
        webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, webhook_answer)
    return response_of(webhook_answer(await verify_webhook(call.ports, call.actor, command, once)))


@post(
    "/webhooks/{webhook_id:str}/rotate_secret",
    operation_id="webhooks.rotate_secret",
    summary="Give an endpoint another secret",
    **described(
        answer=schemas.WebhookWithSecret,
        body=WebhookRotation,
        body_optional=True,
        by_id=True,
        locks=True,
    ),
)
async def post_rotation(call: NamedDependency[Call], webhook_id: FromPath[str]) -> Response[bytes]:
    """The new secret is in this answer alone. Until ``old_secret_until`` both of them verify."""
    body, wrong = read_body(call.body, call.content_types, WebhookRotation, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = RotateWebhookSecret(
        webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id),
        secret=plain(body.secret),
        overlap_hours=body.overlap_hours,
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, rotated_answer, secret=True)
    rotated = await rotate_webhook_secret(call.ports, call.actor, command, once)
    return response_of(rotated_answer(rotated))
