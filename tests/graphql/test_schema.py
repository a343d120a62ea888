"""The schema itself: its golden text, and that it explains itself.

After a wanted change: ``python -m tests.graphql.test_schema``
"""

from __future__ import annotations

from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    print_schema,
)

from litehq_core.domain.attributes import READABLE, BookingAttribute, Noun
from litehq_graphql.loaders import SHOWN_AS
from litehq_graphql.schema import schema, sdl
from litehq_graphql.types.recorded import NEEDS, RELATION

GOLDEN = Path(__file__).with_name("schema.graphql")


def test_the_schema_is_the_one_that_was_agreed() -> None:
    """Clients are generated from it: a change must be meant."""
    assert sdl() == GOLDEN.read_text()


def test_the_text_is_a_schema_of_its_own() -> None:
    """What is served can be read by any tool."""
    assert "type Query" in print_schema(build_schema(sdl()))


def _undescribed(type_: GraphQLNamedType) -> list[str]:
    if type_.name.startswith("__") or type_.name in {"Int", "String", "Boolean", "ID", "Float"}:
        return []
    names = [] if type_.description else [type_.name]
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            names += [] if field.description else [f"{type_.name}.{name}"]
            names += [
                f"{type_.name}.{name}({a})" for a, v in field.args.items() if not v.description
            ]
    if isinstance(type_, GraphQLInputObjectType):
        names += [f"{type_.name}.{n}" for n, field in type_.fields.items() if not field.description]
    if isinstance(type_, GraphQLEnumType):
        assert type_.values
    return names


def test_everything_is_described() -> None:
    """Every type, field, argument and input field."""
    types = schema._schema.type_map.values()
    assert [name for type_ in types for name in _undescribed(type_)] == []


def test_every_field_says_what_it_reads() -> None:
    """A resolver without a word about its attributes would find the record without them."""
    silent = []
    for shown in SHOWN_AS.values():
        noun = shown.noun
        assert noun is not None
        for field in shown.__strawberry_definition__.fields:  # type: ignore[attr-defined]
            readable = READABLE[noun]
            if field.base_resolver is None:
                known = set(readable.attributes) | readable.derived
                assert field.python_name in known, (shown, field.python_name)
            elif RELATION in field.metadata:
                assert field.metadata[RELATION] in readable.relations
            elif NEEDS not in field.metadata:
                silent.append((shown.__name__, field.python_name))
    assert silent == []


def test_every_attribute_of_a_booking_is_shown_somewhere() -> None:
    """But for what only the books are kept by."""
    kept_back = {"paid_minor", "refunded_minor"}
    booking = SHOWN_AS[Noun.BOOKING]
    shown: set[str] = set()
    for field in booking.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        shown |= {field.python_name, *field.metadata.get(NEEDS, ())}
    shown |= {"currency", "amount_minor", "price_lines", "guest_email", "guest_name"}
    assert {str(attribute) for attribute in BookingAttribute} - shown == kept_back


if __name__ == "__main__":
    GOLDEN.write_text(sdl())
