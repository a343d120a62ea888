"""Two weeks of demo bookings: the same days always look the same, and dates follow today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from litehq_app.demo.catalogue import ROOMS, TIMEZONE, TOKENS
from litehq_core.domain.booking import Guest
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.wall_clock import instant_at, local, zone_named

DAYS = 14
_SEED = 20_260_522
# Whoever starts the demo at night should not find a booking that begins this very minute.
_AHEAD = timedelta(hours=1)

_NORTHWIND = ("mem_amara_o", "mem_chiara_r", "mem_dmitri_v", "mem_freya_l", "mem_george_a")
_FINCH = ("mem_oscar_n", "mem_priya_n")
_WITH_TOKENS = tuple(member_id for member_id in TOKENS if member_id != "mem_lina_p")
_GUESTS = (
    Guest(email="casting@brightside.example", name="Brightside Casting"),
    Guest(email="studio@halcyon.example", name="Halcyon Films"),
    Guest(email="hello@paperlane.example", name="Paper Lane"),
)
_NOTES = ("Board meeting", "Design review", "Interviews", "Team day", "Client call", "Rehearsal")


@dataclass(frozen=True, slots=True)
class Plan:
    """A booking to make, and whether its checkout is then paid."""

    wish: CreateBooking
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """A slot of the day that is often taken: local minutes, and on how many days of ten."""

    room_id: str
    start: int
    minutes: int
    days_of_ten: int


# The Atrium and the Studio stay free from 14:00 to 16:00 UTC, winter and summer: nothing of
# theirs lies between noon and 17:30 local.
_PATTERNS = (
    _Pattern(room_id="rm_atrium", start=9 * 60, minutes=90, days_of_ten=7),
    _Pattern(room_id="rm_atrium", start=18 * 60, minutes=120, days_of_ten=4),
    _Pattern(room_id="rm_studio", start=10 * 60, minutes=120, days_of_ten=4),
    _Pattern(room_id="rm_boardroom", start=9 * 60 + 30, minutes=90, days_of_ten=6),
    _Pattern(room_id="rm_boardroom", start=14 * 60, minutes=60, days_of_ten=6),
    _Pattern(room_id="rm_focus", start=8 * 60 + 15, minutes=105, days_of_ten=7),
    _Pattern(room_id="rm_focus", start=13 * 60 + 30, minutes=60, days_of_ten=6),
    _Pattern(room_id="rm_workshop", start=10 * 60, minutes=240, days_of_ten=4),
    _Pattern(room_id="rm_booth", start=11 * 60, minutes=30, days_of_ten=8),
)


def plans(now: datetime) -> Iterator[Plan]:
    """The bookings to make, in the order of their days."""
    random = Random(_SEED)
    zone = zone_named(TIMEZONE)
    today = local(zone, now).date()
    for day in (today + timedelta(days=n) for n in range(DAYS)):
        for pattern in _PATTERNS:
            # Drawn even if it is not used, so that a day looks the same whatever the hour.
            taken = random.randrange(10) < pattern.days_of_ten
            plan = _plan(pattern, day, random)
            lead = next(r.rules.lead_minutes for r in ROOMS if r.id == pattern.room_id)
            begun = plan.wish.start_at < now + timedelta(minutes=lead) + _AHEAD
            closed = pattern.room_id == "rm_workshop" and day.isoweekday() == 7
            if taken and not begun and not closed:
                yield plan


def _plan(pattern: _Pattern, day: date, random: Random) -> Plan:
    start = instant_at(zone_named(TIMEZONE), day, pattern.start)
    guest, member_id, mode, paid = None, None, None, False
    match pattern.room_id:
        case "rm_studio":
            guest, paid = random.choice(_GUESTS), True
        case "rm_workshop":
            member_id = random.choice(_FINCH)
        case "rm_booth":
            member_id = random.choice(("mem_will_p", "mem_xenia_p", "mem_jonas_k"))
        case "rm_focus" | "rm_atrium" if random.random() < 0.4:
            member_id, mode = random.choice(_WITH_TOKENS), BillingMode.TOKENS
        case "rm_boardroom":
            # Northwind's own, of the tiers that may use it.
            member_id = random.choice(("mem_amara_o", "mem_ben_w", "mem_dmitri_v", "mem_elif_a"))
        case _:
            member_id = random.choice(_NORTHWIND)
    wish = CreateBooking(
        room_id=pattern.room_id,
        start_at=start,
        end_at=start + timedelta(minutes=pattern.minutes),
        member_id=member_id,
        guest=guest,
        attendees=random.randint(1, 2) if pattern.room_id == "rm_focus" else None,
        notes=random.choice(_NOTES) if random.random() < 0.5 else None,
        billing_mode=mode,
    )
    return Plan(wish, paid)
