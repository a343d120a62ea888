"""The routes of ``/v1``."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from litehq_rest.call import open_call
from litehq_rest.v1 import (
    auth_tokens,
    availability,
    bookings,
    cancellation_preview,
    locations,
    quotes,
    rooms,
)

MAX_BODY_BYTES = 1024 * 1024


def rest_router() -> Router:
    """Everything under ``/v1``. The application brings the exception handlers and the state."""
    return Router(
        "/v1",
        route_handlers=[
            bookings.get_bookings,
            bookings.post_booking,
            bookings.get_one_booking,
            bookings.patch_booking,
            bookings.post_cancel,
            bookings.delete_booking,
            cancellation_preview.get_cancellation_preview,
            quotes.post_quote,
            availability.get_availability,
            rooms.get_rooms,
            rooms.get_room,
            locations.get_locations,
            locations.get_location,
            auth_tokens.post_token,
            auth_tokens.get_tokens,
            auth_tokens.delete_token,
        ],
        dependencies={"call": Provide(open_call)},
        request_max_body_size=MAX_BODY_BYTES,
    )
