"""The socket: ``graphql-transport-ws``, and nothing else.

The protocol is Strawberry's; here are the shapes and bounds of its messages, and the errors.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from litestar import websocket
from litestar.handlers import WebsocketRouteHandler
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from litehq_core.domain.errors import AuthInvalid, Code, RateLimited
from litehq_graphql.context import Context
from litehq_graphql.documents import Documents, with_text
from litehq_graphql.errors import RequestFault, extensions, fault_of
from litehq_graphql.gate import Gate
from litehq_graphql.messages import request_of
from litehq_graphql.options import Options
from litehq_graphql.rate_limit import draw_for_operations
from litehq_graphql.schema import served_with
from litehq_graphql.wire import AnySocket, Wire

logger = logging.getLogger("litehq.graphql")

INIT_TIMEOUT = timedelta(seconds=5)
MAX_SUBSCRIPTIONS = 100
INTERNAL_ERROR = 4500
SUBPROTOCOL_NOT_ACCEPTABLE = 4406


def graphql_socket(path: str, options: Options, documents: Documents) -> WebsocketRouteHandler:
    """The route handler of the socket."""

    @websocket(path)
    async def handle_graphql_socket(socket: AnySocket) -> None:
        """Speak the protocol until one of the two sides closes."""
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in socket.scope["subprotocols"]:
            await socket.accept()
            await socket.close(SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        await socket.accept(subprotocols=GRAPHQL_TRANSPORT_WS_PROTOCOL)
        wire = Wire(socket)
        gate = Gate(
            socket.app.state.ports,
            wire,
            authorization=socket.headers.get("authorization"),
            docs_base=socket.app.state.docs_base,
            request_id=cast("str | None", socket.scope["state"].get("request_id")),
            options=options,
        )
        await Conversation(wire, gate, documents, options).handle()

    return handle_graphql_socket


class Conversation(BaseGraphQLTransportWSHandler[Any, None]):
    """One client's messages, each judged before Strawberry's handler gets it."""

    def __init__(self, wire: Wire, gate: Gate, documents: Documents, options: Options) -> None:
        super().__init__(
            # Of its view the handler only wants `on_ws_connect`.
            view=cast("Any", gate),
            websocket=cast("Any", wire),
            context={},
            root_value=None,
            schema=served_with(options).schema,
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=MAX_SUBSCRIPTIONS,
        )
        self._gate = gate
        self._documents = documents

    async def handle_message(self, message: Any) -> None:
        """Refuse what is no message; what fails on our side closes the socket, and is logged."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            await self.handle_invalid_message("A message must be an object with a type")
            return
        try:
            await super().handle_message(cast("Any", message))
        except WebSocketDisconnected:
            raise
        except Exception:
            logger.exception("a message of the socket failed")
            await self.websocket.close(INTERNAL_ERROR, "Internal server error")

    async def handle_connection_init(self, message: Any) -> None:
        """A payload of null is none; who was let in is the context of all that follows."""
        if message.get("payload") is None:
            message = {**message, "payload": {}}
        await super().handle_connection_init(message)
        if self._gate.context is not None:
            self.context = self._gate.context

    async def handle_subscribe(self, message: Any) -> None:
        """Start an operation, if it has its shape, the key opens anything, and may call now."""
        operation_id = message.get("id")
        if not isinstance(operation_id, str) or not operation_id:
            await self.handle_invalid_message("An operation needs an id")
            return
        if self.connection_acknowledged:
            try:
                if len(self.operations) >= MAX_SUBSCRIPTIONS:
                    raise RequestFault(
                        Code.VALIDATION_FAILED,
                        f"A socket carries {MAX_SUBSCRIPTIONS} operations at a time.",
                    )
                asked = with_text(request_of(message.get("payload")), self._documents)
                await self._gate.require_live()
                await draw_for_operations(self.context, [asked], drawn=0)
            except (RequestFault, RateLimited) as fault:
                await self._refuse(operation_id, fault)
                return
            except AuthInvalid:
                return
            payload = {
                "query": asked.query,
                "variables": asked.variables,
                "operationName": asked.operation_name,
            }
            message = {**message, "payload": payload}
        await super().handle_subscribe(message)

    async def handle_complete(self, message: Any) -> None:
        """End an operation."""
        if not isinstance(message.get("id"), str):
            await self.handle_invalid_message("An operation needs an id")
            return
        await super().handle_complete(message)

    async def handle_task_exception(self, error: Exception) -> None:
        """That somebody went away is no news."""
        if not isinstance(error, WebSocketDisconnected):
            logger.error("an operation of the socket failed", exc_info=error)

    async def shutdown(self) -> None:
        """End the watch over the key, then every operation."""
        self._gate.leave()
        await super().shutdown()

    async def _refuse(self, operation_id: str, error: RequestFault | RateLimited) -> None:
        context: Context = self.context
        fault = fault_of(error)
        shown: Mapping[str, Any] = extensions(
            fault, docs_base=context.docs_base, request_id=context.request_id
        )
        error_shown = {"message": fault.message, "extensions": shown}
        await self.send_message(
            cast("Any", {"id": operation_id, "type": "error", "payload": [error_shown]})
        )
