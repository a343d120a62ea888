"""Buckets of the rate limit in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from litehq_core.domain.rate_limit import Bucket, Drawn, RateLimit, Wish, draw


class MemoryRateBuckets:
    """Implements ``RateBuckets``; ``kept`` are the buckets by workspace."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.kept: dict[str, Bucket] = {}

    async def draw(
        self, workspace_id: str, limit: RateLimit, wish: Wish
    ) -> tuple[Bucket, int, Drawn]:
        """Nothing is awaited in between."""
        now_ms = int(self._clock().timestamp() * 1000)
        bucket = self.kept.get(workspace_id) or Bucket.full(limit, now_ms)
        bucket, drawn = draw(bucket, limit, wish, now_ms)
        self.kept[workspace_id] = bucket
        return bucket, now_ms, drawn
