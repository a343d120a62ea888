"""The same request with the same key has one effect and one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable
from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Done, Driver, Outcome, Refused, done, refused
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, studio, wish, wrong_fields

KEY = "0e8a1c52-4d6f-4d6f-bc14-7f1a"


async def _again(house: House, first: Outcome, call: Awaitable[Outcome]) -> None:
    """The call answers as ``first`` did, says so, and leaves no trace at all."""
    assert first.replayed is False
    with house.unchanged():
        again = await call
    assert again.replayed is True
    if isinstance(first, Done):
        assert done(again) == first.body
    else:
        assert isinstance(again, Refused)
        assert (again.code, again.details) == (first.code, first.details)
        assert again.shown == first.shown


WISHES: dict[str, dict[str, Any]] = {"tokens": wish(member="mem_lina_p"), "card": studio()}


@pytest.mark.parametrize("wanted", WISHES.values(), ids=WISHES)
async def test_create_twice(house: House, driver: Driver, wanted: dict[str, Any]) -> None:
    """B: "Reuse to safely retry the same logical create"."""
    first = await driver.create(wanted, once=KEY)
    done(first)
    await _again(house, first, driver.create(wanted, once=KEY))
    house.clock.advance(hours=23)
    await _again(house, first, driver.create(wanted, once=KEY))
    assert len(house.bookings()) == 1


async def test_without_a_key_it_happens_twice(house: House, driver: Driver) -> None:
    """Contract: keys are "never required"; without one nothing is remembered."""
    done(await driver.create(wish()))
    await refusal(house, driver.create(wish()), "slot_unavailable")
    assert dict(house.tables.idempotency.committed()) == {}


async def test_either_dialect_is_the_same_request(house: House, driver: Driver) -> None:
    """Contract: "The fingerprint is path ids + query + normalised command"."""
    first = await driver.create(wish(), once=KEY)
    in_a = {
        "resource_id": "rm_atrium",
        "start": at("2026-05-26 14:00"),
        "duration_minutes": 60,
        "booked_by": "mem_nadia_n",
    }
    await _again(house, first, driver.create(in_a, once=KEY))


CHANGED: dict[str, dict[str, Any]] = {
    "start": {"start": "2026-05-26 16:00"},
    "minutes": {"minutes": 90},
    "room": {"room_id": "rm_annex"},
    "member": {"member": "mem_noor_n"},
    "notes": {"notes": "other"},
    "metadata": {"metadata": {"a": 1}},
    "mode": {"billing_mode": "card"},
    # Wrong in itself or not, it is another request.
    "nowhere": {"room_id": "rm_nowhere"},
}


@pytest.mark.parametrize("other", CHANGED.values(), ids=CHANGED)
async def test_another_body(house: House, driver: Driver, other: dict[str, Any]) -> None:
    """B: "idempotency_conflict 409 — Same idempotency_key reused with a different body"."""
    done(await driver.create(wish(), once=KEY))
    await refusal(house, driver.create(wish(**other), once=KEY), "idempotency_conflict")


async def test_a_refusal_is_an_answer_too(house: House, driver: Driver) -> None:
    """Contract: "Same → the first answer", although by now the slot would be free."""
    blocker = await booked(driver, wish())
    wanted = wish(member="mem_noor_n")
    with house.unchanged(keyed=True):
        first = await driver.create(wanted, once=KEY)
    refused(first, "slot_unavailable")
    done(await driver.cancel(blocker["id"]))
    await _again(house, first, driver.create(wanted, once=KEY))
    done(await driver.create(wanted, once="another key"))


Change = Callable[[Driver, str, str], Awaitable[Outcome]]
CHANGES: dict[str, Change] = {
    "edit": lambda driver, booking_id, once: driver.edit(booking_id, {"notes": "x"}, once=once),
    "longer": lambda driver, booking_id, once: driver.edit(
        booking_id, {"duration_minutes": 120}, once=once
    ),
    "cancel": lambda driver, booking_id, once: driver.cancel(booking_id, once=once),
    "cancel-full": lambda driver, booking_id, once: driver.cancel(
        booking_id, {"refund_policy": "full"}, once=once
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_changes_twice(house: House, driver: Driver, change: Change) -> None:
    """Contract: "on every POST, PATCH and mutation"."""
    booking = await paid(house, driver, studio())
    first = await change(driver, booking["id"], KEY)
    done(first)
    await house.run_due()
    await _again(house, first, change(driver, booking["id"], KEY))


async def test_a_replay_is_the_first_answer_whatever_came_after(
    house: House, driver: Driver
) -> None:
    """Contract: "the first answer byte for byte"."""
    booking = await booked(driver, wish())
    first = await driver.edit(booking["id"], {"notes": "first"}, once=KEY)
    done(await driver.edit(booking["id"], {"notes": "second"}))
    await _again(house, first, driver.edit(booking["id"], {"notes": "first"}, once=KEY))
    assert done(await driver.get(booking["id"]))["notes"] == "second"


async def test_a_replay_minds_no_version(house: House, driver: Driver) -> None:
    """Contract: "Same → the first answer": the version that it named is stale by its own doing."""
    booking = await booked(driver, wish())
    changes, version = {"notes": "x"}, booking["version"]
    first = await driver.edit(booking["id"], changes, version=version, once=KEY)
    done(first)
    again = driver.edit(booking["id"], changes, version=version, once=KEY)
    await _again(house, first, again)


async def test_the_path_is_part_of_the_request(house: House, driver: Driver) -> None:
    """Contract: "The fingerprint is path ids + …"; so is the version that was named."""
    one, two = [await booked(driver, wish(room)) for room in ("rm_atrium", "rm_annex")]
    done(await driver.edit(one["id"], {"notes": "x"}, once=KEY))
    await refusal(house, driver.edit(two["id"], {"notes": "x"}, once=KEY), "idempotency_conflict")


async def test_keys_are_each_principals_own(house: House, driver: Driver) -> None:
    """Contract: "per workspace, principal and operation"."""
    mine = done(await driver.create(wish(), once=KEY))
    second = await driver.create(wish("rm_annex"), key=keys.SECOND, once=KEY)
    strange = wish(member="mem_stranger")
    third = await driver.create(strange, key=keys.STRANGER, once=KEY)
    cancelled = await driver.cancel(mine["id"], once=KEY)
    for outcome in (second, third, cancelled):
        done(outcome)
        assert outcome.replayed is False


async def test_the_longest_key(house: House, driver: Driver) -> None:
    """Contract: "1–255 characters"."""
    for once in ("k", "k" * 255):
        done(await driver.create(wish("rm_annex" if once == "k" else "rm_atrium"), once=once))
    assert len(house.tables.idempotency.committed()) == 2


async def test_what_did_not_pass_is_not_pinned(house: House, driver: Driver) -> None:
    """Contract: "Pinned are only outcomes of requests that passed authentication … and parsing"."""
    for key in (None, keys.REVOKED, keys.READ_ONLY):
        with house.unchanged():
            assert isinstance(await driver.create(wish(), key=key, once=KEY), Refused)
    done(await driver.create(wish(), once=KEY))


async def test_the_provider_is_down(house: House, driver: Driver) -> None:
    """Contract: "the next retry resumes what a crash left"; "5xx never" pinned."""
    house.payments.fail_once("open_checkout", ServiceUnavailable())
    refused(await driver.create(studio(), once=KEY), "service_unavailable")
    (held,) = house.bookings()
    assert held.status == "pending_payment"
    assert held.checkout_url is None
    first = await driver.create(studio(), once=KEY)
    booking = done(first)
    assert booking["id"] == held.id
    assert booking["checkout_url"] is not None
    assert len(house.bookings()) == 1
    assert house.types(held.id) == ["booking.created"]
    # The payment's id is the provider's idempotency key, so it was asked for one checkout.
    assert len({payment.id for payment in house.payments.payments("open_checkout")}) == 1
    await _again(house, first, driver.create(studio(), once=KEY))
    await house.pay(booking["checkout_url"])
    assert done(await driver.get(booking["id"]))["status"] == "confirmed"


async def test_the_provider_says_no(house: House, driver: Driver) -> None:
    """Contract: "Same → the first answer"; what cannot be paid holds no slot."""
    house.payments.fail_once("open_checkout", PaymentFailed())
    first = await driver.create(studio(), once=KEY)
    refused(first, "payment_failed")
    await _again(house, first, driver.create(studio(), once=KEY))
    assert [booking.status for booking in house.bookings()] == ["expired"]
    assert done(await driver.create(studio()))["status"] == "pending_payment"


async def test_a_crash_between_the_phases(house: House, driver: Driver) -> None:
    """Contract: "Still running → `409 idempotency_in_progress` (a lease of 60 s; …)"."""
    house.payments.fail_once("open_checkout", RuntimeError("the process stops here"))
    # A Python caller meets the crash itself; over HTTP it is told as little as possible.
    with suppress(RuntimeError):
        refused(await driver.create(studio(), once=KEY), "internal_error")
        assert driver.name != "python"
    await refusal(house, driver.create(studio(), once=KEY), "idempotency_in_progress")
    house.clock.advance(seconds=59)
    await refusal(house, driver.create(studio(), once=KEY), "idempotency_in_progress")
    await refusal(house, driver.create(studio(minutes=60), once=KEY), "idempotency_conflict")
    house.clock.advance(seconds=1)
    first = await driver.create(studio(), once=KEY)
    assert done(first)["checkout_url"] is not None
    assert len(house.bookings()) == 1
    await _again(house, first, driver.create(studio(), once=KEY))


async def test_the_worker_resumes_too(house: House, driver: Driver) -> None:
    """Contract: "also after a crash or a restart at any point"."""
    house.payments.fail_once("open_checkout", ServiceUnavailable())
    refused(await driver.create(studio(), once=KEY), "service_unavailable")
    house.clock.advance(minutes=2)
    await house.run_due()
    booking = done(await driver.create(studio(), once=KEY))
    assert booking["checkout_url"] is not None
    assert len(house.bookings()) == 1
    assert len(house.payments.payments("open_checkout")) == 2


async def test_an_edit_goes_on_as_well(house: House, driver: Driver) -> None:
    """Contract: phases exist for edits that need the payer, too."""
    booking = await paid(house, driver, studio())
    changes = {"duration_minutes": 120}
    house.payments.fail_once("open_checkout", ServiceUnavailable())
    refused(await driver.edit(booking["id"], changes, once=KEY), "service_unavailable")
    first = await driver.edit(booking["id"], changes, once=KEY)
    proposed = done(first)
    assert proposed["pending_change"]["checkout_url"] is not None
    assert house.types(booking["id"]).count("booking.updated") == 1
    await _again(house, first, driver.edit(booking["id"], changes, once=KEY))


@pytest.mark.parametrize("wanted", WISHES.values(), ids=WISHES)
async def test_all_at_once(house: House, driver: Driver, wanted: dict[str, Any]) -> None:
    """Contract: "Still running → `409 idempotency_in_progress`"; never a second effect."""
    outcomes = await asyncio.gather(*(driver.create(wanted, once=KEY) for _ in range(5)))
    (booking,) = house.bookings()
    first = [outcome for outcome in outcomes if isinstance(outcome, Done)]
    assert {outcome.body["id"] for outcome in first} == {booking.id}
    assert sum(not outcome.replayed for outcome in first) == 1
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            assert outcome.code == "idempotency_in_progress"
    assert house.types(booking.id).count("booking.created") == 1
    assert house.tokens("mem_lina_p") == (18 if "mem_lina_p" in repr(wanted) else 20)


async def test_header_and_body(house: House, rest: RestDriver) -> None:
    """Contract: "header `Idempotency-Key` or body … (both and different → 422)"."""
    in_body = {**wish(), "idempotency_key": KEY}
    assert await wrong_fields(house, rest.create(in_body, once="other")) == {"idempotency_key"}
    first = await rest.create(in_body)
    await _again(house, first, rest.create(wish(), once=KEY))
    await _again(house, first, rest.create(in_body, once=KEY))
