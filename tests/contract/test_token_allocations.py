"""Monthly allocations in every store, and the duties that tokens fall due by."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.ledger import TransferKind, redeemed_at, wallet_of
from litehq_core.domain.ledger_chain import Entry
from litehq_core.domain.lots import LotSource, filled
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.ports.reads import Due, Duty
from litehq_core.testing import Clock
from litehq_core.use_cases.duties.run_due import run_due
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import NOW, utc

SECOND = timedelta(seconds=1)


def _allocation(house: House, **fields: Any) -> TokenAllocation:
    return samples.allocation(workspace_id=house.workspace.id, member_id=house.member.id, **fields)


async def _due(house: House, duty: Duty) -> list[str]:
    """What is due here, longest due first."""
    found = await house.ports.reads.due(duty, house.ports.clock(), 1000)
    return [due.subject_id for due in found if due.workspace_id == house.workspace.id]


async def _run(house: House) -> None:
    """Everything that is due here, and nothing of it may fail."""
    failures: list[object] = []
    for _ in range(9):
        await run_due(house.ports, lambda *failure: failures.append(failure), limit=1000)
        if not [d for duty in _TOKENS for d in await _due(house, duty)]:
            break
    assert failures == []


_TOKENS = (Duty.RENEW_ALLOCATIONS, Duty.EXPIRE_LOTS)


async def test_every_field_of_an_allocation_comes_back(house: House) -> None:
    full = _allocation(
        house,
        tokens_per_month=7,
        rollover_cap=None,
        room_ids=frozenset({"rm_2", "rm_1"}),
        priority=3,
        timezone="Asia/Kathmandu",
        day_of_month=31,
        lot_id="lot_1",
        version=4,
        updated_at=NOW + SECOND,
    )
    async with house.begin() as tx:
        assert await tx.allocations.get(house.member.id) is None
        await tx.allocations.put(full)
        assert await tx.allocations.get(house.member.id, lock=True) == full
    plain = _allocation(house)
    async with house.begin() as tx:
        await tx.allocations.put(plain)
    async with house.begin() as tx:
        assert await tx.allocations.get(house.member.id) == plain
        await tx.allocations.remove(house.member.id)
        await tx.allocations.remove("mem_nobody")
        assert await tx.allocations.get(house.member.id) is None


async def test_an_allocation_is_a_members(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.allocations.put(replace(_allocation(house), member_id="mem_nobody"))


async def test_an_allocation_is_due_at_its_instant(house: House, clock: Clock) -> None:
    async with house.begin() as tx:
        await tx.allocations.put(_allocation(house, next_at=NOW + 2 * SECOND))
    clock.now = NOW + SECOND
    assert await _due(house, Duty.RENEW_ALLOCATIONS) == []
    clock.now = NOW + 2 * SECOND
    assert await _due(house, Duty.RENEW_ALLOCATIONS) == [house.member.id]
    everywhere = await house.ports.reads.due(Duty.RENEW_ALLOCATIONS, clock.now, 1000)
    assert Due(house.workspace.id, house.member.id) in everywhere


async def test_a_lot_is_due_when_it_has_expired_and_something_is_left(
    house: House, clock: Clock
) -> None:
    soon, never, spent, held = (
        house.new_lot(granted=2, expires_at=at)
        for at in (NOW + SECOND, None, NOW + SECOND, NOW + SECOND)
    )
    wallet, redeemed = wallet_of(house.member.id), redeemed_at(house.workspace.id)
    async with house.begin() as tx:
        for lot in (soon, never, spent, held):
            await tx.ledger.add_lot(lot)
            await tx.ledger.write([filled(lot, f"ttx_{lot.id}", "grant")])
        await tx.ledger.write(
            [
                house.transfer(TransferKind.DIRECT, wallet, redeemed, 2, lot_id=spent.id),
                house.transfer(TransferKind.HOLD, wallet, redeemed, 2, lot_id=held.id),
            ]
        )
    assert await _due(house, Duty.EXPIRE_LOTS) == []
    clock.now = NOW + SECOND
    assert await _due(house, Duty.EXPIRE_LOTS) == [soon.id]
    # While an allocation counts what is left of it, it is the allocation's.
    async with house.begin() as tx:
        await tx.allocations.put(_allocation(house, lot_id=soon.id))
    assert await _due(house, Duty.EXPIRE_LOTS) == []
    async with house.begin() as tx:
        await tx.allocations.remove(house.member.id)
    await _run(house)
    assert await _due(house, Duty.EXPIRE_LOTS) == []
    async with house.begin() as tx:
        left = {h.lot.id: h.balance.posted for h in (await tx.ledger.wallet(house.member.id)).lots}
    assert left == {never.id: 2, held.id: 2}


async def test_months_that_were_missed_are_made_up_for(house: House, clock: Clock) -> None:
    """Item 6: a process down for three months. What is there then is the same however long."""
    async with house.begin() as tx:
        await tx.allocations.put(_allocation(house, rollover_cap=4))
    clock.now = utc("2026-08-10 12:00")
    await _run(house)
    async with house.begin() as tx:
        wallet = await tx.ledger.wallet(house.member.id)
        allocation = await tx.allocations.get(house.member.id)
    assert allocation is not None
    assert allocation.next_at == utc("2026-08-31 23:00")
    assert [(h.lot.source, h.balance.posted, h.lot.expires_at) for h in wallet.lots] == [
        (LotSource.ROLLOVER, 4, allocation.next_at),
        (LotSource.ALLOCATION, 10, allocation.next_at),
    ]
    assert wallet.lots[1].lot.id == allocation.lot_id
    # June and July are in the books all the same, and nothing is done twice.
    once = await _causes(house)
    await _run(house)
    assert await _causes(house) == once
    assert once == {"allocation": 3, "rollover": 4, "expired": 3}


async def _causes(house: House) -> Counter[str]:
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        entries = await snapshot.entries(0, 100)
    return Counter(entry.transfer.cause for entry in entries if isinstance(entry, Entry))
