"""The event log's old end: what is taken out is gone for good, and the log knows it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from litehq_core.domain.attributes import Noun
from litehq_core.domain.audit import AUDIT_ATTRIBUTES
from litehq_core.domain.errors import CursorExpired
from litehq_core.domain.query import PageQuery
from litehq_core.ports.reads import Duty
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.follow_log import follow_log
from litehq_core.testing import Clock
from litehq_core.use_cases.duties.prune_events import Follower, prune_events
from tests.contract.house import House, undone
from tests.domain.samples import draft

DAY = timedelta(days=1)
RETENTION = 30 * DAY


async def _emit(house: House, count: int) -> None:
    async with house.begin() as tx:
        for number in range(count):
            tx.emit(draft(f"bk_{number}"))


async def _left(house: House) -> list[int]:
    return [e.position for e in await house.ports.reads.events_after(house.workspace.id, 0, 100)]


async def _ends(house: House) -> tuple[int, int]:
    reads = house.ports.reads
    return await reads.floor(house.workspace.id), await reads.head(house.workspace.id)


def _never(workspace_id: str, error: Exception) -> None:
    raise AssertionError(workspace_id) from error


async def _prune(house: House, **more: object) -> None:
    await prune_events(house.ports, _never, retention=RETENTION, **more)  # type: ignore[arg-type]


async def test_what_is_pruned_is_gone_and_positions_go_on(house: House, other: House) -> None:
    """The floor is the lowest position less one, or the last one that there was."""
    assert await _ends(house) == (0, 0)
    await _emit(house, 5)
    await _emit(other, 2)
    async with house.begin() as tx:
        assert [entry.position for entry in await tx.log.oldest(3)] == [1, 2, 3]
        assert [entry.occurred_at for entry in await tx.log.oldest(1)] == [tx.now]
        await tx.log.prune(2)
    assert (await _left(house), await _ends(house)) == ([3, 4, 5], (2, 5))
    async with house.begin() as tx:
        assert [entry.position for entry in await tx.log.oldest(9)] == [3, 4, 5]
        await tx.log.prune(5)
        tx.emit(draft("bk_new"))
    assert (await _left(house), await _ends(house)) == ([6], (5, 6))
    async with house.begin() as tx:
        await tx.log.prune(6)
        # Never back.
        await tx.log.prune(3)
    assert (await _left(house), await _ends(house)) == ([], (6, 6))
    assert (await _left(other), await _ends(other)) == ([1, 2], (0, 2))


async def test_pruning_is_undone_with_its_transaction(house: House) -> None:
    await _emit(house, 3)
    async with undone(house.begin()) as tx:
        await tx.log.prune(2)
    assert (await _left(house), await _ends(house)) == ([1, 2, 3], (0, 3))
    async with house.begin() as tx:
        await tx.log.prune(1)
        async with undone(tx.savepoint()):
            await tx.log.prune(3)
        assert [entry.position for entry in await tx.log.oldest(9)] == [2, 3]
    assert (await _left(house), await _ends(house)) == ([2, 3], (1, 3))


async def test_a_log_is_due_by_the_first_event_that_is_left(
    house: House, other: House, clock: Clock
) -> None:
    async def due() -> list[str]:
        mine = {house.workspace.id, other.workspace.id}
        found = await house.ports.reads.due(Duty.PRUNE_EVENTS, clock.now - RETENTION, 1000)
        assert all(one.workspace_id == one.subject_id for one in found)
        return [one.subject_id for one in found if one.subject_id in mine]

    await _emit(house, 1)
    clock.now += DAY
    await _emit(other, 1)
    await _emit(house, 1)
    clock.now += RETENTION - DAY - timedelta(seconds=1)
    assert await due() == []
    clock.now += timedelta(seconds=1)
    assert await due() == [house.workspace.id]
    clock.now += DAY
    assert await due() == [house.workspace.id, other.workspace.id]
    async with house.begin() as tx:
        await tx.log.prune(2)
    assert await due() == [other.workspace.id]


async def test_old_events_go_a_little_at_a_time(house: House, clock: Clock) -> None:
    await _emit(house, 5)
    clock.now += DAY
    await _emit(house, 2)
    clock.now += RETENTION
    await _prune(house, limit=3)
    assert await _left(house) == [4, 5, 6, 7]
    await _prune(house, limit=3)
    assert await _left(house) == [6, 7]
    # Exactly as old as they are kept.
    await _prune(house)
    assert await _left(house) == [6, 7]
    clock.now += timedelta(seconds=1)
    await _prune(house)
    assert (await _left(house), await _ends(house)) == ([], (7, 7))
    await _prune(house)


async def test_who_must_see_an_event_keeps_it(house: House, clock: Clock) -> None:
    """Issue: "oldest pruned only when delivered"; of several the slowest counts."""
    reached: dict[str, int | None] = {"slow": 2, "quick": 4, "absent": None}

    def follower(name: str) -> Follower:
        async def position(tx: Transaction) -> int | None:
            mine = tx.actor.workspace_id == house.workspace.id
            return reached[name] if mine else None

        return position

    followers = [follower(name) for name in reached]
    await _emit(house, 5)
    clock.now += 10 * RETENTION
    await _prune(house, followers=followers)
    assert await _left(house) == [3, 4, 5]
    await _prune(house, followers=followers)
    assert await _left(house) == [3, 4, 5]
    reached["slow"] = None
    await _prune(house, followers=followers)
    assert await _left(house) == [5]
    reached["quick"] = None
    await _prune(house, followers=followers)
    assert await _left(house) == []


async def test_one_log_that_fails_keeps_no_other_from_being_pruned(
    house: House, other: House, clock: Clock
) -> None:
    async def fail(tx: Transaction) -> int | None:
        if tx.actor.workspace_id == house.workspace.id:
            raise ZeroDivisionError
        return None

    await _emit(house, 1)
    await _emit(other, 1)
    clock.now += 10 * RETENTION
    told: list[str] = []
    await prune_events(
        house.ports,
        lambda workspace_id, _: told.append(workspace_id),
        retention=RETENTION,
        followers=[fail],
    )
    assert told == [house.workspace.id]
    assert (await _left(house), await _left(other)) == ([1], [])


async def test_the_audit_trail_ends_where_the_log_begins(house: House) -> None:
    await _emit(house, 4)
    async with house.begin() as tx:
        await tx.log.prune(2)
    query = PageQuery(
        noun=Noun.EVENT, where=(), order=("position",), descending=True, after=None, limit=10
    )
    rows = await house.ports.reads.page(house.workspace.id, query, AUDIT_ATTRIBUTES)
    assert [row["position"] for row in rows] == [4, 3]


async def test_a_reader_whom_the_floor_overtakes_is_told(house: House) -> None:
    """Positions are dense, so that a gap is seen by whoever reads on; also at the very end."""
    await _emit(house, 3)
    pages = follow_log(house.ports, house.workspace.id, "1")
    assert [event.position for event in await anext(pages)] == [2, 3]
    await _emit(house, 2)
    async with house.begin() as tx:
        await tx.log.prune(4)
    with pytest.raises(CursorExpired):
        await anext(pages)
    for cursor in ("0", "3"):
        with pytest.raises(CursorExpired):
            await anext(follow_log(house.ports, house.workspace.id, cursor))
    kept = follow_log(house.ports, house.workspace.id, "4")
    assert [event.position for event in await anext(kept)] == [5]
    await kept.aclose()
    async with house.begin() as tx:
        await tx.log.prune(5)
    with pytest.raises(CursorExpired):
        await anext(follow_log(house.ports, house.workspace.id, "4"))


async def test_writers_readers_and_pruning_do_not_meet(house: House) -> None:
    """Whatever runs at once: no position twice, none skipped, and the floor is what is gone."""
    writers, each = 4, 6
    seen: list[int] = []

    async def write() -> None:
        for _ in range(each):
            await _emit(house, 2)

    async def follow() -> None:
        async for page in follow_log(house.ports, house.workspace.id, "0"):
            seen.extend(event.position for event in page)
            if len(seen) == writers * each * 2:
                return

    async def prune() -> None:
        pruned = 0
        while pruned < writers * each:
            await asyncio.sleep(0)
            # Only what the reader has seen, as if he were one who must.
            through = min(len(seen), pruned + 5)
            if through > pruned:
                async with house.begin() as tx:
                    await tx.log.prune(through)
                pruned = through

    async with asyncio.timeout(120):
        await asyncio.gather(follow(), prune(), *(write() for _ in range(writers)))
    assert seen == list(range(1, writers * each * 2 + 1))
    floor, head = await _ends(house)
    assert head == writers * each * 2
    assert await _left(house) == list(range(floor + 1, head + 1))[:100]
