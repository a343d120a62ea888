"""The welcome of a new company: configured in the workspace, run step by step, each once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE
from litehq_core.domain.events import EventType
from litehq_core.domain.mail import Mail
from litehq_core.ports.reads import Duty
from litehq_core.use_cases.duties.run_due import run_due
from tests.behaviour import keys
from tests.behaviour.app import serving
from tests.behaviour.drivers.protocol import done
from tests.behaviour.drivers.workspace import (
    GraphQLWorkspaceDriver,
    PythonWorkspaceDriver,
    RestWorkspaceDriver,
    WorkspaceDriver,
)
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, refusal, studio, wrong_fields

CONTACT = {"name": "Ada Fabrikam", "email": "ada@fabrikam.example"}
FABRIKAM = {"name": "Fabrikam", "billing_contact": CONTACT}
WELCOME: list[dict[str, Any]] = [
    {"kind": "mail", "subject": "Welcome", "text": "Here is how it works."},
    {"kind": "invite", "tier": "resident"},
    {"kind": "grant", "tokens": 12},
]
DONE = [{"kind": step["kind"], "outcome": "done"} for step in WELCOME]


@pytest.fixture(params=["python", "rest", "graphql"])
async def owner(request: pytest.FixtureRequest, house: House) -> AsyncIterator[WorkspaceDriver]:
    """One caller after the other, for the workspace."""
    if request.param == "python":
        yield PythonWorkspaceDriver(house.ports)
        return
    async with serving(house.ports) as client:
        is_rest = request.param == "rest"
        yield RestWorkspaceDriver(client) if is_rest else GraphQLWorkspaceDriver(client)


def _mails(house: House) -> list[Mail]:
    return sorted(house.tables.mails.committed().values(), key=lambda mail: mail.id)


def _told(house: House, company_id: str) -> list[dict[str, str]]:
    """What the event that ended the welcome says."""
    (event,) = [e for e in house.events(company_id) if e.type is EventType.COMPANY_WELCOMED]
    told: list[dict[str, str]] = event.object["welcome"]
    return told


async def test_a_new_company_is_welcomed(house: House, owner: WorkspaceDriver) -> None:
    """Page A: "Onboard a new tenant. Triggers the welcome workflow if configured."."""
    shown = done(await owner.set_workspace({"welcome": WELCOME}, version=1))
    assert (shown["welcome"], shown["version"]) == (WELCOME, 2)
    assert done(await owner.workspace()) == shown
    made = done(await owner.create_company(FABRIKAM))
    assert house.types(made["id"]) == ["company.created"]
    for _ in range(3):
        await house.run_due()
    assert house.types(made["id"]) == ["company.created", "company.welcomed"]
    assert _told(house, made["id"]) == DONE
    welcome, invitation = _mails(house)
    assert (welcome.recipient.address, welcome.subject, welcome.text) == (
        "ada@fabrikam.example",
        "Welcome",
        "Here is how it works.",
    )
    assert "/invitations/" in invitation.text
    (ada,) = done(await owner.members({"company_id": made["id"]}))["data"]
    assert (ada["email"], ada["status"], ada["tier"], ada["token_balance"]) == (
        "ada@fabrikam.example",
        "invited",
        "resident",
        12,
    )
    company = done(await owner.company(made["id"]))
    assert company["version"] == 2
    assert house.tables.welcomes.committed() == {}


async def test_without_a_welcome_nothing_happens(house: House, owner: WorkspaceDriver) -> None:
    made = done(await owner.create_company(FABRIKAM))
    with house.unchanged():
        await house.run_due()
    assert house.types(made["id"]) == ["company.created"]


async def test_what_was_configured_when_it_began_is_run(
    house: House, owner: WorkspaceDriver
) -> None:
    done(await owner.set_workspace({"welcome": WELCOME[:1]}))
    made = done(await owner.create_company(FABRIKAM))
    done(await owner.set_workspace({"welcome": []}))
    await house.run_due()
    assert _told(house, made["id"]) == DONE[:1]


async def test_a_step_that_cannot_be_done_is_skipped_and_told(
    house: House, owner: WorkspaceDriver
) -> None:
    """Somebody has the address already: he stays what he is, and gets nothing."""
    done(await owner.set_workspace({"welcome": WELCOME}))
    contact = {"name": "Lina", "email": "Lina@Example.com"}
    known = done(await owner.create_company({**FABRIKAM, "billing_contact": contact}))
    nobody = done(await owner.create_company({"name": "Nobody's"}))
    await house.run_due()
    outcomes = [step["outcome"] for step in _told(house, known["id"])]
    assert outcomes == ["done", "already_exists", "nobody_invited"]
    outcomes = [step["outcome"] for step in _told(house, nobody["id"])]
    assert outcomes == ["no_billing_contact", "no_billing_contact", "nobody_invited"]
    assert house.tokens("mem_lina_p") == 20
    assert len(_mails(house)) == 1


async def test_a_welcome_goes_on_where_it_stopped(house: House, owner: WorkspaceDriver) -> None:
    """A process that dies between two steps: each of them is done once, in any case."""
    if owner.name != "python":
        return
    done(await owner.set_workspace({"welcome": WELCOME}))
    made = done(await owner.create_company(FABRIKAM))

    def on_fire() -> str:
        raise OSError("the machine is on fire")

    failures: list[tuple[Duty, str, Exception]] = []
    broken = replace(house.ports, new_secret=on_fire)
    await run_due(broken, lambda *failure: failures.append(failure))
    assert [duty for duty, _, _ in failures] == [Duty.WELCOME_COMPANIES]
    # The mail has gone out; the invitation was taken back whole.
    assert len(_mails(house)) == 1
    assert done(await owner.members({"company_id": made["id"]}))["data"] == []
    # What has failed waits a while before it is tried again.
    assert await run_due(broken, lambda *failure: failures.append(failure)) == 0
    house.clock.advance(minutes=1)
    await house.run_due()
    await house.run_due()
    assert _told(house, made["id"]) == DONE
    assert len(_mails(house)) == 2


async def test_the_settings_are_audited(house: House, owner: WorkspaceDriver) -> None:
    shown = done(await owner.set_workspace({"name": "Soho House", "hold_minutes": 10}))
    assert (shown["name"], shown["hold_minutes"], shown["id"]) == ("Soho House", 10, WORKSPACE)
    (event,) = house.events(WORKSPACE)
    assert (event.type, event.sequence) == (EventType.WORKSPACE_UPDATED, 2)
    assert set(event.previous or {}) == {"name", "hold_minutes"}
    with house.unchanged():
        assert done(await owner.set_workspace({"hold_minutes": 10})) == shown
    stale = owner.set_workspace({"name": "X"}, version=1)
    assert await refusal(house, stale, "version_conflict") == {"current_version": 2}
    hold = await booked(owner, studio())
    assert hold["expires_at"] == "2026-05-22T09:10:00Z"
    first = await owner.set_workspace({"offer_minutes": 5}, once="k")
    with house.unchanged():
        again = await owner.set_workspace({"offer_minutes": 5}, once="k")
    assert (done(again), again.replayed) == (done(first), True)


BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"body"}),
    "bounds": (
        {"name": "", "hold_minutes": 0, "offer_minutes": -1},
        {"name", "hold_minutes", "offer_minutes"},
    ),
    "missing": ({"welcome": [{"kind": "mail", "subject": "Hi"}]}, {"welcome[0].text"}),
    "foreign": ({"welcome": [{"kind": "invite", "tier": "x", "tokens": 1}]}, {"welcome[0].tokens"}),
    "order": ({"welcome": [{"kind": "grant", "tokens": 1}]}, {"welcome[0].kind"}),
    "twice": ({"welcome": [WELCOME[1], WELCOME[1]]}, {"welcome[1].kind"}),
    "tokens": ({"welcome": [WELCOME[1], {"kind": "grant", "tokens": 0}]}, {"welcome[1].tokens"}),
    "long": ({"welcome": [WELCOME[0]] * 21}, {"welcome"}),
    "empty": (
        {"welcome": [{"kind": "mail", "subject": "", "text": "x" * 4001}]},
        {"welcome[0].subject", "welcome[0].text"},
    ),
}


@pytest.mark.parametrize(("changes", "fields"), BAD.values(), ids=BAD)
async def test_wrong_settings_are_named_by_their_paths(
    house: House, owner: WorkspaceDriver, changes: dict[str, Any], fields: set[str]
) -> None:
    assert await wrong_fields(house, owner.set_workspace(changes)) == fields


async def test_only_operators_see_and_change_settings(house: House, owner: WorkspaceDriver) -> None:
    bound = await house.key(scopes=EVERY_SCOPE, company_ids=frozenset({"co_northwind"}))
    for key in (bound, keys.MEMBERS_ONLY, keys.LINA):
        for call in (owner.workspace(key=key), owner.set_workspace({"name": "X"}, key=key)):
            await refusal(house, call, "auth_scope_insufficient")
    theirs = done(await owner.workspace(key=keys.STRANGER))
    assert theirs["name"] == "Other"
