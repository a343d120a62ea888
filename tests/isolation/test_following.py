"""What can be followed, over sockets and streams, by every key that must not hear of it or of all.

The rows of the matrix are the fields of ``Subscription``: one that has none here fails. Its columns
are those of ``test_matrix.py``: no key, malformed, expired, revoked, wrong scope, another
workspace, bound to a member, bound to a company.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope
from tests.graphql.socket_client import SocketClient, connected
from tests.graphql.stream_client import streaming
from tests.isolation.house import NOW, OURS, THEIRS, House, Party, furnished, numbered, party
from tests.isolation.over_graphql import graphql_schema
from tests.isolation.rows import Kind
from tests.isolation.things import never, thing

BOUNDS = ("member", "company")
# What a request that was refused is told, but for its own id.
Told = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A field of ``Subscription``.

    Attributes:
        scope: the one scope that it needs.
        ids: its arguments that are ids.
        required: those of them that it cannot do without.
        unknown: the code with which an id that nothing has is refused; None: nothing comes.
        selection: what is asked of an event.
    """

    scope: Scope
    ids: Mapping[str, Kind]
    required: frozenset[str] = frozenset()
    unknown: str | None = None
    selection: str

    def document(self, name: str, ids: Mapping[str, str]) -> str:
        """The operation, with everything that the log has and what comes after."""
        given = ", ".join([f'{key}: "{value}"' for key, value in ids.items()] + ['after: "0"'])
        return f"subscription {{ {name}({given}) {self.selection} }}"


ROWS = {
    "bookingEvents": Followed(
        scope=Scope.CALENDAR_READ,
        ids={"roomId": Kind.ROOM, "memberId": Kind.MEMBER, "companyId": Kind.COMPANY},
        selection="{ cursor booking { id } }",
    ),
    "availabilityChanged": Followed(
        scope=Scope.CALENDAR_READ,
        ids={"roomId": Kind.ROOM},
        required=frozenset({"roomId"}),
        unknown="not_found",
        selection="{ cursor roomId startAt }",
    ),
}
rows = pytest.mark.parametrize("name", ROWS)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Two workspaces, and a server over them."""
    async with furnished() as opened:
        yield opened


@dataclass(slots=True)
class Listener:
    """A socket with some operations on it, and what each of them was told."""

    socket: SocketClient
    heard: dict[str, list[Any]] = field(default_factory=dict)

    async def follow(self, number: str, name: str, ids: Mapping[str, str]) -> None:
        """Begin an operation."""
        self.heard[number] = []
        await self.socket.subscribe(ROWS[name].document(name, ids), number)

    async def until(self, number: str, count: int) -> None:
        """Listen to all until one of them was told so many things."""
        while len(self.heard[number]) < count:
            message = await self.socket.receive(30)
            if message["type"] == "next":
                self.heard[message["id"]].append(message["payload"])

    def bookings(self, number: str) -> set[str]:
        """The ids of the bookings that an operation was told of."""
        return {told["data"]["bookingEvents"]["booking"]["id"] for told in self.heard[number]}


@asynccontextmanager
async def listening(secret: str) -> AsyncIterator[Listener]:
    """A socket that was let in."""
    async with connected(numbered) as socket:
        yield Listener(await socket.init(secret))


async def told_by_stream(name: str, ids: Mapping[str, str], secret: str) -> Told:
    """How a stream is refused: by its status, or by the error that ends it."""
    async with streaming(numbered, secret, ROWS[name].document(name, ids)) as stream:
        if stream.status != 200:
            return (stream.status, stream.headers.get("content-type"))
        return _steady(await stream.end())


async def told_by_socket(name: str, ids: Mapping[str, str], secret: str) -> Told:
    """How an operation on a socket is refused."""
    async with listening(secret) as listener:
        await listener.follow("1", name, ids)
        await listener.until("1", 1)
        [error] = listener.heard["1"][0]["errors"]
        return _steady(error["extensions"])


def _steady(extensions: Mapping[str, Any]) -> Told:
    return tuple(sorted((k, str(v)) for k, v in extensions.items() if k != "request_id"))


def _required(name: str, of: Party) -> dict[str, str]:
    """The ids that a field cannot do without, all of the party's."""
    own = {Kind.ROOM: f"rm_{of.workspace_id[3:]}"}
    return {key: own[ROWS[name].ids[key]] for key in ROWS[name].required}


async def _named(house: House, name: str, key: str, of: Party) -> str:
    return await thing(house, ROWS[name].ids[key], of)


def test_every_subscription_has_its_row() -> None:
    """One that nobody has thought about is one that anybody may follow."""
    root = graphql_schema().subscription_type
    assert root is not None
    assert set(root.fields) == set(ROWS), "tests/isolation/test_following.py needs a row for each"
    for name, found in root.fields.items():
        taken = {key for key in found.args if key == "id" or key.endswith(("Id", "Ids"))}
        assert taken == set(ROWS[name].ids), f"the row of {name} leaves some of them out"


@rows
async def test_a_key_that_opens_nothing(house: House, name: str) -> None:
    """No key, malformed, unknown, expired, revoked: all of them alike, and before anything else."""
    us = party(OURS)
    await thing(house, Kind.BOOKING, us)
    expired = await house.key_of(us, expires_at=NOW)
    revoked = await house.key_of(us, revoked_at=NOW - timedelta(days=1))
    secrets = ["", "malformed", "sk_live_unknown", expired, revoked]
    streams = {await told_by_stream(name, _required(name, us), secret) for secret in secrets}
    assert {status for status, *_ in streams} == {401}
    assert len(streams) == 1
    closed = set()
    for secret in (None, *secrets):
        async with connected(numbered) as socket:
            payload = None if secret is None else {"Authorization": f"Bearer {secret}"}
            await socket.send({"type": "connection_init", "payload": payload})
            found = await socket.closed(30)
            closed.add((found.code, found.reason))
    assert closed == {(4403, "Forbidden")}


@rows
async def test_every_scope_but_the_one(house: House, name: str) -> None:
    """The scope that is missing is named, and no other is needed."""
    us, row = party(OURS), ROWS[name]
    await thing(house, Kind.BOOKING, us)
    area = row.scope.partition(":")[0]
    lacking = {row.scope, *(s for s in Scope if s == f"{area}:write")}
    without = await house.key_of(us, EVERY_SCOPE - lacking)
    for told in (told_by_stream, told_by_socket):
        refusal = dict(await told(name, _required(name, us), without))
        assert refusal["code"] == "auth_scope_insufficient"
        assert refusal["required_scope"] == row.scope
    alone = await house.key_of(us, frozenset({row.scope}))
    async with listening(alone) as listener:
        await listener.follow("1", name, _required(name, us))
        await listener.until("1", 1)
        assert "errors" not in listener.heard["1"][0]
    async with streaming(numbered, alone, row.document(name, _required(name, us))) as stream:
        assert await stream.next()


async def _require_like_never(
    house: House, name: str, secret: str, *, own: Party, other: Party
) -> None:
    """An id of ``other`` tells what an id never used tells: it is refused alike, or nothing comes.

    That nothing comes is seen from another operation on the same socket, which hears of all.
    """
    row = ROWS[name]
    for key, kind in row.ids.items():
        if own.workspace_id == other.workspace_id and kind is Kind.ROOM:
            continue
        alien = {**_required(name, own), key: await _named(house, name, key, other)}
        unused = {**_required(name, own), key: never(kind)}
        if row.unknown is not None:
            for told in (told_by_stream, told_by_socket):
                found = await told(name, alien, secret)
                assert found == await told(name, unused, secret)
                assert dict(found)["code"] == row.unknown
            continue
        async with listening(secret) as listener:
            await listener.follow("alien", name, alien)
            await listener.follow("unused", name, unused)
            await listener.follow("all", name, _required(name, own))
            # Made and confirmed, which two events tell; the later one is live.
            await thing(house, Kind.BOOKING, other)
            await thing(house, Kind.BOOKING, own)
            heard = 2 * len(await _bookings_of(house, own))
            await listener.until("all", heard)
            await asyncio.sleep(0)
            assert listener.heard["alien"] == listener.heard["unused"] == []


async def _bookings_of(house: House, of: Party) -> set[str]:
    bookings = house.tables.bookings.committed().values()
    return {
        booking.id
        for booking in bookings
        if (booking.workspace_id, booking.member_id) == (of.workspace_id, of.member_id)
    }


@rows
async def test_another_workspace(house: House, name: str) -> None:
    """What is theirs is never told, whatever of theirs we name; and they hear of it."""
    us, them = party(OURS), party(THEIRS)
    secret, theirs = await house.key_of(us), await house.key_of(them)
    await _require_like_never(house, name, secret, own=us, other=them)
    made = await thing(house, Kind.BOOKING, them)
    async with listening(theirs) as listener:
        await listener.follow("1", name, _required(name, them))
        await listener.until("1", 1)
        assert "errors" not in listener.heard["1"][0]
    async with listening(secret) as listener:
        await listener.follow("1", name, _required(name, us))
        mine = await thing(house, Kind.BOOKING, us)
        await listener.until("1", 1)
    if name == "bookingEvents":
        assert made not in listener.bookings("1")
        assert listener.bookings("1") <= await _bookings_of(house, us)
        assert mine in await _bookings_of(house, us)


@pytest.mark.parametrize("bound", BOUNDS)
@rows
async def test_a_bound_key_hears_of_its_own(house: House, name: str, bound: str) -> None:
    """Of bookings those within its bounds; that a room is taken everybody may know."""
    own, other = party(OURS, "in", bound), party(OURS, "out", bound)
    secret = await house.key_of(own)
    await _require_like_never(house, name, secret, own=own, other=other)
    await thing(house, Kind.BOOKING, other)
    mine = await thing(house, Kind.BOOKING, own)
    async with listening(secret) as listener:
        await listener.follow("1", name, _required(name, own))
        if name == "bookingEvents":
            await listener.until("1", 2 * len(await _bookings_of(house, own)))
            assert listener.bookings("1") == await _bookings_of(house, own)
            assert mine in listener.bookings("1")
        else:
            await listener.until("1", 1)
            change = listener.heard["1"][0]["data"]["availabilityChanged"]
            assert change["roomId"] == "rm_ours"
            assert set(change) == {"cursor", "roomId", "startAt"}
