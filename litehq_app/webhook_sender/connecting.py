"""Opening connections: to the very address that was judged, and to no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import httpcore

from litehq_app.webhook_sender.public_addresses import Address
from litehq_app.webhook_sender.resolving import Resolver
from litehq_app.webhook_sender.target import Reach, literal_address

RESOLVE_SECONDS = 5.0
CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 3


class AddressNotAllowed(Exception):
    """Nothing that the name stands for may be connected to."""


class JudgedNetwork(httpcore.AsyncNetworkBackend):
    """The network beneath an HTTP connection, as far as it is allowed.

    A name is looked up once and what it stands for is judged; the connection is opened to one of
    these addresses by its number. Nothing asks for the name again, so it cannot change meanwhile.
    TLS and ``Host`` keep the name.
    """

    def __init__(
        self, reach: Reach, resolve: Resolver, network: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        self._reach = reach
        self._resolve = resolve
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the interface has it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of ``host`` that answers.

        Raises:
            AddressNotAllowed: one of its addresses leads inwards, or it has none. That is one
                case, for else names could be tried out until one is known inside.
            ConnectError, ConnectTimeout, TimeoutError: no address answers.
        """
        failure: Exception = httpcore.ConnectError("no address")
        for address in await self._allowed(host):
            try:
                return await self._network.connect_tcp(
                    str(address),
                    port,
                    timeout=CONNECT_SECONDS if timeout is None else min(timeout, CONNECT_SECONDS),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - as the interface has it
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """There is no way to this machine's own sockets."""
        raise AddressNotAllowed

    async def sleep(self, seconds: float) -> None:
        """As the interface has it."""
        await asyncio.sleep(seconds)

    async def _allowed(self, host: str) -> tuple[Address, ...]:
        literal = literal_address(host)
        if literal is not None:
            addresses: tuple[Address, ...] = (literal,)
        else:
            async with asyncio.timeout(RESOLVE_SECONDS):
                addresses = await self._resolve(host)
        # A name with one foot inside is refused whole, lest the other foot be a pretext.
        if not addresses or not all(self._reach.allows(address) for address in addresses):
            raise AddressNotAllowed
        return addresses[:MOST_ADDRESSES]
