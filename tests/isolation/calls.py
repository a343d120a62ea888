"""How the operations are called over REST: found in the route table, with whatever ids."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute

from litehq_rest import rest_router
from litehq_rest.openapi import openapi_config
from tests.isolation.house import House
from tests.isolation.rows import Asked

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_REQUEST_ID = re.compile(r'"(request_?[iI]d)":"req_\d+"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A route: ``path`` has its parameters in braces."""

    method: str
    path: str


@cache
def _app() -> Litestar:
    return Litestar(route_handlers=[rest_router()], openapi_config=openapi_config())


@cache
def route_table() -> dict[str, Operation]:
    """Every operation under ``/v1``, by its id; a route without one is a defect."""
    found: dict[str, Operation] = {}
    for route in _app().routes:
        if not isinstance(route, HTTPRoute) or not route.path.startswith("/v1"):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                name = str(handler.operation_id)
                assert handler.operation_id, f"{method} {route.path} has no operation_id"
                assert name not in found, f"{name} is the id of two routes"
                path = _PARAMETER.sub(r"{\1}", route.path)
                found[name] = Operation(method=str(method), path=path)
    return found


@cache
def ids_taken() -> dict[str, set[str]]:
    """The parameters and fields of every operation that look like an id's, as documented."""
    document = json.loads(json.dumps(_app().openapi_schema.to_schema()))
    schemas = document["components"]["schemas"]
    found: dict[str, set[str]] = {}
    for name, operation in route_table().items():
        described = document["paths"][operation.path][operation.method.lower()]
        names = {p["name"] for p in described.get("parameters", []) if p["in"] != "header"}
        names |= _fields(described.get("requestBody", {}), schemas, set())
        found[name] = {n for n in names if n.endswith(("_id", "_ids")) or n == "booked_by"}
    return found


def _fields(schema: Any, schemas: dict[str, Any], seen: set[str]) -> set[str]:
    """The names of a schema's properties, at any depth."""
    if isinstance(schema, list):
        return set().union(*(_fields(inner, schemas, seen) for inner in schema))
    if not isinstance(schema, dict):
        return set()
    if isinstance(reference := schema.get("$ref"), str):
        name = reference.rpartition("/")[2]
        if name in seen:
            return set()
        seen.add(name)
        return _fields(schemas[name], schemas, seen)
    own = set(schema.get("properties", {}))
    return own.union(*(_fields(inner, schemas, seen) for inner in schema.values()))


async def call(
    house: House, name: str, asked: Asked, secret: str | None, **query: str
) -> httpx.Response:
    """The answer to an operation. ``secret`` is the key; None sends none."""
    operation = route_table()[name]
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    with_body = operation.method in ("POST", "PATCH") and asked.body
    return await house.client.request(
        operation.method,
        operation.path.format(**asked.path),
        params={**asked.query, **query},
        json=asked.body if with_body else None,
        headers=headers,
    )


def told(answer: httpx.Response) -> tuple[int, str]:
    """What an answer tells: its status, and its bytes but for the request's id."""
    return answer.status_code, _REQUEST_ID.sub(r'"\1":""', answer.text)
