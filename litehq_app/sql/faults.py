"""What goes wrong in a database, as the core's refusals. The only place that knows drivers' errors.

Two things can come out of the store: a refusal, where the caller or the moment is to blame, and
:class:`StoreDefect`, where the program is.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy import exc

from litehq_app.sql.columns import Unstorable
from litehq_core.domain.errors import AlreadyExists, Refusal, ServiceUnavailable, ValidationFailed

# Natural keys, by the constraint that guards each. Any other duplicate is one of an id.
TAKEN = {
    "uq_members_email": "A member with this e-mail exists already.",
    "uq_api_keys_secret_hash": "A key with this secret exists already.",
}
# SQLite names no unique constraint; it lists the columns instead.
_SQLITE_UNIQUE = {
    "members.workspace_id, members.email": "uq_members_email",
    "api_keys.secret_hash": "uq_api_keys_secret_hash",
    "transfers.workspace_id, transfers.hold_id": "uq_transfers_hold",
    "transfers.workspace_id, transfers.position": "uq_transfers_position",
}
# Duplicates that no caller can cause: a hold settled twice, two entries on one position.
_DEFECTS = frozenset({"uq_transfers_hold", "uq_transfers_position", "pk_events", "pk_transfers"})

# Classes and codes of SQLSTATE that mean "not now": connection, transaction rollback (deadlock),
# resources, operator intervention, lock not available.
_PASSING_CLASSES = ("08", "40", "53", "57")
_PASSING_CODES = frozenset({"55P03", "25P03", "25P04"})
_PASSING_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class StoreDefect(RuntimeError):
    """The store was used wrongly, or is broken: a fault of the program, never of the caller."""


@contextmanager
def faults_named() -> Iterator[None]:
    """Turn whatever SQLAlchemy and the drivers raise inside the block into the core's words.

    Raises:
        ServiceUnavailable: the database is down, busy, or gave up waiting for a lock.
        AlreadyExists: an id or a natural key is taken.
        ValidationFailed: a text holds what no database can keep.
        StoreDefect: anything else.
    """
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise _named(error) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error) as error:
        raise _of_driver(error) from error
    except (OSError, TimeoutError) as error:
        raise ServiceUnavailable("The database could not be reached.") from error


def _named(error: exc.SQLAlchemyError) -> Exception:
    if isinstance(error, exc.TimeoutError):
        return ServiceUnavailable("The database is busy.")
    if isinstance(error, exc.StatementError):
        cause: BaseException | None = error.orig
        if isinstance(cause, Unstorable):
            return ValidationFailed.of("text", "must hold neither NUL nor lone surrogates")
        if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
            return ServiceUnavailable("The connection to the database was lost.")
        # SQLAlchemy wraps asyncpg's errors once more; the original is the cause.
        while cause is not None:
            if isinstance(cause, (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error)):
                return _of_driver(cause)
            if isinstance(cause, (OSError, TimeoutError)):
                return ServiceUnavailable("The database could not be reached.")
            cause = cause.__cause__
    return StoreDefect(str(error))


def _of_driver(error: BaseException) -> Exception:
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, asyncpg.InterfaceError):
        # The connection is closing, or the pool is.
        return ServiceUnavailable("The connection to the database was lost.")
    if isinstance(error, asyncpg.UniqueViolationError):
        return _duplicate(error.constraint_name)
    if isinstance(error, asyncpg.CharacterNotInRepertoireError):
        return ValidationFailed.of("text", "must hold neither NUL nor lone surrogates")
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith(_PASSING_CLASSES) or state in _PASSING_CODES:
        return ServiceUnavailable("The database is busy.")
    return StoreDefect(str(error))


def _of_sqlite(error: sqlite3.Error) -> Exception:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        columns = str(error).partition(": ")[2]
        table = re.match(r"\w+", columns)
        return _duplicate(_SQLITE_UNIQUE.get(columns, f"pk_{table.group() if table else columns}"))
    if name.startswith(_PASSING_SQLITE):
        return ServiceUnavailable("The database is busy.")
    return StoreDefect(f"{name}: {error}")


def _duplicate(constraint: str | None) -> Refusal | StoreDefect:
    if constraint is None or constraint in _DEFECTS:
        return StoreDefect(f"a duplicate under {constraint}")
    return AlreadyExists(TAKEN.get(constraint, "Something with this id exists already."))
