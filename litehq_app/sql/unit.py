"""One open database transaction, as the repositories use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    CursorResult,
    Executable,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from litehq_app.sql.columns import Unstorable
from litehq_app.sql.faults import StoreDefect, faults_named
from litehq_app.sql.work import to_its_end

# A row by column name; values are those of the column types.
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A transaction of one workspace. Every statement of every repository goes through here."""

    connection: AsyncConnection
    workspace_id: str
    now: datetime

    @property
    def is_postgres(self) -> bool:
        """Whether rows can be locked; on SQLite the whole file is ours."""
        return self.connection.dialect.name == "postgresql"

    def of(self, table: Table) -> ColumnElement[bool]:
        """The condition that a table's row belongs to the workspace."""
        return table.c.workspace_id == self.workspace_id

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that can take ``ON CONFLICT``."""
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    async def rows(
        self, query: Select[Any] | CompoundSelect[Any], parameters: Values | None = None
    ) -> Sequence[Values]:
        """The rows of a query; none if it looks for a value that no column can hold."""
        with faults_named():
            try:
                return _mappings(await to_its_end(self.connection.execute(query, parameters)))
            except StatementError as error:
                if isinstance(error.orig, Unstorable):
                    return ()
                raise

    async def row(self, query: Select[Any]) -> Values | None:
        """The first row of a query, if it has one."""
        return next(iter(await self.rows(query)), None)

    async def returned(self, statement: Executable) -> Sequence[Values]:
        """Run a write, and give back what it returns."""
        with faults_named():
            return _mappings(await to_its_end(self.connection.execute(statement)))

    async def run(
        self, statement: Executable, parameters: Values | Sequence[Values] | None = None
    ) -> int:
        """Run a write, once for each of several parameters; the number of rows it met."""
        with faults_named():
            return (await to_its_end(self.connection.execute(statement, parameters))).rowcount

    async def add(self, table: Table, values: Values) -> None:
        """Insert a row of the workspace.

        Raises:
            AlreadyExists: its key is taken.
        """
        self._require_own(values)
        await self.run(insert(table), values)

    async def save(self, table: Table, values: Values) -> None:
        """Write all of a row that exists.

        Raises:
            StoreDefect: there is no such row.
        """
        self._require_own(values)
        key = [column.name for column in table.primary_key.columns]
        changed = {name: value for name, value in values.items() if name not in key}
        # Names of their own: a parameter named as a column is one to be set.
        same_row = {f"the_{name}": values[name] for name in key}
        if await self.run(_update_of_row(table), {**changed, **same_row}) != 1:
            raise StoreDefect(f"saved a row of {table.name} that does not exist")

    def _require_own(self, values: Values) -> None:
        if values["workspace_id"] != self.workspace_id:
            raise StoreDefect("a row of another workspace than the transaction's")


@cache
def _update_of_row(table: Table) -> Update:
    key = table.primary_key.columns
    return update(table).where(
        *(column == bindparam(f"the_{column.name}", type_=column.type) for column in key)
    )


def _mappings(result: CursorResult[Any]) -> Sequence[Values]:
    # SQLAlchemy's own mappings look columns up by more than their names.
    return cast(Sequence[Values], result.mappings().all())
