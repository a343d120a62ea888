"""The same corpus through the variables of every query and mutation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type, is_list_type, is_non_null_type

from tests.fuzz.cases import MARK, Place, put
from tests.fuzz.server import Call, Heard
from tests.fuzz.values import RAW, TEXTS
from tests.isolation.graphql_rows import ROWS
from tests.isolation.over_graphql import field_of, fields, selection
from tests.isolation.rows import Asked

_DEEPEST = 4


def asked_of(name: str) -> Asked:
    """The usual request of a row."""
    [asked, *_] = ROWS[name].requests()
    return asked


def graphql_cases(random: Random) -> list[tuple[str, str, Callable[[Asked], Call]]]:
    """The name of a row, what is strange, and how the valid request becomes the strange one."""
    found = [(name, place, call) for name in ROWS for place, call in _cases(name)]
    random.shuffle(found)
    return found


def _cases(name: str) -> Iterator[tuple[str, Callable[[Asked], Call]]]:
    _, field = fields()[field_of(name)]
    values = [value.encode() for value in (*RAW, *(json.dumps(text) for text in TEXTS))]
    for key, argument in field.args.items():
        for place in _places(argument.type, (key,)):
            for value in values:

                def call(asked: Asked, place: Place = place, value: bytes = value) -> Call:
                    return _call(name, {**asked.query, **asked.body}, place, value)

                yield f"{place} = {value[:40]!r}", call


def _places(type_: Any, at: Place) -> Iterator[Place]:
    yield at
    if is_non_null_type(type_):
        type_ = type_.of_type
    if len(at) >= _DEEPEST:
        return
    if is_list_type(type_):
        yield from _places(type_.of_type, (*at, 0))
        return
    inner = get_named_type(type_)
    if isinstance(inner, GraphQLInputObjectType):
        for name, field in inner.fields.items():
            yield from _places(field.type, (*at, name))


def _call(name: str, given: Mapping[str, Any], place: Place, value: bytes) -> Call:
    kind, field = fields()[field_of(name)]
    variables = put(given, place)
    declared = ", ".join(f"${key}: {field.args[key].type}" for key in variables)
    passed = ", ".join(f"{key}: ${key}" for key in variables)
    chosen = ROWS[name].selection or selection(field.type)
    query = f"{kind} Asked({declared}) {{ {field_of(name)}({passed}) {chosen} }}"
    body = json.dumps({"query": query, "variables": variables}).encode()
    body = body.replace(f'"{MARK}"'.encode(), value, 1)
    return Call(method="POST", path=b"/graphql", body=body)


def graphql_faults(heard: Heard) -> list[str]:
    """What is wrong with an answer: a fault of ours, or no response of GraphQL at all."""
    if heard.status >= 500 or b'"internal_error"' in heard.body or b"INTERNAL_ERROR" in heard.body:
        return [f"{heard.status}: {heard.body[:300]!r}"]
    try:
        answer = json.loads(heard.body)
    except ValueError:
        return [f"no JSON: {heard.body[:200]!r}"]
    whole = isinstance(answer, dict) and (
        "data" in answer or "error" in answer or answer.get("errors")
    )
    return [] if whole else [f"no response: {heard.body[:200]!r}"]
