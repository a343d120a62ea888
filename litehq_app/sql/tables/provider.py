"""What is known of workspaces at the payment provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Flag, Instant, JsonText, Number
from litehq_app.sql.tables.schema import STRICT, SchemaRow, partial, table_of, words

IS_CONNECTED = "disconnected_at IS NULL"


class StripeAccountRow(SchemaRow, table=True):
    """The account that a workspace's payments go to, one of each workspace."""

    __tablename__ = "stripe_accounts"
    __table_args__ = (
        UniqueConstraint("account_id", name="uq_stripe_accounts_account"),
        partial("ix_stripe_accounts_due", "next_poll_at", where=IS_CONNECTED),
        STRICT,
    )

    account_id: str = words()
    charges_enabled: bool = Field(sa_type=Flag)
    payouts_enabled: bool = Field(sa_type=Flag)
    details_submitted: bool = Field(sa_type=Flag)
    requirements: list[Any] = Field(sa_type=JsonText)
    disconnected_at: datetime | None = Field(sa_type=Instant)
    polled_at: datetime | None = Field(sa_type=Instant)
    next_poll_at: datetime = Field(sa_type=Instant)
    version: int = Field(sa_type=Number)
    sequence: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class StripeCustomerRow(SchemaRow, table=True):
    """Members and companies that have paid, as the provider knows them.

    ``payer_id`` refers to either table, so nothing guards it.
    """

    __tablename__ = "stripe_customers"
    __table_args__ = (STRICT,)

    payer_id: str = words(primary_key=True)
    customer_id: str = words()


class StripeEventRow(SchemaRow, table=True):
    """The provider's events that were dealt with: none is dealt with twice."""

    __tablename__ = "stripe_events"
    __table_args__ = (STRICT,)

    event_id: str = words(primary_key=True)
    heard_at: datetime = Field(sa_type=Instant)


STRIPE_ACCOUNTS = table_of(StripeAccountRow)
STRIPE_CUSTOMERS = table_of(StripeCustomerRow)
STRIPE_EVENTS = table_of(StripeEventRow)
