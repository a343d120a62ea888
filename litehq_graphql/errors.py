"""The one mapper from what can go wrong to what a client is told.

Refusals of the core become data in mutations (the union's ``Refusal``) and top-level errors
elsewhere; faults of the request itself are always top-level errors. Whatever is left is a defect
of ours: it is logged, and the client learns no more than ``internal_error``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, Node
from graphql.language import ArgumentNode, FieldNode, ObjectFieldNode
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionContext, StreamExecutionResult
from strawberry.types.graphql import OperationType

from litehq_core.domain.errors import Code, Refusal
from litehq_graphql.context import docs_url
from litehq_graphql.names import details_of, message_of

logger = logging.getLogger("litehq.graphql")

# The place of a variable's value is told in graphql-core's text alone.
_VARIABLE = re.compile(r"Variable '\$(\w+)' has invalid value(?: at ([^\s:]+))?: ")


# How graphql-core words a guess; it always comes last.
_SUGGESTION = re.compile(r"\s*Did you mean .*\?$", re.DOTALL)


class RequestFault(Exception):
    """The request itself is at fault, before any operation runs."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DocumentFault(RequestFault):
    """The document is at fault: a response of the service, as to one that is not valid."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a client is told: a public code, text for people, and what else the code carries."""

    code: Code
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)


INTERNAL = Fault(Code.INTERNAL_ERROR, "Something went wrong on our side.")


class PublicError(GraphQLError):
    """An error that has been mapped already."""


def fault_of(error: BaseException, document: DocumentNode | None = None) -> Fault:
    """What a client is told of ``error``.

    Args:
        document: the operation's, in which the place of a literal is looked up.
    """
    cause = _cause(error)
    match cause:
        case Refusal():
            return Fault(cause.code, message_of(cause), details_of(cause))
        case RequestFault(code=code, message=message):
            return Fault(code, message)
        case GraphQLSyntaxError(message=message):
            return Fault(Code.MALFORMED_REQUEST, message)
        case CannotGetOperationTypeError() | InvalidOperationTypeError():
            return _operation_fault(cause)
        case GraphQLError() if not _is_output(cause):
            return _input_fault(cause, document)
        case _:
            return INTERNAL


def _operation_fault(error: CannotGetOperationTypeError | InvalidOperationTypeError) -> Fault:
    """There is no such operation in the document, or it cannot be sent in this way."""
    if isinstance(error, CannotGetOperationTypeError):
        return Fault(Code.MALFORMED_REQUEST, error.as_http_error_reason())
    if error.operation_type is OperationType.SUBSCRIPTION:
        return Fault(
            Code.MALFORMED_REQUEST, "A subscription needs the socket, or Accept: text/event-stream."
        )
    return Fault(Code.METHOD_NOT_ALLOWED, "A GET must change nothing; use POST.")


def _cause(error: BaseException) -> BaseException:
    """What lies behind graphql-core's wrapping, unless the wrapping tells of a wrong input."""
    while isinstance(error, GraphQLError):
        inner = error.original_error
        if inner is None or _is_about_input(error, inner):
            break
        error = inner
    return error


def _is_about_input(error: GraphQLError, inner: BaseException) -> bool:
    """Whether ``inner`` was raised by the reader of a scalar; ``error`` says where."""
    if error.path is not None or not error.nodes:
        return False
    return isinstance(inner, ValueError) or _VARIABLE.match(error.message) is not None


def _is_output(error: GraphQLError) -> bool:
    """Whether a value of ours could not be written: then it is no fault of the client's."""
    return error.path is not None and isinstance(next(iter(error.nodes or ()), None), FieldNode)


def _input_fault(error: GraphQLError, document: DocumentNode | None) -> Fault:
    """The document or a variable is at fault; if an input value is, its place is named."""
    variable = _VARIABLE.match(error.message)
    place = ""
    message = error.message
    if variable:
        place = variable[1] + re.sub(r"\[(\d+)\]", r".\1", variable[2] or "")
    elif document is not None and error.nodes and error.original_error is not None:
        place = ".".join(_place(document, error.nodes[0]) or ())
        message = f"{place}: {message}" if place else message
    details = {"details": [{"field": place, "reason": _reason(error)}]} if place else {}
    return Fault(Code.VALIDATION_FAILED, message, details)


def _reason(error: GraphQLError) -> str:
    """What is wrong with an input value, without saying where."""
    innermost: BaseException = error
    while isinstance(innermost, GraphQLError) and innermost.original_error is not None:
        innermost = innermost.original_error
    return _VARIABLE.sub("", str(getattr(innermost, "message", innermost)))


def _place(node: Node, wanted: Node) -> list[str] | None:
    """The names of the argument and the input fields that lead to a literal."""
    if node is wanted:
        return []
    for key in node.keys:
        value = getattr(node, key, None)
        for child in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(child, Node) and (found := _place(child, wanted)) is not None:
                named = isinstance(node, (ArgumentNode, ObjectFieldNode))
                return [node.name.value, *found] if named else found  # type: ignore[attr-defined]
    return None


def public_error(
    error: GraphQLError,
    *,
    docs_base: str,
    request_id: str | None,
    suggestions: bool,
    document: DocumentNode | None = None,
) -> PublicError:
    """The error as a client sees it: ``extensions {code, docs_url, request_id}`` and details.

    Args:
        suggestions: whether it may be told what it perhaps meant.
    """
    if isinstance(error, PublicError):
        return error
    fault = fault_of(error, document)
    if not suggestions:
        fault = _without_suggestions(fault)
    return PublicError(
        fault.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions(fault, docs_base=docs_base, request_id=request_id),
    )


def _without_suggestions(fault: Fault) -> Fault:
    details = [
        {**detail, "reason": _SUGGESTION.sub("", detail["reason"])}
        for detail in fault.details.get("details", ())
    ]
    return replace(
        fault,
        message=_SUGGESTION.sub("", fault.message),
        details={**fault.details, "details": details} if details else fault.details,
    )


def extensions(fault: Fault, *, docs_base: str, request_id: str | None) -> dict[str, Any]:
    """What stands beside the message of a top-level error."""
    return {
        "code": fault.code.value,
        "docs_url": docs_url(docs_base, fault.code),
        "request_id": request_id,
        **fault.details,
    }


def log_defects(errors: Iterable[GraphQLError], request_id: str | None) -> None:
    """Log what no client caused; what was refused is no news."""
    for error in errors:
        if fault_of(error) is INTERNAL:
            logger.error(
                "defect at %s in request %s",
                ".".join(str(key) for key in error.path or ()),
                request_id,
                exc_info=_cause(error),
            )


class PublicErrors(SchemaExtension):
    """Maps the errors of every result before it leaves."""

    def on_operation(self) -> Iterator[None]:
        """After everything else: the result of a query or mutation."""
        yield
        self._map(self.execution_context.result)

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        """Before each result of an operation over a socket."""
        self._map(result)
        yield

    def _map(self, result: Any) -> None:
        if result is None or not getattr(result, "errors", None):
            return
        execution: ExecutionContext = self.execution_context
        context = execution.context
        # New errors in a new list: those of a refused document are shared by all who send it.
        result.errors = [
            public_error(
                error,
                docs_base=context.docs_base,
                request_id=context.request_id,
                suggestions=context.options.suggestions,
                document=execution.graphql_document,
            )
            for error in result.errors
        ]
