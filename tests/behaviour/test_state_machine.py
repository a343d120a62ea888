"""The life of bookings as Hypothesis lives it: any step, in any order, with a clock that jumps.

Each step is compared with what a plain reading of the contract expects of it, and after each one
the whole store is looked over. What fails is shrunk to the shortest story that still fails.
``test_lifecycle`` walks far and blindly; this looks closely.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from litehq_core.domain.booking import OCCUPYING, TRANSITIONS, Booking, BookingStatus
from litehq_core.domain.events import EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.payment import Payment, PaymentKind, PaymentOutcome, PaymentStatus
from litehq_core.domain.rate_card import BillingMode
from tests.behaviour.drivers.protocol import Done, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.house import House, furnished
from tests.behaviour.invariants import check_house
from tests.behaviour.money import check_money
from tests.behaviour.scenario import wish

T = TypeVar("T")

ROOMS = ("rm_atrium", "rm_annex", "rm_studio", "rm_quiet")
MEMBERS = ("mem_lina_p", "mem_nadia_n", "mem_carl_c", "mem_jonas_k", None)
# What may be refused here; anything else is a defect.
EXPECTED = frozenset(
    {
        *("slot_unavailable", "booking_rule_violated", "validation_failed", "invalid_transition"),
        *("edit_window_closed", "insufficient_tokens"),
    }
)
HALF_HOUR = timedelta(minutes=30)
PENDING, CONFIRMED = BookingStatus.PENDING_PAYMENT, BookingStatus.CONFIRMED

modes = st.none() | st.none() | st.sampled_from(list(BillingMode))
# Counted from the last one that still matters.
which = st.sampled_from((0, 0, 1, 1, 2, 5))
# Days ahead and half-hours after seven in the morning: few, so that bookings meet.
starts = st.tuples(st.sampled_from((1, 1, 2, 0)), st.integers(0, 12))
lengths = st.sampled_from((30, 60, 90, 240))
jumps = st.sampled_from((1, 10, 29, 30, 31, 31, 65, 180, 720, 2880))
rooms = st.sampled_from(ROOMS)
members = st.sampled_from(MEMBERS)


class Life(RuleBasedStateMachine):
    """Everything that can be done to bookings, by callers, payers, the provider and the worker."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.house: House = self.run(furnished())
        self.driver = PythonDriver(self.house.ports)
        self.seen: dict[str, Booking] = {}
        self.read = 0

    def run(self, story: Awaitable[T]) -> T:
        """What an awaitable comes to."""

        async def tell() -> T:
            return await story

        return self.runner.run(tell())

    def teardown(self) -> None:
        """Everything ends: a month later nothing is left open, and what is owed has been sent."""
        self.house.clock.advance(days=30)
        self.sweep()
        self.sweep()
        self.everything_is_in_order()
        assert not [b for b in self.house.bookings() if b.status in OCCUPYING]
        owed = sum(booking.refunded_minor for booking in self.house.bookings())
        assert sum(self.house.refunds()) == owed
        self.runner.close()

    # --- what callers do ------------------------------------------------------------------

    @initialize(
        wishes=st.lists(st.tuples(rooms, members, starts, lengths), min_size=2, max_size=4),
        paid=st.booleans(),
    )
    def some(self, wishes: list[tuple[Any, ...]], paid: bool) -> None:
        """The house is not empty to begin with."""
        for wanted in wishes:
            self.create(*wanted, None)
        for payment in self._checkouts() if paid else ():
            self.run(self.house.pay(payment.checkout_url))

    @rule(room=rooms, member=members, start=starts, minutes=lengths, mode=modes)
    def create(
        self,
        room: str,
        member: str | None,
        start: tuple[int, int],
        minutes: int,
        mode: BillingMode | None,
    ) -> None:
        """Somebody books; what is given away must have been free."""
        begin = self._at(start)
        slot = Interval(begin, begin + timedelta(minutes=minutes))
        free = self._is_free(room, slot)
        named = {"billing_mode": mode.value} if mode else {}
        outcome = self._call(self.driver.create(wish(room, begin, minutes, member, **named)))
        if isinstance(outcome, Refused):
            assert outcome.code != "slot_unavailable" or not free, outcome
            return
        assert free
        booking = self.house.booking(outcome.body["id"])
        owes = booking.billing_mode is BillingMode.CARD and booking.price.amount_minor > 0
        assert booking.status is (PENDING if owes else CONFIRMED)
        assert booking.version == (1 if owes else 2)
        assert (booking.checkout_url is not None) is (booking.expires_at is not None) is owes

    @precondition(lambda self: self.house.bookings())
    @rule(
        nth=which,
        start=st.none() | starts,
        minutes=st.none() | lengths,
        room=st.none() | st.none() | rooms,
        mode=modes,
        words=st.sampled_from(({}, {"notes": "a"}, {"notes": "b", "attendees": 2})),
    )
    def edit(
        self,
        nth: int,
        start: tuple[int, int] | None,
        minutes: int | None,
        room: str | None,
        mode: BillingMode | None,
        words: dict[str, Any],
    ) -> None:
        """Longer, shorter, elsewhere, paid otherwise; dearer by card waits for its payer."""
        before = self._nth(nth)
        changes: dict[str, Any] = dict(words)
        if start is not None:
            changes["start"] = self._at(start)
        if minutes is not None:
            changes["duration_minutes"] = minutes
        if room is not None:
            changes["room_id"] = room
        if mode is not None:
            changes["billing_mode"] = mode.value
        outcome = self._call(self.driver.edit(before.id, changes))
        after = self.house.booking(before.id)
        if isinstance(outcome, Refused):
            return
        assert before.status in OCCUPYING
        change = after.pending_change
        if change is None:
            for name, value in words.items():
                assert getattr(after, name) == value
            assert minutes is None or after.slot.minutes == minutes
            assert room is None or after.room.id == room
            assert mode is None or after.billing_mode is mode
        else:
            # "200 with the booking unchanged … the extra cells held meanwhile."
            assert (after.slot, after.room, after.price) == (before.slot, before.room, before.price)
            assert change.due_minor > 0

    @precondition(lambda self: self.house.bookings())
    @rule(
        nth=which,
        policy=st.sampled_from(("policy", "full", "none", "partial")),
        share=st.integers(0, 4),
    )
    def cancel(self, nth: int, policy: str, share: int) -> None:
        """What comes back is what the policy, or the caller, says; counted here once more."""
        before, now = self._nth(nth), self.house.clock.now
        body: dict[str, Any] = {"refund_policy": policy}
        paid = before.paid_minor - before.refunded_minor
        in_tokens = before.billing_mode is BillingMode.TOKENS
        part = (before.tokens_spent if in_tokens else paid) * share // 4
        if policy == "partial":
            body["refund_tokens" if in_tokens else "refund_amount_minor"] = part
        outcome = self._call(self.driver.cancel(before.id, body))
        after = self.house.booking(before.id)
        over = before.status is CONFIRMED and now >= before.end_at
        if before.status not in (*OCCUPYING, BookingStatus.CANCELLED) or over:
            assert isinstance(outcome, Refused), outcome
            assert outcome.code == "invalid_transition"
            return
        assert isinstance(outcome, Done), outcome
        assert after.status is BookingStatus.CANCELLED
        if before.status is BookingStatus.CANCELLED:
            assert after == before
            return
        expected = {
            "full": (paid, before.tokens_spent),
            "none": (0, 0),
            "partial": (0, part) if in_tokens else (part, 0),
            "policy": (
                _by_policy(before, now, min(paid, before.price.amount_minor)),
                _by_policy(before, now, min(before.tokens_spent, before.price.tokens or 0)),
            ),
        }[policy]
        given = (
            after.refunded_minor - before.refunded_minor,
            before.tokens_spent - after.tokens_spent,
        )
        assert given == expected

    @precondition(lambda self: self.house.bookings())
    @rule(nth=which, minutes=st.sampled_from((120, 180, 300)))
    def lengthen(self, nth: int, minutes: int) -> None:
        """The edit that most often has something to pay."""
        self.edit(nth, None, minutes, None, None, {})

    @precondition(lambda self: self.house.bookings())
    @rule(nth=which, flag=st.booleans())
    def no_show(self, nth: int, flag: bool) -> None:
        """A flag on what was confirmed, once it has begun."""
        before = self._nth(nth)
        outcome = self._call(self.driver.mark_no_show(before.id, flag))
        may = before.status in (CONFIRMED, BookingStatus.COMPLETED)
        may = may and self.house.clock.now >= before.start_at
        assert isinstance(outcome, Done) is may
        assert self.house.booking(before.id).no_show is (flag if may else before.no_show)

    # --- what payers and the provider do ----------------------------------------------------

    @precondition(lambda self: self._checkouts())
    @rule(nth=which)
    def pay(self, nth: int) -> None:
        """What is still to be paid, if anything is."""
        checkouts = self._checkouts()
        self._pay(checkouts[-1 - nth % len(checkouts)])

    @precondition(lambda self: self._checkouts())
    @rule(nth=which)
    def pay_late(self, nth: int) -> None:
        """On a checkout that was given up or superseded; or what was paid already."""
        checkouts = self._checkouts()
        late = [payment for payment in checkouts if not payment.is_unsettled] or checkouts
        self._pay(late[nth % len(late)])

    def _pay(self, payment: Payment) -> None:
        before = self.house.booking(payment.booking_id)
        expected = self._after_payment(before, payment)
        self.run(self.house.settle(payment.checkout_url, PaymentOutcome.PAID))
        after = self.house.booking(before.id)
        assert after.status is expected
        again = payment.status is PaymentStatus.SUCCEEDED
        assert after.paid_minor - before.paid_minor == (0 if again else payment.amount.amount_minor)
        if again:
            assert after == before

    @precondition(lambda self: self._checkouts())
    @rule(nth=which, outcome=st.sampled_from((PaymentOutcome.FAILED, PaymentOutcome.EXPIRED)))
    def not_paid(self, nth: int, outcome: PaymentOutcome) -> None:
        """A card is declined, or the provider closes the checkout."""
        checkouts = self._checkouts()
        payment = checkouts[-1 - nth % len(checkouts)]
        before = self.house.booking(payment.booking_id)
        self.run(self.house.settle(payment.checkout_url, outcome))
        after = self.house.booking(before.id)
        assert (after.paid_minor, after.refunded_minor) == (
            before.paid_minor,
            before.refunded_minor,
        )
        ends = (
            outcome is PaymentOutcome.EXPIRED
            and payment.status not in (PaymentStatus.SUCCEEDED, PaymentStatus.EXPIRED)
            and before.status is PENDING
            and before.payment_id == payment.id
        )
        assert after.status is (BookingStatus.EXPIRED if ends else before.status)

    # --- what time and the worker do ----------------------------------------------------------

    @rule()
    def sweep(self) -> None:
        """What is due is done, all of it."""
        self.run(self.house.run_due())
        now = self.house.clock.now
        for booking in self.house.bookings():
            assert not booking.is_lapsed(now)
            assert booking.status is not CONFIRMED or booking.claim.end > now
            change = booking.pending_change
            assert change is None or change.expires_at > now

    @precondition(lambda self: self._moments())
    @rule(nth=which, seconds=st.sampled_from((-1, 0, 1)))
    def until(self, nth: int, seconds: int) -> None:
        """Until something lapses, begins, ends or is given back no more: at it, or just beside."""
        moments = self._moments()
        moment = moments[nth % len(moments)] + timedelta(seconds=seconds)
        self.house.clock.now = max(self.house.clock.now, moment)

    @rule(minutes=jumps)
    def wait(self, minutes: int) -> None:
        """Minutes or days go by."""
        self.house.clock.advance(minutes=minutes)

    # --- what holds after every step ----------------------------------------------------------

    @invariant()
    def everything_is_in_order(self) -> None:
        """Claims, ledger, log and money; and nothing moved but by the table."""
        check_house(self.house)
        check_money(self.house)
        self._check_moves()
        _check_apart(self.house)
        self.seen = {booking.id: booking for booking in self.house.bookings()}

    def _check_moves(self) -> None:
        """contract.md: every move raises ``version`` by one and writes exactly one event."""
        log = self.house.events()
        new, self.read = log[self.read :], len(log)
        for booking in self.house.bookings():
            before = self.seen.get(booking.id)
            told = [event for event in new if event.subject_id == booking.id]
            moves = [event for event in told if event.type.startswith("booking.")]
            assert booking.sequence - (before.sequence if before else 0) == len(told)
            assert booking.version - (before.version if before else 0) == len(moves)
            if before is None:
                assert (moves[0].type, moves[0].object["status"]) == ("booking.created", PENDING)
            states = [before.status] if before else []
            states += [BookingStatus(event.object["status"]) for event in moves]
            kinds = [event.type for event in (moves if before else moves[1:])]
            for (source, target), kind in zip(pairwise(states), kinds, strict=True):
                assert source is target or (target, kind) in _steps_from(source), booking
            assert states[-1] is booking.status

    # --- the plain reading --------------------------------------------------------------------

    def _call(self, call: Awaitable[Outcome]) -> Outcome:
        """A call; one that is refused leaves no trace."""
        before = self.house.dump()
        outcome = self.run(call)
        if isinstance(outcome, Refused):
            assert outcome.code in EXPECTED, outcome
            assert self.house.dump() == before
        return outcome

    def _at(self, start: tuple[int, int]) -> datetime:
        day, half_hours = start
        today = self.house.clock.now.replace(hour=7, minute=0, second=0)
        return today + timedelta(days=day) + half_hours * HALF_HOUR

    def _nth(self, nth: int) -> Booking:
        found = sorted(self.house.bookings(), key=lambda b: (b.status in OCCUPYING, b.id))
        return found[-1 - nth % len(found)]

    def _checkouts(self) -> list[Payment]:
        payments = self.house.tables.payments.committed().values()
        found = [p for p in payments if p.kind is PaymentKind.CHECKOUT and p.checkout_url]
        return sorted(found, key=lambda payment: (payment.is_unsettled, payment.id))

    def _moments(self) -> list[datetime]:
        """Every instant ahead at which something of a living booking is different."""
        found: set[datetime | None] = set()
        for booking in self.house.bookings():
            if booking.status in OCCUPYING:
                change = booking.pending_change
                found |= {booking.expires_at, booking.start_at, booking.end_at, booking.claim.end}
                found.add(change.expires_at if change else None)
                found.add(booking.policy.refundable_until(booking.start_at))
        now = self.house.clock.now
        return sorted(moment for moment in found if moment is not None and moment > now)

    def _is_free(
        self, room: str, slot: Interval, gap: int | None = None, but: str | None = None
    ) -> bool:
        """Whether nothing that still holds lies within the gaps around ``slot``."""
        now = self.house.clock.now
        own = (15 if room == "rm_quiet" else 0) if gap is None else gap
        for booking in self.house.bookings():
            if booking.id == but or booking.status not in OCCUPYING or booking.is_lapsed(now):
                continue
            taken = [(booking.room.id, booking.slot, booking.buffer_minutes)]
            change = booking.pending_change
            if change and now < change.expires_at:
                taken.append((change.room.id, change.slot, change.buffer_minutes))
            for where, other, after in taken:
                clear = (
                    slot.end + timedelta(minutes=own) <= other.start
                    or other.end + timedelta(minutes=after) <= slot.start
                )
                if where == room and not clear:
                    return False
        return True

    def _after_payment(self, booking: Booking, payment: Payment) -> BookingStatus:
        """contract.md: ``expired → confirmed`` while the slot is free and the start ahead."""
        now = self.house.clock.now
        if booking.payment_id != payment.id or payment.status is PaymentStatus.SUCCEEDED:
            return booking.status
        if booking.status is PENDING and not booking.is_lapsed(now):
            return CONFIRMED
        if booking.status not in (PENDING, BookingStatus.EXPIRED):
            return booking.status
        room, gap = booking.room.id, booking.buffer_minutes
        if booking.start_at > now and self._is_free(room, booking.slot, gap, booking.id):
            return CONFIRMED
        return BookingStatus.EXPIRED


def _by_policy(booking: Booking, now: datetime, amount: int) -> int:
    """The part of an amount that the frozen policy gives back; halves of a penny are given."""
    ahead = (booking.start_at - now) / timedelta(minutes=1)
    percents = [s.refund_percent for s in booking.policy.steps if ahead >= s.minutes_before]
    return (amount * max(percents, default=0) + 50) // 100


def _steps_from(status: BookingStatus) -> set[tuple[BookingStatus, EventType]]:
    return {
        (target, kind) for (source, _), (target, kind) in TRANSITIONS.items() if source is status
    }


def _check_apart(house: House) -> None:
    """contract.md: two bookings never overlap, and between them lies at least the buffer."""
    by_room: dict[str, list[Booking]] = {}
    for booking in house.bookings():
        if booking.status in OCCUPYING:
            by_room.setdefault(booking.room.id, []).append(booking)
    for bookings in by_room.values():
        for one, two in pairwise(sorted(bookings, key=lambda booking: booking.start_at)):
            assert one.end_at + timedelta(minutes=one.buffer_minutes) <= two.start_at


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=50, stateful_step_count=50)
