"""``litehq webhooks``: endpoints and deliveries for whoever has the database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import rich_click as click

from litehq_app.cli.token import DATABASE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from litehq_core import Actor
    from litehq_core.ports.ports import Ports

WORKSPACE = click.option(
    "--workspace", metavar="ID", default="ws_demo", show_default=True, help="Whose endpoints."
)


@click.group()
def webhooks() -> None:
    """Webhook endpoints: what they were sent, tests, and sending once more."""


@webhooks.command("list")
@WORKSPACE
@DATABASE
def list_(workspace: str, database: str | None) -> None:
    """List the endpoints, newest first: id, status, what is pending and dead, URL, events."""

    async def run(ports: Ports, actor: Actor) -> None:
        from litehq_core import Paging
        from litehq_core.domain.attributes import Noun
        from litehq_core.use_cases.records.list_records import ListRecords, list_records

        paging: Paging | None = Paging()
        while paging is not None:
            query = ListRecords(noun=Noun.WEBHOOK, paging=paging)
            page = await list_records(ports, actor, query, _attributes("webhook"))
            for row in page.records:
                waiting = f"{row['pending_count']} pending, {row['dead_count']} dead"
                click.echo(
                    f"{row['id']} {row['status']} ({waiting}) {row['url']} "
                    f"{','.join(row['events'])}"
                )
            paging = Paging(cursor=page.next_cursor) if page.next_cursor else None

    _perform(workspace, database, run)


@webhooks.command()
@click.argument("webhook_id", metavar="ID")
@click.option(
    "--status",
    type=click.Choice(["pending", "delivered", "dead"]),
    help="Only those in this state.",
)
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@WORKSPACE
@DATABASE
def deliveries(
    webhook_id: str, status: str | None, limit: int, workspace: str, database: str | None
) -> None:
    """List what an endpoint was sent, newest first: id, status, tries, type, the last answer."""

    async def run(ports: Ports, actor: Actor) -> None:
        from litehq_core import DeliveryStatus, ListDeliveries, Paging, list_deliveries
        from litehq_core.domain.ids import Prefix, normalise_id

        query = ListDeliveries(
            webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id),
            status=DeliveryStatus(status) if status else None,
            paging=Paging(limit=limit),
        )
        page = await list_deliveries(ports, actor, query, _attributes("webhook_delivery"))
        for row in page.records:
            answer = row["last_error"] or row["last_status"] or "not tried"
            click.echo(
                f"{row['id']} {row['status']} {row['tries']} {row['type']} {row['event_id']} "
                f"{answer}"
            )

    _perform(workspace, database, run)


@webhooks.command()
@click.argument("target_id", metavar="ID")
@click.option("--since", metavar="INSTANT", help="All since then, such as 2026-05-22T00:00:00Z.")
@click.option("--failed", is_flag=True, help="All that were given up.")
@WORKSPACE
@DATABASE
def replay(
    target_id: str, since: str | None, failed: bool, workspace: str, database: str | None
) -> None:
    """Send a delivery once more; or, of an endpoint, what failed or happened since an instant."""

    async def run(ports: Ports, actor: Actor) -> None:
        from litehq_core import ReplayWebhook, replay_webhook
        from litehq_core.domain.ids import Prefix, normalise_id

        is_delivery = target_id.startswith(f"{Prefix.WEBHOOK_DELIVERY}_")
        found = await replay_webhook(
            ports,
            actor,
            ReplayWebhook(
                webhook_id=None if is_delivery else normalise_id(Prefix.WEBHOOK, target_id),
                delivery_id=normalise_id(Prefix.WEBHOOK_DELIVERY, target_id)
                if is_delivery
                else None,
                since=_instant(since) if since else None,
                failed=failed,
            ),
        )
        told = "The log is gone through" if found.queued is None else f"{found.queued} queued"
        click.echo(f"{told}. A running server sends them.")

    _perform(workspace, database, run)


@webhooks.command()
@click.argument("webhook_id", metavar="ID")
@WORKSPACE
@DATABASE
def test(webhook_id: str, workspace: str, database: str | None) -> None:
    """Send a test event to an endpoint, and to nobody else."""

    async def run(ports: Ports, actor: Actor) -> None:
        from litehq_core import SendTestEvent, send_test_event
        from litehq_core.domain.ids import Prefix, normalise_id

        command = SendTestEvent(webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id))
        delivery = await send_test_event(ports, actor, command)
        click.echo(f"{delivery.id} is queued. A running server sends it.")

    _perform(workspace, database, run)


def _perform(
    workspace: str, database: str | None, run: Callable[[Ports, Actor], Awaitable[None]]
) -> None:
    """Run with the ports of an installation, on behalf of the command line."""
    import asyncio

    from litehq_app.bootstrap import open_ports
    from litehq_app.cli.options import settings_with
    from litehq_core import system_actor

    async def opened() -> None:
        async with open_ports(settings_with(database_url=database)) as ports:
            await run(ports, system_actor(workspace, "command-line"))

    asyncio.run(opened())


def _attributes(noun: str) -> frozenset[str]:
    from litehq_core.domain.attributes import Noun, every_attribute

    return every_attribute(Noun(noun))


def _instant(text: str) -> datetime:
    from litehq_core.domain.wall_clock import parse_instant

    return parse_instant(text, "since")
