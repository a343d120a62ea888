"""What happens between the statements of a page of the event log must be told, or told of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.attributes import Record
from litehq_core.domain.errors import CursorExpired
from litehq_core.domain.query import PageQuery
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Reads
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.duties.prune_events import prune_events
from litehq_core.use_cases.events.list_events import ListEvents, list_events
from tests.domain.samples import draft

ACTOR: Actor = system_actor("ws_1")
Happening = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Interrupted:
    """Reads in which something happens right before a page is read, or right after."""

    reads: Reads
    before: Happening | None = None
    after: Happening | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.reads, name)

    async def page(
        self, workspace_id: str, query: PageQuery, attributes: frozenset[str]
    ) -> list[Record]:
        """The page."""
        if self.before is not None:
            await self.before()
        rows = await self.reads.page(workspace_id, query, attributes)
        if self.after is not None:
            await self.after()
        return rows


@pytest.fixture
def clock() -> Clock:
    """The clock of the ports."""
    return Clock()


@pytest.fixture
async def ports(clock: Clock) -> Ports:
    """A log of three events."""
    made = memory_ports(clock=clock)
    await _emit(made, 3)
    return made


async def _emit(ports: Ports, count: int) -> None:
    async with ports.begin(ACTOR) as tx:
        for _ in range(count):
            tx.emit(draft())


def _never(workspace_id: str, error: Exception) -> None:
    raise AssertionError(workspace_id) from error


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_is_written_meanwhile_is_told_now_or_next_time(ports: Ports, when: str) -> None:
    """A cursor taken from a head that was read later would pass it over."""

    async def emit() -> None:
        await _emit(ports, 2)

    interrupted: Any = Interrupted(ports.reads, **{when: emit})
    found = await list_events(replace(ports, reads=interrupted), ACTOR, ListEvents(after="1"))
    seen = [row["position"] for row in found.page.records]
    later = await list_events(ports, ACTOR, ListEvents(after=found.cursor))
    seen += [row["position"] for row in later.page.records]
    assert seen == [2, 3, 4, 5]


async def test_what_is_pruned_meanwhile_is_never_just_missing(ports: Ports, clock: Clock) -> None:
    """A cursor that was good when it was looked at, and no more when the page was read."""
    clock.advance(days=8)

    async def prune() -> None:
        await prune_events(ports, _never, retention=timedelta(days=7))

    interrupted: Any = Interrupted(ports.reads, before=prune)
    with pytest.raises(CursorExpired):
        await list_events(replace(ports, reads=interrupted), ACTOR, ListEvents(after="1"))
    interrupted = Interrupted(ports.reads, after=prune)
    found = await list_events(replace(ports, reads=interrupted), ACTOR, ListEvents(after="3"))
    assert found.cursor == "3"
