"""The key behind a socket, asked about for as long as the socket lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from strawberry.exceptions import ConnectionRejectionError
from strawberry.types.unset import UNSET, UnsetType

from litehq_core.domain.errors import AuthInvalid
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_graphql.bearer import bearer_secret
from litehq_graphql.context import Context
from litehq_graphql.wire import Wire

logger = logging.getLogger("litehq.graphql")

# contract.md asks for 30 s at most, live sockets included.
RECHECK_SECONDS = 2.0
# How long an answer counts when many events follow one another.
FRESH_SECONDS = 0.5
# While the store is away nobody knows whether the key still opens anything.
FAIL_CLOSED_SECONDS = 10.0

FORBIDDEN = 4403
TRY_AGAIN_LATER = 1013


class Gate:
    """Lets a socket in by its key, and throws it out when the key ends.

    Attributes:
        context: who was let in; None before.
    """

    def __init__(
        self,
        ports: Ports,
        wire: Wire,
        *,
        authorization: str | None,
        docs_base: str,
        request_id: str | None,
        introspection: bool,
    ) -> None:
        self.context: Context | None = None
        self._ports = ports
        self._wire = wire
        self._authorization: object = authorization
        self._frame: dict[str, Any] = {
            "docs_base": docs_base,
            "request_id": request_id,
            "introspection": introspection,
        }
        self._checked_at = 0.0
        self._watch: asyncio.Task[None] | None = None

    async def on_ws_connect(self, context: Mapping[str, Any]) -> UnsetType:
        """Strawberry's hook: judge the payload of ``connection_init``, or else the header.

        Raises:
            ConnectionRejectionError: nobody who may; the socket is closed as forbidden.
        """
        payload = context["connection_params"]
        for name in ("Authorization", "authorization"):
            if payload.get(name) is not None:
                self._authorization = payload[name]
                break
        try:
            actor = await self._authenticate()
        except AuthInvalid:
            raise ConnectionRejectionError from None
        self.context = Context.of(self._ports, actor, require_live=self.require_live, **self._frame)
        self._watch = asyncio.create_task(self._keep_watch())
        nothing: UnsetType = UNSET
        return nothing

    async def require_live(self) -> None:
        """Ask about the key, unless that was done just now.

        Raises:
            AuthInvalid: it has ended; the socket is closed.
        """
        if asyncio.get_running_loop().time() - self._checked_at < FRESH_SECONDS:
            return
        try:
            await self._authenticate()
        except AuthInvalid:
            await self._wire.close(FORBIDDEN, "Forbidden")
            raise

    def leave(self) -> None:
        """The socket is over."""
        if self._watch is not None:
            self._watch.cancel()

    async def _authenticate(self) -> Any:
        secret = bearer_secret(self._authorization)
        actor = await authenticate(self._ports, secret, self._frame["request_id"])
        self._checked_at = asyncio.get_running_loop().time()
        return actor

    async def _keep_watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                await self.require_live()
            except AuthInvalid:
                return
            except Exception:
                logger.warning("the key of a socket could not be checked", exc_info=True)
                if loop.time() - self._checked_at > FAIL_CLOSED_SECONDS:
                    await self._wire.close(TRY_AGAIN_LATER, "Try again later")
                    return
