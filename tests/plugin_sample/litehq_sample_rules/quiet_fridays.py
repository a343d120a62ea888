"""On Friday afternoons the house is quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from litehq_core import Request, RuleContext, ValidationFailed, Violation

FRIDAY = 4


class QuietFridays:
    """No booking reaches into a Friday from ``hour`` o'clock on, on the wall."""

    name = "quiet_fridays"
    version = "3"

    def require_options(self, options: Mapping[str, Any]) -> None:
        """``{"hour": 12}``."""
        if not isinstance(options.get("hour"), int) or not 0 <= options["hour"] < 24:
            raise ValidationFailed.of("hour", "must lie within 0–23")

    def violations(
        self, request: Request, context: RuleContext, options: Mapping[str, Any]
    ) -> Iterable[Violation]:
        """At most one."""
        hour = options["hour"]
        # The last moment is told a little before the end, which is exclusive.
        last = (request.slot.end - timedelta(seconds=1)).astimezone(context.zone)
        if last.weekday() == FRIDAY and last.hour >= hour:
            yield Violation(
                reason="quiet_friday",
                message=f"On Fridays the house is quiet from {hour}:00.",
                limit=hour,
            )
