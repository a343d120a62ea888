"""The form of a connection's nodes: what a plan asks the store to make instead of records.

A selection has a form if each of its fields is an attribute of the row or of a relation that comes
with it, as a plain scalar or an enum. Then the store's rows are all that the answer needs; what is
around them - edges, cursors, page information - a plan completes as ever.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    get_named_type,
    is_enum_type,
    is_leaf_type,
    is_non_null_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from litehq_core.domain.attributes import READABLE, Noun
from litehq_core.domain.forms import FormConstant, FormLeaf, LeafKind, PageForm, RowForm
from litehq_graphql.execution.selecting import Selected, Selecting
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.recorded import TO_ONE, Recorded, attribute_place

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
_KINDS = {
    "String": LeafKind.TEXT,
    "ID": LeafKind.TEXT,
    "Int": LeafKind.INT32,
    "Boolean": LeafKind.FLAG,
    "DateTime": LeafKind.INSTANT,
}


# As many as a store keeps functions for.
FORMS_KEPT = 1_024


class _Formless(Exception):
    """The selection has something that no attribute says."""


@lru_cache(maxsize=FORMS_KEPT)
def _page_form(row: RowForm, keyed: bool) -> PageForm:
    """One for all documents that ask for the same: a store knows it again by its identity."""
    return PageForm(row, keyed)


class Forms:
    """Finds the forms of one document, for one set of deciding variables."""

    def __init__(self, selecting: Selecting) -> None:
        self._selecting = selecting

    def of(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> PageForm | None:
        """The form of a connection; None if it is none, or its nodes have none."""
        if not issubclass(_origin(type_), Connection):
            return None
        asked = self._below(type_, nodes)
        places, keyed = [], False
        for found in asked.values():
            match found[0].name.value:
                case "nodes":
                    places.append((type_, "nodes", found))
                case "edges":
                    edge = cast("GraphQLObjectType", get_named_type(type_.fields["edges"].type))
                    for inner in self._below(edge, found).values():
                        if inner[0].name.value == "node":
                            places.append((edge, "node", inner))
                        else:
                            keyed = True
                case "totalCount":
                    pass
                case _:
                    keyed = True
        if len(places) != 1:
            return None
        [(holder, name, below)] = places
        item = cast("GraphQLObjectType", get_named_type(holder.fields[name].type))
        try:
            row = self._form(item, self._below(item, below), "", None, required=True)
        except _Formless:
            return None
        return _page_form(row, keyed)

    def _below(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
        return self._selecting.on(type_, [node.selection_set for node in nodes])

    def _form(
        self,
        type_: GraphQLObjectType,
        selected: Selected,
        prefix: str,
        present: str | None,
        *,
        required: bool,
    ) -> RowForm:
        origin = _origin(type_)
        if not issubclass(origin, Recorded) or origin.noun is None:
            raise _Formless
        fields = tuple(
            (key, self._field(type_, origin.noun, nodes, prefix)) for key, nodes in selected.items()
        )
        return RowForm(fields=fields, present=present, required=required)

    def _field(
        self, type_: GraphQLObjectType, noun: Noun, nodes: list[FieldNode], prefix: str
    ) -> FormLeaf | FormConstant | RowForm:
        name = nodes[0].name.value
        if name == "__typename":
            return FormConstant(type_.name)
        definition = type_.fields[name]
        shown: StrawberryField = definition.extensions[_DEFINITION]
        required = is_non_null_type(definition.type)
        if shown.is_basic_field:
            attribute = attribute_place(prefix, shown.python_name)
            return _leaf(definition.type, attribute, required=required)
        if prefix or TO_ONE not in shown.metadata:
            raise _Formless
        relation = shown.metadata[TO_ONE]
        _, id_attribute = READABLE[noun].relations[relation]
        target = cast("GraphQLObjectType", get_named_type(definition.type))
        below = self._below(target, nodes)
        return self._form(target, below, f"{relation}.", id_attribute, required=required)


def _leaf(type_: Any, attribute: str, *, required: bool) -> FormLeaf:
    named = type_.of_type if required else type_
    if not is_leaf_type(named):
        raise _Formless
    if is_enum_type(named):
        return FormLeaf(
            attribute=attribute, kind=LeafKind.TEXT, required=required, names=_names(named)
        )
    if named.name not in _KINDS:
        raise _Formless
    return FormLeaf(attribute=attribute, kind=_KINDS[named.name], required=required)


def _names(type_: GraphQLEnumType) -> tuple[tuple[str, str], ...]:
    """What stands in the row for each member, and what it is called."""
    return tuple(
        (str(member.value), type_.coerce_output_value(member.value))
        for member in type_.values.values()
    )


def _origin(type_: GraphQLObjectType) -> type:
    found: type = type_.extensions[_DEFINITION].origin
    return found
