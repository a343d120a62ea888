"""Documents are parsed and validated once, however often they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache

DOCUMENTS_KEPT = 500


class ParsedOnce(ParserCache):
    """Strawberry's cache, but that an error is left to the parser itself to tell.

    Raised here, it would end an operation of a socket without a word.
    """

    def __init__(self) -> None:
        super().__init__(maxsize=DOCUMENTS_KEPT)

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache, if it is a good one."""
        execution = self.execution_context
        with suppress(GraphQLError):
            execution.graphql_document = self.cached_parse_document(
                execution.query, **execution.parse_options
            )
        yield


class ValidatedOnce(ValidationCache):
    """Strawberry's cache. It hits because the rules are made once (``execution.limits``)."""

    def __init__(self) -> None:
        super().__init__(maxsize=DOCUMENTS_KEPT)
