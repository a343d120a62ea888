"""Variables and arguments, coerced by what is known of them from the document.

For every request graphql-core finds out again of which type each variable is, and walks each value
by it. Most are plain: a scalar or an enum, by a variable or written out. Those are looked at once,
and then each value is given to its type alone. Of everything else, and of every value that its type
does not take, graphql-core is left to say what it comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities import coerce_input_literal
from graphql.utilities.coerce_input_value import coerce_default_value


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    signature: GraphQLVariableSignature
    coerce: Callable[[Any], Any]
    is_required: bool


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        signatures = [
            get_variable_signature(schema, node) for node in operation.variable_definitions or ()
        ]
        self._plain = [_variable(one) for one in signatures]

    def coerced(self, given: Mapping[str, Any]) -> VariableValues | None:
        """Their values; None if that is not said so simply."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for variable in self._plain:
            if variable is None:
                return None
            value = given.get(variable.name, Undefined)
            if value is Undefined:
                if variable.is_required or variable.signature.default is not None:
                    return None
                sources[variable.name] = VariableValueSource(variable.signature)
                continue
            sources[variable.name] = VariableValueSource(variable.signature, value)
            if value is None:
                if variable.is_required:
                    return None
            else:
                value = _taken(variable.coerce, value)
                if value is Undefined:
                    return None
            coerced[variable.name] = value
        return VariableValues(sources, coerced)


def _variable(signature: GraphQLVariableSignature | GraphQLError) -> _Variable | None:
    if isinstance(signature, GraphQLError):
        return None
    leaf = _leaf(signature.type)
    if leaf is None:
        return None
    return _Variable(
        signature.name, signature, leaf.coerce_input_value, is_non_null_type(signature.type)
    )


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one field, by the names that its resolver has for them.

    Attributes:
        constants: those that are written out, and the defaults of those that are not given.
        variables: the others: the resolver's name, the variable's, whether it must be there, and
            the default.
    """

    constants: Mapping[str, Any]
    variables: tuple[tuple[str, str, bool, Any], ...]

    def coerced(self, values: VariableValues) -> dict[str, Any] | None:
        """Their values; None if that is not said so simply."""
        found = dict(self.constants)
        given = values.coerced
        for name, variable, is_required, default in self.variables:
            value = given.get(variable, default)
            if is_required and (value is None or value is Undefined):
                return None
            if value is not Undefined:
                found[name] = value
        return found


def arguments_of(
    definition: GraphQLField, node: FieldNode, names: Mapping[str, str]
) -> Arguments | None:
    """What is known of a field's arguments; None if some of them are not plain.

    Args:
        names: GraphQL's name of each → the resolver's.
    """
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    constants: dict[str, Any] = {}
    variables: list[tuple[str, str, bool, Any]] = []
    for name, argument in definition.args.items():
        value, is_required = given.get(name), is_non_null_type(argument.type)
        if _leaf(argument.type) is None or isinstance(value, (ListValueNode, ObjectValueNode)):
            return None
        default = coerce_default_value(argument)
        if isinstance(value, VariableNode):
            variables.append((names[name], value.name.value, is_required, default))
            continue
        constant = default if value is None else coerce_input_literal(value, argument.type)
        if constant is not Undefined:
            constants[names[name]] = constant
        elif value is not None or is_required:
            return None
    return Arguments(constants, tuple(variables))


def _leaf(type_: GraphQLInputType) -> Any:
    inner = cast("Any", type_).of_type if is_non_null_type(type_) else type_
    return inner if is_leaf_type(inner) else None


def _taken(coerce: Callable[[Any], Any], value: Any) -> Any:
    try:
        return coerce(value)
    except Exception:
        # Why it is not taken, and in which words, graphql-core tells.
        return Undefined
