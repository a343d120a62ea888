"""What bookers are written, and of what they are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.booking_mails import MOST_LISTED, booking_mail, mail_kind
from litehq_core.domain.mail import Mailbox, MailKind
from tests.domain import samples
from tests.domain.samples import slot

ADA = Mailbox(address="ada@example.com", name="Ada")
CONFIRMED = BookingStatus.CONFIRMED


def _booking(status: BookingStatus = CONFIRMED, **fields: Any) -> Booking:
    return samples.booking(slot("2026-05-26 14:00"), status=status, **fields)


@pytest.mark.parametrize(("before", "after"), list(product((None, *BookingStatus), BookingStatus)))
def test_only_what_was_promised_is_told(before: BookingStatus | None, after: BookingStatus) -> None:
    """Payment-hold bookings only when they are confirmed; their end is nobody's news."""
    told = {
        **{(status, CONFIRMED): MailKind.BOOKING_CONFIRMED for status in (None, *BookingStatus)},
        (CONFIRMED, CONFIRMED): None,
        (CONFIRMED, BookingStatus.CANCELLED): MailKind.BOOKING_CANCELLED,
    }
    was = None if before is None else _booking(before)
    assert mail_kind(was, _booking(after)) is told.get((before, after))


def test_a_change_of_time_or_room_is_told_and_no_other() -> None:
    before = _booking()
    later = timedelta(minutes=30)
    moves: tuple[dict[str, Any], ...] = (
        {"start_at": before.start_at - later},
        {"end_at": before.end_at + later},
        {"room": replace(before.room, id="rm_2")},
    )
    for changes in moves:
        assert mail_kind(before, replace(before, **changes)) is MailKind.BOOKING_CHANGED
    others: tuple[dict[str, Any], ...] = ({"notes": "Cake"}, {"attendees": 3}, {"no_show": True})
    for changes in others:
        assert mail_kind(before, replace(before, **changes)) is None


def test_a_mail_says_what_where_and_when() -> None:
    mail = booking_mail(MailKind.BOOKING_CONFIRMED, [_booking(id="bk_7")], ADA)
    assert (mail.subject_id, mail.recipient) == ("bk_7", ADA)
    assert mail.subject == "Confirmed: Atrium, Tuesday 26 May 2026, 15:00–16:00 BST"
    for words in ("Hello Ada,", "is confirmed", "Atrium", "15:00–16:00 BST", "bk_7", "Price"):
        assert words in mail.text


@pytest.mark.parametrize(("tokens", "words"), [(1, "1 token\n"), (3, "3 tokens\n"), (None, "£")])
def test_a_price_is_told_in_its_unit(tokens: int | None, words: str) -> None:
    booking = _booking()
    booking = replace(booking, price=replace(booking.price, tokens=tokens))
    assert f"Price    {words}" in booking_mail(MailKind.BOOKING_CHANGED, [booking], ADA).text


def test_what_is_cancelled_has_no_price_and_nobody_is_nameless() -> None:
    gone = _booking(BookingStatus.CANCELLED)
    mail = booking_mail(MailKind.BOOKING_CANCELLED, [gone], Mailbox(address="ada@example.com"))
    assert "Price" not in mail.text
    assert mail.text.startswith("Hello ada@example.com,")


def test_what_befalls_several_at_once_is_one_mail() -> None:
    bookings = [
        _booking(
            id=f"bk_{n}",
            series_id="srs_1",
            start_at=slot("2026-05-26 14:00").start + timedelta(days=n),
            end_at=slot("2026-05-26 15:00").start + timedelta(days=n),
        )
        for n in reversed(range(MOST_LISTED + 2))
    ]
    mail = booking_mail(MailKind.BOOKING_CANCELLED, bookings, ADA)
    assert mail.subject_id == "srs_1"
    assert mail.subject.startswith("Cancelled: Atrium, 62 bookings from Tuesday 26 May 2026")
    listed = [line for line in mail.text.splitlines() if line.startswith("- ")]
    assert listed[0] == "- Tuesday 26 May 2026, 15:00–16:00 BST, Atrium"
    assert listed[-1] == "- and 2 more"
    assert len(listed) == MOST_LISTED + 1
    alone = booking_mail(MailKind.BOOKING_CHANGED, bookings[:2], ADA)
    assert "more" not in alone.text
    assert (
        booking_mail(
            MailKind.BOOKING_CONFIRMED, [replace(b, series_id=None) for b in bookings], ADA
        ).subject_id
        == "bk_0"
    )


def test_a_mail_about_one_booking_brings_it_for_the_calendar() -> None:
    """An invitation is to one event (RFC 5546, 3.2.2)."""
    booking = _booking()
    calendar = booking_mail(MailKind.BOOKING_CONFIRMED, [booking], ADA).calendar
    assert calendar is not None
    assert f"UID:{booking.id}@{booking.workspace_id}\r\n" in calendar
    several = [booking, replace(booking, id="bk_other")]
    assert booking_mail(MailKind.BOOKING_CONFIRMED, several, ADA).calendar is None
