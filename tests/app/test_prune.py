"""The worker that prunes the event logs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from litehq_app.settings import Settings
from litehq_app.workers.prune import prune
from litehq_core.domain.api_key import system_actor
from litehq_core.ports.transaction import Transaction
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.duties.prune_events import EVENTS_AT_ONCE
from tests.domain.samples import draft


async def test_what_is_older_than_the_setting_goes() -> None:
    clock = Clock()
    ports = memory_ports(clock=clock)
    async with ports.begin(system_actor("ws_1")) as tx:
        for _ in range(EVENTS_AT_ONCE + 1):
            tx.emit(draft())
    duty = prune(ports, timedelta(days=7))
    assert not await duty.perform()
    clock.advance(days=8)
    # More is waiting, so the next round follows at once.
    assert await duty.perform()
    assert await ports.reads.floor("ws_1") == EVENTS_AT_ONCE
    assert not await duty.perform()
    assert await ports.reads.floor("ws_1") == EVENTS_AT_ONCE + 1


async def test_a_follower_keeps_what_he_has_not_seen() -> None:
    """However old it is."""
    clock = Clock()
    ports = memory_ports(clock=clock)
    async with ports.begin(system_actor("ws_1")) as tx:
        for _ in range(3):
            tx.emit(draft())
    clock.advance(days=900)

    async def reached(_: Transaction) -> int:
        return 2

    await prune(ports, timedelta(days=7), followers=[reached]).perform()
    assert await ports.reads.floor("ws_1") == 2


def test_events_are_kept_for_a_week_at_least() -> None:
    assert Settings().event_retention_days == 400
    assert Settings(event_retention_days=7).event_retention_days == 7
    with pytest.raises(ValueError, match="event_retention_days"):
        Settings(event_retention_days=6)
