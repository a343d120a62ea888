"""Mails: what is made of names in them, and how far each gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.mail import (
    LEASE,
    MAX_ERROR,
    MAX_SUBJECT,
    RETRY_AFTER,
    Mail,
    Mailbox,
    MailStatus,
    attempt_failed,
    begin_attempt,
    delivered,
    queued,
    suppressed,
)
from tests.domain import samples
from tests.domain.samples import NOW

SECOND = timedelta(seconds=1)


def _tried(mail: Mail) -> Mail:
    tried = begin_attempt(mail, mail.next_attempt_at)
    assert tried is not None
    return tried


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada\r\nBcc: everybody@example.com", "Ada Bcc: everybody@example.com"),
        ("Ada\u2028Lovelace", "Ada Lovelace"),
        ("\u202eecalevoL adA", "ecalevoL adA"),
        ("\x00 \t", ""),
        ("Café Ünïcode 会議室", "Café Ünïcode 会議室"),
    ],
)
def test_what_goes_into_a_header_is_one_line(given: str, kept: str) -> None:
    assert Mailbox(address="ada@example.com", name=given).name == kept
    assert samples.mail_draft(subject=given).subject == kept


def test_a_subject_has_an_end() -> None:
    assert len(samples.mail_draft(subject="x" * 1_000).subject) == MAX_SUBJECT


@pytest.mark.parametrize("address", ["", "ada", "ada@", "a b@example.com", "a\n@example.com"])
def test_what_cannot_be_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationFailed):
        Mailbox(address=address)


def test_a_mail_goes_at_once_or_when_it_is_said() -> None:
    fields = {"mail_id": "mail_9", "workspace_id": "ws_1", "now": NOW}
    at_once = queued(samples.mail_draft(), **fields)  # type: ignore[arg-type]
    assert at_once == samples.mail(id="mail_9")
    later = queued(samples.mail_draft(not_before=NOW + LEASE), **fields)  # type: ignore[arg-type]
    assert later.next_attempt_at == NOW + LEASE
    assert begin_attempt(later, NOW + LEASE - SECOND) is None
    assert begin_attempt(later, NOW + LEASE) is not None


def test_whoever_begins_holds_the_lease() -> None:
    tried = _tried(samples.mail())
    assert tried.attempts == 1
    assert begin_attempt(tried, NOW + LEASE - SECOND) is None
    again = begin_attempt(tried, NOW + LEASE)
    assert again is not None
    assert again.attempts == 2


@pytest.mark.parametrize("status", [s for s in MailStatus if s is not MailStatus.QUEUED])
def test_what_has_ended_is_not_tried(status: MailStatus) -> None:
    assert begin_attempt(samples.mail(status=status), NOW) is None


def test_what_is_sent_is_sent_whatever_was_thought_of_it_meanwhile() -> None:
    taken_back = suppressed(_tried(samples.mail(last_error="451 later")), NOW)
    sent = delivered(taken_back, NOW + SECOND, keep_words=True)
    assert (sent.status, sent.last_error, sent.updated_at) == (MailStatus.SENT, None, NOW + SECOND)
    assert sent.text == samples.mail().text


def test_words_that_nobody_reads_here_are_forgotten() -> None:
    """They may hold a link that opens something."""
    mail = _tried(samples.mail(html="<p>secret</p>", calendar="BEGIN:VCALENDAR"))
    sent = delivered(mail, NOW, keep_words=False)
    assert (sent.text, sent.html, sent.calendar) == ("", None, None)
    failed = attempt_failed(mail, mail, "550", NOW, permanent=True, keep_words=False)
    assert (failed.status, failed.text, failed.html) == (MailStatus.FAILED, "", None)
    # As long as it may still be sent, they are needed.
    waiting = attempt_failed(mail, mail, "451", NOW, permanent=False, keep_words=False)
    assert waiting.text == mail.text


def test_tries_grow_rarer_and_end() -> None:
    mail, waits = samples.mail(), []
    while mail.status is MailStatus.QUEUED:
        tried = _tried(mail)
        now = tried.updated_at
        mail = attempt_failed(
            tried, tried, "451 4.3.0 later", now, permanent=False, keep_words=True
        )
        if mail.status is MailStatus.QUEUED:
            waits.append(mail.next_attempt_at - now)
    assert tuple(waits) == RETRY_AFTER == tuple(sorted(RETRY_AFTER))
    assert (mail.status, mail.attempts) == (MailStatus.FAILED, len(RETRY_AFTER) + 1)
    assert mail.last_error == "451 4.3.0 later"
    assert mail.text == samples.mail().text


def test_what_fails_for_good_is_not_tried_again() -> None:
    tried = _tried(samples.mail())
    error = "550 no\r\nsuch user " + "x" * 1_000
    failed = attempt_failed(tried, tried, error, NOW, permanent=True, keep_words=True)
    assert failed.status is MailStatus.FAILED
    assert failed.last_error is not None
    assert failed.last_error.startswith("550 no such user")
    assert len(failed.last_error) == MAX_ERROR


def test_who_comes_late_does_not_overwrite() -> None:
    first = _tried(samples.mail())
    second = _tried(first)
    for current in (second, suppressed(first, NOW), replace(first, status=MailStatus.SENT)):
        failed = attempt_failed(current, first, "451", NOW, permanent=True, keep_words=False)
        assert failed is current
