"""Alembic's environment, for both engines. The connection, in a transaction, is handed in."""

from alembic import context

from litehq_app.sql.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    # SQLite cannot alter a table in place; Alembic then builds a new one.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
