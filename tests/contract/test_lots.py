"""Lots in every store: they change with their wallet, and never go below zero."""

from __future__ import annotations

from datetime import timedelta

import pytest

from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ledger import (
    Balance,
    Transfer,
    TransferKind,
    end_hold,
    expired_at,
    issued_by,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.lots import HeldLot, Lot, LotSource, Wallet, filled
from tests.contract.house import House, undone
from tests.domain.samples import NOW


def _spend(house: House, lot: Lot, amount: int, kind: TransferKind) -> Transfer:
    wallet, redeemed = wallet_of(lot.member_id), redeemed_at(house.workspace.id)
    return house.transfer(kind, wallet, redeemed, amount, lot_id=lot.id)


async def _open(house: House, *lots: Lot) -> None:
    """Lots with all the tokens that they were granted."""
    async with house.begin() as tx:
        for lot in lots:
            await tx.ledger.add_lot(lot)
        await tx.ledger.write([filled(lot, f"ttx_{lot.id}", "grant") for lot in lots])


async def _wallet(house: House) -> Wallet:
    async with house.begin() as tx:
        return await tx.ledger.wallet(house.member.id)


async def test_every_field_of_a_lot_comes_back(house: House) -> None:
    full = house.new_lot(
        source=LotSource.ROLLOVER,
        priority=3,
        expires_at=NOW + timedelta(days=31),
        room_ids=frozenset({"rm_1", "rm_2"}),
        granted=2**29,
        created_at=NOW - timedelta(seconds=1),
    )
    plain = house.new_lot()
    await _open(house, full, plain)
    async with house.begin() as tx:
        assert await tx.ledger.lot(full.id) == HeldLot(full, Balance(posted=2**29))
        assert await tx.ledger.lot(plain.id) == HeldLot(plain, Balance(posted=10))
        assert await tx.ledger.lot("lot_none") is None


async def test_a_new_lot_is_empty_and_not_in_the_wallet(house: House) -> None:
    async with house.begin() as tx:
        assert await tx.ledger.lot(house.lot.id) == HeldLot(house.lot, Balance())
        assert await tx.ledger.wallet(house.member.id) == Wallet()


async def test_a_wallet_has_its_lots_in_burning_order(house: House) -> None:
    last = house.new_lot(priority=9, granted=1)
    first = house.new_lot(priority=1, granted=2)
    gone = house.new_lot(priority=1, granted=3, expires_at=NOW)
    await _open(house, last, first, gone)
    wallet = await _wallet(house)
    # Expired before never; both stay in the wallet until somebody writes the expiry.
    assert [held.lot.id for held in wallet.lots] == [gone.id, first.id, last.id]
    assert wallet.balance == Balance(posted=6)
    assert wallet.spendable(NOW) == 3
    async with house.begin() as tx:
        assert await tx.ledger.wallet("mem_nobody") == Wallet()


async def test_each_transfer_changes_its_lot_and_the_wallet_alike(house: House) -> None:
    one, two = house.new_lot(granted=5), house.new_lot(granted=3)
    await _open(house, one, two)
    hold_one = _spend(house, one, 2, TransferKind.HOLD)
    hold_two = _spend(house, two, 3, TransferKind.HOLD)
    async with house.begin() as tx:
        await tx.ledger.write([hold_one, hold_two])
        # Seen at once by whoever goes on in the same transaction.
        assert (await tx.ledger.wallet(house.member.id)).balance == Balance(posted=8, held=5)
        assert (await tx.ledger.wallet(house.member.id)).spendable(NOW) == 3
        await tx.ledger.write([end_hold(hold_two, TransferKind.POST, "ttx_posted")])
        await tx.ledger.write([end_hold(hold_one, TransferKind.VOID, "ttx_voided")])
    async with house.begin() as tx:
        assert await tx.ledger.lot(one.id) == HeldLot(one, Balance(posted=5))
        assert await tx.ledger.lot(two.id) == HeldLot(two, Balance())
        assert await tx.ledger.balance(wallet_of(house.member.id)) == Balance(posted=5)
        assert await tx.ledger.balance(redeemed_at(house.workspace.id)) == Balance(posted=3)


async def test_several_spends_in_one_transaction_see_one_another(house: House) -> None:
    """A series of bookings: each its own transfers, judged one after the other."""
    lot = house.new_lot(granted=5)
    await _open(house, lot)

    async def series() -> None:
        async with house.begin() as tx:
            for _ in range(3):
                await tx.ledger.write([_spend(house, lot, 2, TransferKind.DIRECT)])

    with pytest.raises(InsufficientTokens) as refusal:
        await series()
    assert (refusal.value.required, refusal.value.available) == (2, 1)
    assert (await _wallet(house)).balance == Balance(posted=5)


async def test_a_lot_never_goes_below_zero_however_full_the_others_are(house: House) -> None:
    one, two = house.new_lot(granted=5), house.new_lot(granted=50)
    await _open(house, one, two)
    for kind in (TransferKind.DIRECT, TransferKind.HOLD):
        with pytest.raises(InsufficientTokens) as refusal:
            async with house.begin() as tx:
                await tx.ledger.write([_spend(house, one, 6, kind)])
        assert (refusal.value.required, refusal.value.available) == (6, 5)
    assert (await _wallet(house)).balance == Balance(posted=55)


async def test_a_lot_is_of_one_member_and_must_exist(house: House) -> None:
    """A lot that is not the wallet's own is a defect of the program, whoever's it is."""
    other = house.new_member()
    theirs = house.new_lot(member_id=other.id, granted=9)
    await house.add(other)
    await _open(house, theirs)
    for lot_id in (theirs.id, "lot_none"):
        stray = house.transfer(
            TransferKind.DIRECT,
            issued_by(house.workspace.id),
            wallet_of(house.member.id),
            1,
            lot_id=lot_id,
        )
        with pytest.raises(RuntimeError):
            async with house.begin() as tx:
                await tx.ledger.write([stray])
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.ledger.add_lot(house.new_lot(member_id="mem_nobody"))


async def test_what_is_undone_at_a_savepoint_is_not_in_the_chain(house: House) -> None:
    lot, expired = house.new_lot(granted=5), expired_at(house.workspace.id)
    await _open(house, lot)

    def expiry(amount: int) -> Transfer:
        wallet = wallet_of(lot.member_id)
        return house.transfer(TransferKind.DIRECT, wallet, expired, amount, lot_id=lot.id)

    async with house.begin() as tx:
        await tx.ledger.write([expiry(1)])
        async with undone(tx.savepoint()):
            await tx.ledger.write([expiry(2)])
            assert await tx.ledger.balance(expired) == Balance(posted=3)
        assert await tx.ledger.balance(expired) == Balance(posted=1)
    async with undone(house.begin()) as tx:
        await tx.ledger.write([expiry(3)])
    async with house.begin() as tx:
        assert await tx.ledger.balance(expired) == Balance(posted=1)
        assert (await tx.ledger.wallet(lot.member_id)).balance == Balance(posted=4)
