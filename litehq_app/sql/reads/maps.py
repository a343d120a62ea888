"""Attributes and columns: the one place that knows both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Table

from litehq_app.sql.tables import API_KEYS, BOOKINGS, COMPANIES, LOCATIONS, MEMBERS, ROOMS, SERIES
from litehq_core.domain.attributes import (
    ApiTokenAttribute,
    BookingAttribute,
    CompanyAttribute,
    LocationAttribute,
    MemberAttribute,
    Noun,
    RoomAttribute,
    SeriesAttribute,
)


@dataclass(frozen=True, slots=True)
class Through:
    """An attribute that a noun borrows from one of its relations."""

    relation: str
    attribute: str


@dataclass(frozen=True, slots=True)
class NounMap:
    """A noun's table, and for each of its attributes a column, or the way to it."""

    table: Table
    attributes: Mapping[str, str | Through]


def _map(
    table: Table, attributes: type[StrEnum], borrowed: Mapping[str, Through] | None = None
) -> NounMap:
    # An attribute stands in the column of its own name unless it is borrowed.
    own: dict[str, str | Through] = {str(name): str(name) for name in attributes}
    return NounMap(table, {**own, **(borrowed or {})})


MAPS: Mapping[Noun, NounMap] = {
    Noun.BOOKING: _map(BOOKINGS, BookingAttribute),
    Noun.ROOM: _map(ROOMS, RoomAttribute, {"timezone": Through("location", "timezone")}),
    Noun.LOCATION: _map(LOCATIONS, LocationAttribute),
    Noun.MEMBER: _map(MEMBERS, MemberAttribute),
    Noun.COMPANY: _map(COMPANIES, CompanyAttribute),
    Noun.API_TOKEN: _map(API_KEYS, ApiTokenAttribute),
    Noun.SERIES: _map(SERIES, SeriesAttribute),
}
