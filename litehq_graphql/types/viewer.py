"""Who asks."""

from __future__ import annotations

from typing import Self, cast

import strawberry

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.enums import Scope
from litehq_graphql.types.member import Member
from litehq_graphql.types.recorded import Related


@strawberry.type(description="The API token that asks, and what it may do.")
class Viewer:
    """The actor."""

    workspace_id: strawberry.ID = strawberry.field(description="The workspace it opens.")
    key_id: strawberry.ID = strawberry.field(description="The id of the API token.")
    scopes: list[Scope] = strawberry.field(description="What it may do, as it was granted.")
    member_id: strawberry.ID | None = strawberry.field(
        description="The member it is bound to; null if it is not."
    )
    company_ids: list[strawberry.ID] = strawberry.field(
        description="The companies it is bound to; empty if it is not."
    )
    related: strawberry.Private[Related]

    @classmethod
    def of(cls, actor: Actor, related: Related) -> Self:
        """From the actor that the key stands for."""
        return cls(
            workspace_id=strawberry.ID(actor.workspace_id),
            key_id=strawberry.ID(actor.key_id),
            scopes=sorted(actor.scopes),
            member_id=None if actor.member_id is None else strawberry.ID(actor.member_id),
            company_ids=[strawberry.ID(company_id) for company_id in sorted(actor.company_ids)],
            related=related,
        )

    @resolved("The member it is bound to, if it is.")
    def member(self) -> Member | None:
        """Loaded."""
        if self.member_id is None:
            return None
        return cast("Member", self.related.load(Noun.MEMBER, self.member_id))
