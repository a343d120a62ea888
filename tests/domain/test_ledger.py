"""The ledger's one rule: what a transfer does to balances."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ledger import (
    TOKEN,
    Account,
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    balances,
    effects,
    end_hold,
    expired_at,
    issued_by,
    redeemed_at,
    wallet_of,
)

WALLET, REDEEMED, ISSUED = wallet_of("mem_1"), redeemed_at("ws_1"), issued_by("ws_1")
ENDS = (TransferKind.POST, TransferKind.VOID)


def test_each_account_has_a_name_of_its_own() -> None:
    """architecture: accounts are keyed ``(owner, kind, unit)``."""
    named = [str(account) for account in (WALLET, REDEEMED, ISSUED, expired_at("ws_1"))]
    assert named == [
        *("mem_1/wallet/token", "ws_1/redeemed/token"),
        *("ws_1/issued/token", "ws_1/expired/token"),
    ]


def _transfer(kind: TransferKind = TransferKind.DIRECT, **fields: Any) -> Transfer:
    plain: dict[str, Any] = {
        "id": "ttx_1",
        "kind": kind,
        "debit": WALLET,
        "credit": REDEEMED,
        "amount": 3,
        "cause": "test",
        "hold_id": "ttx_0" if kind in ENDS else None,
    }
    given = {**plain, **fields}
    is_of_wallet = WALLET in (given["debit"], given["credit"])
    return Transfer(**{"lot_id": "lot_1" if is_of_wallet else None, **given})


transfers = st.one_of(
    st.builds(
        lambda pair, amount: _transfer(debit=pair[0], credit=pair[1], amount=amount),
        st.permutations([WALLET, REDEEMED, ISSUED]),
        st.integers(1, 10**9),
    ),
    # What is held is a wallet's.
    st.builds(
        lambda kind, credit, amount: _transfer(kind, credit=credit, amount=amount),
        st.sampled_from(TransferKind),
        st.sampled_from([REDEEMED, ISSUED]),
        st.integers(1, 10**9),
    ),
)


@given(st.lists(transfers, max_size=30))
def test_all_balances_together_are_zero(batch: list[Transfer]) -> None:
    """``domain.ledger``: a balance is credits minus debits, so all together are zero."""
    posted = Counter[Account]()
    for transfer in batch:
        for effect in effects(transfer):
            posted[effect.account] += effect.posted
        assert sum(posted.values()) == 0


@given(transfers)
def test_only_the_debit_side_holds(transfer: Transfer) -> None:
    for effect in effects(transfer):
        assert effect.account in (transfer.debit, transfer.credit)
        assert effect.held == 0 or effect.account == transfer.debit


@given(st.integers(1, 10**9))
def test_a_hold_and_its_post_are_a_direct_transfer_and_with_its_void_nothing(amount: int) -> None:
    def total(*kinds: TransferKind) -> dict[Account, tuple[int, int]]:
        sums = {WALLET: (0, 0), REDEEMED: (0, 0)}
        for kind in kinds:
            for effect in effects(_transfer(kind, amount=amount)):
                posted, held = sums[effect.account]
                sums[effect.account] = (posted + effect.posted, held + effect.held)
        return sums

    assert total(TransferKind.HOLD, TransferKind.POST) == total(TransferKind.DIRECT)
    assert total(TransferKind.HOLD, TransferKind.VOID) == {WALLET: (0, 0), REDEEMED: (0, 0)}
    assert total(TransferKind.DIRECT) == {WALLET: (-amount, 0), REDEEMED: (amount, 0)}
    assert total(TransferKind.HOLD) == {WALLET: (0, amount), REDEEMED: (0, 0)}


def test_what_is_held_cannot_be_spent() -> None:
    assert Balance(posted=5, held=3).spendable == 2
    assert Balance() == Balance(posted=0, held=0)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"amount": 0}, {"amount"}),
        ({"amount": -1}, {"amount"}),
        ({"debit": REDEEMED}, {"credit"}),
        ({"debit": Account("ws_1", AccountKind.ISSUED, "GBP")}, {"unit"}),
        ({"credit": wallet_of("mem_2")}, {"lot_id"}),
        ({"credit": WALLET, "amount": 0, "lot_id": None}, {"credit", "amount", "lot_id"}),
        ({"lot_id": None}, {"lot_id"}),
        ({"debit": ISSUED, "lot_id": "lot_1"}, {"lot_id"}),
        ({"kind": TransferKind.POST, "hold_id": None}, {"hold_id"}),
        ({"kind": TransferKind.VOID, "hold_id": None}, {"hold_id"}),
        ({"kind": TransferKind.HOLD, "hold_id": "ttx_0"}, {"hold_id"}),
        ({"kind": TransferKind.DIRECT, "hold_id": "ttx_0"}, {"hold_id"}),
        ({"kind": TransferKind.HOLD, "debit": ISSUED}, {"kind"}),
        ({"kind": TransferKind.HOLD, "debit": ISSUED, "credit": WALLET}, {"kind"}),
    ],
)
def test_an_imbalance_cannot_be_written(fields: dict[str, Any], wrong: set[str]) -> None:
    """architecture: ``Transfer(debit, credit, amount)``, so an imbalance cannot be written."""
    with pytest.raises(ValidationFailed) as refusal:
        _transfer(**fields)
    assert {error.field for error in refusal.value.errors} == wrong


def test_the_lot_changes_with_its_wallet_and_with_nothing_else() -> None:
    for kind in TransferKind:
        of_lots = {effect.account: effect.lot_id for effect in effects(_transfer(kind))}
        assert of_lots.pop(WALLET) == "lot_1"
        assert set(of_lots.values()) <= {None}
    (out, into) = effects(_transfer(debit=ISSUED, credit=WALLET))
    assert (out.lot_id, into.lot_id) == (None, "lot_1")


@given(st.lists(transfers, max_size=20))
def test_balances_are_what_transfers_add_up_to(batch: list[Transfer]) -> None:
    expected: dict[Account, tuple[int, int]] = {}
    for transfer in batch:
        for effect in effects(transfer):
            posted, held = expected.get(effect.account, (0, 0))
            expected[effect.account] = (posted + effect.posted, held + effect.held)
    found = balances(batch)
    assert {a: (b.posted, b.held) for a, b in found.items()} == expected


def test_a_hold_is_ended_by_its_own_figures() -> None:
    hold = _transfer(TransferKind.HOLD, id="ttx_9", booking_id="bk_1")
    for kind in ENDS:
        end = end_hold(hold, kind, "ttx_10")
        assert (end.id, end.kind, end.hold_id) == ("ttx_10", kind, "ttx_9")
        assert replace(end, id=hold.id, kind=hold.kind, hold_id=None) == hold
    with pytest.raises(ValidationFailed) as refusal:
        end_hold(hold, TransferKind.DIRECT, "ttx_10")
    assert [error.field for error in refusal.value.errors] == ["kind"]


def test_accounts_are_keyed_by_owner_kind_and_unit() -> None:
    assert wallet_of("mem_1") == Account("mem_1", AccountKind.WALLET, TOKEN)
    assert len({WALLET, REDEEMED, ISSUED, wallet_of("mem_2")}) == 4
    assert str(WALLET) == "mem_1/wallet/token"
