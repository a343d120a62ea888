"""Turn a bearer key into an actor."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_actor import read_actor


async def authenticate(ports: Ports, secret: str | None, request_id: str | None = None) -> Actor:
    """The actor that ``secret`` stands for; nothing is drawn from anybody's rate limit.

    Raises:
        AuthInvalid: missing, malformed, unknown, expired or revoked; the answers are the same.
    """
    return await read_actor(ports, secret, request_id)
