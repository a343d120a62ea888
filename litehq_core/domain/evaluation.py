"""The one evaluator of booking rules: used by availability, quote, create and edit alike.

What is listed as bookable can be booked; that holds because all of them ask :func:`evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.custom_rule import CustomRuleFailed, is_rule_name
from litehq_core.domain.errors import Violation
from litehq_core.domain.gaps import gaps_left
from litehq_core.domain.interval import Interval
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.quota import Quota, QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot, Tally
from litehq_core.domain.reasons import RESERVED_REASONS, Reason
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.text import is_storable

# What every client can read as a number, GraphQL's 32 bits included.
MAX_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """Who would book, as far as rules care.

    Attributes:
        tier: the member's; None for a guest.
        is_active: False for a member who is invited or suspended.
        member_id, company_id: whose quotas count; None for those of a guest.
        counted: what he and his company have booked, wherever it bears on the quotas.
    """

    tier: str | None = None
    is_active: bool = True
    member_id: str | None = None
    company_id: str | None = None
    counted: Sequence[CountedSlot] = ()

    @classmethod
    def of(cls, member: Member | None) -> Booker:
        """A member as he books, with nothing counted yet; None is a guest."""
        if member is None:
            return GUEST
        return cls(
            tier=member.tier,
            is_active=member.status is MemberStatus.ACTIVE,
            member_id=member.id,
            company_id=member.company_id,
        )

    def holds(self, quotas: Sequence[Quota]) -> dict[QuotaHolder, str]:
        """Whose bookings count towards the quotas, by kind of holder; empty for a guest."""
        ids = {QuotaHolder.COMPANY: self.company_id, QuotaHolder.MEMBER: self.member_id}
        wanted = {quota.holder for quota in quotas}
        return {kind: i for kind, i in ids.items() if kind in wanted and i is not None}


GUEST = Booker()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of the rules: a slot, and a head count (None: not said)."""

    slot: Interval
    attendees: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What the rules are judged against: one booker in one room, as things stand.

    Made by ``RoomCalendar.rule_context``, once for many slots.

    Attributes:
        rules: those that hold for the booker's tier.
        room_active: False if the room takes no new bookings.
        open_intervals: the opening hours; they must cover the slot's days.
        installed: the rules that others brought, by name.
        free: the times that are open and neither taken nor blacked out, with the buffers of
            ``buffer_minutes`` around what is there; only needed if the gap rule is on.
        tallies: the booker's quotas, and what counts towards each.
    """

    rules: BookingRules
    booker: Booker = GUEST
    capacity: int
    buffer_minutes: int = 0
    room_active: bool = True
    zone: ZoneInfo
    open_intervals: Sequence[Interval]
    free: Sequence[Interval] = ()
    tallies: Sequence[Tally] = ()
    installed: BookingRuleSet = field(default_factory=dict)
    now: datetime

    @property
    def earliest(self) -> datetime:
        """The first instant at which a booking may start."""
        return self.now + timedelta(minutes=self.rules.lead_minutes)

    @property
    def latest(self) -> datetime:
        """The last instant at which a booking may start."""
        return self.now + timedelta(days=self.rules.horizon_days)

    @property
    def needs_each_slot(self) -> bool:
        """Whether a rule is on that looks at more of each slot than one can say beforehand.

        Without one, all that counts of a slot is where it starts, its length, and its opening.
        """
        return bool(self.rules.min_gap_minutes or self.tallies or self.rules.custom)


class BookingRule(Protocol):
    """A rule of bookings that others bring.

    It must be pure: the same question, the same answer; the time is ``context.now``. It is asked
    by availability, quote, create and move alike, and often: once for each start that could be.
    """

    @property
    def name(self) -> str:
        """What rooms call it by: small letters, digits and underscores; it never changes."""

    @property
    def version(self) -> str:
        """Such as ``1.2``."""

    def require_options(self, options: Mapping[str, Any]) -> None:
        """Refuse options that the rule cannot work with.

        Raises:
            ValidationFailed: naming the option.
        """

    def violations(
        self, request: Request, context: RuleContext, options: Mapping[str, Any]
    ) -> Iterable[Violation]:
        """What the request breaks, under reason codes of the rule's own; nothing if it may be
        booked.
        """


BookingRuleSet = Mapping[str, BookingRule]
Rule = Callable[[Request, RuleContext], Iterator[Violation]]


def evaluate(request: Request, context: RuleContext) -> list[Violation]:
    """Every rule that the request breaks, in the order of :class:`Reason`, then of the room's
    custom rules; empty if none.

    Raises:
        CustomRuleFailed: a rule that others brought does not work.
    """
    return [violation for rule in _RULES for violation in rule(request, context)]


def standing_violations(attendees: int | None, context: RuleContext) -> list[Violation]:
    """The rules that the booker breaks in this room whenever he would come."""
    # Any slot will do: none of these rules looks at it.
    sometime = Interval(context.now, context.now + timedelta(minutes=CELL_MINUTES))
    anytime = Request(slot=sometime, attendees=attendees)
    return [violation for rule in _STANDING for violation in rule(anytime, context)]


def edit_closes_at(start_at: datetime, rules: BookingRules) -> datetime:
    """The last instant at which a booking that starts then may be edited.

    The edit window is judged by the slot that the booking has, not by the one it is to have, and
    has a refusal of its own; so it is no part of :func:`evaluate`.

    Args:
        rules: those that hold for the booking's tier.
    """
    return start_at - timedelta(minutes=rules.edit_window_minutes)


def start_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """The slot starts neither too soon nor too late."""
    start, rules = request.slot.start, context.rules
    if start < context.now:
        yield Violation(reason=Reason.IN_THE_PAST, message="The slot starts in the past.")
    elif start < context.earliest:
        yield Violation(
            reason=Reason.LEAD_TIME,
            message=f"The room must be booked {rules.lead_minutes} minutes ahead.",
            limit=rules.lead_minutes,
        )
    if start > context.latest:
        yield Violation(
            reason=Reason.HORIZON,
            message=f"The room can be booked {rules.horizon_days} days ahead.",
            limit=rules.horizon_days,
        )


def hours_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """The slot lies within one opening."""
    if not any(opening.contains(request.slot) for opening in context.open_intervals):
        yield Violation(
            reason=Reason.OUTSIDE_OPENING_HOURS,
            message="The slot lies outside the opening hours.",
        )


def length_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """The slot is neither too short nor too long, by elapsed time."""
    minutes, rules = request.slot.minutes, context.rules
    if minutes < rules.min_minutes:
        yield Violation(
            reason=Reason.TOO_SHORT,
            message=f"A booking lasts {rules.min_minutes} minutes at least.",
            limit=rules.min_minutes,
        )
    if minutes > rules.max_minutes:
        yield Violation(
            reason=Reason.TOO_LONG,
            message=f"A booking lasts {rules.max_minutes} minutes at most.",
            limit=rules.max_minutes,
        )


def seat_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """The room seats all who come."""
    yield from over_capacity(request.attendees, context.capacity)


def over_capacity(attendees: int | None, capacity: int) -> Iterator[Violation]:
    """The rule that a room must seat all who come; kept if nobody said how many."""
    if attendees is not None and attendees > capacity:
        yield Violation(
            reason=Reason.OVER_CAPACITY, message=f"The room seats {capacity}.", limit=capacity
        )


def access_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """The booker may book the room at all."""
    allowed, booker = context.rules.allowed_tiers, context.booker
    if allowed is not None and booker.tier not in allowed:
        yield Violation(
            reason=Reason.TIER_NOT_ALLOWED,
            message="The membership tier does not include this room.",
        )
    if not context.room_active:
        yield Violation(reason=Reason.ROOM_INACTIVE, message="The room takes no bookings.")
    if not booker.is_active:
        yield Violation(reason=Reason.MEMBER_NOT_ACTIVE, message="The member is not active.")


def gap_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """Nothing unsellable is left beside the slot; named once for both sides."""
    least = context.rules.min_gap_minutes
    if not least:
        return
    gaps = gaps_left(request.slot, context.free, context.buffer_minutes, context.earliest)
    if any(gap < least for gap in gaps):
        yield Violation(
            reason=Reason.UNSELLABLE_GAP,
            message=f"Beside the slot, nothing or at least {least} minutes must stay free.",
            limit=least,
        )


def quota_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """Neither the member nor the company has more than its quotas allow."""
    for tally in context.tallies:
        quota = tally.quota
        if tally.reached(request.slot, context.zone, context.now) > quota.limit:
            yield Violation(
                reason=Reason(f"quota_{quota.measure}"), message=quota.words, limit=quota.limit
            )


def custom_violations(request: Request, context: RuleContext) -> Iterator[Violation]:
    """What rules that others brought have against it, in the order in which the room names them.

    Raises:
        CustomRuleFailed: one is missing, raises, or answers what makes no sense.
    """
    for use in context.rules.custom:
        rule = context.installed.get(use.name)
        if rule is None:
            raise CustomRuleFailed(use.name, "is not installed")
        try:
            found = tuple(rule.violations(request, context, use.options))
        except Exception as error:
            raise CustomRuleFailed(use.name, f"failed: {error}") from error
        if not all(_is_custom(violation) for violation in found):
            raise CustomRuleFailed(use.name, "must answer with violations of its own reasons")
        yield from found


def _is_custom(violation: object) -> bool:
    """Whether it is a violation that can be shown, under a reason that is not one of ours."""
    if not isinstance(violation, Violation) or violation.reason in RESERVED_REASONS:
        return False
    limit = violation.limit
    return (
        is_rule_name(violation.reason)
        and bool(violation.message)
        and is_storable(violation.message)
        and (limit is None or (type(limit) is int and abs(limit) <= MAX_LIMIT))
    )


_RULES: tuple[Rule, ...] = (
    start_violations,
    hours_violations,
    length_violations,
    seat_violations,
    access_violations,
    gap_violations,
    quota_violations,
    custom_violations,
)
# Of these, what does not look at the slot.
_STANDING: tuple[Rule, ...] = (seat_violations, access_violations)
