"""From the event log to deliveries: what has happened since, and what is to be told once more.

A page of events becomes deliveries in the transaction that moves the position behind it. So a
process may die at any point: either both have happened or neither, and nothing is skipped. The log
itself has only what was committed, so that nothing is told of work that was rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.events import Event
from litehq_core.domain.webhook import ReplayWindow, WebhookEndpoint
from litehq_core.ports.ports import Ports
from litehq_core.ports.webhooks import EndpointKey
from litehq_core.steps.make_deliveries import make_deliveries, since_active
from litehq_core.steps.relay_names import WEBHOOKS

BATCH = 100
PAGE = 200

# Told of the workspace whose log could not be relayed, and why.
RelayFailed = Callable[[str, Exception], None]


async def relay_events(ports: Ports, failed: RelayFailed, *, limit: int = BATCH) -> int:
    """Make deliveries of a page of each log that has grown, and of each replay.

    Args:
        failed: told of each workspace where it did not work; it keeps no other from its turn.
        limit: at most so many workspaces, and so many replays.

    Returns:
        How many events were passed.
    """
    passed = 0
    for workspace_id in await ports.reads.webhooks.behind(WEBHOOKS, limit):
        try:
            passed += await _relay(ports, workspace_id)
        except Exception as error:
            failed(workspace_id, error)
    for key in await ports.reads.webhooks.replaying(limit):
        try:
            passed += await _replay(ports, key)
        except Exception as error:
            failed(key.workspace_id, error)
    return passed


async def _relay(ports: Ports, workspace_id: str) -> int:
    """Pass one page of a log; 0 if another process does."""
    position = await ports.reads.webhooks.position(workspace_id, WEBHOOKS)
    if position is None:
        return 0
    # Outside the transaction: what stands in the log never changes.
    events = await ports.reads.events_after(workspace_id, position, PAGE)
    if not events:
        return 0
    async with ports.begin(system_actor(workspace_id)) as tx:
        if await tx.relays.lock(WEBHOOKS) != position:
            return 0
        endpoints = await tx.webhooks.listening()
        await tx.deliveries.add(make_deliveries(tx, endpoints, events, since_active))
        await tx.relays.move(WEBHOOKS, events[-1].position)
    return len(events)


async def _replay(ports: Ports, key: EndpointKey) -> int:
    """Pass one page of what an endpoint is told once more."""
    found = await ports.reads.webhooks.endpoint(key.workspace_id, key.webhook_id)
    window = found.replay if found else None
    if window is None:
        return 0
    page = await ports.reads.events_after(key.workspace_id, window.after, PAGE)
    events = [event for event in page if event.position <= window.until]

    def wanted(_: WebhookEndpoint, event: Event) -> bool:
        return event.occurred_at >= window.since

    async with ports.begin(system_actor(key.workspace_id)) as tx:
        endpoint = await tx.webhooks.get(key.webhook_id, lock=True)
        # Somebody else was here, or asks for more by now.
        if endpoint is None or endpoint.replay != window:
            return 0
        await tx.deliveries.replay(make_deliveries(tx, [endpoint], events, wanted))
        await tx.webhooks.save(replace(endpoint, replay=_rest(window, events)))
    return len(events)


def _rest(window: ReplayWindow, passed: list[Event]) -> ReplayWindow | None:
    """What is left of a window; None if nothing is."""
    if not passed or passed[-1].position >= window.until:
        return None
    return replace(window, after=passed[-1].position)
