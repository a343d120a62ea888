"""Deliveries: one event for one endpoint, and how far it has got.

A delivery is sent at least once: a process may die between the endpoint's yes and writing it
down. Each try carries the same id, so that whoever is told twice can tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.attributes import Record
from litehq_core.domain.wall_clock import instant_text

NOUN = "webhook delivery"

# How long one try may take, and how long whoever began it may be away before another takes over.
TRY_SECONDS = 15.0
LEASE = timedelta(seconds=60)
# How long after each try that failed the next one comes; after the last of them it is dead.
RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Up to so much is added to each wait, that many which failed together do not come back together.
JITTER = 0.1
MOST_RETRY_AFTER = timedelta(hours=24)
# Of each delivery the last tries are kept.
MOST_ATTEMPTS = 20
MAX_EXCERPT = 1_000
# A delivery is kept for so long, to be read and replayed.
RETENTION = timedelta(days=30)

GONE = 410


class DeliveryStatus(StrEnum):
    """How far a delivery has got; a dead one is tried no more unless it is replayed."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try.

    Attributes:
        status: the HTTP status; None if no answer came.
        error: why none came, or why the answer counts as a failure; None: it arrived.
        excerpt: the beginning of the answer's body.
    """

    at: datetime
    status: int | None
    error: str | None
    latency_ms: int
    excerpt: str

    def as_json(self) -> dict[str, Any]:
        """The attempt as it is stored and shown."""
        return {
            "at": instant_text(self.at),
            "status": self.status,
            "error": self.error,
            "latency_ms": self.latency_ms,
            "excerpt": self.excerpt,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Attempt:
        """The inverse of :meth:`as_json`."""
        return cls(**{**value, "at": datetime.fromisoformat(value["at"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event on its way to an endpoint.

    Attributes:
        event_id: also the id that the endpoint knows the message by.
        position: of the event in the log; 0 of what stands in none, as a test.
        subject_id: what the event is about; an ordered endpoint is told of it in order.
        tries: how often it was tried since it was made or last replayed.
        lease: the fencing number of who tries it: who comes back after another has taken over no
            longer decides that it failed.
        next_attempt_at: when it is due, or due again.
    """

    id: str
    workspace_id: str
    webhook_id: str
    event_id: str
    type: str
    subject_id: str
    position: int
    body: bytes = field(repr=False)
    status: DeliveryStatus = DeliveryStatus.PENDING
    tries: int = 0
    lease: int = 0
    next_attempt_at: datetime
    attempts: tuple[Attempt, ...] = ()
    delivered_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a try: its record, and how long the endpoint asked to be left alone."""

    attempt: Attempt
    retry_after_seconds: int | None = None

    @property
    def arrived(self) -> bool:
        """Whether the endpoint took it."""
        return self.attempt.error is None

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint wants nothing any more."""
        return self.attempt.status == GONE


def outcome_of(
    *,
    at: datetime,
    status: int | None,
    error: str | None,
    latency_ms: int,
    excerpt: str,
    retry_after_seconds: int | None,
) -> Outcome:
    """What an answer means: any 2xx is a yes, and everything else, a redirect too, is a no."""
    if error is None and not (status is not None and 200 <= status <= 299):
        error = f"status_{status}"
    attempt = Attempt(
        at=at,
        status=status,
        error=error,
        latency_ms=latency_ms,
        # A line of a lone surrogate, or NUL, could be kept nowhere.
        excerpt="".join(c if c.isprintable() or c in "\n\t" else "�" for c in excerpt)[
            :MAX_EXCERPT
        ],
    )
    return Outcome(attempt=attempt, retry_after_seconds=retry_after_seconds)


def begin_attempt(delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery under the lease of whoever tries it now; None if it is not due.

    Should he never come back, it is due again when the lease ends.
    """
    if delivery.status is not DeliveryStatus.PENDING or now < delivery.next_attempt_at:
        return None
    return replace(
        delivery,
        tries=delivery.tries + 1,
        lease=delivery.lease + 1,
        next_attempt_at=now + LEASE,
        updated_at=now,
    )


def waiting_for(delivery: Delivery, former: Delivery, now: datetime) -> Delivery:
    """A delivery that is to come after ``former``, which is tried again first."""
    later = max(former.next_attempt_at, now + timedelta(seconds=1))
    return replace(delivery, next_attempt_at=later, updated_at=now)


def settled(current: Delivery, tried: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """What becomes of ``current`` after the try ``tried``.

    What has arrived has arrived, whatever was thought of it meanwhile; that it failed is decided
    by who has the lease alone.
    """
    known = replace(
        current, attempts=(*current.attempts, outcome.attempt)[-MOST_ATTEMPTS:], updated_at=now
    )
    if outcome.arrived:
        return replace(known, status=DeliveryStatus.DELIVERED, delivered_at=now)
    if current.status is not DeliveryStatus.PENDING or current.lease != tried.lease:
        return known
    if outcome.is_gone or known.tries > len(RETRY_AFTER):
        return replace(known, status=DeliveryStatus.DEAD)
    return replace(known, next_attempt_at=now + pause_after(known, outcome.retry_after_seconds))


def pause_after(delivery: Delivery, retry_after_seconds: int | None) -> timedelta:
    """How long to wait after the last try failed; not shorter than was asked for, within a day."""
    plain = RETRY_AFTER[delivery.tries - 1]
    digest = hashlib.sha256(f"{delivery.id}:{delivery.tries}".encode()).digest()
    # By the delivery's own id, so that it needs no chance and can be told beforehand.
    share = int.from_bytes(digest[:4]) / 2**32
    jittered = plain + timedelta(seconds=round(plain.total_seconds() * JITTER * share))
    asked = timedelta(seconds=min(retry_after_seconds or 0, int(MOST_RETRY_AFTER.total_seconds())))
    return max(jittered, asked)


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery, due at once and with all its tries ahead; one that waits just waits no more.

    Whoever is trying it at this moment goes on; then it is sent twice.
    """
    begun_anew = delivery.status is not DeliveryStatus.PENDING
    return replace(
        delivery,
        status=DeliveryStatus.PENDING,
        tries=0 if begun_anew else delivery.tries,
        next_attempt_at=now,
        delivered_at=None,
        updated_at=now,
    )


def delivery_record(delivery: Delivery) -> Record:
    """A delivery, all attributes; not its body, which its event tells to whoever may read it."""
    last = delivery.attempts[-1] if delivery.attempts else None
    return {
        "id": delivery.id,
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "type": delivery.type,
        "subject_id": delivery.subject_id,
        "status": delivery.status.value,
        "tries": delivery.tries,
        "next_attempt_at": delivery.next_attempt_at,
        "last_status": last.status if last else None,
        "last_error": last.error if last else None,
        "attempts": attempts_json(delivery.attempts),
        "delivered_at": delivery.delivered_at,
        "created_at": delivery.created_at,
        "updated_at": delivery.updated_at,
    }


def attempts_json(attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
    """Attempts as they are stored and shown, the oldest first."""
    return [attempt.as_json() for attempt in attempts]
