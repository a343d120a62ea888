"""Decide, then apply: what a decision is, and what all decisions about slots share.

The functions here and in ``creating``, ``editing``, ``ending`` and ``settling`` are pure: they
take what was loaded and give back all that is to be written. One step, ``steps.apply``, writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from litehq_core.domain.ledger import (
    Balance,
    Transfer,
    TransferKind,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.means import card_for
from litehq_core.domain.member import Member
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment
from litehq_core.domain.pricing import Payer, Price, choose_billing_mode, price_slot, require_tokens
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
    """

    booking: Booking
    is_new: bool = False
    claims: tuple[Claim, ...] | None = None
    transfers: tuple[Transfer, ...] = ()
    new_payments: tuple[Payment, ...] = ()
    changed_payments: tuple[Payment, ...] = ()
    events: tuple[EventDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingContext:
    """What a decision about a slot is judged against, loaded under the room's lock.

    ``checkout_id`` is that of the one checkout in which several decisions gather what is due.
    """

    workspace: Workspace
    calendar: RoomCalendar
    rate_cards: Sequence[RateCard]
    member: Member | None
    company: Company | None
    booker: Booker
    wallet: Balance
    now: datetime
    new_id: NewId
    checkout_id: str | None = None

    @property
    def payer(self) -> Payer:
        """Who pays."""
        return Payer(
            is_guest=self.member is None,
            tier=self.booker.tier,
            company=self.company,
            spendable_tokens=self.wallet.spendable,
        )

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
    """The id of the booking in the way; None for a blackout."""
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
    """
    card = context.card_for(slot)
    zone, payer = context.calendar.room.location.zone, context.payer
    mode = choose_billing_mode(card, slot, payer, requested, zone=zone)
    price = price_slot(card, slot, mode, zone=zone, payer=payer)
    return Terms(billing_mode=mode, price=price, policy=card.cancellation)


def spend_tokens(context: BookingContext, price: Price, booking_id: str) -> tuple[Transfer, ...]:
    """A hold on the wallet and its posting at once: what a token booking writes.

    Raises:
        InsufficientTokens: the wallet does not cover it.
    """
    require_tokens(price, context.wallet.spendable)
    if not price.tokens or context.member is None:
        return ()
    hold = Transfer(
        id=context.new_id(Prefix.TRANSFER),
        kind=TransferKind.HOLD,
        debit=wallet_of(context.member.id),
        credit=redeemed_at(context.workspace.id),
        amount=price.tokens,
        cause="booking",
        booking_id=booking_id,
    )
    return hold, post_hold(hold, context.new_id)


def post_hold(hold: Transfer, new_id: NewId) -> Transfer:
    """The transfer that spends what ``hold`` reserved."""
    return Transfer(
        id=new_id(Prefix.TRANSFER),
        kind=TransferKind.POST,
        debit=hold.debit,
        credit=hold.credit,
        amount=hold.amount,
        cause=hold.cause,
        booking_id=hold.booking_id,
        hold_id=hold.id,
    )


def spent_by(transfers: tuple[Transfer, ...]) -> int:
    """How many tokens the transfers of one booking take from its wallet, those returned less."""
    return sum(t.amount for t in transfers if t.kind is TransferKind.POST) - sum(
        t.amount for t in transfers if t.kind is TransferKind.DIRECT
    )


def return_tokens(booking: Booking, tokens: int, cause: str, new_id: NewId) -> tuple[Transfer, ...]:
    """Spent tokens back into the member's wallet; nothing for none."""
    if tokens <= 0 or booking.member_id is None:
        return ()
    return (
        Transfer(
            id=new_id(Prefix.TRANSFER),
            kind=TransferKind.DIRECT,
            debit=redeemed_at(booking.workspace_id),
            credit=wallet_of(booking.member_id),
            amount=tokens,
            cause=cause,
            booking_id=booking.id,
        ),
    )
