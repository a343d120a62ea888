"""The SQL store, one code for SQLite and PostgreSQL. Rows and drivers' errors never leave it."""

from litehq_app.sql.migrate import migrate
from litehq_app.sql.store import SqlStore

__all__ = ["SqlStore", "migrate"]
