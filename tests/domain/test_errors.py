"""The refusals: one tree, public codes, plain data."""

from __future__ import annotations

import json

import pytest

from litehq_core.domain import errors
from litehq_core.domain.errors import Code, Refusal, Violation
from litehq_core.domain.series import SeriesRefused
from litehq_core.domain.webhook import WebhookUnverified
from tests.domain.samples import NOW

EXAMPLES: dict[type[Refusal], Refusal] = {
    errors.AuthScopeInsufficient: errors.AuthScopeInsufficient("billing:write"),
    errors.ValidationFailed: errors.ValidationFailed.of("limit", "must lie within 1–200"),
    errors.NotFound: errors.NotFound("room"),
    errors.SlotMisaligned: errors.SlotMisaligned(slot_minutes=30, fields=("start_at", "end_at")),
    errors.BookingRuleViolated: errors.BookingRuleViolated(
        (Violation(reason="too_long", message="Too long.", limit=60),)
    ),
    errors.SlotUnavailable: errors.SlotUnavailable(
        conflicting_booking_id="bk_1",
        alternatives=(errors.Alternative(room_id="rm_1", start_at="a", end_at="b"),),
    ),
    errors.InvalidTransition: errors.InvalidTransition(status="expired", move="be cancelled"),
    errors.EditWindowClosed: errors.EditWindowClosed(edit_window_minutes=60),
    errors.VersionConflict: errors.VersionConflict(current_version=3),
    errors.RateLimited: errors.RateLimited(retry_after_ms=600),
    errors.StreamLagged: errors.StreamLagged(cursor="12"),
    errors.InsufficientTokens: errors.InsufficientTokens(required=3, available=2),
    WebhookUnverified: WebhookUnverified(status=500, reason=None),
    SeriesRefused: SeriesRefused([(NOW, errors.SlotUnavailable(conflicting_booking_id="bk_1"))], 2),
}


def _tree(root: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [found for child in root.__subclasses__() for found in (child, *_tree(child))]


def _made(kind: type[Refusal]) -> Refusal:
    return EXAMPLES[kind] if kind in EXAMPLES else kind()


def test_the_codes_are_those_of_the_contract() -> None:
    """contract.md, Errors: the nine codes of page B, further ones, and ours."""
    nine = (
        "auth_invalid auth_scope_insufficient booking_not_found slot_unavailable slot_misaligned "
        "idempotency_conflict rate_limited stripe_unconfigured internal_error"
    )
    further = (
        "malformed_request validation_failed booking_rule_violated not_found method_not_allowed "
        "invalid_transition edit_window_closed already_exists quote_expired version_conflict "
        "idempotency_in_progress cursor_expired insufficient_tokens payment_failed "
        "webhook_unverified payload_too_large unsupported_media_type service_unavailable"
    )
    ours = "stream_lagged document_not_trusted operation_too_costly PERSISTED_QUERY_NOT_FOUND"
    expected = {*nine.split(), *further.split(), *ours.split()}
    assert {code.value for code in Code} == expected


def test_no_two_refusals_share_a_code() -> None:
    kinds = [kind for kind in _tree() if kind.__module__ == errors.__name__]
    assert len({kind.code for kind in kinds}) == len(kinds) > 15


@pytest.mark.parametrize("kind", _tree(), ids=lambda kind: kind.__name__)
def test_every_refusal_says_something_and_carries_plain_data(kind: type[Refusal]) -> None:
    refusal = _made(kind)
    assert refusal.code in Code
    assert refusal.message == str(refusal)
    assert refusal.message.strip()
    assert json.loads(json.dumps(refusal.details())) == refusal.details()


def test_a_refusal_without_words_says_its_docstring() -> None:
    assert errors.QuoteExpired().message.startswith("The quote has expired")
    assert errors.QuoteExpired("Gone.").message == "Gone."


def test_what_is_not_found_is_not_named() -> None:
    """contract.md: a stranger's id answers exactly like an id never used."""
    assert errors.BookingNotFound().message == "There is no such booking in this workspace."
    assert errors.BookingNotFound().details() == {}


def test_a_conflict_with_a_blackout_names_no_booking() -> None:
    """contract.md: ``conflicting_booking_id`` is null for a blackout."""
    refusal = errors.SlotUnavailable(conflicting_booking_id=None)
    assert refusal.details() == {"conflicting_booking_id": None, "alternatives": []}
    assert "not free" in refusal.message
