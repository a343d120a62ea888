"""Allocations are set and stopped, months begin by themselves, and the ledger says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.api_key import Actor, Scope, system_actor
from litehq_core.domain.errors import AuthScopeInsufficient, NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once, Replayed
from litehq_core.domain.lots import LotSource
from litehq_core.use_cases.ledger.verify_ledger import verify_ledger
from litehq_core.use_cases.tokens.set_token_allocation import (
    SetTokenAllocation,
    set_token_allocation,
)
from litehq_core.use_cases.tokens.stop_token_allocation import (
    StopTokenAllocation,
    stop_token_allocation,
)
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.invariants import check_house
from tests.behaviour.scenario import booked, wish

JONAS = "mem_jonas_k"
OPERATOR = system_actor(WORKSPACE)


def _command(**fields: Any) -> SetTokenAllocation:
    plain = SetTokenAllocation(member_id=JONAS, tokens_per_month=6, timezone="Europe/London")
    return replace(plain, **fields)


def _purse(house: House) -> list[tuple[LotSource, int]]:
    lots = [h for h in house.tables.lots.committed().values() if h.lot.member_id == JONAS]
    spendable = [h for h in lots if h.spendable(None, house.clock.now)]
    return sorted((h.lot.source, h.balance.spendable) for h in spendable)


async def test_a_month_begins_and_what_is_left_lives_on(house: House) -> None:
    allocation = await set_token_allocation(house.ports, OPERATOR, _command(rollover_cap=3))
    assert allocation.next_at == at("2026-05-31 23:00")
    await house.run_due()
    assert _purse(house) == []
    house.clock.now = at("2026-05-31 23:00")
    await house.run_due()
    assert _purse(house) == [(LotSource.ALLOCATION, 6)]
    driver = PythonDriver(house.ports)
    await booked(driver, wish(start="2026-06-10 14:00", member=JONAS))
    assert _purse(house) == [(LotSource.ALLOCATION, 4)]
    house.clock.now = at("2026-06-30 23:00")
    await house.run_due()
    assert _purse(house) == [(LotSource.ALLOCATION, 6), (LotSource.ROLLOVER, 3)]
    # What lived on is spent first.
    await booked(driver, wish(start="2026-07-10 14:00", member=JONAS))
    assert _purse(house) == [(LotSource.ALLOCATION, 6), (LotSource.ROLLOVER, 1)]
    house.clock.now = at("2026-07-31 23:00")
    await house.run_due()
    await house.run_due()
    assert _purse(house) == [(LotSource.ALLOCATION, 6), (LotSource.ROLLOVER, 3)]
    check_house(house)


async def test_whoever_sets_or_stops_one_is_in_the_log(house: House) -> None:
    """contract.md, members: "PATCH audited"; so is what changes the same field another way."""
    member = house.tables.members.committed()[WORKSPACE, JONAS]
    await set_token_allocation(house.ports, OPERATOR, _command())
    await set_token_allocation(house.ports, OPERATOR, _command(tokens_per_month=9))
    await stop_token_allocation(house.ports, OPERATOR, StopTokenAllocation(member_id=JONAS))
    events = house.events(JONAS)
    assert [(e.type, e.sequence) for e in events] == [
        ("tokens.allocation_set", 1),
        ("tokens.allocation_set", 2),
        ("tokens.allocation_stopped", 3),
    ]
    assert [e.object["tokens_per_month"] for e in events] == [6, 9, 0]
    assert events[0].previous is None
    assert events[1].previous == {"tokens_per_month": 6}
    assert (events[2].previous or {})["tokens_per_month"] == 9
    assert {(e.member_id, e.company_id) for e in events} == {(JONAS, member.company_id)}
    # The number is a field of the member, so whoever holds an older version of him is told.
    after = house.tables.members.committed()[WORKSPACE, JONAS]
    assert after.version == member.version + 3


async def test_it_may_start_at_once(house: House) -> None:
    allocation = await set_token_allocation(house.ports, OPERATOR, _command(starts_now=True))
    assert allocation.next_at == house.clock.now
    await house.run_due()
    assert _purse(house) == [(LotSource.ALLOCATION, 6)]
    after = house.tables.allocations.committed()[WORKSPACE, JONAS]
    assert after.next_at == at("2026-05-31 23:00")


async def test_one_takes_the_place_of_another_from_the_next_month_on(house: House) -> None:
    first = await set_token_allocation(house.ports, OPERATOR, _command(starts_now=True))
    await house.run_due()
    running = house.tables.allocations.committed()[WORKSPACE, JONAS]
    more = await set_token_allocation(house.ports, OPERATOR, _command(tokens_per_month=9))
    assert (more.next_at, more.lot_id) == (running.next_at, running.lot_id)
    assert (more.version, more.created_at) == (running.version + 1, first.created_at)
    assert _purse(house) == [(LotSource.ALLOCATION, 6)]
    moved = await set_token_allocation(house.ports, OPERATOR, _command(day_of_month=15))
    assert moved.next_at == at("2026-06-14 23:00")
    assert moved.lot_id == running.lot_id
    elsewhere = await set_token_allocation(house.ports, OPERATOR, _command(timezone="UTC"))
    assert elsewhere.next_at == at("2026-06-01 00:00")


async def test_stopped_it_leaves_the_month_that_runs(house: House) -> None:
    await set_token_allocation(house.ports, OPERATOR, _command(starts_now=True, rollover_cap=None))
    await house.run_due()
    stopped = await stop_token_allocation(
        house.ports, OPERATOR, StopTokenAllocation(member_id=JONAS)
    )
    assert stopped.tokens_per_month == 6
    assert _purse(house) == [(LotSource.ALLOCATION, 6)]
    house.clock.now = at("2026-05-31 23:00")
    await house.run_due()
    assert _purse(house) == []
    # Off the books as well, now that nothing counts on it.
    assert house.tokens(JONAS) == 0
    with pytest.raises(NotFound):
        await stop_token_allocation(house.ports, OPERATOR, StopTokenAllocation(member_id=JONAS))
    check_house(house)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tokens_per_month": 0}, "tokens_per_month"),
        ({"rollover_cap": -1}, "rollover_cap"),
        ({"priority": 1001}, "priority"),
        ({"room_ids": frozenset()}, "room_ids"),
        ({"day_of_month": 32}, "day_of_month"),
        ({"timezone": "Mars"}, "timezone"),
    ],
)
async def test_wrong_fields(house: House, fields: dict[str, Any], field: str) -> None:
    with house.unchanged(), pytest.raises(ValidationFailed) as refusal:
        await set_token_allocation(house.ports, OPERATOR, _command(**fields))
    assert [error.field for error in refusal.value.errors] == [field]


async def test_who_may(house: House) -> None:
    reader = Actor(workspace_id=WORKSPACE, key_id="tok_1", scopes=frozenset({Scope.BILLING_READ}))
    bound = replace(OPERATOR, member_id="mem_lina_p")
    stop = StopTokenAllocation(member_id=JONAS)
    for actor, refusal in ((reader, AuthScopeInsufficient), (bound, NotFound)):
        with house.unchanged(), pytest.raises(refusal):
            await set_token_allocation(house.ports, actor, _command())
        with house.unchanged(), pytest.raises(refusal):
            await stop_token_allocation(house.ports, actor, stop)
    with pytest.raises(NotFound):
        await set_token_allocation(house.ports, OPERATOR, _command(member_id="mem_none"))


async def test_once(house: House) -> None:
    once = Once(operation="allocations.set", key="k", encode=lambda outcome: b"first")
    await set_token_allocation(house.ports, OPERATOR, _command(), once)
    with pytest.raises(Replayed) as replay:
        await set_token_allocation(house.ports, OPERATOR, _command(), once)
    assert replay.value.answer == b"first"


async def test_verifying_is_an_operators(house: House) -> None:
    """Issue: ``billing:read``, and a key that is not bound."""
    writer = Actor(workspace_id=WORKSPACE, key_id="tok_1", scopes=frozenset({Scope.CALENDAR_WRITE}))
    for actor in (writer, replace(OPERATOR, member_id=JONAS)):
        with pytest.raises(AuthScopeInsufficient):
            await verify_ledger(house.ports, actor)
    verification = await verify_ledger(house.ports, OPERATOR, page=1)
    assert verification.ok
    # The three grants that the house is furnished with.
    assert (verification.entries, verification.head.position) == (3, 3)
