"""The SQL store: transactions and reads over one opened database."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from litehq_app.sql.address import SqliteFile, parse_address
from litehq_app.sql.custom_rules import custom_rules_in
from litehq_app.sql.engine import Engine, open_engine
from litehq_app.sql.rate_buckets import SqlRateBuckets
from litehq_app.sql.reads.reader import SqlReads
from litehq_app.sql.recent_keys import RecentKeys
from litehq_app.sql.transaction import Clock, NewId, SqlTransactions
from litehq_core.domain.api_key import Actor
from litehq_core.domain.plugins import CustomRules
from litehq_core.ports.transaction import Transaction


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class SqlStore:
    """A SQLite file or a PostgreSQL database that is migrated, opened for one process.

    Attributes:
        reads: implements ``ports.reads.Reads``.
        rate_buckets: implements ``ports.rate_limits.RateBuckets``.
    """

    def __init__(
        self,
        engine: Engine,
        transactions: SqlTransactions,
        recent_keys: RecentKeys,
        rate_buckets: SqlRateBuckets,
    ) -> None:
        self._engine = engine
        self._transactions = transactions
        self.reads = SqlReads(engine, recent_keys)
        self.rate_buckets = rate_buckets

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        clock: Clock | None = None,
        new_id: NewId,
        on_events: Callable[[str], None],
        wait_seconds: float = 10,
    ) -> SqlStore:
        """Open a database that :func:`~litehq_app.sql.migrate.migrate` has seen to.

        Args:
            url: ``sqlite:///./litehq.db`` or ``postgresql://…``.
            clock: the instant of every transaction. None means the database's own clock on
                PostgreSQL, where many machines share it, and the machine's on SQLite.
            new_id: makes the ids of events.
            on_events: told of a workspace whose log has grown, after the commit.
            wait_seconds: how long to wait for a connection, before it is ServiceUnavailable.

        Raises:
            ValueError: not a URL of either.
            ServiceUnavailable: it cannot be opened.
        """
        address = parse_address(url)
        if clock is None and isinstance(address, SqliteFile):
            clock = system_clock
        engine = await open_engine(address, wait_seconds=wait_seconds)
        recent_keys = RecentKeys(time.monotonic)
        transactions = SqlTransactions(
            engine.writer,
            clock=clock,
            new_id=new_id,
            on_events=on_events,
            on_keys=recent_keys.clear,
        )
        rate_buckets = SqlRateBuckets(engine.writer, clock=clock)
        return cls(engine, transactions, recent_keys, rate_buckets)

    def begin(self, actor: Actor) -> AbstractAsyncContextManager[Transaction]:
        """A transaction for an actor, in the actor's workspace."""
        return self._transactions.begin(actor)

    async def is_empty(self) -> bool:
        """Whether there is no workspace at all."""
        return not await self._engine.fetch("SELECT 1 FROM workspaces LIMIT 1", ())

    async def custom_rules(self) -> CustomRules:
        """Every use of a rule that others bring, in every workspace."""
        return await custom_rules_in(self._engine)

    async def checkpoint(self) -> None:
        """Bring SQLite's log into its file; call it every few seconds. Nothing on PostgreSQL."""
        await self._engine.checkpoint()

    async def close(self) -> None:
        """Close every connection; no thread and no task is left."""
        await self._engine.close()
