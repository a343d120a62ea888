"""Deliveries: tries, waits, ends; and what endpoints are told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.events import Event, EventType
from litehq_core.domain.webhook import DisabledReason, ShownWebhook
from litehq_core.domain.webhook_delivery import (
    LEASE,
    MOST_ATTEMPTS,
    RETRY_AFTER,
    Attempt,
    Delivery,
    DeliveryStatus,
    Outcome,
    begin_attempt,
    delivery_record,
    outcome_of,
    pause_after,
    replayed,
    settled,
    waiting_for,
)
from litehq_core.domain.webhook_words import (
    MAX_BODY_BYTES,
    body_of,
    deleted_event,
    disabled_mail,
    next_version,
    own_body,
    shown_webhook_record,
)
from tests.domain import samples
from tests.domain.samples import NOW

SECOND = timedelta(seconds=1)


def outcome(status: int | None = 200, error: str | None = None, **fields: Any) -> Outcome:
    """What an answer means."""
    told = {"latency_ms": 5, "excerpt": "ok", "retry_after_seconds": None, **fields}
    return outcome_of(at=NOW, status=status, error=error, **told)


def tried(delivery: Delivery, at: Any = NOW) -> Delivery:
    """The delivery under a lease."""
    begun = begin_attempt(delivery, at)
    assert begun is not None
    return begun


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_a_yes(status: int) -> None:
    assert outcome(status).arrived


@pytest.mark.parametrize("status", [100, 199, 300, 301, 308, 400, 410, 429, 500, 599])
def test_everything_else_is_a_no(status: int) -> None:
    """contract.md / issue 7: 3xx is a failure."""
    found = outcome(status)
    assert (found.arrived, found.attempt.error) == (False, f"status_{status}")
    assert found.is_gone == (status == 410)
    assert not outcome(None, "timeout").arrived
    assert not outcome(200, "invalid_answer").arrived


def test_an_excerpt_is_short_and_printable() -> None:
    found = outcome(excerpt="a\0b\ud800c\n" + "x" * 2_000)
    assert found.attempt.excerpt.startswith("a�b�c\nx")
    assert len(found.attempt.excerpt) == 1_000


def test_a_try_is_leased() -> None:
    delivery = samples.delivery()
    assert begin_attempt(delivery, NOW - SECOND) is None
    assert begin_attempt(replace(delivery, status=DeliveryStatus.DEAD), NOW) is None
    begun = tried(delivery)
    assert (begun.tries, begun.lease, begun.next_attempt_at) == (1, 1, NOW + LEASE)
    assert begin_attempt(begun, NOW + LEASE - SECOND) is None
    assert tried(begun, NOW + LEASE).lease == 2


def test_who_was_overtaken_no_longer_decides_that_it_failed() -> None:
    first = tried(samples.delivery())
    second = tried(first, NOW + LEASE)
    late = settled(second, first, outcome(500), NOW + LEASE)
    assert (late.next_attempt_at, late.tries) == (second.next_attempt_at, 2)
    assert len(late.attempts) == 1
    arrived = settled(second, first, outcome(), NOW + LEASE)
    assert (arrived.status, arrived.delivered_at) == (DeliveryStatus.DELIVERED, NOW + LEASE)
    # And what has arrived has not failed afterwards.
    assert settled(arrived, second, outcome(500), NOW).status is DeliveryStatus.DELIVERED


def test_the_schedule() -> None:
    """issue 7: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h with jitter."""
    delivery, at, waits = samples.delivery(), NOW, []
    while delivery.status is DeliveryStatus.PENDING:
        begun = tried(delivery, at)
        delivery = settled(begun, begun, outcome(500), at)
        waits.append(delivery.next_attempt_at - at)
        at = delivery.next_attempt_at
    assert delivery.status is DeliveryStatus.DEAD
    assert delivery.tries == 10
    for wait, plain in zip(waits[:-1], RETRY_AFTER, strict=True):
        assert plain <= wait <= plain * 1.1 + SECOND


def test_many_that_failed_together_do_not_come_back_together() -> None:
    waits = {
        pause_after(samples.delivery(id=f"whd_{number}", tries=5), None) for number in range(50)
    }
    assert len(waits) > 40


@given(st.integers(1, 9), st.one_of(st.none(), st.integers(-5, 10**9)))
def test_who_asks_to_be_left_alone_is_within_a_day(tries: int, asked: int | None) -> None:
    wait = pause_after(samples.delivery(tries=tries), asked)
    assert RETRY_AFTER[tries - 1] <= wait <= timedelta(hours=27)
    assert wait >= timedelta(seconds=min(asked or 0, 86_400))


def test_gone_is_an_end() -> None:
    begun = tried(samples.delivery())
    assert settled(begun, begun, outcome(410), NOW).status is DeliveryStatus.DEAD


def test_the_last_tries_are_kept() -> None:
    begun = tried(samples.delivery())
    for number in range(MOST_ATTEMPTS + 5):
        begun = settled(begun, samples.delivery(), outcome(500, latency_ms=number), NOW)
    assert [a.latency_ms for a in begun.attempts] == list(range(5, MOST_ATTEMPTS + 5))
    assert Attempt.from_json(begun.attempts[0].as_json()) == begun.attempts[0]


def test_a_replay_has_all_tries_ahead() -> None:
    begun = tried(samples.delivery())
    done = settled(begun, begun, outcome(), NOW)
    again = replayed(done, NOW + SECOND)
    assert (again.status, again.tries, again.delivered_at) == (DeliveryStatus.PENDING, 0, None)
    assert (again.next_attempt_at, again.lease) == (NOW + SECOND, done.lease)
    # One that waits only waits no more.
    assert replayed(begun, NOW).tries == 1


def test_the_next_waits_for_the_former() -> None:
    next_, former = samples.delivery(), samples.delivery(next_attempt_at=NOW + LEASE)
    assert waiting_for(next_, former, NOW).next_attempt_at == NOW + LEASE
    assert waiting_for(next_, samples.delivery(), NOW).next_attempt_at == NOW + SECOND


def test_a_record_tells_of_the_last_try() -> None:
    fresh = delivery_record(samples.delivery())
    assert (fresh["last_status"], fresh["last_error"], fresh["attempts"]) == (None, None, [])
    begun = tried(samples.delivery())
    failed = delivery_record(settled(begun, begun, outcome(500), NOW))
    assert (failed["last_status"], failed["last_error"]) == (500, "status_500")
    assert "body" not in failed


def an_event(**fields: Any) -> Event:
    """A booking that was made."""
    plain: dict[str, Any] = {
        "id": "evt_1",
        "workspace_id": "ws_1",
        "position": 7,
        "type": EventType.BOOKING_CREATED,
        "subject_id": "bk_1",
        "sequence": 3,
        "occurred_at": NOW,
        "object": {"id": "bk_1", "notes": "é"},
        "previous": None,
        "actor_id": "tok_1",
        "request_id": None,
        "member_id": None,
        "company_id": None,
        "room_id": None,
    }
    return Event(**{**plain, **fields})


def test_a_body_is_as_the_contract_has_it() -> None:
    """contract.md: ``{id, type, created_at, sequence, workspace_id, data{object, previous}}``."""
    assert json.loads(body_of(an_event(previous={"notes": "e"}))) == {
        "id": "evt_1",
        "type": "booking.created",
        "created_at": "2026-05-22T09:00:00Z",
        "sequence": 3,
        "workspace_id": "ws_1",
        "data": {"object": {"id": "bk_1", "notes": "é"}, "previous": {"notes": "e"}},
    }


def test_a_body_is_never_too_long() -> None:
    long = an_event(object={"id": "bk_1", "notes": "x" * MAX_BODY_BYTES}, previous={"notes": ""})
    body = body_of(long)
    assert len(body) <= MAX_BODY_BYTES
    assert json.loads(body)["data"] == {"object": {"id": "bk_1"}, "previous": None}


def test_events_of_endpoints_hold_no_secret_and_no_weather() -> None:
    endpoint = samples.webhook(secret_sealed=b"top secret")
    _, created = next_version(EventType.ENDPOINT_CREATED, endpoint, None, NOW)
    assert (created.sequence, created.previous) == (1, None)
    changed, event = next_version(
        EventType.ENDPOINT_UPDATED, replace(endpoint, ordered=True), endpoint, NOW + SECOND
    )
    assert (changed.version, changed.updated_at) == (2, NOW + SECOND)
    assert (event.sequence, event.previous) == (2, {"ordered": False})
    gone = deleted_event(changed)
    assert (gone.sequence, gone.previous) == (3, None)
    for told in (created, event, gone):
        assert not {"secret", "last_error", "pending_count", "secret_sealed"} & set(told.object)
        assert "top secret" not in str(told)


def test_what_is_no_event_looks_like_one() -> None:
    body = json.loads(own_body("endpoint.test", samples.webhook(), "evt_9", NOW))
    assert list(body) == list(json.loads(body_of(an_event())))
    assert body["data"]["object"] == {"id": "whk_1", "url": "https://hooks.example.com/litehq"}


def test_what_is_shown_has_its_deliveries_counted() -> None:
    record = shown_webhook_record(ShownWebhook(endpoint=samples.webhook(), pending=2, dead=1))
    assert (record["pending_count"], record["dead_count"]) == (2, 1)


def test_whoever_is_named_is_written_to() -> None:
    assert disabled_mail(samples.webhook()) is None
    endpoint = samples.webhook(contact_email="ops@example.com")
    failing = disabled_mail(replace(endpoint, disabled_reason=DisabledReason.FAILING))
    gone = disabled_mail(replace(endpoint, disabled_reason=DisabledReason.GONE))
    assert failing is not None
    assert gone is not None
    assert "five days" in failing.text
    assert "410" in gone.text
