"""What a scenario may ask of a caller, whichever it is, and what it gets back.

A scenario speaks the contract's words: field names in snake case, instants as datetimes, ids as
text. A driver turns them into the words of its caller and the answer back into plain values, so
that the same answer looks the same through Python, REST and GraphQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from tests.behaviour.keys import FULL

Fields = Mapping[str, Any]

# contract.md, Bookings: what a booking shows, each thing once.
BOOKING_NAMES = (
    *("id", "status", "version", "room", "start_at", "end_at", "timezone", "booked_by"),
    *("company_id", "attendees", "notes", "metadata", "billing_mode", "price"),
    *("tokens_charged", "checkout_url", "expires_at", "cancellation", "pending_change"),
    *("no_show", "created_at", "updated_at", "cancelled_at"),
)
QUOTE_NAMES = (
    *("quote_id", "valid", "violations", "conflicting_booking_id", "alternatives"),
    *("price", "tokens_charged", "billing_mode", "expires_at"),
)
PREVIEW_NAMES = (
    *("booking_id", "version", "at", "cancellable", "currency"),
    *("refund_amount_minor", "refund_tokens", "refund_percent", "step", "schedule"),
)
WAITLIST_NAMES = (
    *("id", "status", "version", "position", "location_id", "room_id", "from", "to"),
    *("duration_minutes", "booked_by", "company_id", "attendees", "billing_mode", "notes"),
    *("offer", "booking_id", "expires_at", "created_at", "updated_at"),
)
OFFER_NAMES = ("room_id", "start_at", "end_at", "expires_at")
ROOM_NAMES = ("room_id", "free", "busy", "starts")
# What a changed room shows of what can be changed.
CHANGED_ROOM_NAMES = (
    *("id", "version", "name", "capacity", "slot_minutes", "buffer_minutes", "rules"),
    *("opening_hours", "active"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A call that succeeded: its answer in the contract's names.

    ``replayed`` says that the caller was told that it is the answer of an earlier call.
    """

    body: dict[str, Any]
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A call that was refused.

    Attributes:
        details: what the refusal carries beside code and message, in the contract's names.
        shown: all that the caller is shown, but for the request's own id.
    """

    code: str
    details: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False


Outcome = Done | Refused


class Driver(Protocol):
    """A caller of LiteHQ. ``key`` is the bearer secret, ``once`` the idempotency key."""

    name: ClassVar[str]

    async def create(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Make a booking; ``wish`` is in dialect A or B."""

    async def quote(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Price a wish."""

    async def edit(
        self,
        booking_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change a booking, if it is still at ``version``."""

    async def cancel(
        self,
        booking_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Cancel a booking, if it is still at ``version``."""

    async def preview_cancellation(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """What a cancellation would give back now."""

    async def mark_no_show(
        self,
        booking_id: str,
        no_show: bool = True,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """Set or take back the no-show flag."""

    async def change_room(
        self,
        room_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change a room, if it is still at ``version``."""

    async def get(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one booking."""

    async def bookings(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of bookings: ``{"data": […], "next_cursor"}``."""

    async def availability(self, query: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """Free and busy times: ``{"data": [{room_id, free, busy, starts}]}``."""

    async def join(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Wait for a slot."""

    async def accept(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Book what an entry is offered: a booking."""

    async def leave(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Wait no longer, or decline what is offered."""

    async def entry(self, entry_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one entry of the waitlist."""

    async def waitlist(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of the waitlist: ``{"data": […], "next_cursor"}``."""


class Facade(Driver, Protocol):
    """A caller over HTTP, which can also be sent what no typed caller could say."""

    async def malformed(self) -> Outcome:
        """A request to create whose body is not JSON."""


def done(outcome: Outcome) -> dict[str, Any]:
    """The answer of a call that has to succeed."""
    assert isinstance(outcome, Done), outcome
    return outcome.body


def refused(outcome: Outcome, code: str) -> dict[str, Any]:
    """The details of a call that has to be refused with ``code``."""
    assert isinstance(outcome, Refused), outcome
    assert outcome.code == code, outcome
    return outcome.details
