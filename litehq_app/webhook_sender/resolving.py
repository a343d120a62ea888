"""Looking names up, without anybody's slow name server holding the process up."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address

from litehq_app.webhook_sender.public_addresses import Address

Resolver = Callable[[str], Awaitable[tuple[Address, ...]]]

MOST_AT_ONCE = 16


class SystemResolver:
    """Asks the machine's resolver, in threads of its own.

    Those of the event loop serve files and databases too, and a process that ends waits for
    them; a look-up cannot be cancelled, and its server belongs to whoever owns the name.
    """

    def __init__(self, *, most_at_once: int = MOST_AT_ONCE) -> None:
        self._free = asyncio.Semaphore(most_at_once)

    async def __call__(self, name: str) -> tuple[Address, ...]:
        """The addresses behind a name, in the order in which they should be tried; maybe none."""
        loop = asyncio.get_running_loop()
        await self._free.acquire()
        found: asyncio.Future[tuple[Address, ...]] = loop.create_future()

        def settle(addresses: tuple[Address, ...]) -> None:
            # Only now: whoever gave up waiting has left a thread behind that still counts.
            self._free.release()
            if not found.done():
                found.set_result(addresses)

        def look_up() -> None:
            addresses = _addresses(name)
            # The loop may have closed meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, addresses)

        threading.Thread(target=look_up, name="webhook-name", daemon=True).start()
        return await found


def _addresses(name: str) -> tuple[Address, ...]:
    try:
        # As bytes it is taken as it stands, without Python's own idea of international names.
        found = socket.getaddrinfo(name.encode("ascii"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(ip_address(address[0]) for *_, address in found))
