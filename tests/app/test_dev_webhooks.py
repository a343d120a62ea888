"""The page of webhooks: attempts, a button, and nothing of it where it is not meant to be seen."""

from __future__ import annotations

import re

import pytest

from litehq_core import (
    CreateCompany,
    CreateWebhook,
    Ports,
    create_company,
    create_webhook,
    system_actor,
)
from litehq_core.testing import Clock, MemoryWebhookSender
from tests.app.installations import served, settings_of
from tests.app.test_workers import until

ACTOR = system_actor("ws_demo")
WAIT_SECONDS = 30.0


async def register(ports: Ports, url: str = "https://hooks.example/in") -> str:
    """An active endpoint in the demo workspace; its id."""
    command = CreateWebhook(url=url, events=("company.*",), secret="a-secret-of-the-desk")
    return (await create_webhook(ports, ACTOR, command)).endpoint.id


def sender_of(ports: Ports) -> MemoryWebhookSender:
    """Where requests go in these tests."""
    assert isinstance(ports.webhook_sender, MemoryWebhookSender)
    return ports.webhook_sender


async def test_attempts_are_shown_and_sent_again_by_a_button(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        assert "No endpoint is registered" in (await client.get("/dev/webhooks")).text
        webhook_id = await register(ports)
        requests = sender_of(ports).sent
        challenged = len(requests)
        await create_company(ports, ACTOR, CreateCompany(name="<b>Bold & Sons</b>"))

        async def is_shown() -> bool:
            shown = (await client.get(f"/dev/webhooks/{webhook_id}")).text
            return "company.created: delivered" in shown

        await until(is_shown, WAIT_SECONDS)
        listed = (await client.get("/dev/webhooks")).text
        assert f'href="webhooks/{webhook_id}"' in listed
        assert "https://hooks.example/in" in listed
        answer = await client.get(f"/dev/webhooks/{webhook_id}")
        assert "<b>" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        (action,) = re.findall(r'action="([^"]+)"', answer.text)
        pressed = await client.post(f"/dev/webhooks/{action}")
        assert pressed.status_code == 303
        assert pressed.headers["location"] == f"../../{webhook_id}"

        async def is_sent_again() -> bool:
            return len(requests) == challenged + 2

        await until(is_sent_again, WAIT_SECONDS)
        assert requests[-1].headers["webhook-id"] == requests[-2].headers["webhook-id"]
        foreign = await client.post(
            f"/dev/webhooks/{action}", headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert foreign.status_code == 404


async def test_what_is_not_there(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        webhook_id = await register(ports)
        assert (await client.get("/dev/webhooks/whk_none")).status_code == 404
        assert (await client.get(f"/dev/webhooks/{webhook_id}?cursor=x")).status_code == 404
        pressed = await client.post(f"/dev/webhooks/{webhook_id}/replay/whd_none")
        assert pressed.headers["location"] == f"../../{webhook_id}?refused=not_found"
        refused = await client.get(f"/dev/webhooks/{webhook_id}?refused=not_found")
        assert "could not be sent again" in refused.text


@pytest.mark.parametrize(
    ("host", "demo", "shown"),
    [("127.0.0.1", True, True), ("127.0.0.1", False, False), ("0.0.0.0", True, False)],
)
async def test_only_where_it_is_meant_to_be_seen(
    clock: Clock, host: str, demo: bool, shown: bool
) -> None:
    assert settings_of(host=host, demo=demo).shows_webhooks is shown
    async with served(clock, host=host, demo=demo) as (client, _):
        assert (await client.get("/dev/webhooks")).status_code == (200 if shown else 404)
        assert ("dev/webhooks" in (await client.get("/")).text) is shown
