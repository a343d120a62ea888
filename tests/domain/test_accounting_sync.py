"""How far a document has got into the books: leased, retried, fenced."""

from __future__ import annotations

from datetime import timedelta

from litehq_core.domain.accounting_sync import LEASE, RETRY_AFTER, AccountingSync, SyncStatus
from tests.domain.samples import NOW

WANTED = AccountingSync().wanted(NOW)


def _begun(sync: AccountingSync) -> AccountingSync:
    assert sync.next_attempt_at is not None
    begun = sync.begun(sync.next_attempt_at)
    assert begun is not None
    return begun


def test_nobody_is_told_where_nobody_keeps_books() -> None:
    nothing = AccountingSync()
    assert nothing.status is SyncStatus.NOT_CONFIGURED
    assert nothing.begun(NOW) is None
    assert nothing.changed(NOW) == nothing


def test_a_lease_keeps_the_others_away() -> None:
    begun = _begun(WANTED)
    assert (begun.attempts, begun.next_attempt_at) == (1, NOW + LEASE)
    assert begun.begun(NOW) is None
    # Whoever began has died: another takes over, and the first decides nothing any more.
    taken = _begun(begun)
    assert taken.missed(begun, "late", NOW, permanent=True) == taken
    assert taken.done(begun, "x-1").reference == "x-1"
    assert taken.done(begun, "x-1").status is SyncStatus.PENDING


def test_done_is_done_until_it_changes() -> None:
    begun = _begun(WANTED)
    done = begun.done(begun, "x-1")
    assert (done.status, done.reference, done.next_attempt_at) == (SyncStatus.SYNCED, "x-1", None)
    changed = done.changed(NOW)
    assert (changed.status, changed.reference, changed.attempts) == (SyncStatus.PENDING, "x-1", 0)


def test_it_is_tried_again_and_given_up_at_last() -> None:
    sync = WANTED
    for wait in RETRY_AFTER:
        begun = _begun(sync)
        sync = begun.missed(begun, "no\nanswer", NOW, permanent=False)
        assert (sync.status, sync.next_attempt_at) == (SyncStatus.PENDING, NOW + wait)
        assert sync.error == "no answer"
    begun = _begun(sync)
    sync = begun.missed(begun, "no answer", NOW, permanent=False)
    assert (sync.status, sync.next_attempt_at) == (SyncStatus.FAILED, None)


def test_what_will_never_work_is_not_tried_again() -> None:
    begun = _begun(WANTED)
    failed = begun.missed(begun, "no such account", NOW, permanent=True)
    assert (failed.status, failed.error) == (SyncStatus.FAILED, "no such account")
    assert failed.begun(NOW + timedelta(days=9)) is None
