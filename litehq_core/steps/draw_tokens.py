"""Drawing on the rate limit."""

from __future__ import annotations

from collections.abc import Callable

from litehq_core.domain.errors import RateLimited
from litehq_core.domain.rate_limit import Allowance, Drawer
from litehq_core.ports.ports import Ports

Tell = Callable[[Allowance], None]


async def draw_tokens(
    ports: Ports, drawer: Drawer, tell: Tell, tokens: int, *, returned: int = 0
) -> None:
    """Draw so many tokens.

    Args:
        tell: is told what is left, whether the call may go on or not.
        returned: tokens that were drawn for this call already; they go back first.

    Raises:
        RateLimited: there are not so many.
    """
    allowance = await ports.rate_limits.draw(drawer, tokens, returned=returned)
    tell(allowance)
    if allowance.wait_ms:
        raise RateLimited(retry_after_ms=allowance.wait_ms)
