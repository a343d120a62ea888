"""The rate limit of one process: tokens are drawn from a lease at hand, without waiting."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from litehq_core.domain.rate_limit import (
    LEASE_MS,
    PARTS,
    Allowance,
    Bucket,
    Drawer,
    Drawn,
    RateLimit,
    Wish,
    draw,
)
from litehq_core.ports.rate_limits import RateBuckets

# Ahead of the store, so that no token is used which the store has given up.
MARGIN_MS = 500
TENDED_MS = LEASE_MS // 2
# Of addresses; the ones that called the longest ago are forgotten first.
STRANGERS_KEPT = 10_000


class LeasedRateLimits:
    """Implements ``RateLimits`` over the buckets of a store.

    Addresses have buckets of this process alone: a flood of strangers must not reach the store.

    Args:
        holder: this process's name among those that share the store.
        clock: the present instant, for what callers are told.
        ticks_ms: milliseconds since whenever, never going back.
        exempt: principals that may call without limit.
    """

    def __init__(
        self,
        buckets: RateBuckets,
        limit: RateLimit,
        *,
        holder: str,
        clock: Callable[[], datetime],
        ticks_ms: Callable[[], int],
        exempt: frozenset[str] = frozenset(),
    ) -> None:
        self._buckets = buckets
        self._limit = limit
        self._holder = holder
        self._clock = clock
        self._ticks_ms = ticks_ms
        self._exempt = exempt
        self._taps: dict[str, _Tap] = {}
        self._strangers: OrderedDict[str, Bucket] = OrderedDict()

    async def draw(self, drawer: Drawer, tokens: int = 1, *, returned: int = 0) -> Allowance:
        """Draw tokens, or be told how long to wait."""
        if drawer.principal in self._exempt:
            return self._full()
        if drawer.workspace_id is None:
            return self._draw_alone(drawer.principal, tokens, returned)
        tap = self._taps.get(drawer.workspace_id)
        if tap is None:
            tap = self._taps[drawer.workspace_id] = _Tap(drawer.workspace_id, self._limit)
        ticks = self._ticks_ms()
        tap.take_back(returned, ticks)
        # The way that nearly every call goes: nothing is awaited.
        if tap.give(drawer.principal, tokens, ticks):
            return tap.allowance(ticks)
        tokens = min(tokens, self._limit.burst)
        wish = Wish(self._holder, drawer.principal, tokens, returned)
        return await self._draw_from_store(tap, wish)

    def _full(self) -> Allowance:
        limit = self._limit
        return Allowance(limit.burst, limit.per_minute, limit.burst, self._unix_s())

    async def _draw_from_store(self, tap: _Tap, wish: Wish) -> Allowance:
        principal, tokens = wish.principal, wish.tokens
        async with tap:
            ticks = self._ticks_ms()
            # Whoever was here before may have brought enough for both.
            if tap.give(principal, tokens, ticks):
                return tap.allowance(ticks)
            wait_ms = tap.known_wait_ms(wish, ticks)
            if wait_ms:
                return tap.allowance(ticks, wait_ms)
            drawn = await self._settle(tap, wish)
            if drawn.tokens:
                tap.tokens -= tokens
            return tap.allowance(self._ticks_ms(), drawn.wait_ms)

    async def _settle(self, tap: _Tap, wish: Wish) -> Drawn:
        """Exchange the lease at hand for another one, or for a time to wait."""
        before = self._ticks_ms()
        wish = tap.giving_back(wish, before)
        # Given up first: should the answer never come, nobody knows whose they are.
        tap.tokens = 0
        bucket, now_ms, drawn = await self._buckets.draw(tap.workspace_id, self._limit, wish)
        tap.renew(bucket, now_ms, drawn, before, self._ticks_ms())
        return drawn

    def _draw_alone(self, principal: str, tokens: int, returned: int) -> Allowance:
        now_ms = self._ticks_ms()
        bucket = self._strangers.pop(principal, None) or Bucket.full(self._limit, now_ms)
        parts = min(bucket.parts + returned * PARTS, self._limit.burst * PARTS)
        bucket = Bucket(parts=parts, at_ms=bucket.at_ms, standings=bucket.standings)
        wish = Wish("", principal, tokens, returned)
        bucket, drawn = draw(bucket, self._limit, wish, now_ms)
        # What the lease holds beyond the wish stays in the bucket.
        used = min(tokens, self._limit.burst) if drawn.tokens else 0
        rest = drawn.tokens - used
        parts = bucket.parts + rest * PARTS
        self._strangers[principal] = Bucket(
            parts=parts, at_ms=bucket.at_ms, standings=bucket.standings
        )
        while len(self._strangers) > STRANGERS_KEPT:
            self._strangers.popitem(last=False)
        missing_s = (self._limit.burst * PARTS - parts) // (self._limit.per_minute * 1000)
        full_at = self._unix_s() + missing_s + (parts < self._limit.burst * PARTS)
        return Allowance(
            self._limit.burst, self._limit.per_minute, parts // PARTS, full_at, drawn.wait_ms
        )

    async def tend(self) -> None:
        """Give back what has lain idle, and the rest before its time is over."""
        for tap in list(self._taps.values()):
            if self._ticks_ms() - tap.leased_at >= TENDED_MS:
                await self._return_lease(tap)

    async def give_back(self) -> None:
        """Give everything back: the process ends."""
        for tap in list(self._taps.values()):
            await self._return_lease(tap)

    async def _return_lease(self, tap: _Tap) -> None:
        async with tap:
            if tap.tokens:
                await self._settle(tap, Wish(self._holder, "", 0))
        # Two taps on one bucket would both be this holder.
        if not tap.callers and not tap.tokens:
            self._taps.pop(tap.workspace_id, None)

    def _unix_s(self) -> int:
        return int(self._clock().timestamp())


class _Tap:
    """The lease that this process has on one bucket, and the bucket as it was last seen.

    Entered by whoever goes to the store for it: one at a time.

    Attributes:
        tokens: what is left.
        callers: how many wait for the store, or are there.
        leased_at: when the lease was asked for, in ticks.
    """

    __slots__ = (
        "_base_parts",
        "_bucket",
        "_full_parts",
        "_granted",
        "_last_use",
        "_limit",
        "_seen_at",
        "_seen_ms",
        "_turn",
        "_valid_until",
        "_watched",
        "callers",
        "leased_at",
        "tokens",
        "workspace_id",
    )

    def __init__(self, workspace_id: str, limit: RateLimit) -> None:
        self.workspace_id = workspace_id
        self.tokens = 0
        self.callers = 0
        self.leased_at = 0
        self._limit = limit
        self._turn = asyncio.Lock()
        self._bucket: Bucket | None = None
        self._granted = 0
        self._last_use = 0
        self._valid_until = 0
        # The store's clock, and ours, when the bucket was seen.
        self._seen_ms = self._seen_at = 0
        self._base_parts = 0
        self._full_parts = limit.burst * PARTS
        self._watched: frozenset[str] = frozenset()

    async def __aenter__(self) -> None:
        self.callers += 1
        try:
            await self._turn.acquire()
        except BaseException:
            self.callers -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._turn.release()
        self.callers -= 1

    def give(self, principal: str, tokens: int, ticks: int) -> bool:
        """Take tokens from the lease, if it is good for them and the caller is not held."""
        if self.tokens < tokens or ticks >= self._valid_until or principal in self._watched:
            return False
        self.tokens -= tokens
        self._last_use = ticks
        return True

    def take_back(self, tokens: int, ticks: int) -> None:
        """Put back tokens that were drawn and not used, no more than the lease had."""
        if tokens and ticks < self._valid_until:
            self.tokens = min(self.tokens + tokens, self._granted)
            self._last_use = ticks

    def giving_back(self, wish: Wish, ticks: int) -> Wish:
        """The same wish, of somebody who gives back what is left."""
        return replace(wish, left=self.tokens, idle_ms=ticks - self._last_use)

    def renew(self, bucket: Bucket, now_ms: int, drawn: Drawn, before: int, ticks: int) -> None:
        """What the store gave, asked for at ``before``."""
        self._bucket = bucket
        self._seen_ms, self._seen_at = now_ms, ticks
        self.tokens = self._granted = drawn.tokens
        self.leased_at = before
        self._last_use = ticks
        self._valid_until = before + LEASE_MS - MARGIN_MS
        self._base_parts = bucket.parts
        self._full_parts = (self._limit.burst - bucket.tokens_out) * PARTS
        self._watched = frozenset(
            principal for principal, found in bucket.standings.items() if found.is_held(now_ms)
        )

    def known_wait_ms(self, wish: Wish, ticks: int) -> int:
        """How long a caller must wait, as far as can be told from here; 0 if the store must say.

        It must when a token may be had, and when there is something to remember of the caller.
        """
        if self._bucket is None:
            return 0
        now_ms = self._seen_ms + ticks - self._seen_at
        after, drawn = draw(self._bucket, self._limit, self.giving_back(wish, ticks), now_ms)
        before = self._bucket.standings.get(wish.principal)
        return drawn.wait_ms if after.standings.get(wish.principal) == before else 0

    def allowance(self, ticks: int, wait_ms: int = 0) -> Allowance:
        """What the caller is told: of other processes, as of the last lease."""
        limit = self._limit
        passed_ms = ticks - self._seen_at
        parts = min(self._base_parts + limit.per_minute * passed_ms, self._full_parts)
        parts += self.tokens * PARTS
        missing_ms = (limit.burst * PARTS - parts) // limit.per_minute
        return Allowance(
            limit.burst,
            limit.per_minute,
            parts // PARTS if parts > 0 else 0,
            (self._seen_ms + passed_ms + missing_ms + 999) // 1000,
            wait_ms,
        )
