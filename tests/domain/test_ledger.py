"""The ledger's one rule: what a transfer does to balances."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.ledger import (
    TOKEN,
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

WALLET, REDEEMED, ISSUED = wallet_of("mem_1"), redeemed_at("ws_1"), issued_by("ws_1")
ENDS = (TransferKind.POST, TransferKind.VOID)


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
    return Transfer(**{**plain, **fields})


transfers = st.builds(
    lambda kind, pair, amount: _transfer(kind, debit=pair[0], credit=pair[1], amount=amount),
    st.sampled_from(TransferKind),
    st.permutations([WALLET, REDEEMED, ISSUED]),
    st.integers(1, 10**9),
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
    "fields",
    [
        {"amount": 0},
        {"amount": -1},
        {"credit": WALLET},
        {"credit": Account("ws_1", AccountKind.REDEEMED, "GBP")},
        {"kind": TransferKind.POST, "hold_id": None},
        {"kind": TransferKind.VOID, "hold_id": None},
        {"kind": TransferKind.HOLD, "hold_id": "ttx_0"},
        {"kind": TransferKind.DIRECT, "hold_id": "ttx_0"},
    ],
)
def test_an_imbalance_cannot_be_written(fields: dict[str, Any]) -> None:
    """architecture: ``Transfer(debit, credit, amount)``, so an imbalance cannot be written."""
    with pytest.raises(ValueError, match=r"transfer|hold"):
        _transfer(**fields)


def test_accounts_are_keyed_by_owner_kind_and_unit() -> None:
    assert wallet_of("mem_1") == Account("mem_1", AccountKind.WALLET, TOKEN)
    assert len({WALLET, REDEEMED, ISSUED, wallet_of("mem_2")}) == 4
    assert str(WALLET) == "mem_1/wallet/token"
