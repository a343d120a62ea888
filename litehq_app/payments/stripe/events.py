"""``POST /stripe/events``: what Stripe tells of its own accord."""

from __future__ import annotations

import json
from typing import Any

import stripe
import structlog
from litestar import Request, post
from litestar.datastructures import State
from stripe import WebhookSignature

from litehq_app.payments.stripe.reports import report_of
from litehq_app.settings import Settings
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.errors import AuthInvalid
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.payments.take_in_report import take_in_report

TOLERANCE_SECONDS = 300

log = structlog.get_logger(logger_name="litehq.payments.stripe")


@post("/stripe/events", status_code=200, include_in_schema=False)
async def take_stripe_event(request: Request[Any, Any, State]) -> dict[str, bool]:
    """Deal with one event, in one transaction. What is no concern of ours is accepted too.

    Whose it is, the account says and nothing else: what an event's object says of itself, its
    metadata included, is in the hands of the account's owner.

    Raises:
        AuthInvalid: it is not signed with the secret of ``LITEHQ_STRIPE_WEBHOOK_SECRET``.
    """
    body = await request.body()
    settings: Settings = request.app.state.settings
    event = _verified(body, request.headers.get("stripe-signature"), settings)
    ports: Ports = request.app.state.ports
    account_id = event.get("account")
    workspace_id = (
        await ports.reads.workspace_of_account(account_id) if isinstance(account_id, str) else None
    )
    if workspace_id is None:
        log.info("stripe_event_ignored", event_id=event.get("id"), type=event.get("type"))
        return {"received": True, "handled": False}
    handled = await take_in_report(ports, system_actor(workspace_id, "stripe"), report_of(event))
    return {"received": True, "handled": handled}


def _verified(body: bytes, signature: str | None, settings: Settings) -> dict[str, Any]:
    secret = settings.stripe_webhook_secret
    try:
        WebhookSignature.verify_header(
            body, signature, secret.get_secret_value() if secret else None, TOLERANCE_SECONDS
        )
        event = json.loads(body)
    except (stripe.SignatureVerificationError, ValueError) as wrong:
        raise AuthInvalid("The event is not signed as it should be.") from wrong
    if not (isinstance(event, dict) and isinstance(event.get("data"), dict)):
        raise AuthInvalid("What is signed is no event.")
    return event
