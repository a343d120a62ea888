"""Every operation, every place in it, every hostile value, by walking the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from tests.fuzz.server import Call
from tests.fuzz.values import BODIES, ENCODED, HEADER_NAMES, HEADERS, RAW, TEXTS
from tests.isolation.over_rest import routes
from tests.isolation.rest_rows import ROWS
from tests.isolation.rows import Asked

# Stands in a body where a value is put that no encoder writes.
MARK = "here-comes-the-value"
_DEEPEST = 4

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation as the document has it, and a valid request whose ids are yet to be chosen."""

    name: str
    method: str
    path: str
    described: Mapping[str, Any]
    schemas: Mapping[str, Any]
    asked: Asked

    def call(self, asked: Asked, **changed: Any) -> Call:
        """A valid request, with parts of it changed."""
        parts: dict[str, Any] = {
            "method": self.method,
            "path": self.path_with(asked.path),
            "query": urlencode(asked.query).encode(),
            "body": json.dumps(asked.body).encode() if asked.body else b"",
        }
        return Call(**{**parts, **changed})

    def path_with(self, ids: Mapping[str, Any]) -> bytes:
        """The path with its parameters."""
        return self.path.format(**{k: quote(str(v), safe="") for k, v in ids.items()}).encode()


def operation_of(document: Mapping[str, Any], name: str) -> Operation:
    """The operation of a row of the isolation matrix, whose usual request is the valid one."""
    route = routes()[name.partition(":")[0]]
    [asked, *_] = ROWS[name].requests()
    return Operation(
        name=name,
        method=route.method,
        path=route.path,
        described=document["paths"][route.path][route.method.lower()],
        schemas=document["components"]["schemas"],
        asked=asked,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Something strange in a request that is valid otherwise.

    Attributes:
        call: from the valid request to the strange one.
        strays: whether the path may be that of another operation, or of none.
    """

    place: str
    call: Callable[[Asked], Call]
    strays: bool = False


def cases(operation: Operation) -> Iterator[Case]:
    """All of an operation's cases; the first is valid."""
    yield Case(place="nothing", call=operation.call)
    yield from _paths(operation)
    yield from _queries(operation)
    yield from _headers(operation)
    if "requestBody" in operation.described:
        yield from _bodies(operation)


def _escaped() -> list[bytes]:
    return [quote(text.encode(), safe="").encode() for text in TEXTS]


def _paths(operation: Operation) -> Iterator[Case]:
    for name in operation.asked.path:
        for value in (*_escaped(), *ENCODED):

            def call(asked: Asked, name: str = name, value: bytes = value) -> Call:
                path = operation.path_with({**asked.path, name: MARK})
                return operation.call(asked, path=path.replace(MARK.encode(), value))

            yield Case(
                place=f"path {name}={value[:40]!r}",
                call=call,
                strays=not value or b"%2F" in value,
            )


def _queries(operation: Operation) -> Iterator[Case]:
    parameters = operation.described.get("parameters", [])
    names = [p["name"] for p in parameters if p["in"] == "query"]
    odd = [b"&&==&", b"a", b"=" * 500, b"&".join([b"a=1"] * 500), b"\xff=\xff"]
    for name in (*names, "unknown", "a%00b"):
        odd += [f"{name}=".encode() + value for value in (*_escaped(), *ENCODED)]
        odd.append(f"{name}=1&{name}=2".encode())
    for query in odd:
        yield Case(place=f"query {query[:60]!r}", call=partial(operation.call, query=query))


def _headers(operation: Operation) -> Iterator[Case]:
    for name in HEADER_NAMES:
        for value in HEADERS:
            yield Case(
                place=f"header {name!r}: {value[:40]!r}",
                call=partial(operation.call, headers=[(name, value)]),
            )
        twice = [(name, b'"1"'), (name, b'"2"')]
        yield Case(place=f"header {name!r} twice", call=partial(operation.call, headers=twice))


def _bodies(operation: Operation) -> Iterator[Case]:
    texts = [json.dumps(text) for text in TEXTS]
    # Escaped, and as UTF-8.
    texts += [json.dumps(text, ensure_ascii=False) for text in TEXTS if not text.isascii()]
    values = [value.encode() for value in (*RAW, *texts)]
    for value in (*values, *BODIES):
        yield _body(operation, f"whole = {value[:40]!r}", _always(value))
    for place in (*_places(operation), ("unknown_field",), ("a\0b",)):
        for value in values:

            def body(asked: Asked, place: Place = place, value: bytes = value) -> bytes:
                marked = json.dumps(put(asked.body, place))
                return marked.encode().replace(f'"{MARK}"'.encode(), value, 1)

            yield _body(operation, f"{place} = {value[:40]!r}", body)
        if len(place) == 1:

            def twice(asked: Asked, name: str = json.dumps(place[0])) -> bytes:
                rest = json.dumps(asked.body)[1:-1]
                return f"{{{','.join(filter(None, (f'{name}:1', rest, f'{name}:null')))}}}".encode()

            yield _body(operation, f"{place} twice", twice)


def _always(value: bytes) -> Callable[[Asked], bytes]:
    return lambda _: value


def _body(operation: Operation, place: str, body: Callable[[Asked], bytes]) -> Case:
    headers = [(b"content-type", b"application/json")]

    def call(asked: Asked) -> Call:
        return operation.call(asked, body=body(asked), headers=headers)

    return Case(place=f"body {place}", call=call)


def _places(operation: Operation) -> Iterator[Place]:
    content = operation.described["requestBody"]["content"]
    schema = content.get("application/json", {}).get("schema", {})
    seen: set[Place] = set()
    for place in _inside(schema, operation.schemas, ()):
        if place and place not in seen:
            seen.add(place)
            yield place


def _inside(schema: Mapping[str, Any], schemas: Mapping[str, Any], at: Place) -> Iterator[Place]:
    yield at
    if len(at) >= _DEEPEST:
        return
    if isinstance(reference := schema.get("$ref"), str):
        yield from _inside(schemas[reference.rpartition("/")[2]], schemas, at)
    for other in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _inside(other, schemas, at)
    for name, inner in schema.get("properties", {}).items():
        yield from _inside(inner, schemas, (*at, name))
    if isinstance(items := schema.get("items"), Mapping):
        yield from _inside(items, schemas, (*at, 0))
    if schema.get("type") == "object" and "properties" not in schema:
        yield (*at, "any")


def put(body: Mapping[str, Any], place: Place) -> Any:
    """The body with :data:`MARK` at ``place``; what is in the way gives way."""
    changed: Any = deepcopy(dict(body))
    at = changed
    for part, following in zip(place, [*place[1:], None], strict=True):
        inner: Any = MARK if following is None else [] if isinstance(following, int) else {}
        if isinstance(at, list):
            if not at:
                at.append(inner)
        elif following is None or not isinstance(at.get(part), type(inner)):
            at[part] = inner
        if following is None and isinstance(at, list):
            at[0] = inner
        at = at[part]
    return changed
