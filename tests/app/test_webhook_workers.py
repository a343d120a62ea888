"""The workers for webhooks, in a server, and ``litehq webhooks``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from litehq_app.bootstrap import open_installation
from litehq_app.workers.supervisor import supervised
from litehq_app.workers.webhooks import webhook_duties
from litehq_core import CreateWebhook, create_webhook, import_catalogue, system_actor
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_core.ports.ports import Ports
from litehq_core.testing import MemoryWebhookSender, memory_ports, sample_catalogue
from tests.app.installations import settings_of
from tests.app.test_cli import furnished, litehq, url_of
from tests.app.test_workers import until
from tests.domain import samples

SAMPLE, DEMO = system_actor("ws_sample"), system_actor("ws_demo")
DEAD, ALIVE = "https://dead.example.com", "https://alive.example.com"
PATIENCE = 30.0


class Hanging(MemoryWebhookSender):
    """One address never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs = asyncio.Event()
        self.given_up = False

    async def send(self, request: Any, *, timeout_seconds: float = 15.0) -> Any:
        """As ever, unless it is the one that hangs."""
        if request.url == DEAD and self.hangs.is_set():
            self.sent.append(request)
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.given_up = True
                raise
        return await super().send(request, timeout_seconds=timeout_seconds)


async def happen(ports: Ports, subject_id: str) -> None:
    """Something is written to the log."""
    async with ports.begin(SAMPLE) as tx:
        tx.emit(samples.draft(subject_id))


async def test_a_dead_endpoint_delays_no_other_and_a_server_that_stops(tmp_path: Path) -> None:
    """issue 7: "One dead endpoint does not delay the others"."""
    sender = Hanging()
    ports = replace(memory_ports(), webhook_sender=sender)
    await import_catalogue(ports, SAMPLE, sample_catalogue())
    for url in (DEAD, ALIVE):
        wish = CreateWebhook(url=url, events=("booking.*",), secret="a-secret-of-the-test")
        await create_webhook(ports, SAMPLE, wish)
    sender.hangs.set()
    sender.sent.clear()

    async def both_asked() -> bool:
        return {request.url for request in sender.sent} == {DEAD, ALIVE}

    async def arrived() -> bool:
        return len(sender.to(ALIVE)) == 3

    async with supervised(webhook_duties(ports)):
        await happen(ports, "bk_1")
        await until(both_asked, PATIENCE)
        for number in (2, 3):
            await happen(ports, f"bk_{number}")
        await until(arrived, PATIENCE)
        # One lane: what hangs is asked for more only when it has answered.
        assert len(sender.to(DEAD)) == 1
        assert not sender.given_up
    assert sender.given_up


async def test_what_fails_on_our_side_is_logged_without_words() -> None:
    class Broken(MemoryWebhookSender):
        async def send(self, request: Any, *, timeout_seconds: float = 15.0) -> Any:
            if self.sent:
                raise KeyError("a secret of the body")
            return await super().send(request, timeout_seconds=timeout_seconds)

    ports = replace(memory_ports(), webhook_sender=Broken())
    await import_catalogue(ports, SAMPLE, sample_catalogue())
    wish = CreateWebhook(url=ALIVE, events=("booking.*",), secret="a-secret-of-the-test")
    await create_webhook(ports, SAMPLE, wish)
    await happen(ports, "bk_1")
    with capture_logs() as logs:

        async def is_logged() -> bool:
            return any(entry["event"] == "webhook_delivery_failed" for entry in logs)

        async with supervised(webhook_duties(ports)):
            await until(is_logged, PATIENCE)
    [entry] = [found for found in logs if found["event"] == "webhook_delivery_failed"]
    assert set(entry) - {"logger_name"} == {"event", "exc_info", "delivery_id", "log_level"}


async def test_the_command_line_shows_tests_and_replays(tmp_path: Path) -> None:
    await furnished(tmp_path)
    settings = settings_of(database_url=url_of(tmp_path))
    async with open_installation(settings) as installation:
        ports = replace(installation.ports, webhook_sender=MemoryWebhookSender())
        wish = CreateWebhook(url=ALIVE, events=("*",), secret="a-secret-of-the-test")
        endpoint = (await create_webhook(ports, DEMO, wish)).endpoint

    async def command(*words: str, expected: int = 0) -> str:
        told = await asyncio.to_thread(litehq, tmp_path, "webhooks", *words, expected=expected)
        return told[expected]

    listed = await command("list")
    assert f"{endpoint.id} active (0 pending, 0 dead) {ALIVE} *" in listed
    delivery_id = (await command("test", endpoint.id)).split()[0]
    assert f"{delivery_id} pending 0 endpoint.test" in await command("deliveries", endpoint.id)
    assert await command("deliveries", endpoint.id, "--status", "dead") == ""
    assert "1 queued" in await command("replay", delivery_id)
    assert "gone through" in await command("replay", endpoint.id, "--since", "2026-01-01T00:00:00Z")
    assert "no such webhook" in await command("replay", "whk_none", "--failed", expected=1)
    async with open_installation(settings) as opened, opened.ports.begin(DEMO) as tx:
        stored = await tx.deliveries.get(delivery_id)
    assert stored is not None
    assert stored.status is DeliveryStatus.PENDING
