"""Read the workspace: what it is called, and its settings."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.ports import Ports


async def get_workspace(ports: Ports, actor: Actor) -> Workspace:
    """The actor's own workspace. For operators.

    Raises:
        AuthScopeInsufficient: needs ``auth:read`` on a key that is not bound.
        NotFound: it was never added.
    """
    actor.require_operator(Scope.AUTH_READ)
    workspace = await ports.reads.workspace(actor.workspace_id)
    if workspace is None:
        raise NotFound("workspace")
    return workspace
