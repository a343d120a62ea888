"""What both engines offer to the rest of the store: a writer, a reader, a checkpoint, an end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from litehq_app.sql.address import Address, SqliteFile
from litehq_app.sql.postgres import PostgresEngine
from litehq_app.sql.sqlite import SqliteEngine
from litehq_app.sql.work import Fetch, RawRow


class Engine(Protocol):
    """One opened database."""

    @property
    def writer(self) -> AsyncEngine:
        """Where transactions are begun; waiting for a connection is bounded."""

    @property
    def dialect(self) -> Dialect:
        """What read statements are compiled for, with positional parameters."""

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[RawRow]:
        """Run one autocommit statement in one hop.

        Raises:
            ServiceUnavailable: the database is down or busy.
        """

    def snapshot(self) -> AbstractAsyncContextManager[Fetch]:
        """Statements that all see the database as it was at the first of them; none may write.

        Raises:
            ServiceUnavailable: the database is down or busy.
        """

    async def checkpoint(self) -> None:
        """Bring SQLite's log into its file; nothing on PostgreSQL, which does so by itself."""

    async def close(self) -> None:
        """Close every connection; no thread and no task is left."""


async def open_engine(address: Address, *, wait_seconds: float) -> Engine:
    """Open a database that is migrated. The one way in, for every process.

    Args:
        wait_seconds: for a free connection.

    Raises:
        ServiceUnavailable: it could not be reached.
    """
    if isinstance(address, SqliteFile):
        return await SqliteEngine.open(address.path, wait_seconds=wait_seconds)
    return await PostgresEngine.open(address.dsn, wait_seconds=wait_seconds)
