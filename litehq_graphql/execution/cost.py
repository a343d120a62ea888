"""What an operation costs: known before it runs, from its selection and the sizes it asks for.

Objects times the sizes of the lists that they stand in (``execution.weights``). It is computed once
for each document and each set of sizes. Afterwards the same rule counts what was really there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationType,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from litehq_graphql.execution.counting import Cost, Part, count_of, most_of
from litehq_graphql.execution.prepared import Operations, Prepared
from litehq_graphql.execution.selecting import Selected, Selecting
from litehq_graphql.execution.weights import (
    ANSWERED,
    INTROSPECTION_POINTS,
    PAGING,
    field_points,
    list_size,
    page_size,
)

# One for each set of sizes that is asked for, and each way in which directives decide.
COSTS_OF_A_DOCUMENT = 64

_ROOTS = ("__schema", "__type")


class Costs:
    """The costs of a schema's operations."""

    def __init__(self, schema: GraphQLSchema, operations: Operations) -> None:
        self._schema = schema
        self._operations = operations

    def of(
        self,
        query: str,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        *,
        introspection: bool,
    ) -> Cost | None:
        """The cost; None if the operation is to be refused, whatever it would cost."""
        prepared = self._operations.of(query, operation_name, introspection=introspection)
        if prepared is None:
            return None
        values = {**prepared.defaults, **(variables or {})}
        flags = {name: bool(values.get(name)) for name in prepared.deciding}
        sizes = {name: _whole(values.get(name)) for name in prepared.sizing}
        key = (*flags.values(), *sizes.values())
        found = prepared.costs.get(key)
        if found is None:
            if len(prepared.costs) >= COSTS_OF_A_DOCUMENT:
                prepared.costs.clear()
            found = prepared.costs[key] = self._cost(prepared, flags, sizes)
        return found

    def _cost(
        self, prepared: Prepared, flags: Mapping[str, bool], sizes: Mapping[str, int | None]
    ) -> Cost:
        selecting = Selecting(self._schema, prepared.fragments, flags)
        root = self._schema.get_root_type(OperationType(prepared.operation.operation))
        walk = _Walk(self._schema, selecting, sizes)
        type_ = cast("GraphQLObjectType", root)
        parts = walk.parts(type_, selecting.on(type_, [prepared.operation.selection_set]), None)
        return Cost(requested=most_of(parts), counted=count_of(parts))


def _whole(value: object) -> int | None:
    """A size that was given, or that of a list; what is none is refused when it is coerced."""
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class _Walk:
    """One walk over a selection."""

    def __init__(
        self, schema: GraphQLSchema, selecting: Selecting, sizes: Mapping[str, int | None]
    ) -> None:
        self._schema = schema
        self._selecting = selecting
        self._sizes = sizes

    def parts(
        self, type_: GraphQLObjectType, selected: Selected, page: int | None
    ) -> tuple[Part, ...]:
        """What costs something in a selection.

        Args:
            page: how many entries were asked for, if ``type_`` is a connection's or an edge's.
        """
        found = (self._part(type_, key, nodes, page) for key, nodes in selected.items())
        return tuple(part for part in found if part is not None)

    def _part(
        self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], page: int | None
    ) -> Part | None:
        name = nodes[0].name.value
        definition = parent.fields.get(name)
        if definition is None:
            points = INTROSPECTION_POINTS if name in _ROOTS else 0
            return Part(key=key, points=points) if points else None
        type_ = get_named_type(definition.type)
        is_leaf = is_leaf_type(type_)
        points = field_points(parent.name, name, type_.name, is_leaf=is_leaf)
        inner_page = self._page(nodes[0], definition)
        below: tuple[Part, ...] = ()
        below_most = 0
        if not is_leaf:
            below, below_most = self._below(type_, nodes, inner_page)
        if not points and not below_most:
            return None
        size = _is_list(definition.type)
        return Part(
            key=key,
            points=points,
            size=list_size(parent.name, name, inner_page or page) if size else None,
            is_required=is_non_null_type(definition.type),
            has_required_entries=_has_required_entries(definition.type),
            below=below,
            below_most=below_most,
        )

    def _below(
        self, type_: Any, nodes: list[FieldNode], page: int | None
    ) -> tuple[tuple[Part, ...], int]:
        """What costs something in each of the objects, and the most that one can cost."""
        sets = [node.selection_set for node in nodes]
        if not is_abstract_type(type_):
            parts = self.parts(type_, self._selecting.on(type_, sets), page)
            return parts, most_of(parts)
        dearest: dict[str, Part] = {}
        most = 0
        for concrete in self._schema.get_possible_types(type_):
            parts = self.parts(concrete, self._selecting.on(concrete, sets), None)
            most = max(most, most_of(parts))
            for part in parts:
                known = dearest.get(part.key)
                if known is None or known.most < part.most:
                    # An object of another type may not have it.
                    dearest[part.key] = part.perhaps()
        return tuple(dearest.values()), most

    def _page(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """How many entries are asked for, where arguments tell."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if ANSWERED in definition.args:
            return self._size(given.get(ANSWERED)) or 0
        if not definition.args.keys() & set(PAGING):
            return None
        return page_size(*(self._size(given.get(name)) for name in PAGING))

    def _size(self, value: object) -> int | None:
        if isinstance(value, VariableNode):
            return self._sizes.get(value.name.value)
        if isinstance(value, ListValueNode):
            return len(value.values)
        return int(value.value) if isinstance(value, IntValueNode) else None


def _is_list(type_: GraphQLOutputType) -> bool:
    return is_list_type(type_.of_type if is_non_null_type(type_) else type_)


def _has_required_entries(type_: GraphQLOutputType) -> bool:
    """Whether it is a plain list of what is never null."""
    listed = cast("Any", type_.of_type if is_non_null_type(type_) else type_)
    if not is_list_type(listed) or not is_non_null_type(listed.of_type):
        return False
    return not is_list_type(cast("Any", listed.of_type).of_type)
