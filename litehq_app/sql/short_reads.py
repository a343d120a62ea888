"""Statements that are over sooner than a thread could be asked to run them.

Most reads of a booking back end take 5 to 200 µs. On another thread the way there and back, and the
fight of two threads for the interpreter, cost more than that. So a read of SQLite begins where it
was asked for, with a time in which it must be done; what takes longer is broken off and left to a
thread, before anybody else has waited for it noticeably.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

# What everybody else waits at most. Whatever is broken off took so long for nothing.
MOST_SECONDS = 0.002
# So often the clock is looked at: every few dozen microseconds.
STEPS_BETWEEN_LOOKS = 1_000


class ShortReads:
    """One connection, for the thread that opens it alone."""

    def __init__(
        self,
        path: Path,
        pragmas: Sequence[str],
        *,
        cached_statements: int,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self._most_seconds = most_seconds
        self._until = 0.0
        # Nothing is waited for here: who meets a lock is sent on to a thread, which waits.
        self._connection = sqlite3.connect(
            path, isolation_level=None, timeout=0, cached_statements=cached_statements
        )
        for pragma in pragmas:
            self._connection.execute(pragma)
        self._connection.set_progress_handler(self._is_over, STEPS_BETWEEN_LOOKS)

    def fetch(self, sql: str, parameters: Sequence[Any]) -> list[Sequence[Any]] | None:
        """The rows of one statement; None if it is too long for here, or goes wrong.

        What is wrong with it is for a thread to find out.
        """
        self._until = perf_counter() + self._most_seconds
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _is_over(self) -> bool:
        return perf_counter() > self._until
