"""``/v1/workspace``: the settings of the workspace that a key opens."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, patch
from litestar.di import NamedDependency
from msgspec import UNSET, UnsetType

from litehq_core.domain import editing
from litehq_core.domain.attributes import Record
from litehq_core.domain.records import workspace_record
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.welcome import read_welcome_steps
from litehq_core.domain.workspace import Workspace
from litehq_core.domain.workspace_changes import UpdateWorkspace
from litehq_core.use_cases.workspaces.get_workspace import get_workspace
from litehq_core.use_cases.workspaces.update_workspace import update_workspace
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, core
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described


class WorkspaceEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of the settings: what is left out stays. ``welcome`` is replaced as a whole."""

    name: str | UnsetType = UNSET
    hold_minutes: int | UnsetType = UNSET
    offer_minutes: int | UnsetType = UNSET
    invoice_due_days: int | UnsetType = UNSET
    welcome: list[schemas.WelcomeStep] | UnsetType = UNSET


def workspace_json(record: Record) -> dict[str, Any]:
    """The workspace as shown."""
    return {
        "id": record["id"],
        "object": "workspace",
        "version": record["version"],
        "name": record["name"],
        "mode": record["mode"],
        "hold_minutes": record["hold_minutes"],
        "offer_minutes": record["offer_minutes"],
        "invoice_due_days": record["invoice_due_days"],
        "welcome": record["welcome"],
        "created_at": instant_text(record["created_at"]),
    }


def workspace_answer(workspace: Workspace) -> Answer:
    """The workspace of the core as an answer."""
    return json_answer(workspace_json(workspace_record(workspace)), version=workspace.version)


def update_command(
    body: WorkspaceEdit, wrong: Findings, expected_version: int | None
) -> UpdateWorkspace:
    """A PATCH as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    given = None if isinstance(body.welcome, UnsetType) else msgspec.to_builtins(body.welcome)
    steps = None if given is None else wrong.attempt(lambda: read_welcome_steps(given, "welcome"))
    wrong.refuse()
    return UpdateWorkspace(
        name=core(body.name),
        hold_minutes=core(body.hold_minutes),
        offer_minutes=core(body.offer_minutes),
        invoice_due_days=core(body.invoice_due_days),
        welcome=editing.UNSET if steps is None else steps,
        expected_version=expected_version,
    )


@get(
    "/workspace",
    operation_id="workspace.get",
    summary="Retrieve the workspace",
    **described(answer=schemas.Workspace, finds=True),
)
async def get_own_workspace(call: NamedDependency[Call]) -> Response[bytes]:
    """The settings of the workspace that the key opens. For operators."""
    return response_of(workspace_answer(await get_workspace(call.ports, call.actor)))


@patch(
    "/workspace",
    operation_id="workspace.update",
    summary="Change the workspace's settings",
    **described(answer=schemas.Workspace, body=WorkspaceEdit, finds=True, locks=True),
)
async def patch_workspace(call: NamedDependency[Call]) -> Response[bytes]:
    """Change how long holds last, and how new companies are welcomed. For operators."""
    body, wrong = read_body(call.body, call.content_types, WorkspaceEdit)
    key = key_of(call, body.idempotency_key, wrong)
    command = update_command(body, wrong, expected_version(call.if_match))
    once = once_of(call, key, workspace_answer)
    return response_of(
        workspace_answer(await update_workspace(call.ports, call.actor, command, once))
    )
