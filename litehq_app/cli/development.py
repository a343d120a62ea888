"""``litehq listen`` and ``litehq trigger``: a workshop for those who receive webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rich_click as click

API = click.option(
    "--api",
    metavar="URL",
    envvar="LITEHQ_API",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="The running server.",
)
KEY = click.option(
    "--key",
    metavar="KEY",
    envvar=["LITEHQ_API_KEY", "LITEHQ_DEMO_KEY"],
    help="An API key; by default LITEHQ_API_KEY, or LITEHQ_DEMO_KEY.",
)


@click.command()
@click.option("--forward-to", metavar="URL", help="Your receiver: http://localhost:3000/hooks")
@click.option(
    "--events", metavar="LIST", default="", help="Only these: booking.confirmed,member.*  [all]"
)
@click.option("--from-now", is_flag=True, help="Do not go on where the last run left off.")
@click.option("--print-secret", is_flag=True, help="Print the secret, alone, and end.")
@API
@KEY
def listen(
    forward_to: str | None,
    events: str,
    from_now: bool,
    print_secret: bool,
    api: str,
    key: str | None,
) -> None:
    """Forward the events of a running server to a local receiver, signed like webhooks.

    The secret stays the same for each server. A run goes on where the last one left off. Ctrl-C
    ends it.
    """
    from pathlib import Path

    from litehq_app.development.listen_state import ListenState

    address = api.rstrip("/")
    if print_secret:
        click.echo(ListenState.of(address, Path.home()).secret)
        return
    if forward_to is None or not forward_to.startswith(("http://", "https://")):
        raise click.UsageError(
            "Say where your receiver is: --forward-to http://localhost:3000/hooks"
        )
    key, state = _required(key), ListenState.of(address, Path.home())
    if from_now:
        state.keep_cursor(key, None)
    if state.is_new:
        click.echo(f"Secret of your receiver: {state.secret}")
        click.echo(f"It is kept in {state.path}; `litehq listen --print-secret` shows it again.")
    _forward(address, key, state, forward_to, events)


@click.command()
@click.argument("event", metavar="[TYPE]", required=False)
@API
@KEY
def trigger(event: str | None, api: str, key: str | None) -> None:
    """Make an event happen by walking the real steps; without a type, list what can be walked."""
    import asyncio

    from litehq_app.development.api import open_api
    from litehq_app.development.walks import WALKS, Walker

    if event is None:
        click.echo("\n".join(WALKS))
        return
    if event not in WALKS:
        raise click.UsageError(
            f"{event} cannot be triggered. `litehq trigger` alone lists what can be."
        )
    walk, secret = WALKS[event], _required(key)

    async def run() -> None:
        async with open_api(api.rstrip("/"), secret) as opened:
            await walk(Walker(opened, click.echo))

    asyncio.run(run())
    click.echo(f"{event} has happened.")


def _forward(api: str, key: str, state: Any, forward_to: str, events: str) -> None:
    import asyncio

    import httpx

    from litehq_app.development.api import open_api
    from litehq_app.development.listening import Listening

    say: Callable[[str], None] = click.echo

    async def run() -> None:
        # The receiver is near: no proxy leads to it.
        async with open_api(api, key) as opened, httpx.AsyncClient(trust_env=False) as receiver:
            resumes = " from where it left off" if state.cursor(key) else ""
            say(f"Following {api}{resumes}, forwarding to {forward_to}. Ctrl-C ends it.")
            await Listening(
                api=opened,
                key=key,
                state=state,
                forward_to=forward_to,
                types=[word.strip() for word in events.split(",") if word.strip()],
                receiver=receiver,
                say=say,
            ).run()

    asyncio.run(run())


def _required(key: str | None) -> str:
    if not key:
        raise click.UsageError(
            "Name an API key with --key or LITEHQ_API_KEY; `litehq serve` prints the demo's."
        )
    return key
