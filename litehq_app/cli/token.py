"""``litehq token``: API tokens for whoever has the database."""

from __future__ import annotations

import re

import rich_click as click

DATABASE = click.option("--database", metavar="URL", help="Instead of LITEHQ_DATABASE_URL.")
WORKSPACE = click.option(
    "--workspace", metavar="ID", default="ws_demo", show_default=True, help="Whose token."
)
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


@click.group()
def token() -> None:
    """API tokens: the bearer keys of REST and GraphQL."""


@token.command()
@click.option(
    "--scopes",
    required=True,
    metavar="LIST",
    help="Such as calendar:write,members:read, separated by commas; `all` is every scope.",
)
@click.option(
    "--expires-in", required=True, metavar="TIME", help="A number and m, h, d or w: 90d is 90 days."
)
@click.option("--name", default="command line", show_default=True, help="For people.")
@click.option("--member", metavar="ID", help="Bind the token to a member.")
@WORKSPACE
@DATABASE
def create(
    scopes: str,
    expires_in: str,
    name: str,
    member: str | None,
    workspace: str,
    database: str | None,
) -> None:
    """Make a token. Its secret is printed this once, alone on standard output."""
    import asyncio
    from datetime import timedelta

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import MintApiToken, mint_api_token, system_actor

    granted, lifetime = _scopes(scopes), timedelta(seconds=seconds_of(expires_in))
    settings = settings_with(database_url=database)

    async def run() -> None:
        async with open_ports(settings) as ports:
            minted = await mint_api_token(
                ports,
                system_actor(workspace, "command-line"),
                MintApiToken(
                    name=name,
                    scopes=granted,
                    expires_at=ports.clock() + lifetime,
                    member_id=member,
                ),
            )
        key = minted.key
        click.echo(f"{key.id} expires at {key.expires_at:%Y-%m-%d %H:%M} UTC", err=True)
        click.echo(minted.secret)

    asyncio.run(run())


@token.command()
@click.argument("token_id", metavar="ID")
@WORKSPACE
@DATABASE
def revoke(token_id: str, workspace: str, database: str | None) -> None:
    """End a token: here at once, in other processes within seconds."""
    import asyncio

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import RevokeApiToken, revoke_api_token, system_actor
    from litehq_core.domain.ids import Prefix, normalise_id

    settings = settings_with(database_url=database)

    async def run() -> None:
        async with open_ports(settings) as ports:
            key = await revoke_api_token(
                ports,
                system_actor(workspace, "command-line"),
                RevokeApiToken(token_id=normalise_id(Prefix.API_TOKEN, token_id)),
            )
        click.echo(f"{key.id} is revoked.")

    asyncio.run(run())


@token.command("list")
@WORKSPACE
@DATABASE
def list_(workspace: str, database: str | None) -> None:
    """List the tokens, newest first: id, end of the secret, until when, scopes, name."""
    import asyncio

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import Paging, system_actor
    from litehq_core.domain.attributes import Noun, every_attribute
    from litehq_core.use_cases.records.list_records import ListRecords, list_records

    async def run() -> None:
        actor = system_actor(workspace, "command-line")
        async with open_ports(settings_with(database_url=database)) as ports:
            paging: Paging | None = Paging()
            while paging is not None:
                query = ListRecords(noun=Noun.API_TOKEN, paging=paging)
                page = await list_records(ports, actor, query, every_attribute(Noun.API_TOKEN))
                for row in page.records:
                    until = f"{row['expires_at']:%Y-%m-%d}"
                    state = "revoked" if row["revoked_at"] else f"until {until}"
                    scopes = ",".join(row["scopes"])
                    click.echo(f"{row['id']} …{row['hint']} {state} {scopes} {row['name']!r}")
                paging = Paging(cursor=page.next_cursor) if page.next_cursor else None

    asyncio.run(run())


def _scopes(text: str) -> frozenset:  # type: ignore[type-arg]
    from litehq_core import EVERY_SCOPE, Scope

    if text == "all":
        return EVERY_SCOPE
    words = [word.strip() for word in text.split(",") if word.strip()]
    unknown = sorted(set(words) - set(Scope))
    if unknown or not words:
        known = ", ".join(sorted(Scope))
        raise click.BadParameter(
            f"{', '.join(unknown) or 'none'} is not a scope; there are {known}, and all",
            param_hint="--scopes",
        )
    return frozenset(Scope(word) for word in words)


def seconds_of(text: str) -> int:
    """A length of time as options have it: ``90d`` is ninety days.

    Raises:
        BadParameter: it is none.
    """
    found = re.fullmatch(r"([1-9]\d{0,5})([mhdw])", text)
    if found is None:
        raise click.BadParameter(
            f"{text} is no length of time; write 90d, 12h, 30m or 4w", param_hint="--expires-in"
        )
    return int(found[1]) * _UNITS[found[2]]
