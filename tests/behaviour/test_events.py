"""The event log: what every move leaves behind.

No caller reads the log here; it is the store's own, whichever caller wrote it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from litehq_core.domain.payment import PaymentOutcome
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, studio, wish

# A checkout's address is noted once it is known, as part of the move before; what was paid and
# given back is told by the payments' own events.
_SILENT = {"checkout_url", "paid_minor", "refunded_minor"}


def _moves(house: House, booking_id: str) -> list[dict[str, Any]]:
    """A booking's own events, as plain values; its payments have theirs."""
    return [
        {
            "type": event.type.value,
            "object": dict(event.object),
            "previous": None if event.previous is None else dict(event.previous),
        }
        for event in house.events(booking_id)
        if event.type.startswith("booking.")
    ]


def _check_story(house: House, booking_id: str) -> None:
    """What holds for the events of any booking at any time."""
    events = house.events(booking_id)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    moves = _moves(house, booking_id)
    # "Every move raises `version` by one and writes exactly one event".
    assert [move["object"]["version"] for move in moves] == list(range(1, len(moves) + 1))
    assert house.booking(booking_id).version == len(moves)
    assert moves[0]["previous"] is None
    for before, after in pairwise(moves):
        told, now = _audible(before["object"]), _audible(after["object"])
        was = _audible(after["previous"])
        assert was.items() <= told.items()
        kept = {name for name in told if told[name] == now[name]}
        assert set(told) - kept - {"version", "updated_at"} == set(was)


def _audible(values: dict[str, Any]) -> dict[str, Any]:
    """Values that only ever change with an event of the booking."""
    audible = {name: value for name, value in values.items() if name not in _SILENT}
    change = audible.get("pending_change")
    if change is not None:
        audible["pending_change"] = {**change, "checkout_url": None}
    return audible


async def test_instant_confirmation_is_two_moves(house: House, driver: Driver) -> None:
    """Contract: "(`booking.created`, then `booking.confirmed`, version 2)"."""
    booking = await booked(driver, wish())
    created, confirmed = house.events(booking["id"])
    assert (created.type, confirmed.type) == ("booking.created", "booking.confirmed")
    assert (created.object["version"], confirmed.object["version"]) == (1, 2)
    # B: "Row inserted at pending_payment".
    assert created.object["status"] == "pending_payment"
    assert confirmed.object["status"] == "confirmed"
    assert confirmed.previous == {"status": "pending_payment"}
    # "in one transaction".
    assert created.occurred_at == confirmed.occurred_at
    assert confirmed.position == created.position + 1
    assert {event.actor_id for event in (created, confirmed)} == {"tok_full"}
    _check_story(house, booking["id"])


async def test_a_long_story(house: House, driver: Driver) -> None:
    """Contract: "Every move raises `version` by one and writes exactly one event"."""
    hold = await booked(driver, studio(minutes=60))
    booking_id = hold["id"]
    await house.settle(hold["checkout_url"], PaymentOutcome.FAILED)
    done(await driver.edit(booking_id, {"notes": "first"}))
    longer = done(await driver.edit(booking_id, {"duration_minutes": 90}))
    await house.run_due()
    await house.pay(hold["checkout_url"])
    await house.pay(longer["checkout_url"])
    await house.run_due()
    proposed = done(await driver.edit(booking_id, {"duration_minutes": 120}))
    await house.pay(proposed["pending_change"]["checkout_url"])
    done(await driver.edit(booking_id, {"attendees": 3}))
    done(await driver.edit(booking_id, {"duration_minutes": 60}))
    done(await driver.cancel(booking_id))
    await house.run_due()
    assert house.types(booking_id) == [
        "booking.created",
        "payment.failed",
        "booking.updated",
        "booking.updated",
        "charge.succeeded",
        "charge.succeeded",
        "booking.confirmed",
        "charge.refunded",
        "booking.updated",
        "charge.succeeded",
        "booking.updated",
        "booking.updated",
        "booking.updated",
        "booking.cancelled",
        "charge.refunded",
        "charge.refunded",
    ]
    _check_story(house, booking_id)
    assert house.refunds() == [5600, 5600, 5600]
    assert house.booking(booking_id).paid_minor == 5600 + 8400 + 2800
    assert house.booking(booking_id).refunded_minor == 5600 + 8400 + 2800


async def test_every_payment_names_its_booking(house: House, driver: Driver) -> None:
    """Contract: "`charge.*`, `payment.failed` (`data.object.metadata.booking_id`)"."""
    hold = await booked(driver, studio())
    await house.settle(hold["checkout_url"], PaymentOutcome.FAILED)
    await house.pay(hold["checkout_url"])
    done(await driver.cancel(hold["id"]))
    await house.run_due()
    payments = [e for e in house.events(hold["id"]) if not e.type.startswith("booking.")]
    assert [e.type for e in payments] == [
        "payment.failed",
        "charge.succeeded",
        "charge.refunded",
    ]
    assert all(e.object["metadata"] == {"booking_id": hold["id"]} for e in payments)


async def test_the_log_is_dense(house: House, driver: Driver) -> None:
    """Contract: events are "written with the change that caused them", one position each."""
    first = await booked(driver, wish())
    second = await paid(house, driver, studio())
    done(await driver.edit(first["id"], {"start": at("2026-05-26 16:00")}))
    done(await driver.cancel(second["id"]))
    await house.run_due()
    log = house.events()
    assert [event.position for event in log] == list(range(1, len(log) + 1))
    assert len({event.id for event in log}) == len(log)
    for booking in (first, second):
        _check_story(house, booking["id"])


async def test_previous_says_what_was(house: House, driver: Driver) -> None:
    """Contract: "data{object, previous}"; B: "Time, room, attendees, or notes changed"."""
    booking = await booked(driver, wish(attendees=4))
    done(await driver.edit(booking["id"], {"room_id": "rm_annex", "start": at("2026-05-26 16:00")}))
    event = house.events(booking["id"])[-1]
    assert event.type == "booking.updated"
    assert event.previous is not None
    assert dict(event.previous) == {
        "room_id": "rm_atrium",
        "room.name": "Atrium",
        "start_at": "2026-05-26T14:00:00Z",
        "end_at": "2026-05-26T15:00:00Z",
    }
    assert event.object["room_id"] == "rm_annex"


async def test_an_expiry_and_a_revival(house: House, driver: Driver) -> None:
    """Contract: "`expired → confirmed` only by late payment": a move as any other."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=30)
    await house.run_due()
    await house.pay(hold["checkout_url"])
    _check_story(house, hold["id"])
    assert [move["object"]["status"] for move in _moves(house, hold["id"])] == [
        "pending_payment",
        "expired",
        "confirmed",
    ]
