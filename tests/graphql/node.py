"""Scripts that run in Node.js, with the real JavaScript clients."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.node.install import NODE_FOLDER, node_program

SCRIPT_SECONDS = 20


@asynccontextmanager
async def script(name: str, *arguments: str) -> AsyncIterator[Process]:
    """A script of ``tests/node``, gone when the block ends."""
    process = await asyncio.create_subprocess_exec(
        node_program(), NODE_FOLDER / name, *arguments, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line(process: Process) -> Any:
    """The next line that the script prints."""
    assert process.stdout is not None
    async with asyncio.timeout(SCRIPT_SECONDS):
        text = await process.stdout.readline()
    assert text, "the script ended"
    return json.loads(text)


async def lines(process: Process) -> list[Any]:
    """All lines until the script ends, which it must do well."""
    async with asyncio.timeout(SCRIPT_SECONDS):
        output, _ = await process.communicate()
    assert process.returncode == 0
    return [json.loads(text) for text in output.splitlines()]


async def ended(process: Process) -> int:
    """How the script ended."""
    async with asyncio.timeout(SCRIPT_SECONDS):
        return await process.wait()
