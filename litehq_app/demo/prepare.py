"""The demo workspace and its key, seen to at every start."""

from __future__ import annotations

from litehq_app.bootstrap import Installation
from litehq_app.demo.key import demo_secret, ensure_demo_key
from litehq_app.demo.seed import furnish
from litehq_app.settings import Settings


async def prepare_demo(settings: Settings, installation: Installation) -> str | None:
    """See to the demo workspace if it is wanted; its key, None if there is none that opens it."""
    if not settings.demo:
        return None
    ports = installation.ports
    exists = await furnish(
        ports, hold_minutes=settings.hold_minutes, is_empty=installation.is_empty
    )
    secret = demo_secret(settings, installation.key)
    return secret if exists and await ensure_demo_key(ports, secret) else None
