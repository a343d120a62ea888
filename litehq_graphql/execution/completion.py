"""Completion, compiled: a selection becomes functions from a value to what is sent.

graphql-core walks every value field by field and asks at each of them what its type is, whether
the value is awaitable, and where in the answer it stands. All of that is known from the document;
so it is asked once, and what is left is written as one expression for each object type. What a
record of the core holds is read straight from it; everything else comes from the schema's own
resolvers.

A compiled function knows no errors. Whatever it cannot say makes it raise, and then the standard
executor completes the same values (``execution.plans``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputType,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from litehq_core.domain.attributes import READABLE
from litehq_graphql.execution.coercing import Arguments, arguments_of
from litehq_graphql.execution.selecting import Selected, Selecting
from litehq_graphql.types.connection import FormedList
from litehq_graphql.types.recorded import TO_ONE, Recorded, Related, attribute_place

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
_INT_LEAST, _INT_MOST = -(2**31), 2**31 - 1


class Unsaid(Exception):
    """The compiled form cannot say what the standard executor would answer here."""


class Run(Protocol):
    """One execution, as compiled functions see it."""

    related: Related

    def later(self, complete: Complete, value: Awaitable[Any]) -> Later:
        """A place in the answer for what ``value`` turns out to be."""

    def resolve(self, call: FieldCall, source: object) -> Any:
        """The value of a field that takes arguments, the operation's info, or time; completed."""


@dataclass(slots=True)
class Later:
    """A place in the answer that is filled once its value is there, as all of its level are."""

    value: Awaitable[Any]
    complete: Complete
    required: bool = False
    answer: Any = None


# From a value as resolvers give it to a JSON value; instants are left to the encoder.
Complete = Callable[[Any, Run], Any]
# The same for an object, given as the record behind it (if one is), the object, and the run.
CompleteObject = Callable[[Any, Any, Run], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """A resolver that may be called as it is: none of its arguments is an object or a list.

    Attributes:
        names: GraphQL's argument → the function's.
        arguments: what is known of them beforehand; None if that is not enough.
    """

    function: Callable[..., Any]
    names: dict[str, str]
    arguments: Arguments | None
    info_name: str | None
    field: StrawberryField


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCall:
    """A field that is resolved as the standard executor does it, and what follows.

    ``nodes`` stays the same list for all runs: by it the field's projection is remembered.
    """

    key: str
    parent_type: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    complete: Complete
    direct: Direct | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Where an object's fields are read: a class, and for records which part of the row.

    ``joined`` is as in ``Recorded``; ``prefix`` is None for what is no view of a record.
    """

    object_type: GraphQLObjectType
    cls: type
    prefix: str | None
    joined: bool = False


@dataclass(slots=True)
class _Source:
    """A function being written. ``names`` are the objects that its text refers to."""

    names: dict[str, Any] = field(default_factory=dict)

    def name(self, value: Any) -> str:
        """A name for ``value`` within the text."""
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, body: str) -> CompleteObject:
        """The function: ``r`` is the record, ``v`` the object itself, ``x`` the run.

        The text holds names of attributes and response keys, quoted, and nothing else that a
        caller can choose.
        """
        return cast("CompleteObject", eval(f"lambda r, v, x: {body}", dict(self.names)))


class Completion:
    """Compiles the selections of one document, for one set of deciding variables."""

    def __init__(self, schema: GraphQLSchema, selecting: Selecting) -> None:
        self._schema = schema
        self._selecting = selecting

    def calls(self, type_: GraphQLObjectType, selected: Selected) -> list[FieldCall]:
        """The fields of a root type, each resolved by its own resolver.

        Raises:
            Unsaid: the compiled form has no word for one of them.
        """
        return [self._call(type_, key, nodes) for key, nodes in selected.items()]

    def _call(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> FieldCall:
        definition = parent.fields.get(nodes[0].name.value)
        if definition is None:
            raise Unsaid(nodes[0].name.value)
        return FieldCall(
            key=key,
            parent_type=parent,
            definition=definition,
            nodes=nodes,
            complete=self.of(definition.type, nodes),
            direct=_direct(definition, nodes[0]),
        )

    def of(self, type_: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        """How values of ``type_`` are completed under the merged selections of ``nodes``."""
        if is_non_null_type(type_):
            return _required(self.of(type_.of_type, nodes))
        if is_list_type(type_):
            return _list(self.of(type_.of_type, nodes))
        if is_leaf_type(type_):
            write = _writer(type_)
            return lambda value, run: None if value is None else write(value)
        if is_abstract_type(type_):
            return self._abstract(nodes)
        return self._object(cast("GraphQLObjectType", type_), nodes)

    def _abstract(self, nodes: list[FieldNode]) -> Complete:
        by_class: dict[type, Complete] = {}

        def complete(value: Any, run: Run) -> Any:
            if value is None:
                return None
            if _takes_time(value):
                return run.later(complete, value)
            known = by_class.get(value.__class__)
            if known is None:
                definition = get_object_definition(value.__class__, strict=True)
                concrete = self._schema.get_type(definition.name)
                if not is_object_type(concrete):
                    raise Unsaid(definition.name)
                known = by_class[value.__class__] = self._object(concrete, nodes)
            return known(value, run)

        return complete

    def _object(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        selected = self._selecting.on(type_, [node.selection_set for node in nodes])
        # Which part of which row a view shows is known only when there is one; few ever differ.
        variants: dict[tuple[type, str | None, bool], CompleteObject] = {}

        def complete(value: Any, run: Run) -> Any:
            if value is None:
                return None
            if isinstance(value, Recorded):
                shown: tuple[type, str | None, bool]
                shown = (value.__class__, value._prefix, value._joined)
                record = value._record
            elif value.__class__ is dict:
                # A node that came as the selection has it (``execution.forms``).
                return value
            elif _takes_time(value):
                return run.later(complete, value)
            else:
                shown, record = (value.__class__, None, False), None
            variant = variants.get(shown)
            if variant is None:
                cls, prefix, joined = shown
                origin = _Origin(object_type=type_, cls=cls, prefix=prefix, joined=joined)
                variant = variants[shown] = self._variant(origin, selected)
            return variant(record, value, run)

        return complete

    def _variant(self, origin: _Origin, selected: Selected) -> CompleteObject:
        source = _Source()
        return source.function(self._display(source, origin, selected))

    def _display(self, source: _Source, origin: _Origin, selected: Selected) -> str:
        """The text of the dict that an object becomes."""
        items = (
            f"{key!r}: {self._field(source, origin, key, nodes)}" for key, nodes in selected.items()
        )
        return f"{{{', '.join(items)}}}"

    def _field(self, source: _Source, origin: _Origin, key: str, nodes: list[FieldNode]) -> str:
        if nodes[0].name.value == "__typename":
            return repr(origin.object_type.name)
        definition = origin.object_type.fields[nodes[0].name.value]
        shown: StrawberryField = definition.extensions[_DEFINITION]
        if shown.is_basic_field:
            if origin.prefix is None:
                return self._value(source, f"v.{shown.python_name}", definition.type, nodes)
            place = attribute_place(origin.prefix, shown.python_name)
            return self._value(source, f"r[{place!r}]", definition.type, nodes)
        if TO_ONE in shown.metadata and origin.joined and origin.prefix is not None:
            return self._to_one(source, origin, shown, definition, nodes)
        method = _plain_method(shown)
        if method is not None:
            return self._value(source, f"{source.name(method)}(v)", definition.type, nodes)
        return f"x.resolve({source.name(self._call(origin.object_type, key, nodes))}, v)"

    def _value(
        self, source: _Source, text: str, type_: GraphQLOutputType, nodes: list[FieldNode]
    ) -> str:
        """The text that completes the value of ``text``."""
        required = is_non_null_type(type_)
        inner = cast("Any", type_).of_type if required else type_
        if not is_leaf_type(inner):
            return f"{source.name(self.of(type_, nodes))}({text}, x)"
        write, plain = source.name(_writer(inner)), _plain_test(source, inner)
        if plain is None:
            absent = "" if required else f"None if (w := {text}) is None else "
            return f"({absent}{write}({'w' if absent else text}))"
        tested = plain.replace("w", f"(w := {text})", 1) + ("" if required else " or w is None")
        return f"(w if {tested} else {write}(w))"

    def _to_one(
        self,
        source: _Source,
        origin: _Origin,
        shown: StrawberryField,
        definition: GraphQLField,
        nodes: list[FieldNode],
    ) -> str:
        """A relation that came with the row: another part of the same record."""
        relation = shown.metadata[TO_ONE]
        _, id_attribute = READABLE[origin.cls.noun].relations[relation]  # type: ignore[attr-defined]
        place = attribute_place(origin.prefix or "", id_attribute)
        type_ = cast("GraphQLObjectType", get_named_type(definition.type))
        cls: type[Recorded] = type_.extensions[_DEFINITION].origin
        prefix = f"{origin.prefix}{relation}."
        selected = self._selecting.on(type_, [node.selection_set for node in nodes])
        inner = _Origin(object_type=type_, cls=cls, prefix=prefix + cls.part_prefix)
        if all(self._is_read(type_, of[0]) for of in selected.values()):
            display = self._display(source, inner, selected)
        else:
            view = source.name(lambda record, run: cls.of(record, run.related, prefix=prefix))
            display = f"{source.name(self._variant(inner, selected))}(r, {view}(r, x), x)"
        absent = f"{source.name(_unsaid)}()" if is_non_null_type(definition.type) else "None"
        return f"({display} if r[{place!r}] is not None else {absent})"

    def _is_read(self, type_: GraphQLObjectType, node: FieldNode) -> bool:
        """Whether the field is read from the record, so that no view is needed."""
        if node.name.value == "__typename":
            return True
        shown: StrawberryField = type_.fields[node.name.value].extensions[_DEFINITION]
        return shown.is_basic_field


def _plain_method(shown: StrawberryField) -> Callable[[Any], Any] | None:
    """The resolver, if all that it takes is the object itself, and no time."""
    resolver = shown.base_resolver
    if (
        resolver is None
        or shown.extensions
        or shown.is_async
        or resolver.arguments
        or resolver.info_parameter
        or resolver.parent_parameter
        or resolver.root_parameter
    ):
        return None
    return cast("Callable[[Any], Any]", resolver.wrapped_func) if resolver.self_parameter else None


def _takes_time(value: object) -> bool:
    return hasattr(value.__class__, "__await__")


def _direct(definition: GraphQLField, node: FieldNode) -> Direct | None:
    """The field's resolver without Strawberry's wrapping, if that would do nothing to it."""
    shown: StrawberryField = definition.extensions[_DEFINITION]
    resolver = shown.base_resolver
    if (
        resolver is None
        or shown.extensions
        or resolver.parent_parameter
        or resolver.root_parameter
        or not resolver.self_parameter
        or not all(_is_leaf(argument.type) for argument in definition.args.values())
    ):
        return None
    names = {
        name: argument.extensions[_DEFINITION].python_name
        for name, argument in definition.args.items()
    }
    return Direct(
        function=cast("Callable[..., Any]", resolver.wrapped_func),
        names=names,
        arguments=arguments_of(definition, node, names),
        info_name=resolver.info_parameter.name if resolver.info_parameter else None,
        field=shown,
    )


def _is_leaf(type_: GraphQLInputType) -> bool:
    return is_leaf_type(cast("Any", type_).of_type if is_non_null_type(type_) else type_)


def _list(item: Complete) -> Complete:
    def complete(value: Any, run: Run) -> Any:
        if value is None:
            return None
        if value.__class__ is FormedList:
            # They came as the selection has them (``execution.forms``).
            return value
        return [item(one, run) for one in value]

    return complete


def _required(complete: Complete) -> Complete:
    def required(value: Any, run: Run) -> Any:
        completed = complete(value, run)
        if completed is None:
            raise Unsaid
        if completed.__class__ is Later:
            completed.required = True
        return completed

    return required


def _unsaid() -> Any:
    raise Unsaid


def _plain_test(source: _Source, type_: GraphQLLeafType) -> str | None:
    """The text of a test on ``w``, its first word: may it be sent as it is? None: it never may."""
    match type_.name:
        case "String" | "ID":
            return "w.__class__ is str"
        case "Int":
            return f"w.__class__ is int and {_INT_LEAST} <= w <= {_INT_MOST}"
        case "Boolean":
            return "w.__class__ is bool"
        case "DateTime":
            kind, zone = source.name(datetime), source.name(UTC)
            return f"w.__class__ is {kind} and w.tzinfo is {zone} and not w.microsecond"
        case _:
            return None


def _writer(type_: GraphQLLeafType) -> Callable[[Any], Any]:
    """The scalar's or enum's own way to write a value; None stays unsaid."""
    if isinstance(type_, GraphQLEnumType):
        return _enum_writer(type_)
    coerce = type_.coerce_output_value

    def write(value: Any) -> Any:
        written = None if value is None or _takes_time(value) else coerce(value)
        if written is None:
            raise Unsaid
        return written

    return write


def _enum_writer(type_: GraphQLEnumType) -> Callable[[Any], str]:
    # Members of our enums are text, and so is what records hold of them.
    names = {
        member.value: type_.coerce_output_value(member.value) for member in type_.values.values()
    }

    def write(value: Any) -> str:
        name = names.get(value)
        return type_.coerce_output_value(value) if name is None else name

    return write
