"""The ledger for readers: balances of any instant, bookings, and snapshots that hold still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    end_hold,
    issued_by,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_audit import verify
from litehq_core.domain.ledger_chain import ChainHead, Entry, entry_hash
from litehq_core.domain.lots import HeldLot, Lot, Wallet, filled
from litehq_core.testing import Clock
from tests.contract.house import House
from tests.domain.samples import NOW

HOUR = timedelta(hours=1)


async def _write(house: House, *transfers: Transfer) -> None:
    async with house.begin() as tx:
        await tx.ledger.write(transfers)


def _spend(house: House, lot: Lot, amount: int, kind: TransferKind, **fields: str) -> Transfer:
    wallet, redeemed = wallet_of(lot.member_id), redeemed_at(house.workspace.id)
    return house.transfer(kind, wallet, redeemed, amount, lot_id=lot.id, **fields)


async def _history(house: House, clock: Clock) -> list[Lot]:
    """Hour by hour: two lots, a hold, its post, a void, something given back."""
    one, two = house.new_lot(granted=5), house.new_lot(granted=3, expires_at=NOW + 4 * HOUR)
    async with house.begin() as tx:
        for lot in (one, two):
            await tx.ledger.add_lot(lot)
    await _write(house, filled(one, "ttx_a", "grant"))
    clock.now = NOW + HOUR
    await _write(house, filled(two, "ttx_b", "grant"))
    hold = _spend(house, one, 2, TransferKind.HOLD)
    other = _spend(house, two, 1, TransferKind.HOLD)
    clock.now = NOW + 2 * HOUR
    await _write(house, hold, other)
    clock.now = NOW + 3 * HOUR
    await _write(
        house,
        end_hold(hold, TransferKind.POST, "ttx_c"),
        end_hold(other, TransferKind.VOID, "ttx_d"),
    )
    return [one, two]


async def test_a_balance_as_of_any_instant(house: House, clock: Clock) -> None:
    await _history(house, clock)
    wallet, redeemed = wallet_of(house.member.id), redeemed_at(house.workspace.id)

    async def at(account: Account, hours: float) -> Balance:
        when = NOW + hours * HOUR
        return await house.ports.reads.ledger.balance(house.workspace.id, account, when)

    assert [await at(wallet, hours) for hours in (-1, 0, 0.9, 1, 2, 3, 99)] == [
        Balance(),
        Balance(posted=5),
        Balance(posted=5),
        Balance(posted=8),
        Balance(posted=8, held=3),
        Balance(posted=6),
        Balance(posted=6),
    ]
    assert [await at(redeemed, hours) for hours in (2, 3)] == [Balance(), Balance(posted=2)]
    assert await at(issued_by(house.workspace.id), 9) == Balance(posted=-8)
    assert await at(replace(wallet, unit="GBP"), 9) == Balance()
    async with house.begin() as tx:
        assert await tx.ledger.balance(wallet) == await at(wallet, 99)


async def test_a_wallet_as_of_any_instant(house: House, clock: Clock) -> None:
    one, two = await _history(house, clock)
    ledger, mine, owner = house.ports.reads.ledger, house.workspace.id, house.member.id
    assert await ledger.wallet(mine, owner, NOW - HOUR) == Wallet()
    assert await ledger.wallet(mine, owner, NOW) == Wallet.of([HeldLot(one, Balance(posted=5))])
    assert await ledger.wallet(mine, owner, NOW + 2 * HOUR) == Wallet.of(
        [HeldLot(one, Balance(posted=5, held=2)), HeldLot(two, Balance(posted=3, held=1))]
    )
    async with house.begin() as tx:
        now = await tx.ledger.wallet(owner)
    assert await ledger.wallet(mine, owner, NOW + 9 * HOUR) == now
    # Spent to the last: not in the wallet any more, but in the history.
    await _write(house, _spend(house, one, 3, TransferKind.DIRECT))
    later = await ledger.wallet(mine, owner, NOW + 9 * HOUR)
    assert [held.lot.id for held in later.lots] == [two.id]
    assert await ledger.wallet(mine, "mem_nobody", NOW + HOUR) == Wallet()


async def test_what_members_can_spend_in_one_go(house: House, clock: Clock) -> None:
    await _history(house, clock)
    other = house.new_member()
    await house.add(other)
    ledger, ids = house.ports.reads.ledger, [house.member.id, other.id, "mem_nobody"]
    before = await ledger.spendable(house.workspace.id, ids, NOW + 3 * HOUR)
    after = await ledger.spendable(house.workspace.id, ids, NOW + 4 * HOUR)
    assert before == {house.member.id: 6, other.id: 0, "mem_nobody": 0}
    assert after == {house.member.id: 3, other.id: 0, "mem_nobody": 0}
    assert await ledger.spendable(house.workspace.id, [], NOW) == {}


async def test_the_entries_of_a_booking(house: House, clock: Clock) -> None:
    booking, bystander = house.new_booking(), house.new_booking()
    await house.book(booking, bystander)
    hold = _spend(house, house.lot, 2, TransferKind.HOLD, booking_id=booking.id)
    owed = house.transfer(
        TransferKind.DIRECT,
        Account(house.member.id, AccountKind.RECEIVABLE, "GBP"),
        Account(house.workspace.id, AccountKind.REVENUE, "GBP"),
        4000,
        booking_id=booking.id,
    )
    await _write(house, house.grant(5), hold)
    clock.now = NOW + HOUR
    await _write(house, end_hold(hold, TransferKind.POST, "ttx_post"), owed)
    entries = await house.ports.reads.ledger.of_booking(house.workspace.id, booking.id)
    assert [(e.position, e.transfer.id, e.balance_after) for e in entries] == [
        (2, hold.id, 5),
        (3, "ttx_post", 3),
        (4, owed.id, None),
    ]
    assert [e.created_at for e in entries] == [NOW, NOW + HOUR, NOW + HOUR]
    assert entries[0].transfer == hold
    assert entries[2].transfer == owed
    assert await house.ports.reads.ledger.of_booking(house.workspace.id, bystander.id) == []


async def test_positions_are_dense_and_each_entry_follows_the_one_before(
    house: House, clock: Clock
) -> None:
    """Item 5: dense positions in a workspace, each with the hash of the one before."""
    await _history(house, clock)
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        entries = await snapshot.entries(0, 100)
        head = await snapshot.head()
    last = ChainHead()
    for entry in entries:
        assert isinstance(entry, Entry)
        assert (entry.position, entry.previous_hash) == (last.position + 1, last.hash)
        told = (entry.position, entry.transfer, entry.created_at, entry.previous_hash)
        assert entry.hash == entry_hash(house.workspace.id, *told)
        last = ChainHead(position=entry.position, hash=entry.hash)
    assert head == last
    assert head.position == 6


async def test_a_snapshot_is_read_in_pages(house: House, clock: Clock) -> None:
    lots = await _history(house, clock)
    bookings = [house.new_booking() for _ in range(3)]
    await house.book(*bookings)
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        entries = await snapshot.entries(0, 100)
        assert [await snapshot.entries(after, 2) for after in (0, 2, 4, 6)] == [
            entries[0:2],
            entries[2:4],
            entries[4:6],
            [],
        ]
        accounts = [account for account, _ in await snapshot.balances(None, 100)]
        assert accounts == sorted(accounts)
        assert len(accounts) == 3
        pages = [await snapshot.balances(after, 2) for after in (None, accounts[1])]
        assert [account for page in pages for account, _ in page] == accounts
        ids = sorted([house.lot.id, *(lot.id for lot in lots)])
        assert [held.lot.id for held in await snapshot.lots("", 2)] == ids[:2]
        assert [held.lot.id for held in await snapshot.lots(ids[1], 2)] == ids[2:]
        known = sorted(bookings, key=lambda booking: booking.id)
        assert await snapshot.bookings("", 2) == known[:2]
        assert await snapshot.bookings(known[1].id, 2) == known[2:]
        assert await snapshot.bookings(known[2].id, 2) == []


async def test_a_snapshot_holds_still(house: House, clock: Clock) -> None:
    """What is written while somebody verifies is not seen by halves."""
    await _history(house, clock)
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        before = await snapshot.head()
        await _write(house, house.grant(5))
        await house.book(house.new_booking())
        assert await snapshot.head() == before
        assert len(await snapshot.entries(0, 100)) == before.position
        assert await snapshot.bookings("", 10) == []
        held = {h.lot.id: h.balance for h in await snapshot.lots("", 10)}
        assert held[house.lot.id] == Balance()
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        assert (await snapshot.head()).position == before.position + 1


async def test_what_every_store_writes_verifies(house: House, clock: Clock) -> None:
    await _history(house, clock)
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        verification = verify(
            house.workspace.id,
            await snapshot.entries(0, 100),
            head=await snapshot.head(),
            balances=await snapshot.balances(None, 100),
            lots=await snapshot.lots("", 100),
            bookings=await snapshot.bookings("", 100),
        )
    assert verification.findings == ()
    assert verification.entries == 6


async def test_every_workspace_is_known(house: House, other: House) -> None:
    ids = await house.ports.reads.ledger.workspace_ids()
    assert {house.workspace.id, other.workspace.id} <= set(ids)
    assert list(ids) == sorted(ids)
