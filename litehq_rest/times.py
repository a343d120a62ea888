"""Instants as JSON."""

from __future__ import annotations

from datetime import datetime

from litehq_core.domain.wall_clock import instant_text


def instant_or_null(instant: datetime | None) -> str | None:
    """RFC 3339 with ``Z``, or null."""
    return None if instant is None else instant_text(instant)
