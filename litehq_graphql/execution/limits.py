"""Limits on documents: counted before anything dearer is done with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    specified_rules,
)
from strawberry.extensions import SchemaExtension

MAX_DEPTH = 12
MAX_ALIASES = 100
# Counted as they would be executed, so that fragments cannot multiply unseen.
MAX_FIELDS = 5_000
MAX_DIRECTIVES = 50
# They come back with every row.
MAX_ALIAS_LENGTH = 128
# One key in one place, as it may be with fragments.
MAX_REPEATS = 50
# Fragments that spread fragments that spread fragments.
MAX_SPREAD_DEPTH = 50
MAX_TOKENS = 2_000
MAX_DOCUMENT_LENGTH = 64 * 1024


@dataclass(frozen=True, slots=True)
class Extent:
    """How deep a selection goes, and how much it selects with its fragments written out.

    Attributes:
        spreads: how many fragments lie within one another.
        longest_alias: in characters.
    """

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    spreads: int = 0
    longest_alias: int = 0


def excesses(document: DocumentNode) -> list[GraphQLError]:
    """What there is too much of in a document: each of its operations is counted by itself.

    Fragments that nobody spreads, or that spread themselves, are no excess, but make all counting
    vain; so they are told of here, in the words of the specification's own rules.
    """
    measure = _Measure(document)
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    extents = [measure.selection(operation.selection_set) for operation in operations]
    errors = measure.useless()
    for operation, extent in zip(operations, extents, strict=True):
        errors += _judged(operation, extent)
    if sum(extent.fields for extent in extents) > MAX_FIELDS and not errors:
        errors.append(_too_many(operations[0], "fields", MAX_FIELDS))
    if errors:
        return errors
    # Fields of one key are compared each with each, to see whether they agree.
    return [
        _too_many(operation, "fields of one name in one place", MAX_REPEATS)
        for operation in operations
        if measure.most_repeats([operation.selection_set], MAX_REPEATS) > MAX_REPEATS
    ]


def _judged(operation: OperationDefinitionNode, extent: Extent) -> list[GraphQLError]:
    counts = (
        ("levels of fields", extent.depth, MAX_DEPTH),
        ("fragments within fragments", extent.spreads, MAX_SPREAD_DEPTH),
        ("aliases", extent.aliases, MAX_ALIASES),
        ("directives", extent.directives + len(operation.directives or ()), MAX_DIRECTIVES),
        ("fields", extent.fields, MAX_FIELDS),
        ("characters in an alias", extent.longest_alias, MAX_ALIAS_LENGTH),
    )
    return [_too_many(operation, what, most) for what, count, most in counts if count > most]


def _too_many(operation: OperationDefinitionNode, what: str, most: int) -> GraphQLError:
    return GraphQLError(f"The operation has too many {what}: {most} at most.", operation)


class _Measure:
    """Extents within one document. Fragments are measured once, whatever they spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, Extent] = {}
        self._measured_now: set[str] = set()
        self._circular: dict[str, FragmentSpreadNode] = {}

    def selection(self, selection_set: SelectionSetNode | None) -> Extent:
        """The extent of a selection."""
        depth = aliases = fields = directives = spreads = longest = 0
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragment(node)
            elif isinstance(node, FieldNode):
                inner = self._field(node)
            else:
                inner = self.selection(getattr(node, "selection_set", None))
            depth = max(depth, inner.depth)
            spreads = max(spreads, inner.spreads)
            longest = max(longest, inner.longest_alias)
            aliases += inner.aliases
            fields += inner.fields
            directives += inner.directives + len(node.directives or ())
        return Extent(depth, aliases, fields, directives, spreads, longest)

    def _field(self, node: FieldNode) -> Extent:
        inner = self.selection(node.selection_set)
        # How deep introspection may go is the business of a rule of graphql-core's.
        introspects = node.name.value.startswith("__")
        alias = node.alias.value if node.alias else ""
        return replace(
            inner,
            depth=0 if introspects else inner.depth + 1,
            aliases=inner.aliases + bool(alias),
            fields=inner.fields + 1,
            longest_alias=max(inner.longest_alias, len(alias)),
        )

    def _fragment(self, node: FragmentSpreadNode) -> Extent:
        name = node.name.value
        if name in self._measured_now:
            self._circular[name] = node
        if name not in self._known:
            # Stands while the fragment is measured.
            self._known[name] = Extent()
            self._measured_now.add(name)
            fragment = self._fragments.get(name)
            inner = self.selection(fragment.selection_set if fragment else None)
            self._measured_now.remove(name)
            self._known[name] = replace(inner, spreads=inner.spreads + 1)
        return self._known[name]

    def useless(self) -> list[GraphQLError]:
        """Fragments that cannot be counted, once all operations have been."""
        unused = [f for name, f in self._fragments.items() if name not in self._known]
        return [
            *(
                GraphQLError(f"Cannot spread fragment '{name}' within itself.", node)
                for name, node in self._circular.items()
            ),
            *(GraphQLError(f"Fragment '{f.name.value}' is never used.", f) for f in unused),
        ]

    def most_repeats(self, selection_sets: Iterable[SelectionSetNode | None], enough: int) -> int:
        """How often the most repeated key stands in one place, or just more than ``enough``.

        Places are merged as execution does it: what is selected below two fields of one key stands
        in one place.
        """
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection_set in selection_sets:
            self._gather(selection_set, found, spread)
        most = max(map(len, found.values()), default=0)
        for nodes in found.values():
            if most > enough:
                break
            below = [node.selection_set for node in nodes if node.selection_set]
            most = max(most, self.most_repeats(below, enough)) if below else most
        return most

    def _gather(
        self,
        selection_set: SelectionSetNode | None,
        found: dict[str, list[FieldNode]],
        spread: set[str],
    ) -> None:
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in self._fragments and name not in spread:
                    spread.add(name)
                    self._gather(self._fragments[name].selection_set, found, spread)
            else:
                self._gather(getattr(node, "selection_set", None), found, spread)


RULES = tuple(specified_rules)
RULES_WITHOUT_INTROSPECTION = (*RULES, NoSchemaIntrospectionCustomRule)


def rules_for(introspection: bool) -> tuple[type[ValidationRule], ...]:
    """The rules that a document is validated by.

    Args:
        introspection: whether the schema may be asked about itself.
    """
    return RULES if introspection else RULES_WITHOUT_INTROSPECTION


class Limits(SchemaExtension):
    """Bounds what the parser reads of a document that is to be told it cannot be parsed."""

    def on_operation(self) -> Iterator[None]:
        """Before the document is parsed."""
        self.execution_context.parse_options["max_tokens"] = MAX_TOKENS
        yield


def is_too_long(query: object) -> bool:
    """Whether a document is longer than any that is parsed, and kept."""
    return isinstance(query, str) and len(query) > MAX_DOCUMENT_LENGTH
