"""Which events bear on a room's free and busy times, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.availability_change import availability_change
from litehq_core.domain.events import Event, EventType
from litehq_core.domain.interval import Interval
from tests.domain.samples import NOW, utc

NINE, TEN, NOON, ONE = (f"2026-05-25T{hour}:00:00Z" for hour in ("09", "10", "12", "13"))


def interval(start: str, end: str) -> Interval:
    """From the texts of an event."""
    return Interval(utc(start.rstrip("Z")), utc(end.rstrip("Z")))


def event(
    kind: EventType = EventType.BOOKING_CREATED,
    previous: dict[str, Any] | None = None,
    position: int = 7,
    **values: Any,
) -> Event:
    """An event of a booking of the Atrium from nine to ten."""
    booking = {
        "id": "bk_1",
        "room_id": "rm_atrium",
        "start_at": NINE,
        "end_at": TEN,
        "status": "confirmed",
        "pending_change": None,
        **values,
    }
    return Event(
        id=f"evt_{position}",
        workspace_id="ws_soho",
        position=position,
        type=kind,
        subject_id="bk_1",
        sequence=1,
        occurred_at=NOW,
        object=booking,
        previous=previous,
        actor_id="tok_1",
        request_id=None,
        member_id="mem_1",
        company_id=None,
        room_id=booking["room_id"],
    )


MOVED_HERE = event(
    EventType.BOOKING_UPDATED, {"room_id": "rm_annex", "start_at": NOON, "end_at": ONE}
)
WAITS = {"room_id": "rm_annex", "start_at": NOON, "end_at": ONE}


@pytest.mark.parametrize(
    ("told", "room_id", "within"),
    [
        (event(), "rm_atrium", (NINE, TEN)),
        (event(), "rm_annex", None),
        (event(EventType.BOOKING_CANCELLED, {"status": "confirmed"}), "rm_atrium", (NINE, TEN)),
        (event(EventType.BOOKING_EXPIRED, {"status": "pending_payment"}), "rm_atrium", (NINE, TEN)),
        (event(EventType.BOOKING_UPDATED, {"end_at": NOON}), "rm_atrium", (NINE, NOON)),
        (event(EventType.BOOKING_UPDATED, {"notes": "a"}), "rm_atrium", None),
        (MOVED_HERE, "rm_atrium", (NINE, TEN)),
        (MOVED_HERE, "rm_annex", (NOON, ONE)),
        # Cells that a change holds while it waits for payment, and lets go when it has ended.
        (
            event(EventType.BOOKING_UPDATED, {"pending_change": None}, pending_change=WAITS),
            "rm_annex",
            (NOON, ONE),
        ),
        (event(EventType.BOOKING_UPDATED, {"pending_change": WAITS}), "rm_annex", (NOON, ONE)),
        (event(EventType.BOOKING_CONFIRMED, {"status": "pending_payment"}), "rm_atrium", None),
        # Late payment takes a slot that had been free again.
        (event(EventType.BOOKING_CONFIRMED, {"status": "expired"}), "rm_atrium", (NINE, TEN)),
        (event(EventType.BOOKING_COMPLETED, {"status": "confirmed"}), "rm_atrium", None),
        (event(EventType.BOOKING_NO_SHOW, {"no_show": False}), "rm_atrium", None),
        (event(EventType.CHARGE_SUCCEEDED), "rm_atrium", None),
        (event(EventType.CHARGE_REFUNDED), "rm_atrium", None),
        (event(EventType.PAYMENT_FAILED), "rm_atrium", None),
    ],
)
def test_an_event_bears_on_a_room_if_it_takes_or_frees_a_slot(
    told: Event, room_id: str, within: tuple[str, str] | None
) -> None:
    """contract.md, GraphQL: ``availabilityChanged(roomId)``."""
    change = availability_change(room_id, [told])
    if within is None:
        assert change is None
    else:
        assert change is not None
        assert change.within == interval(*within)
        assert (change.room_id, change.occurred_at) == (room_id, NOW)


def test_events_read_at_once_are_one_change() -> None:
    """Over all that they touch; the cursor lies behind the last event that was looked at."""
    events = [
        event(position=7),
        event(position=8, start_at=NOON, end_at=ONE),
        event(EventType.BOOKING_NO_SHOW, {"no_show": False}, position=9),
    ]
    change = availability_change("rm_atrium", events)
    assert change is not None
    assert (change.within, change.position) == (interval(NINE, ONE), 9)


def test_an_edit_of_the_room_may_change_anything() -> None:
    """Its hours, its grid, its rules: there is no telling where."""
    edited = event(EventType.ROOM_UPDATED, {"name": "Hall"})
    change = availability_change("rm_atrium", [event(), edited])
    assert change is not None
    assert change.within is None
    assert availability_change("rm_annex", [edited]) is None


def _closed(kind: EventType, **values: Any) -> Event:
    """A blackout from nine to ten, of what ``values`` say."""
    of_place = {"room_id": None, "location_id": None, **values}
    return event(kind, **of_place)


@pytest.mark.parametrize("kind", [EventType.BLACKOUT_CREATED, EventType.BLACKOUT_DELETED])
def test_blackouts_of_the_room_and_of_its_location_say_when(kind: EventType) -> None:
    for values in ({"room_id": "rm_atrium"}, {"location_id": "loc_soho"}):
        closed = _closed(kind, **values)
        change = availability_change("rm_atrium", [closed], location_id="loc_soho")
        assert change is not None
        assert change.within == interval(NINE, TEN)
    elsewhere = [_closed(kind, room_id="rm_annex"), _closed(kind, location_id="loc_far")]
    assert availability_change("rm_atrium", elsewhere, location_id="loc_soho") is None
    # Nobody said where the room is.
    assert availability_change("rm_atrium", [_closed(kind, location_id="loc_soho")]) is None


def test_a_location_is_heard_of_when_its_clock_or_its_hours_change() -> None:
    def changed(location_id: str, **previous: Any) -> Event:
        of_location = event(EventType.LOCATION_UPDATED, previous, room_id=None)
        return replace(of_location, subject_id=location_id)

    for name in ("timezone", "opening_hours"):
        news = [changed("loc_soho", **{name: "x"})]
        change = availability_change("rm_atrium", news, location_id="loc_soho")
        assert change is not None
        assert change.within is None
    quiet = [changed("loc_soho", name="x"), changed("loc_far", timezone="x")]
    assert availability_change("rm_atrium", quiet, location_id="loc_soho") is None


def test_who_waits_at_a_location_closes_nothing() -> None:
    waits = event(EventType.WAITLIST_JOINED, room_id=None, location_id="loc_soho")
    assert availability_change("rm_atrium", [waits], location_id="loc_soho") is None
