"""Documents are parsed and validated once, however often they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate
from strawberry.extensions import SchemaExtension

from litehq_graphql.execution.limits import MAX_TOKENS, excesses, rules_for

DOCUMENTS_KEPT = 500
# Of brackets of all kinds: parsers call themselves for each.
MAX_NESTING = 100

_STRING_OR_BRACKET = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}()\[\]]', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document, and what is wrong with it; without a document, it cannot be parsed."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]


@lru_cache(maxsize=DOCUMENTS_KEPT)
def read_document(schema: GraphQLSchema, text: str, introspection: bool) -> ReadDocument:
    """A document as ``schema`` understands it.

    Whatever exceeds the limits is not looked at any further: the rules of the specification cost
    far more than counting.

    Args:
        introspection: whether the schema may be asked about itself.
    """
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        return ReadDocument(None, (error,))
    errors = excesses(document) or validate(schema, document, rules_for(introspection))
    return ReadDocument(document, tuple(errors))


@lru_cache(maxsize=DOCUMENTS_KEPT)
def is_nested_too_deeply(text: str) -> bool:
    """Whether brackets stand within brackets further than any parser should have to go."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        first = match[0][0]
        if first in "{([":
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif first in "})]":
            depth -= 1
    return False


class ReadOnce(SchemaExtension):
    """Hands Strawberry the document that was read, and the verdict on it.

    One that cannot be parsed is left to the parser itself to tell of: an error raised here would
    end an operation of a socket without a word.
    """

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache, if it is one."""
        self.execution_context.graphql_document = self._read().document
        yield

    def on_validate(self) -> Iterator[None]:
        """The errors that were found when it was read."""
        self.execution_context.pre_execution_errors = list(self._read().errors)
        yield

    def _read(self) -> ReadDocument:
        execution = self.execution_context
        return read_document(
            execution.schema._schema, execution.query or "", execution.context.introspection
        )
