"""A new location, and a change of one, as decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.errors import ValidationFailed, VersionConflict
from litehq_core.domain.location_changes import (
    CreateLocation,
    UpdateLocation,
    change_location,
    new_location,
)
from litehq_core.domain.opening_hours import OpeningHours
from tests.domain import samples
from tests.domain.samples import NOW

LATER = NOW + timedelta(days=1)
HOURS = OpeningHours.every_day(0, 600)


def _wish(**fields: Any) -> UpdateLocation:
    return UpdateLocation(location_id="loc_1", **fields)


def test_a_new_location_and_its_event() -> None:
    wish = CreateLocation(
        name="Mitte", timezone="Europe/Berlin", currency="EUR", opening_hours=HOURS
    )
    location, event = new_location(wish, workspace_id="ws_1", location_id="loc_9", now=NOW)
    assert location == samples.location(
        id="loc_9", name="Mitte", timezone="Europe/Berlin", currency="EUR", opening_hours=HOURS
    )
    assert (event.type, event.subject_id, event.sequence) == ("location.created", "loc_9", 1)
    assert (event.object["currency"], event.previous, event.room_id) == ("EUR", None, None)


def test_everything_that_is_wrong_with_a_new_one_is_named() -> None:
    wish = CreateLocation(name="", timezone="Mars/Olympus", currency="eur", opening_hours=HOURS)
    with pytest.raises(ValidationFailed) as refused:
        new_location(wish, workspace_id="ws_1", location_id="loc_9", now=NOW)
    assert [error.field for error in refused.value.errors] == ["name", "timezone", "currency"]


def test_a_change_is_one_version_and_one_event_that_names_what_changed() -> None:
    wish = _wish(name="Soho II", opening_hours=HOURS, expected_version=1)
    # Other hours hold from now on, whatever is booked.
    change = change_location(samples.location(), wish, LATER, booked_ahead=True)
    assert change is not None
    location, event = change
    assert location == samples.location(
        name="Soho II", opening_hours=HOURS, version=2, updated_at=LATER
    )
    assert (event.type, event.sequence) == ("location.updated", 2)
    assert event.previous is not None
    assert set(event.previous) == {"name", "opening_hours"}


@pytest.mark.parametrize("wish", [{}, {"name": "Soho"}, {"timezone": "Europe/London"}])
def test_nothing_new_is_no_change(wish: dict[str, Any]) -> None:
    assert change_location(samples.location(), _wish(**wish), LATER, booked_ahead=True) is None
    assert _wish(expected_version=3).changes_nothing
    assert not _wish(**wish, opening_hours=HOURS).changes_nothing


def test_the_clock_is_fixed_while_bookings_lie_ahead() -> None:
    wish = _wish(timezone="Europe/Berlin")
    assert wish.moves_clock(samples.location())
    assert not _wish(name="x").moves_clock(samples.location())
    with pytest.raises(ValidationFailed) as refused:
        change_location(samples.location(), wish, LATER, booked_ahead=True)
    assert [error.field for error in refused.value.errors] == ["timezone"]
    change = change_location(samples.location(), wish, LATER, booked_ahead=False)
    assert change is not None
    assert change[0].timezone == "Europe/Berlin"


def test_a_stale_version_and_wrong_fields_are_refused() -> None:
    with pytest.raises(VersionConflict):
        change_location(
            samples.location(), _wish(name="", expected_version=2), LATER, booked_ahead=False
        )
    with pytest.raises(ValidationFailed) as refused:
        change_location(samples.location(), _wish(name="", timezone="x"), LATER, booked_ahead=False)
    assert [error.field for error in refused.value.errors] == ["name", "timezone"]
