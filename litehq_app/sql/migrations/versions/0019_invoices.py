"""Invoices, what stands invoiced of bookings, charges of saved cards, and the companies' runs.

Companies that have bookings on invoice are invoiced by the first run after this: it finds what
each of them owes by itself.
"""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

KINDS = ("wallet", "issued", "redeemed", "expired", "receivable", "revenue", "cash", "refunds")


def upgrade() -> None:
    op.add_column(
        "workspaces", sa.Column("invoice_due_days", NUMBER, nullable=False, server_default="14")
    )
    op.add_column("transfers", sa.Column("invoice_id", WORDS, nullable=True))
    allow_accounts((*KINDS, "fees"))
    create_invoices()
    create_billed_bookings()
    op.create_table(
        "invoice_numbers",
        words("workspace_id"),
        number("last"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_invoice_numbers")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "billing_runs",
        words("workspace_id"),
        words("company_id"),
        number("next_at", nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "company_id", name=op.f("pk_billing_runs")),
        refers("billing_runs", "company_id", "companies"),
        sqlite_strict=True,
    )
    partial("ix_billing_runs_due", "billing_runs", ["next_at"], "next_at IS NOT NULL")
    create_charges()
    op.get_bind().execute(
        sa.text(
            "INSERT INTO billing_runs (workspace_id, company_id, next_at)"
            " SELECT DISTINCT workspace_id, company_id, :now FROM bookings"
            " WHERE billing_mode = 'invoice' AND company_id IS NOT NULL"
        ).bindparams(sa.bindparam("now", type_=NUMBER)),
        {"now": int(time.time())},
    )


def downgrade() -> None:
    for table in (
        *("invoice_charges", "billing_runs", "invoice_numbers"),
        *("billed_bookings", "invoices"),
    ):
        op.drop_table(table)
    allow_accounts(KINDS)
    op.drop_column("transfers", "invoice_id")
    op.drop_column("workspaces", "invoice_due_days")


def create_invoices() -> None:
    name = "invoices"
    op.create_table(
        name,
        *(words(column) for column in ("workspace_id", "id", "kind", "status")),
        number("number", nullable=True),
        words("company_id"),
        words("currency"),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("taxes", sa.Text(), nullable=False),
        *(number(f"{part}_minor") for part in ("net", "tax", "amount", "paid", "credited")),
        *(number(f"{part}_minor") for part in ("fees", "due")),
        words("credited_invoice_id", nullable=True),
        words("memo", nullable=True),
        words("stripe_payment_intent_id", nullable=True),
        words("xero_sync_status"),
        number("sync_attempts"),
        number("sync_next_at", nullable=True),
        words("sync_error", nullable=True),
        words("sync_reference", nullable=True),
        *(number(f"{what}_at", nullable=True) for what in ("opened", "due", "paid", "voided")),
        *(number(column) for column in ("version", "created_at", "updated_at")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{name}")),
        refers(name, "company_id", "companies"),
        refers(name, "credited_invoice_id", "invoices"),
        one_of(name, "kind", "invoice", "credit_note"),
        one_of(name, "status", "draft", "open", "paid", "void"),
        one_of(name, "xero_sync_status", "not_configured", "pending", "synced", "failed"),
        sa.CheckConstraint("number >= 1", name=op.f(f"ck_{name}_number")),
        sa.CheckConstraint("status <> 'draft' OR number IS NULL", name=op.f(f"ck_{name}_draft")),
        sa.CheckConstraint(
            "status NOT IN ('open', 'paid') OR number IS NOT NULL", name=op.f(f"ck_{name}_opened")
        ),
        sa.UniqueConstraint("workspace_id", "number", name="uq_invoices_number"),
        sqlite_strict=True,
    )
    op.create_index("ix_invoices_created", name, ["workspace_id", "created_at", "id"])
    op.create_index("ix_invoices_company", name, ["workspace_id", "company_id", "created_at", "id"])
    partial("ix_invoices_sync_due", name, ["sync_next_at"], "sync_next_at IS NOT NULL")


def create_billed_bookings() -> None:
    name = "billed_bookings"
    op.create_table(
        name,
        words("workspace_id"),
        words("invoice_id"),
        number("line"),
        words("booking_id"),
        words("tax_name"),
        number("tax_basis_points"),
        number("amount_minor"),
        number("tax_minor"),
        sa.PrimaryKeyConstraint("workspace_id", "invoice_id", "line", name=op.f(f"pk_{name}")),
        refers(name, "invoice_id", "invoices"),
        refers(name, "booking_id", "bookings"),
        sqlite_strict=True,
    )
    op.create_index("ix_billed_bookings_booking", name, ["workspace_id", "booking_id"])


def create_charges() -> None:
    name = "invoice_charges"
    op.create_table(
        name,
        *(words(column) for column in ("workspace_id", "id", "invoice_id", "company_id")),
        *(words(column) for column in ("status", "currency")),
        number("amount_minor"),
        words("reference", nullable=True),
        words("failure", nullable=True),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{name}")),
        refers(name, "invoice_id", "invoices"),
        refers(name, "company_id", "companies"),
        one_of(name, "status", "pending", "requires_action", "succeeded", "failed"),
        sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{name}_amount_minor")),
        sqlite_strict=True,
    )
    op.create_index("ix_invoice_charges_invoice", name, ["workspace_id", "invoice_id"])
    partial("ix_invoice_charges_due", name, ["updated_at"], "status = 'pending'")


def allow_accounts(kinds: tuple[str, ...]) -> None:
    """Let accounts be of these kinds; those of another are taken away."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DELETE FROM accounts WHERE kind NOT IN ({listed})")
        op.drop_constraint(op.f("ck_accounts_kind"), "accounts", type_="check")
        op.create_check_constraint(op.f("ck_accounts_kind"), "accounts", f"kind IN ({listed})")
        return
    # SQLite changes no rule of a table that exists: another takes its place.
    op.rename_table("accounts", "accounts_before")
    op.create_table(
        "accounts",
        *(words(column) for column in ("workspace_id", "owner", "kind", "unit")),
        number("posted"),
        number("held"),
        sa.PrimaryKeyConstraint("workspace_id", "owner", "kind", "unit", name=op.f("pk_accounts")),
        sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_accounts_kind")),
        sa.CheckConstraint("kind <> 'wallet' OR posted >= held", name=op.f("ck_accounts_wallet")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_accounts_held")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    columns = "workspace_id, owner, kind, unit, posted, held"
    op.execute(
        f"INSERT INTO accounts ({columns}) SELECT {columns} FROM accounts_before"
        f" WHERE kind IN ({listed})"
    )
    op.drop_table("accounts_before")


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=op.f(f"fk_{table}_{target}"),
    )


def partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
