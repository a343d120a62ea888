"""Cancellation policies: what comes back, by how long before the start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import instant_text
from tests.domain.samples import POLICY, utc
from tests.domain.strategies import policies, policy_of

START = utc("2026-06-02 14:00")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("before", "percent"),
    [
        (timedelta(days=9), 100),
        (timedelta(days=1), 100),
        (timedelta(days=1) - SECOND, 50),
        (timedelta(hours=2), 50),
        (timedelta(hours=2) - SECOND, 0),
        (timedelta(0), 0),
        (-timedelta(hours=1), 0),
    ],
)
def test_a_step_holds_until_its_instant_and_no_longer(before: timedelta, percent: int) -> None:
    """contract.md, Cancel: late, the policy usually gives nothing."""
    now = START - before
    assert POLICY.refund_percent(start_at=START, now=now) == percent
    assert POLICY.refund_of(4001, start_at=START, now=now) == {100: 4001, 50: 2001, 0: 0}[percent]


def test_a_policy_without_steps_gives_nothing_ever() -> None:
    nothing = policy_of()
    assert nothing.refund_of(4000, start_at=START, now=utc("2020-01-01 00:00")) == 0
    assert nothing.refundable_until(START) is None
    assert nothing.schedule(START) == []


@given(policies(), st.integers(0, 10**9), st.integers(-5_000, 15_000), st.integers(0, 5_000))
def test_waiting_never_gives_more_nor_more_than_was_paid(
    policy: CancellationPolicy, amount: int, before: int, later: int
) -> None:
    now = START - timedelta(minutes=before)
    refund = policy.refund_of(amount, start_at=START, now=now)
    assert 0 <= refund <= amount
    assert policy.refund_of(amount, start_at=START, now=now + timedelta(minutes=later)) <= refund


@given(policies())
def test_refundable_until_is_the_last_instant_that_gives_anything(
    policy: CancellationPolicy,
) -> None:
    until = policy.refundable_until(START)
    if until is None:
        assert not policy.steps
        return
    assert policy.refund_percent(start_at=START, now=until) > 0
    assert policy.refund_percent(start_at=START, now=until + SECOND) == 0


@given(policies())
def test_the_schedule_says_what_the_policy_does(policy: CancellationPolicy) -> None:
    schedule = policy.schedule(START)
    assert len(schedule) == len(policy.steps)
    for shown, step in zip(schedule, policy.steps, strict=True):
        until = START - timedelta(minutes=step.minutes_before)
        assert shown["until"] == instant_text(until)
        assert shown["refund_percent"] == policy.refund_percent(start_at=START, now=until)


@given(policies())
def test_json_there_and_back(policy: CancellationPolicy) -> None:
    assert CancellationPolicy.from_json(policy.as_json()) == policy


@pytest.mark.parametrize(
    "steps",
    [
        [(60, 50), (120, 100)],
        [(60, 100), (60, 50)],
        [(-1, 100)],
        [(120, 50), (60, 100)],
        [(60, 0)],
        [(60, 101)],
    ],
)
def test_steps_that_make_no_sense_are_refused(steps: list[tuple[int, int]]) -> None:
    with pytest.raises(ValidationFailed):
        policy_of(*steps)
