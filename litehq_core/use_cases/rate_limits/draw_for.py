"""Draw on the rate limit for what turned out to be dearer than a call, or was none."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor
from litehq_core.domain.rate_limit import Drawer, stranger
from litehq_core.ports.ports import Ports
from litehq_core.steps.draw_tokens import Tell, draw_tokens


async def draw_for(ports: Ports, actor: Actor, tell: Tell, tokens: int, *, drawn: int = 0) -> None:
    """Draw ``tokens`` in all for an actor's call.

    Args:
        tell: is told what is left, however this ends.
        drawn: how many of them were drawn before; if there are not enough, they go back.

    Raises:
        RateLimited: there are not enough.
    """
    drawer = Drawer(actor.workspace_id, actor.key_id)
    await draw_tokens(ports, drawer, tell, tokens, returned=drawn)


async def draw_for_stranger(ports: Ports, address: str | None, tell: Tell) -> None:
    """Draw one token for an address that got as far as nobody asked who it is.

    Raises:
        RateLimited: there is none.
    """
    await draw_tokens(ports, stranger(address), tell, 1)
