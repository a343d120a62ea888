"""The examples that the published pages give, word for word but for ids and dates."""

from __future__ import annotations

from litehq_core.domain.payment import PaymentOutcome
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, studio, text, wish


async def test_page_a_creates(house: House, driver: Driver) -> None:
    """A: "→ 201 Created · { id: …, status: "confirmed", tokens_charged: 3 }"."""
    booking = done(
        await driver.create(
            {
                "resource_id": "rm_atrium",
                "start": at("2026-05-22 14:00"),
                "duration_minutes": 90,
                "booked_by": "mem_lina_p",
            }
        )
    )
    expected = {
        "status": "confirmed",
        "tokens_charged": 3,
        # Contract: "paid in tokens: `amount_minor: 0`"; "instant confirmation is two moves".
        "billing_mode": "tokens",
        "version": 2,
        "room": {"id": "rm_atrium", "name": "Atrium"},
        "start_at": text("2026-05-22 14:00"),
        "end_at": text("2026-05-22 15:30"),
        "timezone": "Europe/London",
        "booked_by": {"member_id": "mem_lina_p"},
        # Contract: "null unless money is due".
        "checkout_url": None,
        "expires_at": None,
        "attendees": None,
        "pending_change": None,
        "no_show": False,
        "cancelled_at": None,
        "created_at": text("2026-05-22 09:00"),
    }
    assert expected.items() <= booking.items()
    assert booking["price"]["currency"] == "GBP"
    assert booking["price"]["amount_minor"] == 0
    assert booking["id"].startswith("bk_")
    assert house.tokens("mem_lina_p") == 20 - 3
    assert done(await driver.get(booking["id"])) == booking


async def test_page_b_creates(house: House, driver: Driver) -> None:
    """B: "status: pending_payment, checkout_url, expires_at, price { GBP, 8400 }"."""
    booking = await booked(
        driver,
        studio("2026-05-23 14:00", 90, notes="Studio mic check 13:55", attendees=4),
    )
    expected = {
        "status": "pending_payment",
        # B: "the slot is held for the full checkout window (default 30 min)".
        "expires_at": text("2026-05-22 09:30"),
        "room": {"id": "rm_studio", "name": "Studio"},
        "start_at": text("2026-05-23 14:00"),
        "end_at": text("2026-05-23 15:30"),
        "billing_mode": "card",
        "tokens_charged": None,
        "notes": "Studio mic check 13:55",
        "attendees": 4,
        "version": 1,
    }
    assert expected.items() <= booking.items()
    assert booking["price"]["currency"] == "GBP"
    assert booking["price"]["amount_minor"] == 8400
    assert sum(line["amount_minor"] for line in booking["price"]["lines"]) == 8400
    payment = house.checkout(booking["checkout_url"])
    assert payment.amount.amount_minor == 8400
    assert payment.expires_at == at("2026-05-22 09:30")
    assert done(await driver.get(booking["id"])) == booking


async def test_a_guest_pays_by_card(house: House, driver: Driver) -> None:
    """Contract: "guest → card", even where tokens could pay."""
    booking = await booked(driver, wish(member=None))
    assert booking["status"] == "pending_payment"
    assert booking["billing_mode"] == "card"
    assert booking["price"]["amount_minor"] == 4000
    assert booking["booked_by"] == {"guest": {"email": "ada@example.com", "name": "Ada G"}}
    assert booking["company_id"] is None


async def test_a_company_on_invoice_terms_is_invoiced(house: House, driver: Driver) -> None:
    """Contract: "company on invoice terms → invoice", although Nadia has tokens."""
    booking = await booked(driver, wish(member="mem_nadia_n"))
    assert booking["status"] == "confirmed"
    assert booking["billing_mode"] == "invoice"
    assert booking["price"]["amount_minor"] == 4000
    assert booking["company_id"] == "co_northwind"
    assert house.tokens("mem_nadia_n") == 10


async def test_tokens_that_do_not_suffice_leave_the_card(house: House, driver: Driver) -> None:
    """Contract: "tokens" if "the member's spendable balance covers it; else card"."""
    dear = await booked(driver, wish(minutes=150, member="mem_carl_c"))
    assert (dear["billing_mode"], dear["tokens_charged"]) == ("card", None)
    cheap = await booked(driver, wish("rm_annex", minutes=120, member="mem_carl_c"))
    assert (cheap["billing_mode"], cheap["tokens_charged"]) == ("tokens", 4)


async def test_an_explicit_mode_wins(house: House, driver: Driver) -> None:
    """Contract: "Explicit if the rate card and tier allow it"."""
    booking = await booked(driver, wish(member="mem_lina_p", billing_mode="card"))
    assert booking["billing_mode"] == "card"
    assert booking["price"]["amount_minor"] == 4000
    assert house.tokens("mem_lina_p") == 20


async def test_nothing_to_pay_confirms_at_once(house: House, driver: Driver) -> None:
    """Contract: "Nothing left to pay (tokens, invoice, or price 0) → `confirmed` at once"."""
    booking = await booked(driver, wish("rm_night", member="mem_jonas_k"))
    assert booking["status"] == "confirmed"
    assert booking["price"]["amount_minor"] == 0
    assert booking["price"]["currency"] == "GBP"
    assert booking["checkout_url"] is None
    assert booking["expires_at"] is None


async def test_paying_confirms(house: House, driver: Driver) -> None:
    """B: "booking.confirmed — Payment succeeded. Slot is real money."."""
    hold = await booked(driver, studio())
    await house.pay(hold["checkout_url"])
    booking = done(await driver.get(hold["id"]))
    assert booking["status"] == "confirmed"
    assert booking["version"] == 2
    assert booking["checkout_url"] is None
    assert booking["expires_at"] is None
    assert house.types(hold["id"]) == ["booking.created", "charge.succeeded", "booking.confirmed"]
    house.clock.advance(minutes=31)
    await house.run_due()
    assert done(await driver.get(hold["id"])) == booking


async def test_the_same_report_twice_is_one_payment(house: House, driver: Driver) -> None:
    """Contract: "Every move … writes exactly one event", however often the provider says it."""
    hold = await booked(driver, studio())
    await house.pay(hold["checkout_url"])
    url = hold["checkout_url"]
    with house.unchanged():
        await house.pay(url)


async def test_a_failed_try_to_pay_keeps_the_hold(house: House, driver: Driver) -> None:
    """Contract: `payment.failed` is an event; the hold stays until it expires."""
    hold = await booked(driver, studio())
    await house.settle(hold["checkout_url"], PaymentOutcome.FAILED)
    assert done(await driver.get(hold["id"])) == hold
    assert house.types(hold["id"]) == ["booking.created", "payment.failed"]
    await house.pay(hold["checkout_url"])
    assert done(await driver.get(hold["id"]))["status"] == "confirmed"


async def test_a_hold_lapses(house: House, driver: Driver) -> None:
    """B: "If payment doesn't land, an internal cron flips the row to expired and …"."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=30)
    # Contract: "reads show the stored status, and the sweep follows".
    assert done(await driver.get(hold["id"])) == hold
    await house.run_due()
    expired = done(await driver.get(hold["id"]))
    assert expired["status"] == "expired"
    assert expired["version"] == 2
    assert expired["checkout_url"] is None
    assert expired["expires_at"] is None
    assert house.types(hold["id"]) == ["booking.created", "booking.expired"]
    closed = house.payments.payments("close_checkout")
    assert [payment.checkout_url for payment in closed] == [hold["checkout_url"]]
    again = await booked(driver, studio(member=None))
    assert again["status"] == "pending_payment"


async def test_a_lapsed_hold_is_free_before_the_sweep(house: House, driver: Driver) -> None:
    """Contract: "A hold whose `expires_at` has passed is free at that instant"."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=29, seconds=59)
    taken = await refusal(house, driver.create(studio(member=None)), "slot_unavailable")
    assert taken["conflicting_booking_id"] == hold["id"]
    house.clock.advance(seconds=1)
    booking = await booked(driver, studio(member=None))
    assert booking["status"] == "pending_payment"
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert house.types(hold["id"]) == ["booking.created", "booking.expired"]
    await house.run_due()
    assert house.types(hold["id"]) == ["booking.created", "booking.expired"]
