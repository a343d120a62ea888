"""The operations of ``/v1``, found in the route table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from litehq_rest import rest_router
from litehq_rest.openapi import openapi_config
from tests.isolation.answers import Answer, rows_of_page, steady
from tests.isolation.house import House
from tests.isolation.rest_rows import ROWS
from tests.isolation.rows import Asked, Row

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """``path`` has its parameters in braces."""

    method: str
    path: str


@cache
def _app() -> Litestar:
    return Litestar(route_handlers=[rest_router()], openapi_config=openapi_config())


@cache
def routes() -> dict[str, Route]:
    """Every route under ``/v1``, by its ``operationId``; one without is a defect."""
    found: dict[str, Route] = {}
    for route in _app().routes:
        if not isinstance(route, HTTPRoute) or not route.path.startswith("/v1"):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                name = str(handler.operation_id)
                assert handler.operation_id, f"{method} {route.path} has no operation_id"
                assert name not in found, f"{name} is the id of two routes"
                path = _PARAMETER.sub(r"{\1}", route.path)
                found[name] = Route(method=str(method), path=path)
    return found


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as JSON writes it."""
    found: dict[str, Any] = json.loads(json.dumps(_app().openapi_schema.to_schema()))
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


class Rest:
    """``/v1``."""

    name = "rest"
    rows: Mapping[str, Row] = ROWS

    def operations(self) -> set[str]:
        """By ``operationId``."""
        return set(routes())

    def ids_taken(self, operation: str) -> set[str]:
        """As the document has them."""
        route = routes()[operation]
        described = document()["paths"][route.path][route.method.lower()]
        names = {p["name"] for p in described.get("parameters", []) if p["in"] != "header"}
        schemas = document()["components"]["schemas"]
        for content in described.get("requestBody", {}).get("content", {}).values():
            names |= _fields(content["schema"], schemas, set())
        return {name for name in names if name.endswith(("_id", "_ids")) or name == "booked_by"}

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
        """A request."""
        route = routes()[operation.partition(":")[0]]
        query = {**asked.query, "limit": limit, "cursor": cursor}
        response = await house.client.request(
            route.method,
            route.path.format(**asked.path),
            params={name: value for name, value in query.items() if value is not None},
            json=asked.body if route.method in ("POST", "PATCH") and asked.body else None,
            headers={} if secret is None else {"Authorization": f"Bearer {secret}"},
        )
        assert response.status_code < 500, response.text
        is_json = response.headers["content-type"] == "application/json"
        body = response.json() if is_json else {}
        error = body.get("error", {})
        assert bool(error) is (response.status_code >= 400)
        rows = body.get("data") if self.rows[operation].lists else None
        return Answer(
            told=steady(response.status_code, response.text),
            code=error.get("code"),
            required_scope=error.get("required_scope"),
            ids=rows_of_page(rows or []),
            next_cursor=body.get("next_cursor"),
        )
