"""Errors as HTTP answers: the one table from code to status, and the exception handlers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from litehq_core.domain.errors import Code, FieldError, Refusal, ValidationFailed
from litehq_core.domain.idempotency import Replayed
from litehq_rest.answers import Answer, json_answer, response_of, unpack

logger = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, Any]

STATUS: Mapping[Code, int] = {
    Code.MALFORMED_REQUEST: 400,
    Code.AUTH_INVALID: 401,
    Code.INSUFFICIENT_TOKENS: 402,
    Code.PAYMENT_FAILED: 402,
    Code.AUTH_SCOPE_INSUFFICIENT: 403,
    Code.BOOKING_NOT_FOUND: 404,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.SLOT_UNAVAILABLE: 409,
    Code.IDEMPOTENCY_CONFLICT: 409,
    Code.IDEMPOTENCY_IN_PROGRESS: 409,
    Code.INVALID_TRANSITION: 409,
    Code.EDIT_WINDOW_CLOSED: 409,
    Code.ALREADY_EXISTS: 409,
    # Told inside a stream, whose own status was 200 long before.
    Code.STREAM_LAGGED: 409,
    # GraphQL's alone, and 200 where a client knows only of the older media type.
    Code.DOCUMENT_NOT_TRUSTED: 400,
    Code.OPERATION_TOO_COSTLY: 400,
    Code.PERSISTED_QUERY_NOT_FOUND: 400,
    Code.QUOTE_EXPIRED: 409,
    Code.CURSOR_EXPIRED: 410,
    Code.VERSION_CONFLICT: 412,
    Code.STRIPE_UNCONFIGURED: 412,
    Code.PAYLOAD_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.VALIDATION_FAILED: 422,
    Code.SLOT_MISALIGNED: 422,
    Code.BOOKING_RULE_VIOLATED: 422,
    Code.WEBHOOK_UNVERIFIED: 422,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL_ERROR: 500,
    Code.SERVICE_UNAVAILABLE: 503,
}

# RFC 9110, 11.6.1 and 10.2.3: what a client needs beside the body.
_HEADERS: Mapping[Code, dict[str, str]] = {
    Code.AUTH_INVALID: {"WWW-Authenticate": "Bearer"},
    Code.IDEMPOTENCY_IN_PROGRESS: {"Retry-After": "1"},
    Code.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}

# contract.md, Rate limit: "at the top of the body and inside `error`".
AT_THE_TOP = ("retry_after_ms",)

# What the server itself refuses, by its status; any other 4xx is a malformed request.
_OWN_CODES: Mapping[int, Code] = {
    401: Code.AUTH_INVALID,
    403: Code.AUTH_SCOPE_INSUFFICIENT,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.PAYLOAD_TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    422: Code.VALIDATION_FAILED,
    429: Code.RATE_LIMITED,
    503: Code.SERVICE_UNAVAILABLE,
}

_OWN_MESSAGES: Mapping[Code, str] = {
    Code.MALFORMED_REQUEST: "The request cannot be read.",
    Code.AUTH_INVALID: "The bearer key is missing, malformed, expired or revoked.",
    Code.AUTH_SCOPE_INSUFFICIENT: "This is not allowed.",
    Code.NOT_FOUND: "There is nothing at this address.",
    Code.METHOD_NOT_ALLOWED: "This address does not take this method.",
    Code.PAYLOAD_TOO_LARGE: "The body is larger than 1 MiB.",
    Code.UNSUPPORTED_MEDIA_TYPE: "The body must be application/json in UTF-8.",
    Code.VALIDATION_FAILED: "Some fields of the request are not valid.",
    Code.RATE_LIMITED: "Too many requests.",
    Code.SERVICE_UNAVAILABLE: "The service is not available at the moment; retry later.",
    Code.INTERNAL_ERROR: "Something failed on our side. Quote the request_id to support.",
}


# What Litestar says, as a fault of the server, when a client hangs up before its body has come.
_GONE = "client disconnected prematurely"


class MalformedRequest(Refusal):
    """The body is not JSON in UTF-8, or is nested too deeply."""

    code = Code.MALFORMED_REQUEST


class UnsupportedMediaType(Refusal):
    """The body must be application/json in UTF-8."""

    code = Code.UNSUPPORTED_MEDIA_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFrame:
    """What every error shows beside itself: the request's id, and where errors are explained."""

    request_id: str
    docs_base: str


def error_frame(request: AnyRequest) -> ErrorFrame:
    """The frame of a request.

    Raises:
        RuntimeError: nothing outside of this application gave the request an id.
    """
    request_id = request.scope["state"].get("request_id")
    if not isinstance(request_id, str):
        raise RuntimeError('scope["state"]["request_id"] is missing: an outer layer must set it')
    return ErrorFrame(request_id=request_id, docs_base=request.app.state.docs_base)


def error_answer(
    code: Code, message: str, frame: ErrorFrame, details: Mapping[str, Any] | None = None
) -> Answer:
    """``{"error": {code, message, request_id, docs_url, …details}}`` with the code's status."""
    details = details or {}
    error = {
        "code": code.value,
        "message": message,
        "request_id": frame.request_id,
        "docs_url": f"{frame.docs_base}/{code}",
        **details,
    }
    body = {"error": error, **{name: details[name] for name in AT_THE_TOP if name in details}}
    plain = json_answer(body, status=STATUS[code])
    return Answer(plain.status, {**_HEADERS.get(code, {}), **_retry_after(details)}, plain.body)


def _retry_after(details: Mapping[str, Any]) -> dict[str, str]:
    """RFC 9110, 10.2.3: in whole seconds, and so never too soon."""
    wait_ms = details.get("retry_after_ms")
    return {} if wait_ms is None else {"Retry-After": str(-(-wait_ms // 1000))}


def refusal_answer(refusal: Refusal, frame: ErrorFrame) -> Answer:
    """A refusal of the core as an answer."""
    return error_answer(refusal.code, refusal.message, frame, refusal.details())


def own_error(code: Code, frame: ErrorFrame) -> Answer:
    """An error of the server itself, in the words that it has for it."""
    return error_answer(code, _OWN_MESSAGES[code], frame)


def _on_refusal(request: AnyRequest, exc: Refusal) -> Response[bytes]:
    return response_of(refusal_answer(exc, error_frame(request)))


def _on_replayed(request: AnyRequest, exc: Replayed) -> Response[bytes]:
    return response_of(unpack(exc.answer), replayed=True)


def _on_invalid(request: AnyRequest, exc: ValidationException) -> Response[bytes]:
    found = exc.extra if isinstance(exc.extra, list) else []
    errors = [
        FieldError(str(one.get("key", "")), str(one.get("message", "")))
        for one in found
        if isinstance(one, dict)
    ]
    return _on_refusal(request, ValidationFailed(*errors))


def _on_http(request: AnyRequest, exc: HTTPException) -> Response[bytes]:
    if exc.detail == _GONE:
        logger.info("%s %s: the client went away", request.method, request.url.path)
        return response_of(error_answer(Code.MALFORMED_REQUEST, _GONE, error_frame(request)))
    if exc.status_code >= 500 and exc.status_code != 503:
        return _on_fault(request, exc)
    code = _OWN_CODES.get(exc.status_code, Code.MALFORMED_REQUEST)
    details: dict[str, Any] = {"details": []} if code is Code.VALIDATION_FAILED else {}
    answer = error_answer(code, _OWN_MESSAGES[code], error_frame(request), details)
    headers = {name.title(): value for name, value in (exc.headers or {}).items()}
    return response_of(Answer(answer.status, {**headers, **answer.headers}, answer.body))


def _on_fault(request: AnyRequest, exc: Exception) -> Response[bytes]:
    """A defect of ours: the log gets everything, the client nothing but the request's id."""
    frame = error_frame(request)
    logger.error(
        "%s %s failed", request.method, request.url.path, exc_info=exc, extra={"request": frame}
    )
    return response_of(own_error(Code.INTERNAL_ERROR, frame))


exception_handlers: ExceptionHandlersMap = {
    Refusal: _on_refusal,
    Replayed: _on_replayed,
    ValidationException: _on_invalid,
    HTTPException: _on_http,
    Exception: _on_fault,
}
