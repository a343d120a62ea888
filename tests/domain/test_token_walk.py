"""Thousands of random operations on a member's tokens, beside a naive purse.

After each, the wallet has what the purse has, lot by lot and room by room; at the end, the whole
ledger verifies, and so do the bookings that were paid from it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from litehq_core.domain.booking import Booking
from litehq_core.domain.burning import return_tokens
from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import (
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    balances,
    end_hold,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_audit import verify
from litehq_core.domain.ledger_chain import ChainHead, chained
from litehq_core.domain.lots import (
    HeldLot,
    Lot,
    LotShare,
    LotSource,
    Wallet,
    expiry,
    filled,
    shares_after,
)
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.token_allocation import TokenAllocation, renew
from tests.domain import samples
from tests.domain.token_model import FREE, Purse

SEEDS, STEPS = 20, 200
ROOMS = ("rm_1", "rm_2", "rm_3")


class Walk:
    """One member's tokens, in the ledger and in the purse."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = samples.NOW
        self.purse = Purse()
        self.lots: dict[str, HeldLot] = {}
        self.written: list[Transfer] = []
        self.holds: dict[str, Transfer] = {}
        self.bookings: dict[str, tuple[LotShare, ...]] = {}
        self.allocation: TokenAllocation | None = None
        self.told: list[str] = []
        self._last = 0

    def new_id(self, prefix: Prefix) -> str:
        """Ids that rise."""
        self._last += 1
        return f"{prefix}_{self._last:06}"

    @property
    def wallet(self) -> Wallet:
        """The wallet as a store would give it."""
        return Wallet.of(held for held in self.lots.values() if held.balance.posted)

    def write(self, transfers: Iterable[Transfer], lots: Iterable[Lot] = ()) -> None:
        """As a store writes: lots first, then transfers, and no lot below zero."""
        transfers = tuple(transfers)
        self.lots |= {lot.id: HeldLot(lot, Balance()) for lot in lots}
        after = Wallet(tuple(self.lots.values())).after(transfers)
        self.lots = {held.lot.id: held for held in after.lots}
        self.written += transfers
        assert all(held.balance.spendable >= 0 for held in after.lots)

    def step(self) -> None:
        """One operation, on both."""
        operation = self.chance.choice(
            [
                *(self.grant, self.spend, self.spend, self.hold, self.end_hold, self.give_back),
                *(self.expire, self.jump, self.set_allocation, self.renew),
            ]
        )
        self.told.append(f"{self.now:%m-%d %H:%M} {operation.__name__}")
        operation()
        self.compare()

    def grant(self) -> None:
        rooms = self.chance.choice([None, None, frozenset(ROOMS[:1]), frozenset(ROOMS[:2])])
        lot = Lot(
            id=self.new_id(Prefix.LOT),
            workspace_id="ws_1",
            member_id="mem_1",
            source=LotSource.GRANT,
            priority=self.chance.choice([1, 2, 100]),
            expires_at=self.chance.choice([None, self.later(hours=900)]),
            room_ids=rooms,
            granted=self.chance.randint(1, 12),
            created_at=self.now,
        )
        self.write([filled(lot, self.new_id(Prefix.TRANSFER), "grant")], [lot])
        self.purse.grant(lot)

    def spend(self) -> None:
        """A new booking, or more for one that is there."""
        booking_id = self.chance.choice([*self.bookings, self.new_id(Prefix.BOOKING)])
        room_id, amount = self.chance.choice(ROOMS), self.chance.randint(1, 9)
        if amount > len(self.purse.usable(room_id, self.now)):
            with pytest.raises(InsufficientTokens):
                self.wallet.burn(amount, self.now, room_id)
            return
        holds = [
            self._hold(share, booking_id) for share in self.wallet.burn(amount, self.now, room_id)
        ]
        transfers = [*holds, *(self._end(hold, TransferKind.POST) for hold in holds)]
        self.write(transfers)
        self.bookings[booking_id] = shares_after(self.bookings.get(booking_id, ()), transfers)
        self.purse.spend(booking_id, amount, room_id, self.now)

    def hold(self) -> None:
        """Tokens that somebody keeps for later."""
        amount = min(self.chance.randint(1, 4), len(self.purse.usable(None, self.now)))
        for share in self.wallet.burn(amount, self.now):
            hold = self._hold(share, None)
            self.write([hold])
            self.holds[hold.id] = hold
            assert self.purse.move(share.lot_id, FREE, f"held:{hold.id}", share.tokens)

    def end_hold(self) -> None:
        if not self.holds:
            return
        hold = self.holds.pop(self.chance.choice(list(self.holds)))
        kind = self.chance.choice([TransferKind.POST, TransferKind.VOID])
        self.write([self._end(hold, kind)])
        there = FREE if kind is TransferKind.VOID else "spent"
        self.purse.move(hold.lot_id or "", f"held:{hold.id}", there)

    def give_back(self) -> None:
        """A booking is cancelled or shortened: more is asked back at times than there is."""
        if not self.bookings:
            return
        booking_id, amount = self.chance.choice(list(self.bookings)), self.chance.randint(0, 12)
        transfers = return_tokens(self._booking(booking_id), amount, "cancelled", self.new_id)
        self.write(transfers)
        self.bookings[booking_id] = shares_after(self.bookings[booking_id], transfers)
        self.purse.give_back(booking_id, amount)

    def expire(self) -> None:
        """The duty: what has expired leaves the books, unless an allocation counts on it."""
        counted = self.allocation.lot_id if self.allocation else None
        for held in list(self.lots.values()):
            if held.lot.is_expired(self.now) and held.lot.id != counted:
                self.write(expiry(held, new_id=self.new_id))
                self.purse.move(held.lot.id, FREE, "expired")

    def jump(self) -> None:
        self.now = self.later(hours=self.chance.choice([1, 30, 400, 1600]))

    def set_allocation(self) -> None:
        if self.allocation is None or self.chance.random() < 0.1:
            self.allocation = samples.allocation(
                tokens_per_month=self.chance.randint(1, 8),
                rollover_cap=self.chance.choice([None, 0, 3]),
                day_of_month=self.chance.choice([1, 15, 31]),
                room_ids=self.chance.choice([None, frozenset(ROOMS[:2])]),
                next_at=self.now,
            )

    def renew(self) -> None:
        """The duty, as often as it is due: months that were missed are made up for."""
        while self.allocation is not None and self.allocation.next_at <= self.now:
            current, cap = self.lots.get(self.allocation.lot_id or ""), self.allocation.rollover_cap
            renewal = renew(self.allocation, current, self.now, self.new_id)
            self.write(renewal.transfers, renewal.lots)
            if current is not None:
                kept = self.purse.move(current.lot.id, FREE, "issued", cap)
                self.purse.move(current.lot.id, FREE, "expired")
                assert [lot.granted for lot in renewal.lots[:-1]] == ([kept] if kept else [])
            for lot in renewal.lots:
                self.purse.grant(lot)
            self.allocation = renewal.allocation

    def compare(self) -> None:
        """The wallet has what the purse has."""
        wallet = self.wallet
        assert {held.lot.id: held.balance for held in wallet.lots} == self.purse.balances()
        for room_id in (None, *ROOMS):
            usable = self.purse.usable(room_id, self.now)
            assert wallet.spendable(self.now, room_id) == len(usable)
            order = [s.lot_id for s in wallet.burn(len(usable), self.now, room_id)]
            assert order == list(Counter(token.lot.id for token in usable))
        for booking_id, shares in self.bookings.items():
            summed: Counter[str] = Counter()
            for share in shares:
                summed[share.lot_id] += share.tokens
            assert summed == self.purse.shares(booking_id)

    def later(self, *, hours: int) -> datetime:
        """Some time from now."""
        return self.now + timedelta(hours=self.chance.randint(1, hours))

    def _hold(self, share: LotShare, booking_id: str | None) -> Transfer:
        return Transfer(
            id=self.new_id(Prefix.TRANSFER),
            kind=TransferKind.HOLD,
            debit=wallet_of("mem_1"),
            credit=redeemed_at("ws_1"),
            amount=share.tokens,
            cause="booking",
            booking_id=booking_id,
            lot_id=share.lot_id,
        )

    def _end(self, hold: Transfer, kind: TransferKind) -> Transfer:
        return end_hold(hold, kind, self.new_id(Prefix.TRANSFER))

    def _booking(self, booking_id: str) -> Booking:
        return samples.booking(
            id=booking_id,
            billing_mode=BillingMode.TOKENS,
            price=samples.price(0, tokens=1),
            token_lots=self.bookings[booking_id],
        )

    def verify(self) -> None:
        """Everything that was written is a ledger without a finding."""
        after: dict[str, int] = {}
        posted = 0
        for transfer in self.written:
            spends = transfer.debit.kind is AccountKind.WALLET
            if transfer.kind in (TransferKind.DIRECT, TransferKind.POST):
                posted += -transfer.amount if spends else transfer.amount
            after[transfer.id] = posted
        entries = chained("ws_1", ChainHead(), self.written, self.now, after)
        head = ChainHead(position=len(entries), hash=entries[-1].hash) if entries else ChainHead()
        verification = verify(
            "ws_1",
            entries,
            head=head,
            balances=balances(self.written).items(),
            lots=self.lots.values(),
            bookings=[self._booking(booking_id) for booking_id in self.bookings],
        )
        assert verification.findings == ()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_wallet_has_what_the_purse_has(seed: int) -> None:
    walk = Walk(seed)
    try:
        for _ in range(STEPS):
            walk.step()
        walk.verify()
    except Exception as error:
        story = "\n".join(walk.told[-30:])
        raise AssertionError(f"seed {seed}, step {len(walk.told)}:\n{story}") from error
    # A walk that did nothing proves nothing.
    assert len(walk.written) > STEPS / 3
    assert {t.kind for t in walk.written} == set(TransferKind)
    assert {t.cause for t in walk.written} >= {"allocation", "cancelled", "expired", "grant"}
