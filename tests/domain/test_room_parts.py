"""Rooms that are made of rooms, and rooms that are shared seat by seat."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from litehq_core.domain.booking import Booking
from litehq_core.domain.claims import Claim
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.records import pending_change_from_json, pending_change_json
from litehq_core.domain.room import Room, combined, related_rooms
from tests.domain import samples
from tests.domain.samples import slot

A, B, C = (samples.room(id=f"rm_{name}") for name in "abc")
AB = samples.room(id="rm_ab", parts=frozenset({"rm_a", "rm_b"}))
BC = samples.room(id="rm_bc", parts=frozenset({"rm_b", "rm_c"}))
DESKS = samples.room(id="rm_desks", shared=True, capacity=8)
ROOMS = {room.id: room for room in (A, B, C, AB, BC, DESKS)}


def _refused(build: Callable[[], object]) -> str:
    with pytest.raises(ValidationFailed) as refusal:
        build()
    (error,) = refusal.value.errors
    return f"{error.field}: {error.reason}"


def test_a_room_is_not_a_part_of_itself() -> None:
    assert _refused(lambda: samples.room(id="rm_a", parts=frozenset({"rm_a", "rm_b"}))) == (
        "parts: must not name the room itself"
    )


def test_a_combined_room_is_not_shared() -> None:
    assert _refused(lambda: samples.room(parts=frozenset({"rm_a"}), shared=True)).startswith(
        "shared:"
    )


def test_parts_that_are_combined_themselves_are_replaced_by_theirs() -> None:
    floor = samples.room(id="rm_floor", parts=frozenset({"rm_ab", "rm_c"}))
    assert combined(floor, ROOMS).parts == {"rm_a", "rm_b", "rm_c"}
    overlapping = samples.room(id="rm_floor", parts=frozenset({"rm_ab", "rm_bc"}))
    assert combined(overlapping, ROOMS).parts == {"rm_a", "rm_b", "rm_c"}
    assert combined(A, ROOMS).parts == frozenset()


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (None, "there is no room rm_x"),
        (samples.room(id="rm_x", location=samples.location(id="loc_2")), "another location"),
        (samples.room(id="rm_x", shared=True), "is shared"),
        # rm_x is made of rm_floor already: flattened, the floor would be a part of itself.
        (samples.room(id="rm_x", parts=frozenset({"rm_floor"})), "the room itself"),
    ],
)
def test_what_a_room_cannot_be_made_of(part: Room | None, reason: str) -> None:
    floor = samples.room(id="rm_floor", parts=frozenset({"rm_a", "rm_x"}))
    rooms = {"rm_a": A, **({part.id: part} if part else {})}
    refused = _refused(lambda: combined(floor, rooms))
    assert refused.startswith("parts:")
    assert reason in refused


def test_rooms_that_share_a_leaf_are_related() -> None:
    """What occupies one of them stands in the way on the others, two parents included."""
    related = {room.id: related_rooms(room, ROOMS.values()) for room in ROOMS.values()}
    assert related == {
        "rm_a": {"rm_a", "rm_ab"},
        "rm_b": {"rm_b", "rm_ab", "rm_bc"},
        "rm_c": {"rm_c", "rm_bc"},
        "rm_ab": {"rm_a", "rm_b", "rm_ab", "rm_bc"},
        "rm_bc": {"rm_b", "rm_c", "rm_ab", "rm_bc"},
        "rm_desks": {"rm_desks"},
    }


def _booking(room: Room, **fields: object) -> Booking:
    return samples.booking(slot("2026-06-01 14:00"), room=room.summary, **fields)


def test_a_booking_claims_the_leaves_and_never_the_combined_room() -> None:
    """architecture.md: combined rooms claim their leaf parts."""
    when = slot("2026-06-01 14:00", 75)
    assert _booking(A, buffer_minutes=15).claims == (Claim("rm_a", when),)
    assert _booking(AB, buffer_minutes=15).claims == (Claim("rm_a", when), Claim("rm_b", when))


@pytest.mark.parametrize(("attendees", "seats"), [(None, 1), (1, 1), (3, 3)])
def test_a_booking_claims_a_seat_for_each_who_comes(attendees: int | None, seats: int) -> None:
    when = slot("2026-06-01 14:00")
    assert _booking(DESKS, attendees=attendees).claims == (Claim("rm_desks", when, seats, 8),)
    # A room that is booked as a whole is whole for one and for many.
    assert _booking(A, attendees=attendees).claims == (Claim("rm_a", when),)


def test_a_change_that_waits_claims_beside_its_booking() -> None:
    change = samples.pending_change(slot("2026-06-02 14:00"), room=AB.summary)
    booking = _booking(DESKS, pending_change=change)
    assert booking.claims == (
        Claim("rm_desks", booking.slot, 1, 8),
        Claim("rm_a", change.slot),
        Claim("rm_b", change.slot),
    )


@pytest.mark.parametrize("room", [A, AB, DESKS], ids=lambda room: room.id)
def test_a_stored_change_knows_what_its_room_is(room: Room) -> None:
    change = samples.pending_change(room=room.summary)
    stored = pending_change_json(change)
    assert pending_change_from_json(stored) == change
    # A release that knew nothing of such rooms wrote ordinary ones.
    for name in ("room_parts", "room_seats"):
        del stored[name]
    assert pending_change_from_json(stored).claims == (Claim(room.id, change.slot),)
