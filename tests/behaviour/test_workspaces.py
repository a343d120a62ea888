"""A workspace of one's own: live, and its test twin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, system_actor
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.workspace import Mode
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_core.use_cases.api_keys.mint_api_token import MintApiToken, mint_api_token
from litehq_core.use_cases.workspaces.create_workspace import CreateWorkspace, create_workspace
from tests.behaviour.house import House


async def test_live_and_test_are_two_workspaces(house: House) -> None:
    """Contract: "Test and live are two workspaces"; the mode belongs to the workspace."""
    for mode in Mode:
        made = await create_workspace(house.ports, CreateWorkspace(name="Soho", mode=mode))
        assert (made.name, made.mode, made.hold_minutes) == ("Soho", mode, 30)
        wish = MintApiToken(
            name="first", scopes=EVERY_SCOPE, expires_at=house.clock.now + timedelta(days=1)
        )
        minted = await mint_api_token(house.ports, system_actor(made.id), wish)
        assert minted.secret.startswith(f"sk_{mode}_")
        assert (await authenticate(house.ports, minted.secret)).workspace_id == made.id


async def test_a_workspace_is_asked_for_with_sense(house: House) -> None:
    """A refusal with its field, and nothing is made."""
    for wish, field in (
        (CreateWorkspace(name=""), "name"),
        (CreateWorkspace(name="Soho", hold_minutes=0), "hold_minutes"),
    ):
        with house.unchanged(), pytest.raises(ValidationFailed) as caught:
            await create_workspace(house.ports, wish)
        assert [error.field for error in caught.value.errors] == [field]
