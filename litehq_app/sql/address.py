"""Where a database lives, read from a URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A SQLite file, which one process owns."""

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A PostgreSQL database, as a DSN that asyncpg reads."""

    dsn: str


Address = SqliteFile | PostgresServer


def parse_address(url: str) -> Address:
    """The address that a URL names: ``sqlite:///./litehq.db`` or ``postgresql://…``.

    Raises:
        ValueError: another scheme, or SQLite in memory, which one connection alone would see.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # Without the cause: its text holds the URL, and the URL may hold a password.
        raise ValueError("the database URL cannot be read") from None
    match parsed.drivername:
        case "sqlite" | "sqlite+aiosqlite":
            return SqliteFile(_file(parsed))
        case "postgres" | "postgresql" | "postgresql+asyncpg":
            plain = parsed.set(drivername="postgresql")
            return PostgresServer(plain.render_as_string(hide_password=False))
        case scheme:
            raise ValueError(f"a database URL begins with sqlite or postgresql, not {scheme}")


def _file(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("a SQLite URL names a file, such as sqlite:///./litehq.db")
    return Path(url.database)
