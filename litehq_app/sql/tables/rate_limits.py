"""The buckets of the rate limit."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field

from litehq_app.sql.columns import JsonText, Number
from litehq_app.sql.tables.schema import STRICT, SchemaRow, table_of


class RateBucketRow(SchemaRow, table=True):
    """One bucket for each workspace that was ever called; who has a lease stands in the row."""

    __tablename__ = "rate_buckets"
    __table_args__ = (STRICT,)

    parts: int = Field(sa_type=Number)
    at_ms: int = Field(sa_type=Number)
    leases: dict[str, Any] = Field(sa_type=JsonText)
    standings: dict[str, Any] = Field(sa_type=JsonText)


RATE_BUCKETS = table_of(RateBucketRow)
