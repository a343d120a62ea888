"""The real JavaScript clients of both transports, over a real network."""

from __future__ import annotations

import asyncio

import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from tests.graphql.conftest import Loopback
from tests.graphql.house import House
from tests.graphql.node import ended, line, script

SCRIPT = "follow.mjs"
TRANSPORTS = pytest.mark.parametrize(
    ("transport", "forbidden"), [("ws", 4403), ("sse", "auth_invalid")]
)


@TRANSPORTS
async def test_the_client_hears_of_a_booking_and_of_what_it_missed(
    house: House, server: Loopback, transport: str, forbidden: object
) -> None:
    """Created and confirmed, live; then all that followed a cursor."""
    async with script(SCRIPT, transport, server.url, house.secret, "2") as process:
        assert await line(process) == "following"
        booking = await house.book()
        created, confirmed = await line(process), await line(process)
        assert await ended(process) == 0
    assert [created["type"], confirmed["type"]] == ["BOOKING_CREATED", "BOOKING_CONFIRMED"]
    assert confirmed["booking"] == {
        "id": booking["id"],
        "status": "CONFIRMED",
        "room": {"name": "Atrium"},
        "bookedBy": {"name": "Lina P"},
    }
    missed = await house.book("2026-05-25T12:00:00Z")
    after = created["cursor"]
    async with script(SCRIPT, transport, server.url, house.secret, "3", after) as process:
        lines = [await line(process) for _ in range(3)]
        assert await ended(process) == 0
    assert [(event["booking"]["id"], event["sequence"]) for event in lines] == [
        (booking["id"], 2),
        (missed["id"], 1),
        (missed["id"], 2),
    ]


@TRANSPORTS
async def test_a_wrong_key_is_forbidden(
    server: Loopback, transport: str, forbidden: object
) -> None:
    """Close code 4403, and 401."""
    async with script(SCRIPT, transport, server.url, "sk_live_wrong", "1") as process:
        assert await line(process) == {"refused": forbidden}
        assert await ended(process) == 3


@TRANSPORTS
async def test_revocation_reaches_a_live_connection_within_five_seconds(
    house: House, server: Loopback, transport: str, forbidden: object
) -> None:
    """``contract.md``: live sockets included."""
    secret = await house.key(Scope.CALENDAR_READ)
    async with script(SCRIPT, transport, server.url, secret, "1") as process:
        assert await line(process) == "following"
        command = RevokeApiToken(token_id=f"tok_{secret[8:]}")
        await revoke_api_token(house.ports, system_actor("ws_soho"), command)
        async with asyncio.timeout(5):
            assert await line(process) == {"refused": forbidden}
        assert await ended(process) == 3
