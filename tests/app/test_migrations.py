"""Migrations: up and down on both engines, equal to the models, and what they leave guarded."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from litehq_app.sql import migrate
from litehq_app.sql.address import PostgresServer, SqliteFile, parse_address
from litehq_app.sql.faults import StoreDefect
from litehq_app.sql.migrate import run_step
from litehq_app.sql.postgres import writer_engine as postgres_writer
from litehq_app.sql.sqlite import writer_engine as sqlite_writer
from litehq_app.sql.tables import METADATA
from tests import stores

ALEMBIC = "alembic_version"
# The revision before the one that made members' addresses lower case.
BEFORE_MEMBERS = "0011"


@pytest.fixture(params=stores.ENGINES)
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield stores.sqlite_url(tmp_path / "empty.db")
        return
    async with stores.empty_postgres_database() as url:
        yield url


def _engine(url: str) -> AsyncEngine:
    match parse_address(url):
        case SqliteFile(path):
            return sqlite_writer(path, wait_seconds=5)
        case PostgresServer(dsn):
            return postgres_writer(dsn, wait_seconds=5)


async def _tables(url: str) -> set[str]:
    engine = _engine(url)
    async with engine.begin() as connection:
        names = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    await engine.dispose()
    return names


async def test_up_makes_every_table_and_down_leaves_none(empty: str) -> None:
    for _ in range(2):
        await migrate(empty)
        assert await _tables(empty) == {ALEMBIC, *METADATA.tables}
        await run_step(empty, lambda config: command.downgrade(config, "base"))
        assert await _tables(empty) == {ALEMBIC}


async def test_every_process_may_migrate_at_its_start(empty: str) -> None:
    await asyncio.gather(*(migrate(empty) for _ in range(4)))
    await migrate(empty)
    assert await _tables(empty) == {ALEMBIC, *METADATA.tables}


async def test_the_models_equal_the_migrations(empty: str) -> None:
    await migrate(empty)
    engine = _engine(empty)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    async with engine.begin() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


OLD_ROWS = (
    "INSERT INTO locations (workspace_id, id, name, timezone, currency, opening_hours, version,"
    " created_at, updated_at) VALUES ('ws_1', 'loc_1', '', 'UTC', 'GBP', '{}', 1, 0, 0)",
    "INSERT INTO rooms (workspace_id, id, location_id, name, capacity, slot_minutes,"
    " buffer_minutes, rules, active, version, created_at, updated_at)"
    " VALUES ('ws_1', 'rm_1', 'loc_1', '', 1, 30, 0, '{}', :active, 1, 0, 0)",
    "INSERT INTO rate_cards (workspace_id, id, room_id, currency, effective_from, hourly_minor,"
    " billing_modes, cancellation, version, created_at)"
    " VALUES ('ws_1', 'rc_1', 'rm_1', 'GBP', '2026-01-01', 100, '[]', '{}', 1, 0)",
    "INSERT INTO companies (workspace_id, id, name, billing_terms, version, created_at,"
    " updated_at) VALUES ('ws_1', 'co_1', '', 'card', 1, 0, 0)",
)


async def test_rows_of_the_first_schema_say_nothing_about_prices(empty: str) -> None:
    """Revision 0002: rows that exist, and those that an older process still writes."""
    await run_step(empty, lambda config: command.upgrade(config, "0001"))
    engine = _engine(empty)
    async with engine.begin() as connection:
        for insert in OLD_ROWS:
            named = {"active": True} if ":active" in insert else {}
            await connection.execute(text(insert), named)
    await migrate(empty)
    async with engine.begin() as connection:
        await connection.execute(text(OLD_ROWS[2].replace("rc_1", "rc_2")))
        for column in ("rate_cards.rules", "companies.pricing_overrides"):
            found = await connection.execute(text(f"SELECT {column} FROM {column.split('.')[0]}"))
            expected = {"rate_cards.rules": ["{}", "{}"], "companies.pricing_overrides": ["[]"]}
            assert list(found.scalars()) == expected[column]
    await engine.dispose()
    # And down again: the rows are still there.
    await run_step(empty, lambda config: command.downgrade(config, "0001"))
    engine = _engine(empty)
    async with engine.begin() as connection:
        cards = await connection.execute(text("SELECT id FROM rate_cards ORDER BY id"))
        assert list(cards.scalars()) == ["rc_1", "rc_2"]
    await engine.dispose()


async def test_addresses_of_members_are_brought_to_lower_case(empty: str) -> None:
    """Where two would meet, the one in lower case has it, or else the first member."""
    await run_step(empty, lambda config: command.upgrade(config, BEFORE_MEMBERS))
    engine = _engine(empty)
    insert = text(
        "INSERT INTO members (workspace_id, id, email, name, tier, status, version, created_at,"
        " updated_at) VALUES (:ws, :id, :email, '', '', 'active', 1, 0, 0)"
    )
    rows = [
        *(("ws_1", "mem_1", "Ada@X.org"), ("ws_2", "mem_1", "ada@x.org")),
        *(("ws_1", "mem_2", "BOB@x.org"), ("ws_1", "mem_3", "bob@x.org")),
        *(("ws_1", "mem_4", "Eve@x.org"), ("ws_1", "mem_5", "EVE@x.org")),
    ]
    async with engine.begin() as connection:
        for ws, row_id, email in rows:
            await connection.execute(insert, {"ws": ws, "id": row_id, "email": email})
    await migrate(empty)
    async with engine.begin() as connection:
        found = await connection.execute(
            text("SELECT email, sequence FROM members ORDER BY workspace_id, id")
        )
        emails = [tuple(row) for row in found]
    await engine.dispose()
    kept = ["ada@x.org", "BOB@x.org", "bob@x.org", "eve@x.org", "EVE@x.org", "ada@x.org"]
    assert emails == [(email, 0) for email in kept]


async def test_a_step_back_leaves_the_schema_as_it_was_to_the_letter(tmp_path: Path) -> None:
    """CHECKs, STRICT and partial indexes outlive the way up and down on SQLite."""
    before, after = tmp_path / "before.db", tmp_path / "after.db"
    await run_step(stores.sqlite_url(before), lambda config: command.upgrade(config, "0001"))
    await migrate(stores.sqlite_url(after))
    await run_step(stores.sqlite_url(after), lambda config: command.downgrade(config, "0001"))
    assert _schema(before) == _schema(after)


async def test_a_migration_that_fails_leaves_nothing(empty: str) -> None:
    def fail(config: Config) -> None:
        command.upgrade(config, "head")
        config.attributes["connection"].execute(text("SELECT * FROM nothing_of_this_name"))

    with pytest.raises(StoreDefect):
        await run_step(empty, fail)
    assert await _tables(empty) == set()


async def test_a_migration_that_breaks_a_reference_is_undone(tmp_path: Path) -> None:
    """SQLite checks no foreign key while tables are rebuilt, so we do at the end."""
    url = stores.sqlite_url(tmp_path / "empty.db")

    def orphan(config: Config) -> None:
        command.upgrade(config, "head")
        config.attributes["connection"].execute(
            text("INSERT INTO blackouts VALUES ('ws_1', 'blk_1', 'rm_none', 0, 1, '', 1, 0)")
        )

    with pytest.raises(StoreDefect, match="blackouts"):
        await run_step(url, orphan)
    assert await _tables(url) == set()


async def test_the_models_equal_the_migrations_to_the_letter(tmp_path: Path) -> None:
    """Alembic compares no CHECK, no STRICT and no partial index; SQLite keeps them all as text."""
    modelled, migrated = tmp_path / "modelled.db", tmp_path / "migrated.db"
    engine = create_engine(stores.sqlite_url(modelled))
    METADATA.create_all(engine)
    engine.dispose()
    await migrate(stores.sqlite_url(migrated))
    assert _schema(modelled) == _schema(migrated)
    assert all("STRICT" in sql for kind, _, sql in _schema(migrated) if kind == "table")


def _schema(path: Path) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index')"
        " AND sql IS NOT NULL AND name <> ? ORDER BY name",
        (ALEMBIC,),
    ).fetchall()
    connection.close()
    return [(kind, name, _normal(sql)) for kind, name, sql in rows]


def _normal(sql: str) -> str:
    """The statement with its columns and constraints in one order."""
    sql = re.sub(r"\s+", " ", sql)
    head, _, rest = sql.partition("(")
    body, _, tail = rest.rpartition(")")
    return f"{head}({sorted(part.strip() for part in re.split(r', (?![^(]*[)])', body))}){tail}"


POSTGRES_SCHEMA = """
    SELECT table_name || '.' || column_name,
           concat_ws(' ', data_type, collation_name, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> :alembic
    UNION ALL
    SELECT conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       AND conrelid <> to_regclass(:alembic)
    UNION ALL
    SELECT indexname, indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND tablename <> :alembic
    ORDER BY 1, 2
"""


async def test_the_models_equal_the_migrations_to_the_letter_on_postgres() -> None:
    found = []
    for made_by_models in (True, False):
        async with stores.empty_postgres_database() as url:
            # The other one needs the table too, or the query would not know it.
            await migrate(url)
            engine = _engine(url)
            async with engine.begin() as connection:
                if made_by_models:
                    await connection.run_sync(METADATA.drop_all)
                    await connection.run_sync(METADATA.create_all)
                rows = await connection.execute(text(POSTGRES_SCHEMA), {"alembic": ALEMBIC})
                found.append([tuple(row) for row in rows])
            await engine.dispose()
    modelled, migrated = found
    assert modelled == migrated
    # Sorted by code point, as everywhere else, whatever the database's language.
    assert ("members.name", "text C NO") in migrated


INSERTS = (
    "INSERT INTO transfers (workspace_id, id, position, kind, debit_owner, debit_kind,"
    " credit_owner, credit_kind, unit, amount, cause, created_at, previous_hash, hash) VALUES"
    " ('ws_1', 'ttx_1', 1, 'direct', 'mem_1', 'receivable', 'ws_1', 'revenue', 'GBP', 1, 'x', 0,"
    " '', '')",
    "INSERT INTO events (workspace_id, position, id, type, subject_id, sequence, occurred_at,"
    " object, actor_id) VALUES ('ws_1', 1, 'evt_1', 'booking.created', 'bk_1', 1, 0, '{}', 'me')",
)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE transfers SET amount = 2",
        "DELETE FROM transfers",
        "UPDATE events SET actor_id = 'somebody else'",
    ],
)
async def test_what_is_written_to_ledger_and_log_stays(empty: str, change: str) -> None:
    """architecture.md: append-only; the database refuses UPDATE and DELETE."""
    await migrate(empty)
    engine = _engine(empty)
    async with engine.begin() as connection:
        for insert in INSERTS:
            await connection.execute(text(insert))
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(change))
    async with engine.begin() as connection:
        assert (await connection.execute(text("SELECT amount FROM transfers"))).scalar() == 1
    await engine.dispose()


LOT = "'ws_1', 'lot_1', 'mem_1', '{source}', 1, NULL, NULL, {granted}, {posted}, {held}, 0"
TRANSFER = (
    "'ws_1', 'ttx_1', {position}, 'direct', 'mem_1', 'receivable', 'ws_1', 'revenue', 'GBP', 1,"
    " 'x', NULL, NULL, {lot}, 0, '', '', NULL, NULL, NULL"
)


@pytest.mark.parametrize(
    ("table", "values", "rule"),
    [
        ("accounts", "'ws_1', 'mem_1', 'wallet', 'token', 5, 6", "ck_accounts_wallet"),
        ("accounts", "'ws_1', 'mem_1', 'wallet', 'token', -1, 0", "ck_accounts_wallet"),
        ("accounts", "'ws_1', 'mem_1', 'savings', 'token', 5, 0", "ck_accounts_kind"),
        ("lots", LOT.format(source="gift", granted=1, posted=1, held=0), "ck_lots_source"),
        ("lots", LOT.format(source="grant", granted=0, posted=1, held=0), "ck_lots_granted"),
        ("lots", LOT.format(source="grant", granted=1, posted=1, held=2), "ck_lots_posted"),
        ("lots", LOT.format(source="grant", granted=1, posted=1, held=-1), "ck_lots_held"),
        ("transfers", TRANSFER.format(position=1, lot="'lot_1'"), "ck_transfers_lot_id"),
        ("transfers", TRANSFER.format(position=0, lot="NULL"), "ck_transfers_position"),
    ],
)
async def test_the_database_has_the_last_word(
    empty: str, table: str, values: str, rule: str
) -> None:
    await migrate(empty)
    engine = _engine(empty)
    columns = ", ".join(column.name for column in METADATA.tables[table].columns)
    with pytest.raises(DBAPIError, match=rule):
        async with engine.begin() as connection:
            await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"))
    await engine.dispose()
