"""Lots: eligibility, expiry, and the one order in which they are burnt and given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.errors import InsufficientTokens, ValidationFailed
from litehq_core.domain.ledger import (
    Balance,
    Transfer,
    TransferKind,
    issued_by,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.lots import (
    MOST_PRIORITY,
    MOST_ROOMS,
    MOST_TOKENS,
    HeldLot,
    Lot,
    LotShare,
    Wallet,
    filled,
    last_burnt,
    shares_after,
)
from tests.domain import samples
from tests.domain.samples import NOW

SECOND = timedelta(seconds=1)


def _held(posted: int = 5, held: int = 0, **fields: Any) -> HeldLot:
    return HeldLot(samples.lot(**fields), Balance(posted=posted, held=held))


def _move(kind: TransferKind, lot_id: str, amount: int, **fields: Any) -> Transfer:
    plain: dict[str, Any] = {
        "id": "ttx_1",
        "kind": kind,
        "debit": wallet_of("mem_1"),
        "credit": redeemed_at("ws_1"),
        "amount": amount,
        "cause": "booking",
        "lot_id": lot_id,
        "hold_id": "ttx_0" if kind in (TransferKind.POST, TransferKind.VOID) else None,
    }
    return Transfer(**{**plain, **fields})


def _back(lot_id: str, amount: int) -> Transfer:
    ends = {"debit": redeemed_at("ws_1"), "credit": wallet_of("mem_1")}
    return _move(TransferKind.DIRECT, lot_id, amount, **ends)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"granted": 0}, {"amount"}),
        ({"granted": MOST_TOKENS + 1}, {"amount"}),
        ({"priority": -1}, {"priority"}),
        ({"priority": MOST_PRIORITY + 1}, {"priority"}),
        ({"room_ids": frozenset()}, {"room_ids"}),
        ({"room_ids": frozenset(f"rm_{n}" for n in range(MOST_ROOMS + 1))}, {"room_ids"}),
        ({"granted": -1, "priority": -1}, {"amount", "priority"}),
    ],
)
def test_a_lot_keeps_within_its_bounds(fields: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        samples.lot(**fields)
    assert {error.field for error in refusal.value.errors} == wrong


def test_the_bounds_themselves_are_allowed() -> None:
    rooms = frozenset(f"rm_{n}" for n in range(MOST_ROOMS))
    samples.lot(granted=1, priority=0, room_ids=frozenset({"rm_1"}))
    samples.lot(granted=MOST_TOKENS, priority=MOST_PRIORITY, room_ids=rooms)


def test_expiry_is_judged_when_the_tokens_are_to_be_spent() -> None:
    """architecture: "expiry is judged at read time"; the instant itself is too late."""
    held = _held(5, 2, expires_at=NOW)
    assert held.spendable(None, NOW - SECOND) == 3
    assert held.spendable(None, NOW) == 0
    assert held.spendable(None, NOW + SECOND) == 0
    assert _held(5, 2).spendable(None, datetime.max.replace(tzinfo=NOW.tzinfo)) == 3
    # Expired or not, they are owed until the expiry is written.
    assert Wallet.of([held]).balance == Balance(posted=5, held=2)


def test_a_lot_may_be_good_for_some_rooms_only() -> None:
    only = _held(room_ids=frozenset({"rm_1", "rm_2"}))
    assert [only.spendable(room, NOW) for room in ("rm_1", "rm_2", "rm_3", None)] == [5, 5, 0, 5]
    wallet = Wallet.of([only, _held(2, id="lot_2")])
    assert wallet.spendable(NOW, "rm_1") == 7
    assert wallet.spendable(NOW, "rm_3") == 2
    assert wallet.spendable(NOW) == 7


def test_burning_is_by_priority_then_expiry_then_age_then_id() -> None:
    """Item 6: a fixed order, the same on every engine."""
    soon, late = NOW + timedelta(days=1), NOW + timedelta(days=2)
    older = NOW - timedelta(days=9)
    lots = [
        _held(id="lot_f", priority=1),
        _held(id="lot_a", priority=2, expires_at=soon, created_at=older),
        _held(id="lot_b", priority=2, expires_at=soon),
        _held(id="lot_c", priority=2, expires_at=soon),
        _held(id="lot_0", priority=2, expires_at=late),
        _held(id="lot_1", priority=2, created_at=older),
        _held(id="lot_d", priority=2),
    ]
    order = ["lot_f", "lot_a", "lot_b", "lot_c", "lot_0", "lot_1", "lot_d"]
    for given_order in (lots, lots[::-1]):
        wallet = Wallet.of(given_order)
        assert [share.lot_id for share in wallet.burn(35, NOW)] == order
        assert wallet.burn(12, NOW) == (
            LotShare("lot_f", 5),
            LotShare("lot_a", 5),
            LotShare("lot_b", 2),
        )
    assert Wallet.of(lots).burn(0, NOW) == ()


def test_burning_passes_over_what_cannot_be_spent() -> None:
    wallet = Wallet.of(
        [
            _held(5, id="lot_1", expires_at=NOW),
            _held(5, id="lot_2", room_ids=frozenset({"rm_2"})),
            _held(5, 5, id="lot_3"),
            _held(5, 3, id="lot_4"),
            _held(1, id="lot_5"),
        ]
    )
    assert wallet.burn(3, NOW, "rm_1") == (LotShare("lot_4", 2), LotShare("lot_5", 1))
    with pytest.raises(InsufficientTokens) as refusal:
        wallet.burn(4, NOW, "rm_1")
    assert refusal.value.details() == {"required": 4, "available": 3}


def test_a_wallet_knows_what_it_will_be() -> None:
    wallet = Wallet.of([_held(5, id="lot_1"), _held(5, 1, id="lot_2")])
    after = wallet.after(
        [
            _move(TransferKind.HOLD, "lot_1", 2),
            _move(TransferKind.POST, "lot_2", 1),
            _back("lot_2", 3),
            # Of somebody else's lot, and of somebody else's of the same name.
            _move(TransferKind.HOLD, "lot_3", 2),
            _move(TransferKind.HOLD, "lot_1", 2, debit=wallet_of("mem_2")),
        ]
    )
    assert [held.balance for held in after.lots] == [
        Balance(posted=5, held=2),
        Balance(posted=7, held=0),
    ]
    assert [held.lot for held in after.lots] == [held.lot for held in wallet.lots]


def test_a_new_lot_is_filled_from_what_is_issued() -> None:
    grant = filled(samples.lot(granted=7), "ttx_1", "welcome")
    assert (grant.debit, grant.credit) == (issued_by("ws_1"), wallet_of("mem_1"))
    assert (grant.kind, grant.amount, grant.cause) == (TransferKind.DIRECT, 7, "welcome")
    assert grant.lot_id == "lot_1"


def test_what_was_burnt_last_comes_back_first() -> None:
    """Item 5: tokens go back to the lot they came from."""
    shares = (LotShare("lot_1", 3), LotShare("lot_2", 2), LotShare("lot_1", 1))
    assert last_burnt(shares, 1) == (LotShare("lot_1", 1),)
    assert last_burnt(shares, 4) == (
        LotShare("lot_1", 1),
        LotShare("lot_2", 2),
        LotShare("lot_1", 1),
    )
    assert last_burnt(shares, 6) == shares[::-1]
    # Never more than was burnt, never less than nothing.
    assert last_burnt(shares, 99) == shares[::-1]
    assert last_burnt(shares, 0) == last_burnt(shares, -1) == last_burnt((), 5) == ()


def test_a_booking_remembers_what_it_burnt_of_each_lot() -> None:
    burnt = shares_after(
        (),
        [
            _move(TransferKind.HOLD, "lot_1", 3),
            _move(TransferKind.POST, "lot_1", 3),
            _move(TransferKind.POST, "lot_2", 2),
            _move(TransferKind.POST, "lot_1", 1),
            _move(TransferKind.VOID, "lot_1", 9),
        ],
    )
    assert burnt == (LotShare("lot_1", 3), LotShare("lot_2", 2), LotShare("lot_1", 1))
    assert shares_after(burnt, [_back("lot_1", 2)]) == (LotShare("lot_1", 2), LotShare("lot_2", 2))
    assert shares_after(burnt, [_back("lot_2", 2)]) == (LotShare("lot_1", 3), LotShare("lot_1", 1))


shares = st.lists(
    st.builds(LotShare, st.sampled_from(["lot_1", "lot_2", "lot_3"]), st.integers(1, 9)),
    max_size=6,
).map(tuple)


@given(shares, st.integers(0, 60), st.integers(0, 60))
def test_in_two_steps_or_in_one_the_same_comes_back(
    burnt: tuple[LotShare, ...], first: int, second: int
) -> None:
    def returned(left: tuple[LotShare, ...], tokens: int) -> tuple[LotShare, ...]:
        return shares_after(left, [_back(s.lot_id, s.tokens) for s in last_burnt(left, tokens)])

    def total(left: tuple[LotShare, ...]) -> int:
        return sum(share.tokens for share in left)

    stepwise = returned(returned(burnt, first), second)
    assert stepwise == returned(burnt, first + second)
    assert total(stepwise) == max(0, total(burnt) - first - second)
    # What is left was burnt first: a beginning of what was burnt.
    assert [s.lot_id for s in stepwise] == [s.lot_id for s in burnt[: len(stepwise)]]


lots = st.builds(
    lambda n, priority, days, rooms, posted, held: (
        Lot(
            id=f"lot_{n}",
            workspace_id="ws_1",
            member_id="mem_1",
            source=samples.lot().source,
            priority=priority,
            expires_at=None if days is None else NOW + timedelta(days=days),
            room_ids=rooms,
            granted=100,
            created_at=NOW - timedelta(days=n % 3),
        ),
        posted,
        min(held, posted),
    ),
    st.integers(0, 99),
    st.integers(0, 2),
    st.none() | st.integers(-2, 3),
    st.none() | st.sets(st.sampled_from(["rm_1", "rm_2"]), min_size=1).map(frozenset),
    st.integers(0, 9),
    st.integers(0, 9),
)


@given(
    st.lists(lots, max_size=6, unique_by=lambda lot: lot[0].id),
    st.integers(0, 40),
    st.sampled_from(["rm_1", "rm_2", "rm_3"]),
)
def test_burning_takes_token_by_token_what_the_order_says(
    given_lots: list[tuple[Lot, int, int]], tokens: int, room_id: str
) -> None:
    """Against a naive purse: single tokens, sorted, the first so many of them."""
    purse = sorted(
        (lot.priority, str(lot.expires_at or "9"), lot.created_at, lot.id)
        for lot, posted, held in given_lots
        for _ in range(posted - held)
        if (lot.expires_at is None or lot.expires_at > NOW)
        and (lot.room_ids is None or room_id in lot.room_ids)
    )
    wallet = Wallet.of(HeldLot(lot, Balance(posted=p, held=h)) for lot, p, h in given_lots)
    assert wallet.spendable(NOW, room_id) == len(purse)
    if tokens > len(purse):
        with pytest.raises(InsufficientTokens):
            wallet.burn(tokens, NOW, room_id)
        return
    burnt = wallet.burn(tokens, NOW, room_id)
    assert [s.lot_id for s in burnt for _ in range(s.tokens)] == [t[3] for t in purse[:tokens]]
    holds = [_move(TransferKind.HOLD, share.lot_id, share.tokens) for share in burnt]
    assert wallet.after(holds).spendable(NOW, room_id) == len(purse) - tokens
    assert replace(wallet) == wallet
