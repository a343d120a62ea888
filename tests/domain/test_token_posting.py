"""Rows of the token ledger: what is one, and what the wallet has after it."""

from __future__ import annotations

from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.events import EventType
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    end_hold,
    issued_by,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_chain import Entry
from litehq_core.domain.token_posting import (
    account_text,
    moves_tokens,
    posted,
    posting_event,
    token_transaction_record,
)
from tests.domain.samples import NOW

WALLET, ISSUED, REDEEMED = wallet_of("mem_1"), issued_by("ws_1"), redeemed_at("ws_1")


def _transfer(debit: Account, credit: Account, amount: int, **fields: object) -> Transfer:
    plain = {"id": f"ttx_{amount}", "kind": TransferKind.DIRECT, "cause": "why", "lot_id": "lot_1"}
    return Transfer(debit=debit, credit=credit, amount=amount, **{**plain, **fields})  # type: ignore[arg-type]


def test_a_hold_moves_nothing_and_money_is_no_token() -> None:
    hold = _transfer(WALLET, REDEEMED, 2, kind=TransferKind.HOLD)
    assert not moves_tokens(hold)
    assert not moves_tokens(end_hold(hold, TransferKind.VOID, "ttx_v"))
    assert moves_tokens(end_hold(hold, TransferKind.POST, "ttx_p"))
    assert moves_tokens(_transfer(ISSUED, WALLET, 5))
    owed = Account("mem_1", AccountKind.RECEIVABLE, "GBP")
    earned = Account("ws_1", AccountKind.REVENUE, "GBP")
    assert not moves_tokens(_transfer(owed, earned, 5, lot_id=None))


def test_each_row_says_what_the_wallet_has_then() -> None:
    rows = posted("mem_1", 3, [_transfer(ISSUED, WALLET, 5), _transfer(WALLET, ISSUED, 7)], NOW)
    assert [row.balance_after for row in rows] == [8, 1]
    assert [(account_text(r.record, "debit"), account_text(r.record, "credit")) for r in rows] == [
        ("ws_1/issued", "mem_1/wallet"),
        ("mem_1/wallet", "ws_1/issued"),
    ]


def test_the_event_tells_of_all_rows_by_the_last() -> None:
    rows = posted("mem_1", 9, [_transfer(WALLET, ISSUED, 2), _transfer(WALLET, ISSUED, 3)], NOW)
    event = posting_event(EventType.TOKENS_ADJUSTED, rows)
    assert (event.subject_id, event.sequence, event.member_id) == ("ttx_3", 1, "mem_1")
    assert (event.object["amount"], event.object["balance_after"]) == (5, 4)
    assert event.object["created_at"] == "2026-05-22T09:00:00Z"


def test_a_stored_row_has_every_attribute_and_a_new_one_all_but_its_place() -> None:
    transfer = _transfer(ISSUED, WALLET, 5)
    entry = Entry(
        position=4, transfer=transfer, created_at=NOW, previous_hash="", hash="", balance_after=8
    )
    record = token_transaction_record(entry)
    assert frozenset(record) == every_attribute(Noun.TOKEN_TRANSACTION)
    [row] = posted("mem_1", 3, [transfer], NOW)
    assert {**row.record, "position": 4} == record
