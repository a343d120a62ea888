"""Cancelling, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, studio, text, wish, wrong_fields

# The house's policy: all of it until a day before, half until two hours before, then nothing.
STEPS = [
    ("2026-05-25 14:00", 8400, 3),
    ("2026-05-25 14:00:01", 4200, 2),
    ("2026-05-26 12:00", 4200, 2),
    ("2026-05-26 12:00:01", 0, 0),
    ("2026-05-26 14:30", 0, 0),
    # "Allowed until `end_at`; late, the policy usually gives nothing."
    ("2026-05-26 15:29:59", 0, 0),
]


@pytest.mark.parametrize(("now", "minor", "tokens"), STEPS)
async def test_as_the_policy_says(
    house: House, driver: Driver, now: str, minor: int, tokens: int
) -> None:
    """A: "Honors the cancellation window and refund policy on the rate card"."""
    by_card = await paid(house, driver, studio())
    by_tokens = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    house.clock.now = at(now)
    for booking in (by_card, by_tokens):
        cancelled = done(await driver.cancel(booking["id"]))
        assert cancelled["status"] == "cancelled"
        assert cancelled["version"] == booking["version"] + 1
        assert cancelled["cancelled_at"] == text(now)
        assert done(await driver.get(booking["id"])) == cancelled
        assert house.types(booking["id"])[-1] == "booking.cancelled"
    await house.run_due()
    assert house.refunds() == ([minor] if minor else [])
    assert house.tokens("mem_lina_p") == 17 + tokens


async def test_it_says_until_when(house: House, driver: Driver) -> None:
    """Contract: "cancellation{refundable_until, policy}"."""
    booking = await booked(driver, studio())
    assert booking["cancellation"]["refundable_until"] == text("2026-05-26 12:00")
    policy = booking["cancellation"]["policy"]
    steps = [(step["minutes_before"], step["refund_percent"]) for step in policy["steps"]]
    assert steps == [(1440, 100), (120, 50)]


@pytest.mark.parametrize(
    ("wanted", "minor", "tokens"),
    [
        ({"refund_policy": "policy"}, 4200, 2),
        ({"refund_policy": "full"}, 8400, 3),
        ({"refund_policy": "none"}, 0, 0),
        ({"refund_policy": "partial", "refund_amount_minor": 1, "refund_tokens": 1}, 1, 1),
        ({"refund_policy": "partial", "refund_amount_minor": 8400, "refund_tokens": 3}, 8400, 3),
        ({"refund_policy": "partial", "refund_amount_minor": 0, "refund_tokens": 0}, 0, 0),
        # Page B's sample.
        (
            {
                "reason": "member_requested",
                "refund_policy": "full",
                "notify_attendees": True,
            },
            8400,
            3,
        ),
    ],
    ids=["policy", "full", "none", "partial", "all", "nil", "page-b"],
)
async def test_a_workspace_key_chooses(
    house: House, driver: Driver, wanted: dict[str, Any], minor: int, tokens: int
) -> None:
    """Contract: "A workspace key with `calendar:write` may choose the refund"."""
    by_card = await paid(house, driver, studio())
    by_tokens = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    house.clock.now = at("2026-05-26 09:00")
    done(await driver.cancel(by_card["id"], wanted))
    done(await driver.cancel(by_tokens["id"], wanted))
    await house.run_due()
    assert house.refunds() == ([minor] if minor else [])
    assert house.tokens("mem_lina_p") == 17 + tokens
    refunded = house.types(by_card["id"]).count("charge.refunded")
    assert refunded == (1 if minor else 0)


async def test_full_is_all_that_was_paid(house: House, driver: Driver) -> None:
    """Contract: "`refund_policy: "full"`": what a late cut kept back is given back as well."""
    by_card = await paid(house, driver, studio(minutes=120))
    by_tokens = await booked(driver, wish(minutes=120, member="mem_lina_p"))
    house.clock.now = at("2026-05-26 12:30")
    for booking in (by_card, by_tokens):
        # Within two hours the policy gives nothing for the hour that falls away.
        done(await driver.edit(booking["id"], {"duration_minutes": 60}))
        done(await driver.cancel(booking["id"], {"refund_policy": "full"}))
    await house.run_due()
    assert house.refunds() == [11200]
    assert house.tokens("mem_lina_p") == 20


async def test_a_part_needs_an_amount(house: House, driver: Driver) -> None:
    """Contract: "`partial` needs `refund_amount_minor` or `refund_tokens`"."""
    booking = await paid(house, driver, studio())
    cancel = driver.cancel(booking["id"], {"refund_policy": "partial"})
    assert await wrong_fields(house, cancel) == {"refund_amount_minor", "refund_tokens"}


@pytest.mark.parametrize("amount", [-1, 8401])
async def test_a_part_needs_its_amount(house: House, driver: Driver, amount: int) -> None:
    """Contract: "`partial` needs `refund_amount_minor`": at most what was paid."""
    booking = await paid(house, driver, studio())
    wanted: dict[str, Any] = {"refund_policy": "partial", "refund_amount_minor": amount}
    assert await wrong_fields(house, driver.cancel(booking["id"], wanted)) == {
        "refund_amount_minor"
    }


@pytest.mark.parametrize("tokens", [-1, 4])
async def test_a_part_of_tokens_needs_its_amount(house: House, driver: Driver, tokens: int) -> None:
    """Contract: "`partial` needs `refund_amount_minor` or `refund_tokens`"."""
    booking = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    wanted: dict[str, Any] = {"refund_policy": "partial", "refund_tokens": tokens}
    assert await wrong_fields(house, driver.cancel(booking["id"], wanted)) == {"refund_tokens"}


BETTER: list[dict[str, Any]] = [
    {"refund_policy": "full"},
    {"refund_policy": "partial", "refund_tokens": 3},
]
NO_BETTER: list[tuple[dict[str, Any], int]] = [
    ({"refund_policy": "policy"}, 2),
    ({"refund_policy": "none"}, 0),
    ({"refund_policy": "partial", "refund_tokens": 2}, 2),
    ({"refund_policy": "partial", "refund_tokens": 1}, 1),
]


@pytest.mark.parametrize("wanted", BETTER, ids=["full", "partial"])
async def test_a_bound_key_gets_nothing_better(
    house: House, driver: Driver, wanted: dict[str, Any]
) -> None:
    """Contract: "a key bound to a member … needs `refunds:override` for anything better"."""
    booking = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    house.clock.now = at("2026-05-26 09:00")
    call = driver.cancel(booking["id"], wanted, key=keys.LINA)
    await refusal(house, call, "auth_scope_insufficient")
    done(await driver.cancel(booking["id"], wanted, key=keys.LINA_WITH_OVERRIDE))
    assert house.tokens("mem_lina_p") == 20


@pytest.mark.parametrize(("wanted", "back"), NO_BETTER, ids=["policy", "none", "half", "less"])
async def test_a_bound_key_gets_what_the_policy_gives(
    house: House, driver: Driver, wanted: dict[str, Any], back: int
) -> None:
    """Contract: only "anything better than the policy gives" needs the scope."""
    booking = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    house.clock.now = at("2026-05-26 09:00")
    done(await driver.cancel(booking["id"], wanted, key=keys.LINA))
    assert house.tokens("mem_lina_p") == 17 + back


async def test_full_is_no_better_where_the_policy_gives_all(house: House, driver: Driver) -> None:
    """Contract: only "anything better than the policy gives" needs the scope."""
    booking = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    done(await driver.cancel(booking["id"], {"refund_policy": "full"}, key=keys.LINA))
    assert house.tokens("mem_lina_p") == 20


async def test_cancelling_twice(house: House, driver: Driver) -> None:
    """Contract: "Cancelling twice returns the cancelled booking", and gives nothing twice."""
    booking = await paid(house, driver, studio())
    cancelled = done(await driver.cancel(booking["id"], {"refund_policy": "none"}))
    house.clock.advance(hours=1)
    with house.unchanged():
        assert done(await driver.cancel(booking["id"], {"refund_policy": "full"})) == cancelled
    await house.run_due()
    assert house.refunds() == []


async def test_not_after_the_end(house: House, driver: Driver) -> None:
    """Contract: "Allowed until `end_at`", whether or not the sweep has completed it."""
    booking = await booked(driver, wish())
    house.clock.now = at("2026-05-26 15:00")
    await refusal(house, driver.cancel(booking["id"]), "invalid_transition")
    await house.run_due()
    await refusal(house, driver.cancel(booking["id"]), "invalid_transition")


async def test_the_slot_is_free(house: House, driver: Driver) -> None:
    """Contract: what is cancelled occupies nothing, buffer included."""
    booking = await booked(driver, wish("rm_quiet"))
    done(await driver.cancel(booking["id"]))
    await booked(driver, wish("rm_quiet", "2026-05-26 14:15"))


async def test_a_hold(house: House, driver: Driver) -> None:
    """Contract: "`pending_payment → confirmed | expired | cancelled`"; nothing was paid."""
    hold = await booked(driver, studio())
    cancelled = done(await driver.cancel(hold["id"], {"refund_policy": "full"}))
    assert cancelled["status"] == "cancelled"
    assert cancelled["checkout_url"] is None
    assert cancelled["expires_at"] is None
    await house.run_due()
    assert house.refunds() == []
    closed = [payment.checkout_url for payment in house.payments.payments("close_checkout")]
    assert closed == [hold["checkout_url"]]
    await booked(driver, studio(member=None))


async def test_the_company_is_reached_too(house: House, driver: Driver) -> None:
    """Contract: a key bound to companies sees theirs, and so cancels theirs."""
    booking = await booked(driver, wish())
    cancelled = done(await driver.cancel(booking["id"], key=keys.NORTHWIND))
    assert cancelled["status"] == "cancelled"


async def test_delete_is_cancel(house: House, rest: RestDriver) -> None:
    """Contract: "`DELETE /v1/bookings/{id}` (same use case, defaults)"; `200`."""
    booking = await paid(house, rest, studio())
    house.clock.now = at("2026-05-26 09:00")
    cancelled = done(await rest.delete(booking["id"]))
    assert cancelled["status"] == "cancelled"
    assert done(await rest.delete(booking["id"])) == cancelled
    await house.run_due()
    assert house.refunds() == [4200]
    await refusal(house, rest.delete("bk_nowhere"), "booking_not_found")
