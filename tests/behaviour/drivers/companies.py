"""The three callers, for companies: what each of them is for bookings, and more."""

from __future__ import annotations

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
from litehq_core.domain.price_rules import read_overrides
from litehq_core.domain.query import Paging
from litehq_core.domain.records import company_record, snapshot
from litehq_core.use_cases.companies.create_company import create_company
from litehq_core.use_cases.companies.list_companies import ListCompanies, list_companies
from litehq_core.use_cases.companies.update_company import update_company
from litehq_core.use_cases.records.get_records import get_record
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

# contract.md, The rest of /v1: what a company shows.
COMPANY_NAMES = (
    *("id", "version", "name", "billing_terms", "billing_contact", "address"),
    *("pricing_overrides", "created_at", "updated_at"),
)


class CompanyDriver(Driver, Protocol):
    """A caller who looks after companies."""

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


class PythonCompanyDriver(PythonDriver):
    """Calls the use cases."""

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


class RestCompanyDriver(RestDriver):
    """Speaks HTTP."""

    async def create_company(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/companies``."""
        found = await self._send("POST", "/companies", key, body=wish, once=once, status=201)
        return without_object(found, "company", COMPANY_NAMES)

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
        return without_object(found, "company", COMPANY_NAMES)

    async def company(self, company_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/companies/{id}``."""
        found = await self._send("GET", f"/companies/{company_id}", key)
        return without_object(found, "company", COMPANY_NAMES)

    async def companies(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/companies``."""
        found = await self._send("GET", "/companies", key, query=filters)
        return plain_page(found, "company", COMPANY_NAMES)


class GraphQLCompanyDriver(GraphQLPeople):
    """Speaks GraphQL over HTTP."""

    async def create_company(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createCompany``."""
        return await self._changed(documents.CREATE_COMPANY, input_of(wish), key, once)

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
        wanted = {**input_of(changes), **target(company_id, version)}
        return await self._changed(documents.UPDATE_COMPANY, wanted, key, once)

    async def company(self, company_id: str, *, key: str | None = FULL) -> Outcome:
        """``company(id)``; null says that there is none."""
        return await self._one(documents.COMPANY, company_id, key)

    async def companies(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``companies``."""
        return await self._listed(documents.COMPANIES, filters, key)
