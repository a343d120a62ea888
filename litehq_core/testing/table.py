"""A table in memory: rows by key, and a journal that takes changes back exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from litehq_core.domain.errors import AlreadyExists

# The first part of every key is the workspace's id, as in every table of the SQL stores.
Key = tuple[Any, ...]
Row = TypeVar("Row")


class MemoryDefect(RuntimeError):
    """The store was used wrongly: a fault of the program, never of the caller."""


class Journal:
    """What the open transaction changed, and what stood there before."""

    def __init__(self) -> None:
        self.is_open = False
        self.entries: list[tuple[Table[Any], Key, Any]] = []

    def record(self, table: Table[Any], key: Key, old: Any) -> None:
        """Note that ``key`` is about to change; ``old`` is None if it has no row.

        Raises:
            MemoryDefect: no transaction is open.
        """
        if not self.is_open:
            raise MemoryDefect("a write outside any transaction")
        self.entries.append((table, key, old))

    def undo(self, mark: int = 0) -> None:
        """Take back everything since the journal was ``mark`` entries long, last change first."""
        while len(self.entries) > mark:
            table, key, old = self.entries.pop()
            table.restore(key, old)


class Table(Generic[Row]):
    """Rows by key. Every change goes through the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rows: dict[Key, Row] = {}

    def get(self, key: Key) -> Row | None:
        """The row, the open transaction's changes included."""
        return self._rows.get(key)

    def scan(self, *prefix: Any) -> list[Row]:
        """The rows whose key begins so, in the order of their keys."""
        found = [key for key in self._rows if key[: len(prefix)] == prefix]
        return [self._rows[key] for key in sorted(found)]

    def insert(self, key: Key, row: Row) -> None:
        """Add a row.

        Raises:
            AlreadyExists: the key is taken.
        """
        if key in self._rows:
            raise AlreadyExists
        self.put(key, row)

    def replace(self, key: Key, row: Row) -> None:
        """Write a row that exists.

        Raises:
            MemoryDefect: it does not.
        """
        if key not in self._rows:
            raise MemoryDefect(f"saved a row that does not exist: {key}")
        self.put(key, row)

    def put(self, key: Key, row: Row) -> None:
        """Add or write a row."""
        self._journal.record(self, key, self._rows.get(key))
        self._rows[key] = row

    def delete(self, key: Key) -> None:
        """Remove a row that exists."""
        self._journal.record(self, key, self._rows[key])
        del self._rows[key]

    def restore(self, key: Key, old: Row | None) -> None:
        """Make the row what it was, without a trace in the journal."""
        if old is None:
            del self._rows[key]
        else:
            self._rows[key] = old

    def committed(self) -> Mapping[Key, Row]:
        """The rows as every reader sees them: without what the open transaction changed."""
        changed = [(key, old) for table, key, old in self._journal.entries if table is self]
        if not changed:
            return self._rows
        rows = dict(self._rows)
        # The oldest entry of a key comes last here, so it has the last word.
        for key, old in reversed(changed):
            if old is None:
                rows.pop(key, None)
            else:
                rows[key] = old
        return rows


class _Owned(Protocol):
    """A row of one workspace."""

    @property
    def id(self) -> str: ...

    @property
    def workspace_id(self) -> str: ...


Owned = TypeVar("Owned", bound=_Owned)


class Shelf(Generic[Owned]):
    """One workspace's part of a table whose rows have ids."""

    def __init__(self, table: Table[Owned], workspace_id: str) -> None:
        self._table = table
        self._workspace_id = workspace_id

    async def get(self, row_id: str) -> Owned | None:
        """The row, or None."""
        return self._table.get((self._workspace_id, row_id))

    async def add(self, row: Owned) -> None:
        """Insert a new row."""
        self._table.insert(self._key(row), row)

    async def save(self, row: Owned) -> None:
        """Write all of a row that exists."""
        self._table.replace(self._key(row), row)

    def all(self) -> list[Owned]:
        """Every row, in id order."""
        return self._table.scan(self._workspace_id)

    def _key(self, row: Owned) -> tuple[str, str]:
        if row.workspace_id != self._workspace_id:
            raise MemoryDefect(f"{row.id} belongs to another workspace than the transaction")
        return (row.workspace_id, row.id)
