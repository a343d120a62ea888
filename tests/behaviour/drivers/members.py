"""The three callers, for members: what each of them is for bookings, and more."""

from __future__ import annotations

from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Record
from litehq_core.domain.member import MemberStatus, MemberWithTokens
from litehq_core.domain.member_changes import InviteMember, UpdateMember
from litehq_core.domain.query import Paging
from litehq_core.domain.records import shown_member_record, snapshot
from litehq_core.steps.member_tokens import MEMBER_RECORD
from litehq_core.use_cases.members.invite_member import invite_member
from litehq_core.use_cases.members.list_members import ListMembers, get_member, list_members
from litehq_core.use_cases.members.reinvite_member import ReinviteMember, reinvite_member
from litehq_core.use_cases.members.update_member import update_member
from tests.behaviour.drivers import people_documents as documents
from tests.behaviour.drivers.graphql import target
from tests.behaviour.drivers.people_words import (
    GraphQLPeople,
    input_of,
    plain_page,
    without_object,
)
from tests.behaviour.drivers.protocol import Driver, Fields, Outcome
from tests.behaviour.drivers.python import PythonDriver, once_of
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.keys import FULL

MEMBER_NAMES = (
    *("id", "version", "email", "name", "tier", "company_id", "status"),
    *("pool_allocation", "token_balance", "created_at", "updated_at"),
)


class MemberDriver(Driver, Protocol):
    """A caller who looks after members."""

    async def invite(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Invite a new member."""

    async def reinvite(
        self, member_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Send a fresh link."""

    async def update_member(
        self,
        member_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change a member, if he is still at ``version``."""

    async def member(self, member_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one member."""

    async def members(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of members: ``{"data": […], "next_cursor"}``."""


class PythonMemberDriver(PythonDriver):
    """Calls the use cases."""

    async def invite(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``invite_member``."""
        command, envelope = InviteMember(**wish), once_of("invite", once, _shown_member)
        return await self._call(
            key,
            lambda actor: invite_member(self._ports, actor, command, envelope),
            _shown_member,
        )

    async def reinvite(
        self, member_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``reinvite_member``."""
        command, envelope = ReinviteMember(member_id=member_id), once_of("re", once, _shown_member)
        return await self._call(
            key,
            lambda actor: reinvite_member(self._ports, actor, command, envelope),
            _shown_member,
        )

    async def update_member(
        self,
        member_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``update_member``."""
        fields = dict(changes)
        if "status" in fields:
            fields["status"] = MemberStatus(fields["status"])
        command = UpdateMember(member_id=member_id, expected_version=version, **fields)
        envelope = once_of("update_member", once, _shown_member)
        return await self._call(
            key,
            lambda actor: update_member(self._ports, actor, command, envelope),
            _shown_member,
        )

    async def member(self, member_id: str, *, key: str | None = FULL) -> Outcome:
        """``get_member``."""
        return await self._call(
            key,
            lambda actor: get_member(self._ports, actor, member_id, MEMBER_RECORD),
            _member_of,
        )

    async def members(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_members``."""
        named = dict(filters or {})

        async def call(actor: Actor) -> dict[str, Any]:
            paging = Paging(**{n: named.pop(n) for n in ("limit", "cursor") if n in named})
            if "status" in named:
                named["status"] = MemberStatus(named["status"])
            query = ListMembers(paging=paging, **named)
            page = await list_members(self._ports, actor, query, MEMBER_RECORD)
            data = [_member_of(record) for record in page.records]
            return {"data": data, "next_cursor": page.next_cursor}

        return await self._call(key, call, dict)


def _shown_member(shown: MemberWithTokens) -> dict[str, Any]:
    return _member_of(shown_member_record(shown))


def _member_of(record: Record) -> dict[str, Any]:
    shown = snapshot(record)
    return {name: shown[name] for name in MEMBER_NAMES}


class RestMemberDriver(RestDriver):
    """Speaks HTTP."""

    async def invite(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/members``."""
        found = await self._send("POST", "/members", key, body=wish, once=once, status=201)
        return without_object(found, "member", MEMBER_NAMES)

    async def reinvite(
        self, member_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/members/{id}/invite``, without a body."""
        found = await self._send("POST", f"/members/{member_id}/invite", key, once=once)
        return without_object(found, "member", MEMBER_NAMES)

    async def update_member(
        self,
        member_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``PATCH /v1/members/{id}``."""
        found = await self._send(
            "PATCH", f"/members/{member_id}", key, body=changes, version=version, once=once
        )
        return without_object(found, "member", MEMBER_NAMES)

    async def member(self, member_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/members/{id}``."""
        found = await self._send("GET", f"/members/{member_id}", key)
        return without_object(found, "member", MEMBER_NAMES)

    async def members(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/members``."""
        found = await self._send("GET", "/members", key, query=filters)
        return plain_page(found, "member", MEMBER_NAMES)


class GraphQLMemberDriver(GraphQLPeople):
    """Speaks GraphQL over HTTP."""

    async def invite(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``inviteMember``."""
        return await self._changed(documents.INVITE, input_of(wish), key, once)

    async def reinvite(
        self, member_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``reinviteMember``."""
        return await self._changed(documents.REINVITE, {"id": member_id}, key, once)

    async def update_member(
        self,
        member_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``updateMember``."""
        wanted = {**input_of(changes), **target(member_id, version)}
        return await self._changed(documents.UPDATE_MEMBER, wanted, key, once)

    async def member(self, member_id: str, *, key: str | None = FULL) -> Outcome:
        """``member(id)``; null says that there is none."""
        return await self._one(documents.MEMBER, member_id, key)

    async def members(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``members``."""
        return await self._listed(documents.MEMBERS, filters, key)
