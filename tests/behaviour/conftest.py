"""The callers: every scenario runs through Python, REST and GraphQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.behaviour.app import serving
from tests.behaviour.drivers.catalogue import (
    CatalogueDriver,
    GraphQLCatalogueDriver,
    PythonCatalogueDriver,
    RestCatalogueDriver,
)
from tests.behaviour.drivers.people import (
    GraphQLPeopleDriver,
    PeopleDriver,
    PythonPeopleDriver,
    RestPeopleDriver,
)
from tests.behaviour.drivers.protocol import Facade
from tests.behaviour.drivers.series import (
    GraphQLSeriesDriver,
    PythonSeriesDriver,
    RestSeriesDriver,
    SeriesDriver,
)
from tests.behaviour.house import House, furnished
from tests.behaviour.invariants import check_house


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The two furnished workspaces, looked over once the scenario is told."""
    house = await furnished()
    yield house
    check_house(house)


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of a server over the house."""
    async with serving(house.ports) as client:
        yield client


@pytest.fixture(params=["python", "rest", "graphql"])
async def driver(request: pytest.FixtureRequest, house: House) -> AsyncIterator[SeriesDriver]:
    """One caller after the other."""
    if request.param == "python":
        yield PythonSeriesDriver(house.ports)
        return
    async with serving(house.ports) as client:
        yield FACADES[request.param](client)


@pytest.fixture(params=["python", "rest", "graphql"])
async def people(request: pytest.FixtureRequest, house: House) -> AsyncIterator[PeopleDriver]:
    """One caller after the other, for companies and members."""
    if request.param == "python":
        yield PythonPeopleDriver(house.ports)
        return
    async with serving(house.ports) as client:
        is_rest = request.param == "rest"
        yield RestPeopleDriver(client) if is_rest else GraphQLPeopleDriver(client)


@pytest.fixture(params=["python", "rest", "graphql"])
async def operator(request: pytest.FixtureRequest, house: House) -> AsyncIterator[CatalogueDriver]:
    """One caller after the other, who runs the house."""
    if request.param == "python":
        yield PythonCatalogueDriver(house.ports)
        return
    async with serving(house.ports) as client:
        if request.param == "rest":
            yield RestCatalogueDriver(client)
        else:
            yield GraphQLCatalogueDriver(client)


@pytest.fixture(params=["rest", "graphql"])
async def facade(request: pytest.FixtureRequest, client: httpx.AsyncClient) -> Facade:
    """The callers over HTTP, one after the other."""
    return FACADES[request.param](client)


@pytest.fixture
async def rest(client: httpx.AsyncClient) -> RestSeriesDriver:
    """The caller over REST, for what GraphQL has no words for."""
    return RestSeriesDriver(client)


@pytest.fixture
async def graphql(client: httpx.AsyncClient) -> GraphQLSeriesDriver:
    """The caller over GraphQL, for what it alone refuses."""
    return GraphQLSeriesDriver(client)


FACADES: dict[str, type[RestSeriesDriver] | type[GraphQLSeriesDriver]] = {
    "rest": RestSeriesDriver,
    "graphql": GraphQLSeriesDriver,
}
