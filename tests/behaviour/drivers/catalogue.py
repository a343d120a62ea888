"""The three callers, for the catalogue: locations, rooms, blackouts and rate cards together."""

from __future__ import annotations

from typing import Protocol

from tests.behaviour.drivers.blackouts import (
    BlackoutDriver,
    GraphQLBlackoutDriver,
    PythonBlackoutDriver,
    RestBlackoutDriver,
)
from tests.behaviour.drivers.places import (
    GraphQLPlaceDriver,
    PlaceDriver,
    PythonPlaceDriver,
    RestPlaceDriver,
)
from tests.behaviour.drivers.rate_cards import (
    GraphQLRateCardDriver,
    PythonRateCardDriver,
    RateCardDriver,
    RestRateCardDriver,
)


class CatalogueDriver(PlaceDriver, BlackoutDriver, RateCardDriver, Protocol):
    """A caller who looks after all of the catalogue."""


class PythonCatalogueDriver(PythonPlaceDriver, PythonBlackoutDriver, PythonRateCardDriver):
    """Calls the use cases."""


class RestCatalogueDriver(RestPlaceDriver, RestBlackoutDriver, RestRateCardDriver):
    """Speaks HTTP."""


class GraphQLCatalogueDriver(GraphQLPlaceDriver, GraphQLBlackoutDriver, GraphQLRateCardDriver):
    """Speaks GraphQL over HTTP."""
