"""The door of a socket: who is let in by ``connection_init``, and is thrown out with his key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strawberry.exceptions import ConnectionRejectionError
from strawberry.types.unset import UNSET, UnsetType

from litehq_core.domain.errors import AuthInvalid, Refusal
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.api_keys.watch_key import KeyWatch
from litehq_graphql.bearer import bearer_secret
from litehq_graphql.context import Context
from litehq_graphql.options import Options
from litehq_graphql.wire import Wire

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
        options: Options,
    ) -> None:
        self.context: Context | None = None
        self._ports = ports
        self._wire = wire
        self._authorization = authorization
        self._docs_base = docs_base
        self._request_id = request_id
        self._options = options
        self._watch: KeyWatch | None = None

    async def on_ws_connect(self, context: Mapping[str, Any]) -> UnsetType:
        """Strawberry's hook: judge the payload of ``connection_init``, or else the header.

        Raises:
            ConnectionRejectionError: nobody who may; the socket is closed as forbidden.
        """
        payload = context["connection_params"]
        given = (payload.get(name) for name in ("Authorization", "authorization"))
        authorization = next((one for one in given if one is not None), self._authorization)
        self._watch = KeyWatch(
            self._ports, bearer_secret(authorization), self._request_id, self._end
        )
        try:
            actor = await self._watch.admit()
        except AuthInvalid:
            raise ConnectionRejectionError from None
        self.context = Context.of(
            self._ports,
            actor,
            docs_base=self._docs_base,
            request_id=self._request_id,
            options=self._options,
            require_live=self._watch.require_live,
        )
        nothing: UnsetType = UNSET
        return nothing

    async def require_live(self) -> None:
        """Ask about the key, unless that was done just now.

        Raises:
            AuthInvalid: it has ended; the socket is closed.
        """
        if self._watch is not None:
            await self._watch.require_live()

    def leave(self) -> None:
        """The socket is over."""
        if self._watch is not None:
            self._watch.leave()

    async def _end(self, why: Refusal) -> None:
        if isinstance(why, AuthInvalid):
            await self._wire.close(FORBIDDEN, "Forbidden")
        else:
            await self._wire.close(TRY_AGAIN_LATER, "Try again later")
