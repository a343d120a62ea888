"""Documents by chance: whatever the schema lets a client ask, and some that it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

DEEPEST = 5
# Each asks for something new with every call.
NOT_ASKED = frozenset({"bookingQuote", "bookingSeriesQuote"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A document and its variables."""

    query: str
    variables: dict[str, Any]


@dataclass(slots=True)
class Documents:
    """Writes documents.

    Args:
        values: values for arguments by their name, as GraphQL text; None in the list: left out.
    """

    schema: GraphQLSchema
    random: Random
    values: dict[str, list[str | None]]
    _fragments: list[str] = field(default_factory=list)
    _variables: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def document(self) -> Asked:
        """A query with fragments, directives, aliases, arguments and variables."""
        root = cast("GraphQLObjectType", self.schema.query_type)
        chosen = [
            self._field(root, name, 0)
            for name in self.random.sample(self._askable(root), self.random.randint(1, 3))
        ]
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self._variables.items())
        head = f"query Asked({declared})" if declared else "query Asked"
        body = f"{head} {{ {' '.join(chosen)} }}"
        return Asked(
            query="\n".join([body, *self._fragments]),
            variables={name: value for name, (_, value) in self._variables.items()},
        )

    def _selection(self, type_: Any, depth: int) -> str:
        """A selection on any composite type, in braces."""
        if is_abstract_type(type_):
            parts = ["__typename"]
            for concrete in self.schema.get_possible_types(type_):
                if self.random.random() < 0.6:
                    parts.append(f"... on {concrete.name} {self._selection(concrete, depth + 1)}")
            if "id" in getattr(type_, "fields", {}):
                parts.append("id")
            return f"{{ {' '.join(parts)} }}"
        names = self._askable(type_)
        if depth >= DEEPEST:
            names = [n for n in names if is_leaf_type(get_named_type(type_.fields[n].type))]
        count = self.random.randint(1, 6)
        picked = self.random.sample(names, min(count, len(names))) or ["__typename"]
        parts = [
            "__typename" if name == "__typename" else self._field(type_, name, depth)
            for name in picked
        ]
        if self.random.random() < 0.2:
            parts.append("__typename")
        if names and self.random.random() < 0.3:
            # Once more, with another selection below it: selections of one key are merged.
            again = self.random.choice(names)
            parts.append(self._field(type_, again, depth) if again in type_.fields else again)
        text = " ".join(parts)
        match self.random.random():
            case chance if chance < 0.12:
                name = f"F{len(self._fragments)}"
                self._fragments.append("")
                self._fragments[int(name[1:])] = f"fragment {name} on {type_.name} {{ {text} }}"
                return f"{{ ...{name}{self._directive()} __typename }}"
            case chance if chance < 0.24:
                condition = f" on {type_.name}" if self.random.random() < 0.5 else ""
                return f"{{ ...{condition}{self._directive()} {{ {text} }} kind: __typename }}"
            case chance if chance < 0.4 and type_.interfaces:
                wider = type_.interfaces[0].name
                return f"{{ ... on {wider} {{ id same: id }} {text} }}"
            case _:
                return f"{{ {text} }}"

    def _askable(self, type_: GraphQLObjectType) -> list[str]:
        """The fields whose required arguments we have values for."""
        return sorted(
            name
            for name, definition in type_.fields.items()
            if name not in NOT_ASKED
            and all(
                key in self.values
                for key, argument in definition.args.items()
                if is_required_argument(argument)
            )
        )

    def _field(self, parent: GraphQLObjectType, name: str, depth: int) -> str:
        definition: GraphQLField = parent.fields[name]
        target = get_named_type(definition.type)
        given = [self._given(key, argument) for key, argument in definition.args.items()]
        arguments = ", ".join(text for text in given if text)
        # Two fields of one key with unlike arguments would not be merged; so each has its own.
        alias = f"a{self.random.randint(0, 10**6)}: " if arguments else ""
        if not arguments and self.random.random() < 0.1:
            alias = f"also{name.capitalize()}: "
        below = "" if is_leaf_type(target) else f" {self._selection(target, depth + 1)}"
        call = f"({arguments})" if arguments else ""
        return f"{alias}{name}{call}{self._directive()}{below}"

    def _given(self, name: str, argument: GraphQLArgument) -> str | None:
        known = self.values.get(name, [None])
        value = self.random.choice(known)
        if is_required_argument(argument):
            value = next(v for v in [value, *known] if v is not None)
        elif self.random.random() < 0.4:
            value = None
        if value is None:
            return None
        if self.random.random() < 0.3:
            variable = f"v{len(self._variables)}"
            literal = value.strip('"')
            plain: Any = int(value) if value.lstrip("-").isdigit() else literal
            self._variables[variable] = (str(argument.type), plain)
            return f"{name}: ${variable}"
        return f"{name}: {value}"

    def _directive(self) -> str:
        if self.random.random() > 0.15:
            return ""
        name = self.random.choice(["skip", "include"])
        flag = self.random.choice(["true", "false", "$"])
        if flag == "$":
            variable = f"flag{len(self._variables)}"
            self._variables[variable] = ("Boolean!", self.random.random() < 0.5)
            flag = f"${variable}"
        return f" @{name}(if: {flag})"
