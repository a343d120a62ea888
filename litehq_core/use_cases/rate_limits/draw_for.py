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


async def draw_for_stranger(ports: Ports, address: str | None, tell: Tell, tokens: int = 1) -> None:
    """Draw for an address that got as far as nobody asked who it is.

    Args:
        tell: is told what is left, however this ends.
        tokens: 0 only asks what is left.

    Raises:
        RateLimited: there are not so many.
    """
    await draw_tokens(ports, stranger(address), tell, tokens)
