"""``litehq migrate``: the schema, without serving."""

from __future__ import annotations

import rich_click as click


@click.command()
@click.option("--database", metavar="URL", help="Instead of LITEHQ_DATABASE_URL.")
def migrate(database: str | None) -> None:
    """Bring the database up to the newest schema. Harmless if it is there."""
    import asyncio

    from litehq_app.bootstrap import migrate_database
    from litehq_app.cli.options import settings_with

    asyncio.run(migrate_database(settings_with(database_url=database)))
    click.echo("The database has the newest schema.")
