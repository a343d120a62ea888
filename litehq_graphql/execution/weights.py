"""What fields cost, and how long lists are taken to be, before anything is read.

Source: ``contract.md``, Rate limit; ``docs/decisions/0023-what-an-operation-costs.md``. All weights
stand here. A field that is not named costs what its type does.
"""

from __future__ import annotations

from collections.abc import Mapping

from litehq_core.domain.query import DEFAULT_LIMIT, MAX_LIMIT

# Each object of an answer.
OBJECT_POINTS = 1
# What a write does besides what it shows.
WRITE_POINTS = 10
# Subscribing, with the first event.
FOLLOW_POINTS = 10
# The schema about itself, however much of it.
INTROSPECTION_POINTS = 100
# A list whose length nothing tells.
LIST_SIZE = 10
# The arguments that do tell: of a connection, and of a list that answers to another one.
PAGING = ("first", "last")
ANSWERED = "representations"
SIZING = (*PAGING, ANSWERED)

# Types that only hold others together end so.
_WRAPPERS = ("Connection", "Edge", "PageInfo", "Payload", "Refusal", "Result")

# Fields that are dearer than what they show. `*` is any type.
_FIELDS: Mapping[str, int] = {
    "Query.availability": 20,
    "Query.bookingQuote": 10,
    "Query.bookingSeriesQuote": 100,
    "Query.ledgerVerification": 1_000,
    "Mutation.createBookingSeries": 100,
    "Mutation.updateBookingSeries": 100,
    "Mutation.cancelBookingSeries": 100,
    "Mutation.retryBookingSeries": 100,
    "*.totalCount": 10,
}

_SIZES: Mapping[str, int] = {
    "Availability.rooms": 20,
    "BookingSeries.occurrences": 20,
    "BookingSeriesQuote.occurrences": 20,
    "LastEdit.violations": 1,
    "OpeningHours.weekly": 7,
    "Price.lines": 3,
    "CancellationPolicy.steps": 3,
    "CancellationPreview.schedule": 3,
    "Room.parts": 3,
    "SeriesOccurrence.violations": 1,
    "QuotedOccurrence.violations": 1,
}


def field_points(parent: str, field: str, type_: str, *, is_leaf: bool) -> int:
    """What each value of a field costs, without what is selected below it.

    Args:
        parent: the name of the type that has the field.
        type_: the name of the field's own type.
    """
    named = _FIELDS.get(f"{parent}.{field}", _FIELDS.get(f"*.{field}"))
    if named is not None:
        return named
    if is_leaf:
        return 0
    if parent == "Mutation":
        return WRITE_POINTS
    if parent == "Subscription":
        return FOLLOW_POINTS
    # The list itself has to be found, however little of it is shown.
    if parent == "Query" and type_.endswith("Connection"):
        return OBJECT_POINTS
    return 0 if type_.endswith(_WRAPPERS) else OBJECT_POINTS


def list_size(parent: str, field: str, page: int | None) -> int:
    """How many entries a list is taken to have.

    Args:
        page: how many entries of a connection were asked for; None if it is none.
    """
    named = _SIZES.get(f"{parent}.{field}")
    if named is not None:
        return named
    return LIST_SIZE if page is None else page


def page_size(first: object, last: object) -> int:
    """How many entries of a connection are asked for; what is out of range is refused later."""
    given = [n for n in (first, last) if isinstance(n, int) and not isinstance(n, bool)]
    return min(max(given, default=DEFAULT_LIMIT), MAX_LIMIT) if given else DEFAULT_LIMIT


def named_fields() -> list[str]:
    """Every field that has a weight or a size of its own, as ``Type.field``."""
    return [*_FIELDS, *_SIZES]
