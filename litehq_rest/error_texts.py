"""What each error code means, and what to do about it: the text of ``/docs/errors``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litehq_core.domain.errors import Code
from litehq_rest.errors import AT_THE_TOP


@dataclass(frozen=True, slots=True)
class ErrorText:
    """One code's page. ``details`` are what its example carries beside code and message."""

    meaning: str
    remedy: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)


ERROR_TEXTS: Mapping[Code, ErrorText] = {
    Code.AUTH_INVALID: ErrorText(
        "The bearer key is missing, malformed, unknown, expired or revoked.",
        "Send “Authorization: Bearer sk_…” with a key that is valid. If yours was valid until "
        "now, ask whoever issued it for a new one. Do not retry with the same key.",
        "The bearer key is missing, malformed, expired or revoked.",
    ),
    Code.AUTH_SCOPE_INSUFFICIENT: ErrorText(
        "The key is valid, but may not do this.",
        "Use a key that has the scope named in required_scope. Scopes are fixed when a key is "
        "made, so a new key is needed. Writing implies reading.",
        "The key lacks the scope calendar:write.",
        {"required_scope": "calendar:write"},
    ),
    Code.BOOKING_NOT_FOUND: ErrorText(
        "There is no booking with this id in the key’s workspace, or none that the key may see.",
        "Check the id, and that the key belongs to the workspace (test and live are two). A key "
        "bound to a member or a company sees only their bookings.",
        "There is no such booking in this workspace.",
    ),
    Code.SLOT_UNAVAILABLE: ErrorText(
        "Another booking, an unpaid hold, a buffer or a blackout stands in the slot, or it is kept "
        "for somebody from the waitlist.",
        "Offer one of the alternatives, ask GET /v1/availability for what is free, or wait: POST "
        "/v1/waitlist. conflicting_booking_id is null when no booking stands in the way.",
        "The slot is taken by bk_01k9p3v7q2e8rr1n5xw4d6t0ab.",
        {
            "conflicting_booking_id": "bk_01k9p3v7q2e8rr1n5xw4d6t0ab",
            "alternatives": [
                {
                    "room_id": "rm_atrium",
                    "start_at": "2026-05-22T15:30:00Z",
                    "end_at": "2026-05-22T17:00:00Z",
                }
            ],
        },
    ),
    Code.SLOT_MISALIGNED: ErrorText(
        "The start or the end does not sit on the room’s slot grid.",
        "Round to a multiple of slot_minutes, counted from midnight in the location’s time "
        "zone. fields says which end is off.",
        "start_at must sit on the room's 30-minute grid.",
        {"slot_minutes": 30, "fields": ["start_at"]},
    ),
    Code.IDEMPOTENCY_CONFLICT: ErrorText(
        "The idempotency key was used before, with another request.",
        "Use a fresh key for every new request, and the same key only to repeat the very same one.",
        "This idempotency key was used with a different request.",
    ),
    Code.RATE_LIMITED: ErrorText(
        "The workspace has sent more requests than it may.",
        "Wait for retry_after_ms before the next request; the X-RateLimit headers of every "
        "answer tell how much is left. Calling again too early lowers the limit for a while.",
        "The workspace has sent too many requests.",
        {"retry_after_ms": 600},
    ),
    Code.STRIPE_UNCONFIGURED: ErrorText(
        "The workspace has not completed Stripe Connect onboarding, so it cannot take cards.",
        "Complete the onboarding, or book with tokens or on invoice where the room allows it.",
        "The workspace has not completed Stripe Connect onboarding.",
    ),
    Code.INTERNAL_ERROR: ErrorText(
        "Something went wrong on our side. The request may or may not have had its effect.",
        "Retry with the same idempotency key: that can never do a thing twice. If it persists, "
        "report the request_id.",
        "Something went wrong on our side.",
    ),
    Code.MALFORMED_REQUEST: ErrorText(
        "The request could not be read: the body is not the JSON it claims to be, or a header "
        "or the address is broken.",
        "Check the syntax of the body and that it is sent whole.",
        "The body is not valid JSON.",
    ),
    Code.VALIDATION_FAILED: ErrorText(
        "The request was read, but some of its fields are not valid.",
        "Correct the fields listed in details; each has its path and a reason. Fields that the "
        "operation does not know are refused too.",
        "end_at: must be after start_at",
        {"details": [{"field": "end_at", "reason": "must be after start_at"}]},
    ),
    Code.BOOKING_RULE_VIOLATED: ErrorText(
        "The slot breaks rules of the room: opening hours, lead time, horizon, length, capacity, "
        "membership tier, or that no time too short to be sold is left beside it.",
        "violations lists all of them, each with a reason and the rule’s limit. Choose a slot "
        "that keeps to them; POST /v1/bookings/quote checks one without booking it.",
        "The room seats 8.",
        {
            "violations": [
                {"reason": "over_capacity", "message": "The room seats 8.", "limit": 8},
            ]
        },
    ),
    Code.NOT_FOUND: ErrorText(
        "There is nothing at this address, or nothing with this id in the key’s workspace.",
        "Check the path, the ids in the body, and the key’s workspace. What belongs to another "
        "workspace answers exactly like an id that was never used.",
        "There is no such room in this workspace.",
    ),
    Code.METHOD_NOT_ALLOWED: ErrorText(
        "The address exists, but does not take this HTTP method.",
        "The Allow header lists the methods that it takes.",
        "This address does not take DELETE.",
    ),
    Code.INVALID_TRANSITION: ErrorText(
        "The state of the booking, or of the waitlist entry, does not allow this: a cancelled "
        "booking, say, cannot be moved.",
        "Read it again; status is the state it is in.",
        "A booking that is completed cannot be cancelled.",
        {"status": "completed"},
    ),
    Code.EDIT_WINDOW_CLOSED: ErrorText(
        "The booking starts too soon to be edited.",
        "Edits close edit_window_minutes before the start. Cancelling is possible until the end.",
        "The booking can be edited until 60 minutes before its start.",
        {"edit_window_minutes": 60},
    ),
    Code.ALREADY_EXISTS: ErrorText(
        "Something with the same natural key exists, such as a member with this e-mail address.",
        "Find and use the existing one, or choose another key.",
        "Something with the same natural key exists already.",
    ),
    Code.QUOTE_EXPIRED: ErrorText(
        "The quote is older than 15 minutes, or was made for another room, slot or booker.",
        "Ask for a new quote and book with its quote_id.",
        "The quote has expired, or was made for something else; ask for a new one.",
    ),
    Code.VERSION_CONFLICT: ErrorText(
        "The resource has changed since the version that you named in If-Match.",
        "Read it again, decide anew, and send the new version. If-Match is optional.",
        "The resource is at version 4 by now.",
        {"current_version": 4},
    ),
    Code.IDEMPOTENCY_IN_PROGRESS: ErrorText(
        "A request with this idempotency key is still running.",
        "Retry the same request with the same key in a second or two.",
        "A request with this idempotency key is still running; retry shortly.",
    ),
    Code.CURSOR_EXPIRED: ErrorText(
        "The cursor is older than the event log reaches back.",
        "Read the present state afresh, then follow the log from now on.",
        "The cursor is older than the event log's retention.",
    ),
    Code.INSUFFICIENT_TOKENS: ErrorText(
        "The member’s spendable tokens do not cover the booking.",
        "Book a shorter slot, pay by card where the room allows it, or have tokens granted.",
        "3 tokens are needed and 1 can be spent.",
        {"required": 3, "available": 1},
    ),
    Code.PAYMENT_FAILED: ErrorText(
        "The payment provider declined, or could not be reached.",
        "Retry with the same idempotency key, or use another means of payment.",
        "The payment provider declined or could not be reached.",
    ),
    Code.WEBHOOK_UNVERIFIED: ErrorText(
        "The endpoint did not answer the signed challenge with a 2xx status.",
        "Make sure that the address is reachable from outside and checks the signature with "
        "the right secret, then verify again. Unverified endpoints get no events.",
        "The endpoint did not answer the challenge.",
    ),
    Code.PAYLOAD_TOO_LARGE: ErrorText(
        "The body is larger than 1 MiB.",
        "Send less; split bulk work into several requests.",
        "The body is larger than 1 MiB.",
    ),
    Code.UNSUPPORTED_MEDIA_TYPE: ErrorText(
        "The body is not of a type that this operation reads.",
        "Send “Content-Type: application/json”.",
        "Send application/json.",
    ),
    Code.SERVICE_UNAVAILABLE: ErrorText(
        "A part that this call needs is down at the moment.",
        "Retry with growing pauses and the same idempotency key.",
        "A part that this call needs is down at the moment; retry later.",
    ),
    Code.STREAM_LAGGED: ErrorText(
        "Events happened faster than they were read, for longer than the server waits.",
        "Subscribe again with the cursor as after: everything behind it is told, and nothing "
        "twice. Then read faster, for example by handing events to a worker at once.",
        "You read too slowly. Go on after the cursor, up to which all was told.",
        {"cursor": "1742"},
    ),
    Code.DOCUMENT_NOT_TRUSTED: ErrorText(
        "This server executes only GraphQL documents of a manifest, and this is none of them.",
        "Name a document of the manifest by its documentId. While you develop, use a server "
        "that takes any document.",
        "Only documents that were agreed on are executed.",
    ),
    Code.OPERATION_TOO_COSTLY: ErrorText(
        "A GraphQL operation may come to more points than one is let have. Nothing was executed.",
        "Ask for smaller pages with first or last, or for less beside each entry; "
        "extensions.cost.requested says what it would come to.",
        "The operation may cost 20401 points: 10000 at most.",
    ),
    Code.PERSISTED_QUERY_NOT_FOUND: ErrorText(
        "No GraphQL document by this id or hash is known to the server, or no longer.",
        "Send the document with its hash; from then on the hash suffices for a while. Clients "
        "that know automatic persisted queries do so by themselves.",
        "PersistedQueryNotFound",
    ),
}


def example_of(code: Code, docs_base: str) -> dict[str, Any]:
    """The body of an answer with this code."""
    text = ERROR_TEXTS[code]
    error = {
        "code": code.value,
        "message": text.message,
        "request_id": "req_5f0c9a1d7b3e4f6a8c2d9e01",
        "docs_url": f"{docs_base}/{code.value}",
        **text.details,
    }
    # contract.md, Rate limit: at the top of the body and inside the error.
    top = {name: text.details[name] for name in AT_THE_TOP if name in text.details}
    return {"error": error, **top}
