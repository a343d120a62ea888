"""The one evaluator of booking rules: used by availability, quote, create and edit alike.

What is listed as bookable can be booked; that holds because all of them ask :func:`evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litehq_core.domain.errors import ValidationFailed, Violation
from litehq_core.domain.interval import Interval
from litehq_core.domain.slot_grid import CELL_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRules:
    """A room's rules. Lengths are in minutes, multiples of five.

    Attributes:
        lead_minutes: a booking starts at least so long after it is made.
        horizon_days: a booking starts within so many times 24 hours.
        edit_window_minutes: edits close so long before the start.
        allowed_tiers: the member tiers that may book; None means everyone, guests included.
    """

    min_minutes: int = 30
    max_minutes: int = 12 * 60
    lead_minutes: int = 0
    horizon_days: int = 90
    edit_window_minutes: int = 60
    allowed_tiers: frozenset[str] | None = None

    def __post_init__(self) -> None:
        lengths = (self.min_minutes, self.max_minutes)
        if any(length <= 0 or length % CELL_MINUTES for length in lengths):
            raise ValidationFailed.of("rules", "lengths must be positive multiples of five minutes")
        if self.min_minutes > self.max_minutes:
            raise ValidationFailed.of("rules.min_minutes", "must not exceed max_minutes")
        if min(self.lead_minutes, self.horizon_days, self.edit_window_minutes) < 0:
            raise ValidationFailed.of("rules", "must not be negative")

    def as_json(self) -> dict[str, Any]:
        """The rules as stored and shown."""
        return {
            "min_minutes": self.min_minutes,
            "max_minutes": self.max_minutes,
            "lead_minutes": self.lead_minutes,
            "horizon_days": self.horizon_days,
            "edit_window_minutes": self.edit_window_minutes,
            "allowed_tiers": None if self.allowed_tiers is None else sorted(self.allowed_tiers),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> BookingRules:
        """The inverse of :meth:`as_json`; absent rules take their defaults."""
        tiers = value.get("allowed_tiers")
        rest = {name: v for name, v in value.items() if name != "allowed_tiers"}
        return cls(**rest, allowed_tiers=None if tiers is None else frozenset(tiers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of the rules: a slot, a head count (None: not said) and the member's tier.

    ``tier`` is None for a guest.
    """

    slot: Interval
    attendees: int | None
    tier: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What the rules are judged against. ``open_intervals`` must cover the slot's days."""

    rules: BookingRules
    capacity: int
    zone: ZoneInfo
    open_intervals: Sequence[Interval]
    now: datetime


def over_capacity(attendees: int | None, capacity: int) -> Violation | None:
    """The rule that a room must seat all who come; None if it does, or nobody said how many."""
    if attendees is None or attendees <= capacity:
        return None
    return Violation(reason="over_capacity", message=f"The room seats {capacity}.", limit=capacity)


def evaluate(request: Request, context: RuleContext) -> list[Violation]:
    """Every rule that the request breaks; empty when it may be booked."""
    rules, slot = context.rules, request.slot
    minutes = slot.minutes
    found: list[Violation] = []

    def broken(reason: str, message: str, limit: int | None = None) -> None:
        found.append(Violation(reason=reason, message=message, limit=limit))

    if slot.start < context.now:
        broken("in_the_past", "The slot starts in the past.")
    elif slot.start < context.now + timedelta(minutes=rules.lead_minutes):
        broken(
            "lead_time",
            f"The room must be booked {rules.lead_minutes} minutes ahead.",
            rules.lead_minutes,
        )
    if slot.start > context.now + timedelta(days=rules.horizon_days):
        broken(
            "horizon",
            f"The room can be booked {rules.horizon_days} days ahead.",
            rules.horizon_days,
        )
    if not any(opening.contains(slot) for opening in context.open_intervals):
        broken("outside_opening_hours", "The slot lies outside the opening hours.")
    if minutes < rules.min_minutes:
        broken(
            "too_short",
            f"A booking lasts {rules.min_minutes} minutes at least.",
            rules.min_minutes,
        )
    if minutes > rules.max_minutes:
        broken(
            "too_long", f"A booking lasts {rules.max_minutes} minutes at most.", rules.max_minutes
        )
    crowd = over_capacity(request.attendees, context.capacity)
    if crowd:
        found.append(crowd)
    if rules.allowed_tiers is not None and request.tier not in rules.allowed_tiers:
        broken("tier_not_allowed", "The membership tier does not include this room.")
    return found
