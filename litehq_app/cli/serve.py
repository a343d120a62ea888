"""``litehq serve``: from nothing to a server that answers, in one command."""

from __future__ import annotations

import rich_click as click


@click.command(
    epilog="Everything else is a LITEHQ_… variable, such as LITEHQ_DATABASE_URL, "
    "LITEHQ_PUBLIC_URL or LITEHQ_DEMO_KEY: `litehq settings` lists them. Options win."
)
@click.option("--host", metavar="ADDRESS", help="The address to listen on  [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port; 0 takes a free one  [8000]")
@click.option("--database", metavar="URL", help="Where to keep everything  [sqlite:///./litehq.db]")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Server processes; more than one needs PostgreSQL.",
)
@click.option("--no-demo", is_flag=True, help="Leave an empty database empty.")
def serve(
    host: str | None, port: int | None, database: str | None, workers: int, no_demo: bool
) -> None:
    """Migrate, furnish an empty database with the demo workspace, and serve.

    Serves REST, GraphQL, the pages and the workers until Ctrl-C.
    """
    from litehq_app.bootstrap import is_one_process_only
    from litehq_app.cli.options import settings_with
    from litehq_app.logs import configure_logs
    from litehq_app.serving import listen, serve_alone, serve_together

    settings = settings_with(
        host=host, port=port, database_url=database, demo=False if no_demo else None
    )
    if workers > 1 and is_one_process_only(settings):
        raise click.UsageError(
            "A SQLite file belongs to one process. For --workers above 1, name a PostgreSQL "
            "database with --database."
        )
    configure_logs(settings.log_level, settings.log_format)
    with listen(settings) as (listener, settings):
        if workers > 1:
            serve_together(settings, listener, workers, click.echo)
        else:
            serve_alone(settings, listener, click.echo)
