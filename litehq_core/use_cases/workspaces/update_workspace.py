"""Change the workspace's settings."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.workspace import Workspace
from litehq_core.domain.workspace_changes import UpdateWorkspace, change_workspace
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once

__all__ = ["UpdateWorkspace", "update_workspace"]


async def update_workspace(
    ports: Ports, actor: Actor, command: UpdateWorkspace, once: Once | None = None
) -> Workspace:
    """The workspace after the change. Holds, offers and welcomes that run keep their terms.

    Raises:
        AuthScopeInsufficient: needs ``auth:write`` on a key that is not bound.
        ValidationFailed: nothing is named, or a field is wrong.
        VersionConflict: the workspace is at another version.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.AUTH_WRITE)
    if command.changes_nothing:
        raise ValidationFailed.of("body", "names nothing to change")

    async def execute(tx: Transaction) -> Workspace:
        workspace = await tx.workspaces.lock()
        change = change_workspace(workspace, command)
        if change is None:
            return workspace
        changed, event = change
        await tx.workspaces.save(changed)
        tx.emit(event)
        return changed

    return await run_once(ports, actor, once, command, execute)
