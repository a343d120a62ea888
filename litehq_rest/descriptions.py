"""One operation as the OpenAPI document shows it: parameters, bodies, answers, errors, scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from litestar.openapi.spec import Operation

from litehq_core.domain.errors import Code
from litehq_rest import schemas
from litehq_rest.documented_errors import documented_errors
from litehq_rest.error_texts import ERROR_TEXTS, example_of
from litehq_rest.errors import STATUS
from litehq_rest.examples import Recorded, recorded

REFERENCE = "#/components/schemas/{name}"
# Where the examples say that their errors are explained.
_DOCS_BASE = "https://api.litehq.com/docs/errors"
_WHOLE = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "X-Request-Id": {"schema": _TEXT, "description": "The request's id; quote it to support."},
    "X-RateLimit-Limit": {"schema": _WHOLE, "description": "How many calls the bucket holds."},
    "X-RateLimit-Remaining": {"schema": _WHOLE, "description": "How many calls are left in it."},
    "X-RateLimit-Reset": {"schema": _WHOLE, "description": "When it is full, in unix seconds."},
    "Retry-After": {"schema": _WHOLE, "description": "How many seconds to wait."},
    "ETag": {"schema": _TEXT, "description": "The resource's version, for If-Match."},
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "The first answer again: nothing happened this time.",
    },
}
_ON_EVERY_ANSWER = (
    *("X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
)
_WITH_PAUSE = frozenset({409, 429, 503})
_KEPT = frozenset({402, 404, 409, 412, 422})

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same request with the same key happens once and is answered the same.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that the resource must still have.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a route says of itself; see ``described``."""

    answer: type[msgspec.Struct]
    status: int
    query: tuple[dict[str, Any], ...]
    body: type[msgspec.Struct] | None
    body_optional: bool
    missing: bool
    writes: bool
    locks: bool
    pays: bool

    def errors(self, operation: str) -> dict[int, list[Code]]:
        """The codes that the operation may answer with, by status."""
        return documented_errors(
            operation,
            missing=self.missing,
            writes=self.writes,
            locks=self.locks,
            pays=self.pays,
        )

    def operation_class(self) -> type[Operation]:
        """What the framework makes the document's operation of."""
        description = self

        @dataclass
        class Described(Operation):
            """The operation of one route."""

            def __post_init__(self) -> None:
                description.complete(self)

        return Described

    def complete(self, operation: Operation) -> None:
        """Put everything into an operation that has its id, its texts and its path's parameters."""
        name = str(operation.operation_id)
        example = recorded().get(name)
        parameters: list[Any] = [*(operation.parameters or []), *self.query]
        parameters += [_IDEMPOTENCY_KEY] if self.writes else []
        parameters += [_IF_MATCH] if self.locks else []
        operation.tags = [name.rpartition(".")[0]]
        operation.parameters = parameters or None
        if example is not None:
            operation.security = [{"bearer": [example.scope]}]
            operation.description = (
                f"{operation.description or ''}\n\nThe key needs the scope `{example.scope}`."
            ).strip()
        # Plain mappings, which the document's writer passes on as they are.
        operation.request_body = self._request_body(example)  # type: ignore[assignment]
        operation.responses = self._responses(name, example)

    def _request_body(self, example: Recorded | None) -> dict[str, Any] | None:
        if self.body is None:
            return None
        content = _content("The request.", self.body)
        if example is not None and example.request is not None:
            content["content"]["application/json"]["example"] = example.request
        return {**content, "required": not self.body_optional}

    def _responses(self, name: str, example: Recorded | None) -> dict[str, Any]:
        shown = f"{name}.answer" if example is not None and example.answer is not None else None
        success = _content(HTTPStatus(self.status).phrase, self.answer, shown)
        told = ["ETag"] if {"id", "version"} <= set(self.answer.__struct_fields__) else []
        told += ["Idempotent-Replayed"] if self.writes else []
        found = {str(self.status): {**success, "headers": _headers(*_ON_EVERY_ANSWER, *told)}}
        for status, codes in self.errors(name).items():
            # What is alike for all operations is written once.
            alike = f"#/components/responses/{codes[0]}"
            found[str(status)] = {"$ref": alike} if len(codes) == 1 else _refused(status, codes)
        return found


def error_responses() -> dict[str, Any]:
    """An answer with each code, as components for every operation to refer to."""
    return {code.value: _refused(STATUS[code], [code]) for code in Code}


def all_examples() -> dict[str, Any]:
    """A body with each code, and what each operation answered.

    As components, because the framework would leave out every null where they are used.
    """
    found: dict[str, Any] = {
        code.value: {"summary": ERROR_TEXTS[code].meaning, "value": example_of(code, _DOCS_BASE)}
        for code in Code
    }
    for name, call in recorded().items():
        if call.answer is not None:
            found[f"{name}.answer"] = {"value": call.answer}
    return found


def _refused(status: int, codes: list[Code]) -> dict[str, Any]:
    told = ", ".join(f"`{code}`" for code in codes)
    content = _content(f"{HTTPStatus(status).phrase}: {told}", schemas.Error)
    content["content"]["application/json"]["examples"] = {
        code.value: {"$ref": f"#/components/examples/{code.value}"} for code in codes
    }
    beside = ["Retry-After"] if status in _WITH_PAUSE else []
    # Refusals are kept under the idempotency key as well.
    beside += ["Idempotent-Replayed"] if status in _KEPT else []
    return {**content, "headers": _headers(*_ON_EVERY_ANSWER, *beside)}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _content(
    description: str, kind: type[msgspec.Struct], example: str | None = None
) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": {"$ref": REFERENCE.format(name=kind.__name__)}}
    if example is not None:
        media["examples"] = {"example": {"$ref": f"#/components/examples/{example}"}}
    return {"description": description, "content": {"application/json": media}}
