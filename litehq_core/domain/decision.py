"""Decide, then apply: what a decision is, and what all decisions about slots share.

The functions here and in ``creating``, ``editing``, ``ending`` and ``settling`` are pure: they
take what was loaded and give back all that is to be written. One step, ``steps.apply``, writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from litehq_core.domain.booking import Booking
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.claims import Claim, seats_for
from litehq_core.domain.company import Company
from litehq_core.domain.errors import (
    BookingRuleViolated,
    SlotMisaligned,
    SlotUnavailable,
    Violation,
)
from litehq_core.domain.evaluation import Booker, Request, evaluate
from litehq_core.domain.events import EventDraft
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Transfer
from litehq_core.domain.lots import Wallet
from litehq_core.domain.means import card_for
from litehq_core.domain.member import Member
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment
from litehq_core.domain.price import Payer, Price
from litehq_core.domain.price_plugins import PriceRuleSet
from litehq_core.domain.pricing import choose_billing_mode, price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Blackout
from litehq_core.domain.room_calendar import Occupied, RoomCalendar
from litehq_core.domain.workspace import Workspace

# How far around the wanted slot alternatives are looked for.
SEARCH_SPAN = timedelta(days=1)

NewId = Callable[[Prefix], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that one decision writes.

    Attributes:
        claims: everything that the booking now claims; None: as before.
        new_payments, changed_payments: intents to insert, and settled ones to save.
        tells_booker: whether a mail may say what happened, if it is anything to be told.
    """

    booking: Booking
    is_new: bool = False
    claims: tuple[Claim, ...] | None = None
    transfers: tuple[Transfer, ...] = ()
    new_payments: tuple[Payment, ...] = ()
    changed_payments: tuple[Payment, ...] = ()
    events: tuple[EventDraft, ...] = ()
    tells_booker: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingContext:
    """What a decision about a slot is judged against, loaded under the room's lock.

    ``checkout_id`` is that of the one checkout in which several decisions gather what is due.
    ``price_rules`` are those that others brought.
    """

    workspace: Workspace
    calendar: RoomCalendar
    rate_cards: Sequence[RateCard]
    member: Member | None
    company: Company | None
    booker: Booker
    wallet: Wallet
    now: datetime
    new_id: NewId
    checkout_id: str | None = None
    price_rules: PriceRuleSet = field(default_factory=dict)

    @property
    def payer(self) -> Payer:
        """Who pays."""
        return Payer(
            is_guest=self.member is None,
            tier=self.booker.tier,
            company=self.company,
            spendable_tokens=self.spendable_tokens,
        )

    @property
    def spendable_tokens(self) -> int:
        """What the member's lots have for this room now."""
        return self.wallet.spendable(self.now, self.calendar.room.id)

    @property
    def hold(self) -> timedelta:
        """How long an unpaid booking keeps its slot."""
        return timedelta(minutes=self.workspace.hold_minutes)

    def card_for(self, slot: Interval) -> RateCard:
        """The rate card in force where and when the slot starts; without one it is free."""
        return card_for(self.calendar.room, self.rate_cards, slot.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What stands against a slot, in the order in which refusals are given."""

    misaligned: tuple[str, ...]
    violations: tuple[Violation, ...]
    conflict: Occupied | Blackout | None


def judge_slot(
    context: BookingContext,
    slot: Interval,
    *,
    attendees: int | None,
    ignoring: str | None = None,
) -> Judgement:
    """Everything that stands against a booking of ``slot``.

    Args:
        attendees: how many come; None: not said.
        ignoring: a booking that does not stand in its own way.
    """
    calendar, room = context.calendar, context.calendar.room
    zone, seats = room.location.zone, seats_for(attendees)
    misaligned = tuple(
        field
        for field, instant in (("start_at", slot.start), ("end_at", slot.end))
        if not room.grid.is_aligned(zone, instant)
    )
    violations = evaluate(
        Request(slot=slot, attendees=attendees),
        calendar.rule_context(slot, context.booker, ignoring=ignoring, seats=seats),
    )
    conflict = calendar.conflict(slot, ignoring=ignoring, seats=seats)
    return Judgement(
        misaligned=misaligned,
        violations=tuple(violations),
        conflict=conflict,
    )


def refuse(judgement: Judgement, context: BookingContext) -> None:
    """Raise what comes first, if anything does (``contract.md``, Refusals have one order).

    Raises:
        SlotMisaligned, BookingRuleViolated, SlotUnavailable: in this order.
    """
    if judgement.misaligned:
        raise SlotMisaligned(
            slot_minutes=context.calendar.room.slot_minutes, fields=judgement.misaligned
        )
    if judgement.violations:
        raise BookingRuleViolated(judgement.violations)
    if judgement.conflict:
        raise SlotUnavailable(conflicting_booking_id=conflicting_id(judgement.conflict))


def conflicting_id(conflict: Occupied | Blackout | None) -> str | None:
    """The id of the booking in the way; None for a blackout, or an offer from the waitlist."""
    return conflict.booking_id if isinstance(conflict, Occupied) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a booking agrees on: mode, price, and the policy it is frozen with."""

    billing_mode: BillingMode
    price: Price
    policy: CancellationPolicy

    @property
    def due(self) -> Money:
        """What must be paid before the booking is confirmed."""
        by_card = self.billing_mode is BillingMode.CARD
        return Money(
            currency=self.price.currency, amount_minor=self.price.amount_minor if by_card else 0
        )


def agree_terms(context: BookingContext, slot: Interval, requested: BillingMode | None) -> Terms:
    """The terms of a booking of ``slot``.

    Raises:
        ValidationFailed: the requested mode is not allowed.
        CustomRuleFailed: a price rule that others brought does not work.
    """
    card = context.card_for(slot)
    zone, payer = context.calendar.room.location.zone, context.payer
    rules = context.price_rules
    mode = choose_billing_mode(card, slot, payer, requested, zone=zone, installed=rules)
    price = price_slot(card, slot, mode, zone=zone, payer=payer, installed=rules)
    return Terms(billing_mode=mode, price=price, policy=card.cancellation)
