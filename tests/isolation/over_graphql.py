"""The fields of ``Query`` and ``Mutation``, each asked for with everything it tells by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from litehq_graphql.schema import sdl
from tests.isolation.answers import Answer, rows_of_page, steady
from tests.isolation.graphql_rows import ROWS
from tests.isolation.house import House
from tests.isolation.rows import Asked, Row


@cache
def graphql_schema() -> GraphQLSchema:
    """The schema, as clients see it."""
    return build_schema(sdl())


@cache
def fields() -> dict[str, tuple[str, GraphQLField]]:
    """Every field of the two roots, with the word that its operation begins with."""
    schema = graphql_schema()
    roots = {"query": schema.query_type, "mutation": schema.mutation_type}
    return {
        name: (kind, field)
        for kind, root in roots.items()
        if root is not None
        for name, field in root.fields.items()
    }


def field_of(operation: str) -> str:
    """An operation may have several rows, ``node`` and ``node:members`` such as it is."""
    return operation.partition(":")[0]


def selection(type_: Any) -> str:
    """The leaves of a type; of payloads and pages, those of what they hold too."""
    type_ = get_named_type(type_)
    if is_leaf_type(type_):
        return ""
    if is_abstract_type(type_):
        parts = [
            f"... on {one.name} {selection(one)}"
            for one in graphql_schema().get_possible_types(type_)
        ]
        return f"{{ __typename {' '.join(parts)} }}"
    return f"{{ __typename {' '.join(_selected(type_))} }}"


def _selected(type_: GraphQLObjectType) -> Iterator[str]:
    holds = type_.name.endswith(("Payload", "Connection"))
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(inner):
            # Two types of a union may have a field of one name that is null in one of them alone.
            yield f"{type_.name}_{name}: {name}"
        elif holds and name != "edges":
            yield f"{name} {selection(inner)}"


class GraphQL:
    """``/graphql``."""

    name = "graphql"
    rows: Mapping[str, Row] = ROWS

    def operations(self) -> set[str]:
        """By the name of the field."""
        return set(fields())

    def ids_taken(self, operation: str) -> set[str]:
        """Arguments, and fields of inputs."""
        _, field = fields()[field_of(operation)]
        names: set[str] = set()
        seen: set[str] = set()
        for name, argument in field.args.items():
            names |= {name} | _inner_names(argument.type, seen)
        return {name for name in names if name == "id" or name.endswith(("Id", "Ids"))}

    async def call(
        self,
        house: House,
        operation: str,
        asked: Asked,
        secret: str | None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Answer:
        """One operation of one field."""
        name = field_of(operation)
        kind, field = fields()[name]
        every = {**asked.query, **asked.body, "first": limit, "after": cursor}
        given = {key: value for key, value in every.items() if value is not None}
        declared = ", ".join(f"${key}: {field.args[key].type}" for key in given)
        passed = ", ".join(f"{key}: ${key}" for key in given)
        head = f"{kind} Asked({declared})" if given else f"{kind} Asked"
        arguments = f"({passed})" if given else ""
        chosen = self.rows[operation].selection or selection(field.type)
        response = await house.client.post(
            "/graphql",
            json={"query": f"{head} {{ {name}{arguments} {chosen} }}", "variables": given},
            headers={} if secret is None else {"Authorization": f"Bearer {secret}"},
        )
        assert response.status_code < 500, response.text
        answer = response.json()
        told = steady(response.status_code, response.text)
        if errors := answer.get("errors"):
            found = errors[0]["extensions"]
            return Answer(told=told, code=found["code"], required_scope=found.get("required_scope"))
        value = answer["data"][name]
        if value is None:
            return Answer(told=told, code="not_found")
        if isinstance(value, dict) and value.get("__typename") == "Refusal":
            return Answer(
                told=told,
                code=value["Refusal_code"],
                required_scope=value["Refusal_requiredScope"],
            )
        if not self.rows[operation].lists:
            return Answer(told=told, code=None)
        info = value["pageInfo"]
        return Answer(
            told=told,
            code=None,
            ids=rows_of_page(value["nodes"]),
            next_cursor=info["endCursor"] if info["hasNextPage"] else None,
        )


def _inner_names(type_: Any, seen: set[str]) -> set[str]:
    inner = get_named_type(type_)
    if not isinstance(inner, GraphQLInputObjectType) or inner.name in seen:
        return set()
    seen.add(inner.name)
    names = set(inner.fields)
    return names.union(*(_inner_names(field.type, seen) for field in inner.fields.values()))
