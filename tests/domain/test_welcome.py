"""The welcome of a company as values: what steps may be, and how far it has got."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.errors import AlreadyExists, ValidationFailed
from litehq_core.domain.welcome import (
    MAX_STEPS,
    Welcome,
    WelcomeKind,
    WelcomeStep,
    read_welcome_steps,
    skipped,
)
from litehq_core.domain.workspace_changes import UpdateWorkspace, change_workspace
from tests.domain import samples
from tests.domain.samples import NOW

MAIL = WelcomeStep(kind=WelcomeKind.MAIL, subject="Hello", text="You are welcome.")
INVITE = WelcomeStep(kind=WelcomeKind.INVITE, tier="flex")
GRANT = WelcomeStep(kind=WelcomeKind.GRANT, tokens=3)


def test_steps_are_read_back_as_they_were() -> None:
    steps = (MAIL, INVITE, GRANT)
    stored = [step.as_json() for step in steps]
    assert stored[1] == {"kind": "invite", "tier": "flex"}
    assert read_welcome_steps(stored, "welcome") == steps


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ({"kind": "mail"}, ["subject", "text"]),
        ({"kind": "grant", "tokens": 0}, ["tokens"]),
        ({"kind": "grant", "tokens": 1, "tier": "x"}, ["tier"]),
        ({"kind": "invite", "tier": ""}, ["tier"]),
        ({"kind": "dance"}, ["kind"]),
        ({}, ["kind"]),
    ],
)
def test_a_step_that_cannot_be(step: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_welcome_steps([step], "welcome")
    assert [error.field for error in refused.value.errors] == [f"welcome[0].{f}" for f in fields]


@pytest.mark.parametrize(
    "steps", [(GRANT,), (GRANT, INVITE), (INVITE, INVITE), (MAIL,) * (MAX_STEPS + 1)]
)
def test_a_welcome_that_could_not_be_run(steps: tuple[WelcomeStep, ...]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        change_workspace(samples.workspace(), UpdateWorkspace(welcome=steps))
    assert refused.value.errors[0].field.startswith("welcome")
    assert change_workspace(samples.workspace(), UpdateWorkspace(welcome=(INVITE, GRANT)))


def test_a_step_that_failed_waits_as_long_again() -> None:
    welcome = Welcome(
        workspace_id="ws_1", company_id="co_1", steps=(INVITE,), next_at=NOW, created_at=NOW
    )
    waits = []
    for _ in range(12):
        later = welcome.put_off(welcome.next_at)
        waits.append((later.next_at - welcome.next_at) // timedelta(minutes=1))
        welcome = later
    assert waits == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert (welcome.steps, welcome.outcomes) == ((INVITE,), ())


def test_a_welcome_knows_its_next_step() -> None:
    welcome = Welcome(
        workspace_id="ws_1", company_id="co_1", steps=(INVITE, GRANT), next_at=NOW, created_at=NOW
    )
    assert welcome.step == INVITE
    invited = welcome.tried("done", "mem_1")
    assert (invited.step, invited.member_id) == (GRANT, "mem_1")
    over = invited.tried(skipped(AlreadyExists()))
    assert (over.step, over.member_id) == (None, "mem_1")
    assert over.told() == [
        {"kind": "invite", "outcome": "done"},
        {"kind": "grant", "outcome": "already_exists"},
    ]
