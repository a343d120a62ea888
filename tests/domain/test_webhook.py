"""Webhook endpoints: their states, their secrets, their health, and what is wished of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from litehq_core.domain.errors import InvalidTransition, ValidationFailed, VersionConflict
from litehq_core.domain.events import EventType
from litehq_core.domain.webhook import (
    MOST_FAILING,
    TRANSITIONS,
    DisabledReason,
    ReplayWindow,
    WebhookMove,
    WebhookStatus,
    WebhookUnverified,
    move_endpoint,
    note_failure,
    note_success,
    rotated,
)
from litehq_core.domain.webhook_wishes import (
    CreateWebhook,
    RotateWebhookSecret,
    UpdateWebhook,
    changed_endpoint,
    overlap_of,
    require_change,
    require_new,
    require_rotation,
    types_of,
)
from tests.domain import samples
from tests.domain.samples import NOW

LATER = NOW + timedelta(hours=1)
WISH = CreateWebhook(url="https://hooks.example.com", events=("booking.*",))


@pytest.mark.parametrize(("status", "move"), list(product(WebhookStatus, WebhookMove)))
def test_the_table_of_transitions_is_all_there_is(status: WebhookStatus, move: WebhookMove) -> None:
    endpoint = samples.webhook(status=status, active_since=None)
    target = TRANSITIONS.get((status, move))
    if target is None:
        with pytest.raises(InvalidTransition):
            move_endpoint(endpoint, move, LATER)
        return
    moved = move_endpoint(endpoint, move, LATER)
    assert moved.status is target
    assert moved.is_active == (moved.active_since == LATER)


def test_only_what_is_verified_can_be_enabled() -> None:
    never = samples.webhook(status=WebhookStatus.DISABLED, verified_at=None)
    with pytest.raises(InvalidTransition):
        move_endpoint(never, WebhookMove.ENABLE, NOW)
    again = move_endpoint(replace(never, verified_at=NOW), WebhookMove.ENABLE, LATER)
    assert (again.verified_at, again.disabled_reason) == (NOW, None)


def test_another_url_forgets_that_the_one_before_was_verified() -> None:
    replay = ReplayWindow(since=NOW, after=1, until=2)
    moved = move_endpoint(samples.webhook(replay=replay), WebhookMove.READDRESS, LATER)
    assert (moved.verified_at, moved.active_since, moved.replay) == (None, None, None)


def test_verifying_begins_anew() -> None:
    failing, _ = note_failure(samples.webhook(status=WebhookStatus.DISABLED), "timeout", NOW)
    moved = move_endpoint(failing, WebhookMove.VERIFY, LATER)
    assert (moved.verified_at, moved.health.failing_since) == (LATER, None)
    assert moved.health.last_error == "timeout"


def test_what_is_asked_of_a_version_or_of_an_active_endpoint() -> None:
    endpoint = samples.webhook(version=3)
    endpoint.require_version(None)
    endpoint.require_version(3)
    endpoint.require_active("be tested")
    with pytest.raises(VersionConflict):
        endpoint.require_version(2)
    with pytest.raises(InvalidTransition):
        samples.webhook(status=WebhookStatus.UNVERIFIED).require_active("be tested")


def test_both_secrets_sign_until_the_overlap_is_over() -> None:
    endpoint = rotated(samples.webhook(), b"new", timedelta(hours=24), NOW)
    assert endpoint.signing_secrets(NOW) == (b"new", b"sealed")
    end = NOW + timedelta(hours=24)
    assert endpoint.signing_secrets(end - timedelta(seconds=1)) == (b"new", b"sealed")
    assert endpoint.signing_secrets(end) == (b"new",)
    third = rotated(endpoint, b"third", timedelta(hours=1), LATER)
    assert third.signing_secrets(LATER) == (b"third", b"new")
    at_once = rotated(endpoint, b"third", timedelta(0), LATER)
    assert (at_once.signing_secrets(LATER), at_once.old_secret_until) == ((b"third",), None)


def test_five_days_of_failure_are_enough() -> None:
    endpoint, too_long = note_failure(samples.webhook(), "timeout", NOW)
    assert (endpoint.health.failing_since, too_long) == (NOW, False)
    _, too_long = note_failure(endpoint, "timeout", NOW + MOST_FAILING - timedelta(seconds=1))
    assert not too_long
    _, too_long = note_failure(endpoint, "timeout", NOW + MOST_FAILING)
    assert too_long
    well = note_success(endpoint, LATER)
    assert (well.health.failing_since, well.health.last_success_at) == (None, LATER)
    assert note_failure(well, "timeout", NOW + MOST_FAILING)[1] is False


def test_patterns_stand_for_types() -> None:
    assert types_of("*") == frozenset(EventType)
    assert types_of("booking.created") == {EventType.BOOKING_CREATED}
    assert EventType.BOOKING_EXPIRED in types_of("booking.*")
    assert EventType.ROOM_CREATED not in types_of("booking.*")
    for wrong in ("", "booking", "booking.", "*.created", "book.*", "booking.born", "**", ".*"):
        assert types_of(wrong) == frozenset()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "x" * 2_001}, "url"),
        ({"events": ()}, "events"),
        ({"events": ("booking.created",) * 51}, "events"),
        ({"events": ("booking.*", "nothing")}, "events[1]"),
        ({"secret": "too short"}, "secret"),
        ({"secret": "x" * 201}, "secret"),
        ({"secret": "with a space in its mid"}, "secret"),
        ({"secret": "sixteen or more é"}, "secret"),
        ({"secret": "whsec_not base 64, is it"}, "secret"),
        ({"secret": "whsec_!!!!!!!!!!!!!!!!!!"}, "secret"),
        ({"secret": "whsec_c2hvcnQgb25l"}, "secret"),
        ({"description": "\0"}, "description"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_what_is_wrong_with_a_new_endpoint(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        require_new(replace(WISH, **wrong))
    assert [error.field for error in refused.value.errors] == [field]


def test_what_is_right_with_a_new_endpoint() -> None:
    require_new(WISH)
    full = {"description": "x", "contact_email": "ops@example.com", "events": ("*",)}
    for secret in ("a secret of sixte".replace(" ", "_"), "whsec_c2l4dGVlbiBieXRlcyBvZg=="):
        require_new(replace(WISH, secret=secret, **full))  # type: ignore[arg-type]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValidationFailed) as refused:
        require_new(CreateWebhook(url="", events=(), secret="x"))
    assert [error.field for error in refused.value.errors] == ["url", "events", "secret"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "body"),
        ({"url": ""}, "url"),
        ({"events": ()}, "events"),
        ({"status": WebhookStatus.UNVERIFIED}, "status"),
        ({"status": WebhookStatus.ACTIVE, "url": "https://b.example"}, "status"),
        ({"description": "\0"}, "description"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_what_is_wrong_with_a_change(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        require_change(UpdateWebhook(webhook_id="whk_1", **wrong))
    assert [error.field for error in refused.value.errors] == [field]


def test_what_is_wrong_with_a_rotation() -> None:
    require_rotation(RotateWebhookSecret(webhook_id="whk_1"))
    for wrong in ({"overlap_hours": -1}, {"overlap_hours": 169}, {"secret": "x"}):
        with pytest.raises(ValidationFailed):
            require_rotation(RotateWebhookSecret(webhook_id="whk_1", **wrong))
    assert overlap_of(RotateWebhookSecret(webhook_id="whk_1")) == timedelta(hours=24)


def test_a_change_changes_what_it_names() -> None:
    endpoint = samples.webhook()

    def change(**wish: Any) -> Any:
        command = UpdateWebhook(webhook_id="whk_1", **wish)
        require_change(command)
        return changed_endpoint(endpoint, command, LATER)

    assert change(description=None, url=endpoint.url) == endpoint
    assert change(status=WebhookStatus.ACTIVE) == endpoint
    assert change(ordered=True, contact_email="a@b").ordered
    assert change(events=("room.*", "booking.*", "room.*")).events == ("booking.*", "room.*")
    assert change(url="https://b.example").status is WebhookStatus.UNVERIFIED
    disabled = change(status=WebhookStatus.DISABLED)
    assert disabled.disabled_reason is DisabledReason.OPERATOR
    enable = UpdateWebhook(webhook_id="whk_1", status=WebhookStatus.ACTIVE, expected_version=1)
    assert changed_endpoint(disabled, enable, LATER).status is WebhookStatus.ACTIVE
    assert enable.redirects is False
    assert UpdateWebhook(webhook_id="whk_1", events=("*",)).redirects
    with pytest.raises(VersionConflict):
        changed_endpoint(endpoint, replace(enable, expected_version=2), LATER)


def test_an_unanswered_challenge_says_why() -> None:
    no = WebhookUnverified(status=500, reason="status_500")
    assert "answered 500" in no.message
    assert no.details() == {"endpoint_status": 500, "endpoint_error": "status_500"}
    assert "timeout" in WebhookUnverified(status=None, reason="timeout").message
