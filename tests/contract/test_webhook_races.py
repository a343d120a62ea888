"""Several processes work on webhooks at once: nothing is made twice, sent twice, or stuck."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from typing import Any

from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_core.ports.ports import Ports
from litehq_core.ports.webhooks import EndpointKey
from litehq_core.testing import MemoryVault, MemoryWebhookSender
from litehq_core.use_cases.duties.deliver_webhooks import deliver_to
from litehq_core.use_cases.duties.relay_events import relay_events
from tests.contract.house import House
from tests.domain import samples

EVENTS = 30


class Slow(MemoryWebhookSender):
    """Lets others have their turn before it answers."""

    async def send(self, request: Any, *, timeout_seconds: float = 15.0) -> Any:
        """As ever, but not at once."""
        await asyncio.sleep(0.01)
        return await super().send(request, timeout_seconds=timeout_seconds)


async def listening(house: House, ports: Ports, **fields: Any) -> WebhookEndpoint:
    """An active endpoint that is told of bookings."""
    sealed = ports.vault.seal(b"a-secret-of-the-test")
    endpoint = house.new_webhook(events=("booking.*",), secret_sealed=sealed, **fields)
    async with house.begin() as tx:
        await tx.webhooks.add(endpoint)
        await tx.relays.begin("webhooks")
    return endpoint


async def happen(house: House, number: int) -> None:
    """An event in a transaction of its own."""
    async with house.begin() as tx:
        tx.emit(samples.draft(f"bk_{number}"))


async def test_many_processes_make_and_send_each_delivery_once(house: House) -> None:
    faults: list[Any] = []
    sender = Slow()
    ports = replace(house.ports, webhook_sender=sender, vault=MemoryVault())
    endpoint = await listening(house, ports)
    key = EndpointKey(house.workspace.id, endpoint.id)

    async def write() -> None:
        for number in range(EVENTS):
            await happen(house, number)

    async def relay() -> None:
        while await ports.reads.webhooks.position(house.workspace.id, "webhooks") != EVENTS:
            await relay_events(ports, lambda *fault: faults.append(fault), limit=1_000)
            await asyncio.sleep(0)

    async def deliver() -> None:
        while len(sender.sent) < EVENTS:
            await deliver_to(ports, key, lambda *fault: faults.append(fault))
            await asyncio.sleep(0.005)

    async with asyncio.timeout(60):
        await asyncio.gather(write(), relay(), relay(), deliver(), deliver())
    assert faults == []
    told = Counter(json.loads(request.body)["id"] for request in sender.sent)
    assert len(told) == EVENTS
    assert set(told.values()) == {1}
    async with house.begin() as tx:
        assert await tx.deliveries.tally(endpoint.id) == (0, 0)


async def test_an_endpoint_may_go_while_it_is_told(house: House) -> None:
    faults: list[Any] = []
    sender = Slow()
    ports = replace(house.ports, webhook_sender=sender, vault=MemoryVault())
    endpoint = await listening(house, ports)
    other = await listening(house, ports, url="https://hooks.example.com/other")
    for number in range(5):
        await happen(house, number)

    async def remove() -> None:
        await asyncio.sleep(0.005)
        async with house.begin() as tx:
            found = await tx.webhooks.get(endpoint.id, lock=True)
            assert found is not None
            await tx.webhooks.remove(found)

    async def work() -> None:
        for _ in range(4):
            await relay_events(ports, lambda *fault: faults.append(fault), limit=1_000)
            for one in (endpoint, other):
                key = EndpointKey(house.workspace.id, one.id)
                await deliver_to(ports, key, lambda *fault: faults.append(fault))

    async with asyncio.timeout(60):
        await asyncio.gather(work(), work(), remove())
        await work()
    assert faults == []
    async with house.begin() as tx:
        assert await tx.webhooks.get(endpoint.id) is None
    delivered = [r for r in sender.sent if r.url == other.url]
    assert len({json.loads(r.body)["id"] for r in delivered}) == 5


async def test_whoever_was_overtaken_does_not_undo_a_success(house: House) -> None:
    """The lease is fenced: a slow worker's failure comes after another's success."""
    ports = replace(house.ports, vault=MemoryVault())
    endpoint = await listening(house, ports)
    delivery = house.new_delivery(endpoint)
    async with house.begin() as tx:
        await tx.deliveries.add([delivery])
    key = EndpointKey(house.workspace.id, endpoint.id)
    quick = replace(ports, webhook_sender=MemoryWebhookSender())

    class Overtaken(MemoryWebhookSender):
        """Hangs until its lease is over and another has done it."""

        async def send(self, request: Any, *, timeout_seconds: float = 15.0) -> Any:
            """A failure, too late."""
            house.ports.clock.advance(seconds=61)  # type: ignore[attr-defined]
            assert await deliver_to(quick, key, lambda *_: None) == 1
            self.fail(request.url, 410)
            return await super().send(request, timeout_seconds=timeout_seconds)

    slow = replace(ports, webhook_sender=Overtaken())
    assert await deliver_to(slow, key, lambda *_: None) == 1
    async with house.begin() as tx:
        found = await tx.deliveries.get(delivery.id)
    assert found is not None
    assert found.status is DeliveryStatus.DELIVERED
    assert [attempt.status for attempt in found.attempts] == [200, 410]
