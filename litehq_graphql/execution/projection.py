"""From a selection to the attributes that it needs: the one function that does so.

Fields say in their metadata what they read (``types.recorded``); a field without a resolver reads
the attribute of its name. To-one relations of what is selected come with the row, so their fields
become ``room.name``; what lies one relation further is loaded, so only its id is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_object_type,
)
from graphql.language import (
    BooleanValueNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NamedTypeNode,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from litehq_core.domain.attributes import READABLE
from litehq_core.domain.forms import PageForm
from litehq_graphql.context import Info
from litehq_graphql.types.recorded import NEEDS, RELATION, WITHIN, Recorded

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


def projection(info: Info, shown_as: type[Recorded] | None = None) -> frozenset[str]:
    """The attributes that the selection below the present field needs; ``id`` always.

    Args:
        shown_as: the type of the field's value, where the field's own type is an interface.
    """
    raw = info._raw_info
    remembered = info.context.projections
    if remembered is None:
        return _projection(raw, shown_as)
    # A plan keeps one list of nodes for each of its fields, and its directives are decided.
    key = (id(raw.field_nodes), shown_as)
    if key not in remembered:
        remembered[key] = _projection(raw, shown_as)
    return remembered[key]


def form_of(info: Info) -> PageForm | None:
    """How the present field's nodes are to come formed; None: as records."""
    return info.context.forms.get(id(info._raw_info.field_nodes))


def _projection(raw: GraphQLResolveInfo[Any], shown_as: type[Recorded] | None) -> frozenset[str]:
    start: Any = get_named_type(raw.return_type)
    if shown_as is not None:
        start = raw.schema.get_type(shown_as.__name__)
    walk = _Walk(raw)
    for node in raw.field_nodes:
        walk.below(node, start, "", None)
    return frozenset(walk.found)


def root_fields(raw: GraphQLResolveInfo[Any]) -> int:
    """How many fields the operation selects on its root type, fragments and directives applied."""
    keys: set[str] = set()
    walk = _Walk(raw)
    walk.each(
        raw.operation.selection_set,
        raw.parent_type,
        lambda node, _: keys.add((node.alias or node.name).value),
        set(),
    )
    return len(keys)


class _Walk:
    """One walk over a selection. ``found`` grows meanwhile."""

    def __init__(self, raw: GraphQLResolveInfo[Any]) -> None:
        self._schema: GraphQLSchema = raw.schema
        self._fragments: Mapping[str, FragmentDefinitionNode] = raw.fragments
        # Strawberry hands resolvers the plain coerced values.
        self._variables = cast("Mapping[str, Any]", raw.variable_values)
        self.found: set[str] = {"id"}

    def below(
        self, node: FieldNode, parent: GraphQLCompositeType, prefix: str, relation: str | None
    ) -> None:
        """Everything selected below ``node``, whose value is a ``parent``.

        Args:
            prefix: that of the part of the row which is shown.
            relation: the relation of the row that ``node`` follows, if it does.
        """
        if node.selection_set is not None:
            self.each(
                node.selection_set,
                parent,
                lambda child, type_: self._field(child, type_, prefix, relation),
                set(),
            )

    def each(
        self,
        selection_set: SelectionSetNode,
        parent: GraphQLCompositeType,
        visit: Any,
        seen: set[tuple[str, str]],
    ) -> None:
        """Call ``visit`` with each field that is selected, and with the type it is selected on."""
        for selection in selection_set.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                visit(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                inner = self._narrowed(parent, fragment.type_condition)
                place = (selection.name.value, inner.name if inner else "")
                if inner and place not in seen:
                    seen.add(place)
                    self.each(fragment.selection_set, inner, visit, seen)
            elif isinstance(selection, InlineFragmentNode):
                inner = self._narrowed(parent, selection.type_condition)
                if inner:
                    self.each(selection.selection_set, inner, visit, seen)

    def _field(
        self, node: FieldNode, parent: GraphQLCompositeType, prefix: str, relation: str | None
    ) -> None:
        definition = _definition_of(node, parent)
        if definition is None:
            return
        origin = cast("GraphQLObjectType", parent).extensions[_DEFINITION].origin
        recorded = issubclass(origin, Recorded)
        if relation is not None and recorded and origin.noun is not None:
            prefix = f"{relation}."
        field: StrawberryField = definition.extensions[_DEFINITION]
        target = cast("GraphQLCompositeType", get_named_type(definition.type))
        if RELATION in field.metadata:
            name = field.metadata[RELATION]
            self._need(prefix, READABLE[origin.noun].relations[name][1])
            if not prefix:
                self.below(node, target, "", name)
            return
        if NEEDS in field.metadata:
            for attribute in field.metadata[NEEDS]:
                self._need(prefix, attribute)
        elif recorded and field.base_resolver is None:
            self._need(prefix + origin.part_prefix, field.python_name)
        if WITHIN in field.metadata:
            self.below(node, target, prefix, None)

    def _need(self, prefix: str, attribute: str) -> None:
        # The id of a related thing stands on the row itself.
        if not prefix or attribute != "id":
            self.found.add(prefix + attribute)

    def _narrowed(
        self, parent: GraphQLCompositeType, condition: NamedTypeNode | None
    ) -> GraphQLCompositeType | None:
        """The type inside a fragment; None if the fragment does not apply."""
        if condition is None:
            return parent
        target = cast("GraphQLCompositeType", self._schema.get_type(condition.name.value))
        if is_object_type(parent):
            # An interface or union says nothing new about an object type.
            return parent if not is_object_type(target) or target is parent else None
        return target

    def _is_included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            name = directive.name.value
            if name in ("skip", "include") and directive.arguments:
                value = directive.arguments[0].value
                if isinstance(value, VariableNode):
                    flag = bool(self._variables.get(value.name.value))
                else:
                    flag = isinstance(value, BooleanValueNode) and value.value
                if flag is (name == "skip"):
                    return False
        return True


def _definition_of(node: FieldNode, parent: GraphQLCompositeType) -> GraphQLField | None:
    """The field's definition; None for ``__typename``, and for what only concrete types have."""
    if not isinstance(parent, GraphQLObjectType):
        return None
    definition: GraphQLField | None = parent.fields.get(node.name.value)
    return definition
