"""``litehq workspace``: where an operator begins, for whoever has the database."""

from __future__ import annotations

import rich_click as click

from litehq_app.cli.token import DATABASE, seconds_of


@click.group()
def workspace() -> None:
    """Workspaces: an operator's rooms, people and books, apart from everybody else's."""


@workspace.command()
@click.option("--name", required=True, help="The operator's name, for people.")
@click.option("--test-twin", is_flag=True, help="Make a second one, to try things out in.")
@click.option(
    "--expires-in",
    default="365d",
    metavar="TIME",
    show_default=True,
    help="How long the first keys last: a number and m, h, d or w.",
)
@click.option(
    "--hold-minutes",
    type=click.IntRange(1, 7 * 24 * 60),
    default=30,
    show_default=True,
    help="How long an unpaid booking keeps its slot.",
)
@DATABASE
def create(
    name: str, test_twin: bool, expires_in: str, hold_minutes: int, database: str | None
) -> None:
    """Make a workspace and its first key, which may do everything and is printed this once.

    A line on standard output for each workspace: its id, its mode, the key.
    """
    import asyncio
    from datetime import timedelta

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import (
        EVERY_SCOPE,
        CreateWorkspace,
        MintApiToken,
        Mode,
        create_workspace,
        mint_api_token,
        system_actor,
    )

    lifetime = timedelta(seconds=seconds_of(expires_in))
    settings = settings_with(database_url=database)

    async def run() -> None:
        async with open_ports(settings) as ports:
            for mode in (Mode.LIVE, Mode.TEST) if test_twin else (Mode.LIVE,):
                made = await create_workspace(
                    ports, CreateWorkspace(name=name, mode=mode, hold_minutes=hold_minutes)
                )
                minted = await mint_api_token(
                    ports,
                    system_actor(made.id, "command-line"),
                    MintApiToken(
                        name="first key",
                        scopes=EVERY_SCOPE,
                        expires_at=ports.clock() + lifetime,
                    ),
                )
                click.echo(f"{made.id} {mode} {minted.secret}")
                click.echo(
                    f"{minted.key.id} expires at {minted.key.expires_at:%Y-%m-%d %H:%M} UTC; "
                    "keep its secret: it is not shown again.",
                    err=True,
                )

    asyncio.run(run())


@workspace.command("list")
@DATABASE
def list_(database: str | None) -> None:
    """List the workspaces: id, mode and name."""
    import asyncio

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import system_actor

    async def run() -> None:
        async with open_ports(settings_with(database_url=database)) as ports:
            for workspace_id in await ports.reads.ledger.workspace_ids():
                async with ports.begin(system_actor(workspace_id, "command-line")) as tx:
                    found = await tx.catalogue.workspace()
                click.echo(f"{found.id} {found.mode} {found.name}")

    asyncio.run(run())
