"""Every refusal LiteHQ can give, as one tree.

A refusal is an exception that carries data and a public ``code``. The codes are those of
``contract.md`` (Conventions, Errors); the HTTP status of each exists only in
``litehq_rest/errors.py``. A subclass's docstring is its default message.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """The public error codes, the same in REST, GraphQL and Python."""

    AUTH_INVALID = "auth_invalid"
    AUTH_SCOPE_INSUFFICIENT = "auth_scope_insufficient"
    BOOKING_NOT_FOUND = "booking_not_found"
    SLOT_UNAVAILABLE = "slot_unavailable"
    SLOT_MISALIGNED = "slot_misaligned"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    RATE_LIMITED = "rate_limited"
    STRIPE_UNCONFIGURED = "stripe_unconfigured"
    INTERNAL_ERROR = "internal_error"
    MALFORMED_REQUEST = "malformed_request"
    VALIDATION_FAILED = "validation_failed"
    BOOKING_RULE_VIOLATED = "booking_rule_violated"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INVALID_TRANSITION = "invalid_transition"
    EDIT_WINDOW_CLOSED = "edit_window_closed"
    ALREADY_EXISTS = "already_exists"
    QUOTE_EXPIRED = "quote_expired"
    VERSION_CONFLICT = "version_conflict"
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress"
    CURSOR_EXPIRED = "cursor_expired"
    INSUFFICIENT_TOKENS = "insufficient_tokens"
    PAYMENT_FAILED = "payment_failed"
    WEBHOOK_UNVERIFIED = "webhook_unverified"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    SERVICE_UNAVAILABLE = "service_unavailable"
    STREAM_LAGGED = "stream_lagged"
    DOCUMENT_NOT_TRUSTED = "document_not_trusted"
    OPERATION_TOO_COSTLY = "operation_too_costly"
    # Spelt as GraphQL clients look for it.
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"


class Refusal(Exception):
    """The request was refused."""

    # Of the class; only what gathers several refusals bears the code of one of them.
    code: Code

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().split("\n")[0]
        super().__init__(self.message)

    def details(self) -> dict[str, Any]:
        """What the refusal carries beside code and message, as plain JSON values."""
        return {}


class AuthInvalid(Refusal):
    """The bearer key is missing, malformed, expired or revoked."""

    code = Code.AUTH_INVALID


class AuthScopeInsufficient(Refusal):
    """The key lacks the scope that this call needs."""

    code = Code.AUTH_SCOPE_INSUFFICIENT

    def __init__(self, required_scope: str) -> None:
        self.required_scope = required_scope
        super().__init__(f"The key lacks the scope {required_scope}.")

    def details(self) -> dict[str, Any]:
        return {"required_scope": self.required_scope}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with one field. ``field`` is a dotted path."""

    field: str
    reason: str


class ValidationFailed(Refusal):
    """Some fields of the request are not valid."""

    code = Code.VALIDATION_FAILED

    def __init__(self, *errors: FieldError) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{e.field}: {e.reason}" for e in errors) or None)

    @classmethod
    def of(cls, field: str, reason: str) -> ValidationFailed:
        """A failure of a single field."""
        return cls(FieldError(field, reason))

    def details(self) -> dict[str, Any]:
        return {"details": [{"field": e.field, "reason": e.reason} for e in self.errors]}


class NotFound(Refusal):
    """There is no such thing in this workspace."""

    code = Code.NOT_FOUND

    def __init__(self, noun: str) -> None:
        # The id is left out: a stranger's id must answer exactly like one never used.
        self.noun = noun
        where = "" if noun == "workspace" else " in this workspace"
        super().__init__(f"There is no such {noun}{where}.")


class BookingNotFound(NotFound):
    """There is no such booking in this workspace."""

    code = Code.BOOKING_NOT_FOUND

    def __init__(self) -> None:
        super().__init__("booking")


class SlotMisaligned(Refusal):
    """The start or end of the slot does not sit on the room's slot grid."""

    code = Code.SLOT_MISALIGNED

    def __init__(self, *, slot_minutes: int, fields: tuple[str, ...]) -> None:
        self.slot_minutes = slot_minutes
        self.fields = fields
        super().__init__(
            f"{' and '.join(fields)} must sit on the room's {slot_minutes}-minute grid."
        )

    def details(self) -> dict[str, Any]:
        return {"slot_minutes": self.slot_minutes, "fields": list(self.fields)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken booking rule. ``limit`` is the rule's bound, in the unit ``reason`` implies."""

    reason: str
    message: str
    limit: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The violation as the façades show it."""
        return {"reason": self.reason, "message": self.message, "limit": self.limit}


class BookingRuleViolated(Refusal):
    """The slot breaks a booking rule of the room."""

    code = Code.BOOKING_RULE_VIOLATED

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__(" ".join(v.message for v in violations) or None)

    def details(self) -> dict[str, Any]:
        return {"violations": [v.as_json() for v in self.violations]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A slot that can be booked instead. Instants are RFC 3339 text."""

    room_id: str
    start_at: str
    end_at: str

    def as_json(self) -> dict[str, Any]:
        """The alternative as the façades show it."""
        return {"room_id": self.room_id, "start_at": self.start_at, "end_at": self.end_at}


class SlotUnavailable(Refusal):
    """Another booking, its buffer or a blackout stands in the slot."""

    code = Code.SLOT_UNAVAILABLE

    def __init__(
        self,
        *,
        conflicting_booking_id: str | None,
        alternatives: tuple[Alternative, ...] = (),
    ) -> None:
        self.conflicting_booking_id = conflicting_booking_id
        self.alternatives = alternatives
        super().__init__(
            f"The slot is taken by {conflicting_booking_id}."
            if conflicting_booking_id
            else "The room is not free in this slot."
        )

    def details(self) -> dict[str, Any]:
        return {
            "conflicting_booking_id": self.conflicting_booking_id,
            "alternatives": [a.as_json() for a in self.alternatives],
        }


class InvalidTransition(Refusal):
    """The booking's state does not allow this."""

    code = Code.INVALID_TRANSITION

    def __init__(self, *, status: str, move: str, noun: str = "booking") -> None:
        self.status = status
        self.move = move
        super().__init__(f"A {noun} that is {status} cannot {move}.")

    def details(self) -> dict[str, Any]:
        return {"status": self.status}


class EditWindowClosed(Refusal):
    """The booking starts too soon to be edited."""

    code = Code.EDIT_WINDOW_CLOSED

    def __init__(self, *, edit_window_minutes: int) -> None:
        self.edit_window_minutes = edit_window_minutes
        super().__init__(
            f"The booking can be edited until {edit_window_minutes} minutes before its start."
        )

    def details(self) -> dict[str, Any]:
        return {"edit_window_minutes": self.edit_window_minutes}


class AlreadyExists(Refusal):
    """Something with the same natural key exists already."""

    code = Code.ALREADY_EXISTS

    def __init__(self, message: str | None = None, *, existing_id: str | None = None) -> None:
        self.existing_id = existing_id
        super().__init__(message)

    def details(self) -> dict[str, Any]:
        return {} if self.existing_id is None else {"existing_id": self.existing_id}


class QuoteExpired(Refusal):
    """The quote has expired, or was made for something else; ask for a new one."""

    code = Code.QUOTE_EXPIRED


class VersionConflict(Refusal):
    """The resource has changed since the version you named."""

    code = Code.VERSION_CONFLICT

    def __init__(self, *, current_version: int) -> None:
        self.current_version = current_version
        super().__init__(f"The resource is at version {current_version} by now.")

    def details(self) -> dict[str, Any]:
        return {"current_version": self.current_version}


class IdempotencyConflict(Refusal):
    """This idempotency key was used with a different request."""

    code = Code.IDEMPOTENCY_CONFLICT


class IdempotencyInProgress(Refusal):
    """A request with this idempotency key is still running; retry shortly."""

    code = Code.IDEMPOTENCY_IN_PROGRESS


class CursorExpired(Refusal):
    """The cursor is older than the event log's retention."""

    code = Code.CURSOR_EXPIRED


class StreamLagged(Refusal):
    """The reader of the event log fell too far behind it."""

    code = Code.STREAM_LAGGED

    def __init__(self, *, cursor: str) -> None:
        self.cursor = cursor
        super().__init__("You read too slowly. Go on after the cursor, up to which all was told.")

    def details(self) -> dict[str, Any]:
        return {"cursor": self.cursor}


class InsufficientTokens(Refusal):
    """The member's spendable token balance does not cover it."""

    code = Code.INSUFFICIENT_TOKENS

    def __init__(self, *, required: int, available: int) -> None:
        self.required = required
        self.available = available
        super().__init__(f"{required} tokens are needed and {available} can be spent.")

    def details(self) -> dict[str, Any]:
        return {"required": self.required, "available": self.available}


class RateLimited(Refusal):
    """Too many requests; wait before you call again."""

    code = Code.RATE_LIMITED

    def __init__(self, *, retry_after_ms: int) -> None:
        self.retry_after_ms = retry_after_ms
        super().__init__(f"Too many requests; call again in {retry_after_ms} ms.")

    def details(self) -> dict[str, Any]:
        return {"retry_after_ms": self.retry_after_ms}


class StripeUnconfigured(Refusal):
    """The workspace has not completed Stripe Connect onboarding."""

    code = Code.STRIPE_UNCONFIGURED


class PaymentFailed(Refusal):
    """The payment provider declined or could not be reached."""

    code = Code.PAYMENT_FAILED


class ServiceUnavailable(Refusal):
    """A part that this call needs is down at the moment; retry later."""

    code = Code.SERVICE_UNAVAILABLE
