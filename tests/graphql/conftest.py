"""The house that the tests of the GraphQL façade live in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.graphql.house import House, furnished


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A furnished workspace, and a client with a key to all of it."""
    house = await furnished()
    async with house.client:
        yield house
