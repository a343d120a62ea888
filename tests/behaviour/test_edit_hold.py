"""Edits of a hold: it is priced anew, and its old checkout is worth nothing any more."""

from __future__ import annotations

from litehq_core.domain.payment import PaymentOutcome
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, span, studio, text, wish


async def test_priced_anew(house: House, driver: Driver) -> None:
    """Contract: "An edit of a hold re-prices it, expires the old checkout first …"."""
    hold = await booked(driver, studio(minutes=60))
    house.clock.advance(minutes=10)
    edited = done(await driver.edit(hold["id"], {"duration_minutes": 90}))
    assert edited["status"] == "pending_payment"
    assert edited["price"]["amount_minor"] == 8400
    assert edited["pending_change"] is None
    assert edited["expires_at"] == text("2026-05-22 09:40")
    assert edited["checkout_url"] != hold["checkout_url"]
    assert house.checkout(edited["checkout_url"]).amount.amount_minor == 8400
    assert span(edited) == (text("2026-05-26 14:00"), text("2026-05-26 15:30"))
    calls = [(call.method, call.payment.checkout_url) for call in house.payments.calls]
    assert calls == [
        ("open_checkout", None),
        ("close_checkout", hold["checkout_url"]),
        ("open_checkout", None),
    ]


async def test_the_old_checkout_is_refunded(house: House, driver: Driver) -> None:
    """Contract: "payment on a superseded checkout is refunded"."""
    hold = await booked(driver, studio(minutes=60))
    edited = done(await driver.edit(hold["id"], {"duration_minutes": 90}))
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert house.refunds() == [5600]
    assert done(await driver.get(hold["id"])) == edited
    await house.pay(edited["checkout_url"])
    assert done(await driver.get(hold["id"]))["status"] == "confirmed"
    done(await driver.cancel(hold["id"]))
    await house.run_due()
    assert house.refunds() == [5600, 8400]


async def test_the_end_of_the_old_checkout_is_not_the_holds(house: House, driver: Driver) -> None:
    """Contract: "expires the old checkout first and opens a new one": only the new one counts."""
    hold = await booked(driver, studio(minutes=60))
    edited = done(await driver.edit(hold["id"], {"duration_minutes": 90}))
    await house.settle(hold["checkout_url"], PaymentOutcome.EXPIRED)
    assert done(await driver.get(hold["id"])) == edited
    await house.settle(hold["checkout_url"], PaymentOutcome.FAILED)
    assert done(await driver.get(hold["id"])) == edited


async def test_the_old_cells_are_free(house: House, driver: Driver) -> None:
    """Contract: a move of a hold is a move."""
    hold = await booked(driver, studio())
    done(await driver.edit(hold["id"], {"start": at("2026-05-26 16:00")}))
    await booked(driver, studio(member=None))
    await refusal(house, driver.create(studio("2026-05-26 16:00")), "slot_unavailable")


async def test_it_cannot_be_held_for_ever(house: House, driver: Driver) -> None:
    """Contract: "`expires_at` never passes `created_at` + two holds"."""
    hold = await booked(driver, studio())
    expected = {"09:25": "09:55", "09:50": "10:00", "09:59": "10:00"}
    for minutes, (now, expires) in enumerate(expected.items()):
        house.clock.now = at(f"2026-05-22 {now}")
        changes = {"duration_minutes": 60 + 30 * minutes}
        edited = done(await driver.edit(hold["id"], changes))
        assert edited["expires_at"] == text(f"2026-05-22 {expires}")
        payment = house.checkout(edited["checkout_url"])
        assert payment.expires_at == at(f"2026-05-22 {expires}")
    house.clock.now = at("2026-05-22 10:00")
    call = driver.edit(hold["id"], {"duration_minutes": 60})
    await refusal(house, call, "invalid_transition")
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"


async def test_words_keep_the_checkout(house: House, driver: Driver) -> None:
    """Contract: only what re-prices a hold costs it its checkout; notes do not."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=10)
    edited = done(await driver.edit(hold["id"], {"notes": "x", "attendees": 2}))
    assert edited["checkout_url"] == hold["checkout_url"]
    assert edited["expires_at"] == hold["expires_at"]
    await house.pay(hold["checkout_url"])
    assert done(await driver.get(hold["id"]))["status"] == "confirmed"


async def test_nothing_left_to_pay(house: House, driver: Driver) -> None:
    """Contract: "Nothing left to pay (tokens, invoice, or price 0) → `confirmed` at once"."""
    changes = {
        "free": (wish("rm_annex", member="mem_jonas_k"), {"room_id": "rm_night"}),
        "invoice": (wish(billing_mode="card"), {"billing_mode": "invoice"}),
        "tokens": (
            wish("rm_annex", "2026-05-27 14:00", billing_mode="card"),
            {"billing_mode": "tokens"},
        ),
    }
    for wanted, change in changes.values():
        hold = await booked(driver, wanted)
        assert hold["status"] == "pending_payment"
        edited = done(await driver.edit(hold["id"], change))
        assert edited["status"] == "confirmed"
        assert edited["checkout_url"] is None
        assert edited["expires_at"] is None
        assert edited["version"] == 3
        assert house.types(hold["id"]) == [
            "booking.created",
            "booking.updated",
            "booking.confirmed",
        ]
        await house.run_due()
        closed = [payment.checkout_url for payment in house.payments.payments("close_checkout")]
        assert hold["checkout_url"] in closed
        await house.pay(hold["checkout_url"])
        await house.run_due()
        assert done(await driver.get(hold["id"])) == edited
    assert house.refunds() == [4000, 4000, 4000]
    assert house.tokens("mem_nadia_n") == 8


async def test_a_refused_edit_keeps_the_hold(house: House, driver: Driver) -> None:
    """Contract: a refusal changes nothing: the old checkout can still be paid."""
    await booked(driver, studio("2026-05-26 16:00", member=None))
    hold = await booked(driver, studio())
    call = driver.edit(hold["id"], {"duration_minutes": 150})
    await refusal(house, call, "slot_unavailable")
    await house.pay(hold["checkout_url"])
    assert done(await driver.get(hold["id"]))["status"] == "confirmed"
