"""Deciding a change of a workspace's settings. It holds from now on, for what is begun later."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import FieldError, ValidationFailed, VersionConflict
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.records import snapshot, workspace_record
from litehq_core.domain.welcome import WelcomeStep
from litehq_core.domain.workspace import Workspace

_NAMED = ("name", "hold_minutes", "offer_minutes", "invoice_due_days", "welcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorkspace:
    """A wish to change a workspace; what is UNSET stays. ``welcome`` is replaced as a whole."""

    name: str | Unset = UNSET
    hold_minutes: int | Unset = UNSET
    offer_minutes: int | Unset = UNSET
    invoice_due_days: int | Unset = UNSET
    welcome: tuple[WelcomeStep, ...] | Unset = UNSET
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        return all(getattr(self, name) is UNSET for name in _NAMED)


def change_workspace(
    workspace: Workspace, wish: UpdateWorkspace
) -> tuple[Workspace, EventDraft] | None:
    """The workspace after the wish, one version on, and its event; None if all is as it was.

    Raises:
        VersionConflict: the workspace is at another version.
        ValidationFailed: with every field that is wrong.
    """
    if wish.expected_version not in (None, workspace.version):
        raise VersionConflict(current_version=workspace.version)
    changed, wrong = workspace, list[FieldError]()
    # One by one, so that one wrong field does not hide the others.
    for name in _NAMED:
        value = getattr(wish, name)
        if value is UNSET:
            continue
        try:
            changed = replace(changed, **{name: value})
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
    if changed == workspace:
        return None
    changed = replace(changed, version=workspace.version + 1)
    old, new = snapshot(workspace_record(workspace)), snapshot(workspace_record(changed))
    event = EventDraft(
        type=EventType.WORKSPACE_UPDATED,
        subject_id=workspace.id,
        sequence=changed.version,
        object=new,
        previous={name: old[name] for name in _NAMED if old[name] != new[name]},
    )
    return changed, event
