"""``availabilityChanged``: when to ask anew for a room's free and busy times."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import Scope
from tests.graphql.house import House
from tests.graphql.operations import CANCEL, UPDATE, done, paid_booking
from tests.graphql.socket_client import SocketClient, connected
from tests.graphql.stream_client import streaming

FOLLOW = """
subscription Follow($roomId: ID!, $after: String) {
  availabilityChanged(roomId: $roomId, after: $after) {
    roomId cursor occurredAt startAt endAt room { name }
  }
}
"""
MORNING = {"startAt": "2026-05-25T09:00:00Z", "endAt": "2026-05-25T10:00:00Z"}
LATER = {"startAt": "2026-05-25T09:00:00Z", "endAt": "2026-05-25T12:00:00Z"}


async def change(socket: SocketClient) -> dict[str, Any]:
    """The next change."""
    told: dict[str, Any] = (await socket.next())["availabilityChanged"]
    return told


def slot(told: dict[str, Any]) -> dict[str, Any]:
    """Where something changed."""
    return {"startAt": told["startAt"], "endAt": told["endAt"]}


async def test_what_occupies_a_room_or_frees_it_is_told_once(house: House) -> None:
    """Booked, moved, cancelled: a change each; notes, another room and a key are none."""
    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW, roomId="rm_atrium")
        await house.until_followed()
        await house.book(roomId="rm_studio", bookedBy={"memberId": "mem_jonas_k"})
        booking = await house.book()
        booked = await change(socket)
        assert booked["room"] == {"name": "Atrium"}
        assert slot(booked) == MORNING
        await house.key()
        await done(house, UPDATE, id=booking["id"], notes="quiet, please")
        move = {"startAt": "2026-05-25T11:00:00Z", "endAt": "2026-05-25T12:00:00Z"}
        await done(house, UPDATE, id=booking["id"], **move)
        # From the old slot to the new one.
        assert slot(await change(socket)) == LATER
        await done(house, CANCEL, id=booking["id"])
        cancelled = await change(socket)
    assert slot(cancelled) == move
    assert cancelled["occurredAt"] == "2026-05-22T09:00:00Z"
    async with streaming(
        house.app, house.secret, FOLLOW, roomId="rm_atrium", after=booked["cursor"]
    ) as stream:
        # What happened meanwhile is one change.
        missed = (await stream.next())["availabilityChanged"]
    assert missed["cursor"] == cancelled["cursor"]
    assert slot(missed) == LATER


async def test_a_hold_takes_the_slot_and_its_end_gives_it_back(house: House) -> None:
    """Payment of a hold changes nothing more: the slot was taken already."""
    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW, roomId="rm_studio")
        await house.until_followed()
        paid = await paid_booking(house)
        assert slot(await change(socket)) == MORNING
        await done(house, CANCEL, id=paid["id"])
        assert slot(await change(socket)) == MORNING


async def test_what_a_bound_key_may_not_see_still_occupies_the_room(house: House) -> None:
    """As ``availability`` shows it too: when, and nothing else."""
    bound = await house.key(Scope.CALENDAR_READ, member_id="mem_jonas_k")
    async with connected(house.app) as socket:
        await (await socket.init(bound)).subscribe(FOLLOW, roomId="rm_atrium")
        await house.until_followed()
        await house.book()
        assert slot(await change(socket)) == MORNING


@pytest.mark.parametrize(
    ("room_id", "after", "code"),
    [
        ("rm_none", None, "not_found"),
        ("bk_1", None, "not_found"),
        ("rm_atrium", "99", "validation_failed"),
    ],
)
async def test_what_cannot_be_followed_is_refused(
    house: House, room_id: str, after: str | None, code: str
) -> None:
    """An unknown room, a cursor that is none."""
    variables: dict[str, Any] = {"roomId": room_id, "after": after}
    async with streaming(house.app, house.secret, FOLLOW, **variables) as stream:
        assert (await stream.end())["code"] == code


async def test_it_needs_the_calendar(house: House) -> None:
    """``calendar:read``."""
    secret = await house.key(Scope.MEMBERS_READ)
    async with streaming(house.app, secret, FOLLOW, roomId="rm_atrium") as stream:
        assert (await stream.end())["code"] == "auth_scope_insufficient"
