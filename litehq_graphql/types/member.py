"""People who book."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.company import Company
from litehq_graphql.types.enums import MemberStatus
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, to_one


@strawberry.type(description="A person who books.")
class Member(Recorded, Node):
    """A member's attributes."""

    noun: ClassVar[Noun | None] = Noun.MEMBER

    email: str = strawberry.field(description="The e-mail address; unique in the workspace.")
    name: str = strawberry.field(description="The person's name.")
    tier: str = strawberry.field(description="The membership level; decides rooms and prices.")
    status: MemberStatus = strawberry.field(description="Where the member stands.")
    company_id: strawberry.ID | None = strawberry.field(
        description="The id of the member's company, if there is one."
    )
    pool_allocation: int = strawberry.field(description="How many tokens come each month.")
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When the member was added.")
    updated_at: datetime = strawberry.field(description="When the member last changed.")

    @resolved("The member's company, if there is one.", to_one("company"))
    def company(self) -> Company | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Company, "company")

    @resolved("How many tokens can be spent now, on some room or other.", needs("id"))
    async def token_balance(self) -> int:
        """Loaded, all members of an answer in one batch."""
        return await self.load_balance(self.read("id"))


@strawberry.type(description="Somebody who books without being a member.")
class Guest(Recorded):
    """A part of a booking."""

    part_prefix: ClassVar[str] = "guest_"

    email: str = strawberry.field(description="The guest's e-mail address.")
    name: str = strawberry.field(description="The guest's name.")
