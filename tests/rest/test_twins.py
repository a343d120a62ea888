"""Idempotency where it is hard: many twins at one store, restarts, and crashes between commits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from litehq_app.sql import SqlStore
from litehq_core.domain.api_key import Actor
from litehq_core.ports.transaction import Transaction
from litehq_core.testing import Clock
from tests.rest.calls import EXAMPLES
from tests.rest.house import START, House, Kept, open_house
from tests.rest.operations import OPERATIONS, WRITES
from tests.rest.test_every_write import (
    KEY,
    TWINS,
    events_of,
    require_one_effect,
    require_replay,
    require_replay_of,
)
from tests.stores import database, ignore_events, new_test_id

# On PostgreSQL, where twins really run side by side: in one phase, in several, and a change.
FEW = ("bookings.create", "bookings.quote", "bookings.update", "auth.tokens.create")
SETS = [
    pytest.param("sqlite", tuple(name for name in WRITES if name in EXAMPLES), id="sqlite"),
    pytest.param("postgres", FEW, id="postgres"),
]


@asynccontextmanager
async def running(url: str, kept: Kept) -> AsyncIterator[House]:
    """The house while its process lives."""
    store = await SqlStore.open(
        url, clock=kept.clock, new_id=new_test_id, on_events=ignore_events, wait_seconds=30
    )
    kept.store = store
    try:
        async with open_house(kept=kept) as house:
            yield house
    finally:
        await store.close()


@pytest.mark.parametrize(("engine", "names"), SETS)
async def test_twins_have_one_effect_and_one_answer(
    engine: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    """Issue: "32 concurrent twins make one effect", "replay after restart"."""
    for name in names:
        operation, kept = OPERATIONS[name], Kept(clock=Clock(START))
        async with database(engine, tmp_path) as url:
            async with running(url, kept) as house:
                ids = await operation.example.given(house)
                before = await events_of(house)
                answers = await asyncio.gather(
                    *(operation.call(house, ids, headers=KEY) for _ in range(TWINS))
                )
                require_one_effect(operation, answers)
                happened = await events_of(house)
            async with running(url, kept) as house:
                again = await operation.call(house, ids, headers=KEY)
                require_replay_of(answers, again)
                assert await events_of(house) == happened >= before


class Crash(BaseException):
    """The process is gone: nothing catches it, as nothing catches a power cut."""


@dataclass
class Commits:
    """Counts the commits of a store, and dies at one of them.

    Attributes:
        fatal: the number of the commit that is the last thing to happen, from 1; 0 is none.
        is_done: whether that one still reaches the disk.
    """

    fatal: int = 0
    is_done: bool = False
    count: int = 0

    def watch(self, house: House) -> None:
        """Stand between the house and its store."""
        real = house.ports.begin

        def begin(actor: Actor) -> AbstractAsyncContextManager[Transaction]:
            return self._transaction(real(actor))

        object.__setattr__(house.ports, "begin", begin)

    @asynccontextmanager
    async def _transaction(
        self, real: AbstractAsyncContextManager[Transaction]
    ) -> AsyncIterator[Transaction]:
        async with real as tx:
            yield tx
            self.count += 1
            if self.count == self.fatal and not self.is_done:
                raise Crash
        if self.count == self.fatal:
            raise Crash


async def once(house: House, name: str, ids: Any) -> httpx.Response:
    """The call with its key."""
    return await OPERATIONS[name].call(house, ids, headers=KEY)


@pytest.mark.parametrize(
    ("name", "phases"), [("bookings.update", 1), ("bookings.create", 3)], ids=["one", "several"]
)
async def test_a_crash_at_any_commit_is_made_good_by_a_retry(
    name: str, phases: int, tmp_path: Path
) -> None:
    """contract.md: the first answer "also after a crash or a restart at any point"."""
    operation = OPERATIONS[name]
    async with database("sqlite", tmp_path) as url, running(url, Kept()) as house:
        ids = await operation.example.given(house)
        before = await events_of(house)
        whole = Commits()
        whole.watch(house)
        assert (await once(house, name, ids)).status_code == operation.description.status
        effect = await events_of(house) - before
    assert whole.count == phases
    for fatal in range(1, phases + 1):
        for is_done in (False, True):
            kept, commits = Kept(), Commits(fatal=fatal, is_done=is_done)
            async with database("sqlite", tmp_path) as url:
                async with running(url, kept) as house:
                    ids = await operation.example.given(house)
                    before = await events_of(house)
                    commits.watch(house)
                    with pytest.raises(Crash):
                        await once(house, name, ids)
                # Whoever was between two phases has a lease; then it has run out.
                kept.clock.advance(seconds=61)
                async with running(url, kept) as house:
                    first = await once(house, name, ids)
                    assert first.status_code == operation.description.status, first.text
                    assert await events_of(house) - before == effect, (fatal, is_done)
                    again = await once(house, name, ids)
                    if "idempotent-replayed" in first.headers:
                        assert again.content == first.content
                    else:
                        require_replay(first, again)
                    assert await events_of(house) - before == effect
                    # The provider was asked under one key, however often.
                    checkouts = {p.id for p in kept.payments.payments("open_checkout")}
                    assert len(checkouts) <= 1
