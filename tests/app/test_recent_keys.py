"""Keys that were read a moment ago: never older than two seconds, and never one that we changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from litehq_app.sql import SqlStore
from litehq_app.sql.recent_keys import KEYS_KEPT, SECONDS_KEPT, RecentKeys
from litehq_core.domain.api_key import ApiKey, system_actor
from tests import stores
from tests.domain import samples


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """The clock."""
    return Seconds()


@pytest.fixture
def keys(seconds: Seconds) -> RecentKeys:
    """An empty memory."""
    return RecentKeys(seconds)


def test_a_key_is_remembered_for_two_seconds(keys: RecentKeys, seconds: Seconds) -> None:
    key = samples.api_key()
    keys.put(key, keys.cleared)
    seconds.now += SECONDS_KEPT - 0.01
    assert keys.get(key.secret_hash) is key
    seconds.now += 0.01
    assert keys.get(key.secret_hash) is None
    assert keys.get("another") is None


def test_a_key_that_changed_while_it_was_read_is_not_remembered(keys: RecentKeys) -> None:
    key = samples.api_key()
    before = keys.cleared
    keys.clear()
    keys.put(key, before)
    assert keys.get(key.secret_hash) is None


def test_the_memory_is_bounded(keys: RecentKeys) -> None:
    for number in range(KEYS_KEPT + 2):
        keys.put(samples.api_key(secret_hash=str(number)), keys.cleared)
    assert [keys.get(h) is None for h in ("0", "1", "2")] == [True, True, False]


async def test_a_revocation_counts_at_once(tmp_path: Path) -> None:
    """contract.md: at once here. A transaction that is rolled back changes nothing."""
    key = samples.api_key()
    revoked = replace(key, revoked_at=key.created_at + timedelta(days=1))
    actor = system_actor(key.workspace_id)
    async with stores.sqlite_database(tmp_path) as url:
        store = await SqlStore.open(url, new_id=stores.new_test_id, on_events=stores.ignore_events)

        async def read() -> ApiKey | None:
            return await store.reads.api_key(key.secret_hash)

        async def give_up() -> None:
            async with store.begin(actor) as tx:
                await tx.api_keys.save(revoked)
                raise LookupError

        try:
            async with store.begin(actor) as tx:
                await tx.catalogue.add(samples.workspace(id=key.workspace_id))
                await tx.api_keys.add(key)
            assert await read() == key
            assert await read() is await read()
            with pytest.raises(LookupError):
                await give_up()
            assert await read() == key
            async with store.begin(actor) as tx:
                await tx.api_keys.save(revoked)
            assert await read() == revoked
        finally:
            await store.close()
