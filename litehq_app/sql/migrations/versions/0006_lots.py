"""Tokens lie in lots, and the ledger is a chain.

A wallet that was ever used becomes one lot without expiry, good for every room; its transfers
and the bookings paid from it name that lot. Transfers get positions in the order in which they
were written, and are chained. Processes of the release before must not write any more: what they
would write has no place in the chain, and is refused.

Tables whose rules change are made anew. Where Alembic's batches would rebuild them, a table of
SQLite would lose its CHECKs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

GENESIS = "0" * 64
KINDS = "'wallet', 'issued', 'redeemed'"
MORE_KINDS = f"{KINDS}, 'expired', 'receivable', 'revenue', 'cash', 'refunds'"
# What tokens know of in the schema before: those that expired count as redeemed there.
TOKENS = ("wallet", "issued", "redeemed", "expired")


def upgrade() -> None:
    op.add_column(
        "bookings", sa.Column("token_lots", sa.Text(), nullable=False, server_default="[]")
    )
    create_lots()
    create_heads()
    accounts, transfers = set_aside("accounts"), set_aside("transfers")
    create_accounts(MORE_KINDS)
    create_transfers(chained=True)
    insert("accounts", accounts)
    lots = lots_of(accounts, transfers)
    insert("lots", lots)
    name_lots_of_bookings()
    named = [row | {"lot_id": lot_of_row(row)} for row in transfers]
    entries = list(chain(named))
    insert("transfers", entries)
    insert("ledger_heads", heads(entries))
    create_triggers()


def downgrade() -> None:
    accounts, transfers = set_aside("accounts"), set_aside("transfers")
    create_accounts(KINDS)
    create_transfers(chained=False)
    insert("accounts", without_expiry(accounts))
    insert("transfers", [before(row) for row in transfers if row["unit"] == "token"])
    create_triggers()
    op.drop_table("ledger_heads")
    op.drop_table("lots")
    op.drop_column("bookings", "token_lots")


# --- tables ---------------------------------------------------------------------------------


def create_lots() -> None:
    op.create_table(
        "lots",
        words("workspace_id"),
        words("id"),
        words("member_id"),
        words("source"),
        number("priority"),
        number("expires_at", nullable=True),
        sa.Column("room_ids", sa.Text(), nullable=True),
        number("granted"),
        number("posted"),
        number("held"),
        number("created_at"),
        key("workspace_id", "id", of="lots"),
        refers("lots", "member_id", "members"),
        check(
            "ck_lots_source",
            "source IN ('grant', 'allocation', 'rollover', 'purchase', 'adjustment')",
        ),
        check("ck_lots_granted", "granted > 0"),
        check("ck_lots_posted", "posted >= held"),
        check("ck_lots_held", "held >= 0"),
        sqlite_strict=True,
    )
    op.create_index("ix_lots_member", "lots", ["workspace_id", "member_id", "id"])
    due = sa.text("expires_at IS NOT NULL AND posted > held")
    op.create_index("ix_lots_due", "lots", ["expires_at"], sqlite_where=due, postgresql_where=due)


def create_heads() -> None:
    op.create_table(
        "ledger_heads",
        words("workspace_id"),
        number("position"),
        words("hash"),
        key("workspace_id", of="ledger_heads"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_accounts(kinds: str) -> None:
    op.create_table(
        "accounts",
        words("workspace_id"),
        words("owner"),
        words("kind"),
        words("unit"),
        number("posted"),
        number("held"),
        key("workspace_id", "owner", "kind", "unit", of="accounts"),
        check("ck_accounts_kind", f"kind IN ({kinds})"),
        check("ck_accounts_wallet", "kind <> 'wallet' OR posted >= held"),
        check("ck_accounts_held", "held >= 0"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_transfers(*, chained: bool) -> None:
    """The table as this migration makes it, or as it was before."""
    of_chain: list[Any] = [
        number("position"),
        words("lot_id", nullable=True),
        words("previous_hash"),
        words("hash"),
        refers("transfers", "lot_id", "lots"),
        check(
            "ck_transfers_lot_id",
            "(debit_kind = 'wallet' OR credit_kind = 'wallet') = (lot_id IS NOT NULL)",
        ),
        check("ck_transfers_position", "position >= 1"),
        sa.UniqueConstraint("workspace_id", "position", name="uq_transfers_position"),
    ]
    op.create_table(
        "transfers",
        words("workspace_id"),
        words("id"),
        words("kind"),
        words("debit_owner"),
        words("debit_kind"),
        words("credit_owner"),
        words("credit_kind"),
        words("unit"),
        number("amount"),
        words("cause"),
        words("booking_id", nullable=True),
        words("hold_id", nullable=True),
        number("created_at"),
        key("workspace_id", "id", of="transfers"),
        refers("transfers", "hold_id", "transfers"),
        check("ck_transfers_kind", "kind IN ('direct', 'hold', 'post', 'void')"),
        check("ck_transfers_amount", "amount > 0"),
        check("ck_transfers_hold_id", "(kind IN ('post', 'void')) = (hold_id IS NOT NULL)"),
        sa.UniqueConstraint("workspace_id", "hold_id", name="uq_transfers_hold"),
        *(of_chain if chained else ()),
        sqlite_strict=True,
    )
    op.create_index("ix_transfers_booking", "transfers", ["workspace_id", "booking_id"])
    op.create_index("ix_transfers_credit", "transfers", ["workspace_id", "credit_owner", "id"])
    op.create_index("ix_transfers_debit", "transfers", ["workspace_id", "debit_owner", "id"])
    if chained:
        op.create_index("ix_transfers_lot", "transfers", ["workspace_id", "lot_id"])


def create_triggers() -> None:
    """Those of 0001, which went with the table they guarded."""
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        op.execute(
            "CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON transfers "
            "FOR EACH STATEMENT EXECUTE FUNCTION litehq_refuse_change()"
        )
    for change in ("UPDATE", "DELETE"):
        name = f"transfers_no_{change.lower()}"
        if on_postgres:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON transfers "
                "FOR EACH ROW EXECUTE FUNCTION litehq_refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON transfers "
                "BEGIN SELECT RAISE(ABORT, 'transfers is append-only'); END"
            )


# --- rows -----------------------------------------------------------------------------------

Rows = Sequence[dict[str, Any]]


def set_aside(table: str) -> Rows:
    """A table's rows, in the order in which they were written; the table is dropped."""
    order = {
        "accounts": "workspace_id, owner, kind, unit",
        "transfers": "workspace_id, created_at, id",
    }
    found = op.get_bind().execute(sa.text(f"SELECT * FROM {table} ORDER BY {order[table]}"))
    rows = [dict(row) for row in found.mappings()]
    op.drop_table(table)
    return rows


def insert(table: str, rows: Rows) -> None:
    if rows:
        columns = list(rows[0])
        marks = ", ".join(f":{name}" for name in columns)
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        op.get_bind().execute(sa.text(statement), list(rows))


def lot_named_after(member_id: str) -> str:
    return f"lot_{member_id.removeprefix('mem_')}"


def lot_of_row(row: dict[str, Any]) -> str | None:
    """The lot that a transfer of the schema before touches."""
    for side in ("debit", "credit"):
        if row[f"{side}_kind"] == "wallet":
            return lot_named_after(row[f"{side}_owner"])
    return None


def lots_of(accounts: Rows, transfers: Rows) -> Rows:
    """One lot for each wallet that a transfer ever touched."""
    granted: dict[tuple[str, str], int] = {}
    since: dict[tuple[str, str], int] = {}
    for row in transfers:
        for side in ("debit", "credit"):
            if row[f"{side}_kind"] == "wallet":
                owner = (row["workspace_id"], row[f"{side}_owner"])
                since.setdefault(owner, row["created_at"])
                if side == "credit" and row["debit_kind"] == "issued":
                    granted[owner] = granted.get(owner, 0) + row["amount"]
    return [
        {
            "workspace_id": account["workspace_id"],
            "id": lot_named_after(account["owner"]),
            "member_id": account["owner"],
            "source": "grant",
            "priority": 100,
            "expires_at": None,
            "room_ids": None,
            "granted": max(granted.get(owner, 0), account["posted"], 1),
            "posted": account["posted"],
            "held": account["held"],
            "created_at": since[owner],
        }
        for account in accounts
        if (owner := (account["workspace_id"], account["owner"])) in since
        and account["kind"] == "wallet"
    ]


def name_lots_of_bookings() -> None:
    connection = op.get_bind()
    paid = connection.execute(
        sa.text(
            "SELECT workspace_id, id, member_id, tokens_spent FROM bookings"
            " WHERE tokens_spent > 0 AND member_id IS NOT NULL"
        )
    ).all()
    for workspace_id, booking_id, member_id, tokens in paid:
        connection.execute(
            sa.text(
                "UPDATE bookings SET token_lots = :lots"
                " WHERE workspace_id = :workspace_id AND id = :id"
            ),
            {
                "lots": json.dumps([[lot_named_after(member_id), tokens]], separators=(",", ":")),
                "workspace_id": workspace_id,
                "id": booking_id,
            },
        )


def chain(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The rows with their positions and hashes, workspace by workspace."""
    for workspace_id, own in groupby(rows, key=lambda row: row["workspace_id"]):
        last = GENESIS
        for position, row in enumerate(own, start=1):
            told = [
                *("litehq-ledger-1", workspace_id, position, last, row["id"], row["kind"]),
                *(row["debit_owner"], row["debit_kind"], row["credit_owner"], row["credit_kind"]),
                *(row["unit"], row["amount"], row["cause"], row["booking_id"], row["hold_id"]),
                *(row["lot_id"], row["created_at"]),
            ]
            text = json.dumps(told, separators=(",", ":"), ensure_ascii=True)
            own_hash = hashlib.sha256(text.encode("ascii")).hexdigest()
            yield row | {"position": position, "previous_hash": last, "hash": own_hash}
            last = own_hash


def heads(entries: Rows) -> Rows:
    """The last position and hash of each workspace."""
    last = {entry["workspace_id"]: entry for entry in entries}
    return [
        {"workspace_id": name, "position": entry["position"], "hash": entry["hash"]}
        for name, entry in last.items()
    ]


def without_expiry(accounts: Rows) -> Rows:
    """The accounts of tokens, with what expired counted as redeemed."""
    sums: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in accounts:
        if row["kind"] in TOKENS:
            kind = "redeemed" if row["kind"] == "expired" else row["kind"]
            known = sums.setdefault(
                (row["workspace_id"], row["owner"], kind),
                row | {"kind": kind, "posted": 0, "held": 0},
            )
            known["posted"] += row["posted"]
            known["held"] += row["held"]
    return list(sums.values())


def before(row: dict[str, Any]) -> dict[str, Any]:
    """A transfer as the schema before knows it."""
    kept = {
        name: value
        for name, value in row.items()
        if name not in ("position", "lot_id", "previous_hash", "hash")
    }
    for side in ("debit_kind", "credit_kind"):
        if kept[side] == "expired":
            kept[side] = "redeemed"
    return kept


# --- the words that the tables are written with ---------------------------------------------


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def key(*columns: str, of: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{of}"))


def check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(name))


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=op.f(f"fk_{table}_{target}"),
    )
