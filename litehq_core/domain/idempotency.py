"""Idempotency: the same request with the same key has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import instant_text

MAX_KEY_LENGTH = 255
LEASE = timedelta(seconds=60)
# How long a key is kept after its first use; contract.md, Idempotency: 24 h or more.
RETENTION = timedelta(hours=48)


class Replayed(Exception):
    """The request ran before; ``answer`` is what the façade's ``encode`` made of it then."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("replayed")
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A façade's wish that a call happens once.

    Attributes:
        operation: the façade's name of the call, such as ``bookings.create``.
        key: the client's key, 1–255 characters.
        encode: a pure function from the outcome, or the refusal, to the answer's bytes. The
            core keeps the bytes and never reads them.
        secret: the answer holds a secret, so it is kept encrypted.
    """

    operation: str
    key: str
    encode: Callable[[Any], bytes]
    secret: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= MAX_KEY_LENGTH or not self.key.isprintable():
            raise ValidationFailed.of(
                "idempotency_key", f"must have 1–{MAX_KEY_LENGTH} printable characters"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """What is known of a key: its request, and the answer once there is one.

    While ``answer`` is None, phase one has committed; ``subject_id`` is what it made, and nobody
    else goes on with it before ``lease_until``.
    """

    operation: str
    key: str
    principal: str
    fingerprint: str
    subject_id: str | None = None
    lease_until: datetime | None = None
    answer: bytes | None = None
    sealed: bool = False
    created_at: datetime


def fingerprint(command: object) -> str:
    """What makes two requests the same: the normalised command, whatever dialect it came in."""
    text = json.dumps(_plain(command), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(v) for v in value)
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Enum):
        # With its type: what is not named at all must differ from any text.
        return [type(value).__name__, value.value]
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
