"""Phrases about series that scenarios share."""

from __future__ import annotations

from typing import Any

from tests.behaviour.drivers.series import SeriesDriver
from tests.behaviour.scenario import booked, wish

WEEKLY = "FREQ=WEEKLY;COUNT=4"


def weekly(rule: str = WEEKLY, *, start: str = "2026-05-26 14:00", **more: Any) -> dict[str, Any]:
    """A wish of Nadia's for the Atrium, whose company is invoiced: Tuesdays, one hour."""
    return {**wish(start=start), "rule": rule, **more}


def outcomes(series: dict[str, Any]) -> list[str]:
    """What became of each occurrence."""
    return [occurrence["outcome"] for occurrence in series["occurrences"]]


def starts(series: dict[str, Any]) -> list[str]:
    """Where each occurrence is."""
    return [occurrence["start_at"] for occurrence in series["occurrences"]]


async def in_the_way(driver: SeriesDriver, start: str = "2026-06-02 14:00") -> dict[str, Any]:
    """Somebody else's hour in the Atrium, at the second Tuesday of :func:`weekly`."""
    return await booked(driver, wish(start=start, member="mem_noor_n"))
