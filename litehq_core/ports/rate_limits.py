"""The rate limit, as callers meet it, and the buckets behind it, as a store keeps them."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.rate_limit import Allowance, Bucket, Drawer, Drawn, RateLimit, Wish


class RateBuckets(Protocol):
    """The workspaces' buckets, which outlive processes and are the same for all of them."""

    async def draw(
        self, workspace_id: str, limit: RateLimit, wish: Wish
    ) -> tuple[Bucket, int, Drawn]:
        """Apply ``domain.rate_limit.draw`` to a bucket, durably and with nobody in between.

        A workspace that has none yet gets a full one.

        Returns:
            The bucket as it is now, the instant by the store's clock in milliseconds, and what
            was drawn.

        Raises:
            ServiceUnavailable: the store is down or busy; then perhaps something was drawn.
        """


class RateLimits(Protocol):
    """Who may call. One for each process."""

    async def draw(self, drawer: Drawer, tokens: int = 1, *, returned: int = 0) -> Allowance:
        """Draw tokens, or be told how long to wait; then none are drawn.

        Args:
            returned: tokens that were drawn for the same call before its price was known. They
                go back first.

        Raises:
            ServiceUnavailable: nobody knows at the moment.
        """

    async def tend(self) -> None:
        """Give back what has lain idle; call it every few seconds."""

    async def give_back(self) -> None:
        """Give everything back: the process ends."""
