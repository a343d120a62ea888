"""Money in the ledger, tokens by the month, and what lists of tokens are read by.

Bookings that exist are opened in the ledger as they stand at this moment: owed, paid, given back,
sent. A cancelled booking on invoice owes nothing, for nobody wrote down what it kept.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

GENESIS = "0" * 64

# An account without its unit, and a flow between two of them in a unit.
_End = tuple[str, str]
_Flow = tuple[_End, _End, str]


def upgrade() -> None:
    op.add_column("bookings", sa.Column("fee_minor", NUMBER, nullable=False, server_default="0"))
    op.add_column("transfers", sa.Column("member_id", WORDS, nullable=True))
    op.add_column("transfers", sa.Column("balance_after", NUMBER, nullable=True))
    op.create_index(
        "ix_transfers_member", "transfers", ["workspace_id", "member_id", "created_at", "id"]
    )
    op.create_index("ix_transfers_created", "transfers", ["workspace_id", "created_at", "id"])
    create_allocations()
    drop_triggers()
    tell_balances()
    create_triggers()
    now = int(time.time())
    for workspace_id in workspaces():
        open_bookings(workspace_id, now)


def downgrade() -> None:
    op.drop_table("token_allocations")
    op.drop_index("ix_transfers_created", table_name="transfers")
    op.drop_index("ix_transfers_member", table_name="transfers")
    op.drop_column("transfers", "balance_after")
    op.drop_column("transfers", "member_id")
    op.drop_column("bookings", "fee_minor")


def create_allocations() -> None:
    name = "token_allocations"
    op.create_table(
        name,
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("member_id", WORDS, nullable=False),
        sa.Column("tokens_per_month", NUMBER, nullable=False),
        sa.Column("rollover_cap", NUMBER, nullable=True),
        sa.Column("room_ids", sa.Text(), nullable=True),
        sa.Column("priority", NUMBER, nullable=False),
        sa.Column("timezone", WORDS, nullable=False),
        sa.Column("day_of_month", NUMBER, nullable=False),
        sa.Column("next_at", NUMBER, nullable=False),
        sa.Column("lot_id", WORDS, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("updated_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name=op.f(f"fk_{name}_members"),
        ),
        sa.CheckConstraint("tokens_per_month > 0", name=op.f(f"ck_{name}_tokens_per_month")),
        sa.CheckConstraint("rollover_cap >= 0", name=op.f(f"ck_{name}_rollover_cap")),
        sa.CheckConstraint("day_of_month BETWEEN 1 AND 31", name=op.f(f"ck_{name}_day_of_month")),
        sqlite_strict=True,
    )
    op.create_index("ix_token_allocations_due", name, ["next_at"])
    op.create_index("ix_token_allocations_lot", name, ["workspace_id", "lot_id"])


def drop_triggers() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER transfers_no_update" + (" ON transfers" if on_postgres else ""))


def create_triggers() -> None:
    """The one of 0006 that had to stand aside."""
    if op.get_bind().dialect.name == "postgresql":
        # Deferred checks of the rows just changed would forbid it, if there were any.
        op.execute(
            "CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers "
            "FOR EACH ROW EXECUTE FUNCTION litehq_refuse_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers "
            "BEGIN SELECT RAISE(ABORT, 'transfers is append-only'); END"
        )


def tell_balances() -> None:
    """Whose wallet each transfer touches, and what that had afterwards."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT workspace_id, id, kind, debit_owner, debit_kind, credit_owner, unit, amount"
            " FROM transfers WHERE lot_id IS NOT NULL ORDER BY workspace_id, position"
        )
    ).mappings()
    balances: Counter[tuple[str, str, str]] = Counter()
    told = []
    for row in rows.all():
        spends = row["debit_kind"] == "wallet"
        owner = row["debit_owner"] if spends else row["credit_owner"]
        wallet = (row["workspace_id"], owner, row["unit"])
        if row["kind"] in ("direct", "post"):
            balances[wallet] += -row["amount"] if spends else row["amount"]
        told.append(
            {
                "workspace_id": row["workspace_id"],
                "id": row["id"],
                "member_id": owner,
                "balance_after": balances[wallet],
            }
        )
    if told:
        connection.execute(
            sa.text(
                "UPDATE transfers SET member_id = :member_id, balance_after = :balance_after"
                " WHERE workspace_id = :workspace_id AND id = :id"
            ),
            told,
        )


def workspaces() -> list[str]:
    rows = op.get_bind().execute(
        sa.text("SELECT DISTINCT workspace_id FROM bookings ORDER BY workspace_id")
    )
    return [row[0] for row in rows]


def open_bookings(workspace_id: str, now: int) -> None:
    """Write, behind the chain, what bookings say and the ledger does not say yet."""
    connection = op.get_bind()
    head = connection.execute(
        sa.text("SELECT position, hash FROM ledger_heads WHERE workspace_id = :workspace_id"),
        {"workspace_id": workspace_id},
    ).first()
    position, last = head or (0, GENESIS)
    entries, balances = [], Counter[tuple[_End, str]]()
    for booking_id, (debit, credit, unit), amount in openings(workspace_id):
        position += 1
        row = {
            "workspace_id": workspace_id,
            "id": f"ttx_opening_{position}",
            "position": position,
            "kind": "direct",
            "debit_owner": debit[0],
            "debit_kind": debit[1],
            "credit_owner": credit[0],
            "credit_kind": credit[1],
            "unit": unit,
            "amount": amount,
            "cause": "opening",
            "booking_id": booking_id,
            "created_at": now,
            "previous_hash": last,
        }
        last = row["hash"] = entry_hash(row)
        entries.append(row)
        balances[debit, unit] -= amount
        balances[credit, unit] += amount
    if not entries:
        return
    columns = list(entries[0])
    marks = ", ".join(f":{name}" for name in columns)
    connection.execute(
        sa.text(f"INSERT INTO transfers ({', '.join(columns)}) VALUES ({marks})"), entries
    )
    add_to_accounts(workspace_id, balances)
    connection.execute(
        sa.text(
            "INSERT INTO ledger_heads (workspace_id, position, hash)"
            " VALUES (:workspace_id, :position, :hash) ON CONFLICT (workspace_id)"
            " DO UPDATE SET position = excluded.position, hash = excluded.hash"
        ),
        {"workspace_id": workspace_id, "position": position, "hash": last},
    )


def openings(workspace_id: str) -> Iterator[tuple[str, _Flow, int]]:
    """Booking, flow and amount of every entry that is missing."""
    connection, of_workspace = op.get_bind(), {"workspace_id": workspace_id}
    sent = Counter(
        {
            row[0]: int(row[1])
            for row in connection.execute(
                sa.text(
                    "SELECT booking_id, SUM(amount_minor) FROM payments WHERE kind = 'refund' AND"
                    " status = 'succeeded' AND workspace_id = :workspace_id GROUP BY booking_id"
                ),
                of_workspace,
            )
        }
    )
    # After a step back and forth, some of it is there already.
    known: Counter[tuple[str, _Flow]] = Counter()
    for row in connection.execute(
        sa.text(
            "SELECT booking_id, debit_owner, debit_kind, credit_owner, credit_kind, unit,"
            " SUM(amount) FROM transfers WHERE unit <> 'token' AND workspace_id = :workspace_id"
            " AND booking_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6"
        ),
        of_workspace,
    ):
        booking_id, *ends, unit, amount = row
        debit, credit = (ends[0], ends[1]), (ends[2], ends[3])
        known[booking_id, (debit, credit, unit)] += int(amount)
        known[booking_id, (credit, debit, unit)] -= int(amount)
    bookings = connection.execute(
        sa.text(
            "SELECT id, status, member_id, company_id, billing_mode, currency, amount_minor,"
            " paid_minor, refunded_minor FROM bookings WHERE workspace_id = :workspace_id"
            " ORDER BY id"
        ),
        of_workspace,
    ).mappings()
    for booking in bookings.all():
        for flow, wanted in flows(workspace_id, dict(booking), sent[booking["id"]]):
            debit, credit, unit = flow
            missing = wanted - known[booking["id"], flow]
            if missing:
                forth = flow if missing > 0 else (credit, debit, unit)
                yield booking["id"], forth, abs(missing)


def flows(house: str, booking: dict[str, Any], sent: int) -> list[tuple[_Flow, int]]:
    """How a booking stands, as flows between accounts."""
    unit, price = booking["currency"], booking["amount_minor"]
    agreed = booking["status"] in ("confirmed", "completed")
    kept = booking["paid_minor"] - booking["refunded_minor"]
    invoiced = price if agreed and booking["billing_mode"] == "invoice" else 0
    charged = max(kept, price) if agreed and booking["billing_mode"] == "card" else kept
    payer = (booking["member_id"] or booking["id"], "receivable")
    company = (booking["company_id"] or payer[0], "receivable")
    revenue, cash, refunds = ((house, kind) for kind in ("revenue", "cash", "refunds"))
    owed = Counter[_Flow]()
    # One account may be both.
    owed[company, revenue, unit] += invoiced
    owed[payer, revenue, unit] += charged
    return [
        *owed.items(),
        ((cash, payer, unit), booking["paid_minor"]),
        ((payer, refunds, unit), booking["refunded_minor"]),
        ((refunds, cash, unit), sent),
    ]


def add_to_accounts(workspace_id: str, balances: Counter[tuple[_End, str]]) -> None:
    op.get_bind().execute(
        sa.text(
            "INSERT INTO accounts (workspace_id, owner, kind, unit, posted, held)"
            " VALUES (:workspace_id, :owner, :kind, :unit, :posted, 0)"
            " ON CONFLICT (workspace_id, owner, kind, unit)"
            " DO UPDATE SET posted = accounts.posted + excluded.posted"
        ),
        [
            {
                "workspace_id": workspace_id,
                "owner": owner,
                "kind": kind,
                "unit": unit,
                "posted": posted,
            }
            for ((owner, kind), unit), posted in sorted(balances.items())
        ],
    )


def entry_hash(row: dict[str, Any]) -> str:
    told = [
        *("litehq-ledger-1", row["workspace_id"], row["position"], row["previous_hash"]),
        *(row["id"], row["kind"], row["debit_owner"], row["debit_kind"]),
        *(row["credit_owner"], row["credit_kind"], row["unit"], row["amount"], row["cause"]),
        *(row["booking_id"], None, None, row["created_at"]),
    ]
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
