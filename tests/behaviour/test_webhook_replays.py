"""Tests, lists and replays of deliveries, through every caller (contract.md, issue 7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from litehq_core.domain.webhook_delivery import DeliveryStatus
from tests.behaviour.app import serving
from tests.behaviour.drivers.webhooks import (
    GraphQLWebhookDriver,
    PythonWebhookDriver,
    RestWebhookDriver,
    WebhookDriver,
)
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.keys import FULL, READ_ONLY, STRANGER
from tests.behaviour.test_webhook_deliveries import OTHER_URL, URL, Post


@pytest.fixture
def post(house: House) -> Post:
    """Over the furnished house."""
    return Post(house)


@pytest.fixture(params=["python", "rest", "graphql"])
async def hooks(request: pytest.FixtureRequest, house: House) -> AsyncIterator[WebhookDriver]:
    """One caller after the other."""
    if request.param == "python":
        yield PythonWebhookDriver(house.ports)
        return
    async with serving(house.ports) as client:
        is_rest = request.param == "rest"
        yield RestWebhookDriver(client) if is_rest else GraphQLWebhookDriver(client)


async def test_a_test_event_reaches_its_endpoint_alone(post: Post, hooks: WebhookDriver) -> None:
    webhook_id = await post.register()
    await post.register(OTHER_URL)
    await post.run()
    post.receiver.sent.clear()
    logged = len(post.house.events())
    _, delivery = await hooks.test(webhook_id)
    assert (delivery["type"], delivery["status"]) == ("endpoint.test", "pending")
    await post.run()
    assert (post.subjects(), post.subjects(OTHER_URL)) == ([webhook_id], [])
    assert len(post.house.events()) == logged


async def test_what_was_sent_is_listed_with_its_tries(post: Post, hooks: WebhookDriver) -> None:
    webhook_id = await post.register(events=["booking.*"])
    post.receiver.fail(URL, 503, excerpt="later", latency_ms=7)
    await post.happen("bk_1")
    await post.run()
    _, listed = await hooks.deliveries(webhook_id)
    [delivery] = listed["data"]
    assert (delivery["last_status"], delivery["last_error"]) == (503, "status_503")
    [attempt] = delivery["attempts"]
    assert {k: attempt[k] for k in ("status", "error", "latency_ms", "excerpt")} == {
        "status": 503,
        "error": "status_503",
        "latency_ms": 7,
        "excerpt": "later",
    }
    assert delivery["next_attempt_at"] is not None
    assert (await hooks.deliveries(webhook_id, status="dead"))[1]["data"] == []
    assert len((await hooks.deliveries(webhook_id, status="pending"))[1]["data"]) == 1


async def test_one_delivery_is_sent_once_more(post: Post, hooks: WebhookDriver) -> None:
    """contract.md: "`{id}` is a delivery, or an endpoint with `{delivery_id}`"."""
    webhook_id = await post.register(events=["booking.*"])
    await post.happen("bk_1")
    await post.run()
    [delivery] = post.deliveries()
    for wish in ({}, {"webhook_id": webhook_id}):
        outcome, replay = await hooks.replay(delivery_id=delivery.id, **wish)
        assert (outcome, replay["webhook_id"], replay["queued"]) == ("ok", webhook_id, 1)
        await post.run()
    assert post.subjects() == ["bk_1"] * 3
    assert len({request.headers["webhook-id"] for request in post.receiver.to(URL)}) == 1


async def test_all_that_failed_is_sent_once_more(post: Post, hooks: WebhookDriver) -> None:
    webhook_id = await post.register(events=["booking.*"])
    post.receiver.fail(URL, 410)
    await post.happen("bk_1", "bk_2")
    await post.run()
    refused = await hooks.replay(webhook_id=webhook_id, failed=True)
    assert refused[0] == "invalid_transition"
    await hooks.update(webhook_id, status="active")
    post.receiver.heal(URL)
    post.receiver.sent.clear()
    outcome, replay = await hooks.replay(webhook_id=webhook_id, failed=True)
    assert (outcome, replay["queued"]) == ("ok", 2)
    await post.run()
    assert post.subjects() == ["bk_1", "bk_2"]


async def test_all_since_an_instant_is_sent_whether_or_not_it_was_then(
    post: Post, hooks: WebhookDriver
) -> None:
    """The published page: "Useful for backfilling after a downtime window"."""
    webhook_id = await post.register(events=["booking.*"])
    await post.happen("bk_long_ago")
    await post.run()
    post.house.clock.advance(hours=2)
    since = post.house.clock.now
    await post.happen("bk_sent")
    await post.run()
    await hooks.update(webhook_id, status="disabled")
    await post.happen("bk_missed")
    await post.run()
    post.house.clock.advance(seconds=1)
    await hooks.update(webhook_id, status="active")
    await post.happen("bk_new")
    await post.run()
    assert post.subjects() == ["bk_long_ago", "bk_sent", "bk_new"]
    post.receiver.sent.clear()
    outcome, replay = await hooks.replay(webhook_id=webhook_id, since=since)
    assert (outcome, replay["queued"]) == ("ok", None)
    assert post.endpoint(webhook_id).replay is not None
    await post.run()
    assert sorted(post.subjects()) == ["bk_missed", "bk_new", "bk_sent"]
    assert post.endpoint(webhook_id).replay is None


async def test_a_long_replay_goes_page_by_page(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"])
    since = post.house.clock.now
    await post.happen(*(f"bk_{number}" for number in range(450)))
    await post.run()
    hooks = PythonWebhookDriver(post.house.ports)
    await hooks.replay(webhook_id=webhook_id, since=since)
    await post.relay()
    first = post.endpoint(webhook_id).replay
    assert first is not None
    # Asked again meanwhile, it begins anew and ends where both do.
    await hooks.replay(webhook_id=webhook_id, since=since - timedelta(hours=1))
    again = post.endpoint(webhook_id).replay
    assert again is not None
    assert (again.after, again.until, again.since) == (0, first.until, since - timedelta(hours=1))
    while post.endpoint(webhook_id).replay is not None:
        await post.relay()
    statuses = [delivery.status for delivery in post.deliveries()]
    assert statuses == [DeliveryStatus.PENDING] * 450


async def test_what_cannot_be_replayed(post: Post, hooks: WebhookDriver) -> None:
    webhook_id = await post.register(events=["booking.*"])
    other_id = await post.register(OTHER_URL, events=["room.*"])
    await post.happen("bk_1")
    await post.run()
    [delivery] = post.deliveries()
    ahead = post.house.clock.now + timedelta(seconds=2)
    with post.house.unchanged():
        for wish in (
            {"webhook_id": webhook_id},
            {"webhook_id": webhook_id, "failed": True, "since": post.house.clock.now},
            {"webhook_id": webhook_id, "since": ahead},
        ):
            assert (await hooks.replay(**wish))[0] == "validation_failed"
        for missing in (
            {"webhook_id": other_id, "delivery_id": delivery.id},
            {"delivery_id": "whd_none"},
            {"webhook_id": "whk_none", "failed": True},
        ):
            assert (await hooks.replay(**missing))[0] == "not_found"
        assert (await hooks.test("whk_none"))[0] == "not_found"
        assert (await hooks.deliveries("whk_none"))[0] == "not_found"
        assert (await hooks.deliveries(webhook_id, STRANGER))[0] == "not_found"
        for key in (READ_ONLY,):
            denied = "auth_scope_insufficient"
            assert (await hooks.replay(key, delivery_id=delivery.id))[0] == denied
            assert (await hooks.test(webhook_id, key))[0] == denied
    await hooks.update(other_id, status="disabled")
    assert (await hooks.test(other_id))[0] == "invalid_transition"


async def test_python_may_name_any_instant(post: Post) -> None:
    webhook_id = await post.register(events=["booking.*"])
    hooks = PythonWebhookDriver(post.house.ports)
    with post.house.unchanged():
        for wrong in (datetime.min.replace(tzinfo=UTC), datetime(2026, 5, 22)):  # noqa: DTZ001
            refused = await hooks.replay(webhook_id=webhook_id, since=wrong)
            assert refused[0] == "validation_failed"


async def test_a_replay_is_accepted(post: Post, client: httpx.AsyncClient) -> None:
    """contract.md, Statuses: "replay of deliveries 202"."""
    webhook_id = await post.register(events=["booking.*"])
    await post.happen("bk_1")
    await post.run()
    [delivery] = post.deliveries()
    headers = {"Authorization": f"Bearer {FULL}"}
    answer = await client.post(f"/v1/webhooks/{delivery.id}/replay", headers=headers)
    assert answer.status_code == 202
    body = {"delivery_id": "whd_other"}
    contradicts = await client.post(
        f"/v1/webhooks/{delivery.id}/replay", headers=headers, json=body
    )
    assert contradicts.status_code == 422
    answer = await client.post(f"/v1/webhooks/{webhook_id}/test", headers=headers)
    assert answer.status_code == 201
    stored = post.house.tables.deliveries.committed()
    assert stored[WORKSPACE, delivery.id].status is DeliveryStatus.PENDING
