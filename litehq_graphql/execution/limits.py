"""Limits on documents, and the rules that keep them.

The rules are made once, when this module is: a rule made anew for each request would be a new key
in the cache of validated documents, which then never hits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
MAX_TOKENS = 2_000
MAX_DOCUMENT_LENGTH = 64 * 1024


@dataclass(frozen=True, slots=True)
class Extent:
    """How deep a selection goes, and how much it selects with its fragments written out."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


class LimitsRule(ValidationRule):
    """Refuses documents that are too deep or select too much."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Measure every operation, each fragment once."""
        measure = _Measure(node)
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._judge(definition, measure.selection(definition.selection_set))

    def _judge(self, operation: OperationDefinitionNode, extent: Extent) -> None:
        for what, count, most in (
            ("levels of fields", extent.depth, MAX_DEPTH),
            ("aliases", extent.aliases, MAX_ALIASES),
            ("fields", extent.fields, MAX_FIELDS),
        ):
            if count > most:
                self.report_error(
                    GraphQLError(f"The operation has too many {what}: {most} at most.", operation)
                )


class _Measure:
    """Extents within one document. Fragments are measured once, whatever they spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, Extent] = {}

    def selection(self, selection_set: SelectionSetNode | None) -> Extent:
        """The extent of a selection."""
        depth = aliases = fields = 0
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragment(node.name.value)
            elif isinstance(node, FieldNode):
                inner = self._field(node)
            else:
                inner = self.selection(getattr(node, "selection_set", None))
            depth = max(depth, inner.depth)
            aliases += inner.aliases
            fields += inner.fields
        return Extent(depth, aliases, fields)

    def _field(self, node: FieldNode) -> Extent:
        inner = self.selection(node.selection_set)
        # How deep introspection may go is the business of a rule of graphql-core's.
        introspects = node.name.value.startswith("__")
        return Extent(
            depth=0 if introspects else inner.depth + 1,
            aliases=inner.aliases + (node.alias is not None),
            fields=inner.fields + 1,
        )

    def _fragment(self, name: str) -> Extent:
        if name not in self._known:
            # Stands while the fragment is measured: one that spreads itself is refused elsewhere.
            self._known[name] = Extent()
            fragment = self._fragments.get(name)
            self._known[name] = self.selection(fragment.selection_set if fragment else None)
        return self._known[name]


RULES = (*specified_rules, LimitsRule)
RULES_WITHOUT_INTROSPECTION = (*RULES, NoSchemaIntrospectionCustomRule)


def rules_for(introspection: bool) -> tuple[type[ValidationRule], ...]:
    """The rules that a document is validated by.

    Args:
        introspection: whether the schema may be asked about itself.
    """
    return RULES if introspection else RULES_WITHOUT_INTROSPECTION


class Limits(SchemaExtension):
    """Puts the limits on an operation. ``context.introspection`` chooses between the rules."""

    def on_operation(self) -> Iterator[None]:
        """Before the document is parsed."""
        execution = self.execution_context
        execution.parse_options["max_tokens"] = MAX_TOKENS
        execution.validation_rules = rules_for(execution.context.introspection)
        yield


def is_too_long(query: object) -> bool:
    """Whether a document is longer than any that is parsed, and kept."""
    return isinstance(query, str) and len(query) > MAX_DOCUMENT_LENGTH
