"""Webhooks: what has happened becomes deliveries, and each endpoint has a lane of its own."""

from __future__ import annotations

import asyncio

import structlog

from litehq_app.workers.supervisor import Duty
from litehq_core.domain.errors import Refusal
from litehq_core.ports.ports import Ports
from litehq_core.ports.webhooks import EndpointKey
from litehq_core.use_cases.duties.deliver_webhooks import LANES, deliver_to, prune_deliveries
from litehq_core.use_cases.duties.relay_events import PAGE, relay_events

log = structlog.get_logger(logger_name="litehq.workers.webhooks")


def webhook_duties(ports: Ports) -> list[Duty]:
    """All that webhooks need of a process."""
    return [webhook_relay(ports), webhook_deliveries(ports), webhook_upkeep(ports)]


def webhook_relay(ports: Ports, *, every_seconds: float = 0.5) -> Duty:
    """Make deliveries of what stands in the logs."""

    def note(workspace_id: str, error: Exception) -> None:
        _note("webhook_relay_failed", error, workspace_id=workspace_id)

    async def perform() -> bool:
        return await relay_events(ports, note) >= PAGE

    return Duty(name="webhook_relay", perform=perform, every_seconds=every_seconds)


def webhook_deliveries(ports: Ports, *, every_seconds: float = 0.5) -> Duty:
    """Send what is due. A lane that waits for its endpoint keeps no other from going on."""
    lanes: dict[EndpointKey, asyncio.Task[None]] = {}

    def note(delivery_id: str, error: Exception) -> None:
        _note("webhook_delivery_failed", error, delivery_id=delivery_id)

    async def run(key: EndpointKey) -> None:
        try:
            while await deliver_to(ports, key, note):
                pass
        except Exception as error:
            _note("webhook_lane_failed", error, webhook_id=key.webhook_id)
        finally:
            lanes.pop(key, None)

    async def perform() -> bool:
        free = LANES - len(lanes)
        if free:
            # More than are free, because those that are busy may be the longest due.
            due = await ports.reads.webhooks.due(ports.clock(), LANES + len(lanes))
            for key in [key for key in due if key not in lanes][:free]:
                lanes[key] = asyncio.create_task(run(key))
        return False

    async def end() -> None:
        # What is under way is sent again by whoever comes after its lease.
        under_way = list(lanes.values())
        for lane in under_way:
            lane.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    return Duty(name="webhook_deliveries", perform=perform, every_seconds=every_seconds, end=end)


def webhook_upkeep(ports: Ports, *, every_seconds: float = 60.0) -> Duty:
    """Take away deliveries that nobody asks for any more."""

    async def perform() -> bool:
        return await prune_deliveries(ports) > 0

    return Duty(name="webhook_upkeep", perform=perform, every_seconds=every_seconds)


def _note(what: str, error: Exception, **about: str) -> None:
    if isinstance(error, Refusal):
        log.warning(what, code=error.code.value, **about)
    else:
        log.error(what, exc_info=error, **about)
