"""The three callers, for webhooks. Each answer is ``("ok", what is shown)`` or ``(code, {})``.

What is shown is in the words of REST, whoever asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from litehq_core import (
    CreateWebhook,
    DeleteWebhook,
    DeliveryStatus,
    ListDeliveries,
    ReplayWebhook,
    RotateWebhookSecret,
    SendTestEvent,
    UpdateWebhook,
    VerifyWebhook,
    WebhookStatus,
    authenticate,
    create_webhook,
    delete_webhook,
    list_deliveries,
    replay_webhook,
    rotate_webhook_secret,
    send_test_event,
    update_webhook,
    verify_webhook,
)
from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.errors import Refusal
from litehq_core.domain.records import snapshot
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.webhook_delivery import delivery_record
from litehq_core.domain.webhook_words import shown_webhook_record, webhook_record
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.records.get_records import get_record
from tests.behaviour.drivers.graphql_words import contract_of, variables_of
from tests.behaviour.keys import FULL

Answer = tuple[str, dict[str, Any]]

_HEALTH = (
    *("last_success_at", "last_failure_at", "last_error", "failing_since"),
    *("pending_count", "dead_count"),
)


class WebhookDriver(Protocol):
    """What a scenario asks."""

    async def create(self, key: str = FULL, **wish: Any) -> Answer: ...
    async def get(self, webhook_id: str, key: str = FULL) -> Answer: ...
    async def update(self, webhook_id: str, key: str = FULL, **changes: Any) -> Answer: ...
    async def delete(self, webhook_id: str, key: str = FULL) -> Answer: ...
    async def verify(self, webhook_id: str, key: str = FULL) -> Answer: ...
    async def rotate(self, webhook_id: str, key: str = FULL, **wish: Any) -> Answer: ...
    async def test(self, webhook_id: str, key: str = FULL) -> Answer: ...
    async def replay(self, key: str = FULL, **wish: Any) -> Answer: ...
    async def deliveries(self, webhook_id: str, key: str = FULL, **filters: Any) -> Answer: ...


class PythonWebhookDriver:
    """Calls the use cases."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def _call(
        self, key: str, ask: Callable[[Actor], Awaitable[Any]], shown: Callable[[Any], Any]
    ) -> Answer:
        try:
            found = await ask(await authenticate(self._ports, key))
        except Refusal as refusal:
            return refusal.code.value, {}
        return "ok", shown(found)

    async def create(self, key: str = FULL, **wish: Any) -> Answer:
        """``create_webhook``."""
        command = CreateWebhook(**{**wish, "events": tuple(wish["events"])})
        return await self._call(
            key,
            lambda actor: create_webhook(self._ports, actor, command),
            lambda c: {**_shown(webhook_record(c.endpoint)), "secret": c.secret},
        )

    async def get(self, webhook_id: str, key: str = FULL) -> Answer:
        """``get_record``."""
        attributes = every_attribute(Noun.WEBHOOK)
        return await self._call(
            key,
            lambda actor: get_record(self._ports, actor, Noun.WEBHOOK, webhook_id, attributes),
            _shown,
        )

    async def update(self, webhook_id: str, key: str = FULL, **changes: Any) -> Answer:
        """``update_webhook``."""
        if "events" in changes:
            changes["events"] = tuple(changes["events"])
        if "status" in changes:
            changes["status"] = WebhookStatus(changes["status"])
        command = UpdateWebhook(webhook_id=webhook_id, **changes)
        return await self._call(
            key, lambda actor: update_webhook(self._ports, actor, command), _of_shown
        )

    async def delete(self, webhook_id: str, key: str = FULL) -> Answer:
        """``delete_webhook``."""
        command = DeleteWebhook(webhook_id=webhook_id)
        return await self._call(
            key, lambda actor: delete_webhook(self._ports, actor, command), _of_shown
        )

    async def verify(self, webhook_id: str, key: str = FULL) -> Answer:
        """``verify_webhook``."""
        command = VerifyWebhook(webhook_id=webhook_id)
        return await self._call(
            key, lambda actor: verify_webhook(self._ports, actor, command), _of_shown
        )

    async def rotate(self, webhook_id: str, key: str = FULL, **wish: Any) -> Answer:
        """``rotate_webhook_secret``."""
        command = RotateWebhookSecret(webhook_id=webhook_id, **wish)
        return await self._call(
            key,
            lambda actor: rotate_webhook_secret(self._ports, actor, command),
            lambda r: {**_of_shown(r.webhook), "secret": r.secret},
        )

    async def test(self, webhook_id: str, key: str = FULL) -> Answer:
        """``send_test_event``."""
        command = SendTestEvent(webhook_id=webhook_id)
        return await self._call(
            key,
            lambda actor: send_test_event(self._ports, actor, command),
            lambda delivery: snapshot(delivery_record(delivery)),
        )

    async def replay(self, key: str = FULL, **wish: Any) -> Answer:
        """``replay_webhook``."""
        return await self._call(
            key,
            lambda actor: replay_webhook(self._ports, actor, ReplayWebhook(**wish)),
            lambda r: {"webhook_id": r.webhook_id, "queued": r.queued},
        )

    async def deliveries(self, webhook_id: str, key: str = FULL, **filters: Any) -> Answer:
        """``list_deliveries``."""
        status = DeliveryStatus(filters["status"]) if "status" in filters else None
        query = ListDeliveries(webhook_id=webhook_id, status=status)
        attributes = every_attribute(Noun.WEBHOOK_DELIVERY)
        return await self._call(
            key,
            lambda actor: list_deliveries(self._ports, actor, query, attributes),
            lambda page: {"data": [snapshot(record) for record in page.records]},
        )


def _of_shown(shown: Any) -> dict[str, Any]:
    return _shown(shown_webhook_record(shown))


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    plain = snapshot(record)
    health = {name.removesuffix("_count"): plain.pop(name) for name in _HEALTH}
    return {**plain, "health": health}


class RestWebhookDriver:
    """Speaks HTTP to ``/v1/webhooks``."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _send(self, method: str, path: str, key: str, body: Any = None) -> Answer:
        answer = await self._client.request(
            method,
            f"/v1/webhooks{path}",
            json=body,
            headers={"Authorization": f"Bearer {key}"},
        )
        told = answer.json()
        return ("ok", told) if answer.is_success else (told["error"]["code"], {})

    async def create(self, key: str = FULL, **wish: Any) -> Answer:
        """``POST``."""
        return await self._send("POST", "", key, wish)

    async def get(self, webhook_id: str, key: str = FULL) -> Answer:
        """``GET …/{id}``."""
        return await self._send("GET", f"/{webhook_id}", key)

    async def update(self, webhook_id: str, key: str = FULL, **changes: Any) -> Answer:
        """``PATCH …/{id}``."""
        return await self._send("PATCH", f"/{webhook_id}", key, changes)

    async def delete(self, webhook_id: str, key: str = FULL) -> Answer:
        """``DELETE …/{id}``."""
        return await self._send("DELETE", f"/{webhook_id}", key)

    async def verify(self, webhook_id: str, key: str = FULL) -> Answer:
        """``POST …/{id}/verify``."""
        return await self._send("POST", f"/{webhook_id}/verify", key)

    async def rotate(self, webhook_id: str, key: str = FULL, **wish: Any) -> Answer:
        """``POST …/{id}/rotate_secret``."""
        return await self._send("POST", f"/{webhook_id}/rotate_secret", key, wish)

    async def test(self, webhook_id: str, key: str = FULL) -> Answer:
        """``POST …/{id}/test``."""
        return await self._send("POST", f"/{webhook_id}/test", key)

    async def replay(self, key: str = FULL, **wish: Any) -> Answer:
        """``POST …/{id}/replay``: of an endpoint, or else of the delivery itself."""
        if "since" in wish:
            wish["since"] = instant_text(wish["since"])
        target = wish.pop("webhook_id", None) or wish.pop("delivery_id")
        return await self._send("POST", f"/{target}/replay", key, wish)

    async def deliveries(self, webhook_id: str, key: str = FULL, **filters: Any) -> Answer:
        """``GET …/{id}/deliveries``."""
        query = f"?{urlencode(filters)}" if filters else ""
        return await self._send("GET", f"/{webhook_id}/deliveries{query}", key)


_WEBHOOK = """webhook {
  id status version url description events ordered contactEmail oldSecretUntil verifiedAt
  disabledReason replayingSince createdAt
  health { pending dead failingSince lastSuccessAt lastFailureAt lastError }
}"""


_DELIVERY = """{
  id webhookId eventId type subjectId status tries nextAttemptAt lastStatus lastError deliveredAt
  attempts { at status error latencyMs excerpt }
}"""


class GraphQLWebhookDriver:
    """Speaks GraphQL."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _ask(self, document: str, variables: dict[str, Any], key: str) -> Any:
        answer = await self._client.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {key}"},
        )
        return answer.json()

    async def _mutate(
        self, name: str, key: str, given: dict[str, Any], more: str = "", shown: str = _WEBHOOK
    ) -> Answer:
        kind = name[0].upper() + name[1:]
        document = (
            f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{"
            f" ... on {kind}Payload {{ {shown} {more} }} ... on Refusal {{ code }} }} }}"
        )
        body = await self._ask(document, {"input": variables_of(given)}, key)
        assert "errors" not in body, body
        found = body["data"][name]
        if "code" in found:
            return found["code"].lower(), {}
        return "ok", {**_answered(found.pop("webhook", {})), **found}

    async def create(self, key: str = FULL, **wish: Any) -> Answer:
        """``createWebhook``."""
        return await self._mutate("createWebhook", key, wish, "secret")

    async def get(self, webhook_id: str, key: str = FULL) -> Answer:
        """``webhook``."""
        document = f"query($id: ID!) {{ {_WEBHOOK.replace('webhook', 'webhook(id: $id)', 1)} }}"
        body = await self._ask(document, {"id": webhook_id}, key)
        if "errors" in body:
            return body["errors"][0]["extensions"]["code"].lower(), {}
        found = body["data"]["webhook"]
        return ("not_found", {}) if found is None else ("ok", _answered(found))

    async def update(self, webhook_id: str, key: str = FULL, **changes: Any) -> Answer:
        """``updateWebhook``."""
        if "status" in changes:
            changes["status"] = changes["status"].upper()
        return await self._mutate("updateWebhook", key, {"id": webhook_id, **changes})

    async def delete(self, webhook_id: str, key: str = FULL) -> Answer:
        """``deleteWebhook``."""
        return await self._mutate("deleteWebhook", key, {"id": webhook_id})

    async def verify(self, webhook_id: str, key: str = FULL) -> Answer:
        """``verifyWebhook``."""
        return await self._mutate("verifyWebhook", key, {"id": webhook_id})

    async def rotate(self, webhook_id: str, key: str = FULL, **wish: Any) -> Answer:
        """``rotateWebhookSecret``."""
        return await self._mutate("rotateWebhookSecret", key, {"id": webhook_id, **wish}, "secret")

    async def test(self, webhook_id: str, key: str = FULL) -> Answer:
        """``testWebhook``."""
        shown = f"delivery {_DELIVERY}"
        outcome, body = await self._mutate("testWebhook", key, {"id": webhook_id}, shown=shown)
        return outcome, _answered(body.get("delivery", {}))

    async def replay(self, key: str = FULL, **wish: Any) -> Answer:
        """``replayWebhook``."""
        if "since" in wish:
            wish["since"] = instant_text(wish["since"])
        shown = "webhookId deliveryId since failed queued"
        outcome, body = await self._mutate("replayWebhook", key, wish, shown=shown)
        return outcome, contract_of(body)

    async def deliveries(self, webhook_id: str, key: str = FULL, **filters: Any) -> Answer:
        """``webhookDeliveries``."""
        document = (
            "query($id: ID!, $status: WebhookDeliveryStatus) {"
            f" webhookDeliveries(webhookId: $id, status: $status) {{ nodes {_DELIVERY} }} }}"
        )
        variables = {"id": webhook_id, "status": filters.get("status", "").upper() or None}
        body = await self._ask(document, variables, key)
        if "errors" in body:
            return body["errors"][0]["extensions"]["code"].lower(), {}
        found = body["data"]["webhookDeliveries"]
        if found is None:
            return "not_found", {}
        return "ok", {"data": [_answered(node) for node in found["nodes"]]}


def _answered(body: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = contract_of(body)
    for name in ("status", "disabled_reason"):
        if shown.get(name):
            shown[name] = shown[name].lower()
    return shown
