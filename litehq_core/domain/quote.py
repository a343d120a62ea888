"""Quotes: a price that holds for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.errors import Alternative, Code, Violation
from litehq_core.domain.interval import Interval
from litehq_core.domain.price import Price
from litehq_core.domain.rate_card import BillingMode

QUOTE_LIFETIME = timedelta(minutes=15)
# How long an expired quote is kept, for whoever asks what he was told. It is refused all the same.
RETENTION = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a booking would cost, and whether it could be made.

    A create that names the quote charges exactly this until ``expires_at``.
    """

    id: str
    workspace_id: str
    room_id: str
    slot: Interval
    booker: str
    billing_mode: BillingMode
    price: Price
    policy: CancellationPolicy
    violations: tuple[Violation, ...]
    conflicting_booking_id: str | None
    alternatives: tuple[Alternative, ...]
    created_at: datetime
    expires_at: datetime

    @property
    def valid(self) -> bool:
        """Whether the booking could have been made when the quote was given."""
        return not self.violations

    @property
    def is_taken(self) -> bool:
        """Whether another booking, its buffer or a blackout stood in the slot."""
        return any(violation.reason == Code.SLOT_UNAVAILABLE for violation in self.violations)
