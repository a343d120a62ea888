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


class Crowd:
    """Processes that use their leases whenever they like while these are good."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit, self.now_ms, self.calls = limit, START, 0
        self.bucket = Bucket.full(limit, START)
        # By process: tokens at hand, until when, and since when it has just so many.
        self.leases: dict[str, tuple[int, int, int]] = {}
        self.passed: list[tuple[int, int]] = []

    def use(self, process: str, most: int) -> None:
        """Calls that are answered from what is at hand, if it is still good."""
        left, until_ms, _ = self.leases.get(process, (0, 0, 0))
        used = min(left, most) if self.now_ms < until_ms else 0
        if used:
            self.passed.append((self.now_ms, used))
            self.leases[process] = (left - used, until_ms, self.now_ms)

    def settle(self, process: str, tokens: int) -> None:
        """A call for which the process goes to the bucket; with 0 it only gives back."""
        left, _, since_ms = self.leases.pop(process, (0, 0, self.now_ms))
        self.calls += 1
        wish = Wish(process, f"tok_{self.calls}", tokens, 0, left, self.now_ms - since_ms)
        self.bucket, drawn = draw(self.bucket, self.limit, wish, self.now_ms)
        assert self.bucket.parts >= 0
        if drawn.tokens:
            used = min(tokens, self.limit.burst)
            self.passed.append((self.now_ms, used))
            until_ms = self.now_ms + LEASE_MS
            self.leases[process] = (drawn.tokens - used, until_ms, self.now_ms)

    def use_all(self) -> None:
        """Everything that can be had at this moment."""
        for process in list(self.leases):
            self.use(process, self.limit.burst)
        self.settle("p0", 0)
        if level := self.bucket.parts // PARTS:
            self.settle("p0", level)

    def check(self) -> None:
        """Every window from one pass to another."""
        for first, (since_ms, _) in enumerate(self.passed):
            total = 0
            for at_ms, used in self.passed[first:]:
                total += used
                most = self.limit.burst * PARTS + self.limit.per_minute * (at_ms - since_ms)
                assert total * PARTS <= most


@given(
    st.builds(RateLimit, burst=st.integers(1, 600), per_minute=st.integers(1, 300)),
    st.lists(
        st.tuples(
            st.sampled_from([0, 0, 1, 40, 600, 3_000, LEASE_MS - 1, LEASE_MS, 45_000]),
            st.sampled_from(["p0", "p1", "p2"]),
            st.sampled_from(["use", "settle", "settle", "give back", "die", "use all"]),
            st.integers(1, 60),
        ),
        max_size=30,
    ),
)
@settings(max_examples=400)
def test_in_any_window_no_more_than_the_bound_pass(
    limit: RateLimit, steps: list[tuple[int, str, str, int]]
) -> None:
    """Issue: "in any window of W seconds at most 500 + 1.667·W pass", with processes that die."""
    crowd = Crowd(limit)
    for by_ms, process, what, tokens in steps:
        crowd.now_ms += by_ms
        match what:
            case "use":
                crowd.use(process, tokens)
            case "settle":
                crowd.settle(process, tokens)
            case "give back":
                crowd.settle(process, 0)
            case "die":
                crowd.leases.pop(process, None)
            case "use all":
                crowd.use_all()
    crowd.use_all()
    crowd.check()


@pytest.mark.parametrize("used_ms", [1, LEASE_MS - 1])
@pytest.mark.parametrize("gives_back", [True, False])
def test_what_is_used_late_was_not_refilled_meanwhile(used_ms: int, gives_back: bool) -> None:
    """The dearest case: a lease from the brim, used at its end, and then all the rest."""
    crowd = Crowd(CONTRACT)
    crowd.settle("p1", 1)
    crowd.now_ms += used_ms
    crowd.use("p1", CONTRACT.burst)
    crowd.now_ms += LEASE_MS - used_ms
    if gives_back:
        crowd.settle("p1", 0)
    crowd.use_all()
    crowd.check()


def test_a_full_bucket_is_leased_in_smaller_and_smaller_parts() -> None:
    """Nobody sits on what another process needs."""
    bucket, leased = Bucket.full(CONTRACT, START), []
    for number in range(200):
        bucket, drawn = draw(bucket, CONTRACT, Wish(f"p{number}", "tok_a", 1), START)
        leased.append(drawn.tokens)
    assert leased[0] == 500 // 8
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

    def test_a_wait_too_short_to_be_ignored_is_not_remembered(self) -> None:
        """A token every 600 ms: nobody can call again a second later and still be early."""
        caller = Caller(RateLimit(burst=1, per_minute=100))
        assert [caller.passes(at=0) for _ in range(2)] == [True, False]
        assert caller.bucket.standings == {}

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
