"""``litehq ledger``: tokens and money, for whoever has the database."""

from __future__ import annotations

import rich_click as click

from litehq_app.cli.token import DATABASE


@click.group()
def ledger() -> None:
    """The ledger of tokens and of money owed."""


@ledger.command()
@click.option("--workspace", metavar="ID", help="This one alone; without it, all of them.")
@DATABASE
@click.pass_context
def verify(context: click.Context, workspace: str | None, database: str | None) -> None:
    """Prove that no entry was changed, and that balances and bookings agree with them.

    Prints a line for each workspace with the hash that its ledger ends with: kept elsewhere, it
    proves the ledger later. Exit code 1 if anything is wrong, with a line for each finding. The
    server may run meanwhile.
    """
    import asyncio

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import system_actor, verify_ledger
    from litehq_core.domain.errors import NotFound

    settings = settings_with(database_url=database)

    async def run() -> bool:
        whole = True
        async with open_ports(settings) as ports:
            known = await ports.reads.ledger.workspace_ids()
            if workspace is not None and workspace not in known:
                raise NotFound("workspace")
            for workspace_id in [workspace] if workspace else known:
                actor = system_actor(workspace_id, "command-line")
                found = await verify_ledger(ports, actor)
                count = len(found.findings)
                click.echo(
                    f"{workspace_id}: {found.entries} entries, {count or 'no'} findings, "
                    f"head {found.head.position} {found.head.hash}"
                )
                for finding in found.findings:
                    place = f" at {finding.position}" if finding.position else ""
                    click.echo(f"  {finding.kind}{place}: {finding.subject}: {finding.message}")
                whole = whole and found.ok
        return whole

    if not asyncio.run(run()):
        context.exit(1)
