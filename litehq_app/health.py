"""Whether the process lives, and whether it can work."""

from __future__ import annotations

import asyncio

from litestar import get
from litestar.datastructures import State

from litehq_core.domain.errors import ServiceUnavailable

PATIENCE_SECONDS = 2.0


@get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", include_in_schema=False)
async def readyz(state: State) -> dict[str, str]:
    """The database answers too; 503 if it does not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            # Any workspace will do: the question is whether there is an answer.
            await state.ports.reads.head("ws_none")
    except TimeoutError:
        raise ServiceUnavailable("The database does not answer.") from None
    return {"status": "ok"}
