"""What only the SQL stores can get wrong: many writers, many readers, at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from litehq_app.sql import SqlStore
from litehq_core.domain.attributes import Noun
from litehq_core.domain.claims import Claim
from litehq_core.domain.errors import AlreadyExists, ServiceUnavailable, SlotUnavailable
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import TransferKind, redeemed_at, wallet_of
from litehq_core.testing import Clock, memory_ports
from tests import stores
from tests.contract.house import House, furnished
from tests.domain import samples
from tests.domain.samples import slot

CREATORS = 32
SLOT = slot("2026-06-01 14:00")


@pytest.fixture(params=stores.ENGINES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store on a real engine, with a clock of its own."""
    async with stores.sql_store(request.param, tmp_path, clock=Clock()) as opened:
        yield opened


@pytest.fixture
async def house(store: SqlStore) -> House:
    """A furnished workspace."""
    return await furnish(store)


async def furnish(store: SqlStore) -> House:
    """A furnished workspace; all but the store comes from memory."""
    ports = replace(memory_ports(), begin=store.begin, reads=store.reads, new_id=stores.new_test_id)
    return await furnished(ports)


async def _book(house: House, when: Interval, *, lock: bool = True) -> bool:
    """Create as the use case does; whether it was not refused."""
    booking = house.new_booking(when)
    try:
        async with house.begin() as tx:
            if lock:
                await tx.rooms.lock([house.room.id])
            await tx.bookings.add(booking)
            if not await tx.claims.put(booking.id, [Claim(house.room.id, when)]):
                raise SlotUnavailable(conflicting_booking_id=None)
            tx.emit(samples.draft(booking.id))
    except SlotUnavailable:
        return False
    return True


@pytest.mark.parametrize("lock", [True, False])
async def test_of_many_creators_of_one_slot_exactly_one_wins(house: House, *, lock: bool) -> None:
    """contract.md: the store itself refuses it, under any concurrency, on every engine.

    Without the room's lock the primary key alone decides.
    """
    won = await asyncio.gather(*(_book(house, SLOT, lock=lock) for _ in range(CREATORS)))
    assert won.count(True) == 1
    assert await house.ports.reads.head(house.workspace.id) == 1


async def test_overlapping_slots_never_both_win(house: House) -> None:
    step = timedelta(minutes=5)
    slots = [Interval(SLOT.start + n * step, SLOT.end + n * step) for n in range(CREATORS)]
    won = await asyncio.gather(*(_book(house, when) for when in slots))
    kept = sorted(when for when, ok in zip(slots, won, strict=True) if ok)
    assert kept
    assert all(a.end <= b.start for a, b in pairwise(kept))
    assert await house.ports.reads.head(house.workspace.id) == len(kept)


async def test_under_a_rooms_lock_nobody_else_books_between_look_and_write(house: House) -> None:
    """architecture.md: every write that depends on occupancy first locks the room rows."""

    async def book_if_free() -> bool:
        booking = house.new_booking(SLOT)
        async with house.begin() as tx:
            room = (await tx.rooms.lock([house.room.id]))[house.room.id]
            if (await tx.rooms.calendar(room, SLOT)).conflict(SLOT):
                return False
            # No claim: the lock alone must do.
            await tx.bookings.add(booking)
        return True

    assert (await asyncio.gather(*(book_if_free() for _ in range(12)))).count(True) == 1


async def test_under_a_bookings_lock_nobody_elses_change_is_lost(house: House) -> None:
    booking = house.new_booking()
    await house.book(booking)

    async def change() -> None:
        async with house.begin() as tx:
            found = await tx.bookings.get(booking.id, lock=True)
            assert found is not None
            await tx.bookings.save(replace(found, version=found.version + 1))

    await asyncio.gather(*(change() for _ in range(12)))
    async with house.begin() as tx:
        found = await tx.bookings.get(booking.id)
    assert found is not None
    assert found.version == booking.version + 12


async def test_moves_between_two_rooms_do_not_deadlock(house: House) -> None:
    """architecture.md: sorted inserts alone deadlocked; with the rooms locked in order, none."""
    rooms = [house.room.id, house.annex.id]
    bookings = [house.new_booking() for _ in range(8)]
    await house.book(*bookings)

    async def move(number: int, turn: int) -> None:
        when = Interval(
            SLOT.start + timedelta(hours=number), SLOT.start + timedelta(hours=number + 1)
        )
        # Half of them name the rooms the other way round.
        order = rooms if (number + turn) % 2 else rooms[::-1]
        async with house.begin() as tx:
            await tx.rooms.lock(order)
            assert await tx.bookings.get(bookings[number].id, lock=True)
            assert await tx.claims.put(bookings[number].id, [Claim(order[turn % 2], when)])
            tx.emit(samples.draft(bookings[number].id))

    for turn in range(4):
        await asyncio.gather(*(move(number, turn) for number in range(len(bookings))))
    assert await house.ports.reads.head(house.workspace.id) == 32


async def test_a_wallet_is_never_overdrawn(house: House) -> None:
    async with house.begin() as tx:
        await tx.ledger.write([house.grant(10)])

    async def spend() -> bool:
        try:
            async with house.begin() as tx:
                wallet = wallet_of(house.member.id)
                if (await tx.ledger.balance(wallet)).spendable < 3:
                    return False
                redeemed = redeemed_at(house.workspace.id)
                await tx.ledger.write([house.transfer(TransferKind.DIRECT, wallet, redeemed, 3)])
        except ServiceUnavailable:
            return False
        return True

    spent = await asyncio.gather(*(spend() for _ in range(12)))
    assert spent.count(True) == 3
    async with house.begin() as tx:
        assert (await tx.ledger.balance(wallet_of(house.member.id))).posted == 1
        assert (await tx.ledger.balance(redeemed_at(house.workspace.id))).posted == 9


async def test_the_log_is_dense_and_no_reader_sees_a_gap(house: House) -> None:
    """architecture.md: a reader asks ``position > cursor`` and nothing can appear behind it."""
    writers, each = 8, 6
    seen: list[int] = []

    async def write(number: int) -> None:
        for turn in range(each):
            async with house.begin() as tx:
                tx.emit(samples.draft(f"bk_{number}", 2 * turn + 1))
                tx.emit(samples.draft(f"bk_{number}", 2 * turn + 2))

    async def follow() -> None:
        while len(seen) < writers * each * 2:
            cursor = seen[-1] if seen else 0
            seen.extend(
                event.position
                for event in await house.ports.reads.events_after(house.workspace.id, cursor, 7)
            )

    async with asyncio.timeout(60):
        await asyncio.gather(follow(), *(write(number) for number in range(writers)))
    assert seen == list(range(1, writers * each * 2 + 1))
    events = await house.ports.reads.events_after(house.workspace.id, 0, 1_000)
    for number in range(writers):
        own = [event.sequence for event in events if event.subject_id == f"bk_{number}"]
        assert own == list(range(1, 2 * each + 1))


async def test_two_that_add_the_same_thing_get_one_of_it(house: House) -> None:
    async def add(number: int) -> bool:
        try:
            await house.add(house.new_member(email="same@example.com", name=str(number)))
        except AlreadyExists:
            return False
        return True

    assert (await asyncio.gather(*(add(n) for n in range(8)))).count(True) == 1


async def test_a_twin_in_its_first_transaction_is_waited_for(house: House) -> None:
    """``ports.transaction``: a twin that is still in its first transaction is waited for."""

    def record(subject: str | None = None) -> IdempotencyRecord:
        return IdempotencyRecord(
            operation="bookings.create",
            key="k1",
            principal="tok_1",
            fingerprint="f",
            subject_id=subject,
            created_at=house.workspace.created_at,
        )

    claimed = asyncio.Event()

    async def first() -> None:
        async with house.begin() as tx:
            assert await tx.idempotency.claim(record()) is None
            claimed.set()
            await asyncio.sleep(0.2)
            await tx.idempotency.save(record("bk_1"))

    async def second() -> IdempotencyRecord | None:
        await claimed.wait()
        async with house.begin() as tx:
            return await tx.idempotency.claim(record())

    _, known = await asyncio.gather(first(), second())
    assert known == record("bk_1")


async def test_a_twin_that_rolls_back_leaves_the_key_to_the_next(house: House) -> None:
    record = IdempotencyRecord(
        operation="bookings.create",
        key="k1",
        principal="tok_1",
        fingerprint="f",
        created_at=house.workspace.created_at,
    )
    claimed = asyncio.Event()

    async def first() -> None:
        async with house.begin() as tx:
            await tx.idempotency.claim(record)
            claimed.set()
            await asyncio.sleep(0.1)
            raise ZeroDivisionError

    async def second() -> IdempotencyRecord | None:
        await claimed.wait()
        async with house.begin() as tx:
            return await tx.idempotency.claim(record)

    failed, known = await asyncio.gather(first(), second(), return_exceptions=True)
    assert isinstance(failed, ZeroDivisionError)
    assert known is None


async def test_a_refusal_in_a_savepoint_leaves_the_transaction_whole(house: House) -> None:
    """The database's own error ends a statement; on PostgreSQL, without one, everything."""
    taken = house.new_member(email=house.member.email)
    async with house.begin() as tx:
        kept = house.new_member()
        await tx.catalogue.add(kept)
        for _ in range(2):
            try:
                async with tx.savepoint():
                    tx.emit(samples.draft("bk_undone"))
                    await tx.catalogue.add(taken)
            except AlreadyExists:
                continue
            raise AssertionError("the e-mail was taken")
        tx.emit(samples.draft("bk_kept"))
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.MEMBER, [kept.id, taken.id], frozenset({"id"})
    )
    assert set(found) == {kept.id}
    events = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    assert [event.subject_id for event in events] == ["bk_kept"]


async def test_tasks_cancelled_at_any_moment_leave_nothing_half_done(house: House) -> None:
    when = [
        Interval(SLOT.start + timedelta(hours=n), SLOT.end + timedelta(hours=n)) for n in range(40)
    ]
    tasks = []
    for number, one in enumerate(when):
        tasks.append(asyncio.create_task(_book(house, one)))
        await asyncio.sleep(0.003 * (number % 4))
        tasks[number - number % 3].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert any(isinstance(result, asyncio.CancelledError) for result in results)
    assert {type(result) for result in results} <= {bool, asyncio.CancelledError}

    # What is claimed is what is booked is what is told: the store has no half of anything.
    events = await house.ports.reads.events_after(house.workspace.id, 0, 1_000)
    ids = [event.subject_id for event in events]
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.BOOKING, ids, frozenset({"start_at"})
    )
    assert len(found) == len(ids) >= results.count(True)
    taken = {record["start_at"] for record in found.values()}
    for one in when:
        assert await _book(house, one) is (one.start not in taken)
