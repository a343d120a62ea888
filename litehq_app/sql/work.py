"""Database transactions that a cancelled caller cannot leave half way.

A driver that is interrupted in the middle of a statement leaves a connection in a state that
nobody knows: with SQLite, one that still has the write lock after everybody has forgotten it.
So a statement that has begun is waited for, and only then is its caller cancelled. Statements
are short, and time-outs bound those that are not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncTransaction

from litehq_app.sql.faults import faults_named

T = TypeVar("T")
# A raw row, by position; and from a statement with its positional parameters to rows.
RawRow = Sequence[Any]
Fetch = Callable[[str, Sequence[Any]], Awaitable[Sequence[RawRow]]]

_log = logging.getLogger(__name__)


async def to_its_end(step: Awaitable[T]) -> T:
    """Await ``step`` even if the caller is cancelled meanwhile.

    Raises:
        CancelledError: once the step is over, whatever came of it.
    """
    task = asyncio.ensure_future(step)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled() and task.exception() is not None:
        _log.info("a cancelled caller's statement failed", exc_info=task.exception())
    raise cancelled


@asynccontextmanager
async def begun(writer: AsyncEngine) -> AsyncIterator[AsyncTransaction]:
    """A transaction of the database, rolled back unless the block commits it.

    Raises:
        ServiceUnavailable: the database is down, or did not take us in time.
    """
    async with AsyncExitStack() as stack:
        with faults_named():
            # Leaving the stack gives the connection back, whatever happened.
            connection = await stack.enter_async_context(writer.connect())
            work = await to_its_end(connection.begin())
        try:
            yield work
        finally:
            if work.is_active:
                await roll_back(work)


async def commit(work: AsyncTransaction) -> None:
    """Commit; if that fails, throw the connection away.

    A COMMIT that fails, as over a deferred foreign key, leaves SQLite's transaction open, and
    SQLAlchemy takes it for closed.
    """
    try:
        await work.commit()
    except SQLAlchemyError:
        await work.connection.invalidate()
        raise


async def roll_back(work: AsyncTransaction) -> None:
    """Undo; if even that fails the connection is gone, and the server undoes it by itself."""
    try:
        await to_its_end(work.rollback())
    except SQLAlchemyError:
        _log.warning("a transaction could not be rolled back", exc_info=True)
        await to_its_end(work.connection.invalidate())
