"""The audit trail: what an event shows, and what none ever does."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.audit import (
    REDACTED,
    ActorKind,
    FieldChange,
    actor_of,
    changes_of,
    searched_id,
    subject_type,
)
from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix

SECRET = "sk_live_0123456789abcdef"
NAMES = (
    *("secret", "secret_hash", "client_secret", "password", "authorization", "access_token"),
    *("refresh_token", "signature", "private_key", "checkout_url", "hash"),
)


def _shown(now: dict[str, Any], old: dict[str, Any] | None) -> dict[str, FieldChange]:
    return {c.field: c for c in changes_of({"object": now, "previous": old})}


def test_what_changed_is_shown_with_both_values() -> None:
    found = _shown(
        {"id": "bk_1", "notes": "b", "version": 3, "status": "confirmed"},
        {"notes": None, "version": 2, "attendees": 4},
    )
    assert found == {
        "notes": FieldChange(field="notes", before=None, after="b"),
        "attendees": FieldChange(field="attendees", before=4, after=None),
    }


def test_of_what_is_new_everything_is_shown_that_it_has() -> None:
    found = _shown({"id": "bk_1", "notes": None, "room.name": "Atrium", "attendees": 2}, None)
    assert {c.field: (c.before, c.after) for c in found.values()} == {
        "id": (None, "bk_1"),
        "attendees": (None, 2),
    }


@pytest.mark.parametrize("kind", EventType)
@pytest.mark.parametrize("old", [None, {}])
def test_no_event_of_any_type_shows_a_secret(kind: EventType, old: dict[str, Any] | None) -> None:
    """Whatever a snapshot holds, at whatever depth, before and after."""
    planted = {name: f"hush-{name}" for name in NAMES}
    now = {
        "id": "x_1",
        **planted,
        "nested": {"list": [{**planted, "plain": "kept"}], SECRET: 1},
        "notes": f"my key is {SECRET}, and whsec_abc too",
        "count": 7,
    }
    before = None if old is None else dict(now)
    entry = {"object": now, "previous": before, "type": kind.value}
    told = repr([(c.field, c.before, c.after) for c in changes_of(entry)])
    assert "hush-" not in told
    assert SECRET not in told
    assert "whsec_abc" not in told
    assert "kept" in told
    assert f"my key is {REDACTED} and" in told.replace(f"{REDACTED},", REDACTED)


def test_what_is_nested_beyond_reason_is_not_shown() -> None:
    deep: Any = "bottom"
    for _ in range(60):
        deep = [deep]
    assert "bottom" not in repr(_shown({"deep": deep}, None))


def test_who_acted() -> None:
    key = {"actor_id": "tok_1", "actor.name": "Front desk"}
    assert actor_of(key) == (ActorKind.API_TOKEN, "Front desk")
    assert actor_of({**key, "actor.name": SECRET}) == (ActorKind.API_TOKEN, REDACTED)
    system = {"actor_id": "system", "actor.name": None}
    assert actor_of(system) == (ActorKind.SYSTEM, "system")


def test_what_a_subject_is() -> None:
    assert subject_type("bk_1", "charge.succeeded") == "booking"
    assert subject_type("tok_1", "api_token.created") == "api_token"
    assert subject_type("ttx_1", "tokens.granted") == "token_transaction"
    assert subject_type("zz_1", "door_access.granted") == "door_access"
    assert subject_type("bk", "room.updated") == "room"
    for prefix in Prefix:
        assert subject_type(f"{prefix}_1", "x.y") != "x"


def test_what_is_searched_for() -> None:
    assert searched_id("bkg_7") == "bk_7"
    assert searched_id("system") == "system"
    assert searched_id("tok_1") == "tok_1"
