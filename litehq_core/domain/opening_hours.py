"""Opening hours: wall-clock spans for each weekday, with dated exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval, merge
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at, local

# One span of a day: minutes after local midnight, end exclusive; past 1440 is the next day.
Span = tuple[int, int]

_CLOCK = re.compile(r"([0-4]\d):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """``weekly`` holds the spans of Monday to Sunday; ``exceptions`` replace a date's spans.

    18:00–02:00 is the span ``(1080, 1560)`` of the day on which it begins. An empty tuple is a
    closed day.

    >>> hours = OpeningHours.every_day(9 * 60, 17 * 60)
    >>> hours.spans_on(date(2026, 6, 1))
    ((540, 1020),)

    Raises:
        ValidationFailed: not seven days, or a span that is empty, inverted, longer than a day
            or off the five-minute cells.
    """

    weekly: tuple[tuple[Span, ...], ...]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValidationFailed.of("opening_hours.weekly", "must list seven days")
        for spans in (*self.weekly, *self.exceptions.values()):
            for opens, closes in spans:
                if not (0 <= opens < DAY_MINUTES and opens < closes <= opens + DAY_MINUTES):
                    raise ValidationFailed.of(
                        "opening_hours", "a span must begin within its day and last a day at most"
                    )
                if opens % CELL_MINUTES or closes % CELL_MINUTES:
                    raise ValidationFailed.of(
                        "opening_hours", "spans must be multiples of five minutes"
                    )

    def __hash__(self) -> int:
        # Exceptions are a mapping, which has no hash; hours that are equal agree on the week.
        return hash(self.weekly)

    @classmethod
    def every_day(cls, opens: int, closes: int) -> OpeningHours:
        """The same span, in minutes after midnight, on all seven days."""
        return cls(weekly=(((opens, closes),),) * 7)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on ``day``."""
        return self.exceptions.get(day, self.weekly[day.weekday()])

    def open_intervals(self, zone: ZoneInfo, window: Interval) -> list[Interval]:
        """The open time inside ``window``, merged and clipped."""
        found: list[Interval] = []
        # The day before may reach past midnight into the window.
        day = local(zone, window.start).date() - timedelta(days=1)
        # Where clocks go back over midnight, the day after the last has already begun once.
        last = local(zone, window.end).date() + timedelta(days=1)
        while day <= last:
            for opens, closes in self.spans_on(day):
                start, end = instant_at(zone, day, opens), instant_at(zone, day, closes)
                # A span that lies wholly in a gap has no instant of its own.
                clipped = Interval(start, end).clip(window) if start < end else None
                if clipped:
                    found.append(clipped)
            day += timedelta(days=1)
        return merge(found)

    def as_json(self) -> dict[str, Any]:
        """``{"weekly": [[["07:00", "22:00"]], …], "exceptions": {"2026-12-25": []}}``."""
        return {
            "weekly": [[_span_text(span) for span in spans] for spans in self.weekly],
            "exceptions": {
                day.isoformat(): [_span_text(span) for span in spans]
                for day, spans in sorted(self.exceptions.items())
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> OpeningHours:
        """The inverse of :meth:`as_json`.

        Raises:
            ValidationFailed: the value has another shape.
        """
        try:
            if not set(value) <= {"weekly", "exceptions"}:
                raise ValueError(value)
            return cls(
                weekly=tuple(tuple(_span(s) for s in spans) for spans in value["weekly"]),
                exceptions={
                    date.fromisoformat(day): tuple(_span(s) for s in spans)
                    for day, spans in value.get("exceptions", {}).items()
                },
            )
        except (KeyError, TypeError, AttributeError, ValueError):
            raise ValidationFailed.of(
                "opening_hours", 'must read {"weekly": [[["07:00", "22:00"]], …], "exceptions": {}}'
            ) from None


def _span_text(span: Span) -> list[str]:
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in span]


def _span(value: Any) -> Span:
    clocks = [_CLOCK.fullmatch(text) for text in value]
    opens, closes = (int(clock[1]) * 60 + int(clock[2]) for clock in clocks if clock)
    # "18:00"–"02:00" passes midnight as "18:00"–"26:00" does.
    return opens, closes if closes > opens else closes + DAY_MINUTES
