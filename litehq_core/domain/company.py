"""Tenant companies: billing entities that group members and own bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BillingTerms(StrEnum):
    """How a company pays."""

    CARD = "card"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A tenant company."""

    id: str
    workspace_id: str
    name: str
    billing_terms: BillingTerms
    version: int = 1
    created_at: datetime
    updated_at: datetime
