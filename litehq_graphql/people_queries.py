"""What can be read about members and companies."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.companies.list_companies import ListCompanies, list_companies
from litehq_core.use_cases.members.list_members import ListMembers, list_members
from litehq_graphql.arguments import After, Before, CompanyId, First, Id, Last, id_or_none
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.company import Company
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.enums import MemberStatus
from litehq_graphql.types.member import Member


@strawberry.type(description="What can be read about members and companies.")
class PeopleQueries:
    """A part of the root of queries."""

    @resolved("A member; null if there is none within reach.")
    async def member(self, info: Info, id: Id) -> Member | None:
        """Needs ``members:read``."""
        return await read_one(info, Member, Prefix.MEMBER, id)

    @resolved("Members, newest first.")
    async def members(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        company_id: CompanyId = None,
        status: Annotated[
            MemberStatus | None, strawberry.argument(description="Only in this state.")
        ] = None,
        tier: Annotated[
            str | None, strawberry.argument(description="Only of this membership tier.")
        ] = None,
        email: Annotated[
            str | None, strawberry.argument(description="With this address, in whatever case.")
        ] = None,
    ) -> Connection[Member] | None:
        """Needs ``members:read``."""
        context = info.context
        query = ListMembers(
            company_id=id_or_none(Prefix.COMPANY, company_id),
            status=status,
            tier=tier,
            email=email,
            paging=paging_of(first, after, last, before),
        )
        page = await list_members(context.ports, context.actor, query, projection(info))
        return Connection.over(page, Member, context.related)

    @resolved("A company; null if there is none within reach.")
    async def company(self, info: Info, id: Id) -> Company | None:
        """Needs ``companies:read``."""
        return await read_one(info, Company, Prefix.COMPANY, id)

    @resolved("Companies, newest first.")
    async def companies(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        host_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The workspace; of another one there are none."),
        ] = None,
    ) -> Connection[Company] | None:
        """Needs ``companies:read``."""
        context = info.context
        query = ListCompanies(
            host_id=id_or_none(Prefix.WORKSPACE, host_id),
            paging=paging_of(first, after, last, before),
        )
        page = await list_companies(context.ports, context.actor, query, projection(info))
        return Connection.over(page, Company, context.related)
