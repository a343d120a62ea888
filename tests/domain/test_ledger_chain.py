"""The hash chain: what is hashed, and that nothing of it can change unseen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_chain import GENESIS, ChainHead, chained, entry_hash

AT = datetime(2026, 5, 22, 9, 0, tzinfo=UTC)
POST = Transfer(
    id="ttx_2",
    kind=TransferKind.POST,
    debit=wallet_of("mem_1"),
    credit=redeemed_at("ws_1"),
    amount=3,
    cause="Grüße",
    booking_id="bk_1",
    hold_id="ttx_1",
    lot_id="lot_1",
)


def test_the_canonical_text_is_frozen() -> None:
    """Whoever kept a hash must find the same one in ten years, with any program."""
    text = (
        f'["litehq-ledger-1","ws_1",7,"{GENESIS}","ttx_2","post","mem_1","wallet","ws_1","redeemed",'
        '"token",3,"Gr\\u00fc\\u00dfe","bk_1","ttx_1","lot_1",1779440400]'
    )
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert entry_hash("ws_1", 7, POST, AT, GENESIS) == expected
    plain = Transfer(
        id="ttx_1",
        kind=TransferKind.DIRECT,
        debit=Account("mem_1", AccountKind.RECEIVABLE, "GBP"),
        credit=Account("ws_1", AccountKind.REVENUE, "GBP"),
        amount=5,
        cause="owed",
    )
    text = (
        f'["litehq-ledger-1","ws_1",1,"{GENESIS}","ttx_1","direct","mem_1","receivable","ws_1","revenue",'
        '"GBP",5,"owed",null,null,null,0]'
    )
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert entry_hash("ws_1", 1, plain, datetime(1970, 1, 1, tzinfo=UTC), GENESIS) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "ttx_3"},
        {"kind": TransferKind.VOID},
        {"debit": wallet_of("mem_2")},
        {"credit": redeemed_at("ws_2")},
        {"credit": Account("ws_1", AccountKind.EXPIRED, "token")},
        {"amount": 4},
        {"cause": "Grüsse"},
        {"booking_id": None},
        {"hold_id": "ttx_9"},
        {"lot_id": "lot_2"},
    ],
)
def test_every_field_is_covered(fields: dict[str, Any]) -> None:
    other = replace(POST, **fields)
    assert entry_hash("ws_1", 7, other, AT, GENESIS) != entry_hash("ws_1", 7, POST, AT, GENESIS)


def test_so_are_place_and_time() -> None:
    hashes = {
        entry_hash("ws_1", 7, POST, AT, GENESIS),
        entry_hash("ws_2", 7, POST, AT, GENESIS),
        entry_hash("ws_1", 8, POST, AT, GENESIS),
        entry_hash("ws_1", 7, POST, AT + timedelta(seconds=1), GENESIS),
        entry_hash("ws_1", 7, POST, AT, "1" * 64),
    }
    assert len(hashes) == 5


def test_entries_follow_one_another_from_wherever_the_chain_ends() -> None:
    transfers = [replace(POST, id=f"ttx_{n}") for n in range(3)]
    entries = chained("ws_1", ChainHead(), transfers, AT, {"ttx_1": 5})
    assert [entry.position for entry in entries] == [1, 2, 3]
    assert [entry.transfer for entry in entries] == transfers
    assert [entry.balance_after for entry in entries] == [None, 5, None]
    assert [entry.previous_hash for entry in entries] == [GENESIS, entries[0].hash, entries[1].hash]
    for entry in entries:
        assert entry.created_at == AT
        told = (entry.position, entry.transfer, entry.created_at, entry.previous_hash)
        assert entry.hash == entry_hash("ws_1", *told)
    # In two parts or in one, it is the same chain.
    head = ChainHead(position=entries[0].position, hash=entries[0].hash)
    assert chained("ws_1", head, transfers[1:], AT, {"ttx_1": 5}) == entries[1:]
    assert chained("ws_1", head, [], AT, {}) == ()
