"""The engines under the SQL store: waiting that ends, connections that break, threads that go."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from litehq_app.sql import SqlStore
from litehq_app.sql.address import PostgresServer, SqliteFile, parse_address
from litehq_app.sql.faults import StoreDefect
from litehq_app.sql.short_reads import ShortReads
from litehq_app.sql.sqlite import SqliteEngine
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ServiceUnavailable, ValidationFailed
from litehq_core.domain.query import Condition, Op, PageQuery
from litehq_core.testing import memory_ports
from tests import stores
from tests.contract.house import House, furnished
from tests.domain import samples

ACTOR = system_actor("ws_1")
HOSTILE = ["\0", "mem_\0", "\ud800", "x" * 10_000, "' OR 1=1 --", "\u202e"]


@pytest.fixture(params=stores.ENGINES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store on a real engine."""
    async with stores.sql_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def house(store: SqlStore) -> House:
    """A furnished workspace."""
    ports = replace(memory_ports(), begin=store.begin, reads=store.reads, new_id=stores.new_test_id)
    return await furnished(ports)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqlite:///./litehq.db", SqliteFile(Path("litehq.db"))),
        ("sqlite+aiosqlite:////var/lib/litehq.db", SqliteFile(Path("/var/lib/litehq.db"))),
        ("postgresql://u:p%40@h:5433/d", PostgresServer("postgresql://u:p%40@h:5433/d")),
        ("postgres://h/d?sslmode=require", PostgresServer("postgresql://h/d?sslmode=require")),
        ("postgresql+asyncpg://h/d", PostgresServer("postgresql://h/d")),
    ],
)
def test_addresses(url: str, address: object) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize(
    "url",
    ["", "litehq.db", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql//u:secret"],
)
def test_an_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="URL") as refused:
        parse_address(url)
    assert "secret" not in str(refused.value)


async def test_now_without_a_clock_is_in_whole_seconds_of_utc(house: House) -> None:
    async with house.begin() as tx:
        assert tx.now.microsecond == 0
        assert abs((house.ports.clock() - tx.now).total_seconds()) < 5


async def test_who_waits_too_long_for_the_writer_is_told_so(tmp_path: Path) -> None:
    """A queue behind one writer must end in a refusal, never in a fault."""
    taken, release = asyncio.Event(), asyncio.Event()

    async with stores.sql_store("sqlite", tmp_path, wait_seconds=0.2) as store:

        async def hold() -> None:
            async with store.begin(ACTOR):
                taken.set()
                await release.wait()

        holder = asyncio.create_task(hold())
        await taken.wait()
        with pytest.raises(ServiceUnavailable):
            async with store.begin(ACTOR):
                pass
        release.set()
        await holder
        async with store.begin(ACTOR):
            pass


async def test_a_file_locked_by_somebody_else_is_a_refusal(tmp_path: Path) -> None:
    async with stores.sql_store("sqlite", tmp_path, wait_seconds=0.2) as store:
        [path] = tmp_path.glob("*.db")
        stranger = sqlite3.connect(path, isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(ServiceUnavailable):
            async with store.begin(ACTOR):
                pass
        # Readers are not in anybody's way.
        assert await store.reads.head("ws_none") == 0
        stranger.execute("ROLLBACK")
        stranger.close()
        async with store.begin(ACTOR):
            pass


async def test_closing_leaves_no_thread_and_no_task(tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    for engine in stores.ENGINES:
        async with stores.sql_store(engine, tmp_path) as store:
            tasks = asyncio.all_tasks()
            await store.reads.head("ws_none")
            async with store.begin(ACTOR):
                pass
            cancelled = asyncio.create_task(_busy(store))
            await asyncio.sleep(0.005)
            cancelled.cancel()
            await asyncio.gather(cancelled, return_exceptions=True)
        assert asyncio.all_tasks() <= tasks
    assert set(threading.enumerate()) <= threads


async def _busy(store: SqlStore) -> None:
    while True:
        async with store.begin(ACTOR) as tx:
            await tx.rooms.lock(["rm_none"])


async def test_the_log_is_brought_into_the_file_and_begun_again(tmp_path: Path) -> None:
    """No connection checkpoints by itself, so the log grows until somebody does."""
    async with stores.sql_store("sqlite", tmp_path) as store:
        [path] = tmp_path.glob("*.db")
        log = path.with_name(f"{path.name}-wal")
        ports = replace(memory_ports(), begin=store.begin, new_id=stores.new_test_id)
        await furnished(ports)
        size = log.stat().st_size
        for _ in range(3):
            await furnished(ports)
        grown = log.stat().st_size
        assert grown > size
        for _ in range(5):
            await store.checkpoint()
            await furnished(ports)
        assert log.stat().st_size == grown


async def test_sqlite_is_opened_as_it_must_be(tmp_path: Path) -> None:
    """architecture.md, SQLite: WAL, ``synchronous=FULL``, ``foreign_keys=ON``."""
    names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "query_only")
    async with stores.sqlite_database(tmp_path) as url:
        engine = await SqliteEngine.open(Path(url.removeprefix("sqlite:///")), wait_seconds=5)
        try:
            async with engine.writer.begin() as writer:
                found = [(await writer.execute(text(f"PRAGMA {name}"))).scalar() for name in names]
            assert found == ["wal", 2, 1, 0, 0]
            assert list(await engine.fetch("PRAGMA query_only", ())) == [(1,)]
            assert list(await engine.fetch("PRAGMA wal_autocheckpoint", ())) == [(0,)]
        finally:
            await engine.close()


async def test_a_reference_to_nothing_is_a_defect(house: House) -> None:
    stray = house.new_booking(member_id="mem_none")
    with pytest.raises(StoreDefect):
        await house.book(stray)
    unpaid = house.new_payment(house.new_booking())
    with pytest.raises(StoreDefect):
        async with house.begin() as tx:
            await tx.payments.add(unpaid)


async def test_a_caller_cancelled_at_any_moment_keeps_no_lock(store: SqlStore) -> None:
    """A statement interrupted half way once left SQLite's write lock with nobody."""

    async def work() -> None:
        async with store.begin(ACTOR) as tx, tx.savepoint():
            await tx.rooms.lock(["rm_none"])
            tx.emit(samples.draft("bk_none"))

    for step in range(120):
        callers = [asyncio.create_task(work()) for _ in range(2)]
        await asyncio.sleep(step * 0.0001)
        for caller in callers:
            caller.cancel()
        # Before those who were cancelled have had time to clear up.
        async with asyncio.timeout(3):
            await work()
        await asyncio.gather(*callers, return_exceptions=True)


async def test_nobody_checkpoints_unasked(tmp_path: Path) -> None:
    """architecture.md: a checkpoint that races a commit can corrupt the file."""
    async with stores.sql_store("sqlite", tmp_path) as store:
        [path] = tmp_path.glob("*.db")
        ports = replace(memory_ports(), begin=store.begin, new_id=stores.new_test_id)
        house = await furnished(ports)
        before = path.stat().st_size
        for _ in range(2):
            # More than the thousand pages after which SQLite would do so by itself.
            await house.book(*(house.new_booking(notes="x" * 250_000) for _ in range(20)))
        assert path.stat().st_size == before
        assert path.with_name(f"{path.name}-wal").stat().st_size > 2 * 20 * 250_000


async def test_a_checkpoint_whose_caller_is_cancelled_keeps_the_writer_to_its_end(
    tmp_path: Path,
) -> None:
    """A checkpoint that races a commit can corrupt the file, so none may outlive its lock."""
    async with stores.sql_store("sqlite", tmp_path) as store:
        for delay in (0, 0.0005, 0.001, 0.002, 0.004):
            async with store.begin(ACTOR):
                pass
            caller = asyncio.create_task(store.checkpoint())
            await asyncio.sleep(delay)
            caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)
    # Closing waited for whatever was still going on, and then for its threads.
    assert not [task for task in asyncio.all_tasks() if "checkpoint" in repr(task)]
    [path] = tmp_path.glob("*.db")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


async def test_a_store_is_empty_until_it_has_a_workspace(store: SqlStore) -> None:
    assert await store.is_empty()
    await furnished(replace(memory_ports(), begin=store.begin, new_id=stores.new_test_id))
    assert not await store.is_empty()


async def test_a_writer_that_the_server_drops_is_a_refusal_and_the_next_is_well(
    tmp_path: Path,
) -> None:
    async with stores.postgres_database() as url, _opened(url) as store:

        async def dropped_inside() -> None:
            async with store.begin(ACTOR) as tx:
                await _drop_connections(url)
                await tx.rooms.lock(["rm_none"])

        with pytest.raises(ServiceUnavailable):
            await dropped_inside()
        # Idle connections are gone, too, and nobody notices.
        for _ in range(2):
            async with store.begin(ACTOR) as tx:
                assert await tx.rooms.lock(["rm_none"]) == {}
            assert await store.reads.head("ws_none") == 0
            await _drop_connections(url)
            await asyncio.sleep(0.05)


async def test_a_server_that_is_not_there_is_a_refusal() -> None:
    with pytest.raises(ServiceUnavailable):
        await SqlStore.open(
            "postgresql://nobody@127.0.0.1:9/none",
            new_id=stores.new_test_id,
            on_events=stores.ignore_events,
        )


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(url, new_id=stores.new_test_id, on_events=stores.ignore_events)
    try:
        yield store
    finally:
        await store.close()


async def _drop_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_text_that_no_column_can_hold_matches_nothing(house: House, hostile: str) -> None:
    reads, workspace_id = house.ports.reads, house.workspace.id
    query = PageQuery(
        noun=Noun.MEMBER,
        where=(Condition("id", Op.EQUAL, hostile),),
        order=("created_at", "id"),
        descending=True,
        after=(house.member.created_at, hostile),
        limit=10,
    )
    some = frozenset({"id"})
    assert await reads.page(workspace_id, query, some) == []
    assert await reads.page(hostile, replace(query, where=(), after=None), some) == []
    both = [hostile, house.member.id]
    assert set(await reads.by_ids(workspace_id, Noun.MEMBER, both, some)) == {house.member.id}
    within = replace(query, where=(Condition("id", Op.IN, both),), after=None)
    assert await reads.page(workspace_id, within, some) == [{"id": house.member.id}]
    assert await reads.member(workspace_id, hostile) is None
    assert await reads.api_key(hostile) is None
    assert await reads.heads([hostile, workspace_id]) == {hostile: 0, workspace_id: 0}
    async with house.begin() as tx:
        assert await tx.catalogue.member(hostile) is None
        assert await tx.bookings.get(hostile, lock=True) is None
        assert set(await tx.rooms.lock([hostile, house.room.id])) == {house.room.id}
        assert await tx.ledger.lot(hostile) is None
        assert await tx.payments.get(hostile) is None


@pytest.mark.parametrize("hostile", ["\0", "\ud800"])
async def test_text_that_no_column_can_hold_cannot_be_written(house: House, hostile: str) -> None:
    with pytest.raises(ValidationFailed):
        await house.add(house.new_member(name=f"Lina{hostile}"))
    # In JSON it can: there it is written as an escape.
    booking = house.new_booking(metadata={"note": f"a{hostile}b", "n": 2**70})
    await house.book(booking)
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.BOOKING, [booking.id], frozenset({"metadata"})
    )
    assert found[booking.id]["metadata"] == booking.metadata


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**200])
async def test_a_number_beyond_64_bits_matches_nothing(house: House, number: int) -> None:
    assert await house.ports.reads.events_after(house.workspace.id, number, 10) == []


LONG = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " SELECT max(i) AS most FROM n"
)


async def test_a_read_that_takes_long_is_left_to_a_thread(tmp_path: Path) -> None:
    """On the loop's own thread it is broken off: nobody else may have to wait for it."""
    async with stores.sqlite_database(tmp_path) as url:
        path = Path(url.removeprefix("sqlite:///"))
        engine = await SqliteEngine.open(path, wait_seconds=5)
        short = ShortReads(path, (), cached_statements=8, most_seconds=0)
        try:
            assert short.fetch(LONG, (2_000_000,)) is None
            assert short.fetch(LONG, (1,)) == [(1,)]
            assert list(await engine.fetch(LONG, (2_000_000,))) == [(2_000_000,)]
        finally:
            short.close()
            await engine.close()


async def test_what_is_wrong_with_a_read_is_told_by_the_thread(tmp_path: Path) -> None:
    async with stores.sqlite_database(tmp_path) as url:
        path = Path(url.removeprefix("sqlite:///"))
        engine = await SqliteEngine.open(path, wait_seconds=5)
        short = ShortReads(path, ("PRAGMA query_only=ON",), cached_statements=8)
        try:
            for wrong in ("SELECT * FROM nothing", "DELETE FROM rooms"):
                assert short.fetch(wrong, ()) is None
                with pytest.raises(StoreDefect):
                    await engine.fetch(wrong, ())
        finally:
            short.close()
            await engine.close()


async def test_whoever_reads_without_end_lets_others_have_their_turn(tmp_path: Path) -> None:
    """A short read waits for nothing; a loop of them must not be all that the process does."""
    async with stores.sqlite_database(tmp_path) as url:
        engine = await SqliteEngine.open(Path(url.removeprefix("sqlite:///")), wait_seconds=5)
        try:
            other = asyncio.create_task(asyncio.sleep(0))
            for _ in range(10):
                await engine.fetch("SELECT 1", ())
            assert other.done()
        finally:
            await engine.close()
