"""The three callers, for the workspace's settings."""

from __future__ import annotations

from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.records import snapshot, workspace_record
from litehq_core.domain.welcome import read_welcome_steps
from litehq_core.domain.workspace import Workspace
from litehq_core.use_cases.workspaces.get_workspace import get_workspace
from litehq_core.use_cases.workspaces.update_workspace import UpdateWorkspace, update_workspace
from tests.behaviour.drivers import people_documents as documents
from tests.behaviour.drivers.graphql_words import contract_of, refusal_of, variables_of
from tests.behaviour.drivers.people import (
    GraphQLPeopleDriver,
    PeopleDriver,
    PythonPeopleDriver,
    RestPeopleDriver,
)
from tests.behaviour.drivers.protocol import Done, Fields, Outcome, Refused
from tests.behaviour.drivers.python import once_of
from tests.behaviour.keys import FULL


class WorkspaceDriver(PeopleDriver, Protocol):
    """A caller who looks after the workspace as well."""

    async def workspace(self, *, key: str | None = FULL) -> Outcome:
        """Read the settings."""

    async def set_workspace(
        self,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """Change the settings."""


class PythonWorkspaceDriver(PythonPeopleDriver):
    """Calls the use cases."""

    async def workspace(self, *, key: str | None = FULL) -> Outcome:
        """``get_workspace``."""
        return await self._call(key, lambda actor: get_workspace(self._ports, actor), _shown)

    async def set_workspace(
        self,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``update_workspace``."""
        envelope = once_of("workspace", once, _shown)

        async def call(actor: Actor) -> Workspace:
            fields = dict(changes)
            if "welcome" in fields:
                fields["welcome"] = read_welcome_steps(fields["welcome"], "welcome")
            command = UpdateWorkspace(expected_version=version, **fields)
            return await update_workspace(self._ports, actor, command, envelope)

        return await self._call(key, call, _shown)


def _shown(workspace: Workspace) -> dict[str, Any]:
    return snapshot(workspace_record(workspace))


class RestWorkspaceDriver(RestPeopleDriver):
    """Speaks HTTP to ``/v1/workspace``."""

    async def workspace(self, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/workspace``."""
        return _without_object(await self._send("GET", "/workspace", key))

    async def set_workspace(
        self,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``PATCH /v1/workspace``."""
        return _without_object(
            await self._send("PATCH", "/workspace", key, body=changes, version=version, once=once)
        )


def _without_object(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Done):
        assert outcome.body.pop("object") == "workspace"
    return outcome


class GraphQLWorkspaceDriver(GraphQLPeopleDriver):
    """Speaks GraphQL over HTTP."""

    async def workspace(self, *, key: str | None = FULL) -> Outcome:
        """``workspace``."""
        found = await self._send(documents.WORKSPACE, {}, key)
        return found if isinstance(found, Refused) else Done(body=_answered(found.body))

    async def set_workspace(
        self,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
        once: str | None = None,
    ) -> Outcome:
        """``updateWorkspace``."""
        wanted = variables_of(changes)
        if "welcome" in wanted:
            wanted["welcome"] = [{**s, "kind": s["kind"].upper()} for s in wanted["welcome"]]
        if version is not None:
            wanted["expectedVersion"] = version
        found = await self._send(documents.UPDATE_WORKSPACE, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        return Done(body=_answered(found.body["workspace"]), replayed=found.replayed)


def _answered(body: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = contract_of(body)
    steps = [{name: v for name, v in s.items() if v is not None} for s in shown["welcome"]]
    shown["mode"] = shown["mode"].lower()
    shown["welcome"] = [{**step, "kind": step["kind"].lower()} for step in steps]
    return shown
