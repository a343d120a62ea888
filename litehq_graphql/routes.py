"""The HTTP side: ``/graphql`` by POST and GET, as events, its socket, and the schema's text.

Follows the GraphQL-over-HTTP specification: a client that accepts
``application/graphql-response+json`` gets 400 when nothing was executed; one that only knows
``application/json`` gets 200 for everything that a GraphQL service answered.

No web page can be made to send a request that counts for anything: a key travels in the header
``Authorization`` alone, and a body must be ``application/json``. Browsers send neither across
origins before the server has agreed (CORS), so there is no other guard against forged requests.
"""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp

from litehq_graphql.documents import documents_of
from litehq_graphql.endpoint import Endpoint
from litehq_graphql.faults import EXCEPTION_HANDLERS, AnyRequest
from litehq_graphql.options import EVERYTHING_ON, Options
from litehq_graphql.schema import sdl
from litehq_graphql.socket import graphql_socket

PATH = "/graphql"
# Where the examples of `graphql-sse` look; answers in events, unless asked for something else.
STREAM_PATH = "/graphql/stream"


def graphql_routes(options: Options = EVERYTHING_ON) -> list[BaseRouteHandler]:
    """The route handlers of the façade.

    They read ``ports``, ``docs_base`` and ``stopping`` of ``app.state``, and
    ``scope["state"]["request_id"]``.
    """
    documents = documents_of(options)
    endpoint = Endpoint(options, documents)
    return [
        *_operations(PATH, endpoint, events=False),
        *_operations(STREAM_PATH, endpoint, events=True),
        graphql_socket(PATH, options, documents),
        _schema_text(options),
    ]


def _operations(path: str, endpoint: Endpoint, *, events: bool) -> list[BaseRouteHandler]:
    shared: dict[str, Any] = {
        "include_in_schema": False,
        "exception_handlers": EXCEPTION_HANDLERS,
    }

    @post(path, status_code=200, request_max_body_size=None, **shared)
    async def post_graphql(request: AnyRequest) -> ASGIApp:
        """Any operation."""
        return await endpoint.post(request, events=events)

    @get(path, **shared)
    async def get_graphql(request: AnyRequest) -> ASGIApp:
        """Operations that only read."""
        return await endpoint.get(request, events=events)

    return [post_graphql, get_graphql]


def _schema_text(options: Options) -> BaseRouteHandler:
    text = sdl(federation=options.federation)

    @get("/schema.graphql", include_in_schema=False, sync_to_thread=False)
    def get_sdl() -> Response[str]:
        """The schema in GraphQL's own language; it is no secret."""
        return Response(text, media_type=MediaType.TEXT)

    return get_sdl
