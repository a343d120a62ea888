"""Which fields a selection selects on an object type: fragments and directives applied, merged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)
from graphql.language import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NamedTypeNode,
    Node,
)

# Response key → the field as often as it is selected; what is below the nodes is merged.
Selected = dict[str, list[FieldNode]]

Found = TypeVar("Found", bound=Node)

_CONDITIONS = ("skip", "include")


class Selecting:
    """The selections of one document, for one set of variables.

    Args:
        variables: coerced; only the booleans of ``@skip`` and ``@include`` are looked at.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def on(
        self, type_: GraphQLObjectType, selection_sets: Iterable[SelectionSetNode | None]
    ) -> Selected:
        """The fields that ``selection_sets`` together select on ``type_``, in order."""
        found: Selected = {}
        spread: set[str] = set()
        for selection_set in selection_sets:
            if selection_set is not None:
                self._collect(type_, selection_set, found, spread)
        return found

    def _collect(
        self,
        type_: GraphQLObjectType,
        selection_set: SelectionSetNode,
        found: Selected,
        spread: set[str],
    ) -> None:
        for node in selection_set.selections:
            if not self._is_included(node.directives):
                continue
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if self._applies(type_, node.type_condition):
                    self._collect(type_, node.selection_set, found, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(type_, fragment.type_condition):
                    self._collect(type_, fragment.selection_set, found, spread)

    def _applies(self, type_: GraphQLObjectType, condition: NamedTypeNode | None) -> bool:
        if condition is None or condition.name.value == type_.name:
            return True
        wider = self._schema.get_type(condition.name.value)
        return is_abstract_type(wider) and self._schema.is_sub_type(wider, type_)

    def _is_included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        return all(
            self._flag(directive) is (directive.name.value == "include")
            for directive in directives or ()
            if directive.name.value in _CONDITIONS
        )

    def _flag(self, directive: DirectiveNode) -> bool:
        # Both directives have the one argument, and must have it.
        [argument] = directive.arguments or ()
        if isinstance(argument.value, VariableNode):
            return bool(self._variables[argument.value.name.value])
        return isinstance(argument.value, BooleanValueNode) and argument.value.value


def deciding_variables(
    document: DocumentNode, operation: OperationDefinitionNode
) -> tuple[str, ...]:
    """The variables of an operation by which ``@skip`` and ``@include`` decide, sorted."""
    arguments = [
        argument
        for directive in _nodes(document, DirectiveNode)
        if directive.name.value in _CONDITIONS
        for argument in directive.arguments or ()
    ]
    return _variables(arguments, operation)


def variables_of_arguments(
    document: DocumentNode, operation: OperationDefinitionNode, names: Collection[str]
) -> tuple[str, ...]:
    """The variables of an operation that are given for arguments of these names, sorted."""
    arguments = [a for a in _nodes(document, ArgumentNode) if a.name.value in names]
    return _variables(arguments, operation)


def _variables(
    arguments: Iterable[ArgumentNode], operation: OperationDefinitionNode
) -> tuple[str, ...]:
    declared = {
        definition.variable.name.value for definition in operation.variable_definitions or ()
    }
    named = {
        argument.value.name.value
        for argument in arguments
        if isinstance(argument.value, VariableNode)
    }
    return tuple(sorted(declared & named))


def _nodes(node: Node, kind: type[Found]) -> Iterator[Found]:
    """Every node of a kind in a document, wherever it stands."""
    for key in node.keys:
        value = getattr(node, key, None)
        for child in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(child, Node):
                if isinstance(child, kind):
                    yield child
                yield from _nodes(child, kind)
