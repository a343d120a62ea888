"""What may go out of the event log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from litehq_core.domain.log_retention import LogEntry, prunable_through
from tests.domain.samples import NOW

DAY = timedelta(days=1)


def _log(*days_ago: int) -> list[LogEntry]:
    return [
        LogEntry(position=position, occurred_at=NOW - days * DAY)
        for position, days in enumerate(days_ago, start=11)
    ]


@pytest.mark.parametrize(
    ("days_ago", "passed", "through"),
    [
        ((), None, None),
        ((9, 8, 7), None, 13),
        # Just as old as an event is kept at least: it stays.
        ((9, 5, 4), None, 11),
        ((5, 4), None, None),
        # Written late, so that it stands behind a younger one: the log has no gaps.
        ((9, 1, 8), None, 11),
        ((9, 8, 7), 12, 12),
        ((9, 8, 7), 10, None),
        ((9, 8, 7), 99, 13),
    ],
)
def test_the_log_goes_from_its_beginning(
    days_ago: tuple[int, ...], passed: int | None, through: int | None
) -> None:
    """Issue: "oldest pruned only when delivered"; events are kept five days here."""
    assert prunable_through(_log(*days_ago), NOW - 5 * DAY, passed) == through
