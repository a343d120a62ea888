"""The caller in Python: authenticates its key and calls the use cases themselves."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.errors import Refusal
from litehq_core.domain.idempotency import Once, Replayed
from litehq_core.domain.query import Paging
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_core.use_cases.availability.list_availability import (
    ListAvailability,
    list_availability,
)
from litehq_core.use_cases.bookings.cancel_booking import cancel_booking
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.bookings.get_booking import get_booking
from litehq_core.use_cases.bookings.list_bookings import ListBookings, list_bookings
from litehq_core.use_cases.bookings.mark_no_show import MarkNoShow, mark_no_show
from litehq_core.use_cases.bookings.preview_cancellation import preview_cancellation
from litehq_core.use_cases.bookings.quote_booking import quote_booking
from litehq_core.use_cases.bookings.update_booking import update_booking
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.rooms.update_room import update_room
from litehq_core.use_cases.waitlist.accept_offer import AcceptOffer, accept_offer
from litehq_core.use_cases.waitlist.join_waitlist import join_waitlist
from litehq_core.use_cases.waitlist.leave_waitlist import LeaveWaitlist, leave_waitlist
from litehq_core.use_cases.waitlist.list_waitlist import ListWaitlist, list_waitlist
from tests.behaviour.drivers.protocol import Done, Fields, Outcome, Refused
from tests.behaviour.drivers.python_words import (
    change_command,
    create_command,
    edit_command,
    join_command,
    shown_booking,
    shown_change,
    shown_entry,
    shown_entry_record,
    shown_preview,
    shown_quote,
    shown_record,
    shown_room,
)
from tests.behaviour.keys import FULL


class PythonDriver:
    """Calls the use cases as another program in the same process would."""

    name: ClassVar[str] = "python"

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def create(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Make a booking."""
        return await self._call(
            key,
            lambda actor: create_booking(
                self._ports, actor, create_command(wish), once_of("create", once, shown_booking)
            ),
            shown_booking,
        )

    async def quote(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Price a wish."""
        return await self._call(
            key,
            lambda actor: quote_booking(
                self._ports, actor, create_command(wish), once_of("quote", once, shown_quote)
            ),
            shown_quote,
        )

    async def edit(
        self,
        booking_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change a booking."""
        command = edit_command(booking_id, changes, version)
        return await self._call(
            key,
            lambda actor: update_booking(
                self._ports, actor, command, once_of("edit", once, shown_booking)
            ),
            shown_booking,
        )

    async def cancel(
        self,
        booking_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Cancel a booking."""
        fields = dict(wish or {})
        if "refund_policy" in fields:
            fields["refund_policy"] = RefundPolicy(fields["refund_policy"])
        command = CancelBooking(booking_id=booking_id, expected_version=version, **fields)
        return await self._call(
            key,
            lambda actor: cancel_booking(
                self._ports, actor, command, once_of("cancel", once, shown_booking)
            ),
            shown_booking,
        )

    async def preview_cancellation(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """What a cancellation would give back now."""
        return await self._call(
            key, lambda actor: preview_cancellation(self._ports, actor, booking_id), shown_preview
        )

    async def mark_no_show(
        self,
        booking_id: str,
        no_show: bool = True,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """Set or take back the no-show flag."""
        command = MarkNoShow(booking_id=booking_id, no_show=no_show, expected_version=version)
        return await self._call(
            key, lambda actor: mark_no_show(self._ports, actor, command), shown_booking
        )

    async def change_room(
        self,
        room_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change a room."""

        async def call(actor: Actor) -> Any:
            command = change_command(room_id, changes, version)
            return await update_room(
                self._ports, actor, command, once_of("change_room", once, shown_change)
            )

        return await self._call(key, call, shown_change)

    async def get(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one booking."""
        return await self._call(
            key, lambda actor: get_booking(self._ports, actor, booking_id), shown_record
        )

    async def bookings(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of bookings."""
        named = dict(filters or {})
        names = {"from": "from_at", "to": "to_at", "resource_id": "room_id"}

        async def call(actor: Actor) -> dict[str, Any]:
            paging = Paging(**{n: named.pop(n) for n in ("limit", "cursor") if n in named})
            if "status" in named:
                named["status"] = BookingStatus(named["status"])
            fields = {names.get(name, name): value for name, value in named.items()}
            page = await list_bookings(self._ports, actor, ListBookings(paging=paging, **fields))
            data = [shown_record(record) for record in page.records]
            return {"data": data, "next_cursor": page.next_cursor}

        return await self._call(key, call, dict)

    async def availability(self, query: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """Free and busy times."""
        names = {"from": "from_at", "to": "to_at", "resource_id": "room_id"}
        fields = {names.get(name, name): value for name, value in (query or {}).items()}

        async def call(actor: Actor) -> dict[str, Any]:
            _, rooms = await list_availability(self._ports, actor, ListAvailability(**fields))
            return {"data": [shown_room(room) for room in rooms]}

        return await self._call(key, call, dict)

    async def join(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Wait for a slot."""
        return await self._call(
            key,
            lambda actor: join_waitlist(
                self._ports, actor, join_command(wish), once_of("join", once, shown_entry)
            ),
            shown_entry,
        )

    async def accept(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Book what an entry is offered."""
        command = AcceptOffer(entry_id=entry_id, expected_version=version)
        return await self._call(
            key,
            lambda actor: accept_offer(
                self._ports, actor, command, once_of("accept", once, shown_booking)
            ),
            shown_booking,
        )

    async def leave(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Wait no longer."""
        command = LeaveWaitlist(entry_id=entry_id, expected_version=version)
        return await self._call(
            key,
            lambda actor: leave_waitlist(
                self._ports, actor, command, once_of("leave", once, shown_entry)
            ),
            shown_entry,
        )

    async def entry(self, entry_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one entry of the waitlist."""
        noun = Noun.WAITLIST_ENTRY
        return await self._call(
            key,
            lambda actor: get_record(self._ports, actor, noun, entry_id, every_attribute(noun)),
            shown_entry_record,
        )

    async def waitlist(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of the waitlist."""
        named = dict(filters or {})

        async def call(actor: Actor) -> dict[str, Any]:
            paging = Paging(**{n: named.pop(n) for n in ("limit", "cursor") if n in named})
            if "status" in named:
                named["status"] = WaitlistStatus(named["status"])
            page = await list_waitlist(
                self._ports,
                actor,
                ListWaitlist(paging=paging, **named),
                every_attribute(Noun.WAITLIST_ENTRY),
            )
            data = [shown_entry_record(record) for record in page.records]
            return {"data": data, "next_cursor": page.next_cursor}

        return await self._call(key, call, dict)

    async def _call(
        self,
        key: str | None,
        call: Callable[[Actor], Awaitable[Any]],
        show: Callable[[Any], dict[str, Any]],
    ) -> Outcome:
        try:
            return Done(body=show(await call(await authenticate(self._ports, key))))
        except Replayed as replay:
            answer = json.loads(replay.answer)
            return (Refused if "code" in answer else Done)(**answer, replayed=True)
        except Refusal as refusal:
            return Refused(**_refusal(refusal))


def once_of(operation: str, key: str | None, show: Callable[[Any], dict[str, Any]]) -> Once | None:
    """The wish that a call happens once, if there is a key."""
    if key is None:
        return None

    def encode(outcome: Any) -> bytes:
        answer = _refusal(outcome) if isinstance(outcome, Refusal) else {"body": show(outcome)}
        return json.dumps(answer).encode()

    return Once(operation=operation, key=key, encode=encode)


def _refusal(refusal: Refusal) -> dict[str, Any]:
    details = refusal.details()
    shown = {"code": refusal.code.value, "message": refusal.message, **details}
    return {"code": refusal.code.value, "details": details, "shown": shown}
