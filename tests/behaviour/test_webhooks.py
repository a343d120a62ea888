"""Webhook endpoints through every caller: registered, verified, changed (contract.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.testing import MemoryWebhookSender
from tests.behaviour.app import serving
from tests.behaviour.drivers.webhooks import (
    GraphQLWebhookDriver,
    PythonWebhookDriver,
    RestWebhookDriver,
    WebhookDriver,
)
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.keys import FULL, LINA, READ_ONLY, STRANGER

URL = "https://hooks.example.com/litehq"
SECRET = "a-secret-of-our-own"
KEYED = {"Authorization": f"Bearer {FULL}", "Idempotency-Key": "once"}


@pytest.fixture(params=["python", "rest", "graphql"])
async def hooks(request: pytest.FixtureRequest, house: House) -> AsyncIterator[WebhookDriver]:
    """One caller after the other."""
    if request.param == "python":
        yield PythonWebhookDriver(house.ports)
        return
    async with serving(house.ports) as client:
        is_rest = request.param == "rest"
        yield RestWebhookDriver(client) if is_rest else GraphQLWebhookDriver(client)


@pytest.fixture
def receiver(house: House) -> MemoryWebhookSender:
    """What is behind every URL."""
    sender = house.ports.webhook_sender
    assert isinstance(sender, MemoryWebhookSender)
    return sender


async def registered(hooks: WebhookDriver, **wish: Any) -> dict[str, Any]:
    """A new endpoint that was verified."""
    outcome, body = await hooks.create(url=URL, events=["booking.*"], secret=SECRET, **wish)
    assert outcome == "ok"
    return body


async def test_a_secret_of_ones_own_is_challenged_at_once(
    house: House, hooks: WebhookDriver, receiver: MemoryWebhookSender
) -> None:
    """ "With a caller-chosen `secret` the signed challenge is sent at once"."""
    body = await registered(hooks)
    assert (body["status"], body["version"], body["secret"]) == ("active", 1, SECRET)
    [challenge] = receiver.sent
    signed = hmac.new(SECRET.encode(), challenge.body, hashlib.sha256).hexdigest()
    assert challenge.headers["LiteHQ-Signature"] == signed
    assert challenge.headers["Content-Type"] == "application/json"
    told = json.loads(challenge.body)
    assert (told["type"], told["id"]) == ("endpoint.verification", challenge.headers["webhook-id"])
    assert told["data"]["object"]["id"] == body["id"]
    assert house.types(body["id"]) == ["endpoint.created"]
    assert house.tables.relays.committed() == {(WORKSPACE, "webhooks"): 0}


@pytest.mark.parametrize("status", [500, 302, 410, None])
async def test_who_does_not_answer_well_is_not_registered(
    house: House, hooks: WebhookDriver, receiver: MemoryWebhookSender, status: int | None
) -> None:
    """ "and must get a 2xx, else `422 webhook_unverified`"; nothing is left of it."""
    receiver.fail(URL, status)
    with house.unchanged():
        wish: dict[str, Any] = {"url": URL, "events": ["booking.*"], "secret": SECRET}
        assert (await hooks.create(**wish))[0] == "webhook_unverified"


async def test_a_fresh_secret_waits_to_be_verified(
    house: House, hooks: WebhookDriver, receiver: MemoryWebhookSender
) -> None:
    """ "without one the answer is 201 `status: unverified` with a fresh secret"."""
    _, body = await hooks.create(url=URL, events=["*"])
    assert (body["status"], body["secret"][:6], receiver.sent) == ("unverified", "whsec_", [])
    stored = house.tables.webhooks.committed()[WORKSPACE, body["id"]]
    assert body["secret"].encode() not in stored.secret_sealed
    assert body["secret"] not in repr(stored)
    receiver.fail(URL)
    with house.unchanged():
        assert (await hooks.verify(body["id"]))[0] == "webhook_unverified"
    receiver.heal(URL)
    for _ in range(2):
        _, verified = await hooks.verify(body["id"])
        assert (verified["status"], verified["version"]) == ("active", 2)
    assert len(receiver.sent) == 2
    assert "secret" not in (await hooks.get(body["id"]))[1]


async def test_another_url_is_verified_anew(
    house: House, hooks: WebhookDriver, receiver: MemoryWebhookSender
) -> None:
    webhook_id = (await registered(hooks))["id"]
    _, changed = await hooks.update(webhook_id, url="https://b.example.com")
    assert (changed["status"], changed["verified_at"]) == ("unverified", None)
    assert (await hooks.update(webhook_id, status="active"))[0] == "invalid_transition"
    assert (await hooks.verify(webhook_id))[1]["status"] == "active"
    assert len(receiver.to("https://b.example.com")) == 1


async def test_an_endpoint_is_disabled_and_enabled(house: House, hooks: WebhookDriver) -> None:
    webhook_id = (await registered(hooks))["id"]
    _, disabled = await hooks.update(webhook_id, status="disabled", description="off")
    assert (disabled["status"], disabled["disabled_reason"]) == ("disabled", "operator")
    _, enabled = await hooks.update(webhook_id, status="active")
    assert (enabled["status"], enabled["disabled_reason"]) == ("active", None)
    with house.unchanged():
        assert (await hooks.update(webhook_id, status="active"))[1]["version"] == 3
    assert house.types(webhook_id) == [
        "endpoint.created",
        "endpoint.disabled",
        "endpoint.updated",
    ]


async def test_both_secrets_sign_for_a_while(
    house: House, hooks: WebhookDriver, receiver: MemoryWebhookSender
) -> None:
    """issue 7: the Standard header has both; the bare one changes at the end of the overlap."""
    webhook_id = (await registered(hooks))["id"]
    _, rotated = await hooks.rotate(webhook_id, secret="another-one-of-ours", overlap_hours=2)
    assert rotated["secret"] == "another-one-of-ours"
    assert rotated["old_secret_until"] is not None

    async def signatures() -> tuple[bool, int]:
        """Whether the bare header is of the old secret, and how many the other one holds."""
        await hooks.update(webhook_id, status="disabled")
        await hooks.verify(webhook_id)
        request = receiver.sent[-1]
        old = hmac.new(SECRET.encode(), request.body, hashlib.sha256).hexdigest()
        bare = request.headers["LiteHQ-Signature"]
        return bare == old, len(request.headers["webhook-signature"].split(" "))

    assert await signatures() == (True, 2)
    house.clock.advance(hours=2)
    assert await signatures() == (False, 1)
    fresh = (await hooks.rotate(webhook_id))[1]["secret"]
    assert fresh.startswith("whsec_")


async def test_what_is_taken_away_is_gone(house: House, hooks: WebhookDriver) -> None:
    webhook_id = (await registered(hooks))["id"]
    assert (await hooks.delete(webhook_id))[1]["id"] == webhook_id
    assert (await hooks.get(webhook_id))[0] == "not_found"
    for again in (hooks.delete, hooks.verify, hooks.rotate, hooks.update):
        more = {"description": "x"} if again == hooks.update else {}
        assert (await again(webhook_id, **more))[0] == "not_found"
    assert house.types(webhook_id) == ["endpoint.created", "endpoint.deleted"]


async def test_what_cannot_be_registered(house: House, hooks: WebhookDriver) -> None:
    good = {"url": URL, "events": ["booking.*"]}
    wrongs: list[dict[str, Any]] = [
        {"url": "ftp://hooks.example.com"},
        {"events": ["booking.born"]},
        {"events": []},
        {"secret": "short"},
        {"contact_email": "nobody"},
    ]
    changes: list[dict[str, Any]] = [{"url": "ftp://x"}, {"events": []}, {"status": "unverified"}]
    for wrong in wrongs:
        with house.unchanged():
            assert (await hooks.create(**{**good, **wrong}))[0] == "validation_failed"
    webhook_id = (await registered(hooks))["id"]
    with house.unchanged():
        for change in changes:
            assert (await hooks.update(webhook_id, **change))[0] == "validation_failed"
        assert (await hooks.rotate(webhook_id, overlap_hours=169))[0] == "validation_failed"


async def test_who_may_not(house: House, hooks: WebhookDriver) -> None:
    webhook_id = (await registered(hooks))["id"]
    writes = frozenset({Scope.WEBHOOKS_WRITE})
    narrow = await house.key(scopes=writes)
    bound = await house.key(scopes=frozenset(Scope), member_id="mem_nadia_n")
    denied = "auth_scope_insufficient"
    with house.unchanged():
        for key in (READ_ONLY, LINA, bound):
            assert (await hooks.create(key, url=URL, events=["*"]))[0] == denied
            assert (await hooks.delete(webhook_id, key))[0] == denied
            assert (await hooks.verify(webhook_id, key))[0] == denied
        # Nobody is told through an endpoint what he may not read himself.
        assert (await hooks.create(narrow, url=URL, events=["booking.*"]))[0] == denied
        assert (await hooks.update(webhook_id, narrow, url="https://b.example.com"))[0] == denied
        assert (await hooks.update(webhook_id, narrow, events=["*"]))[0] == denied
        assert (await hooks.rotate(webhook_id, narrow))[0] == denied
        assert (await hooks.get(webhook_id, bound))[0] == "not_found"
        assert (await hooks.get(webhook_id, STRANGER))[0] == "not_found"
    assert (await hooks.update(webhook_id, narrow, description="x"))[0] == "ok"
    _, own = await hooks.create(narrow, url=URL, events=["*"])
    stored = house.tables.webhooks.committed()[WORKSPACE, own["id"]]
    assert stored.scopes == {Scope.WEBHOOKS_READ}


async def test_there_are_not_endlessly_many(house: House, hooks: WebhookDriver) -> None:
    for _ in range(100):
        await PythonWebhookDriver(house.ports).create(url=URL, events=["*"])
    with house.unchanged():
        for secret in ({}, {"secret": SECRET}):
            wish: dict[str, Any] = {"url": URL, "events": ["*"], **secret}
            assert (await hooks.create(**wish))[0] == "validation_failed"


async def test_a_refused_challenge_is_the_first_answer(
    house: House, client: httpx.AsyncClient, receiver: MemoryWebhookSender
) -> None:
    body = {"url": URL, "events": ["*"], "secret": SECRET}
    receiver.fail(URL)
    first = await client.post("/v1/webhooks", json=body, headers=KEYED)
    receiver.heal(URL)
    again = await client.post("/v1/webhooks", json=body, headers=KEYED)
    assert (first.status_code, again.content) == (422, first.content)
    assert first.json()["error"]["endpoint_status"] == 500
    assert len(receiver.sent) == 1
    assert house.tables.webhooks.committed() == {}


async def test_who_died_while_challenging_is_followed_by_a_retry(
    house: House, client: httpx.AsyncClient, receiver: MemoryWebhookSender
) -> None:
    """Nothing is registered before; a retry after the lease makes just the one endpoint."""

    def dies() -> Any:
        raise RuntimeError("killed")

    body = {"url": URL, "events": ["*"], "secret": SECRET}
    receiver.answer(URL, dies)
    assert (await client.post("/v1/webhooks", json=body, headers=KEYED)).status_code == 500
    assert house.tables.webhooks.committed() == {}
    receiver.heal(URL)
    early = await client.post("/v1/webhooks", json=body, headers=KEYED)
    assert early.json()["error"]["code"] == "idempotency_in_progress"
    house.clock.now += timedelta(seconds=61)
    first = await client.post("/v1/webhooks", json=body, headers=KEYED)
    again = await client.post("/v1/webhooks", json=body, headers=KEYED)
    assert (first.status_code, again.content) == (201, first.content)
    assert len(house.tables.webhooks.committed()) == 1
    # The stored answer holds a secret.
    [record] = [r for r in house.tables.idempotency.committed().values() if r.answer]
    assert record.sealed


async def test_a_url_that_changes_while_it_is_challenged_is_not_verified(
    house: House, receiver: MemoryWebhookSender
) -> None:
    hooks = PythonWebhookDriver(house.ports)
    _, body = await hooks.create(url=URL, events=["*"])
    stored = house.tables.webhooks.committed()[WORKSPACE, body["id"]]

    class Racing(MemoryWebhookSender):
        """Somebody changes the URL before the challenge is answered."""

        async def send(self, *args: Any, **more: Any) -> Any:
            """As ever, but late."""
            await hooks.update(stored.id, url="https://b.example.com")
            return await super().send(*args, **more)

    object.__setattr__(house.ports, "webhook_sender", Racing())
    assert (await hooks.verify(stored.id))[0] == "webhook_unverified"
    assert (await hooks.get(stored.id))[1]["status"] == "unverified"
