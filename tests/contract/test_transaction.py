"""The unit of work: all or nothing, one instant, one log."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from litehq_core.domain.attributes import Noun
from litehq_core.domain.claims import Claim
from litehq_core.domain.ledger import Balance, wallet_of
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.transaction import Transaction
from litehq_core.testing import Clock
from tests.contract.house import House, undone
from tests.domain import samples


async def _everything(house: House, tx: Transaction) -> None:
    """One write of every kind, and an event."""
    booking = house.new_booking(id="bk_written")
    await tx.catalogue.add(house.new_member(id="mem_written"))
    await tx.bookings.add(booking)
    await tx.claims.put(booking.id, [Claim(house.room.id, booking.slot)])
    await tx.ledger.write([house.grant(5)])
    await tx.payments.add(house.new_payment(booking, id="pay_written"))
    await tx.api_keys.add(house.new_key(id="tok_written"))
    await tx.quotes.add(
        samples.quote(id="qt_written", workspace_id=house.workspace.id, room_id=house.room.id)
    )
    tx.emit(samples.draft(booking.id))


async def _written(house: House) -> set[str]:
    """Which of the writes of :func:`_everything` are there."""
    probe = house.new_booking()
    await house.book(probe)
    async with house.begin() as tx:
        slot = house.new_booking().slot
        found = {
            "member": await tx.catalogue.member("mem_written") is not None,
            "booking": await tx.bookings.get("bk_written") is not None,
            "tokens": await tx.ledger.balance(wallet_of(house.member.id)) != Balance(),
            "payment": await tx.payments.get("pay_written") is not None,
            "key": await tx.api_keys.get("tok_written") is not None,
            "quote": await tx.quotes.get("qt_written") is not None,
            "event": await house.ports.reads.head(house.workspace.id) > 0,
            # Last, for a claim refused spoils the transaction.
            "claims": not await tx.claims.put(probe.id, [Claim(house.room.id, slot)]),
        }
    return {name for name, is_there in found.items() if is_there}


ALL = {"member", "booking", "claims", "tokens", "payment", "key", "quote", "event"}


async def test_a_block_that_ends_well_commits_everything(house: House) -> None:
    async with house.begin() as tx:
        await _everything(house, tx)
    assert await _written(house) == ALL


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError, KeyboardInterrupt])
async def test_a_block_that_raises_leaves_nothing(house: House, error: type[BaseException]) -> None:
    """``ports.transaction``: rolls back when it raises, whatever it raises."""

    async def write_and_raise() -> None:
        async with house.begin() as tx:
            await _everything(house, tx)
            raise error

    with pytest.raises(error):
        await write_and_raise()
    assert await _written(house) == set()


async def test_a_task_cancelled_in_its_block_leaves_nothing(house: House) -> None:
    inside = asyncio.Event()

    async def write_and_hang() -> None:
        async with house.begin() as tx:
            await _everything(house, tx)
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write_and_hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _written(house) == set()


async def test_a_savepoint_that_raises_undoes_its_writes_and_its_events(house: House) -> None:
    """``ports.transaction``: a block whose writes and events are undone if it raises."""
    kept = house.new_booking()
    async with house.begin() as tx:
        await tx.bookings.add(kept)
        tx.emit(samples.draft(kept.id))
        async with undone(tx.savepoint()):
            await _everything(house, tx)
        assert await tx.bookings.get("bk_written") is None
        tx.emit(samples.draft(kept.id, 2))
    events = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    assert [(e.position, e.subject_id, e.sequence) for e in events] == [
        (1, kept.id, 1),
        (2, kept.id, 2),
    ]
    assert await _written(house) == {"event"}


async def test_a_savepoint_restores_what_it_changed(house: House) -> None:
    before = house.new_booking(notes="before", metadata={"n": 1})
    after = house.new_booking(id=before.id, notes="after", no_show=True)
    async with house.begin() as tx:
        await tx.bookings.add(before)
        await tx.claims.put(before.id, [Claim(house.room.id, before.slot)])
        await tx.ledger.write([house.grant(5)])
        async with undone(tx.savepoint()):
            await tx.bookings.save(after)
            await tx.claims.put(before.id, [])
            await tx.ledger.write([house.grant(2)])
        assert await tx.bookings.get(before.id) == before
        assert await tx.ledger.balance(wallet_of(house.member.id)) == Balance(posted=5)
    async with house.begin() as tx:
        assert await tx.bookings.get(before.id) == before
        rival = house.new_booking()
        await tx.bookings.add(rival)
        assert not await tx.claims.put(rival.id, [Claim(house.room.id, before.slot)])


async def test_a_savepoint_that_ends_well_is_part_of_its_transaction(house: House) -> None:
    async with house.begin() as tx, tx.savepoint():
        await _everything(house, tx)
    assert await _written(house) == ALL


async def test_a_savepoint_goes_down_with_its_transaction(house: House) -> None:
    async with undone(house.begin()) as tx, tx.savepoint():
        await _everything(house, tx)
    assert await _written(house) == set()


async def test_savepoints_nest_and_repeat(house: House) -> None:
    async with house.begin() as tx:
        async with tx.savepoint():
            await tx.bookings.add(house.new_booking(id="bk_outer"))
            for n in range(2):
                async with undone(tx.savepoint()):
                    await tx.bookings.add(house.new_booking(id="bk_inner"))
                    tx.emit(samples.draft(f"bk_{n}"))
        tx.emit(samples.draft("bk_outer"))
    async with house.begin() as tx:
        assert await tx.bookings.get("bk_inner") is None
        assert await tx.bookings.get("bk_outer") is not None
    events = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    assert [(e.position, e.subject_id) for e in events] == [(1, "bk_outer")]


async def test_nothing_is_seen_outside_before_the_commit(house: House) -> None:
    reads, workspace_id = house.ports.reads, house.workspace.id
    booking, saved = house.new_booking(notes="old"), frozenset({"id", "notes"})
    await house.book(booking)

    async def look() -> tuple[object, ...]:
        return (
            await reads.by_ids(workspace_id, Noun.BOOKING, [booking.id, "bk_written"], saved),
            await reads.member(workspace_id, "mem_written"),
            await reads.head(workspace_id),
            await reads.events_after(workspace_id, 0, 10),
        )

    before = await look()
    async with house.begin() as tx:
        await _everything(house, tx)
        await tx.bookings.save(house.new_booking(id=booking.id, notes="new"))
        # A reader is another task: it has no transaction of its own open.
        assert await asyncio.create_task(look()) == before
    after = await look()
    assert after != before
    assert before == ({booking.id: {"id": booking.id, "notes": "old"}}, None, 0, [])


async def test_now_is_one_instant_in_whole_seconds(house: House, clock: Clock) -> None:
    """``ports.transaction``: the transaction's one instant, in whole seconds."""
    clock.now = samples.NOW + timedelta(seconds=7, microseconds=999_999)
    async with house.begin() as tx:
        assert tx.now == samples.NOW + timedelta(seconds=7)
        assert tx.now.utcoffset() == timedelta(0)
        clock.advance(hours=1)
        assert tx.now == samples.NOW + timedelta(seconds=7)
    async with house.begin() as tx:
        assert tx.now == samples.NOW + timedelta(hours=1, seconds=7)


async def test_the_actor_is_the_one_it_was_opened_for(house: House) -> None:
    async with house.begin() as tx:
        assert tx.actor is house.actor


async def test_a_second_transaction_inside_one_is_a_defect(house: House) -> None:
    """``ports.boundary``: none is opened inside another."""
    async with house.begin():
        with pytest.raises(RuntimeError, match="inside an open transaction"):
            async with house.begin():
                pass
        with pytest.raises(RuntimeError, match="inside an open transaction"):
            require_outside("a call of the provider")
    require_outside("a call of the provider")


async def test_after_a_failure_the_next_transaction_is_as_good_as_new(house: House) -> None:
    for _ in range(3):
        async with undone(house.begin()) as tx:
            await tx.bookings.add(house.new_booking(id="bk_same"))
        require_outside("anything")
    await house.book(house.new_booking(id="bk_same"))


async def test_two_tasks_each_get_their_turn(house: House) -> None:
    async def grant() -> None:
        async with house.begin() as tx:
            balance = await tx.ledger.balance(wallet_of(house.member.id))
            await asyncio.sleep(0)
            await tx.ledger.write([house.grant(balance.posted + 1)])

    await asyncio.gather(*(grant() for _ in range(4)))
    async with house.begin() as tx:
        # 1, then 1+2, 3+4, 7+8: each saw all that came before it.
        assert (await tx.ledger.balance(wallet_of(house.member.id))).posted == 15
