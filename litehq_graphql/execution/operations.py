"""What holds of every operation, whatever it came over."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class OwnLoaders(SchemaExtension):
    """A socket has one context for all its operations; loaders are each operation's own."""

    def on_operation(self) -> Iterator[None]:
        """Inside the running loop, before anything could be loaded."""
        self.execution_context.context = self.execution_context.context.with_new_loaders()
        yield


class OneOperation(SchemaExtension):
    """A document with several operations must say which is meant; Strawberry takes the first.

    Stands behind the cache of validated documents, whose verdict it may add to.
    """

    def on_validate(self) -> Iterator[None]:
        """Once the document is parsed."""
        execution = self.execution_context
        document = execution.graphql_document
        if execution._provided_operation_name is None and document is not None:
            operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
            if len(operations) > 1 and not execution.pre_execution_errors:
                execution.pre_execution_errors = [
                    GraphQLError("operationName must say which of the operations is meant.")
                ]
        yield
