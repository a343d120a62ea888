"""The workspace and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import strawberry

from litehq_core.domain.welcome import WelcomeKind
from litehq_core.domain.workspace import Mode

strawberry.enum(
    WelcomeKind,
    description=(
        "What a step of a welcome does: MAIL writes to the billing contact, INVITE makes him the "
        "company's first member, GRANT gives that member tokens."
    ),
)
strawberry.enum(Mode, name="WorkspaceMode", description="Test and live are two workspaces.")


@strawberry.type(description="A step of the welcome of a new company.")
class WelcomeStep:
    """It has the fields that belong to its kind; the others are null."""

    kind: WelcomeKind = strawberry.field(description="What it does.")
    subject: str | None = strawberry.field(description="Of a mail: its subject.", default=None)
    text: str | None = strawberry.field(description="Of a mail: its words.", default=None)
    tier: str | None = strawberry.field(
        description="Of an invitation: the membership level.", default=None
    )
    tokens: int | None = strawberry.field(description="Of a grant: how many.", default=None)


@strawberry.type(description="The operator: what it is called, and its settings.")
class Workspace:
    """The workspace that a token opens."""

    id: strawberry.ID = strawberry.field(description="Its id, page A's host.")
    name: str = strawberry.field(description="What people call it.")
    mode: Mode = strawberry.field(description="Whether it is a test.")
    hold_minutes: int = strawberry.field(description="How long an unpaid booking is kept.")
    offer_minutes: int = strawberry.field(
        description="How long the waitlist keeps a slot for whom it offers it to."
    )
    invoice_due_days: int = strawberry.field(
        description="How many days companies have to pay an invoice."
    )
    welcome: list[WelcomeStep] = strawberry.field(
        description="What is done for each new company, in this order."
    )
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From its record, kept or not."""
        created_at = value["created_at"]
        steps = [
            WelcomeStep(**{**step, "kind": WelcomeKind(step["kind"])}) for step in value["welcome"]
        ]
        return cls(
            **{
                **value,
                "mode": Mode(value["mode"]),
                "welcome": steps,
                "created_at": datetime.fromisoformat(created_at)
                if isinstance(created_at, str)
                else created_at,
            }
        )
