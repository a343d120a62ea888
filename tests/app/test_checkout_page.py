"""The simulated checkout: paying, failing, expiring, and paying late."""

from __future__ import annotations

from datetime import timedelta

import httpx

from litehq_core import (
    Booking,
    CancelBooking,
    CreateBooking,
    CreateSeries,
    Guest,
    cancel_booking,
    create_booking,
    create_series,
    get_booking,
    parse_rule,
    system_actor,
)
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock
from tests.app.installations import served

ACTOR = system_actor("ws_demo")
GUEST = Guest(email="ann@example.com", name="Ann")
AS_JSON = {"Accept": "application/json"}


async def studio(ports: Ports, clock: Clock, *, hour: int = 14) -> Booking:
    """A hold on the Studio, tomorrow, for 90 minutes."""
    start = clock().replace(hour=hour, minute=0) + timedelta(days=1)
    return await create_booking(
        ports,
        ACTOR,
        CreateBooking(
            room_id="rm_studio",
            start_at=start,
            end_at=start + timedelta(minutes=90),
            guest=GUEST,
        ),
    )


async def stored(ports: Ports, booking: Booking) -> tuple[str, int]:
    """The booking's status and what was given back, as they are now."""
    found = await get_booking(ports, ACTOR, booking.id)
    return found["status"], found["refunded_minor"]


def url_of(booking: Booking) -> str:
    """The checkout's address."""
    assert booking.checkout_url is not None
    return booking.checkout_url


async def press(client: httpx.AsyncClient, booking: Booking, deed: str) -> httpx.Response:
    """Press a button of the page, and follow to the page that it leads to."""
    answer = await client.post(f"{url_of(booking)}/{deed}")
    assert answer.status_code == 303
    return await client.get(f"{url_of(booking)}/{deed}/../{answer.headers['location']}")


async def test_the_page_shows_what_is_paid_for(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        answer = await client.get(url_of(booking))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "Studio" in answer.text
        assert "£84.00" in answer.text
        # 14:00 UTC, on the wall of London in May.
        assert "Saturday 23 May 2026, 15:00–16:30 BST" in answer.text
        for deed in ("pay", "fail", "expire"):
            assert f'{booking.payment_id}/{deed}"' in answer.text


async def test_paying_confirms(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        page = await press(client, booking, "pay")
        assert "the booking is confirmed" in page.text
        assert "<form" not in page.text
        assert await stored(ports, booking) == ("confirmed", 0)
        # Once more: nothing is charged twice.
        await press(client, booking, "pay")
        assert await stored(ports, booking) == ("confirmed", 0)


async def test_a_declined_card_leaves_the_hold(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        page = await press(client, booking, "fail")
        assert "The card was declined" in page.text
        assert await stored(ports, booking) == ("pending_payment", 0)
        assert "the booking is confirmed" in (await press(client, booking, "pay")).text


async def test_expiring_frees_the_slot(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        page = await press(client, booking, "expire")
        assert "The hold has ended" in page.text
        assert await stored(ports, booking) == ("expired", 0)
        assert (await studio(ports, clock)).status == "pending_payment"


async def test_a_late_payment_confirms_while_the_slot_is_free(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        clock.advance(minutes=31)
        page = await client.get(url_of(booking))
        assert "The hold has ended" in page.text
        assert "Pay all the same" in page.text
        page = await press(client, booking, "pay")
        assert "the booking is confirmed" in page.text
        assert await stored(ports, booking) == ("confirmed", 0)


async def test_a_late_payment_is_refunded_when_the_slot_is_gone(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        clock.advance(minutes=31)
        await studio(ports, clock)
        page = await press(client, booking, "pay")
        assert "Paid and given back" in page.text
        assert await stored(ports, booking) == ("expired", 8400)


async def test_programs_get_json(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        seen = (await client.get(url_of(booking), headers=AS_JSON)).json()
        assert (seen["standing"], seen["amount_minor"], seen["currency"]) == ("due", 8400, "GBP")
        answer = await client.post(f"{url_of(booking)}/pay", headers=AS_JSON)
        assert answer.status_code == 200
        assert answer.json()["standing"] == "confirmed"
        assert answer.json()["booking"]["status"] == "confirmed"


async def test_there_is_no_other_checkout(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        refund = "pay_01h00000000000000000000000"
        for path in (
            f"/checkout/ws_demo/{refund}",
            f"/checkout/ws_other/{booking.payment_id}",
            f"/checkout/ws_demo/{booking.id}",
            "/checkout/%00/%00",
        ):
            for deed in ("", "/pay"):
                method = "POST" if deed else "GET"
                page = await client.request(method, path + deed)
                assert page.status_code == 404
                assert page.headers["content-type"].startswith("text/html")
                answer = await client.request(method, path + deed, headers=AS_JSON)
                assert answer.status_code == 404
                assert answer.json()["error"]["code"] == "not_found"
        assert (await client.post(f"{url_of(booking)}/steal")).status_code == 404
        assert await stored(ports, booking) == ("pending_payment", 0)


async def test_the_address_is_that_of_the_settings(clock: Clock) -> None:
    async with served(clock, public_url="https://book.example/litehq") as (_, ports):
        booking = await studio(ports, clock)
        assert url_of(booking) == (
            f"https://book.example/litehq/checkout/ws_demo/{booking.payment_id}"
        )


async def test_the_page_of_a_series_stays_open_for_those_that_still_wait(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        start = clock().replace(hour=14, minute=0) + timedelta(days=1)
        wish = CreateBooking(
            room_id="rm_studio",
            start_at=start,
            end_at=start + timedelta(minutes=90),
            guest=GUEST,
        )
        rule = parse_rule("FREQ=WEEKLY;COUNT=3")
        booked = await create_series(ports, ACTOR, CreateSeries(first=wish, recurrence=rule))
        first, second, _ = booked.bookings.values()
        page = (await client.get(url_of(first))).text
        assert "£252.00" in page
        assert "and 2 more bookings of its series" in page
        await cancel_booking(ports, ACTOR, CancelBooking(booking_id=first.id))
        assert "Payment due" in (await client.get(url_of(first))).text
        assert "the booking is confirmed" in (await press(client, first, "pay")).text
        assert await stored(ports, second) == ("confirmed", 0)
        assert await stored(ports, first) == ("cancelled", 8400)
