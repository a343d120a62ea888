"""What revision 0006 makes of a ledger that was written before there were lots and a chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from litehq_app.sql import migrate
from litehq_app.sql.address import SqliteFile, parse_address
from litehq_app.sql.ledger import entry_of
from litehq_app.sql.migrate import run_step
from litehq_app.sql.postgres import writer_engine as postgres_writer
from litehq_app.sql.sqlite import writer_engine as sqlite_writer
from litehq_app.sql.tables import TRANSFERS
from litehq_core.domain.ledger_chain import GENESIS, entry_hash
from tests import stores


@pytest.fixture(params=stores.ENGINES)
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield stores.sqlite_url(tmp_path / "empty.db")
        return
    async with stores.empty_postgres_database() as url:
        yield url


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    address = parse_address(url)
    if isinstance(address, SqliteFile):
        engine = sqlite_writer(address.path, wait_seconds=5)
    else:
        engine = postgres_writer(address.dsn, wait_seconds=5)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


def _transfer(
    id_: str, kind: str, debit: str, credit: str, amount: int, at: int, **fields: str
) -> tuple[str, dict[str, Any]]:
    debit_owner, debit_kind = debit.split("/")
    credit_owner, credit_kind = credit.split("/")
    row = {
        "workspace_id": "ws_1",
        "id": id_,
        "kind": kind,
        "debit_owner": debit_owner,
        "debit_kind": debit_kind,
        "credit_owner": credit_owner,
        "credit_kind": credit_kind,
        "unit": "token",
        "amount": amount,
        "cause": "Grüße",
        "booking_id": None,
        "hold_id": None,
        "created_at": at,
        **fields,
    }
    return "transfers", row


def _account(owner: str, kind: str, posted: int, workspace_id: str = "ws_1") -> Any:
    row = {"workspace_id": workspace_id, "owner": owner, "kind": kind, "unit": "token"}
    return "accounts", {**row, "posted": posted, "held": 0}


def _member(member_id: str, workspace_id: str = "ws_1") -> Any:
    names = ("id", "email", "name", "tier")
    return "members", {
        "workspace_id": workspace_id,
        **dict.fromkeys(names, member_id),
        "status": "active",
        "version": 1,
        "created_at": 0,
        "updated_at": 0,
    }


OLD: list[tuple[str, dict[str, Any]]] = [
    _member("mem_lina"),
    _member("mem_jonas"),
    _member("mem_lina", "ws_2"),
    _account("mem_lina", "wallet", 4),
    # Looked at and never used: no lot.
    _account("mem_jonas", "wallet", 0),
    _account("ws_1", "issued", -9),
    _account("ws_1", "redeemed", 5),
    _account("mem_lina", "wallet", 1, "ws_2"),
    _account("ws_2", "issued", -1, "ws_2"),
    # Written in another order than their ids sort.
    _transfer("ttx_9", "direct", "ws_1/issued", "mem_lina/wallet", 9, 100),
    _transfer("ttx_1", "hold", "mem_lina/wallet", "ws_1/redeemed", 5, 200, booking_id="bk_1"),
    _transfer(
        *("ttx_2", "post", "mem_lina/wallet", "ws_1/redeemed", 5, 200),
        booking_id="bk_1",
        hold_id="ttx_1",
    ),
    _transfer(*("ttx_9", "direct", "ws_2/issued", "mem_lina/wallet", 1, 50), workspace_id="ws_2"),
]
BOOKING = (
    "INSERT INTO bookings (workspace_id, id, room_id, status, version, sequence, start_at, end_at,"
    " buffer_minutes, busy_until, member_id, metadata, billing_mode, currency, amount_minor,"
    " price_lines, policy, no_show, paid_minor, refunded_minor, tokens_spent, created_at,"
    " updated_at) VALUES ('ws_1', :id, 'rm_1', 'confirmed', 1, 1, 0, 60, 0, 60, 'mem_lina', '{}',"
    " 'tokens', 'GBP', 0, '[]', '{}', :no_show, 0, 0, :tokens, 0, 0)"
)
ROOM = (
    "INSERT INTO locations (workspace_id, id, name, timezone, currency, opening_hours, version,"
    " created_at, updated_at) VALUES ('ws_1', 'loc_1', '', 'UTC', 'GBP', '{}', 1, 0, 0)",
    "INSERT INTO rooms (workspace_id, id, location_id, name, capacity, slot_minutes,"
    " buffer_minutes, rules, active, version, created_at, updated_at)"
    " VALUES ('ws_1', 'rm_1', 'loc_1', '', 1, 30, 0, '{}', :active, 1, 0, 0)",
)


async def _write_old(url: str) -> None:
    await run_step(url, lambda config: command.upgrade(config, "0005"))
    async with _connected(url) as connection:
        await connection.execute(text(ROOM[0]))
        await connection.execute(text(ROOM[1]), {"active": True})
        for table, row in OLD:
            columns, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), row)
        for booking_id, tokens in (("bk_1", 5), ("bk_2", 0)):
            values = {"id": booking_id, "tokens": tokens, "no_show": False}
            await connection.execute(text(BOOKING), values)


async def _rows(url: str, query: str) -> list[tuple[Any, ...]]:
    async with _connected(url) as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_a_wallet_becomes_a_lot_and_the_ledger_a_chain(empty: str) -> None:
    await _write_old(empty)
    await migrate(empty)
    assert await _rows(
        empty,
        "SELECT workspace_id, id, member_id, source, expires_at, room_ids, granted, posted, held,"
        " created_at FROM lots ORDER BY workspace_id",
    ) == [
        ("ws_1", "lot_lina", "mem_lina", "grant", None, None, 9, 4, 0, 100),
        ("ws_2", "lot_lina", "mem_lina", "grant", None, None, 1, 1, 0, 50),
    ]
    assert await _rows(empty, "SELECT id, token_lots FROM bookings ORDER BY id") == [
        ("bk_1", '[["lot_lina",5]]'),
        ("bk_2", "[]"),
    ]
    async with _connected(empty) as connection:
        found = await connection.execute(
            TRANSFERS.select().order_by(TRANSFERS.c.workspace_id, TRANSFERS.c.position)
        )
        rows = [(row["workspace_id"], entry_of(dict(row))) for row in found.mappings()]
    assert [(ws, e.position, e.transfer.id, e.transfer.lot_id) for ws, e in rows] == [
        ("ws_1", 1, "ttx_9", "lot_lina"),
        ("ws_1", 2, "ttx_1", "lot_lina"),
        ("ws_1", 3, "ttx_2", "lot_lina"),
        ("ws_2", 1, "ttx_9", "lot_lina"),
    ]
    last = {"ws_1": GENESIS, "ws_2": GENESIS}
    for ws, entry in rows:
        assert entry.previous_hash == last[ws]
        told = (entry.position, entry.transfer, entry.created_at, entry.previous_hash)
        last[ws] = entry_hash(ws, *told)
        assert entry.hash == last[ws]
    assert await _rows(empty, "SELECT * FROM ledger_heads ORDER BY workspace_id") == [
        ("ws_1", 3, last["ws_1"]),
        ("ws_2", 1, last["ws_2"]),
    ]


async def test_back_again_the_old_ledger_is_what_it_was(empty: str) -> None:
    tables = ("transfers", "accounts")
    await _write_old(empty)
    queries = [f"SELECT * FROM {table} ORDER BY 1, 2, 3" for table in tables]
    before = [await _rows(empty, query) for query in queries]
    await migrate(empty)
    await run_step(empty, lambda config: command.downgrade(config, "0005"))
    assert [await _rows(empty, query) for query in queries] == before
