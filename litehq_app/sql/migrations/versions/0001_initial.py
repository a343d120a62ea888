"""The first schema: catalogue, bookings, ledger and log.

Written out in full and frozen: it does not follow the models when they move on.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# STRICT tables of SQLite know INTEGER, TEXT and BLOB alone. On PostgreSQL text sorts by code
# point, as it does on SQLite and in Python, so that pages agree.
WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
FLAG = sa.Boolean().with_variant(sqlite.INTEGER(), "sqlite")

APPEND_ONLY = (("transfers", "UPDATE"), ("transfers", "DELETE"), ("events", "UPDATE"))


def upgrade() -> None:
    create_catalogue()
    create_bookings()
    create_ledger()
    create_log()
    create_triggers()


def downgrade() -> None:
    for table in (
        *("events", "event_heads", "idempotency_keys", "api_keys"),
        *("transfers", "accounts"),
        *("payments", "quotes", "slot_claims", "bookings"),
        *("members", "companies", "rate_cards", "blackouts", "rooms", "locations", "workspaces"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION litehq_refuse_change()")


def create_catalogue() -> None:
    op.create_table(
        "workspaces",
        words("workspace_id"),
        words("name"),
        words("mode"),
        number("hold_minutes"),
        number("version"),
        instant("created_at"),
        key("workspace_id", of="workspaces"),
        check("ck_workspaces_mode", "mode IN ('live', 'test')"),
        check("ck_workspaces_hold_minutes", "hold_minutes > 0"),
        sqlite_strict=True,
    )
    op.create_table(
        "locations",
        words("workspace_id"),
        words("id"),
        words("name"),
        words("timezone"),
        words("currency"),
        json("opening_hours"),
        number("version"),
        instant("created_at"),
        instant("updated_at"),
        key("workspace_id", "id", of="locations"),
        sqlite_strict=True,
    )
    op.create_table(
        "rooms",
        words("workspace_id"),
        words("id"),
        words("location_id"),
        words("name"),
        number("capacity"),
        number("slot_minutes"),
        number("buffer_minutes"),
        json("rules"),
        json("opening_hours", nullable=True),
        flag("active"),
        number("version"),
        instant("created_at"),
        instant("updated_at"),
        key("workspace_id", "id", of="rooms"),
        refers("rooms", "location_id", "locations"),
        check("ck_rooms_capacity", "capacity >= 1"),
        check("ck_rooms_slot_minutes", "slot_minutes > 0"),
        check("ck_rooms_buffer_minutes", "buffer_minutes >= 0"),
        sqlite_strict=True,
    )
    op.create_table(
        "blackouts",
        words("workspace_id"),
        words("id"),
        words("room_id"),
        instant("start_at"),
        instant("end_at"),
        words("reason"),
        number("version"),
        instant("created_at"),
        key("workspace_id", "id", of="blackouts"),
        refers("blackouts", "room_id", "rooms"),
        check("ck_blackouts_interval", "end_at > start_at"),
        sqlite_strict=True,
    )
    index("ix_blackouts_room", "blackouts", "workspace_id", "room_id", "end_at")
    op.create_table(
        "rate_cards",
        words("workspace_id"),
        words("id"),
        words("room_id"),
        words("currency"),
        words("effective_from"),
        number("hourly_minor"),
        number("tokens_per_hour", nullable=True),
        json("billing_modes"),
        json("cancellation"),
        number("version"),
        instant("created_at"),
        key("workspace_id", "id", of="rate_cards"),
        refers("rate_cards", "room_id", "rooms"),
        check("ck_rate_cards_hourly_minor", "hourly_minor >= 0"),
        check("ck_rate_cards_tokens_per_hour", "tokens_per_hour >= 0"),
        sqlite_strict=True,
    )
    index("ix_rate_cards_room", "rate_cards", "workspace_id", "room_id", "effective_from", "id")
    op.create_table(
        "companies",
        words("workspace_id"),
        words("id"),
        words("name"),
        words("billing_terms"),
        number("version"),
        instant("created_at"),
        instant("updated_at"),
        key("workspace_id", "id", of="companies"),
        check("ck_companies_billing_terms", "billing_terms IN ('card', 'invoice')"),
        sqlite_strict=True,
    )
    index("ix_companies_created", "companies", "workspace_id", "created_at", "id")
    op.create_table(
        "members",
        words("workspace_id"),
        words("id"),
        words("email"),
        words("name"),
        words("tier"),
        words("company_id", nullable=True),
        words("status"),
        number("version"),
        instant("created_at"),
        instant("updated_at"),
        key("workspace_id", "id", of="members"),
        refers("members", "company_id", "companies"),
        check("ck_members_status", "status IN ('invited', 'active', 'suspended')"),
        sa.UniqueConstraint("workspace_id", "email", name="uq_members_email"),
        sqlite_strict=True,
    )
    index("ix_members_company", "members", "workspace_id", "company_id", "id")
    index("ix_members_created", "members", "workspace_id", "created_at", "id")


def create_bookings() -> None:
    op.create_table(
        "bookings",
        words("workspace_id"),
        words("id"),
        words("room_id"),
        words("status"),
        number("version"),
        number("sequence"),
        instant("start_at"),
        instant("end_at"),
        number("buffer_minutes"),
        instant("busy_until"),
        words("member_id", nullable=True),
        words("guest_email", nullable=True),
        words("guest_name", nullable=True),
        words("company_id", nullable=True),
        number("attendees", nullable=True),
        words("notes", nullable=True),
        json("metadata"),
        words("billing_mode"),
        words("currency"),
        number("amount_minor"),
        json("price_lines"),
        number("tokens_charged", nullable=True),
        json("policy"),
        words("payment_id", nullable=True),
        words("checkout_url", nullable=True),
        instant("expires_at", nullable=True),
        json("pending_change", nullable=True),
        words("change_room_id", nullable=True),
        instant("change_start_at", nullable=True),
        instant("change_end_at", nullable=True),
        number("change_buffer_minutes", nullable=True),
        instant("change_busy_until", nullable=True),
        instant("change_expires_at", nullable=True),
        flag("no_show"),
        number("paid_minor"),
        number("refunded_minor"),
        number("tokens_spent"),
        instant("created_at"),
        instant("updated_at"),
        instant("cancelled_at", nullable=True),
        key("workspace_id", "id", of="bookings"),
        refers("bookings", "room_id", "rooms"),
        refers("bookings", "member_id", "members"),
        refers("bookings", "company_id", "companies"),
        check(
            "ck_bookings_status",
            "status IN ('pending_payment', 'confirmed', 'cancelled', 'completed', 'expired')",
        ),
        check("ck_bookings_billing_mode", "billing_mode IN ('card', 'tokens', 'invoice')"),
        check("ck_bookings_slot", "end_at > start_at"),
        check("ck_bookings_busy_until", "busy_until = end_at + buffer_minutes * 60"),
        check("ck_bookings_buffer_minutes", "buffer_minutes >= 0"),
        check("ck_bookings_attendees", "attendees >= 1"),
        check("ck_bookings_amount_minor", "amount_minor >= 0"),
        check("ck_bookings_tokens_charged", "tokens_charged >= 0"),
        check(
            "ck_bookings_settled", "paid_minor >= 0 AND refunded_minor >= 0 AND tokens_spent >= 0"
        ),
        check("ck_bookings_booker", "member_id IS NULL OR guest_email IS NULL"),
        check("ck_bookings_guest", "(guest_email IS NULL) = (guest_name IS NULL)"),
        check("ck_bookings_change", "(pending_change IS NULL) = (change_expires_at IS NULL)"),
        check("ck_bookings_change_slot", "change_end_at > change_start_at"),
        sqlite_strict=True,
    )
    index(
        "ix_bookings_busy",
        "bookings",
        "workspace_id",
        "room_id",
        "busy_until",
        where="status IN ('pending_payment', 'confirmed')",
    )
    index(
        "ix_bookings_change_busy",
        "bookings",
        "workspace_id",
        "change_room_id",
        "change_busy_until",
        where="change_expires_at IS NOT NULL",
    )
    index(
        "ix_bookings_change_due",
        "bookings",
        "change_expires_at",
        where="change_expires_at IS NOT NULL",
    )
    index("ix_bookings_company", "bookings", "workspace_id", "company_id", "start_at", "id")
    index("ix_bookings_end_due", "bookings", "busy_until", where="status = 'confirmed'")
    index("ix_bookings_hold_due", "bookings", "expires_at", where="status = 'pending_payment'")
    index("ix_bookings_member", "bookings", "workspace_id", "member_id", "start_at", "id")
    index("ix_bookings_room", "bookings", "workspace_id", "room_id", "start_at", "id")
    index("ix_bookings_start", "bookings", "workspace_id", "start_at", "id")
    op.create_table(
        "slot_claims",
        words("workspace_id"),
        words("room_id"),
        number("seat"),
        number("cell"),
        words("booking_id"),
        key("workspace_id", "room_id", "seat", "cell", of="slot_claims"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    index("ix_slot_claims_booking", "slot_claims", "workspace_id", "booking_id")
    op.create_table(
        "quotes",
        words("workspace_id"),
        words("id"),
        words("room_id"),
        instant("start_at"),
        instant("end_at"),
        words("booker"),
        words("billing_mode"),
        json("price"),
        number("tokens", nullable=True),
        json("policy"),
        json("violations"),
        words("conflicting_booking_id", nullable=True),
        json("alternatives"),
        instant("created_at"),
        instant("expires_at"),
        key("workspace_id", "id", of="quotes"),
        refers("quotes", "room_id", "rooms"),
        check("ck_quotes_billing_mode", "billing_mode IN ('card', 'tokens', 'invoice')"),
        check("ck_quotes_slot", "end_at > start_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "payments",
        words("workspace_id"),
        words("id"),
        words("booking_id"),
        words("kind"),
        words("purpose"),
        words("status"),
        words("currency"),
        number("amount_minor"),
        words("reference", nullable=True),
        words("checkout_url", nullable=True),
        instant("expires_at", nullable=True),
        instant("created_at"),
        instant("updated_at"),
        key("workspace_id", "id", of="payments"),
        refers("payments", "booking_id", "bookings", deferred=True),
        check("ck_payments_kind", "kind IN ('checkout', 'refund')"),
        check("ck_payments_purpose", "purpose IN ('booking', 'change')"),
        check(
            "ck_payments_status", "status IN ('pending', 'open', 'closing', 'succeeded', 'expired')"
        ),
        check("ck_payments_amount_minor", "amount_minor > 0"),
        sqlite_strict=True,
    )
    index("ix_payments_booking", "payments", "workspace_id", "booking_id", "created_at", "id")
    index(
        "ix_payments_due",
        "payments",
        "status",
        "kind",
        "updated_at",
        where="status IN ('pending', 'closing')",
    )


def create_ledger() -> None:
    op.create_table(
        "accounts",
        words("workspace_id"),
        words("owner"),
        words("kind"),
        words("unit"),
        number("posted"),
        number("held"),
        key("workspace_id", "owner", "kind", "unit", of="accounts"),
        check("ck_accounts_kind", "kind IN ('wallet', 'issued', 'redeemed')"),
        check("ck_accounts_wallet", "kind <> 'wallet' OR posted >= held"),
        check("ck_accounts_held", "held >= 0"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
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
        instant("created_at"),
        key("workspace_id", "id", of="transfers"),
        refers("transfers", "hold_id", "transfers"),
        check("ck_transfers_kind", "kind IN ('direct', 'hold', 'post', 'void')"),
        check("ck_transfers_amount", "amount > 0"),
        check("ck_transfers_hold_id", "(kind IN ('post', 'void')) = (hold_id IS NOT NULL)"),
        sa.UniqueConstraint("workspace_id", "hold_id", name="uq_transfers_hold"),
        sqlite_strict=True,
    )
    index("ix_transfers_booking", "transfers", "workspace_id", "booking_id")
    index("ix_transfers_credit", "transfers", "workspace_id", "credit_owner", "id")
    index("ix_transfers_debit", "transfers", "workspace_id", "debit_owner", "id")


def create_log() -> None:
    op.create_table(
        "api_keys",
        words("workspace_id"),
        words("id"),
        words("name"),
        json("scopes"),
        words("secret_hash"),
        words("hint"),
        instant("expires_at"),
        instant("revoked_at", nullable=True),
        words("member_id", nullable=True),
        json("company_ids"),
        number("version"),
        instant("created_at"),
        key("workspace_id", "id", of="api_keys"),
        refers("api_keys", "member_id", "members"),
        sa.UniqueConstraint("secret_hash", name="uq_api_keys_secret_hash"),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency_keys",
        words("workspace_id"),
        words("principal"),
        words("operation"),
        words("key"),
        words("fingerprint"),
        words("subject_id", nullable=True),
        instant("lease_until", nullable=True),
        octets("answer", nullable=True),
        flag("sealed"),
        instant("created_at"),
        key("workspace_id", "principal", "operation", "key", of="idempotency_keys"),
        sqlite_strict=True,
    )
    op.create_table(
        "event_heads",
        words("workspace_id"),
        number("head"),
        key("workspace_id", of="event_heads"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        words("workspace_id"),
        number("position"),
        words("id"),
        words("type"),
        words("subject_id"),
        number("sequence"),
        instant("occurred_at"),
        json("object"),
        json("previous", nullable=True),
        words("actor_id"),
        words("request_id", nullable=True),
        words("member_id", nullable=True),
        words("company_id", nullable=True),
        words("room_id", nullable=True),
        key("workspace_id", "position", of="events"),
        check("ck_events_position", "position >= 1"),
        sqlite_strict=True,
    )


def create_triggers() -> None:
    """What is written to the ledger and to the log stays as it was written."""
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        op.execute(
            "CREATE FUNCTION litehq_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        # Row triggers do not see TRUNCATE.
        op.execute(
            "CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON transfers "
            "FOR EACH STATEMENT EXECUTE FUNCTION litehq_refuse_change()"
        )
    for table, change in APPEND_ONLY:
        name = f"{table}_no_{change.lower()}"
        if on_postgres:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION litehq_refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


# --- the words that the tables are written with ---------------------------------------------


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Whole seconds since 1970."""
    return sa.Column(name, NUMBER, nullable=nullable)


def json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, FLAG, nullable=False)


def octets(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def key(*columns: str, of: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{of}"))


def check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(name))


def refers(
    table: str, column: str, target: str, *, deferred: bool = False
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=op.f(f"fk_{table}_{target}"),
        deferrable=deferred or None,
        initially="DEFERRED" if deferred else None,
    )


def index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(name, table, list(columns), sqlite_where=only, postgresql_where=only)
