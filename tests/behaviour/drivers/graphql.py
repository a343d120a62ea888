"""The caller over GraphQL: plain ``POST /graphql``, every answer asked for in full."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx

from tests.behaviour.drivers import graphql_documents as documents
from tests.behaviour.drivers.graphql_rooms import changed_room_of, room_input_of
from tests.behaviour.drivers.graphql_words import (
    booking_of,
    contract_of,
    entry_of,
    input_of,
    quote_of,
    refusal_of,
    room_of,
    variables_of,
)
from tests.behaviour.drivers.protocol import Done, Fields, Outcome, Refused
from tests.behaviour.keys import FULL


class GraphQLDriver:
    """Speaks GraphQL over HTTP."""

    name: ClassVar[str] = "graphql"

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def create(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createBooking``."""
        return await self._mutate(documents.CREATE, input_of(wish), key, once)

    async def quote(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``bookingQuote``: a query, so that an idempotency key has nothing to do."""
        found = await self._send(documents.QUOTE, {"input": input_of(wish)}, key)
        return found if isinstance(found, Refused) else Done(body=quote_of(found.body))

    async def edit(
        self,
        booking_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``updateBooking``."""
        wanted = {**variables_of(changes), **target(booking_id, version)}
        return await self._mutate(documents.UPDATE, wanted, key, once)

    async def cancel(
        self,
        booking_id: str,
        wish: Fields | None = None,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``cancelBooking``."""
        wanted = {**variables_of(wish or {}), **target(booking_id, version)}
        return await self._mutate(documents.CANCEL, wanted, key, once)

    async def preview_cancellation(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """``cancellationPreview``; null says that there is no such booking."""
        found = await self._send(documents.PREVIEW, {"id": booking_id}, key)
        if isinstance(found, Refused):
            return found
        if found.body == {}:
            return Refused(code="booking_not_found")
        assert found.body.pop("booking") == {"id": found.body["bookingId"]}
        return Done(body=contract_of(found.body))

    async def mark_no_show(
        self,
        booking_id: str,
        no_show: bool = True,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """``markBookingNoShow``."""
        wanted = {"noShow": no_show, **target(booking_id, version)}
        return await self._mutate(documents.NO_SHOW, wanted, key, None)

    async def change_room(
        self,
        room_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``updateRoom``."""
        wanted = {**room_input_of(changes), **target(room_id, version)}
        found = await self._send(documents.CHANGE_ROOM, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        return Done(body=changed_room_of(found.body["room"]), replayed=found.replayed)

    async def get(self, booking_id: str, *, key: str | None = FULL) -> Outcome:
        """``booking(id)``; null says that there is none."""
        found = await self._send(documents.BOOKING, {"id": booking_id}, key)
        if isinstance(found, Refused):
            return found
        if found.body == {}:
            return Refused(code="booking_not_found")
        return Done(body=booking_of(found.body))

    async def bookings(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``bookings``; the next cursor is that of the page's last edge."""
        names = {"limit": "first", "cursor": "after", "resource_id": "room_id"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        found = await self._send(documents.BOOKINGS, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        page, edges = found.body["pageInfo"], found.body["edges"]
        data = [booking_of(node) for node in found.body["nodes"]]
        assert [edge["node"]["id"] for edge in edges] == [booking["id"] for booking in data]
        assert page["endCursor"] == (edges[-1]["cursor"] if edges else None)
        cursor = page["endCursor"] if page["hasNextPage"] else None
        return Done(body={"data": data, "next_cursor": cursor})

    async def availability(self, query: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``availability``; null says that there is no such room or member."""
        named = {"room_id" if n == "resource_id" else n: v for n, v in (query or {}).items()}
        found = await self._send(documents.AVAILABILITY, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        if found.body == {}:
            return Refused(code="not_found")
        return Done(body={"data": [room_of(room) for room in found.body["rooms"]]})

    async def join(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``joinWaitlist``."""
        wanted = dict(wish)
        if isinstance(wanted.get("booked_by"), str):
            wanted["booked_by"] = {"member_id": wanted["booked_by"]}
        return await self._mutate(documents.JOIN, variables_of(wanted), key, once)

    async def accept(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``acceptWaitlistOffer``."""
        return await self._mutate(documents.ACCEPT, target(entry_id, version), key, once)

    async def leave(
        self,
        entry_id: str,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``leaveWaitlist``."""
        return await self._mutate(documents.LEAVE, target(entry_id, version), key, once)

    async def entry(self, entry_id: str, *, key: str | None = FULL) -> Outcome:
        """``waitlistEntry(id)``; null says that there is none."""
        found = await self._send(documents.ENTRY, {"id": entry_id}, key)
        if isinstance(found, Refused):
            return found
        return Done(body=entry_of(found.body)) if found.body else Refused(code="not_found")

    async def waitlist(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``waitlistEntries``."""
        names = {"limit": "first", "cursor": "after"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        found = await self._send(documents.ENTRIES, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        page = found.body["pageInfo"]
        cursor = page["endCursor"] if page["hasNextPage"] else None
        data = [entry_of(node) for node in found.body["nodes"]]
        return Done(body={"data": data, "next_cursor": cursor})

    async def malformed(self) -> Outcome:
        """A request whose body is not JSON."""
        headers = {"Authorization": f"Bearer {FULL}", "Content-Type": "application/json"}
        response = await self._client.post("/graphql", content=b'{"query', headers=headers)
        return refusal_of(_flat(response.json()["errors"]))

    async def _mutate(
        self, document: str, wanted: Mapping[str, Any], key: str | None, once: str | None
    ) -> Outcome:
        found = await self._send(document, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        shown = entry_of(found.body["entry"]) if "entry" in found.body else None
        return Done(body=shown or booking_of(found.body["booking"]), replayed=found.replayed)

    async def _send(
        self, document: str, variables: Mapping[str, Any], key: str | None, once: str | None = None
    ) -> Outcome:
        headers = {
            "Authorization": None if key is None else f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": once,
        }
        response = await self._client.post(
            "/graphql",
            content=json.dumps({"query": document, "variables": variables}),
            headers={name: value for name, value in headers.items() if value is not None},
        )
        assert response.headers["content-type"].startswith("application/json")
        body = response.json()
        errors = [error for error in body.get("errors", ()) if not _is_hidden_booker(error)]
        replayed = response.headers.get("idempotent-replayed") == "true"
        if errors:
            assert (body.get("data") or {}).get("result") is None
            return refusal_of(_flat(errors), replayed=replayed)
        assert response.status_code == 200
        return Done(body=body["data"]["result"] or {}, replayed=replayed)


def target(booking_id: str, version: int | None) -> dict[str, Any]:
    """What is to be changed, and the version that it must have."""
    return {"id": booking_id} if version is None else {"id": booking_id, "expectedVersion": version}


def _is_hidden_booker(error: Mapping[str, Any]) -> bool:
    """A key that reads no members is told who booked by ``memberId`` alone."""
    code = error["extensions"]["code"]
    path: list[object] = error.get("path", [None])
    return path[-1] == "bookedBy" and code == "auth_scope_insufficient"


def _flat(errors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Top-level errors in the shape of one ``Refusal``: each wrong variable is one of them."""
    shown = [{**error["extensions"], "message": error["message"]} for error in errors]
    assert len({error["code"] for error in shown}) == 1
    details = [found for error in shown for found in error.get("details", ())]
    return {**shown[0], **({"details": details} if details else {})}
