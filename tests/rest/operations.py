"""The route table as the walks see it: every operation under ``/v1``, and how to call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from litehq_rest import rest_router
from litehq_rest.descriptions import Description
from litehq_rest.openapi import description_of
from tests.rest.calls import EXAMPLES
from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

KEYED = frozenset({"POST", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A route: ``path`` has its parameters in braces."""

    id: str
    method: str
    path: str
    description: Description

    @property
    def example(self) -> Example:
        """The call of it that succeeds."""
        return EXAMPLES[self.id]

    @property
    def has_id(self) -> bool:
        """Whether the path names something."""
        return "{" in self.path

    async def call(
        self,
        house: House,
        ids: Ids,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Its example, or what is told here in place of it.

        Args:
            ids: what its example is given.
        """
        example = self.example
        body = example.filled(ids) if body is None else body
        return await house.client.request(
            self.method,
            self.path.format_map(dict(ids)),
            params=dict(example.query if query is None else query),
            headers=dict(headers or {}),
            json=None if body is None else dict(body),
        )


def operations() -> Mapping[str, Operation]:
    """All operations, by id."""
    app = Litestar([rest_router()], openapi_config=None, logging_config=None)
    # The framework keeps routes in sets, and workers of a test run must agree on an order.
    return {found.id: found for found in sorted(_walk(app), key=lambda found: found.id)}


def _walk(app: Litestar) -> Iterator[Operation]:
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            found = description_of(handler)
            if found is not None:
                yield _operation(route, handler, found)


def _operation(route: HTTPRoute, handler: HTTPRouteHandler, description: Description) -> Operation:
    [method] = handler.http_methods
    return Operation(
        id=str(handler.operation_id),
        method=str(method),
        path=route.path_format,
        description=description,
    )


OPERATIONS = operations()
WRITES = {name: found for name, found in OPERATIONS.items() if found.method in KEYED}
