"""``litehq schema export``: the two contracts as files, without a database."""

from __future__ import annotations

import rich_click as click


@click.group()
def schema() -> None:
    """The schemas of the REST and the GraphQL API."""


@schema.command()
@click.option(
    "--openapi",
    metavar="[FILE]",
    is_flag=False,
    flag_value="-",
    help="Write the OpenAPI description to FILE; without FILE, or with -, to the terminal.",
)
@click.option(
    "--sdl",
    metavar="[FILE]",
    is_flag=False,
    flag_value="-",
    help="Write the GraphQL schema likewise.",
)
@click.option(
    "--federation",
    metavar="[FILE]",
    is_flag=False,
    flag_value="-",
    help="Write the GraphQL schema as a subgraph of Apollo Federation 2 likewise.",
)
def export(openapi: str | None, sdl: str | None, federation: str | None) -> None:
    """Write the schemas. Without an option, the OpenAPI description goes to the terminal."""
    if openapi is None and sdl is None and federation is None:
        openapi = "-"
    if openapi is not None:
        _write(openapi, _openapi())
    if sdl is not None:
        from litehq_graphql.schema import sdl as graphql_sdl

        _write(sdl, graphql_sdl())
    if federation is not None:
        from litehq_graphql.schema import sdl as graphql_sdl

        _write(federation, graphql_sdl(federation=True))


def _openapi() -> str:
    import json

    from litehq_app.asgi import create_app
    from litehq_app.settings import Settings

    document = create_app(Settings()).openapi_schema.to_schema()
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True)


def _write(file: str, text: str) -> None:
    with click.open_file(file, "w", encoding="utf-8") as stream:
        stream.write(text.rstrip("\n") + "\n")
