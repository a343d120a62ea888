"""A bound key among keys, and among events: it stays within its bounds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Actor, Scope, system_actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_core.use_cases.api_keys.mint_api_token import (
    MintApiToken,
    MintedApiToken,
    mint_api_token,
)
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_core.use_cases.events.follow_events import FollowEvents, follow_events
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, wish

BOUNDS: dict[str, dict[str, Any]] = {
    "member": {"member_id": "mem_nadia_n"},
    "company": {"company_ids": frozenset({"co_northwind"})},
}


async def _mint(
    house: House, actor: Actor, scopes: frozenset[Scope] = EVERY_SCOPE, **bounds: Any
) -> MintedApiToken:
    ahead = house.clock.now + timedelta(days=1)
    wish = MintApiToken(name="key", scopes=scopes, expires_at=ahead, **bounds)
    return await mint_api_token(house.ports, actor, wish)


async def _bound(house: House, **bounds: Any) -> Actor:
    """A key with every scope within ``bounds``, which the operator minted."""
    operator = await authenticate(house.ports, keys.FULL)
    return await authenticate(house.ports, (await _mint(house, operator, **bounds)).secret)


async def _listed(house: House, actor: Actor) -> list[str]:
    page = await list_records(
        house.ports, actor, ListRecords(noun=Noun.API_TOKEN), frozenset({"id"})
    )
    return [record["id"] for record in page.records]


@pytest.mark.parametrize("bounds", BOUNDS.values(), ids=BOUNDS)
async def test_the_operators_key_lies_outside(house: House, bounds: dict[str, Any]) -> None:
    """Contract: what "lies outside a bound key's reach, answers exactly like an id never used"."""
    actor = await _bound(house, **bounds)
    operators = (await authenticate(house.ports, keys.FULL)).key_id
    elsewhere = await _bound(house, member_id="mem_lina_p")
    answers = []
    for token_id in ("tok_unused", operators, elsewhere.key_id):
        with house.unchanged(), pytest.raises(NotFound) as caught:
            await revoke_api_token(house.ports, actor, RevokeApiToken(token_id=token_id))
        answers.append((caught.value.code, caught.value.message, caught.value.details()))
    assert answers[0] == answers[1] == answers[2]
    await authenticate(house.ports, keys.FULL)


@pytest.mark.parametrize("bounds", BOUNDS.values(), ids=BOUNDS)
async def test_its_own_keys_it_may_revoke(house: House, bounds: dict[str, Any]) -> None:
    """Contract: a key bound to a member or to companies "sees only theirs"."""
    actor = await _bound(house, **bounds)
    minted = await _mint(house, actor)
    # What it mints without naming bounds has its own.
    assert minted.key.member_id == bounds.get("member_id")
    assert minted.key.company_ids == bounds.get("company_ids", frozenset())
    for token_id in (minted.key.id, actor.key_id):
        revoked = await revoke_api_token(house.ports, actor, RevokeApiToken(token_id=token_id))
        assert revoked.revoked_at == house.clock.now


@pytest.mark.parametrize(
    ("bounds", "wider"),
    [
        ("member", {"company_ids": frozenset({"co_northwind"})}),
        ("member", {"member_id": "mem_noor_n"}),
        ("company", {"company_ids": frozenset({"co_northwind", "co_contoso"})}),
        ("company", {"member_id": "mem_lina_p"}),
    ],
)
async def test_it_mints_nothing_wider(house: House, bounds: str, wider: dict[str, Any]) -> None:
    """Contract: "cannot grant what the caller lacks"; outside is as if it did not exist."""
    actor = await _bound(house, **BOUNDS[bounds])
    with house.unchanged(), pytest.raises(NotFound):
        await _mint(house, actor, **wider)


async def test_no_key_outlives_its_maker(house: House) -> None:
    """Contract: "cannot grant what the caller lacks", and time is what it lacks."""
    operator = await authenticate(house.ports, keys.FULL)
    maker = await authenticate(house.ports, (await _mint(house, operator)).secret)
    assert maker.expires_at == house.clock.now + timedelta(days=1)
    same = await _mint(house, maker)
    assert same.key.expires_at == maker.expires_at
    longer = MintApiToken(
        name="key", scopes=EVERY_SCOPE, expires_at=maker.expires_at + timedelta(seconds=1)
    )
    with house.unchanged(), pytest.raises(ValidationFailed) as caught:
        await mint_api_token(house.ports, maker, longer)
    assert [error.field for error in caught.value.errors] == ["expires_at"]
    # Whoever has the database has no key that ends.
    await mint_api_token(house.ports, system_actor(maker.workspace_id), longer)


@pytest.mark.parametrize("bounds", BOUNDS.values(), ids=BOUNDS)
async def test_it_lists_itself(house: House, bounds: dict[str, Any]) -> None:
    """Contract: a bound key "sees only theirs"."""
    actor = await _bound(house, **bounds)
    await _bound(house, member_id="mem_lina_p")
    assert await _listed(house, actor) == [actor.key_id]
    assert len(await _listed(house, await authenticate(house.ports, keys.FULL))) > 2


async def _heard(house: House, actor: Actor, last: str, **query: Any) -> list[tuple[str, str]]:
    """Types and subjects from the log's beginning to the first event of ``last``."""
    heard: list[tuple[str, str]] = []
    events = follow_events(house.ports, actor, FollowEvents(after="0", **query))
    async for event in events:
        heard.append((event.type.value, event.subject_id))
        if event.subject_id == last:
            break
    await events.aclose()
    return heard


async def test_a_room_is_left(house: House, driver: Driver) -> None:
    """Contract: `bookingEvents(roomId)` has no gap: who leaves a room concerns that room."""
    booking = await booked(driver, wish())
    done(await driver.edit(booking["id"], {"room_id": "rm_annex"}))
    done(await driver.edit(booking["id"], {"notes": "in the Annex"}))
    others = [await booked(driver, wish(room)) for room in ("rm_atrium",)]
    others.append(await booked(driver, wish("rm_annex", "2026-05-27 14:00")))
    actor = await authenticate(house.ports, keys.FULL)
    left = await _heard(house, actor, others[0]["id"], room_id="rm_atrium")
    came = await _heard(house, actor, others[1]["id"], room_id="rm_annex")
    told = [kind for kind, subject in left if subject == booking["id"]]
    assert told == ["booking.created", "booking.confirmed", "booking.updated"]
    told = [kind for kind, subject in came if subject == booking["id"]]
    assert told == ["booking.updated", "booking.updated"]


async def test_keys_are_no_part_of_the_calendar(house: House, driver: Driver) -> None:
    """Contract: "Events show the areas that the key may read"; keys are `auth`'s."""
    operator = await authenticate(house.ports, keys.FULL)
    minted = (await _mint(house, operator)).key.id
    await revoke_api_token(house.ports, operator, RevokeApiToken(token_id=minted))
    booking = await booked(driver, wish())
    created = ("booking.created", booking["id"])
    types = frozenset(
        {EventType.API_TOKEN_CREATED, EventType.API_TOKEN_REVOKED, EventType.BOOKING_CREATED}
    )
    reader = await authenticate(house.ports, keys.READ_ONLY)
    assert await _heard(house, reader, booking["id"], types=types) == [created]
    assert await _heard(house, operator, booking["id"], types=types) == [
        ("api_token.created", minted),
        ("api_token.revoked", minted),
        created,
    ]
