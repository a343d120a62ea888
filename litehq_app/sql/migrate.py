"""Bringing a database up to the newest schema; safe at every start of every process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from litehq_app.sql import postgres, sqlite
from litehq_app.sql.address import PostgresServer, SqliteFile, parse_address
from litehq_app.sql.faults import StoreDefect, faults_named

_log = logging.getLogger(__name__)
_SCRIPTS = Path(__file__).with_name("migrations")
# Any number will do that nothing else in the database locks by.
_LOCK = 5_248_117
WAIT_FOR_OTHERS_SECONDS = 120
# A migration that cannot have its table soon must not make everybody queue behind it.
WAIT_FOR_TABLES_SECONDS = 5

# What to do with the scripts, on a connection that is in a transaction.
Step = Callable[[Config], None]


async def migrate(url: str) -> None:
    """Apply every migration that is missing, in one transaction.

    Raises:
        ValueError: not a URL of a database that we know.
        ServiceUnavailable: it cannot be reached, or its tables are in use.
    """
    await run_step(url, lambda config: command.upgrade(config, "head"))


async def run_step(url: str, step: Step) -> None:
    """Run an Alembic command alone on a database; others who try wait for it."""
    engine = _engine_for(url)
    try:
        with faults_named():
            async with engine.begin() as connection:
                await connection.run_sync(_locked, step)
    finally:
        await engine.dispose()


def _engine_for(url: str) -> AsyncEngine:
    match parse_address(url):
        case SqliteFile(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Off, because a table may have to be rebuilt; what it left is checked at the end.
            return sqlite.writer_engine(
                path, wait_seconds=WAIT_FOR_OTHERS_SECONDS, foreign_keys=False
            )
        case PostgresServer(dsn):
            settings = {"application_name": "litehq-migrate", "timezone": "UTC"}
            return postgres.writer_engine(
                dsn,
                wait_seconds=WAIT_FOR_OTHERS_SECONDS,
                settings=settings,
                command_seconds=None,
            )


def _locked(connection: Connection, step: Step) -> None:
    on_postgres = connection.dialect.name == "postgresql"
    if on_postgres:
        _limit_waiting(connection, WAIT_FOR_OTHERS_SECONDS)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _limit_waiting(connection, WAIT_FOR_TABLES_SECONDS)
    config = Config()
    # ConfigParser reads a percent sign as the start of a reference.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    step(config)
    if not on_postgres:
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise StoreDefect(f"a migration left a broken reference: {tuple(broken)}")


def _limit_waiting(connection: Connection, seconds: int) -> None:
    # To the end of the transaction.
    limit = text("SELECT set_config('lock_timeout', :limit, true)")
    connection.execute(limit, {"limit": f"{seconds}s"})
