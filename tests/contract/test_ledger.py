"""The token ledger: append-only, balanced, and no wallet below zero."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from litehq_core.domain.booking import Booking
from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    effects,
    issued_by,
    redeemed_at,
    wallet_of,
)
from tests.contract.house import House


async def _write(house: House, *transfers: Transfer) -> None:
    async with house.begin() as tx:
        await tx.ledger.write(transfers)


async def _balance(house: House, account: Account) -> Balance:
    async with house.begin() as tx:
        return await tx.ledger.balance(account)


def _hold(house: House, booking: Booking, amount: int) -> Transfer:
    return house.transfer(
        TransferKind.HOLD,
        wallet_of(house.member.id),
        redeemed_at(house.workspace.id),
        amount,
        booking_id=booking.id,
    )


def _end(house: House, kind: TransferKind, hold: Transfer) -> Transfer:
    return house.transfer(
        kind, hold.debit, hold.credit, hold.amount, booking_id=hold.booking_id, hold_id=hold.id
    )


@pytest.fixture
async def booking(house: House) -> Booking:
    """A booking to spend tokens on."""
    booking = house.new_booking()
    await house.book(booking)
    return booking


async def test_an_account_never_used_is_empty(house: House) -> None:
    assert await _balance(house, wallet_of(house.member.id)) == Balance()
    assert await _balance(house, wallet_of("mem_nobody")) == Balance()


async def test_a_grant_moves_tokens_into_the_wallet(house: House) -> None:
    await _write(house, house.grant(5), house.grant(2))
    assert await _balance(house, wallet_of(house.member.id)) == Balance(posted=7)
    assert await _balance(house, issued_by(house.workspace.id)) == Balance(posted=-7)


async def test_a_hold_reserves_and_a_post_spends(house: House, booking: Booking) -> None:
    """architecture: tokens are held with the hold, posted on confirm."""
    wallet, redeemed = wallet_of(house.member.id), redeemed_at(house.workspace.id)
    hold = _hold(house, booking, 3)
    await _write(house, house.grant(5), hold)
    assert await _balance(house, wallet) == Balance(posted=5, held=3)
    assert await _balance(house, redeemed) == Balance()
    await _write(house, _end(house, TransferKind.POST, hold))
    assert await _balance(house, wallet) == Balance(posted=2, held=0)
    assert await _balance(house, redeemed) == Balance(posted=3)


async def test_a_void_gives_the_held_tokens_back(house: House, booking: Booking) -> None:
    """architecture: tokens are voided on expiry."""
    hold = _hold(house, booking, 5)
    await _write(house, house.grant(5), hold)
    await _write(house, _end(house, TransferKind.VOID, hold))
    assert await _balance(house, wallet_of(house.member.id)) == Balance(posted=5)
    await _write(house, _hold(house, booking, 5))


async def test_a_wallet_never_goes_below_zero(house: House, booking: Booking) -> None:
    """contract.md: ``insufficient_tokens``; what is held cannot be spent again."""
    wallet = wallet_of(house.member.id)
    await _write(house, house.grant(5), _hold(house, booking, 3))
    spend = house.transfer(TransferKind.DIRECT, wallet, redeemed_at(house.workspace.id), 3)
    for attempt in (_hold(house, booking, 3), spend):
        with pytest.raises(InsufficientTokens) as refusal:
            await _write(house, attempt)
        assert (refusal.value.required, refusal.value.available) == (3, 2)
    assert await _balance(house, wallet) == Balance(posted=5, held=3)
    await _write(house, _hold(house, booking, 2))
    assert (await _balance(house, wallet)).spendable == 0


async def test_an_empty_wallet_cannot_be_overdrawn(house: House, booking: Booking) -> None:
    with pytest.raises(InsufficientTokens) as refusal:
        await _write(house, _hold(house, booking, 1))
    assert (refusal.value.required, refusal.value.available) == (1, 0)
    assert await _balance(house, wallet_of(house.member.id)) == Balance()


async def test_a_refused_batch_leaves_nothing(house: House, booking: Booking) -> None:
    with pytest.raises(InsufficientTokens):
        await _write(house, house.grant(2), _hold(house, booking, 3))
    assert await _balance(house, wallet_of(house.member.id)) == Balance()
    assert await _balance(house, issued_by(house.workspace.id)) == Balance()


async def test_later_transfers_of_a_batch_see_the_earlier(house: House, booking: Booking) -> None:
    hold = _hold(house, booking, 2)
    await _write(house, house.grant(2), hold, _end(house, TransferKind.POST, hold))
    assert await _balance(house, wallet_of(house.member.id)) == Balance()
    assert await _balance(house, redeemed_at(house.workspace.id)) == Balance(posted=2)


async def test_a_transfer_is_written_once(house: House) -> None:
    """architecture: the ledger is append-only."""
    grant = house.grant(5)
    await _write(house, grant)
    with pytest.raises(RuntimeError):
        await _write(house, grant)
    assert await _balance(house, wallet_of(house.member.id)) == Balance(posted=5)


@pytest.mark.parametrize("kind", [TransferKind.POST, TransferKind.VOID])
async def test_a_hold_ends_once(house: House, booking: Booking, kind: TransferKind) -> None:
    """``domain.ledger``: a later post spends it, a void gives it back; never both."""
    first, second = _hold(house, booking, 2), _hold(house, booking, 2)
    await _write(house, house.grant(5), first, second, _end(house, TransferKind.POST, first))
    with pytest.raises(RuntimeError):
        await _write(house, _end(house, kind, first))
    assert await _balance(house, wallet_of(house.member.id)) == Balance(posted=3, held=2)


async def test_units_and_kinds_are_separate_accounts(house: House) -> None:
    owed = Account(house.member.id, AccountKind.RECEIVABLE, "GBP")
    earned = Account(house.workspace.id, AccountKind.REVENUE, "GBP")
    await _write(house, house.transfer(TransferKind.DIRECT, owed, earned, 700), house.grant(5))
    assert await _balance(house, owed) == Balance(posted=-700)
    assert await _balance(house, earned) == Balance(posted=700)
    assert await _balance(house, replace(owed, unit="EUR")) == Balance()
    assert await _balance(house, wallet_of(house.member.id)) == Balance(posted=5)


async def test_all_balances_together_are_zero_and_follow_the_one_rule(
    house: House, booking: Booking
) -> None:
    """``domain.ledger``: all balances together are zero; every store applies just ``effects``."""
    chance = random.Random(7)
    wallet, redeemed = wallet_of(house.member.id), redeemed_at(house.workspace.id)
    posted, held = Counter[Account](), Counter[Account]()
    holds: list[Transfer] = []
    for _ in range(60):
        amount = chance.randint(1, 4)
        choices = [
            house.grant(amount),
            _hold(house, booking, amount),
            house.transfer(TransferKind.DIRECT, wallet, redeemed, amount),
        ]
        if holds:
            kind = chance.choice((TransferKind.POST, TransferKind.VOID))
            choices.append(_end(house, kind, chance.choice(holds)))
        transfer = chance.choice(choices)
        spends = transfer.debit == wallet and transfer.hold_id is None
        if spends and posted[wallet] - held[wallet] < amount:
            with pytest.raises(InsufficientTokens):
                await _write(house, transfer)
            continue
        await _write(house, transfer)
        for effect in effects(transfer):
            posted[effect.account] += effect.posted
            held[effect.account] += effect.held
        if transfer.kind is TransferKind.HOLD:
            holds.append(transfer)
        holds = [hold for hold in holds if hold.id != transfer.hold_id]
    accounts = (wallet, redeemed, issued_by(house.workspace.id))
    balances = [await _balance(house, account) for account in accounts]
    assert balances == [Balance(posted=posted[a], held=held[a]) for a in accounts]
    assert sum(balance.posted for balance in balances) == 0
    assert balances[0].spendable >= 0
