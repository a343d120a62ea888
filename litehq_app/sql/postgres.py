"""PostgreSQL: SQLAlchemy over asyncpg for transactions, asyncpg alone for reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from litehq_app.sql.faults import faults_named
from litehq_app.sql.work import Fetch

WRITERS = 8
READERS = 8
CONNECT_SECONDS = 10
# Longer than any statement may take, so that the server's own word comes first.
COMMAND_SECONDS = 20

SETTINGS: Mapping[str, str] = {
    "application_name": "litehq",
    # Room locks are short; whoever waits longer than this is better told to try again.
    "lock_timeout": "10s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "30s",
    # Compiling costs more than our short statements take.
    "jit": "off",
    "timezone": "UTC",
}


def writer_engine(
    dsn: str,
    *,
    wait_seconds: float,
    settings: Mapping[str, str] = SETTINGS,
    command_seconds: float | None = COMMAND_SECONDS,
) -> AsyncEngine:
    """The engine for transactions, at READ COMMITTED; the locks do the rest.

    Args:
        wait_seconds: for a connection; for locks ``settings`` has the word.
        settings, command_seconds: others for migrations alone, which may take long.
    """

    async def connect() -> Any:
        return await asyncpg.connect(
            dsn,
            timeout=CONNECT_SECONDS,
            command_timeout=command_seconds,
            server_settings=dict(settings),
        )

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=WRITERS,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_use_lifo=True,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
        # The driver hears of a server that went away; a ping would cost every caller a trip.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


class _Reader(asyncpg.Connection):  # type: ignore[misc]
    """A connection that only ever runs single statements."""

    def get_reset_query(self) -> str:
        """Nothing to undo, so giving the connection back costs no round trip."""
        return ""


class PostgresEngine:
    """A PostgreSQL database, opened."""

    dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]

    def __init__(self, writer: AsyncEngine, readers: Any, wait_seconds: float) -> None:
        self.writer = writer
        self._readers = readers
        self._wait_seconds = wait_seconds

    @classmethod
    async def open(cls, dsn: str, *, wait_seconds: float) -> PostgresEngine:
        """Open a database that is migrated.

        Args:
            wait_seconds: for a free connection.

        Raises:
            ServiceUnavailable: the server cannot be reached.
        """
        with faults_named():
            readers = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=READERS,
                connection_class=_Reader,
                timeout=CONNECT_SECONDS,
                command_timeout=COMMAND_SECONDS,
                server_settings={**SETTINGS, "default_transaction_read_only": "on"},
            )
        return cls(writer_engine(dsn, wait_seconds=wait_seconds), readers, wait_seconds)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run one autocommit statement in one round trip.

        Raises:
            ServiceUnavailable: the server is down, or no connection became free in time.
        """
        with faults_named():
            async with self._readers.acquire(timeout=self._wait_seconds) as connection:
                rows: Sequence[Sequence[Any]] = await connection.fetch(sql, *parameters)
                return rows

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Fetch]:
        """Statements that all see the database as it was at the first of them.

        Raises:
            ServiceUnavailable: the server is down, or no connection became free in time.
        """
        with faults_named():
            async with (
                self._readers.acquire(timeout=self._wait_seconds) as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):

                async def fetch(sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
                    with faults_named():
                        rows: Sequence[Sequence[Any]] = await connection.fetch(sql, *parameters)
                        return rows

                yield fetch

    async def checkpoint(self) -> None:
        """Nothing: PostgreSQL does so by itself."""

    async def close(self) -> None:
        """Close every connection."""
        await self._readers.close()
        await self.writer.dispose()
