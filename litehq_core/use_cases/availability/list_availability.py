"""Free and busy times of rooms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.availability import RoomAvailability, availabilities
from litehq_core.domain.errors import FieldError, NotFound, ValidationFailed
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import Wallet
from litehq_core.domain.means import Means
from litehq_core.domain.price import Payer
from litehq_core.domain.query import default_window
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import counted_span
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.wall_clock import utc_instant, whole_second
from litehq_core.ports.ports import Ports
from litehq_core.steps.load_wish import require_attendees

# contract.md, availability: at most 92 days.
MAX_SPAN = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAvailability:
    """What is wanted: one room, the rooms open to a tier, or all rooms.

    ``member_id`` says who would book, ``attendees`` how many would come, and
    ``duration_minutes`` asks for the starts.
    """

    room_id: str | None = None
    tier: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    duration_minutes: int | None = None
    attendees: int | None = None
    member_id: str | None = None


async def list_availability(
    ports: Ports, actor: Actor, query: ListAvailability
) -> tuple[Interval, list[RoomAvailability]]:
    """The window, and for each room its blocks and, for a length, the starts.

    A start is listed if and only if the caller can book it for that length: a guest if no
    member and no tier is named. A tier alone has neither quotas nor means: they are a member's.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: a window that is empty or too long, or a length off the grid.
        NotFound: no such room or member.
    """
    actor.require(Scope.CALENDAR_READ)
    now = ports.clock().replace(microsecond=0)
    start, end = default_window(query.from_at, now)
    if query.to_at is not None:
        end = whole_second(utc_instant("to", query.to_at))
    if not start < end <= start + MAX_SPAN:
        raise ValidationFailed.of("to", f"must lie within {MAX_SPAN.days} days after from")
    minutes = query.duration_minutes
    if minutes is not None and (
        minutes <= 0 or minutes % CELL_MINUTES or minutes > MAX_SPAN.days * 24 * 60
    ):
        raise ValidationFailed.of("duration_minutes", "must be a positive multiple of five")
    wrong: list[FieldError] = []
    require_attendees(query.attendees, wrong)
    if wrong:
        raise ValidationFailed(*wrong)
    booker, may_book = await _booker(ports, actor, query)
    window = Interval(start, end)
    rooms = None if query.room_id is None else [query.room_id]
    calendars = await ports.reads.calendars(actor.workspace_id, rooms, window, now)
    if rooms and not calendars:
        raise NotFound("room")
    booker = await _count_booked(ports, actor, booker, calendars, window)
    # Whoever has the tier: what he can pay with is not known.
    is_known = query.tier is None or booker.member_id is not None
    rules = ports.plugins.booking_rules
    allowed = [c.with_rules(rules) for c in calendars if _is_open_to(query.tier, c.room)]
    found = availabilities(
        allowed,
        window,
        booker=booker,
        attendees=query.attendees,
        minutes=minutes if may_book else None,
        means=await _means(ports, actor, booker, allowed) if minutes and is_known else None,
    )
    if minutes is not None and not may_book:
        found = [replace(of_room, starts=()) for of_room in found]
    return window, found


def _is_open_to(tier: str | None, room: Room) -> bool:
    """Whether a list of the rooms of a tier, if it is one, names the room."""
    allowed = room.rules.allowed_tiers
    return tier is None or allowed is None or tier in allowed


async def _means(
    ports: Ports, actor: Actor, booker: Booker, calendars: list[RoomCalendar]
) -> dict[str, Means]:
    """What the booker can pay with in each of the rooms."""
    reads, workspace_id = ports.reads, actor.workspace_id
    company_id, member_id = booker.company_id, booker.member_id
    company = await reads.company(workspace_id, company_id) if company_id else None
    wallet = await reads.wallet(workspace_id, member_id) if member_id else Wallet()
    payer = Payer(is_guest=member_id is None, tier=booker.tier, company=company)
    cards = await reads.rate_cards(workspace_id, [calendar.room.id for calendar in calendars])
    return {
        calendar.room.id: Means(
            room=calendar.room,
            cards=cards.get(calendar.room.id, ()),
            # Some lots are good for some rooms only.
            payer=replace(payer, spendable_tokens=wallet.spendable(calendar.now, calendar.room.id)),
            installed=ports.plugins.price_rules,
        )
        for calendar in calendars
    }


async def _booker(ports: Ports, actor: Actor, query: ListAvailability) -> tuple[Booker, bool]:
    """Who would book, and whether the caller may book for him at all."""
    member_id = query.member_id or (actor.member_id if query.tier is None else None)
    if member_id is None:
        # A key that is bound to companies books for their members, and for no guest.
        return Booker(tier=query.tier), query.tier is not None or not actor.is_bound
    member = await ports.reads.member(actor.workspace_id, member_id)
    if member is None or not actor.reaches(member_id=member.id, company_id=member.company_id):
        raise NotFound("member")
    return Booker.of(member), True


async def _count_booked(
    ports: Ports, actor: Actor, booker: Booker, calendars: list[RoomCalendar], window: Interval
) -> Booker:
    """The booker with what bears on his quotas in any of the rooms; read only if there are any."""
    spans: list[Interval] = []
    holders: dict[QuotaHolder, str] = {}
    for calendar in calendars:
        room = calendar.room
        rules = room.rules.rules_for(booker.tier)
        span = counted_span(rules, room.location.zone, window, calendar.now)
        if span is not None:
            spans.append(span)
            holders |= booker.holds(rules.quotas)
    if not holders:
        return booker
    whole = Interval(min(span.start for span in spans), max(span.end for span in spans))
    counted = await ports.reads.counted(actor.workspace_id, holders, whole)
    return replace(booker, counted=counted)
