"""Cancellation policies: how much comes back, by how long before the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.json_fields import list_of, text, value_of, whole
from litehq_core.domain.money import divide_half_up
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import instant_text

# A year: what is given back is settled long before.
MAX_MINUTES_BEFORE = 366 * 24 * 60


class RefundPolicy(StrEnum):
    """What a caller may ask for when cancelling."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationStep:
    """``refund_percent`` is given until ``minutes_before`` minutes before the start."""

    minutes_before: int
    refund_percent: int

    def __post_init__(self) -> None:
        if not 0 <= self.minutes_before <= MAX_MINUTES_BEFORE:
            raise ValidationFailed.of("minutes_before", f"must lie within 0–{MAX_MINUTES_BEFORE}")
        if not 1 <= self.refund_percent <= 100:
            raise ValidationFailed.of("refund_percent", "must lie within 1–100 %")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationPolicy:
    """A named list of steps, farthest from the start first; after the last, nothing.

    >>> half = CancellationStep(minutes_before=120, refund_percent=50)
    >>> policy = CancellationPolicy(name="half", steps=(half,))
    >>> start = datetime.fromisoformat("2026-06-01T14:00Z")
    >>> policy.refund_of(8400, start_at=start, now=start - timedelta(hours=2))
    4200
    >>> policy.refund_of(8400, start_at=start, now=start - timedelta(hours=1))
    0
    """

    name: str
    steps: tuple[CancellationStep, ...]

    def __post_init__(self) -> None:
        ahead = [step.minutes_before for step in self.steps]
        percents = [step.refund_percent for step in self.steps]
        require_text("name", self.name, least=1, most=MAX_NAME)
        if ahead != sorted(set(ahead), reverse=True):
            raise ValidationFailed.of("steps", "must come farthest from the start first")
        if percents != sorted(percents, reverse=True):
            raise ValidationFailed.of("steps", "must give less and less")

    def refund_percent(self, *, start_at: datetime, now: datetime) -> int:
        """The percentage that a cancellation at ``now`` gives back."""
        for step in self.steps:
            if now <= start_at - timedelta(minutes=step.minutes_before):
                return step.refund_percent
        return 0

    def refund_of(self, amount: int, *, start_at: datetime, now: datetime) -> int:
        """The part of ``amount`` (minor units or tokens) that comes back at ``now``."""
        return divide_half_up(amount * self.refund_percent(start_at=start_at, now=now), 100)

    def refund_between(self, old: int, new: int, *, start_at: datetime, now: datetime) -> int:
        """What comes back when the cost falls from ``old`` to ``new`` at ``now``.

        Told from the two refunds, so that many small steps give back what one large one does.
        """
        return self.refund_of(old, start_at=start_at, now=now) - self.refund_of(
            new, start_at=start_at, now=now
        )

    def refundable_until(self, start_at: datetime) -> datetime | None:
        """The last instant at which a cancellation gives anything back; None if never."""
        if not self.steps:
            return None
        return start_at - timedelta(minutes=self.steps[-1].minutes_before)

    def as_json(self) -> dict[str, Any]:
        """The policy as it is frozen on a booking and shown."""
        return {
            "name": self.name,
            "steps": [
                {"minutes_before": s.minutes_before, "refund_percent": s.refund_percent}
                for s in self.steps
            ],
        }

    @classmethod
    def from_json(cls, value: Any) -> CancellationPolicy:
        """The inverse of :meth:`as_json`.

        Raises:
            ValidationFailed: the value has another shape, or makes no sense.
        """
        return _read_policy(value, "cancellation")

    def schedule(self, start_at: datetime) -> list[dict[str, Any]]:
        """The steps as instants for one start: ``[{"until", "refund_percent"}]``."""
        return [
            {
                "until": instant_text(start_at - timedelta(minutes=step.minutes_before)),
                "refund_percent": step.refund_percent,
            }
            for step in self.steps
        ]


_read_policy = value_of(
    CancellationPolicy,
    name=text,
    steps=list_of(value_of(CancellationStep, minutes_before=whole, refund_percent=whole)),
)
