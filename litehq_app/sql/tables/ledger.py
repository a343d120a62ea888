"""The token ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Instant, Number
from litehq_app.sql.tables.schema import STRICT, SchemaRow, one_of, refers, table_of, words
from litehq_core.domain.ledger import AccountKind, TransferKind


class AccountRow(SchemaRow, table=True):
    """Balances of the token ledger: what all its transfers add up to."""

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


class TransferRow(SchemaRow, table=True):
    """The ledger itself. Triggers refuse every UPDATE and DELETE."""

    __tablename__ = "transfers"
    __table_args__ = (
        refers("hold_id", "transfers"),
        one_of("kind", TransferKind),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind IN ('post', 'void')) = (hold_id IS NOT NULL)", name="hold_id"),
        # A hold is posted or voided once.
        UniqueConstraint("workspace_id", "hold_id", name="uq_transfers_hold"),
        Index("ix_transfers_booking", "workspace_id", "booking_id"),
        Index("ix_transfers_debit", "workspace_id", "debit_owner", "id"),
        Index("ix_transfers_credit", "workspace_id", "credit_owner", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
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
    created_at: datetime = Field(sa_type=Instant)


ACCOUNTS = table_of(AccountRow)
TRANSFERS = table_of(TransferRow)
