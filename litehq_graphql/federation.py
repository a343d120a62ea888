"""The schema as a subgraph of Apollo Federation 2: what a router adds to the query root.

Bookings, rooms, members and companies are entities, known everywhere by their ``id``: another
subgraph may refer to them, and add fields of its own to them. What is asked of an entity is
answered exactly as ``node(id:)`` answers: the same scopes and bounds, in one statement a noun.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, NewType, cast

import strawberry
from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_graphql.context import Info
from litehq_graphql.fields import resolved
from litehq_graphql.queries import Query
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.company import Company
from litehq_graphql.types.member import Member
from litehq_graphql.types.room import Room

# A router asks for the entities of a whole answer at once.
MAX_REPRESENTATIONS = 1_000

ENTITIES: Mapping[str, tuple[Prefix, Noun]] = {
    "Booking": (Prefix.BOOKING, Noun.BOOKING),
    "Company": (Prefix.COMPANY, Noun.COMPANY),
    "Member": (Prefix.MEMBER, Noun.MEMBER),
    "Room": (Prefix.ROOM, Noun.ROOM),
}

_LINK = """
extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"]
)
"""
_KEY = '@key(fields: "id")'
# What other subgraphs of the same gateway may have too, to the letter as the Relay rules have it.
_SHAREABLE = ("PageInfo",)

Representation = NewType("Representation", object)

REPRESENTATION = strawberry.scalar(
    name="_Any",
    description="An entity as another subgraph knows it: `__typename` and `id`.",
    serialize=lambda value: value,
    parse_value=lambda value: value,
)

Entity = Annotated[
    Booking | Company | Member | Room,
    strawberry.union("_Entity", description="What other subgraphs may refer to."),
]


@strawberry.type(name="_Service", description="This subgraph.")
class Service:
    """What a router reads to compose its schema."""

    sdl: str = strawberry.field(description="The schema, in GraphQL's own language.")


@strawberry.type(name="Query", description="Everything that can be read.")
class FederatedQuery(Query):
    """The root of queries, with what a router asks for."""

    @resolved("The subgraph, for whoever composes a supergraph.", name="_service")
    def service(self, info: Info) -> Service:
        """Needs no scope: the schema is no secret."""
        return Service(sdl=_subgraph_of(info.schema.as_str()))

    @resolved(
        "Entities by their ids, in the order of asking; null for each that is not within reach.",
        name="_entities",
    )
    def entities(
        self,
        info: Info,
        representations: Annotated[
            list[Representation],
            strawberry.argument(
                description=f"`__typename` and `id` of each, {MAX_REPRESENTATIONS:,} at most."
            ),
        ],
    ) -> list[Entity | None]:
        """Needs the read scope of each type; loaded in batches."""
        related = info.context.related
        loaded: list[Future[Any]] = [
            related.load(noun, record_id) for noun, record_id in _referred_to(representations)
        ]
        return cast("list[Entity | None]", loaded)


def _referred_to(representations: Sequence[object]) -> Iterator[tuple[Noun, str]]:
    """What representations stand for.

    Raises:
        ValidationFailed: one of them is of no entity; before anything is loaded.
    """
    if len(representations) > MAX_REPRESENTATIONS:
        raise ValidationFailed.of("representations", f"must be {MAX_REPRESENTATIONS:,} at most")
    found = []
    for number, one in enumerate(representations):
        given = one if isinstance(one, Mapping) else {}
        entity, record_id = ENTITIES.get(str(given.get("__typename"))), given.get("id")
        if entity is None or not isinstance(record_id, str):
            raise ValidationFailed.of(
                f"representations.{number}",
                f"must have an id, and a __typename of {', '.join(ENTITIES)}",
            )
        prefix, noun = entity
        found.append((noun, normalise_id(prefix, record_id)))
    return iter(found)


@cache
def _subgraph_of(text: str) -> str:
    """As :func:`subgraph_sdl`; a router asks again and again."""
    return subgraph_sdl(text)


def subgraph_sdl(text: str) -> str:
    """A schema's text as a router takes it: with keys, and without what is a router's own."""
    definitions = [_federated(one) for one in parse(text).definitions if not _is_routers(one)]
    schema = parse(_LINK).definitions
    return print_ast(DocumentNode(definitions=(*schema, *definitions))) + "\n"


def _is_routers(definition: DefinitionNode) -> bool:
    return isinstance(definition, TypeDefinitionNode) and definition.name.value.startswith("_")


def _federated(definition: DefinitionNode) -> DefinitionNode:
    if not isinstance(definition, ObjectTypeDefinitionNode):
        return definition
    name = definition.name.value
    if name == "Query":
        return replace(definition, fields=tuple(filter(_is_ours, definition.fields or ())))
    if name in ENTITIES or name in _SHAREABLE:
        added = _directive(_KEY if name in ENTITIES else "@shareable")
        return replace(definition, directives=(*(definition.directives or ()), added))
    return definition


def _is_ours(field: FieldDefinitionNode) -> bool:
    return not field.name.value.startswith("_")


def _directive(text: str) -> ConstDirectiveNode:
    [definition] = parse(f"type Any {text}").definitions
    [directive] = cast("ObjectTypeDefinitionNode", definition).directives or ()
    return directive
