"""The demo workspace's building, rooms, prices and people. Nothing here is left to chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep
from litehq_core.domain.company import BillingTerms, Company
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Room
from litehq_core.domain.workspace import Mode, Workspace
from litehq_core.ports.transaction import Catalogued

WORKSPACE_ID = "ws_demo"
TIMEZONE = "Europe/London"
TIERS = ("resident", "flex", "day")

_ANY_MODE = frozenset(BillingMode)
_CARD = frozenset({BillingMode.CARD})
_CARD_OR_INVOICE = frozenset({BillingMode.CARD, BillingMode.INVOICE})

STANDARD = CancellationPolicy(
    name="standard",
    steps=(
        CancellationStep(minutes_before=24 * 60, refund_percent=100),
        CancellationStep(minutes_before=2 * 60, refund_percent=50),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRoom:
    """A room with its price."""

    id: str
    name: str
    capacity: int
    hourly_minor: int
    modes: frozenset[BillingMode]
    tokens_per_hour: int | None = None
    slot_minutes: int = 30
    buffer_minutes: int = 0
    rules: BookingRules = field(default_factory=BookingRules)
    opening_hours: OpeningHours | None = None


ROOMS = (
    DemoRoom(
        id="rm_atrium",
        name="Atrium",
        capacity=10,
        hourly_minor=4000,
        tokens_per_hour=2,
        modes=_ANY_MODE,
    ),
    DemoRoom(id="rm_studio", name="Studio", capacity=8, hourly_minor=5600, modes=_CARD),
    DemoRoom(
        id="rm_boardroom",
        name="Boardroom",
        capacity=16,
        hourly_minor=7200,
        tokens_per_hour=4,
        modes=_ANY_MODE,
        buffer_minutes=15,
        rules=BookingRules(
            min_minutes=60, lead_minutes=120, allowed_tiers=frozenset({"resident", "flex"})
        ),
    ),
    DemoRoom(
        id="rm_focus",
        name="Focus Room",
        capacity=2,
        hourly_minor=1200,
        tokens_per_hour=1,
        modes=_ANY_MODE,
        slot_minutes=15,
        rules=BookingRules(min_minutes=15, max_minutes=4 * 60, edit_window_minutes=15),
    ),
    DemoRoom(
        id="rm_workshop",
        name="Workshop",
        capacity=30,
        hourly_minor=9500,
        modes=_CARD_OR_INVOICE,
        slot_minutes=60,
        buffer_minutes=30,
        rules=BookingRules(min_minutes=120, lead_minutes=24 * 60, edit_window_minutes=24 * 60),
        # Closed on Sundays, and at six on Saturdays.
        opening_hours=OpeningHours(weekly=(((8 * 60, 21 * 60),),) * 5 + (((9 * 60, 18 * 60),), ())),
    ),
    DemoRoom(
        id="rm_booth",
        name="Phone Booth",
        capacity=1,
        # Part of every membership: nothing to pay, so confirmed at once.
        hourly_minor=0,
        modes=_CARD,
        slot_minutes=15,
        rules=BookingRules(
            min_minutes=15, max_minutes=60, edit_window_minutes=0, allowed_tiers=frozenset(TIERS)
        ),
    ),
)

COMPANIES = (
    ("co_northwind", "Northwind Traders", BillingTerms.INVOICE),
    ("co_harbour", "Harbour Architects", BillingTerms.CARD),
    ("co_finch", "Finch & Daughters", BillingTerms.INVOICE),
)

# In order: the first eight work at Northwind, five at Harbour, four at Finch, the rest for
# themselves. `mem_<first name>_<initial>` is the id.
_NAMES = """
Amara Okafor, Ben Whitlock, Chiara Rossi, Dmitri Volkov, Elif Aydin, Freya Lindqvist,
George Achebe, Hana Suzuki, Idris Bello, Jade Thornton, Kofi Mensah, Leila Haddad, Marco Bianchi,
Nadia Rahman, Oscar Nyberg, Priya Nair, Quentin Moreau, Rosa Jimenez, Samir Patel, Tess Gallagher,
Umar Farooq, Vera Novak, Will Prescott, Xenia Papadaki, Yusuf Demir, Zoe Hartley, Aled Morgan,
Bridget Kavanagh, Callum Reid, Dana Cohen, Emeka Eze, Fiona Drummond, Gustav Holm, Ines Carvalho,
Jack Osborne, Kirsten Vogel, Liam Doherty, Maya Banerjee
"""
LINA = "mem_lina_p"
JONAS = "mem_jonas_k"

# Tokens to spend, by member; whoever is not listed has none.
TOKENS = {
    LINA: 60,
    "mem_samir_p": 40,
    "mem_tess_g": 40,
    "mem_umar_f": 40,
    "mem_vera_n": 40,
    "mem_zoe_h": 40,
}


def catalogue(now: datetime, hold_minutes: int) -> list[Catalogued]:
    """Everything but the bookings, in an order that can be inserted."""
    location = Location(
        id="loc_soho",
        workspace_id=WORKSPACE_ID,
        name="Soho",
        timezone=TIMEZONE,
        currency="GBP",
        opening_hours=OpeningHours.every_day(7 * 60, 22 * 60),
        created_at=now,
        updated_at=now,
    )
    workspace = Workspace(
        id=WORKSPACE_ID,
        name="LiteHQ Demo",
        mode=Mode.TEST,
        hold_minutes=hold_minutes,
        created_at=now,
    )
    companies = [
        Company(
            id=company_id,
            workspace_id=WORKSPACE_ID,
            name=name,
            billing_terms=terms,
            created_at=now,
            updated_at=now,
        )
        for company_id, name, terms in COMPANIES
    ]
    rooms_and_cards = [item for room in ROOMS for item in _room(room, location, now)]
    return [workspace, location, *companies, *rooms_and_cards, *_members(now)]


def _room(room: DemoRoom, location: Location, now: datetime) -> tuple[Room, RateCard]:
    return (
        Room(
            id=room.id,
            workspace_id=WORKSPACE_ID,
            location=location,
            name=room.name,
            capacity=room.capacity,
            slot_minutes=room.slot_minutes,
            buffer_minutes=room.buffer_minutes,
            rules=room.rules,
            opening_hours=room.opening_hours,
            created_at=now,
            updated_at=now,
        ),
        RateCard(
            id=f"rc_{room.id.removeprefix('rm_')}",
            workspace_id=WORKSPACE_ID,
            room_id=room.id,
            currency=location.currency,
            effective_from=date(2020, 1, 1),
            hourly_minor=room.hourly_minor,
            tokens_per_hour=room.tokens_per_hour,
            billing_modes=room.modes,
            cancellation=STANDARD,
            created_at=now,
        ),
    )


def _members(now: datetime) -> Iterator[Member]:
    companies = ["co_northwind"] * 8 + ["co_harbour"] * 5 + ["co_finch"] * 4
    names = [" ".join(name.split()) for name in _NAMES.split(",")]
    people: list[tuple[str, str | None, str]] = [
        ("Lina Petrova", None, "resident"),
        ("Jonas Keller", None, "flex"),
    ]
    people += [
        (name, companies[i] if i < len(companies) else None, TIERS[i % len(TIERS)])
        for i, name in enumerate(names)
    ]
    for name, company_id, tier in people:
        first, last = name.lower().split()
        status = {"Maya Banerjee": MemberStatus.INVITED, "Liam Doherty": MemberStatus.SUSPENDED}
        yield Member(
            id=f"mem_{first}_{last[0]}",
            workspace_id=WORKSPACE_ID,
            email=f"{first}.{last}@example.com",
            name=name,
            tier=tier,
            company_id=company_id,
            status=status.get(name, MemberStatus.ACTIVE),
            created_at=now,
            updated_at=now,
        )
