"""A server of both façades over the house, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.types import Receive, Scope, Send

from litehq_core.ports.ports import Ports
from litehq_graphql.routes import graphql_routes
from litehq_rest import exception_handlers, rest_router
from tests.rest.stream_client import stopped

DOCS = "https://litehq.example/docs/errors"


@asynccontextmanager
async def serving(ports: Ports) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application made of the façades' own routes and exception handlers."""
    app = Litestar(
        route_handlers=[rest_router(), *graphql_routes()],
        exception_handlers=exception_handlers,
        state=State({"ports": ports, "docs_base": DOCS, "stopping": stopped()}),
        openapi_config=None,
    )
    numbers = count(1)

    async def numbered(scope: Scope, receive: Receive, send: Send) -> None:
        """What an outer layer does: give each request an id."""
        scope.setdefault("state", {})["request_id"] = f"req_{next(numbers)}"
        await app(scope, receive, send)

    transport = httpx.ASGITransport(app=numbered)  # type: ignore[arg-type]
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url="https://litehq.example") as client,
    ):
        yield client
