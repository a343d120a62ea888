"""The clocks: the machine's own, and one that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# A Friday, after the clocks of Europe and America went forward.
START = datetime(2026, 5, 22, 9, 0, tzinfo=UTC)


def system_clock() -> datetime:
    """The present instant."""
    return datetime.now(UTC)  # noqa: TID251 - where the clock of the in-memory ports comes from


class Clock:
    """A clock that shows ``now`` until :meth:`advance` moves it, or ``now`` is set."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move by a length of time; negative moves back. Returns the new instant."""
        self.now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.now
