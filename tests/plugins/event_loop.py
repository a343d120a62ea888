"""Run every asynchronous test on asyncio, the only event loop that the product uses."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Name the one backend; session scope lets fixtures of any scope be asynchronous."""
    return "asyncio"
