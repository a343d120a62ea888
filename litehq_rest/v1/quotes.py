"""``/v1/bookings/quote``."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency

from litehq_core.domain.quote import Quote
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.bookings.quote_booking import quote_booking
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import BookingCreate, create_command
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.times import instant_or_null


def quote_json(quote: Quote) -> dict[str, Any]:
    """A quote as shown."""
    start, policy = quote.slot.start, quote.policy
    return {
        "id": quote.id,
        "object": "quote",
        "quote_id": quote.id,
        "valid": quote.valid,
        "violations": [violation.as_json() for violation in quote.violations],
        "room_id": quote.room_id,
        "resource_id": quote.room_id,
        "start_at": instant_text(start),
        "end_at": instant_text(quote.slot.end),
        "start": instant_text(start),
        "duration_minutes": quote.slot.minutes,
        "billing_mode": quote.billing_mode.value,
        "price": quote.price.as_json(),
        "tokens_charged": quote.price.tokens,
        "cancellation": {
            "refundable_until": instant_or_null(policy.refundable_until(start)),
            "policy": policy.as_json(),
            "schedule": policy.schedule(start),
        },
        "conflicting_booking_id": quote.conflicting_booking_id,
        "alternatives": [alternative.as_json() for alternative in quote.alternatives],
        "created_at": instant_text(quote.created_at),
        "expires_at": instant_text(quote.expires_at),
    }


def quote_answer(quote: Quote) -> Answer:
    """A quote as an answer."""
    return json_answer(quote_json(quote))


@post(
    "/bookings/quote",
    operation_id="bookings.quote",
    summary="Price a slot and say whether it can be booked",
    **described(answer=schemas.Quote, body=BookingCreate, finds=True),
)
async def post_quote(call: NamedDependency[Call]) -> Response[bytes]:
    """What a booking would cost, good for 15 minutes, and everything that stands against it."""
    body, wrong = read_body(call.body, call.content_types, BookingCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, quote_answer)
    quote = await quote_booking(call.ports, call.actor, command, once)
    return response_of(quote_answer(quote))
