"""The account at the payment provider: how far it has got, and what of it is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.connect import (
    POLL_EVERY,
    POLL_OVERLAP,
    AccountState,
    ConnectAccount,
    Connection,
    ConnectStatus,
    OnboardingLink,
    after_report,
    connect_record,
    connected,
)
from litehq_core.domain.events import EventType
from tests.domain import samples

NOW = samples.NOW
FRESH = AccountState(
    account_id="acct_1",
    charges_enabled=False,
    payouts_enabled=False,
    details_submitted=False,
    requirements=("external_account",),
)
READY = replace(
    FRESH, charges_enabled=True, payouts_enabled=True, details_submitted=True, requirements=()
)


def test_it_takes_payments_once_the_provider_says_so() -> None:
    account = connected("ws_1", FRESH, NOW)
    assert (account.status, account.takes_payments) == (ConnectStatus.ONBOARDING, False)
    ready = replace(account, state=READY)
    assert (ready.status, ready.takes_payments) == (ConnectStatus.COMPLETE, True)
    gone = replace(ready, disconnected_at=NOW)
    assert (gone.status, gone.takes_payments) == (ConnectStatus.DISCONNECTED, False)


def test_what_is_asked_for_overlaps_what_was() -> None:
    account = connected("ws_1", FRESH, NOW)
    assert account.next_poll_at == NOW + POLL_EVERY
    assert account.poll_since == NOW - POLL_OVERLAP
    later = NOW + timedelta(hours=1)
    assert replace(account, polled_at=later).poll_since == later - POLL_OVERLAP


def test_a_change_is_an_event() -> None:
    account = connected("ws_1", FRESH, NOW)
    later = NOW + timedelta(minutes=1)
    ready, event = after_report(account, READY, later)
    assert (ready.version, ready.sequence, ready.updated_at) == (2, 1, later)
    assert event is not None
    assert (event.type, event.subject_id, event.sequence) == (
        EventType.CONNECT_UPDATED,
        "acct_1",
        1,
    )
    assert event.object["status"] == "complete"
    assert event.previous == {"status": "onboarding"}


def test_the_same_again_is_none() -> None:
    account = connected("ws_1", READY, NOW)
    assert after_report(account, READY, NOW) == (account, None)


def test_taken_away_once_and_given_again() -> None:
    account = connected("ws_1", READY, NOW)
    gone, event = after_report(account, None, NOW)
    assert gone.disconnected_at == NOW
    assert event is not None
    assert after_report(gone, None, NOW + timedelta(days=1)) == (gone, None)
    again, event = after_report(gone, READY, NOW)
    assert again.status is ConnectStatus.COMPLETE
    assert event is not None


@pytest.mark.parametrize(
    ("needs_account", "account", "status"),
    [
        (False, None, ConnectStatus.COMPLETE),
        (True, None, ConnectStatus.NOT_CONNECTED),
        (True, connected("ws_1", FRESH, NOW), ConnectStatus.ONBOARDING),
    ],
)
def test_what_is_shown(
    needs_account: bool, account: ConnectAccount | None, status: ConnectStatus
) -> None:
    connection = Connection(
        workspace_id="ws_1", provider="stripe", needs_account=needs_account, account=account
    )
    shown = connect_record(connection)
    assert shown["status"] == status
    assert shown["account_id"] == ("acct_1" if account else None)
    assert (shown["onboarding_url"], shown["onboarding_expires_at"]) == (None, None)
    link = OnboardingLink(url="https://connect.example", expires_at=NOW)
    shown = connect_record(replace(connection, link=link))
    assert shown["onboarding_url"] == "https://connect.example"
    assert shown["onboarding_expires_at"] == "2026-05-22T09:00:00Z"
