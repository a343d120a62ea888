"""The receiver of the published page, run by Node, takes what we send and nothing else."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE
from datetime import UTC, datetime

import pytest

from litehq_app.webhook_sender.sender import HttpWebhookSender
from litehq_app.webhook_sender.target import Reach
from litehq_core import WebhookAnswer, WebhookRequest, new_webhook_secret, signed_headers
from tests.node.install import NODE_FOLDER, node_program

BODY = '{"id":"evt_1","type":"booking.confirmed","note":"Grüße"}'.encode()
NEW, OLD = new_webhook_secret("a" * 64), new_webhook_secret("b" * 64)
START_SECONDS = 60


@pytest.mark.parametrize("secret", [NEW, "a secret of my own, Grüße"])
async def test_the_published_sample_accepts_our_requests(secret: str) -> None:
    """Calendar API, section 5, "verify_signature.node"."""
    process = await asyncio.create_subprocess_exec(
        node_program(),
        NODE_FOLDER / "verify_signature.ts",
        stdout=PIPE,
        env={**os.environ, "LITEHQ_WEBHOOK_SECRET": secret, "NODE_NO_WARNINGS": "1"},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            port = int(await process.stdout.readline())
        url = f"http://127.0.0.1:{port}/webhooks/litehq"
        sender = HttpWebhookSender(Reach(plain_http=True, loopback=True))

        async def sent(headers: dict[str, str], body: bytes = BODY) -> WebhookAnswer:
            return await sender.send(WebhookRequest(url=url, headers=headers, body=body))

        def headers_of(*secrets: str, bare: str | None = None) -> dict[str, str]:
            at = datetime.now(UTC)
            return signed_headers(secrets, message_id="evt_1", at=at, body=BODY, bare_secret=bare)

        accepted = await sent(headers_of(secret))
        assert (accepted.status, accepted.excerpt) == (200, "ok")
        # While another secret takes over, this one counts until the overlap ends.
        assert (await sent(headers_of(OLD, secret, bare=secret))).status == 200
        assert (await sent(headers_of(OLD, secret))).status == 401
        changed = await sent(headers_of(secret), BODY.replace(b"confirmed", b"cancelled"))
        assert (changed.status, changed.excerpt) == (401, "bad signature")
    finally:
        process.kill()
        await process.wait()
