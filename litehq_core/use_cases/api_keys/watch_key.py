"""The key behind a connection that lasts, asked about for as long as it does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import AuthInvalid, Refusal, ServiceUnavailable
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_actor import read_actor
from litehq_core.steps.read_membership import Membership, read_membership

logger = logging.getLogger("litehq.keys")

# contract.md asks for 30 s at most, live connections included; the gateway promises five.
RECHECK_SECONDS = 2.0
# How long an answer counts when many events follow one another.
FRESH_SECONDS = 0.5
# While the store is away nobody knows whether the key still opens anything.
FAIL_CLOSED_SECONDS = 10.0

OnEnd = Callable[[Refusal], Awaitable[None]]


class StandingChanged(AuthInvalid):
    """What the key may see has changed; connect again."""


class KeyWatch:
    """Lets a connection in by its key, and ends it with the key.

    Every façade's connections that last are watched by it, so that all end alike.

    A key that is bound to a member shows what this member may see: another tier, status or
    company of his ends the connection too, since what was sent so far may not be his any more.
    """

    def __init__(
        self, ports: Ports, secret: str | None, request_id: str | None, on_end: OnEnd
    ) -> None:
        self._ports = ports
        self._secret = secret
        self._request_id = request_id
        self._on_end = on_end
        self._admitted: tuple[Actor, Membership | None] | None = None
        self._checked_at = 0.0
        self._task: asyncio.Task[None] | None = None

    async def admit(self) -> Actor:
        """Who may come in; from now on he is watched, until :meth:`leave`.

        Raises:
            AuthInvalid: nobody who may.
        """
        self._admitted = await self._standing()
        self._task = asyncio.create_task(self._keep_watch())
        return self._admitted[0]

    async def require_live(self) -> None:
        """Ask about the key, unless that was done just now.

        Raises:
            AuthInvalid: it has ended, or shows something else by now; so has the connection.
        """
        if asyncio.get_running_loop().time() - self._checked_at < FRESH_SECONDS:
            return
        try:
            if await self._standing() != self._admitted:
                raise StandingChanged
        except AuthInvalid as ended:
            await self._on_end(ended)
            raise

    def leave(self) -> None:
        """The connection is over."""
        if self._task is not None:
            self._task.cancel()

    async def _standing(self) -> tuple[Actor, Membership | None]:
        actor = await read_actor(self._ports, self._secret, self._request_id)
        membership = await read_membership(self._ports, actor)
        self._checked_at = asyncio.get_running_loop().time()
        return actor, membership

    async def _keep_watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                await self.require_live()
            except AuthInvalid:
                return
            except Exception:
                logger.warning("the key of a connection could not be checked", exc_info=True)
                if loop.time() - self._checked_at > FAIL_CLOSED_SECONDS:
                    await self._on_end(ServiceUnavailable())
                    return
