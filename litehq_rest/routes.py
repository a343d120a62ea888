"""The routes of ``/v1``."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from litehq_rest.call import open_call
from litehq_rest.v1 import (
    audit,
    auth_tokens,
    availability,
    blackouts,
    bookings,
    calendar,
    cancellation_preview,
    companies,
    locations,
    members,
    quotes,
    rate_cards,
    rooms,
    series,
    tokens,
    waitlist,
    workspace,
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
            series.get_series_list,
            series.post_series,
            series.post_series_quote,
            series.get_one_series,
            series.patch_series,
            series.post_series_cancel,
            series.post_series_retry,
            waitlist.post_entry,
            waitlist.get_entries,
            waitlist.get_entry,
            waitlist.post_accept,
            waitlist.delete_entry,
            availability.get_availability,
            rooms.get_rooms,
            rooms.post_room,
            rooms.get_room,
            rooms.patch_room,
            locations.get_locations,
            locations.post_location,
            locations.get_location,
            workspace.get_own_workspace,
            workspace.patch_workspace,
            members.get_members,
            members.post_member,
            members.get_one_member,
            members.patch_member,
            members.post_invite,
            companies.get_companies,
            companies.post_company,
            companies.get_company,
            companies.patch_company,
            locations.patch_location,
            blackouts.get_room_blackouts,
            blackouts.post_room_blackout,
            blackouts.delete_room_blackout,
            blackouts.get_location_blackouts,
            blackouts.post_location_blackout,
            blackouts.delete_location_blackout,
            rate_cards.get_rate_cards,
            rate_cards.post_rate_card,
            rate_cards.get_rate_card,
            auth_tokens.post_token,
            auth_tokens.get_tokens,
            auth_tokens.delete_token,
            tokens.get_transactions,
            tokens.post_transaction,
            audit.get_audit,
            calendar.get_calendar,
        ],
        dependencies={"call": Provide(open_call)},
        request_max_body_size=MAX_BODY_BYTES,
    )
