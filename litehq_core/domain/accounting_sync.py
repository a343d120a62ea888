"""How far a document has got into the operator's books: retried, and observable.

Whoever tries takes the lease first, tells the accounting system outside any transaction, and
then writes down what came of it, unless somebody else has taken over meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from litehq_core.domain.mail import MAX_ERROR, one_line

# Whoever began to tell it and died has it taken over after so long.
LEASE = timedelta(minutes=5)
# How long after each try that failed the next one comes; after the last of them it has failed.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)


class SyncStatus(StrEnum):
    """What callers see as ``xero_sync_status``."""

    NOT_CONFIGURED = "not_configured"
    PENDING = "pending"
    SYNCED = "synced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingSync:
    """Where a document stands with the accounting system.

    Attributes:
        attempts: how often it was tried since it last changed; the fencing number of the lease.
        next_attempt_at: when it is due, or due again; None where nothing is to be done.
        error: why the last try failed, one line.
        reference: what the accounting system calls the document.
    """

    status: SyncStatus = SyncStatus.NOT_CONFIGURED
    attempts: int = 0
    next_attempt_at: datetime | None = None
    error: str | None = None
    reference: str | None = None

    def wanted(self, now: datetime) -> AccountingSync:
        """The document has changed: the accounting system is to be told, from the first try on."""
        return AccountingSync(
            status=SyncStatus.PENDING, next_attempt_at=now, reference=self.reference
        )

    def changed(self, now: datetime) -> AccountingSync:
        """The document is other than it was; nobody is told who was never to be told."""
        return self if self.status is SyncStatus.NOT_CONFIGURED else self.wanted(now)

    def begun(self, now: datetime) -> AccountingSync | None:
        """Under the lease of whoever tries now; None if nothing is due."""
        due = self.next_attempt_at
        if self.status is not SyncStatus.PENDING or due is None or now < due:
            return None
        return replace(self, attempts=self.attempts + 1, next_attempt_at=now + LEASE)

    def done(self, tried: AccountingSync, reference: str | None) -> AccountingSync:
        """The books say what it says; if it has changed since, not any more.

        Args:
            reference: what they call it; None if they know nothing of it and need not.
        """
        if self != tried:
            return replace(self, reference=reference)
        return AccountingSync(status=SyncStatus.SYNCED, attempts=self.attempts, reference=reference)

    def missed(
        self, tried: AccountingSync, error: str, now: datetime, *, permanent: bool
    ) -> AccountingSync:
        """The try failed; as it is, if somebody else has taken over or it has changed.

        Args:
            permanent: whether another try would fail alike.
        """
        if self != tried:
            return self
        told = replace(self, error=one_line(error, most=MAX_ERROR))
        if permanent or told.attempts > len(RETRY_AFTER):
            return replace(told, status=SyncStatus.FAILED, next_attempt_at=None)
        return replace(told, next_attempt_at=now + RETRY_AFTER[told.attempts - 1])
