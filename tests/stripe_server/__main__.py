"""``python -m tests.stripe_server [PORT [EVENTS_URL]]``: Stripe for trying things out by hand."""

from __future__ import annotations

import asyncio
import sys

import httpx

from tests.stripe_server.delivery import SECRET, to_address
from tests.stripe_server.server import stripe_server


async def main() -> None:
    """Serve until interrupted; deliver events every second."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 12111
    url = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000/stripe/events"
    async with httpx.AsyncClient(timeout=10) as client, stripe_server(port=port) as played:
        played.deliveries.send = to_address(client, url)
        print(f"LITEHQ_STRIPE_SECRET_KEY=sk_test_x LITEHQ_STRIPE_API_BASE={played.url}")
        print(f"LITEHQ_STRIPE_WEBHOOK_SECRET={SECRET}   (events go to {url})", flush=True)
        while True:
            await played.deliveries.deliver()
            await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(main())
