"""Bookings at random: whatever is done to them in whatever order, the house stays in order.

Every walk follows from its seed, which stands in the test's name and in what it says when it
fails. Raise ``WALK_SEEDS`` to walk more.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from litehq_core.domain.payment import PaymentOutcome
from litehq_core.domain.rate_card import BillingMode
from tests.behaviour.drivers.protocol import Refused
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.house import House, at
from tests.behaviour.invariants import check_house
from tests.behaviour.money import check_money
from tests.behaviour.scenario import wish

WALK_SEEDS = 12
STEPS = 120
ROOMS = ("rm_atrium", "rm_annex", "rm_studio")
MEMBERS = ("mem_lina_p", "mem_nadia_n", "mem_carl_c", "mem_jonas_k", None)
# What a walk runs into; anything else is a defect.
EXPECTED = frozenset(
    {
        *("slot_unavailable", "booking_rule_violated", "validation_failed", "invalid_transition"),
        *("edit_window_closed", "insufficient_tokens"),
    }
)


class Walk:
    """One seeded walk through the house."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.driver = house, PythonDriver(house.ports)
        self.random = random.Random(seed)
        self.told: list[str] = []

    async def step(self) -> None:
        """Something, and then everything is looked at."""
        (name,) = self.random.choices(list(STEP_WEIGHTS), list(STEP_WEIGHTS.values()))
        steps: Mapping[str, Callable[[], Awaitable[object]]] = {
            "create": self.create,
            "settle": self.settle,
            "edit": self.edit,
            "cancel": self.cancel,
            "no_show": self.no_show,
            "sweep": self.house.run_due,
            "wait": self.wait,
        }
        self.told.append(f"{self.house.clock.now:%d %H:%M} {name}")
        outcome = await steps[name]()
        if isinstance(outcome, Refused):
            self.told[-1] += f" → {outcome.code}"
            assert outcome.code in EXPECTED, outcome
        check_house(self.house)
        check_money(self.house)

    async def create(self) -> object:
        """A booking of somebody's, by whichever mode."""
        wanted = wish(
            self.random.choice(ROOMS),
            self._start(),
            self.random.choice((30, 60, 90, 180)),
            self.random.choice(MEMBERS),
            **self._mode(),
        )
        return await self.driver.create(wanted)

    async def settle(self) -> object:
        """The provider reports something of a checkout, in time or late, again or not."""
        payments = self.house.tables.payments.committed().values()
        urls = sorted(p.checkout_url for p in payments if p.checkout_url)
        if not urls:
            return None
        outcome = self.random.choice((*[PaymentOutcome.PAID] * 4, *PaymentOutcome))
        # The newest are those that somebody still looks at.
        url = self.random.choice(urls if self.random.random() < 0.3 else urls[-3:])
        self.told[-1] += f" {outcome} {url}"
        return await self.house.settle(url, outcome)

    async def edit(self) -> object:
        """Other times, another room, another mode, other words; or nothing new."""
        changes: dict[str, Any] = {}
        if self.random.random() < 0.5:
            changes["duration_minutes"] = self.random.choice((30, 60, 90, 120, 240))
        if self.random.random() < 0.3:
            changes["start"] = self._start()
        if self.random.random() < 0.3:
            changes["room_id"] = self.random.choice(ROOMS)
        if self.random.random() < 0.3:
            changes |= self._mode()
        changes = changes or {"notes": self.random.choice(("a", "b")), "attendees": 2}
        self.told[-1] += f" {changes}"
        return await self._at_one(lambda booking_id: self.driver.edit(booking_id, changes))

    async def cancel(self) -> object:
        """With what the policy gives, or more, or less."""
        body = {"refund_policy": self.random.choice(("policy", "full", "none"))}
        return await self._at_one(lambda booking_id: self.driver.cancel(booking_id, body))

    async def no_show(self) -> object:
        """Flagged, or not after all."""
        flag = self.random.random() < 0.7
        return await self._at_one(lambda booking_id: self.driver.mark_no_show(booking_id, flag))

    async def wait(self) -> None:
        """Minutes, or half a day."""
        self.house.clock.advance(minutes=self.random.choice((1, 10, 31, 65, 180, 720)))

    def _start(self) -> datetime:
        """Within the opening hours of the next two days, so that walks meet."""
        day = at(f"{self.house.clock.now:%Y-%m-%d} 07:00") + timedelta(
            days=self.random.randrange(2)
        )
        return day + timedelta(minutes=30 * self.random.randrange(24))

    def _mode(self) -> dict[str, Any]:
        if self.random.random() < 0.5:
            return {}
        return {"billing_mode": self.random.choice(list(BillingMode)).value}

    async def _at_one(self, call: Callable[[str], Awaitable[object]]) -> object:
        bookings = sorted(self.house.bookings(), key=lambda booking: booking.id)
        if not bookings:
            return None
        booking = self.random.choice(bookings[-8:])
        self.told[-1] += f" {booking.id} ({booking.status})"
        return await call(booking.id)


STEP_WEIGHTS = {
    "create": 5,
    "settle": 5,
    "edit": 6,
    "cancel": 2,
    "no_show": 1,
    "sweep": 2,
    "wait": 3,
}


@pytest.mark.parametrize("seed", range(WALK_SEEDS))
async def test_a_walk(house: House, seed: int) -> None:
    """Contract: "under any concurrency", and so in any order: the invariants hold after each."""
    walk = Walk(house, seed)
    try:
        for _ in range(STEPS):
            await walk.step()
        # Everything ends: nothing is due a month later, and all that is owed has been sent.
        house.clock.advance(days=30)
        await house.run_due()
        await house.run_due()
        check_house(house)
        check_money(house)
    except Exception as error:
        story = "\n".join(walk.told[-40:])
        raise AssertionError(f"seed {seed}, step {len(walk.told)}:\n{story}") from error
    assert sum(house.refunds()) == sum(booking.refunded_minor for booking in house.bookings())
    assert not [b for b in house.bookings() if b.status in ("pending_payment", "confirmed")]
