"""What counts towards quotas (see ``domain.quota``), and what a slot would make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.wall_clock import LATEST, instant_at, local


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedSlot:
    """A booking's slot as quotas count it, or that of its pending change.

    ``expires_at`` is set for holds and changes; once it has passed they count no more.
    """

    booking_id: str
    room_id: str
    member_id: str | None
    company_id: str | None
    slot: Interval
    expires_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still counts at ``now``."""
        return self.expires_at is None or now < self.expires_at

    def held_by(self, kind: QuotaHolder) -> str | None:
        """The id of the member, or of the company, whose booking it is."""
        return self.member_id if kind is QuotaHolder.MEMBER else self.company_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A quota and what counts towards it: of each booking, the one slot or two it may have."""

    quota: Quota
    bookings: tuple[tuple[Interval, ...], ...]
    # Slots of one window touch few periods, each of them many times.
    _minutes: dict[Interval, int] = field(default_factory=dict, compare=False)

    def reached(self, slot: Interval, zone: ZoneInfo, now: datetime) -> int:
        """What the measure comes to if ``slot`` is booked as well, where it comes to most."""
        match self.quota.measure:
            case QuotaMeasure.UPCOMING:
                return 1 + sum(any(s.start >= now for s in slots) for slots in self.bookings)
            case QuotaMeasure.CONCURRENT:
                return 1 + self._most_at_once(slot)
            case measure:
                return max(
                    part.minutes + self._minutes_in(period)
                    for period, part in periods_of(measure, zone, slot)
                )

    def _minutes_in(self, period: Interval) -> int:
        if period not in self._minutes:
            self._minutes[period] = sum(
                max((part.minutes for s in slots if (part := s.clip(period))), default=0)
                for slots in self.bookings
            )
        return self._minutes[period]

    def _most_at_once(self, slot: Interval) -> int:
        """The most of the bookings that there are at one instant of ``slot``."""
        parts = [
            [part for s in slots if (part := s.clip(slot)) is not None] for slots in self.bookings
        ]
        # The most is reached where one of them begins.
        instants = {part.start for slots in parts for part in slots}
        return max(
            (sum(any(p.start <= at < p.end for p in slots) for slots in parts) for at in instants),
            default=0,
        )


def tallies(
    quotas: Iterable[Quota],
    holders: Mapping[QuotaHolder, str],
    counted: Sequence[CountedSlot],
    room_id: str,
) -> Iterator[Tally]:
    """Each quota that has a holder here, with what counts towards it in the room."""
    for quota in quotas:
        holder = holders.get(quota.holder)
        if holder is None:
            continue
        slots: dict[str, list[Interval]] = {}
        for one in counted:
            here = quota.scope is QuotaScope.WORKSPACE or one.room_id == room_id
            if here and one.held_by(quota.holder) == holder:
                slots.setdefault(one.booking_id, []).append(one.slot)
        yield Tally(quota=quota, bookings=tuple(map(tuple, slots.values())))


def counted_span(
    rules: BookingRules, zone: ZoneInfo, window: Interval, now: datetime
) -> Interval | None:
    """Where bookings lie that can bear on the quotas of a slot that starts in ``window``.

    None if the rules have no quota.
    """
    longest = timedelta(minutes=rules.max_minutes)
    whole = window.widened(before=timedelta(0), after=longest)
    spans = [
        Interval(now, LATEST)
        if quota.measure is QuotaMeasure.UPCOMING
        else whole
        if quota.measure is QuotaMeasure.CONCURRENT
        else Interval(
            period_at(quota.measure, zone, whole.start).start,
            period_at(quota.measure, zone, whole.end).end,
        )
        for quota in rules.quotas
    ]
    if not spans:
        return None
    return Interval(min(s.start for s in spans), max(s.end for s in spans))


def periods_of(
    measure: QuotaMeasure, zone: ZoneInfo, slot: Interval
) -> Iterator[tuple[Interval, Interval]]:
    """The periods that a slot touches, each with the part of the slot that lies in it."""
    start = slot.start
    while start < slot.end:
        period = period_at(measure, zone, start)
        part = Interval(start, min(period.end, slot.end))
        yield period, part
        start = part.end


def period_at(measure: QuotaMeasure, zone: ZoneInfo, instant: datetime) -> Interval:
    """The local day, ISO week or month that ``instant`` lies in, from midnight to midnight."""
    first = _first_day(measure, local(zone, instant).date())
    start, end = instant_at(zone, first, 0), instant_at(zone, _next(measure, first), 0)
    # Where midnight comes twice, or a day not at all, the wall's date lags behind.
    while end <= instant:
        first = _next(measure, first)
        start, end = end, instant_at(zone, _next(measure, first), 0)
    return Interval(start, end)


def _first_day(measure: QuotaMeasure, day: date) -> date:
    match measure:
        case QuotaMeasure.MINUTES_PER_WEEK:
            return day - timedelta(days=day.weekday())
        case QuotaMeasure.MINUTES_PER_MONTH:
            return day.replace(day=1)
        case _:
            return day


def _next(measure: QuotaMeasure, first: date) -> date:
    match measure:
        case QuotaMeasure.MINUTES_PER_WEEK:
            return first + timedelta(days=7)
        case QuotaMeasure.MINUTES_PER_MONTH:
            return (first + timedelta(days=31)).replace(day=1)
        case _:
            return first + timedelta(days=1)
