"""The ledger: accounts, lots, transfers, and the head of their chain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Instant, JsonText, Number
from litehq_app.sql.tables.schema import (
    IS_FILLED,
    IS_TOKEN_MOVE,
    STRICT,
    SchemaRow,
    one_of,
    partial,
    refers,
    table_of,
    words,
)
from litehq_core.domain.ledger import AccountKind, TransferKind
from litehq_core.domain.lots import LotSource


class AccountRow(SchemaRow, table=True):
    """Balances of the ledger: what all its transfers add up to."""

    __tablename__ = "accounts"
    __table_args__ = (
        one_of("kind", AccountKind),
        CheckConstraint("kind <> 'wallet' OR posted >= held", name="wallet"),
        CheckConstraint("held >= 0", name="held"),
        STRICT | {"sqlite_with_rowid": False},
    )

    owner: str = words(primary_key=True)
    kind: str = words(primary_key=True)
    unit: str = words(primary_key=True)
    posted: int = Field(sa_type=Number)
    held: int = Field(sa_type=Number)


class LotRow(SchemaRow, table=True):
    """Tokens granted together, and what is left of them. Locked by their owner's wallet."""

    __tablename__ = "lots"
    __table_args__ = (
        refers("member_id", "members"),
        one_of("source", LotSource),
        CheckConstraint("granted > 0", name="granted"),
        CheckConstraint("posted >= held", name="posted"),
        CheckConstraint("held >= 0", name="held"),
        Index("ix_lots_member", "workspace_id", "member_id", "id"),
        partial("ix_lots_due", "expires_at", where=IS_FILLED),
        STRICT,
    )

    id: str = words(primary_key=True)
    member_id: str = words()
    source: str = words()
    priority: int = Field(sa_type=Number)
    expires_at: datetime | None = Field(sa_type=Instant)
    room_ids: list[str] | None = Field(sa_type=JsonText)
    granted: int = Field(sa_type=Number)
    posted: int = Field(sa_type=Number)
    held: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class TransferRow(SchemaRow, table=True):
    """The ledger itself, as a chain. Triggers refuse every UPDATE and DELETE."""

    __tablename__ = "transfers"
    __table_args__ = (
        refers("hold_id", "transfers"),
        refers("lot_id", "lots"),
        one_of("kind", TransferKind),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind IN ('post', 'void')) = (hold_id IS NOT NULL)", name="hold_id"),
        CheckConstraint(
            "(debit_kind = 'wallet' OR credit_kind = 'wallet') = (lot_id IS NOT NULL)",
            name="lot_id",
        ),
        CheckConstraint("position >= 1", name="position"),
        # A hold is posted or voided once.
        UniqueConstraint("workspace_id", "hold_id", name="uq_transfers_hold"),
        UniqueConstraint("workspace_id", "position", name="uq_transfers_position"),
        Index("ix_transfers_booking", "workspace_id", "booking_id"),
        Index("ix_transfers_debit", "workspace_id", "debit_owner", "id"),
        Index("ix_transfers_credit", "workspace_id", "credit_owner", "id"),
        Index("ix_transfers_lot", "workspace_id", "lot_id"),
        # What lists of tokens walk: money and holds are not in it.
        partial("ix_transfers_tokens", "workspace_id", "position", where=IS_TOKEN_MOVE),
        partial(
            "ix_transfers_wallet", "workspace_id", "member_id", "position", where=IS_TOKEN_MOVE
        ),
        Index("ix_transfers_created", "workspace_id", "created_at", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    position: int = Field(sa_type=Number)
    kind: str = words()
    debit_owner: str = words()
    debit_kind: str = words()
    credit_owner: str = words()
    credit_kind: str = words()
    unit: str = words()
    amount: int = Field(sa_type=Number)
    cause: str = words()
    booking_id: str | None = words()
    hold_id: str | None = words()
    lot_id: str | None = words()
    created_at: datetime = Field(sa_type=Instant)
    previous_hash: str = words()
    hash: str = words()
    # Both of the wallet that is touched, if one is: what lists of tokens are read by.
    member_id: str | None = words()
    balance_after: int | None = Field(sa_type=Number)
    # No foreign key: SQLite could only have it by writing the table anew.
    invoice_id: str | None = words()


class LedgerHeadRow(SchemaRow, table=True):
    """The last position and hash of each chain; its row lock makes the positions dense."""

    __tablename__ = "ledger_heads"
    __table_args__ = (STRICT | {"sqlite_with_rowid": False},)

    position: int = Field(sa_type=Number)
    hash: str = words()


class TokenAllocationRow(SchemaRow, table=True):
    """What members get each month. ``lot_id`` is not a reference: a lot is never deleted."""

    __tablename__ = "token_allocations"
    __table_args__ = (
        refers("member_id", "members"),
        CheckConstraint("tokens_per_month > 0", name="tokens_per_month"),
        CheckConstraint("rollover_cap >= 0", name="rollover_cap"),
        CheckConstraint("day_of_month BETWEEN 1 AND 31", name="day_of_month"),
        Index("ix_token_allocations_due", "next_at"),
        Index("ix_token_allocations_lot", "workspace_id", "lot_id"),
        STRICT,
    )

    member_id: str = words(primary_key=True)
    tokens_per_month: int = Field(sa_type=Number)
    rollover_cap: int | None = Field(sa_type=Number)
    room_ids: list[str] | None = Field(sa_type=JsonText)
    priority: int = Field(sa_type=Number)
    timezone: str = words()
    day_of_month: int = Field(sa_type=Number)
    next_at: datetime = Field(sa_type=Instant)
    lot_id: str | None = words()
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


ACCOUNTS = table_of(AccountRow)
LOTS = table_of(LotRow)
TRANSFERS = table_of(TransferRow)
LEDGER_HEADS = table_of(LedgerHeadRow)
TOKEN_ALLOCATIONS = table_of(TokenAllocationRow)
