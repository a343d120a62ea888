"""Tenant companies."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.types.enums import BillingTerms
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded


@strawberry.type(description="A tenant company: it groups members and owns their bookings.")
class Company(Recorded, Node):
    """A company's attributes."""

    noun: ClassVar[Noun | None] = Noun.COMPANY

    name: str = strawberry.field(description="The company's name.")
    billing_terms: BillingTerms = strawberry.field(description="How it pays.")
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
