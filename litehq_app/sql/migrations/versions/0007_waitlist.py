"""The waitlist, and how long its offers are kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

ENTRIES = "waitlist_entries"
IS_WAITING = "status = 'waiting'"
IS_OFFERED = "status = 'offered'"
RULES = {
    "status": "status IN ('waiting', 'offered', 'booked', 'expired', 'cancelled')",
    "billing_mode": "billing_mode IN ('card', 'tokens', 'invoice')",
    "window": "to_at > from_at",
    "duration_minutes": "duration_minutes > 0",
    "expires_at": "expires_at = to_at - duration_minutes * 60",
    "attendees": "attendees >= 1",
    "booker": "(member_id IS NULL) = (guest_email IS NOT NULL)",
    "guest": "(guest_email IS NULL) = (guest_name IS NULL)",
    "offer": "(status = 'offered') = (offer_expires_at IS NOT NULL)",
    "offer_slot": "offer_end_at > offer_start_at",
    "booking_id": "(status = 'booked') = (booking_id IS NOT NULL)",
}


def upgrade() -> None:
    # Rows that exist, and those of a process of the release before, keep offers for as long.
    op.add_column(
        "workspaces", sa.Column("offer_minutes", NUMBER, nullable=False, server_default="15")
    )
    op.create_table(
        ENTRIES,
        words("workspace_id"),
        words("id"),
        words("status"),
        number("version"),
        words("location_id"),
        words("room_id", nullable=True),
        number("from_at"),
        number("to_at"),
        number("duration_minutes"),
        words("member_id", nullable=True),
        words("guest_email", nullable=True),
        words("guest_name", nullable=True),
        words("company_id", nullable=True),
        number("attendees", nullable=True),
        words("billing_mode", nullable=True),
        words("notes", nullable=True),
        words("offer_room_id", nullable=True),
        number("offer_start_at", nullable=True),
        number("offer_end_at", nullable=True),
        number("offer_buffer_minutes", nullable=True),
        number("offer_busy_until", nullable=True),
        number("offer_expires_at", nullable=True),
        words("booking_id", nullable=True),
        number("next_check_at"),
        number("expires_at"),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{ENTRIES}")),
        refers("location_id", "locations"),
        refers("room_id", "rooms"),
        refers("member_id", "members"),
        refers("company_id", "companies"),
        refers("booking_id", "bookings", deferred=True),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{ENTRIES}_{name}"))
            for name, rule in RULES.items()
        ),
        sqlite_strict=True,
    )
    index("ix_waitlist_created", "workspace_id", "created_at", "id")
    index("ix_waitlist_member", "workspace_id", "member_id", "created_at", "id")
    index("ix_waitlist_line", "workspace_id", "location_id", "created_at", "id", where=IS_WAITING)
    index("ix_waitlist_busy", "workspace_id", "offer_room_id", "offer_busy_until", where=IS_OFFERED)
    index("ix_waitlist_check_due", "next_check_at", where=IS_WAITING)
    index("ix_waitlist_offer_due", "offer_expires_at", where=IS_OFFERED)


def downgrade() -> None:
    # What is offered goes with the offers: nobody would ever let go of its cells.
    op.execute(
        "DELETE FROM slot_claims WHERE EXISTS (SELECT 1 FROM waitlist_entries AS e"
        " WHERE e.workspace_id = slot_claims.workspace_id AND e.id = slot_claims.booking_id)"
    )
    op.drop_table(ENTRIES)
    op.drop_column("workspaces", "offer_minutes")


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def refers(column: str, target: str, *, deferred: bool = False) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=op.f(f"fk_{ENTRIES}_{target}"),
        deferrable=deferred or None,
        initially="DEFERRED" if deferred else None,
    )


def index(name: str, *columns: str, where: str | None = None) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(name, ENTRIES, list(columns), sqlite_where=only, postgresql_where=only)
