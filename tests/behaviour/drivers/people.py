"""The three callers, for companies and members: what each of them is for bookings, and more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.company import (
    BillingTerms,
    Company,
    read_address,
    read_billing_contact,
)
from litehq_core.domain.company_changes import CreateCompany, UpdateCompany
from litehq_core.domain.member import MemberStatus, MemberWithTokens
from litehq_core.domain.member_changes import InviteMember, UpdateMember
from litehq_core.domain.price_rules import read_overrides
from litehq_core.domain.query import Paging
from litehq_core.domain.records import company_record, shown_member_record, snapshot
from litehq_core.steps.member_tokens import MEMBER_RECORD
from litehq_core.use_cases.companies.create_company import create_company
from litehq_core.use_cases.companies.list_companies import ListCompanies, list_companies
from litehq_core.use_cases.companies.update_company import update_company
from litehq_core.use_cases.members.invite_member import invite_member
from litehq_core.use_cases.members.list_members import ListMembers, get_member, list_members
from litehq_core.use_cases.members.reinvite_member import ReinviteMember, reinvite_member
from litehq_core.use_cases.members.update_member import update_member
from litehq_core.use_cases.records.get_records import get_record
from tests.behaviour.drivers import people_documents as documents
from tests.behaviour.drivers.graphql import GraphQLDriver, target
from tests.behaviour.drivers.graphql_words import contract_of, refusal_of, variables_of
from tests.behaviour.drivers.protocol import Done, Driver, Fields, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver, once_of
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.keys import FULL

# contract.md, The rest of /v1: what a company shows.
COMPANY_NAMES = (
    *("id", "version", "name", "billing_terms", "billing_contact", "address"),
    *("pricing_overrides", "created_at", "updated_at"),
)
MEMBER_NAMES = (
    *("id", "version", "email", "name", "tier", "company_id", "status"),
    *("pool_allocation", "token_balance", "created_at", "updated_at"),
)


class PeopleDriver(Driver, Protocol):
    """A caller who looks after companies and members."""

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

    async def create_company(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Take on a tenant."""

    async def update_company(
        self,
        company_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change a company, if it is still at ``version``."""

    async def company(self, company_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one company."""

    async def companies(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of companies: ``{"data": […], "next_cursor"}``."""


class PythonPeopleDriver(PythonDriver):
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

    async def create_company(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_company``."""
        envelope = once_of("create_company", once, _shown_company)

        async def call(actor: Actor) -> Company:
            command = CreateCompany(**_company_fields(wish))
            return await create_company(self._ports, actor, command, envelope)

        return await self._call(key, call, _shown_company)

    async def update_company(
        self,
        company_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``update_company``."""
        envelope = once_of("update_company", once, _shown_company)

        async def call(actor: Actor) -> Company:
            command = UpdateCompany(
                company_id=company_id, expected_version=version, **_company_fields(changes)
            )
            return await update_company(self._ports, actor, command, envelope)

        return await self._call(key, call, _shown_company)

    async def company(self, company_id: str, *, key: str | None = FULL) -> Outcome:
        """``get_record``."""
        noun = Noun.COMPANY
        return await self._call(
            key,
            lambda actor: get_record(self._ports, actor, noun, company_id, every_attribute(noun)),
            _company_of,
        )

    async def companies(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_companies``."""
        named = dict(filters or {})

        async def call(actor: Actor) -> dict[str, Any]:
            paging = Paging(**{n: named.pop(n) for n in ("limit", "cursor") if n in named})
            page = await list_companies(
                self._ports,
                actor,
                ListCompanies(paging=paging, **named),
                every_attribute(Noun.COMPANY),
            )
            data = [_company_of(record) for record in page.records]
            return {"data": data, "next_cursor": page.next_cursor}

        return await self._call(key, call, dict)


def _company_fields(fields: Fields) -> dict[str, Any]:
    readers = {"billing_contact": read_billing_contact, "address": read_address}
    found = dict(fields)
    for name, read in readers.items():
        if found.get(name) is not None:
            found[name] = read(found[name], name)
    if "pricing_overrides" in found:
        found["pricing_overrides"] = read_overrides(found["pricing_overrides"], "pricing_overrides")
    if "billing_terms" in found:
        found["billing_terms"] = BillingTerms(found["billing_terms"])
    return found


def _shown_company(company: Company) -> dict[str, Any]:
    return _company_of(company_record(company))


def _company_of(record: Record) -> dict[str, Any]:
    shown = snapshot(record)
    return {name: shown[name] for name in COMPANY_NAMES}


def _shown_member(shown: MemberWithTokens) -> dict[str, Any]:
    return _member_of(shown_member_record(shown))


def _member_of(record: Record) -> dict[str, Any]:
    shown = snapshot(record)
    return {name: shown[name] for name in MEMBER_NAMES}


class RestPeopleDriver(RestDriver):
    """Speaks HTTP to ``/v1/companies`` and ``/v1/members``."""

    async def invite(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/members``."""
        found = await self._send("POST", "/members", key, body=wish, once=once, status=201)
        return _without_object(found, "member", MEMBER_NAMES)

    async def reinvite(
        self, member_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/members/{id}/invite``, without a body."""
        found = await self._send("POST", f"/members/{member_id}/invite", key, once=once)
        return _without_object(found, "member", MEMBER_NAMES)

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
        return _without_object(found, "member", MEMBER_NAMES)

    async def member(self, member_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/members/{id}``."""
        found = await self._send("GET", f"/members/{member_id}", key)
        return _without_object(found, "member", MEMBER_NAMES)

    async def members(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/members``."""
        found = await self._send("GET", "/members", key, query=filters)
        return _page(found, "member", MEMBER_NAMES)

    async def create_company(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/companies``."""
        found = await self._send("POST", "/companies", key, body=wish, once=once, status=201)
        return _without_object(found, "company", COMPANY_NAMES)

    async def update_company(
        self,
        company_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``PATCH /v1/companies/{id}``."""
        found = await self._send(
            "PATCH", f"/companies/{company_id}", key, body=changes, version=version, once=once
        )
        return _without_object(found, "company", COMPANY_NAMES)

    async def company(self, company_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/companies/{id}``."""
        found = await self._send("GET", f"/companies/{company_id}", key)
        return _without_object(found, "company", COMPANY_NAMES)

    async def companies(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/companies``."""
        found = await self._send("GET", "/companies", key, query=filters)
        return _page(found, "company", COMPANY_NAMES)


def _without_object(outcome: Outcome, kind: str, names: tuple[str, ...]) -> Outcome:
    """Contract: "Nothing is ever missing"."""
    if isinstance(outcome, Refused):
        return outcome
    assert set(outcome.body) == {"object", *names}
    assert outcome.body["object"] == kind
    body = {name: outcome.body[name] for name in names}
    return Done(body=body, replayed=outcome.replayed)


def _page(outcome: Outcome, kind: str, names: tuple[str, ...]) -> Outcome:
    if isinstance(outcome, Refused):
        return outcome
    assert set(outcome.body) == {"data", "next_cursor"}
    shown = [_without_object(Done(body=row), kind, names) for row in outcome.body["data"]]
    return Done(body={**outcome.body, "data": [d.body for d in shown if isinstance(d, Done)]})


class GraphQLPeopleDriver(GraphQLDriver):
    """Speaks GraphQL over HTTP."""

    async def invite(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``inviteMember``."""
        return await self._changed(documents.INVITE, _input(wish), key, once)

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
        wanted = {**_input(changes), **target(member_id, version)}
        return await self._changed(documents.UPDATE_MEMBER, wanted, key, once)

    async def member(self, member_id: str, *, key: str | None = FULL) -> Outcome:
        """``member(id)``; null says that there is none."""
        return await self._one(documents.MEMBER, member_id, key)

    async def members(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``members``."""
        return await self._listed(documents.MEMBERS, filters, key)

    async def create_company(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createCompany``."""
        return await self._changed(documents.CREATE_COMPANY, _input(wish), key, once)

    async def update_company(
        self,
        company_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``updateCompany``."""
        wanted = {**_input(changes), **target(company_id, version)}
        return await self._changed(documents.UPDATE_COMPANY, wanted, key, once)

    async def company(self, company_id: str, *, key: str | None = FULL) -> Outcome:
        """``company(id)``; null says that there is none."""
        return await self._one(documents.COMPANY, company_id, key)

    async def companies(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``companies``."""
        return await self._listed(documents.COMPANIES, filters, key)

    async def _changed(
        self, document: str, wanted: Mapping[str, Any], key: str | None, once: str | None
    ) -> Outcome:
        found = await self._send(document, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        [shown] = found.body.values()
        return Done(body=_shown(shown), replayed=found.replayed)

    async def _one(self, document: str, record_id: str, key: str | None) -> Outcome:
        found = await self._send(document, {"id": record_id}, key)
        if isinstance(found, Refused):
            return found
        return Done(body=_shown(found.body)) if found.body else Refused(code="not_found")

    async def _listed(self, document: str, filters: Fields | None, key: str | None) -> Outcome:
        names = {"limit": "first", "cursor": "after"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        found = await self._send(document, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        page = found.body["pageInfo"]
        cursor = page["endCursor"] if page["hasNextPage"] else None
        return Done(
            body={"data": [_shown(node) for node in found.body["nodes"]], "next_cursor": cursor}
        )


def _input(fields: Fields) -> dict[str, Any]:
    given = dict(fields)
    if "billing_terms" in given:
        given["billing_terms"] = given["billing_terms"].upper()
    if given.get("pricing_overrides"):
        given["pricing_overrides"] = [variables_of(one) for one in given["pricing_overrides"]]
    return variables_of(given)


def _shown(answer: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = contract_of(answer)
    if "billing_terms" in found:
        found["billing_terms"] = found["billing_terms"].lower()
    return found
