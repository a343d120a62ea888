"""``bookingEvents`` over ``graphql-transport-ws``."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.member import MemberStatus
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_core.use_cases.members.update_member import UpdateMember, update_member
from tests.domain.samples import NOW
from tests.graphql.house import House
from tests.graphql.socket_client import Closed, connected

FOLLOW = """
subscription Follow($after: String, $types: [BookingEventType!], $roomId: ID, $memberId: ID) {
  bookingEvents(after: $after, types: $types, roomId: $roomId, memberId: $memberId) {
    id cursor type sequence occurredAt previous
    booking { id status version room { name location { name } } member { name } }
  }
}
"""


async def test_a_new_booking_is_told_as_created_and_then_confirmed(house: House) -> None:
    """Instant confirmation is two moves, and every move writes exactly one event."""
    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW)
        await house.until_followed()
        booking = await house.book()
        created = (await socket.next())["bookingEvents"]
        confirmed = (await socket.next())["bookingEvents"]
    assert [created["type"], confirmed["type"]] == ["BOOKING_CREATED", "BOOKING_CONFIRMED"]
    assert [created["sequence"], confirmed["sequence"]] == [1, 2]
    # Each shows the booking as it was right after it, and what changed.
    assert [e["booking"]["status"] for e in (created, confirmed)] == [
        "PENDING_PAYMENT",
        "CONFIRMED",
    ]
    assert created["previous"] is None
    assert confirmed["previous"] == {"status": "PENDING_PAYMENT"}
    assert confirmed["booking"]["id"] == booking["id"]
    assert confirmed["booking"]["room"] == {"name": "Atrium", "location": {"name": "Soho"}}
    assert confirmed["booking"]["member"] == {"name": "Lina P"}
    assert confirmed["occurredAt"] == "2026-05-22T09:00:00Z"


async def test_after_a_cursor_what_was_missed_comes_first_without_gap_or_repeat(
    house: House,
) -> None:
    """With ``after`` it first replays what was missed, then goes live."""
    seen: list[tuple[str, int]] = []

    def note(data: Any) -> str:
        event = data["bookingEvents"]
        seen.append((event["booking"]["id"], event["sequence"]))
        cursor: str = event["cursor"]
        return cursor

    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW)
        await house.until_followed()
        first = await house.book()
        cursor = note(await socket.next())
    second = await house.book("2026-05-25T11:00:00Z")
    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW, after=cursor)
        note(await socket.next())
        third = await house.book("2026-05-25T13:00:00Z")
        for _ in range(4):
            note(await socket.next())
    assert seen == [(b["id"], sequence) for b in (first, second, third) for sequence in (1, 2)]


async def test_filters_and_types_narrow_what_is_told(house: House) -> None:
    """``bookingEvents(types, roomId, memberId)``."""
    async with connected(house.app) as socket:
        await socket.init(house.secret)
        await socket.subscribe(FOLLOW, after="0", types=["BOOKING_CONFIRMED"], roomId="rm_atrium")
        await house.book(roomId="rm_studio", bookedBy={"memberId": "mem_jonas_k"})
        await house.book()
        event = (await socket.next())["bookingEvents"]
    assert event["type"] == "BOOKING_CONFIRMED"
    assert event["booking"]["room"]["name"] == "Atrium"


async def test_every_event_loads_afresh_what_it_refers_to(house: House) -> None:
    """Loaders remember what they read, so none outlives its event; rows of one are one batch."""
    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW)
        await house.until_followed()
        await house.book()
        house.reads.calls.clear()
        for _ in range(2):
            await socket.next()
    loads = [noun for call, noun, _ in house.reads.calls if call == "by_ids"]
    assert loads.count(Noun.ROOM) == 2


async def test_a_bound_key_and_a_strange_workspace_hear_of_nothing_else(house: House) -> None:
    """A key bound to a member sees only what is his; workspaces never meet."""
    bound = await house.key(Scope.CALENDAR_READ, Scope.MEMBERS_READ, member_id="mem_jonas_k")
    async with connected(house.app) as mine, connected(house.app) as strange:
        await (await mine.init(bound)).subscribe(FOLLOW, after="0")
        await (await strange.init("sk_live_other")).subscribe(FOLLOW, after="0")
        await house.book()
        await house.book("2026-05-25T12:00:00Z", bookedBy={"memberId": "mem_jonas_k"})
        event = (await mine.next())["bookingEvents"]
        assert event["booking"]["member"] == {"name": "Jonas K"}
        with pytest.raises(TimeoutError):
            await strange.receive(0.3)


@pytest.mark.parametrize("secret", [None, "sk_live_wrong", "nonsense"])
async def test_without_a_good_key_the_socket_is_forbidden(house: House, secret: str | None) -> None:
    """The key comes as ``Authorization`` in the payload of ``connection_init``."""
    async with connected(house.app) as socket:
        payload = None if secret is None else {"Authorization": f"Bearer {secret}"}
        await socket.send({"type": "connection_init", "payload": payload})
        closed = await socket.closed()
    assert (closed.code, closed.reason) == (4403, "Forbidden")


async def test_the_key_may_stand_in_the_header_of_the_handshake(house: House) -> None:
    """Programs that can set headers may do so."""
    headers = {"Authorization": f"Bearer {house.secret}"}
    async with connected(house.app, headers=headers) as socket:
        await (await socket.init(None)).subscribe("{ viewer { keyId } }")
        assert await socket.next() == {"viewer": {"keyId": "tok_soho"}}
        assert await socket.receive() == {"id": "1", "type": "complete"}


async def test_a_revoked_key_closes_the_socket_within_five_seconds(house: House) -> None:
    """Revocation: live sockets included."""
    secret = await house.key(Scope.CALENDAR_READ)
    async with connected(house.app) as socket:
        await (await socket.init(secret)).subscribe(FOLLOW)
        await house.until_followed()
        command = RevokeApiToken(token_id=f"tok_{secret[8:]}")
        await revoke_api_token(house.ports, system_actor("ws_soho"), command)
        closed = await socket.closed(5)
    assert closed.code == 4403
    assert house.ports.feed.followed() == frozenset()


async def test_an_expired_key_hears_of_no_further_event(house: House) -> None:
    """The key is asked about before an event, not only now and then."""
    secret = await house.key(Scope.CALENDAR_READ, expires_at=NOW + timedelta(hours=1))
    async with connected(house.app) as socket:
        await (await socket.init(secret)).subscribe(FOLLOW)
        await house.until_followed()
        # Longer than an answer about the key counts, shorter than the watch sleeps.
        await asyncio.sleep(0.6)
        house.clock.advance(hours=2)
        await house.book()
        with pytest.raises(Closed) as closed:
            await socket.receive()
    assert closed.value.code == 4403


@pytest.mark.parametrize(
    "change",
    [{"tier": "gold"}, {"status": MemberStatus.SUSPENDED}, {"company_id": "co_northwind"}],
)
async def test_a_member_who_is_changed_is_asked_to_come_again(
    house: House, change: dict[str, Any]
) -> None:
    """His key stays good, but what it shows has changed: the socket that showed more is closed."""
    bound = await house.key(Scope.CALENDAR_READ, member_id="mem_lina_p")
    async with connected(house.app) as socket:
        await (await socket.init(bound)).subscribe(FOLLOW)
        await house.until_followed()
        lina = await house.reads.member(house.workspace_id, "mem_lina_p")
        assert lina is not None
        house.reads.changed_members["mem_lina_p"] = replace(lina, **change)
        assert (await socket.closed(5)).code == 4403
    async with connected(house.app) as again:
        await (await again.init(bound)).subscribe("{ viewer { memberId } }")
        assert await again.next() == {"viewer": {"memberId": "mem_lina_p"}}


async def test_a_suspended_members_key_closes_its_socket_and_opens_no_other(house: House) -> None:
    """Keys bound to a suspended member stop working at once."""
    bound = await house.key(Scope.CALENDAR_READ, member_id="mem_lina_p")
    async with connected(house.app) as socket:
        await (await socket.init(bound)).subscribe(FOLLOW)
        await house.until_followed()
        command = UpdateMember(member_id="mem_lina_p", status=MemberStatus.SUSPENDED)
        await update_member(house.ports, system_actor("ws_soho"), command)
        assert (await socket.closed(5)).code == 4403
    async with connected(house.app) as again:
        payload = {"Authorization": f"Bearer {bound}"}
        await again.send({"type": "connection_init", "payload": payload})
        closed = await again.closed()
    assert (closed.code, closed.reason) == (4403, "Forbidden")


async def test_a_missing_scope_is_an_error_of_the_operation(house: House) -> None:
    """``calendar:read`` is needed; the socket itself stays open."""
    secret = await house.key(Scope.MEMBERS_READ)
    async with connected(house.app) as socket:
        await (await socket.init(secret)).subscribe(FOLLOW)
        message = await socket.receive()
        [error] = message["payload"]["errors"]
        assert error["extensions"]["code"] == "auth_scope_insufficient"
        assert (await socket.receive())["type"] == "complete"
        await socket.subscribe("{ viewer { keyId } }", "2")
        assert (await socket.next("2"))["viewer"]


@pytest.mark.parametrize("after", ["nonsense", "999999", "-1"])
async def test_a_cursor_that_is_none_is_refused(house: House, after: str) -> None:
    """``after`` must be a cursor of this log."""
    async with connected(house.app) as socket:
        await (await socket.init(house.secret)).subscribe(FOLLOW, after=after)
        [error] = (await socket.receive())["payload"]["errors"]
    assert error["extensions"]["code"] == "validation_failed"
    assert error["extensions"]["details"][0]["field"] == "after"


async def test_a_bad_operation_is_an_error_and_the_socket_stays(house: House) -> None:
    """Faults of one operation concern it alone."""
    async with connected(house.app) as socket:
        await socket.init(house.secret)
        for number, query in enumerate(["{ nope }", "{ bookings(", "query A { __typename } {a}"]):
            await socket.subscribe(query, str(number))
            message = await socket.receive()
            assert (message["type"], message["id"]) == ("error", str(number))
            assert set(message["payload"][0]["extensions"]) >= {"code", "docs_url", "request_id"}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", 4400),
        ("[]", 4400),
        (json.dumps({"type": "subscribe", "id": "1", "payload": {"query": "{a}"}}), 4401),
        (json.dumps({"type": "nonsense"}), 4400),
        (json.dumps({"type": "connection_init", "payload": 5}), 4400),
        (json.dumps({"type": "ping", "payload": {"x": "y" * 1_100_000}}), 1009),
    ],
)
async def test_what_is_no_message_of_the_protocol_closes_the_socket(
    house: House, message: str, code: int
) -> None:
    """The close codes of graphql-transport-ws, and 1009 for a message above 1 MiB."""
    async with connected(house.app) as socket:
        await socket.send(message)
        assert (await socket.closed()).code == code


async def test_silence_is_ended_after_five_seconds(house: House) -> None:
    """Who opens a socket must introduce himself."""
    async with connected(house.app) as socket:
        assert (await socket.closed(7)).code == 4408


async def test_the_older_protocol_is_not_spoken(house: House) -> None:
    """No ``graphql-ws`` of subscriptions-transport-ws."""
    async with connected(house.app, protocols=("graphql-ws",)) as socket:
        assert (await socket.closed()).code == 4406


async def test_a_socket_carries_a_hundred_operations_at_a_time(house: House) -> None:
    """A bound on everything."""
    async with connected(house.app) as socket:
        await socket.init(house.secret)
        for number in range(101):
            await socket.subscribe(FOLLOW, str(number))
        message = await socket.receive()
        assert (message["type"], message["id"]) == ("error", "100")
        await socket.send({"type": "complete", "id": "7"})
        await socket.subscribe("{ viewer { keyId } }", "again")
        assert (await socket.next("again"))["viewer"]
