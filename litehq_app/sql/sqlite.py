"""SQLite: one writer that takes its lock at BEGIN, lean readers, one checkpointer.

Versions before 3.51.3 can corrupt the file when a checkpoint races a commit. So no connection
checkpoints by itself (``wal_autocheckpoint=0``), and the checkpointer works only while this
process's writer holds the write lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from litehq_app.sql.faults import faults_named
from litehq_app.sql.short_reads import ShortReads
from litehq_app.sql.work import Fetch, begun, to_its_end
from litehq_core.domain.errors import ServiceUnavailable

READERS = 3
CACHED_STATEMENTS = 512

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: with NORMAL, acknowledged commits are lost in a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=0",
)
_READ_ONLY = "PRAGMA query_only=ON"


def writer_engine(path: Path, *, wait_seconds: float, foreign_keys: bool = True) -> AsyncEngine:
    """The engine for transactions: one connection, ``BEGIN IMMEDIATE``.

    Args:
        wait_seconds: for the connection, and then for a lock that somebody else may hold.
        foreign_keys: off for migrations alone, which may have to rebuild tables.
    """
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=wait_seconds,
        connect_args={"timeout": wait_seconds},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # None: the driver begins nothing by itself, so that BEGIN is ours to write.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # Deferred transactions fail when they turn from reading to writing under contention.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def _raw_connection(path: Path, wait_seconds: float, *pragmas: str) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(
        path,
        isolation_level=None,
        timeout=wait_seconds,
        cached_statements=CACHED_STATEMENTS,
    )
    for pragma in (*PRAGMAS, *pragmas):
        await connection.execute_fetchall(pragma)
    return connection


class SqliteEngine:
    """A SQLite file, opened. One process owns it."""

    dialect = sqlite_dialect(paramstyle="qmark")

    def __init__(
        self,
        writer: AsyncEngine,
        readers: Sequence[aiosqlite.Connection],
        checkpointer: aiosqlite.Connection,
        short_reads: ShortReads,
        wait_seconds: float,
    ) -> None:
        self.writer = writer
        self._short_reads = short_reads
        self._readers = readers
        self._checkpointer = checkpointer
        self._wait_seconds = wait_seconds
        # Last in, first out: the reader used last has its pages at hand.
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for reader in self._readers:
            self._idle.put_nowait(reader)

    @classmethod
    async def open(cls, path: Path, *, wait_seconds: float) -> SqliteEngine:
        """Open a file that is migrated.

        Args:
            wait_seconds: for the writer, and for a free reader.

        Raises:
            ServiceUnavailable: it cannot be opened.
        """
        writer = writer_engine(path, wait_seconds=wait_seconds)
        connections: list[aiosqlite.Connection] = []
        try:
            with faults_named():
                for _ in range(READERS):
                    connections.append(await _raw_connection(path, wait_seconds, _READ_ONLY))
                connections.append(await _raw_connection(path, wait_seconds))
                short_reads = ShortReads(
                    path, (*PRAGMAS, _READ_ONLY), cached_statements=CACHED_STATEMENTS
                )
                # The writer's connection is opened here too, so that the first caller need not.
                async with begun(writer):
                    pass
        except BaseException:
            for connection in connections:
                await connection.close()
            await writer.dispose()
            raise
        *readers, checkpointer = connections
        return cls(writer, readers, checkpointer, short_reads, wait_seconds)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run one autocommit statement: here if it is short, else in one thread hop.

        Raises:
            ServiceUnavailable: no reader became free in time.
        """
        rows = self._short_reads.fetch(sql, parameters)
        if rows is not None:
            # Nothing was waited for. Whoever reads in a loop must let others have their turn.
            await asyncio.sleep(0)
            return rows
        reader = await self._reader()
        try:
            with faults_named():
                return list(await reader.execute_fetchall(sql, parameters))
        finally:
            # Even if the caller was cancelled: the connection's own queue keeps the order.
            self._idle.put_nowait(reader)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Fetch]:
        """Statements that all see the file as it was at the first of them.

        Raises:
            ServiceUnavailable: no reader became free in time.
        """
        reader = await self._reader()

        async def fetch(sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
            with faults_named():
                return list(await to_its_end(reader.execute_fetchall(sql, parameters)))

        try:
            await fetch("BEGIN", ())
            try:
                yield fetch
            finally:
                await fetch("ROLLBACK", ())
        finally:
            self._idle.put_nowait(reader)

    async def _reader(self) -> aiosqlite.Connection:
        try:
            return self._idle.get_nowait()
        except asyncio.QueueEmpty:
            pass
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await self._idle.get()
        except TimeoutError:
            raise ServiceUnavailable("The database is busy.") from None

    async def checkpoint(self) -> None:
        """Bring the log into the file, as far as readers allow, while no commit can happen.

        Raises:
            ServiceUnavailable: the writer did not become free in time.
        """
        async with begun(self.writer):
            with faults_named():
                # To its end: or else the writer would be given back to a caller who commits
                # while the checkpoint still runs in its thread.
                await to_its_end(
                    self._checkpointer.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
                )

    async def close(self) -> None:
        """Checkpoint, then close every connection and its thread."""
        try:
            await self.checkpoint()
        finally:
            self._short_reads.close()
            for connection in (*self._readers, self._checkpointer):
                await connection.close()
            await self.writer.dispose()
