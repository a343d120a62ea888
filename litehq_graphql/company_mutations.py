"""What changes companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain import company
from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.records import company_record
from litehq_core.use_cases.companies import create_company, update_company
from litehq_graphql.company_inputs import CreateCompanyInput, UpdateCompanyInput
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.company import Company
from litehq_graphql.types.refusal import RefusalType


class _WithCompany:
    """A payload that shows a company."""

    company: Company

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.company = Company.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="There is a new company.")
class CreateCompanyPayload(_WithCompany):
    """The new company."""

    company: Company = strawberry.field(description="The company.")


@strawberry.type(description="The company was changed.")
class UpdateCompanyPayload(_WithCompany):
    """The company after the change."""

    company: Company = strawberry.field(description="The company; its bookings stay as they are.")


CreateCompanyResult = Annotated[
    CreateCompanyPayload | RefusalType,
    strawberry.union("CreateCompanyResult", description="The company, or why there is none."),
]
UpdateCompanyResult = Annotated[
    UpdateCompanyPayload | RefusalType,
    strawberry.union("UpdateCompanyResult", description="The company, or why it stays."),
]


def _kept(found: company.Company) -> Mapping[str, Any]:
    return kept_record(company_record(found))


@strawberry.type
class CompanyMutations:
    """The part of the root of mutations that is about companies."""

    @mutation("Take on a tenant. For operators.")
    async def create_company(
        self, info: Info, input: Annotated[CreateCompanyInput, INPUT]
    ) -> CreateCompanyResult:
        """Needs ``companies:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        made = await create_company.create_company(
            context.ports, context.actor, input.command(), only
        )
        return CreateCompanyPayload.from_kept(_kept(made), context)

    @mutation("Change a company from now on. Bookings that exist stay as they are.")
    async def update_company(
        self, info: Info, input: Annotated[UpdateCompanyInput, INPUT]
    ) -> UpdateCompanyResult:
        """Needs ``companies:write``; terms and prices need a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        changed = await update_company.update_company(
            context.ports, context.actor, input.command(), only
        )
        return UpdateCompanyPayload.from_kept(_kept(changed), context)
