"""What revisions 0006 and 0009 make of a ledger from before: lots, a chain, and money."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from litehq_app.sql import SqlStore, migrate
from litehq_app.sql.address import SqliteFile, parse_address
from litehq_app.sql.ledger import entry_of
from litehq_app.sql.migrate import run_step
from litehq_app.sql.postgres import writer_engine as postgres_writer
from litehq_app.sql.sqlite import writer_engine as sqlite_writer
from litehq_app.sql.tables import TRANSFERS
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.ledger_chain import GENESIS, entry_hash
from litehq_core.testing import memory_ports
from litehq_core.use_cases.ledger.verify_ledger import verify_ledger
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


# Owed and paid, owed, owed and paid and given back and sent.
OPENINGS = 2 + 1 + 4


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
    " updated_at) VALUES ('ws_1', :id, 'rm_1', :status, 1, 1, 0, 60, 0, 60, 'mem_lina', '{}',"
    " :mode, 'GBP', :price, :lines, :policy, :no_show, :paid, :refunded, :tokens, 0, 0)"
)
LINE = '[{"rule":"base","description":"","minutes":1,"amount_minor":%d,"tokens":null}]'
REFUND = (
    "INSERT INTO payments (workspace_id, id, booking_id, kind, purpose, status, currency,"
    " amount_minor, created_at, updated_at)"
    " VALUES ('ws_1', :id, 'bk_6', 'refund', 'booking', :status, 'GBP', :amount, 0, 0)"
)
# Mode, status, price, paid, refunded, tokens.
BOOKINGS: dict[str, tuple[str, str, int, int, int, int]] = {
    "bk_1": ("tokens", "confirmed", 0, 0, 0, 5),
    "bk_2": ("tokens", "confirmed", 0, 0, 0, 0),
    "bk_3": ("card", "confirmed", 4000, 4000, 0, 0),
    "bk_4": ("card", "pending_payment", 4000, 0, 0, 0),
    "bk_5": ("invoice", "completed", 3000, 0, 0, 0),
    "bk_6": ("card", "cancelled", 4000, 4000, 2500, 0),
    "bk_7": ("invoice", "cancelled", 3000, 0, 0, 0),
}
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
        names = ("mode", "status", "price", "paid", "refunded", "tokens")
        for booking_id, facts in BOOKINGS.items():
            values = dict(zip(names, facts, strict=True))
            json = {"lines": LINE % facts[2], "policy": '{"name":"none","steps":[]}'}
            fixed = {"id": booking_id, "no_show": False, **json}
            await connection.execute(text(BOOKING), {**values, **fixed})
        for id_, status, amount in (("pay_1", "succeeded", 2000), ("pay_2", "pending", 500)):
            await connection.execute(text(REFUND), {"id": id_, "status": status, "amount": amount})


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
        *((booking_id, "[]") for booking_id in list(BOOKINGS)[1:]),
    ]
    async with _connected(empty) as connection:
        found = await connection.execute(
            TRANSFERS.select().order_by(TRANSFERS.c.workspace_id, TRANSFERS.c.position)
        )
        rows = [(row["workspace_id"], entry_of(dict(row))) for row in found.mappings()]
    of_tokens = [(ws, entry) for ws, entry in rows if entry.transfer.lot_id]
    assert [(ws, e.position, e.transfer.id, e.transfer.lot_id) for ws, e in of_tokens] == [
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
        ("ws_1", 3 + OPENINGS, last["ws_1"]),
        ("ws_2", 1, last["ws_2"]),
    ]


async def test_bookings_from_before_are_opened_in_the_ledger(empty: str) -> None:
    await _write_old(empty)
    await migrate(empty)
    assert await _rows(
        empty, "SELECT owner, kind, posted FROM accounts WHERE unit = 'GBP' ORDER BY 1, 2"
    ) == [
        # A cancelled one on invoice owes nothing, for nobody wrote down what it kept.
        ("mem_lina", "receivable", -3000),
        ("ws_1", "cash", -6000),
        ("ws_1", "refunds", 500),
        ("ws_1", "revenue", 8500),
    ]
    for _ in range(2):
        store = await SqlStore.open(empty, new_id=stores.new_test_id, on_events=lambda ws: None)
        ports = replace(memory_ports(), reads=store.reads)
        for workspace_id in ("ws_1", "ws_2"):
            verification = await verify_ledger(ports, system_actor(workspace_id))
            assert verification.findings == ()
        await store.close()
        # A step back and forth opens nothing twice.
        await run_step(empty, lambda config: command.downgrade(config, "0006"))
        await migrate(empty)
    causes = await _rows(empty, "SELECT COUNT(*) FROM transfers WHERE cause = 'opening'")
    assert causes == [(OPENINGS,)]


async def test_back_again_the_old_ledger_is_what_it_was(empty: str) -> None:
    tables = ("transfers", "accounts")
    await _write_old(empty)
    queries = [f"SELECT * FROM {table} ORDER BY 1, 2, 3" for table in tables]
    before = [await _rows(empty, query) for query in queries]
    await migrate(empty)
    await run_step(empty, lambda config: command.downgrade(config, "0005"))
    assert [await _rows(empty, query) for query in queries] == before
