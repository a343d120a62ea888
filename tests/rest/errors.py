"""The published errors, and how an answer is held to them."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from litehq_rest import schemas
from tests.rest.house import DOCS

# contract.md, Errors, and page B's table.
PUBLISHED = {
    "auth_invalid": 401,
    "auth_scope_insufficient": 403,
    "booking_not_found": 404,
    "slot_unavailable": 409,
    "slot_misaligned": 422,
    "idempotency_conflict": 409,
    "rate_limited": 429,
    "stripe_unconfigured": 412,
    "internal_error": 500,
    "malformed_request": 400,
    "validation_failed": 422,
    "booking_rule_violated": 422,
    "not_found": 404,
    "method_not_allowed": 405,
    "invalid_transition": 409,
    "edit_window_closed": 409,
    "already_exists": 409,
    "quote_expired": 409,
    "version_conflict": 412,
    "idempotency_in_progress": 409,
    "cursor_expired": 410,
    "insufficient_tokens": 402,
    "payment_failed": 402,
    "webhook_unverified": 422,
    "payload_too_large": 413,
    "unsupported_media_type": 415,
    "service_unavailable": 503,
    # Of GraphQL alone, and so on no published page of REST.
    "PERSISTED_QUERY_NOT_FOUND": 400,
    "document_not_trusted": 400,
    "operation_too_costly": 400,
    "stream_lagged": 409,
}


def error_of(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The error of an answer, checked for status and shape."""
    assert answer.headers["content-type"] == "application/json", answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert (error["code"], answer.status_code) == (code, PUBLISHED[code]), answer.text
    assert list(error)[:4] == ["code", "message", "request_id", "docs_url"]
    assert error["request_id"].startswith("req_")
    assert error["docs_url"] == f"{DOCS}/{code}"
    assert error["message"]
    msgspec.convert(answer.json(), schemas.Error)
    known = set(schemas.ErrorDetail.__struct_fields__)
    assert set(error) <= known
    return error


def field_of(answer: httpx.Response) -> str:
    """The one field that a 422 names."""
    assert answer.status_code == 422, answer.text
    details = answer.json()["error"]["details"]
    assert len(details) == 1
    return str(details[0]["field"])
