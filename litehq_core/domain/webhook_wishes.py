"""What can be wished of webhook endpoints, and what is wrong with a wish in itself.

Whether a URL may be sent to at all is the business of whatever sends.
"""

from __future__ import annotations

import base64
import binascii
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.text import MAX_NOTES, require_email, require_text
from litehq_core.domain.webhook import (
    DisabledReason,
    WebhookEndpoint,
    WebhookMove,
    WebhookStatus,
    move_endpoint,
)
from litehq_core.domain.webhook_signing import SECRET_PREFIX

MAX_URL = 2_000
MAX_PATTERNS = 50
MIN_SECRET = 16
MAX_SECRET = 200
MIN_KEY_BYTES = 16
DEFAULT_OVERLAP_HOURS = 24
MAX_OVERLAP_HOURS = 7 * 24

EVERYTHING = "*"
AREAS = frozenset(kind.partition(".")[0] for kind in EventType)

_PRINTABLE = frozenset(string.digits + string.ascii_letters + string.punctuation)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook:
    """A wish to be told of events at a URL.

    ``secret`` is the caller's own; without one a fresh one is made.
    """

    url: str
    events: tuple[str, ...]
    secret: str | None = None
    description: str | None = None
    contact_email: str | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWebhook:
    """A wish to change an endpoint; what is UNSET stays, None clears.

    Another URL has to be verified anew.
    """

    webhook_id: str
    url: str | Unset = UNSET
    events: tuple[str, ...] | Unset = UNSET
    status: WebhookStatus | Unset = UNSET
    description: str | Unset | None = UNSET
    contact_email: str | Unset | None = UNSET
    ordered: bool | Unset = UNSET
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        named = ("url", "events", "status", "description", "contact_email", "ordered")
        return all(getattr(self, name) is UNSET for name in named)

    @property
    def redirects(self) -> bool:
        """Whether it says what is sent, or where to: that needs the right to read it."""
        return self.url is not UNSET or self.events is not UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateWebhookSecret:
    """A wish for another secret. Until the overlap is over the present one signs too."""

    webhook_id: str
    secret: str | None = None
    overlap_hours: int = DEFAULT_OVERLAP_HOURS
    expected_version: int | None = None


def require_new(wish: CreateWebhook) -> None:
    """Refuse what is wrong in itself.

    Raises:
        ValidationFailed: with every field that is.
    """
    _refuse_all(
        lambda: require_text("url", wish.url, most=MAX_URL, least=1),
        lambda: require_patterns(wish.events),
        lambda: require_secret(wish.secret),
        lambda: _require_description(wish.description),
        lambda: _require_contact(wish.contact_email),
    )


def require_change(wish: UpdateWebhook) -> None:
    """Refuse what is wrong in itself.

    Raises:
        ValidationFailed: with every field that is, or nothing is named.
    """
    if wish.changes_nothing:
        raise ValidationFailed.of("body", "names nothing to change")
    url, events, status = wish.url, wish.events, wish.status
    description, contact = wish.description, wish.contact_email

    def check_status() -> None:
        if status is WebhookStatus.UNVERIFIED:
            raise ValidationFailed.of("status", "must be active or disabled")
        if not isinstance(status, Unset) and not isinstance(url, Unset):
            raise ValidationFailed.of("status", "cannot be set together with another URL")

    _refuse_all(
        lambda: None if isinstance(url, Unset) else require_text("url", url, most=MAX_URL, least=1),
        lambda: None if isinstance(events, Unset) else require_patterns(events),
        check_status,
        lambda: None if isinstance(description, Unset) else _require_description(description),
        lambda: None if isinstance(contact, Unset) else _require_contact(contact),
    )


def require_rotation(wish: RotateWebhookSecret) -> None:
    """Refuse what is wrong in itself.

    Raises:
        ValidationFailed: with every field that is.
    """

    def check_overlap() -> None:
        if not 0 <= wish.overlap_hours <= MAX_OVERLAP_HOURS:
            raise ValidationFailed.of("overlap_hours", f"must lie within 0–{MAX_OVERLAP_HOURS}")

    _refuse_all(lambda: require_secret(wish.secret), check_overlap)


def require_patterns(patterns: Sequence[str]) -> None:
    """Refuse what no event can match.

    Raises:
        ValidationFailed: none, too many, or one that is neither a type nor an area nor ``*``.
    """
    if not 1 <= len(patterns) <= MAX_PATTERNS:
        raise ValidationFailed.of("events", f"must name 1–{MAX_PATTERNS} types")
    wrong = [
        FieldError(f"events[{number}]", "is no type of event, no area such as booking.*, nor *")
        for number, pattern in enumerate(patterns)
        if not types_of(pattern)
    ]
    if wrong:
        raise ValidationFailed(*wrong)


def types_of(pattern: str) -> frozenset[EventType]:
    """The types that a pattern stands for; none if it is not one."""
    area, dot, name = pattern.partition(".")
    if pattern == EVERYTHING:
        return frozenset(EventType)
    if dot and name == EVERYTHING and area in AREAS:
        return frozenset(kind for kind in EventType if kind.partition(".")[0] == area)
    return frozenset(kind for kind in EventType if kind.value == pattern)


def require_secret(secret: str | None) -> None:
    """Refuse a secret that is too weak, or that no header's key can be made of.

    Raises:
        ValidationFailed: not 16–200 printable ASCII characters; or behind ``whsec_`` stands no
            base64 of 16 bytes at least.
    """
    if secret is None:
        return
    if not MIN_SECRET <= len(secret) <= MAX_SECRET or not _PRINTABLE.issuperset(secret):
        reason = f"must have {MIN_SECRET}–{MAX_SECRET} printable ASCII characters and no spaces"
        raise ValidationFailed.of("secret", reason)
    if secret.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error:
            key = b""
        if len(key) < MIN_KEY_BYTES:
            reason = f"must have {MIN_KEY_BYTES} bytes in base64 behind {SECRET_PREFIX}"
            raise ValidationFailed.of("secret", reason)


def changed_endpoint(
    endpoint: WebhookEndpoint, wish: UpdateWebhook, now: datetime
) -> WebhookEndpoint:
    """The endpoint after the wish, which may leave it as it is.

    Raises:
        VersionConflict: it is at another version.
        InvalidTransition: its status cannot become what is wished for.
    """
    endpoint.require_version(wish.expected_version)
    changed = endpoint
    for name in ("description", "contact_email", "ordered"):
        value = getattr(wish, name)
        if value is not UNSET:
            changed = replace(changed, **{name: value})
    if not isinstance(wish.events, Unset):
        changed = replace(changed, events=sorted_patterns(wish.events))
    if not isinstance(wish.url, Unset) and wish.url != endpoint.url:
        changed = move_endpoint(replace(changed, url=wish.url), WebhookMove.READDRESS, now)
    if not isinstance(wish.status, Unset) and wish.status is not endpoint.status:
        enable = wish.status is WebhookStatus.ACTIVE
        step = WebhookMove.ENABLE if enable else WebhookMove.DISABLE
        reason = None if enable else DisabledReason.OPERATOR
        changed = move_endpoint(changed, step, now, reason=reason)
    return changed


def sorted_patterns(patterns: Sequence[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(sorted(set(patterns)))


def overlap_of(wish: RotateWebhookSecret) -> timedelta:
    """How long both secrets sign."""
    return timedelta(hours=wish.overlap_hours)


def _require_description(text: str | None) -> None:
    if text is not None:
        require_text("description", text, most=MAX_NOTES)


def _require_contact(address: str | None) -> None:
    if address is not None:
        require_email("contact_email", address)


def _refuse_all(*checks: Callable[[], object]) -> None:
    """Make every check, so that one wrong field does not hide the others."""
    wrong: list[FieldError] = []
    for check in checks:
        try:
            check()
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
