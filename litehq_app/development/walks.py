"""What ``litehq trigger`` can make happen, by the steps that a client would take.

No event is made up: each walk calls the interface until the event has happened, so that what comes
before it comes too, and everything in it is true.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from litehq_app.development.api import Api, ApiFailed, ApiRefused

MINUTES = 60
DAYS_AHEAD = 7
ROOMS_TRIED = 10

Say = Callable[[str], None]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Walker:
    """Who takes the steps, and tells of each."""

    api: Api
    say: Say

    async def post(self, path: str, body: object = None) -> Row:
        """Create something, or act on it."""
        found: Row = await self.api.call("POST", path, body)
        return found

    async def hold(self) -> Row:
        """Book the first slot that a guest can pay for by card.

        Raises:
            ApiFailed: there is none.
        """
        begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
        found = await self.api.call(
            "GET",
            "/v1/availability",
            **{
                "from": _text(begins),
                "to": _text(begins + timedelta(days=DAYS_AHEAD)),
                "duration_minutes": str(MINUTES),
            },
        )
        refused = None
        open_rooms = [room for room in found["data"] if room["starts"]]
        for room in open_rooms[:ROOMS_TRIED]:
            try:
                return await self._booked(room["room_id"], room["starts"][0])
            except ApiRefused as refusal:
                # Rooms have rules of their own; the next may take the booking.
                refused = refusal
        raise refused or ApiFailed("no room is free for an hour within the next week")

    async def _booked(self, room_id: str, start: str) -> Row:
        end = datetime.fromisoformat(start) + timedelta(minutes=MINUTES)
        booking = await self.post(
            "/v1/bookings",
            {
                "room_id": room_id,
                "start_at": start,
                "end_at": _text(end),
                "booked_by": {"guest": {"email": _email(), "name": "litehq trigger"}},
                "billing_mode": "card",
            },
        )
        self.say(f"booked {booking['room']['name']} at {booking['start_at']}: {booking['id']}")
        return booking

    async def settle(self, booking: Row, deed: str) -> None:
        """Press a button of the simulated checkout.

        Raises:
            ApiFailed: payments are not simulated here.
        """
        address = booking["checkout_url"]
        if address is None:
            raise ApiFailed("the room costs nothing, so there is nothing to pay")
        try:
            await self.post(f"{address}/{deed}")
        except ApiFailed:
            raise ApiFailed(
                f"the checkout at {address} cannot be played; payments are simulated only "
                "while the server has no keys of a payment provider"
            ) from None
        self.say(f"checkout: {deed}")

    async def paid(self) -> Row:
        """A booking that is paid for."""
        booking = await self.hold()
        await self.settle(booking, "pay")
        return booking

    async def invited(self) -> Row:
        """A member who has been sent an invitation."""
        members = await self.api.call("GET", "/v1/members", limit="1")
        tier = members["data"][0]["tier"] if members["data"] else "resident"
        member = await self.post(
            "/v1/members", {"email": _email(), "name": "litehq trigger", "tier": tier}
        )
        self.say(f"invited {member['email']}: {member['id']}")
        return member

    async def company(self) -> Row:
        """A company of its own."""
        company = await self.post("/v1/companies", {"name": f"Triggered {secrets.token_hex(3)}"})
        self.say(f"created the company {company['name']}: {company['id']}")
        return company

    async def visitor(self) -> Row:
        """Somebody who is expected at this hour.

        Raises:
            ApiFailed: nobody here can be visited.
        """
        members = await self.api.call("GET", "/v1/members", status="active", limit="1")
        locations = await self.api.call("GET", "/v1/locations", limit="1")
        if not (members["data"] and locations["data"]):
            raise ApiFailed("a visitor needs an active member and a location")
        visitor = await self.post(
            "/v1/visitors",
            {
                "name": "litehq trigger",
                "host_member_id": members["data"][0]["id"],
                "location_id": locations["data"][0]["id"],
                "expected_at": _text(datetime.now(UTC) + timedelta(minutes=5)),
            },
        )
        self.say(f"announced a visitor: {visitor['id']}")
        return visitor

    async def key(self) -> Row:
        """A key that may do next to nothing, for an hour."""
        made = await self.post(
            "/v1/auth/tokens",
            {
                "name": "litehq trigger",
                "scopes": ["calendar:read"],
                "expires_at": _text(datetime.now(UTC) + timedelta(hours=1)),
            },
        )
        self.say(f"minted a key: {made['id']}")
        return made


async def _booking_created(walker: Walker) -> None:
    await walker.hold()


async def _booking_confirmed(walker: Walker) -> None:
    await walker.paid()


async def _booking_updated(walker: Walker) -> None:
    booking = await walker.paid()
    notes = {"notes": "changed by litehq trigger"}
    await walker.api.call("PATCH", f"/v1/bookings/{booking['id']}", notes)
    walker.say("changed its notes")


async def _booking_cancelled(walker: Walker) -> None:
    booking = await walker.hold()
    await walker.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "litehq trigger"})
    walker.say("cancelled it")


async def _booking_expired(walker: Walker) -> None:
    await walker.settle(await walker.hold(), "expire")


async def _charge_refunded(walker: Walker) -> None:
    booking = await walker.paid()
    await walker.post(f"/v1/bookings/{booking['id']}/cancel", {"refund_policy": "full"})
    walker.say("cancelled it, with all the money back")


async def _payment_failed(walker: Walker) -> None:
    await walker.settle(await walker.hold(), "fail")


async def _member_invited(walker: Walker) -> None:
    await walker.invited()


async def _member_updated(walker: Walker) -> None:
    member = await walker.invited()
    await walker.api.call("PATCH", f"/v1/members/{member['id']}", {"name": "Triggered again"})
    walker.say("changed the name")


async def _company_created(walker: Walker) -> None:
    await walker.company()


async def _company_updated(walker: Walker) -> None:
    company = await walker.company()
    change = {"name": f"{company['name']} & Sons"}
    await walker.api.call("PATCH", f"/v1/companies/{company['id']}", change)
    walker.say("changed the name")


async def _visitor_created(walker: Walker) -> None:
    await walker.visitor()


async def _visitor_checked_in(walker: Walker) -> None:
    visitor = await walker.visitor()
    await walker.post(f"/v1/visitors/{visitor['id']}/check_in")
    walker.say("checked the visitor in")


async def _visitor_cancelled(walker: Walker) -> None:
    visitor = await walker.visitor()
    await walker.api.call("DELETE", f"/v1/visitors/{visitor['id']}")
    walker.say("called the visit off")


async def _api_token_created(walker: Walker) -> None:
    await walker.key()


async def _api_token_revoked(walker: Walker) -> None:
    key = await walker.key()
    await walker.api.call("DELETE", f"/v1/auth/tokens/{key['id']}")
    walker.say("revoked it")


# What cannot be walked is left out: `booking.completed` and `booking.no_show` wait for the clock.
WALKS: dict[str, Callable[[Walker], Awaitable[None]]] = {
    "booking.created": _booking_created,
    "booking.confirmed": _booking_confirmed,
    "booking.updated": _booking_updated,
    "booking.cancelled": _booking_cancelled,
    "booking.expired": _booking_expired,
    "charge.succeeded": _booking_confirmed,
    "charge.refunded": _charge_refunded,
    "payment.failed": _payment_failed,
    "member.invited": _member_invited,
    "member.updated": _member_updated,
    "company.created": _company_created,
    "company.updated": _company_updated,
    "visitor.created": _visitor_created,
    "visitor.checked_in": _visitor_checked_in,
    "visitor.cancelled": _visitor_cancelled,
    "api_token.created": _api_token_created,
    "api_token.revoked": _api_token_revoked,
}


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _email() -> str:
    return f"trigger-{secrets.token_hex(4)}@example.com"
