"""The workspace: the operator, and the unit of isolation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.welcome import WelcomeStep, require_steps

MAX_HOLD_MINUTES = 7 * 24 * 60
MAX_INVOICE_DUE_DAYS = 365


class Mode(StrEnum):
    """Test and live are two workspaces; the mode belongs to the workspace."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """An operator.

    Attributes:
        hold_minutes: how long an unpaid booking keeps its slot.
        offer_minutes: how long a slot is kept for whom it is offered to from the waitlist.
        invoice_due_days: how long companies have to pay an invoice.
        welcome: what is done for a new company, in this order; empty: nothing.
    """

    id: str
    name: str
    mode: Mode
    hold_minutes: int = 30
    offer_minutes: int = 15
    invoice_due_days: int = 14
    welcome: tuple[WelcomeStep, ...] = ()
    version: int = 1
    created_at: datetime

    def __post_init__(self) -> None:
        require_text("name", self.name, least=1, most=MAX_NAME)
        if not 1 <= self.hold_minutes <= MAX_HOLD_MINUTES:
            raise ValidationFailed.of("hold_minutes", f"must lie within 1–{MAX_HOLD_MINUTES}")
        if not 1 <= self.offer_minutes <= MAX_HOLD_MINUTES:
            raise ValidationFailed.of("offer_minutes", f"must lie within 1–{MAX_HOLD_MINUTES}")
        if not 0 <= self.invoice_due_days <= MAX_INVOICE_DUE_DAYS:
            reason = f"must lie within 0–{MAX_INVOICE_DUE_DAYS}"
            raise ValidationFailed.of("invoice_due_days", reason)
        require_steps("welcome", self.welcome)
