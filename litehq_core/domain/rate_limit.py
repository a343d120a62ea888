"""The rate limit: one bucket of tokens for each workspace, from which processes draw in leases.

Source: ``contract.md``, Rate limit. In any window of ``W`` minutes at most ``burst + per_minute *
W`` tokens are drawn, by however many processes. To ask the store for each token would cost a round
trip, so a process takes several at once: the bucket is debited before any of them is used, and
while they are out it fills no further than ``burst`` less what is out. What a process that died
had at hand is lost.

Time is in milliseconds of the store's clock, and levels are in parts of a token, of which a rate
of one a minute brings just one a millisecond: so all of it is whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address, ip_address

PARTS = 60_000

# At most so many tokens at once, and of what the bucket holds no more than one in so many: when
# it is nearly empty they are handed out one by one, and no process sits on what another needs.
MOST_LEASED = 1_000
LEASED_SHARE = 8
LEASE_MS = 10_000

# An answer that is on its way cannot have been heeded.
GRACE_MS = 1_000
OFFENCES_WITHIN_MS = 10 * 60_000
HELD_MS = 10 * 60_000
# 20 a minute, evenly.
HELD_PACE_MS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many tokens a bucket holds, and how many flow into it in a minute."""

    burst: int = 500
    per_minute: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Tokens that a process has at hand, until it gives them back or is taken for dead."""

    tokens: int
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a caller has taken being refused.

    Attributes:
        refused_ms, retry_ms: the window of the last refusal that opened one.
        is_counted: whether this window has had its offence.
        offended_ms: the last offence.
        held_until_ms, ready_ms: until when the caller is held to a slow pace, and when it may
            call next.
    """

    refused_ms: int
    retry_ms: int
    is_counted: bool = False
    offended_ms: int | None = None
    held_until_ms: int = 0
    ready_ms: int = 0

    def is_held(self, now_ms: int) -> bool:
        """Whether the caller is held to its pace."""
        return now_ms < self.held_until_ms

    def ready_again_ms(self, returned: int) -> int:
        """When a held caller may call, who has given back so many tokens of the same call."""
        return min(self.ready_ms - returned * HELD_PACE_MS, self.held_until_ms)

    def refused_again(self, now_ms: int, retry_ms: int) -> Standing:
        """After one more refusal: perhaps an offence, perhaps the one that has it held."""
        if now_ms >= self.retry_ms:
            return replace(self, refused_ms=now_ms, retry_ms=retry_ms, is_counted=False)
        if self.is_counted or now_ms < self.refused_ms + GRACE_MS:
            return self
        offended = replace(self, is_counted=True, offended_ms=now_ms)
        if self.offended_ms is None or now_ms - self.offended_ms >= OFFENCES_WITHIN_MS:
            return offended
        ready_ms = self.ready_ms if self.is_held(now_ms) else retry_ms
        return replace(offended, held_until_ms=now_ms + HELD_MS, ready_ms=ready_ms)

    def is_forgotten(self, now_ms: int) -> bool:
        """Whether nothing that may come depends on it any more."""
        is_clear = self.offended_ms is None or now_ms - self.offended_ms >= OFFENCES_WITHIN_MS
        return is_clear and now_ms >= self.retry_ms and not self.is_held(now_ms)

    def shifted(self, by_ms: int) -> Standing:
        """The same on a clock that was put forward or back."""
        offended_ms = None if self.offended_ms is None else self.offended_ms + by_ms
        return replace(
            self,
            refused_ms=self.refused_ms + by_ms,
            retry_ms=self.retry_ms + by_ms,
            offended_ms=offended_ms,
            held_until_ms=self.held_until_ms + by_ms,
            ready_ms=self.ready_ms + by_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What outlives a process and is the same for all of them.

    Attributes:
        parts: the level, without what is out.
        at_ms: when it was that.
        leases: by holder.
        standings: of callers that were refused, by principal; whoever behaves is not in it.
    """

    parts: int
    at_ms: int
    leases: Mapping[str, Lease] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)

    @classmethod
    def full(cls, limit: RateLimit, now_ms: int) -> Bucket:
        """The bucket of somebody who never called."""
        return cls(parts=limit.burst * PARTS, at_ms=now_ms)

    @property
    def tokens_out(self) -> int:
        """What all processes have at hand, as far as the bucket knows."""
        return sum(lease.tokens for lease in self.leases.values())


@dataclass(frozen=True, slots=True)
class Wish:
    """A process comes to the bucket.

    Attributes:
        principal: on whose behalf.
        tokens: what the caller needs at once; 0 if the process only gives back.
        returned: what the caller has drawn for the same call before, and given back.
        left: what the process still has of its lease, and now gives back.
        idle_ms: for how long it has had just so many.
    """

    holder: str
    principal: str
    tokens: int
    returned: int = 0
    left: int = 0
    idle_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the bucket gave: so many tokens, the wished ones among them, or a time to wait."""

    tokens: int = 0
    wait_ms: int = 0


def draw(bucket: Bucket, limit: RateLimit, wish: Wish, now_ms: int) -> tuple[Bucket, Drawn]:
    """Settle the holder's lease, and lease to it anew if the caller may call.

    The one place where it is decided; whoever stores buckets applies it with nobody in between.
    """
    bucket = _settled(bucket, limit, wish, now_ms)
    if wish.tokens == 0:
        return bucket, Drawn()
    # No operation is so dear that it could never be had.
    wanted = min(wish.tokens, limit.burst)
    standing = bucket.standings.get(wish.principal)
    held = standing if standing is not None and standing.is_held(now_ms) else None
    ready_ms = held.ready_again_ms(wish.returned) if held else now_ms
    wait_ms = max(_filling_ms(bucket, limit, wanted), ready_ms - now_ms)
    if wait_ms > 0:
        return _refused(bucket, wish.principal, now_ms, now_ms + wait_ms), Drawn(wait_ms=wait_ms)
    granted = max(wanted, min(MOST_LEASED, bucket.parts // PARTS // LEASED_SHARE))
    standings = dict(bucket.standings)
    if held is not None:
        standings[wish.principal] = replace(held, ready_ms=now_ms + wanted * HELD_PACE_MS)
    lease = Lease(tokens=granted, until_ms=now_ms + LEASE_MS)
    leased = replace(
        bucket,
        parts=bucket.parts - granted * PARTS,
        leases={**bucket.leases, wish.holder: lease},
        standings=standings,
    )
    return leased, Drawn(tokens=granted)


def _settled(bucket: Bucket, limit: RateLimit, wish: Wish, now_ms: int) -> Bucket:
    """The bucket at ``now_ms``, without leases that have run out, and without the holder's.

    A lease keeps the bucket from filling for just as long as its tokens may have been used. The
    holder's own is known to the end, so it is good even past its time.
    """
    if now_ms < bucket.at_ms:
        bucket = _on_new_clock(bucket, now_ms)
    parts, at_ms, leases = bucket.parts, bucket.at_ms, dict(bucket.leases)
    own = leases.get(wish.holder)
    left = 0 if own is None else min(wish.left, own.tokens)
    changes = [
        (lease.until_ms, holder, 0)
        for holder, lease in leases.items()
        if holder != wish.holder and lease.until_ms <= now_ms
    ]
    if own is not None:
        since_ms = min(now_ms, max(at_ms, now_ms - wish.idle_ms))
        changes.append((since_ms, wish.holder, left))
    for change_ms, holder, tokens in sorted(changes):
        parts = _filled(parts, limit, leases, change_ms - at_ms)
        at_ms = max(at_ms, change_ms)
        leases[holder] = replace(leases[holder], tokens=tokens)
    parts = _filled(parts, limit, leases, now_ms - at_ms) + left * PARTS
    standings = {
        principal: standing
        for principal, standing in bucket.standings.items()
        if not standing.is_forgotten(now_ms)
    }
    for _, holder, _ in changes:
        del leases[holder]
    return Bucket(parts=parts, at_ms=now_ms, leases=leases, standings=standings)


def _on_new_clock(bucket: Bucket, now_ms: int) -> Bucket:
    """The clock was put back: no time has passed, and what was to come comes as soon as before."""
    by_ms = now_ms - bucket.at_ms
    return Bucket(
        parts=bucket.parts,
        at_ms=now_ms,
        leases={
            holder: replace(lease, until_ms=lease.until_ms + by_ms)
            for holder, lease in bucket.leases.items()
        },
        standings={
            principal: standing.shifted(by_ms) for principal, standing in bucket.standings.items()
        },
    )


def _filled(parts: int, limit: RateLimit, leases: Mapping[str, Lease], ms: int) -> int:
    most = (limit.burst - sum(lease.tokens for lease in leases.values())) * PARTS
    return max(0, min(parts + limit.per_minute * max(0, ms), most))


def _filling_ms(bucket: Bucket, limit: RateLimit, wanted: int) -> int:
    """How long until so many tokens can be drawn, if nobody else draws any; 0 if now."""
    filling_ms = max(0, -((bucket.parts - wanted * PARTS) // limit.per_minute))
    if wanted + bucket.tokens_out <= limit.burst:
        return filling_ms
    # It cannot fill so far before others have given back what they have.
    latest_ms = max(lease.until_ms for lease in bucket.leases.values()) - bucket.at_ms
    return max(filling_ms, latest_ms) if filling_ms else 0


def _refused(bucket: Bucket, principal: str, now_ms: int, retry_ms: int) -> Bucket:
    known = bucket.standings.get(principal)
    if known is not None:
        standing = known.refused_again(now_ms, retry_ms)
    elif retry_ms - now_ms > GRACE_MS:
        standing = Standing(refused_ms=now_ms, retry_ms=retry_ms)
    else:
        # Too short for an offence: nothing to remember.
        return bucket
    return replace(bucket, standings={**bucket.standings, principal: standing})


@dataclass(frozen=True, slots=True)
class Drawer:
    """Who draws: a key on its workspace's bucket, or an address (no workspace) on its own."""

    workspace_id: str | None
    principal: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller is told of the bucket, in tokens, and when it will be full, in unix seconds.

    ``per_minute`` flow into it. ``wait_ms`` is above 0 if the call was refused: the time after
    which it will not be.
    """

    burst: int
    per_minute: int
    remaining: int
    full_at: int
    wait_ms: int = 0


def stranger(address: str | None) -> Drawer:
    """Somebody who is known by a network address alone; of IPv6, by the subscriber's /64."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return Drawer(None, address or "")
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return Drawer(None, str(parsed.ipv4_mapped))
        return Drawer(None, f"{IPv6Address(int(parsed) >> 64 << 64)}/64")
    return Drawer(None, str(parsed))
