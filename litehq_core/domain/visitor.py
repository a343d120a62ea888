"""Visitors: who is expected, by whom and where, and the pass that shows it.

A visitor has a pass, whose secret stands in the QR code and in the address of its page. What is
looked up is the secret's hash; the secret itself is kept sealed, to be shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.errors import FieldError, InvalidTransition, ValidationFailed
from litehq_core.domain.errors import VersionConflict as _VersionConflict
from litehq_core.domain.events import EventType
from litehq_core.domain.text import MAX_NAME, MAX_NOTES, require_email, require_text
from litehq_core.domain.wall_clock import EARLIEST, LATEST

NOUN = "visitor"
# Who did not say until when he stays is looked for at the reception for so long.
LONGEST_WAIT = timedelta(hours=12)
LONGEST_STAY = timedelta(days=31)


class VisitorStatus(StrEnum):
    """Where a visitor stands; the last is an end."""

    EXPECTED = "expected"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"


class VisitorMove(StrEnum):
    """What can happen to a visitor's status."""

    CHECK_IN = "check in"
    CANCEL = "be cancelled"


TRANSITIONS: Mapping[tuple[VisitorStatus, VisitorMove], tuple[VisitorStatus, EventType]] = {
    (VisitorStatus.EXPECTED, VisitorMove.CHECK_IN): (
        VisitorStatus.CHECKED_IN,
        EventType.VISITOR_CHECKED_IN,
    ),
    (VisitorStatus.EXPECTED, VisitorMove.CANCEL): (
        VisitorStatus.CANCELLED,
        EventType.VISITOR_CANCELLED,
    ),
}


class VisitorsWhen(StrEnum):
    """Which visitors a list is about: those who may still come or stay, or those before."""

    ANY = "any"
    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is expected.

    Attributes:
        company_id: the host's company when the visitor was announced.
        company_name: where the visitor comes from.
        until_at: when the visit is over, if anybody said.
        pass_hash, pass_sealed: the secret of the pass, to be found by and to be shown again.
    """

    id: str
    workspace_id: str
    status: VisitorStatus = VisitorStatus.EXPECTED
    version: int = 1
    location_id: str
    host_member_id: str
    company_id: str | None
    booking_id: str | None
    name: str
    email: str | None
    company_name: str | None
    expected_at: datetime
    until_at: datetime | None
    notes: str | None
    pass_hash: str = field(repr=False)
    pass_sealed: bytes = field(repr=False)
    checked_in_at: datetime | None = None
    cancelled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the visit counts as past."""
        return self.until_at or self.expected_at + LONGEST_WAIT

    def require_version(self, expected: int | None) -> None:
        """Refuse a stale version; None means that the caller does not care.

        Raises:
            VersionConflict: the visitor is at another version.
        """
        if expected is not None and expected != self.version:
            raise _VersionConflict(current_version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterVisitor:
    """A wish to announce a visitor."""

    name: str
    host_member_id: str
    location_id: str
    expected_at: datetime
    until_at: datetime | None = None
    email: str | None = None
    company_name: str | None = None
    booking_id: str | None = None
    notes: str | None = None


def require_wish(wish: RegisterVisitor) -> None:
    """Refuse what is wrong in itself.

    Raises:
        ValidationFailed: with every field that is.
    """
    wrong: list[FieldError] = []

    def check(field_name: str, value: str | None, *, most: int, least: int = 0) -> None:
        if value is not None:
            try:
                require_text(field_name, value, most=most, least=least)
            except ValidationFailed as refusal:
                wrong.extend(refusal.errors)

    check("name", wish.name, most=MAX_NAME, least=1)
    check("company", wish.company_name, most=MAX_NAME)
    check("notes", wish.notes, most=MAX_NOTES)
    if wish.email is not None:
        try:
            require_email("email", wish.email)
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if not EARLIEST <= wish.expected_at < LATEST:
        wrong.append(FieldError("expected_at", "must lie between the years 1970 and 9000"))
    elif wish.until_at is not None and not (
        wish.expected_at < wish.until_at <= wish.expected_at + LONGEST_STAY
    ):
        reason = f"must lie within {LONGEST_STAY.days} days after expected_at"
        wrong.append(FieldError("until", reason))
    if wrong:
        raise ValidationFailed(*wrong)


def require_ahead(wish: RegisterVisitor, now: datetime) -> None:
    """Refuse a visit that is over.

    Raises:
        ValidationFailed: it is.
    """
    if (wish.until_at or wish.expected_at + LONGEST_WAIT) <= now:
        raise ValidationFailed.of("expected_at", "is over")


def move_visitor(visitor: Visitor, step: VisitorMove, now: datetime) -> tuple[Visitor, EventType]:
    """The visitor after ``step``, one version on, and the type of its one event.

    The only function that writes ``status``.

    Raises:
        InvalidTransition: the visitor's status does not allow the step.
    """
    target = TRANSITIONS.get((visitor.status, step))
    if target is None:
        raise InvalidTransition(status=visitor.status, move=step, noun=NOUN)
    status, kind = target
    at: dict[str, Any] = {
        VisitorMove.CHECK_IN: {"checked_in_at": now},
        VisitorMove.CANCEL: {"cancelled_at": now},
    }[step]
    return replace(visitor, status=status, version=visitor.version + 1, updated_at=now, **at), kind
