"""What nobody needs any more is removed: idempotency keys, and quotes.

contract.md, Idempotency: a key is "kept 24 h or more".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from litehq_core.domain.idempotency import RETENTION as KEYS_KEPT
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.ids import Prefix
from litehq_core.domain.quote import RETENTION as QUOTES_KEPT
from litehq_core.domain.quote import Quote
from litehq_core.ports.reads import Due, Duty
from litehq_core.testing import Clock
from litehq_core.use_cases.duties.run_due import run_due
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import NOW

SECOND = timedelta(seconds=1)


def _record(key: str, created_at: datetime = NOW) -> IdempotencyRecord:
    return IdempotencyRecord(
        operation="bookings.create",
        key=key,
        principal="tok_1",
        fingerprint="f",
        answer=b"{}",
        created_at=created_at,
    )


async def _used(house: House, *records: IdempotencyRecord) -> None:
    async with house.begin() as tx:
        for record in records:
            assert await tx.idempotency.claim(record) is None
            await tx.idempotency.save(record)


async def _known(house: House, *records: IdempotencyRecord) -> list[bool]:
    async with house.begin() as tx:
        return [await tx.idempotency.claim(record) is not None for record in records]


def _quote(house: House, expires_at: datetime) -> Quote:
    return samples.quote(
        id=house.ports.new_id(Prefix.QUOTE),
        workspace_id=house.workspace.id,
        room_id=house.room.id,
        expires_at=expires_at,
    )


async def _quoted(house: House, *quotes: Quote) -> None:
    async with house.begin() as tx:
        for quote in quotes:
            await tx.quotes.add(quote)


async def _left(house: House, *quotes: Quote) -> list[bool]:
    async with house.begin() as tx:
        return [await tx.quotes.get(quote.id) is not None for quote in quotes]


async def _is_due(house: House, duty: Duty, now: datetime) -> bool:
    found = await house.ports.reads.due(duty, now, 1000)
    return Due(house.workspace.id, house.workspace.id) in found


async def test_the_oldest_keys_go_first_and_the_others_stay(house: House) -> None:
    assert timedelta(hours=24) <= KEYS_KEPT
    records = [_record(f"k{n}", NOW + n * SECOND) for n in (2, 0, 1, 3)]
    await _used(house, *records)
    async with house.begin() as tx:
        assert await tx.idempotency.prune(NOW - SECOND, 10) == 0
        assert await tx.idempotency.prune(NOW + 2 * SECOND, 2) == 2
    assert await _known(house, *records) == [True, False, False, True]


async def test_the_oldest_quotes_go_first_and_the_others_stay(house: House) -> None:
    quotes = [_quote(house, NOW + n * SECOND) for n in (2, 0, 1, 3)]
    await _quoted(house, *quotes)
    async with house.begin() as tx:
        assert await tx.quotes.prune(NOW - SECOND, 10) == 0
        assert await tx.quotes.prune(NOW + 2 * SECOND, 2) == 2
    assert await _left(house, *quotes) == [True, False, False, True]


async def test_keys_and_quotes_fall_due_by_workspace(house: House, other: House) -> None:
    await _used(house, _record("old"), _record("older", NOW - SECOND))
    await _quoted(house, _quote(house, NOW))
    for duty, first in (
        (Duty.PRUNE_KEYS, NOW - SECOND + KEYS_KEPT),
        (Duty.PRUNE_QUOTES, NOW + QUOTES_KEPT),
    ):
        assert not await _is_due(house, duty, first - SECOND)
        assert await _is_due(house, duty, first)
        assert not await _is_due(other, duty, first)


async def test_the_sweep_removes_them_in_every_store(house: House, clock: Clock) -> None:
    old, fresh = _record("old"), _record("fresh", NOW + KEYS_KEPT)
    stale, valid = _quote(house, NOW), _quote(house, NOW + KEYS_KEPT)
    await _used(house, old, fresh)
    await _quoted(house, stale, valid)
    clock.now = NOW + KEYS_KEPT
    assert KEYS_KEPT >= QUOTES_KEPT

    def failed(duty: Duty, subject_id: str, error: Exception) -> None:
        raise AssertionError((duty, subject_id)) from error

    await run_due(house.ports, failed)
    assert await _left(house, stale, valid) == [False, True]
    assert await _known(house, old, fresh) == [False, True]
