"""The rate limit as a value: exact leases, honest waits, and the penalty."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.rate_limit import (
    HELD_MS,
    LEASE_MS,
    OFFENCES_WITHIN_MS,
    PARTS,
    Bucket,
    Drawn,
    RateLimit,
    Wish,
    draw,
    stranger,
)

START = 1_780_000_000_000
CONTRACT = RateLimit()
SMALL = RateLimit(burst=5, per_minute=6)


@dataclass
class Caller:
    """One process that gives back at once what it does not use, in front of one bucket."""

    limit: RateLimit
    now_ms: int = START
    bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.bucket = Bucket.full(self.limit, self.now_ms)

    def call(self, tokens: int = 1, *, at: float | None = None, who: str = "tok_a") -> Drawn:
        """A call, so many seconds after the start."""
        if at is not None:
            self.now_ms = START + round(at * 1000)
        self.bucket, drawn = draw(self.bucket, self.limit, Wish("p", who, tokens), self.now_ms)
        left = drawn.tokens - min(tokens, self.limit.burst) if drawn.tokens else 0
        back = Wish("p", who, 0, left=left)
        self.bucket, _ = draw(self.bucket, self.limit, back, self.now_ms)
        return drawn

    def passes(self, tokens: int = 1, *, at: float | None = None, who: str = "tok_a") -> bool:
        """Whether such a call goes through."""
        return self.call(tokens, at=at, who=who).wait_ms == 0


@given(
    st.builds(RateLimit, burst=st.integers(1, 60), per_minute=st.integers(1, 200)),
    st.lists(st.tuples(st.integers(-90_000, 90_000), st.integers(1, 12)), max_size=60),
)
@settings(max_examples=150)
def test_a_single_caller_meets_a_plain_token_bucket(
    limit: RateLimit, steps: list[tuple[int, int]]
) -> None:
    """The model: a level that rises with the clock and never when the clock is put back."""
    caller, level = Caller(limit), limit.burst * PARTS
    # A caller of its own for each call, so that no penalty is mixed in.
    for number, (by_ms, tokens) in enumerate(steps):
        caller.now_ms += by_ms
        level = min(level + limit.per_minute * max(0, by_ms), limit.burst * PARTS)
        wanted = min(tokens, limit.burst) * PARTS
        drawn = caller.call(tokens, who=f"tok_{number}")
        assert (drawn.wait_ms == 0) is (level >= wanted)
        if drawn.wait_ms == 0:
            level -= wanted
        else:
            assert limit.per_minute * drawn.wait_ms >= wanted - level
            assert limit.per_minute * (drawn.wait_ms - 1) < wanted - level
        assert caller.bucket.parts == level


class Process:
    """A process that uses its lease whenever it likes while it is good, and may forget it."""

    def __init__(self, name: str) -> None:
        self.name, self.left, self.until_ms, self.used_ms = name, 0, 0, 0


@given(
    st.builds(RateLimit, burst=st.integers(1, 600), per_minute=st.integers(1, 300)),
    st.lists(
        st.tuples(
            st.sampled_from([0, 0, 0, 1, 40, 600, 3_000, LEASE_MS - 1, LEASE_MS, 45_000]),
            st.integers(0, 2),
            st.sampled_from(["use", "use", "use all", "settle", "die"]),
            st.integers(1, 9),
        ),
        max_size=80,
    ),
)
@settings(max_examples=250)
def test_in_any_window_no_more_than_the_bound_pass(
    limit: RateLimit, steps: list[tuple[int, int, str, int]]
) -> None:
    """Issue: "in any window of W seconds at most 500 + 1.667·W pass", with processes that die."""
    bucket, now_ms = Bucket.full(limit, START), START
    processes = [Process(f"p{number}") for number in range(3)]
    passed: list[tuple[int, int]] = []
    for number, (by_ms, which, what, tokens) in enumerate(steps):
        now_ms += by_ms
        process = processes[which]
        if now_ms >= process.until_ms and what != "settle":
            process.left = process.left if what == "die" else 0
        good = process.left if now_ms < process.until_ms else 0
        if what == "die":
            process.left = 0
        elif what == "use all" and good:
            passed.append((now_ms, good))
            process.left, process.used_ms = 0, now_ms
        elif what == "use" and good >= tokens:
            passed.append((now_ms, tokens))
            process.left, process.used_ms = good - tokens, now_ms
        else:
            wish = Wish(
                process.name, f"tok_{number}", tokens, 0, process.left, now_ms - process.used_ms
            )
            bucket, drawn = draw(bucket, limit, wish, now_ms)
            process.left, process.until_ms, process.used_ms = 0, now_ms + LEASE_MS, now_ms
            if drawn.tokens:
                used = min(tokens, limit.burst)
                passed.append((now_ms, used))
                process.left = drawn.tokens - used
        assert bucket.parts >= 0
    for first, (since_ms, _) in enumerate(passed):
        total = 0
        for at_ms, used in passed[first:]:
            total += used
            assert total * PARTS <= limit.burst * PARTS + limit.per_minute * (at_ms - since_ms)


def test_a_full_bucket_is_leased_in_smaller_and_smaller_parts() -> None:
    """Nobody sits on what another process needs."""
    bucket, leased = Bucket.full(CONTRACT, START), []
    for number in range(200):
        bucket, drawn = draw(bucket, CONTRACT, Wish(f"p{number}", "tok_a", 1), START)
        leased.append(drawn.tokens)
    assert leased[0] == 50
    assert sorted(leased, reverse=True) == leased
    assert sum(leased) == 500
    assert leased[-1] == 0
    assert 1 in leased


def test_a_lost_lease_is_forfeited_and_no_longer_keeps_the_bucket_from_filling() -> None:
    bucket, drawn = draw(Bucket.full(CONTRACT, START), CONTRACT, Wish("dead", "a", 1), START)
    later = START + 60_000
    bucket, _ = draw(bucket, CONTRACT, Wish("other", "a", 0), later)
    # Full less what was out for ten seconds, and then fifty seconds of filling.
    assert bucket.leases == {}
    assert bucket.parts == min(
        (500 - drawn.tokens) * PARTS + 100 * (60_000 - LEASE_MS), 500 * PARTS
    )


def test_what_is_given_back_after_a_long_rest_is_as_if_it_had_never_left() -> None:
    """`X-RateLimit-Reset` is when the bucket is full, and then it is."""
    bucket, drawn = draw(Bucket.full(CONTRACT, START), CONTRACT, Wish("p", "a", 1), START)
    wish = Wish("p", "a", 0, left=drawn.tokens - 1, idle_ms=60_000)
    bucket, _ = draw(bucket, CONTRACT, wish, START + 60_000)
    assert bucket == Bucket.full(CONTRACT, START + 60_000)


class TestPenalty:
    """contract.md: "Calling again at least 1 s after a 429 and before its time is an offence"."""

    def drained(self) -> Caller:
        """Five tokens gone; the next comes after ten seconds."""
        caller = Caller(SMALL)
        assert [caller.passes(at=0) for _ in range(6)] == [True] * 5 + [False]
        return caller

    def offences(self, caller: Caller) -> int | None:
        standing = caller.bucket.standings.get("tok_a")
        return standing.offended_ms if standing else None

    def test_an_answer_that_is_on_its_way_is_not_ignored(self) -> None:
        caller = self.drained()
        assert not caller.passes(at=0.999)
        assert self.offences(caller) is None
        assert not caller.passes(at=1)
        assert self.offences(caller) == START + 1_000

    def test_who_waits_has_done_nothing(self) -> None:
        caller = self.drained()
        assert caller.passes(at=10)
        assert not caller.passes(at=10)
        assert self.offences(caller) is None

    def test_one_offence_a_window(self) -> None:
        caller = self.drained()
        for second in range(1, 10):
            assert not caller.passes(at=second)
        assert self.offences(caller) == START + 1_000
        assert caller.passes(at=10)

    def held(self) -> Caller:
        """Two windows, an offence in each."""
        caller = self.drained()
        caller.call(at=2)
        assert caller.passes(at=10)
        caller.call(at=10)
        caller.call(at=12)
        return caller

    def test_the_second_within_ten_minutes_holds_the_key_to_twenty_a_minute(self) -> None:
        caller = replace_limit(self.held(), CONTRACT)
        passed = [second for second in range(20, 140) if caller.passes(at=second)]
        gaps = [later - earlier for earlier, later in pairwise(passed)]
        assert set(gaps) == {3}
        # Another key of the same workspace goes on as before.
        assert caller.passes(at=140, who="tok_b")
        assert caller.passes(at=140, who="tok_b")

    def test_it_ends_ten_minutes_after_the_last_offence(self) -> None:
        caller = replace_limit(self.held(), CONTRACT)
        until = 12 + HELD_MS / 1000
        assert caller.passes(at=until - 2)
        assert not caller.passes(at=until - 1.9)
        assert caller.passes(at=until)
        assert caller.passes(at=until)
        assert caller.bucket.standings == {}

    def test_another_offence_prolongs_it(self) -> None:
        caller = replace_limit(self.held(), CONTRACT)
        assert caller.passes(at=600)
        assert not caller.passes(at=600.1)
        assert not caller.passes(at=601.2)
        until = 601.2 + HELD_MS / 1000
        assert caller.passes(at=until - 1)
        assert not caller.passes(at=until - 0.9)
        assert caller.passes(at=until + 1)

    def test_ten_minutes_apart_are_no_second_one(self) -> None:
        caller = self.drained()
        caller.call(at=1)
        apart = 1 + OFFENCES_WITHIN_MS / 1000
        for _ in range(6):
            caller.call(at=apart)
        assert not caller.passes(at=apart + 1.5)
        assert caller.passes(at=apart + 10)
        assert not caller.bucket.standings["tok_a"].is_held(caller.now_ms)

    def test_a_dear_call_of_a_held_key_is_paced_once(self) -> None:
        """One token before its price is known, then all of it: two draws, one call."""
        caller = replace_limit(self.held(), CONTRACT)
        now_ms = START + 60_000
        bucket, first = draw(caller.bucket, CONTRACT, Wish("p", "tok_a", 1), now_ms)
        assert first.tokens
        again = Wish("p", "tok_a", 4, returned=1, left=first.tokens)
        bucket, second = draw(bucket, CONTRACT, again, now_ms)
        assert second.tokens
        for after_ms, passes in ((11_999, False), (12_000, True)):
            _, drawn = draw(bucket, CONTRACT, Wish("p", "tok_a", 1), now_ms + after_ms)
            assert bool(drawn.tokens) is passes

    def test_a_clock_put_back_prolongs_nothing(self) -> None:
        caller = replace_limit(self.held(), CONTRACT)
        caller.now_ms -= 3_600_000
        caller.call(who="tok_b")
        held = caller.bucket.standings["tok_a"]
        assert held.held_until_ms == caller.now_ms + HELD_MS


def replace_limit(caller: Caller, limit: RateLimit) -> Caller:
    """The same, with a bucket that is never empty: what holds it up is the penalty alone."""
    caller.limit = limit
    caller.bucket = replace(caller.bucket, parts=limit.burst * PARTS)
    return caller


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_strangers_are_known_by_their_address(address: str | None, known_as: str) -> None:
    """Of IPv6 every subscriber has a /64 of addresses to choose from."""
    drawer = stranger(address)
    assert (drawer.workspace_id, drawer.principal) == (None, known_as)
