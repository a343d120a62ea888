"""Free and busy times, and quotes."""

from __future__ import annotations

from tests.graphql.house import CREATE, House


async def test_availability_partitions_the_window_and_lists_starts(house: House) -> None:
    """Free and busy blocks, and with a length every start that can be booked."""
    await house.book("2026-05-25T09:00:00Z")
    data = await house.data(
        """{ availability(
          roomId: "rm_atrium", from: "2026-05-25T08:00:00Z", to: "2026-05-25T11:00:00Z"
          durationMinutes: 60
        ) { from to rooms { roomId timezone starts
          free { startAt endAt } busy { startAt endAt kind reason } } } }"""
    )
    assert data["availability"] == {
        "from": "2026-05-25T08:00:00Z",
        "to": "2026-05-25T11:00:00Z",
        "rooms": [
            {
                "roomId": "rm_atrium",
                "timezone": "Europe/London",
                "starts": [
                    "2026-05-25T08:00:00Z",
                    "2026-05-25T10:00:00Z",
                    "2026-05-25T10:30:00Z",
                ],
                "free": [
                    {"startAt": "2026-05-25T08:00:00Z", "endAt": "2026-05-25T09:00:00Z"},
                    {"startAt": "2026-05-25T10:00:00Z", "endAt": "2026-05-25T11:00:00Z"},
                ],
                "busy": [
                    {
                        "startAt": "2026-05-25T09:00:00Z",
                        "endAt": "2026-05-25T10:00:00Z",
                        "kind": "BOOKING",
                        "reason": None,
                    }
                ],
            }
        ],
    }


async def test_a_quote_prices_a_wish_and_a_booking_may_name_it(house: House) -> None:
    """``bookingQuote`` takes what ``createBooking`` takes."""
    wish = {
        "roomId": "rm_studio",
        "bookedBy": {"memberId": "mem_jonas_k"},
        "startAt": "2026-05-25T09:00:00Z",
        "endAt": "2026-05-25T10:30:00Z",
    }
    query = """query Quote($input: CreateBookingInput!) { bookingQuote(input: $input) {
      id valid violations { reason } billingMode tokens expiresAt conflictingBookingId
      price { currency amountMinor } room { name } cancellation { refundableUntil }
      alternatives { startAt }
    } }"""
    quote = (await house.data(query, input=wish))["bookingQuote"]
    assert quote["valid"] is True
    assert quote["price"] == {"currency": "GBP", "amountMinor": 8400}
    assert (quote["room"]["name"], quote["expiresAt"]) == ("Studio", "2026-05-22T09:15:00Z")
    booked = await house.data(CREATE, input={**wish, "quoteId": quote["id"]})
    assert booked["createBooking"]["__typename"] == "CreateBookingPayload"
    again = (await house.data(query, input={**wish, "attendees": 9}))["bookingQuote"]
    assert again["valid"] is False
    assert [v["reason"] for v in again["violations"]] == ["over_capacity", "slot_unavailable"]
    assert again["conflictingBookingId"] == booked["createBooking"]["booking"]["id"]
    assert again["alternatives"] == []
    another = (await house.data(query, input={**wish, "attendees": 4}))["bookingQuote"]
    assert len(another["alternatives"]) == 5
