"""What the tables share, and the words that their definitions are written with.

Every primary key starts with ``workspace_id``, and every query names it: that is the isolation
of workspaces, and the key by which they could be spread over machines. Nothing refers to
``workspaces`` by a foreign key: each insert of a workspace would then lock its one row.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    text,
)
from sqlmodel import Field, SQLModel

from litehq_app.sql.columns import JsonText, Number, Words

STRICT = {"sqlite_strict": True}

# Also what the partial indexes are written with: a planner uses one only if it sees the literal.
IS_HOLD = "status = 'pending_payment'"
IS_CONFIRMED = "status = 'confirmed'"
IS_OCCUPYING = "status IN ('pending_payment', 'confirmed')"
IS_COUNTED = "status IN ('pending_payment', 'confirmed', 'completed')"
HAS_CHANGE = "change_expires_at IS NOT NULL"
IN_SERIES = "series_id IS NOT NULL"
IS_FILLED = "expires_at IS NOT NULL AND posted > held"
IS_TOKEN_MOVE = "unit = 'token' AND kind IN ('direct', 'post')"
IS_WAITING = "status = 'waiting'"
IS_OFFERED = "status = 'offered'"
IS_OPEN = "status = 'open'"
HAS_PENDING_CALL = "status IN ('pending', 'closing')"


class SchemaRow(SQLModel):
    """What every table shares: one metadata, so that constraints get names to be known by."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )

    # Column order follows the fields; the key's first part comes first.
    workspace_id: str = Field(sa_type=Words, primary_key=True)


def words(*, primary_key: bool = False) -> Any:
    """A column of text."""
    return Field(sa_type=Words, primary_key=primary_key)


def json_or(default: str) -> Any:
    """A column of JSON that came later: rows of those who do not know it read ``default``."""
    return Field(sa_type=JsonText, sa_column_kwargs={"server_default": default})


def number_or(default: int) -> Any:
    """A column of integers that came later: rows of those who do not know it read ``default``."""
    return Field(sa_type=Number, sa_column_kwargs={"server_default": str(default)})


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The rule that a column holds a value of an enum."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def refers(
    column: str, table: str, *, deferred: bool = False, name: str | None = None
) -> ForeignKeyConstraint:
    """The rule that a column, if not null, names a row of a table in the same workspace.

    Args:
        deferred: judged at the commit, so that the two may be written in either order.
        name: its own, where two columns refer to one table.
    """
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.id"],
        deferrable=deferred or None,
        initially="DEFERRED" if deferred else None,
        name=name,
    )


def partial(name: str, *columns: str, where: str) -> Index:
    """An index of just the rows that meet a condition."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def table_of(row: type[SchemaRow]) -> Table:
    """The Core table behind a class: all that statements know of it."""
    return cast(Table, row.__table__)  # type: ignore[attr-defined]
