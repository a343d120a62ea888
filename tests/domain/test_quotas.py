"""Quotas against a naive reading, minute by minute, in zones whose clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.evaluation import Booker, Request, evaluate
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.quota_usage import CountedSlot, counted_span, period_at, periods_of
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.wall_clock import LATEST, instant_at
from tests.domain import samples
from tests.domain.samples import slot, utc
from tests.domain.strategies import cells, zoned_days, zoned_slots

STEP = timedelta(minutes=5)
MINUTES = (
    QuotaMeasure.MINUTES_PER_DAY,
    QuotaMeasure.MINUTES_PER_WEEK,
    QuotaMeasure.MINUTES_PER_MONTH,
)
LINA = Booker(tier="flex", member_id="mem_1", company_id="co_1")
NOW = utc("2026-06-01 09:00")

quotas = st.builds(
    Quota,
    measure=st.sampled_from(QuotaMeasure),
    limit=st.integers(0, 6) | st.integers(0, 600).map(lambda n: n * 5),
    holder=st.sampled_from(QuotaHolder),
    scope=st.sampled_from(QuotaScope),
)


@st.composite
def counted_slots(draw: st.DrawFn, first: datetime) -> list[CountedSlot]:
    """A few bookings around ``first``, some with a pending change, by several people."""
    found: list[CountedSlot] = []
    for n in range(draw(st.integers(0, 6))):
        booking = CountedSlot(
            booking_id=f"bk_{n}",
            room_id=draw(st.sampled_from(("rm_1", "rm_2"))),
            member_id=draw(st.sampled_from(("mem_1", "mem_2", None))),
            company_id=draw(st.sampled_from(("co_1", "co_2", None))),
            slot=draw(cells(first=first - timedelta(days=1), most=864)),
            expires_at=draw(st.none() | st.just(first + draw(st.integers(-6, 6)) * STEP)),
        )
        found.append(booking)
        if draw(st.booleans()):
            change = draw(cells(first=first - timedelta(days=1), most=864))
            found.append(replace(booking, slot=change, expires_at=first + STEP, room_id="rm_1"))
    return draw(st.permutations(found))


def _counts(one: CountedSlot, quota: Quota, now: datetime) -> bool:
    """Whether one slot counts towards one of Lina's quotas in ``rm_1``."""
    mine = (
        one.member_id == "mem_1" if quota.holder is QuotaHolder.MEMBER else one.company_id == "co_1"
    )
    here = quota.scope is QuotaScope.WORKSPACE or one.room_id == "rm_1"
    return mine and here and (one.expires_at is None or one.expires_at > now)


def _label(measure: QuotaMeasure, zone: ZoneInfo, instant: datetime) -> object:
    """The day, week or month that the calendar on the wall shows."""
    day = instant.astimezone(zone).date()
    if measure is QuotaMeasure.MINUTES_PER_WEEK:
        return day.isocalendar()[:2]
    return (day.year, day.month) if measure is QuotaMeasure.MINUTES_PER_MONTH else day


def _naive(quota: Quota, wish: Interval, found: list[CountedSlot], zone: ZoneInfo, now: Any) -> int:
    """What the measure comes to, cell by cell: the most of any cell's period or of any cell."""
    bookings: dict[str, list[Interval]] = {}
    for one in found:
        if _counts(one, quota, now):
            bookings.setdefault(one.booking_id, []).append(one.slot)
    if quota.measure is QuotaMeasure.UPCOMING:
        return 1 + sum(any(s.start >= now for s in slots) for slots in bookings.values())
    wished = [wish.start + n * STEP for n in range((wish.end - wish.start) // STEP)]
    if quota.measure is QuotaMeasure.CONCURRENT:
        return 1 + max(
            sum(any(s.start <= cell < s.end for s in slots) for slots in bookings.values())
            for cell in wished
        )

    def minutes_in(cut: Interval, label: object) -> int:
        steps = range((cut.end - cut.start) // STEP)
        return 5 * sum(_label(quota.measure, zone, cut.start + n * STEP) == label for n in steps)

    labels = {_label(quota.measure, zone, cell) for cell in wished}
    return max(
        minutes_in(wish, label)
        + sum(max(minutes_in(s, label) for s in slots) for slots in bookings.values())
        for label in labels
    )


@settings(max_examples=60)
@given(zoned_days(), quotas, st.data())
def test_a_quota_is_kept_or_broken_as_a_naive_reading_says(
    where: tuple[ZoneInfo, date], quota: Quota, data: st.DataObject
) -> None:
    zone, day = where
    first = instant_at(zone, day, 0)
    found = data.draw(counted_slots(first))
    wish = data.draw(cells(first=first, most=400))
    room = samples.room(
        location=samples.location(timezone=zone.key), rules=BookingRules(quotas=(quota,))
    )
    calendar = RoomCalendar(room=room, occupied=(), blackouts=(), now=first)
    context = calendar.rule_context(wish, replace(LINA, counted=found))
    reasons = [v.reason for v in evaluate(Request(slot=wish), context)]
    reached = _naive(quota, wish, found, zone, first)
    assert [tally.reached(wish, zone, first) for tally in context.tallies] == [reached]
    broken = reached > quota.limit
    assert (f"quota_{quota.measure}" in reasons) is broken
    # What is loaded for a window suffices for every slot in it.
    span = counted_span(room.rules, zone, Interval(wish.start, wish.start + STEP), first)
    assert span is not None
    if wish.minutes <= room.rules.max_minutes:
        near = [one for one in found if one.slot.overlaps(span)]
        assert _naive(quota, wish, near, zone, first) == reached


@settings(max_examples=60)
@given(zoned_slots(), st.sampled_from(MINUTES))
def test_periods_partition_time_as_the_wall_does(
    where: tuple[ZoneInfo, Interval], measure: QuotaMeasure
) -> None:
    zone, wish = where
    parts = list(periods_of(measure, zone, wish))
    assert (parts[0][1].start, parts[-1][1].end) == (wish.start, wish.end)
    assert sum((p.end - p.start for _, p in parts), timedelta(0)) == wish.end - wish.start
    for period, part in parts:
        assert period.contains(part)
        assert period_at(measure, zone, part.start) == period
        assert period_at(measure, zone, period.end).start == period.end
        assert _label(measure, zone, part.start) == _label(measure, zone, part.end - STEP)


def test_a_day_whose_midnight_comes_twice_begins_at_the_first() -> None:
    """contract.md: one that exists twice means the first. In 2006 a minute past it went back."""
    zone, day = ZoneInfo("America/St_Johns"), QuotaMeasure.MINUTES_PER_DAY
    first_midnight = utc("2006-10-29 02:30")
    again_before_midnight = utc("2006-10-29 03:00")
    assert again_before_midnight.astimezone(zone).strftime("%d %H:%M") == "28 23:30"
    period = period_at(day, zone, again_before_midnight)
    assert period == Interval(first_midnight, utc("2006-10-30 03:30"))
    assert period_at(day, zone, first_midnight) == period
    assert period_at(day, zone, first_midnight - STEP).end == first_midnight


def _reasons(
    quota: Quota, *counted: CountedSlot, booker: Booker = LINA, **more: Any
) -> list[tuple[str, int | None]]:
    room = samples.room(rules=BookingRules(quotas=(quota,)))
    calendar = RoomCalendar(room=room, occupied=(), blackouts=(), now=NOW)
    wish = slot("2026-06-01 14:00")
    context = calendar.rule_context(wish, replace(booker, counted=counted), **more)
    return [(v.reason, v.limit) for v in evaluate(Request(slot=wish), context)]


def _booked(when: Interval, **fields: Any) -> CountedSlot:
    plain = CountedSlot(
        booking_id="bk_1", room_id="rm_1", member_id="mem_1", company_id=None, slot=when
    )
    return replace(plain, **fields)


@pytest.mark.parametrize(("limit", "broken"), [(120, False), (119, True), (0, True)])
def test_the_slot_itself_counts(limit: int, *, broken: bool) -> None:
    quota = Quota(measure=QuotaMeasure.MINUTES_PER_DAY, limit=limit)
    found = _reasons(quota, _booked(slot("2026-06-01 10:00")))
    assert found == ([("quota_minutes_per_day", limit)] if broken else [])


def test_a_booking_that_is_edited_does_not_count_against_itself() -> None:
    quota = Quota(measure=QuotaMeasure.UPCOMING, limit=1)
    booking = _booked(slot("2026-06-01 10:00"))
    assert _reasons(quota, booking) == [("quota_upcoming", 1)]
    assert _reasons(quota, booking, ignoring="bk_1") == []
    assert _reasons(quota, booking, ignoring="bk_2") == [("quota_upcoming", 1)]


@pytest.mark.parametrize("holder", QuotaHolder)
def test_guests_have_no_quotas(holder: QuotaHolder) -> None:
    quota = Quota(measure=QuotaMeasure.UPCOMING, limit=0, holder=holder)
    assert _reasons(quota, booker=Booker()) == []
    assert _reasons(quota) == [("quota_upcoming", 0)]
    # Nor has a member without a company one of a company.
    alone = replace(LINA, company_id=None)
    assert bool(_reasons(quota, booker=alone)) is (holder is QuotaHolder.MEMBER)


def test_a_pending_change_counts_where_it_is_more() -> None:
    """It may end as either of its two slots, never as both."""
    booking = _booked(slot("2026-06-01 10:00"))
    change = replace(booking, slot=slot("2026-06-01 10:00", 120), expires_at=NOW + STEP)
    for limit, reasons in ((180, []), (179, [("quota_minutes_per_day", 179)])):
        quota = Quota(measure=QuotaMeasure.MINUTES_PER_DAY, limit=limit)
        assert _reasons(quota, booking, change) == reasons
    away = replace(change, slot=slot("2026-06-02 10:00"))
    assert _reasons(Quota(measure=QuotaMeasure.MINUTES_PER_DAY, limit=120), booking, away) == []
    assert _reasons(Quota(measure=QuotaMeasure.UPCOMING, limit=2), booking, away) == []


def test_a_lapsed_hold_counts_no_more() -> None:
    quota = Quota(measure=QuotaMeasure.CONCURRENT, limit=1)
    hold = _booked(slot("2026-06-01 14:30"), expires_at=NOW)
    assert _reasons(quota, hold) == []
    live = replace(hold, expires_at=NOW + timedelta(seconds=1))
    assert _reasons(quota, live) == [("quota_concurrent", 1)]


def test_all_broken_quotas_are_listed() -> None:
    """contract.md: all violations listed."""
    rules = BookingRules(
        quotas=tuple(
            Quota(measure=measure, limit=0, holder=holder)
            for measure in QuotaMeasure
            for holder in QuotaHolder
        )
    )
    calendar = RoomCalendar(room=samples.room(rules=rules), occupied=(), blackouts=(), now=NOW)
    wish = slot("2026-06-01 14:00")
    found = evaluate(Request(slot=wish), calendar.rule_context(wish, LINA))
    assert [v.reason for v in found] == [f"quota_{m}" for m in QuotaMeasure for _ in QuotaHolder]
    assert len({v.message for v in found}) == len(found)


def test_what_is_loaded_reaches_as_far_as_the_measures_do() -> None:
    zone, window = ZoneInfo("Europe/London"), slot("2026-06-03 10:00")

    def span(*measures: QuotaMeasure) -> Interval | None:
        rules = BookingRules(
            max_minutes=120, quotas=tuple(Quota(measure=m, limit=1) for m in measures)
        )
        return counted_span(rules, zone, window, NOW)

    assert span() is None
    assert span(QuotaMeasure.CONCURRENT) == slot("2026-06-03 10:00", 180)
    assert span(QuotaMeasure.MINUTES_PER_DAY) == slot("2026-06-02 23:00", 1440)
    assert span(QuotaMeasure.MINUTES_PER_WEEK) == slot("2026-05-31 23:00", 7 * 1440)
    assert span(QuotaMeasure.MINUTES_PER_MONTH) == slot("2026-05-31 23:00", 30 * 1440)
    assert span(QuotaMeasure.UPCOMING) == Interval(NOW, LATEST)
    assert span(QuotaMeasure.UPCOMING, QuotaMeasure.MINUTES_PER_DAY) == Interval(NOW, LATEST)


@given(st.lists(quotas, max_size=20), st.none() | st.lists(quotas, max_size=3))
def test_quotas_there_and_back(own: list[Quota], others: list[Quota] | None) -> None:
    override = RuleOverride(quotas=None if others is None else tuple(others))
    rules = BookingRules(quotas=tuple(own), tiers={"flex": override})
    assert BookingRules.from_json(rules.as_json()) == rules
    assert rules.rules_for("flex").quotas == tuple(own if others is None else others)


@pytest.mark.parametrize(
    ("quotas_", "fields"),
    [
        ({}, ["rules.quotas"]),
        ([1], ["rules.quotas[0]"]),
        ([{}], ["rules.quotas[0].measure", "rules.quotas[0].limit"]),
        (
            [{"measure": "hours", "limit": "1"}],
            ["rules.quotas[0].measure", "rules.quotas[0].limit"],
        ),
        ([{"measure": "upcoming", "limit": -1}], ["rules.quotas[0].limit"]),
        ([{"measure": "upcoming", "limit": 10**7}], ["rules.quotas[0].limit"]),
        ([{"measure": "upcoming", "limit": 1, "of": "me"}], ["rules.quotas[0].of"]),
        ([{"measure": "upcoming", "limit": 1, "scope": "x"}], ["rules.quotas[0].scope"]),
        ([{"measure": "upcoming", "limit": 1}] * 21, ["rules.quotas"]),
    ],
)
def test_quotas_that_make_no_sense_are_refused(quotas_: Any, fields: list[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        BookingRules.from_json({"quotas": quotas_})
    assert [error.field for error in refused.value.errors] == fields
    with pytest.raises(ValidationFailed) as refused:
        BookingRules.from_json({"tiers": {"flex": {"quotas": quotas_}}})
    paths = [field.replace("rules.", "rules.tiers.flex.") for field in fields]
    assert [error.field for error in refused.value.errors] == paths
