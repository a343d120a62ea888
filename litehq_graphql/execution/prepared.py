"""Operations that were read once: what plans and costs are made from, and kept with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    value_from_ast_untyped,
)

from litehq_core.domain.forms import PageForm
from litehq_graphql.execution.coercing import Variables
from litehq_graphql.execution.completion import FieldCall
from litehq_graphql.execution.counting import Cost
from litehq_graphql.execution.documents import DOCUMENTS_KEPT, read_document
from litehq_graphql.execution.selecting import deciding_variables, variables_of_arguments
from litehq_graphql.execution.weights import SIZING


@dataclass(frozen=True, slots=True)
class Plan:
    """One operation, compiled. ``projections`` are remembered from run to run.

    ``forms`` say how the nodes of connections may come formed, by the lists of field nodes.
    """

    operation: OperationDefinitionNode
    calls: list[FieldCall]
    forms: Mapping[int, PageForm]
    projections: dict[Any, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An operation of a document that was found valid.

    Attributes:
        deciding: the variables by which ``@skip`` and ``@include`` decide.
        sizing: the variables that say how long lists are.
        defaults: the default values of variables, as far as they have one.
        variables: how its variables are coerced.
        plans: by the values of ``deciding``.
        costs: by the values of ``deciding`` and ``sizing``.
    """

    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    deciding: tuple[str, ...]
    sizing: tuple[str, ...]
    defaults: dict[str, Any]
    variables: Variables
    plans: dict[tuple[bool, ...], Plan | None] = field(default_factory=dict)
    costs: dict[tuple[Any, ...], Cost] = field(default_factory=dict)


class Operations:
    """The operations of a schema, by document; as many as there are documents kept."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._prepared: OrderedDict[tuple[str, str | None, bool], Prepared | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._prepared)

    def of(self, query: str, operation_name: str | None, *, introspection: bool) -> Prepared | None:
        """The operation, if there is one, and a good one; what is wrong is for others to tell."""
        key = (query, operation_name, introspection)
        if key in self._prepared:
            self._prepared.move_to_end(key)
            return self._prepared[key]
        prepared = self._prepared[key] = self._read(query, operation_name, introspection)
        if len(self._prepared) > DOCUMENTS_KEPT:
            self._prepared.popitem(last=False)
        return prepared

    def _read(self, query: str, operation_name: str | None, introspection: bool) -> Prepared | None:
        read = read_document(self._schema, query, introspection)
        if read.document is None or read.errors:
            return None
        operation = _operation_of(read.document, operation_name)
        if operation is None:
            return None
        return Prepared(
            operation=operation,
            fragments={
                definition.name.value: definition
                for definition in read.document.definitions
                if isinstance(definition, FragmentDefinitionNode)
            },
            deciding=deciding_variables(read.document, operation),
            sizing=variables_of_arguments(read.document, operation, SIZING),
            defaults={
                definition.variable.name.value: value_from_ast_untyped(definition.default_value)
                for definition in operation.variable_definitions or ()
                if definition.default_value is not None
            },
            variables=Variables(self._schema, operation),
        )


def _operation_of(
    document: DocumentNode, operation_name: str | None
) -> OperationDefinitionNode | None:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if operation_name is not None:
        operations = [o for o in operations if o.name and o.name.value == operation_name]
    return operations[0] if len(operations) == 1 else None
