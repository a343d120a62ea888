"""``/v1/companies``: list, create, get, update."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain import editing
from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.company import (
    Address,
    BillingContact,
    BillingTerms,
    Company,
    read_address,
    read_billing_contact,
)
from litehq_core.domain.company_changes import CreateCompany, UpdateCompany
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.price_rules import PricingOverride, read_overrides
from litehq_core.domain.records import company_record
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.companies.create_company import create_company
from litehq_core.use_cases.companies.list_companies import ListCompanies, list_companies
from litehq_core.use_cases.companies.update_company import update_company
from litehq_core.use_cases.records.get_records import get_record
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, core
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query

_ATTRIBUTES = every_attribute(Noun.COMPANY)


class BillingContactBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The person whom bills are written to."""

    name: str
    email: str


class AddressBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where a company is; ``country`` is a code of ISO 3166-1, such as GB."""

    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str | None = None
    country: str


class PricingOverrideBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a company pays instead: ``hourly_minor`` in a ``currency``, or ``discount_percent``."""

    room_id: str | None = None
    hourly_minor: int | None = None
    currency: str | None = None
    discount_percent: int | None = None


class CompanyCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A new tenant; it pays by card unless it says otherwise."""

    name: str | UnsetType = UNSET
    billing_terms: BillingTerms = BillingTerms.CARD
    billing_contact: BillingContactBody | UnsetType | None = UNSET
    address: AddressBody | UnsetType | None = UNSET
    pricing_overrides: list[PricingOverrideBody] | UnsetType = UNSET


class CompanyEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of a company: what is left out stays, null clears; overrides are replaced whole."""

    name: str | UnsetType = UNSET
    billing_terms: BillingTerms | UnsetType = UNSET
    billing_contact: BillingContactBody | UnsetType | None = UNSET
    address: AddressBody | UnsetType | None = UNSET
    pricing_overrides: list[PricingOverrideBody] | UnsetType = UNSET


def company_json(record: Record) -> dict[str, Any]:
    """A company as shown; nothing is ever missing."""
    return {
        "id": record["id"],
        "object": "company",
        "version": record["version"],
        "name": record["name"],
        "billing_terms": record["billing_terms"],
        "billing_contact": record["billing_contact"],
        "address": record["address"],
        "pricing_overrides": record["pricing_overrides"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def company_answer(company: Company, *, status: int = 200) -> Answer:
    """A company of the core as an answer."""
    shown = company_json(company_record(company))
    return json_answer(shown, status=status, version=company.version)


def created_answer(company: Company) -> Answer:
    """A new company as an answer."""
    return company_answer(company, status=201)


def _contact(
    given: BillingContactBody | UnsetType | None, wrong: Findings
) -> BillingContact | None:
    if not isinstance(given, BillingContactBody):
        return None
    value = msgspec.to_builtins(given)
    return wrong.attempt(lambda: read_billing_contact(value, "billing_contact"))


def _address(given: AddressBody | UnsetType | None, wrong: Findings) -> Address | None:
    if not isinstance(given, AddressBody):
        return None
    value = msgspec.to_builtins(given)
    return wrong.attempt(lambda: read_address(value, "address"))


def _overrides(
    given: list[PricingOverrideBody] | UnsetType, wrong: Findings
) -> tuple[PricingOverride, ...]:
    values = msgspec.to_builtins([] if isinstance(given, UnsetType) else given)
    for value in values:
        if value["room_id"] is not None:
            value["room_id"] = normalise_id(Prefix.ROOM, value["room_id"])
    return wrong.attempt(lambda: read_overrides(values, "pricing_overrides")) or ()


def create_command(body: CompanyCreate, wrong: Findings) -> CreateCompany:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    name = None if isinstance(body.name, UnsetType) else body.name
    wrong.agreed(("name", name), required=True)
    if name is not None:
        wrong.attempt(lambda: require_text("name", name, most=MAX_NAME, least=1))
    contact, address = _contact(body.billing_contact, wrong), _address(body.address, wrong)
    overrides = _overrides(body.pricing_overrides, wrong)
    if wrong or name is None:
        raise wrong.refusal()
    return CreateCompany(
        name=name,
        billing_terms=body.billing_terms,
        billing_contact=contact,
        address=address,
        pricing_overrides=overrides,
    )


def update_command(
    company_id: str, body: CompanyEdit, wrong: Findings, expected_version: int | None
) -> UpdateCompany:
    """A PATCH as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    contact, address = _contact(body.billing_contact, wrong), _address(body.address, wrong)
    overrides = _overrides(body.pricing_overrides, wrong)
    wrong.refuse()
    unset = editing.UNSET
    return UpdateCompany(
        company_id=company_id,
        name=core(body.name),
        billing_terms=core(body.billing_terms),
        billing_contact=unset if isinstance(body.billing_contact, UnsetType) else contact,
        address=unset if isinstance(body.address, UnsetType) else address,
        pricing_overrides=unset if isinstance(body.pricing_overrides, UnsetType) else overrides,
        expected_version=expected_version,
    )


def _list_query(query: Query) -> ListCompanies:
    found = ListCompanies(host_id=query.id("host_id", Prefix.WORKSPACE), paging=query.paging())
    query.wrong.refuse()
    return found


@get(
    "/companies",
    operation_id="companies.list",
    summary="List tenant companies",
    **described(answer=schemas.CompanyPage, query=("host_id", "limit", "cursor")),
)
async def get_companies(call: NamedDependency[Call]) -> Response[bytes]:
    """Companies, newest first. ``host_id`` is the workspace; that of another key lists nothing."""
    page = await list_companies(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [company_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@post(
    "/companies",
    operation_id="companies.create",
    summary="Onboard a tenant company",
    **described(answer=schemas.Company, status=201, body=CompanyCreate),
)
async def post_company(call: NamedDependency[Call]) -> Response[bytes]:
    """A new company. For operators."""
    body, wrong = read_body(call.body, call.content_types, CompanyCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, created_answer)
    return response_of(created_answer(await create_company(call.ports, call.actor, command, once)))


@get(
    "/companies/{company_id:str}",
    operation_id="companies.get",
    summary="Retrieve a company",
    **described(answer=schemas.Company, by_id=True),
)
async def get_company(call: NamedDependency[Call], company_id: FromPath[str]) -> Response[bytes]:
    """One company."""
    bare_id = normalise_id(Prefix.COMPANY, company_id)
    found = await get_record(call.ports, call.actor, Noun.COMPANY, bare_id, _ATTRIBUTES)
    return response_of(json_answer(company_json(found), version=found["version"]))


@patch(
    "/companies/{company_id:str}",
    operation_id="companies.update",
    summary="Change a company",
    **described(answer=schemas.Company, body=CompanyEdit, by_id=True, locks=True),
)
async def patch_company(call: NamedDependency[Call], company_id: FromPath[str]) -> Response[bytes]:
    """Change contact, address, terms or prices from now on. Bookings that exist keep theirs."""
    body, wrong = read_body(call.body, call.content_types, CompanyEdit)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.COMPANY, company_id)
    command = update_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, company_answer)
    return response_of(company_answer(await update_company(call.ports, call.actor, command, once)))
