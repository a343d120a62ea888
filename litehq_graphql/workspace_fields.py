"""The workspace: what is read of its settings, and what changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain import workspace
from litehq_core.domain.editing import UNSET
from litehq_core.domain.records import workspace_record
from litehq_core.domain.welcome import WelcomeKind, read_welcome_steps
from litehq_core.domain.workspace_changes import UpdateWorkspace
from litehq_core.use_cases.workspaces import get_workspace, update_workspace
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation, resolved
from litehq_graphql.inputs import KEY, changed
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.workspace import Workspace


@strawberry.input(description="A step of the welcome of a new company.")
class WelcomeStepInput:
    """The kind, and the fields that belong to it."""

    kind: WelcomeKind = strawberry.field(description="What it does.")
    subject: str | None = strawberry.field(description="Of a mail: its subject.", default=None)
    text: str | None = strawberry.field(description="Of a mail: its words.", default=None)
    tier: str | None = strawberry.field(
        description="Of an invitation: the membership level.", default=None
    )
    tokens: int | None = strawberry.field(description="Of a grant: how many.", default=None)


@strawberry.input(description="A change of the workspace's settings. What is left out stays.")
class UpdateWorkspaceInput:
    """The fields that a change may name."""

    name: str | None = strawberry.field(
        description="What people call it.", default=strawberry.UNSET
    )
    hold_minutes: int | None = strawberry.field(
        description="How long an unpaid booking is kept.", default=strawberry.UNSET
    )
    offer_minutes: int | None = strawberry.field(
        description="How long the waitlist keeps a slot for whom it offers it to.",
        default=strawberry.UNSET,
    )
    invoice_due_days: int | None = strawberry.field(
        description="How many days companies have to pay an invoice.", default=strawberry.UNSET
    )
    welcome: list[WelcomeStepInput] | None = strawberry.field(
        description="What is done for each new company, in place of all before.",
        default=strawberry.UNSET,
    )
    expected_version: int | None = strawberry.field(
        description="The version that you saw; if it has changed since, nothing is done.",
        default=None,
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> UpdateWorkspace:
        """The core's words for it."""
        steps = changed("welcome", self.welcome)
        return UpdateWorkspace(
            name=changed("name", self.name),
            hold_minutes=changed("holdMinutes", self.hold_minutes),
            offer_minutes=changed("offerMinutes", self.offer_minutes),
            invoice_due_days=changed("invoiceDueDays", self.invoice_due_days),
            welcome=UNSET
            if steps is UNSET
            else read_welcome_steps([vars(step) for step in steps], "welcome"),
            expected_version=self.expected_version,
        )


@strawberry.type(description="The settings were changed.")
class UpdateWorkspacePayload:
    """The workspace after the change."""

    workspace: Workspace = strawberry.field(description="The workspace.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(workspace=Workspace.from_json(kept["record"]))


UpdateWorkspaceResult = Annotated[
    UpdateWorkspacePayload | RefusalType,
    strawberry.union("UpdateWorkspaceResult", description="The workspace, or why it stays."),
]


def _kept(found: workspace.Workspace) -> Mapping[str, Any]:
    return kept_record(workspace_record(found))


@strawberry.type(description="What can be read of the workspace.")
class WorkspaceQueries:
    """A part of the root of queries."""

    @resolved("The workspace that the token opens, and its settings. For operators.")
    async def workspace(self, info: Info) -> Workspace | None:
        """Needs ``auth:read`` of a token that is not bound."""
        context = info.context
        found = await get_workspace.get_workspace(context.ports, context.actor)
        return Workspace.from_json(workspace_record(found))


@strawberry.type
class WorkspaceMutations:
    """The part of the root of mutations that is about the workspace."""

    @mutation("Change how long holds last, and how new companies are welcomed. For operators.")
    async def update_workspace(
        self, info: Info, input: Annotated[UpdateWorkspaceInput, INPUT]
    ) -> UpdateWorkspaceResult:
        """Needs ``auth:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        found = await update_workspace.update_workspace(
            context.ports, context.actor, input.command(), only
        )
        return UpdateWorkspacePayload.from_kept(_kept(found), context)
