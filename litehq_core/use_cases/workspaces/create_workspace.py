"""Open a workspace: where an operator begins."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.ids import Prefix
from litehq_core.domain.workspace import Mode, Workspace
from litehq_core.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWorkspace:
    """A wish for a workspace. ``hold_minutes``: how long an unpaid booking keeps its slot."""

    name: str
    mode: Mode = Mode.LIVE
    hold_minutes: int = 30


async def create_workspace(ports: Ports, command: CreateWorkspace) -> Workspace:
    """A new, empty workspace. For whoever has the database: there is no key to it yet.

    Test and live are two workspaces (``contract.md``, Words): the test twin is made by another
    call, and its keys begin with ``sk_test_``.

    Raises:
        ValidationFailed: a field is wrong in itself.
    """
    workspace_id = ports.new_id(Prefix.WORKSPACE)
    async with ports.begin(system_actor(workspace_id)) as tx:
        workspace = Workspace(
            id=workspace_id,
            name=command.name,
            mode=command.mode,
            hold_minutes=command.hold_minutes,
            created_at=tx.now,
        )
        await tx.catalogue.add(workspace)
        return workspace
