"""The house fixture of the REST tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.rest.house import House, open_house


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A furnished house with its application running; it is 22 May 2026, 09:00 UTC."""
    async with open_house() as opened:
        yield opened


@pytest.fixture
def client(house: House) -> httpx.AsyncClient:
    """A client of the house whose key may do everything."""
    return house.client
