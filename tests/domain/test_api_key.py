"""API keys: scopes, bounds and life."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import product

import pytest

from litehq_core.domain.api_key import (
    EVERY_SCOPE,
    Actor,
    Scope,
    hash_secret,
    secret_text,
    system_actor,
    with_implied,
)
from litehq_core.domain.errors import AuthScopeInsufficient
from litehq_core.domain.workspace import Mode
from tests.domain import samples

AREAS = ("calendar", "members", "companies", "billing", "visitors", "webhooks", "auth")


def _actor(*scopes: Scope, member: str | None = None, companies: tuple[str, ...] = ()) -> Actor:
    return Actor(
        workspace_id="ws_1",
        key_id="tok_1",
        scopes=frozenset(scopes),
        member_id=member,
        company_ids=frozenset(companies),
    )


def test_the_scopes_are_those_of_the_contract() -> None:
    """contract.md, Auth: ``<area>:read|write``, plus two."""
    areas = {f"{area}:{verb}" for area, verb in product(AREAS, ("read", "write"))}
    assert areas | {"refunds:override", "calendar:feed"} == EVERY_SCOPE


@pytest.mark.parametrize("area", AREAS)
def test_write_implies_read_and_nothing_else(area: str) -> None:
    """contract.md, Auth: write implies read."""
    read, write = Scope(f"{area}:read"), Scope(f"{area}:write")
    assert with_implied(frozenset({write})) == {read, write}
    assert with_implied(frozenset({read})) == {read}
    writer, reader = _actor(write), _actor(read)
    for scope in Scope:
        assert writer.may(scope) is (scope in (read, write))
        assert reader.may(scope) is (scope is read)


@pytest.mark.parametrize("scope", [Scope.REFUNDS_OVERRIDE, Scope.CALENDAR_FEED])
def test_the_scopes_of_their_own_imply_nothing(scope: Scope) -> None:
    assert with_implied(frozenset({scope})) == {scope}


def test_a_missing_scope_is_named() -> None:
    _actor(Scope.BILLING_WRITE).require(Scope.BILLING_READ)
    with pytest.raises(AuthScopeInsufficient) as refusal:
        _actor(Scope.BILLING_READ).require(Scope.BILLING_WRITE)
    assert refusal.value.details() == {"required_scope": "billing:write"}


@pytest.mark.parametrize(
    ("actor", "member_id", "company_id", "reached"),
    [
        (_actor(), "mem_1", "co_1", True),
        (_actor(), None, None, True),
        (_actor(member="mem_1"), "mem_1", None, True),
        (_actor(member="mem_1"), "mem_1", "co_1", True),
        (_actor(member="mem_1"), "mem_2", None, False),
        (_actor(member="mem_1"), None, None, False),
        (_actor(companies=("co_1", "co_2")), "mem_9", "co_2", True),
        (_actor(companies=("co_1", "co_2")), "mem_9", "co_3", False),
        (_actor(companies=("co_1",)), "mem_9", None, False),
        (_actor(member="mem_1", companies=("co_1",)), "mem_1", "co_1", True),
        (_actor(member="mem_1", companies=("co_1",)), "mem_1", "co_2", False),
        (_actor(member="mem_1", companies=("co_1",)), "mem_2", "co_1", False),
    ],
)
def test_a_bound_key_reaches_only_what_is_its_own(
    actor: Actor, member_id: str | None, company_id: str | None, *, reached: bool
) -> None:
    """contract.md, Auth: a key may be bound to a member or to companies and sees only theirs."""
    assert actor.reaches(member_id=member_id, company_id=company_id) is reached


def test_who_is_bound() -> None:
    assert not _actor().is_bound
    assert _actor(member="mem_1").is_bound
    assert _actor(companies=("co_1",)).is_bound
    system = system_actor("ws_7")
    assert (system.workspace_id, system.key_id, system.is_bound) == ("ws_7", "system", False)
    assert all(system.may(scope) for scope in Scope)


def test_a_key_lives_until_it_expires_or_is_revoked() -> None:
    now = samples.NOW
    key = samples.api_key(expires_at=now + timedelta(seconds=1))
    assert key.is_live(now)
    assert not key.is_live(now + timedelta(seconds=1))
    assert not samples.api_key(revoked_at=now + timedelta(days=1)).is_live(now)


def test_secrets() -> None:
    """contract.md, Auth: ``sk_live_…|sk_test_…``; the secret is stored as a hash."""
    assert secret_text(Mode.LIVE, "abc") == "sk_live_abc"
    assert secret_text(Mode.TEST, "abc") == "sk_test_abc"
    assert hash_secret("sk_live_abc") == hashlib.sha256(b"sk_live_abc").hexdigest()
    assert len(hash_secret("\ud800é")) == 64
