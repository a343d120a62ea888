"""API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.types.enums import Scope
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded


@strawberry.type(description="A bearer credential. Its secret is shown once, when it is made.")
class ApiToken(Recorded, Node):
    """A token's attributes."""

    noun: ClassVar[Noun | None] = Noun.API_TOKEN

    name: str = strawberry.field(description="What people call it.")
    scopes: list[Scope] = strawberry.field(description="What it may do.")
    hint: str = strawberry.field(
        description="The end of the secret, for people to tell tokens apart."
    )
    member_id: strawberry.ID | None = strawberry.field(
        description="The member it is bound to: it sees only what is his."
    )
    company_ids: list[strawberry.ID] = strawberry.field(
        description="The companies it is bound to: it sees only what is theirs."
    )
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    revoked_at: datetime | None = strawberry.field(
        description="When it was revoked; null if it was not."
    )
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was made.")
