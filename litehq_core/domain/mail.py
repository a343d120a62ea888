"""Mails: what is to be said to whom, and how far the saying has got.

A mail is a row of the outbox, written with the change that it tells of; who wrote it does not
wait for it to be sent. It is sent at least once: a process may die between the server's yes and
writing it down, so that a second try happens, which its ``Message-ID`` shows to be the same mail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from litehq_core.domain.text import MAX_NAME, require_email

MAX_SUBJECT = 200
MAX_ERROR = 500

# Whoever began to send a mail and died has it taken over after so long. Longer than any try takes.
LEASE = timedelta(minutes=5)
# How long after each try that failed the next one comes; after the last of them it has failed.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
# A mail that has come to an end is kept for so long, for whoever asks what became of it.
RETENTION = timedelta(days=30)


class MailKind(StrEnum):
    """What a mail is about; a subject's mails can be taken back by it."""

    BOOKING_CONFIRMED = "booking_confirmed"
    BOOKING_CHANGED = "booking_changed"
    BOOKING_CANCELLED = "booking_cancelled"
    MEMBER_INVITED = "member_invited"
    COMPANY_WELCOMED = "company_welcomed"
    VISITOR_INVITED = "visitor_invited"
    VISITOR_ANNOUNCED = "visitor_announced"
    VISITOR_ARRIVED = "visitor_arrived"
    WEBHOOK_DISABLED = "webhook_disabled"


class MailStatus(StrEnum):
    """How far a mail has got; all but the first are ends."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Whom a mail is for. Only what sends it can tell whether the address is one."""

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        require_email("address", self.address)
        object.__setattr__(self, "name", one_line(self.name, most=MAX_NAME))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """A mail that is to be sent.

    Attributes:
        subject: made one line, whatever the names in it hold.
        html: the same words with marks, for those who prefer them.
        calendar: what it tells of, for the calendar of whoever gets it (``domain.invites``).
        subject_id: what it is about: a booking, a member.
        not_before: it waits until then; None: it goes at once.
    """

    kind: MailKind
    subject_id: str
    recipient: Mailbox
    subject: str
    text: str
    html: str | None = None
    calendar: str | None = None
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", one_line(self.subject, most=MAX_SUBJECT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A row of the outbox.

    Attributes:
        attempts: how often it was tried. Also the fencing number of its lease: who comes back
            after another has taken over no longer decides that it failed.
        next_attempt_at: when it is due, or due again.
        last_error: why the last try failed, one line.
    """

    id: str
    workspace_id: str
    kind: MailKind
    subject_id: str
    recipient: Mailbox
    subject: str
    text: str
    html: str | None
    calendar: str | None = None
    status: MailStatus = MailStatus.QUEUED
    attempts: int = 0
    next_attempt_at: datetime
    last_error: str | None = None
    created_at: datetime
    updated_at: datetime


def queued(draft: MailDraft, *, mail_id: str, workspace_id: str, now: datetime) -> Mail:
    """The draft as a row that waits to be sent."""
    return Mail(
        id=mail_id,
        workspace_id=workspace_id,
        kind=draft.kind,
        subject_id=draft.subject_id,
        recipient=draft.recipient,
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        calendar=draft.calendar,
        next_attempt_at=draft.not_before or now,
        created_at=now,
        updated_at=now,
    )


def begin_attempt(mail: Mail, now: datetime) -> Mail | None:
    """The mail under the lease of whoever tries to send it now; None if it is not due.

    Should he never come back, it is due again when the lease ends.
    """
    if mail.status is not MailStatus.QUEUED or now < mail.next_attempt_at:
        return None
    return replace(mail, attempts=mail.attempts + 1, next_attempt_at=now + LEASE, updated_at=now)


def delivered(mail: Mail, now: datetime, *, keep_words: bool) -> Mail:
    """The mail once somebody else has taken charge of it, whatever was thought of it meanwhile.

    Args:
        keep_words: whether it is read here. Otherwise the words, which may hold a link that
            opens something, have no business to stay.
    """
    sent = replace(mail, status=MailStatus.SENT, last_error=None, updated_at=now)
    return sent if keep_words else _without_words(sent)


def attempt_failed(
    current: Mail, tried: Mail, error: str, now: datetime, *, permanent: bool, keep_words: bool
) -> Mail:
    """What becomes of ``current`` after the attempt ``tried`` failed: as it is, if it has moved on.

    Args:
        permanent: whether another try would fail alike.
        keep_words: as in :func:`delivered`.
    """
    if current.status is not MailStatus.QUEUED or current.attempts != tried.attempts:
        return current
    told = replace(current, last_error=one_line(error, most=MAX_ERROR), updated_at=now)
    if permanent or told.attempts > len(RETRY_AFTER):
        failed = replace(told, status=MailStatus.FAILED)
        return failed if keep_words else _without_words(failed)
    return replace(told, next_attempt_at=now + RETRY_AFTER[told.attempts - 1])


def suppressed(mail: Mail, now: datetime) -> Mail:
    """A queued mail that is not to be sent any more; one that is being sent may still arrive."""
    return replace(mail, status=MailStatus.SUPPRESSED, updated_at=now)


def one_line(text: str, *, most: int) -> str:
    """``text`` on one line of printable characters: nothing in it can begin another header."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:most]


def _without_words(mail: Mail) -> Mail:
    return replace(mail, text="", html=None, calendar=None)
