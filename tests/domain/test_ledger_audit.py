"""Verifying a ledger: each kind of damage, planted once, is found and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain import ledger_findings
from litehq_core.domain.booking import Booking
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Transfer,
    TransferKind,
    balances,
    effects,
    end_hold,
    issued_by,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_audit import verify
from litehq_core.domain.ledger_chain import ChainHead, Entry, Illegible, chained, entry_hash
from litehq_core.domain.ledger_findings import FindingKind, Verification
from litehq_core.domain.lots import HeldLot, LotShare, filled
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples
from tests.domain.samples import NOW

RECEIVABLE = Account("mem_1", AccountKind.RECEIVABLE, "GBP")
REVENUE, CASH, REFUNDS = (
    Account("ws_1", kind, "GBP")
    for kind in (AccountKind.REVENUE, AccountKind.CASH, AccountKind.REFUNDS)
)


def _move(id_: str, debit: Account, credit: Account, amount: int, **fields: Any) -> Transfer:
    return Transfer(
        **{
            "id": id_,
            "kind": TransferKind.DIRECT,
            "debit": debit,
            "credit": credit,
            "amount": amount,
            "cause": "test",
            **fields,
        }
    )


HOLD = _move(
    "ttx_2",
    wallet_of("mem_1"),
    redeemed_at("ws_1"),
    3,
    kind=TransferKind.HOLD,
    booking_id="bk_1",
    lot_id="lot_1",
)
TRANSFERS = (
    filled(samples.lot(), "ttx_1", "grant"),
    HOLD,
    end_hold(HOLD, TransferKind.POST, "ttx_3"),
    _move("ttx_4", RECEIVABLE, REVENUE, 4000, booking_id="bk_2"),
    _move("ttx_5", CASH, RECEIVABLE, 4000, booking_id="bk_2"),
    _move("ttx_6", RECEIVABLE, REFUNDS, 500, booking_id="bk_2"),
    _move("ttx_7", REFUNDS, CASH, 200, booking_id="bk_2"),
)
BOOKINGS = (
    samples.booking(
        billing_mode=BillingMode.TOKENS,
        price=samples.price(0, tokens=3),
        token_lots=(LotShare("lot_1", 3),),
    ),
    samples.booking(id="bk_2", paid_minor=4000, refunded_minor=500),
    # One that the ledger knows nothing of, and need not.
    samples.hold(id="bk_3"),
)


def _written(transfers: Sequence[Transfer]) -> tuple[Entry, ...]:
    """The chain of these transfers, as a store writes it."""
    after: dict[str, int] = {}
    for number, transfer in enumerate(transfers, start=1):
        if transfer.member_id is not None:
            sums = balances(transfers[:number])
            after[transfer.id] = sums.get(wallet_of(transfer.member_id), Balance()).posted
    return chained("ws_1", ChainHead(), transfers, NOW, after)


def _lots(transfers: Sequence[Transfer]) -> list[HeldLot]:
    left: dict[str, Balance] = {}
    for transfer in transfers:
        for effect in effects(transfer):
            if effect.lot_id is not None:
                left[effect.lot_id] = left.get(effect.lot_id, Balance()).after(effect)
    return [HeldLot(samples.lot(id=lot_id), balance) for lot_id, balance in left.items()]


def _verify(
    transfers: Sequence[Transfer] = TRANSFERS,
    *,
    entries: Sequence[Entry | Illegible] | None = None,
    bookings: Sequence[Booking] = BOOKINGS,
    **stored: Any,
) -> Verification:
    """Verify a ledger that is whole but for what the test puts in its place."""
    written = _written(transfers)
    whole: dict[str, Any] = {
        "head": ChainHead(position=written[-1].position, hash=written[-1].hash),
        "balances": list(balances(transfers).items()),
        "lots": _lots(transfers),
    }
    return verify(
        "ws_1",
        written if entries is None else entries,
        bookings=bookings,
        **{**whole, **stored},
    )


def _kinds(verification: Verification) -> list[tuple[FindingKind, int | None]]:
    return [(finding.kind, finding.position) for finding in verification.findings]


def test_a_ledger_that_is_whole() -> None:
    verification = _verify()
    assert verification.findings == ()
    assert verification.ok
    assert (verification.entries, verification.head.position) == (7, 7)
    assert verification.workspace_id == "ws_1"


def test_an_empty_one_is_whole_as_well() -> None:
    empty = verify("ws_1", [], head=ChainHead(), balances=[], lots=[], bookings=[samples.hold()])
    assert (empty.findings, empty.entries) == ((), 0)
    # An account that was locked once and never used.
    unused = [(wallet_of("mem_1"), Balance())]
    assert verify("ws_1", [], head=ChainHead(), balances=unused, lots=[], bookings=[]).ok


def test_a_chain_of_another_workspace_is_not_ours() -> None:
    found = verify(
        "ws_2",
        _written(TRANSFERS),
        head=_verify().head,
        balances=list(balances(TRANSFERS).items()),
        lots=_lots(TRANSFERS),
        bookings=BOOKINGS,
    )
    assert {finding.kind for finding in found.findings} == {FindingKind.HASH_DIFFERS}
    assert len(found.findings) == 7


def _rehashed(entry: Entry, **fields: Any) -> Entry:
    """An entry by somebody who knows how hashes are made."""
    forged = replace(entry, **fields)
    told = (forged.position, forged.transfer, forged.created_at, forged.previous_hash)
    return replace(forged, hash=entry_hash("ws_1", *told))


ENTRIES = _written(TRANSFERS)
MORE = replace(TRANSFERS[3], amount=4001)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        # One changed, with or without a hash that fits.
        (
            [*ENTRIES[:3], replace(ENTRIES[3], created_at=samples.utc("2026-01-01")), *ENTRIES[4:]],
            [(FindingKind.HASH_DIFFERS, 4)],
        ),
        (
            [*ENTRIES[:3], _rehashed(ENTRIES[3], created_at=NOW.replace(hour=1)), *ENTRIES[4:]],
            [(FindingKind.CHAIN_BROKEN, 5)],
        ),
        # The last one, which nothing follows: the head knows.
        (
            [*ENTRIES[:6], _rehashed(ENTRIES[6], created_at=NOW.replace(hour=1))],
            [(FindingKind.HEAD_DIFFERS, 7)],
        ),
        # Two swapped.
        (
            [*ENTRIES[:5], ENTRIES[6], ENTRIES[5]],
            [
                (FindingKind.POSITION_GAP, 7),
                (FindingKind.CHAIN_BROKEN, 7),
                (FindingKind.LIABILITY_NEGATIVE, 7),
                (FindingKind.POSITION_GAP, 6),
                (FindingKind.CHAIN_BROKEN, 6),
                (FindingKind.HEAD_DIFFERS, 7),
            ],
        ),
        (
            [
                *ENTRIES[:6],
                Illegible(position=7, previous_hash=ENTRIES[6].previous_hash, hash="?", reason="!"),
            ],
            [
                (FindingKind.ENTRY_ILLEGIBLE, 7),
                (FindingKind.HEAD_DIFFERS, 7),
                (FindingKind.BALANCE_DIFFERS, None),
                (FindingKind.BALANCE_DIFFERS, None),
            ],
        ),
    ],
)
def test_what_was_done_to_the_chain(
    entries: list[Entry | Illegible], found: list[tuple[FindingKind, int | None]]
) -> None:
    assert _kinds(_verify(entries=entries)) == found


@pytest.mark.parametrize("gone", range(7))
def test_one_that_was_taken_out_is_missed(gone: int) -> None:
    kinds = _kinds(_verify(entries=[*ENTRIES[:gone], *ENTRIES[gone + 1 :]]))
    if gone < 6:
        assert (FindingKind.POSITION_GAP, gone + 2) in kinds
        assert (FindingKind.CHAIN_BROKEN, gone + 2) in kinds
    else:
        assert (FindingKind.HEAD_DIFFERS, 7) in kinds


def test_a_whole_chain_forged_anew_is_found_by_what_it_no_longer_explains() -> None:
    """Whoever rewrites everything from one entry on still has balances and bookings to change."""
    forged = (*TRANSFERS[:3], MORE, *TRANSFERS[4:])
    verification = _verify(entries=_written(forged))
    assert _kinds(verification) == [
        (FindingKind.HEAD_DIFFERS, 7),
        (FindingKind.BALANCE_DIFFERS, None),
        (FindingKind.BALANCE_DIFFERS, None),
        (FindingKind.BOOKING_DIFFERS, 7),
    ]
    assert [finding.subject for finding in verification.findings] == [
        "head",
        "mem_1/receivable/GBP",
        "ws_1/revenue/GBP",
        "bk_2",
    ]


def _spend(amount: int, **fields: Any) -> Transfer:
    wallet, redeemed = wallet_of("mem_1"), redeemed_at("ws_1")
    return _move("ttx_8", wallet, redeemed, amount, **{"lot_id": "lot_1", **fields})


@pytest.mark.parametrize(
    ("more", "subjects"),
    [
        # The wallet has seven left, all in one lot.
        ([_spend(8)], ["mem_1/wallet/token", "lot_1"]),
        # It may have been made good since.
        (
            [
                _spend(8),
                _move("ttx_9", issued_by("ws_1"), wallet_of("mem_1"), 9, lot_id="lot_1"),
            ],
            ["mem_1/wallet/token", "lot_1"],
        ),
        # Another lot of the same wallet.
        ([_spend(2, lot_id="lot_2")], ["lot_2"]),
        # What is held counts.
        ([_spend(8, kind=TransferKind.HOLD)], ["mem_1/wallet/token", "lot_1"]),
        # More sent back than was promised.
        ([_move("ttx_8", REFUNDS, CASH, 301)], ["ws_1/refunds/GBP"]),
        # Told once, not with every entry that follows.
        (
            [_spend(2, lot_id="lot_2"), _spend(1, lot_id="lot_2", id="ttx_9")],
            ["lot_2"],
        ),
        ([_spend(7)], []),
        ([_move("ttx_8", REFUNDS, CASH, 300)], []),
    ],
)
def test_a_liability_was_below_zero(more: list[Transfer], subjects: list[str]) -> None:
    found = _verify([*TRANSFERS, *more]).findings
    assert [(f.kind, f.position, f.subject) for f in found] == [
        (FindingKind.LIABILITY_NEGATIVE, 8, subject) for subject in subjects
    ]


def test_a_hold_ended_twice() -> None:
    again = end_hold(HOLD, TransferKind.VOID, "ttx_8")
    found = _verify([*TRANSFERS, again])
    # Its void gives back what the post has spent: of the booking, nothing is to be seen.
    assert (FindingKind.HOLD_ENDED_TWICE, 8) in _kinds(found)
    assert found.findings[0].subject == "ttx_2"


def test_a_hold_that_was_never_made() -> None:
    stray = end_hold(replace(HOLD, id="ttx_0", amount=1), TransferKind.VOID, "ttx_8")
    assert (FindingKind.HOLD_UNKNOWN, 8) in _kinds(_verify([*TRANSFERS, stray]))


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": 2},
        {"lot_id": "lot_2"},
        {"booking_id": None},
        {"debit": wallet_of("mem_2")},
        {"credit": Account("ws_1", AccountKind.EXPIRED, "token")},
    ],
)
def test_a_hold_that_ends_as_another(fields: dict[str, Any]) -> None:
    open_hold = replace(HOLD, id="ttx_8", amount=3)
    end = replace(end_hold(open_hold, TransferKind.VOID, "ttx_9"), **fields)
    assert (FindingKind.HOLD_DIFFERS, 9) in _kinds(_verify([*TRANSFERS, open_hold, end]))
    same = end_hold(open_hold, TransferKind.VOID, "ttx_9")
    assert _verify([*TRANSFERS, open_hold, same]).ok


def _changed(stored: dict[Account, Balance]) -> None:
    stored[REVENUE] = Balance(posted=4001)


def _missing(stored: dict[Account, Balance]) -> None:
    del stored[REVENUE]


def _held(stored: dict[Account, Balance]) -> None:
    stored[wallet_of("mem_1")] = Balance(posted=7, held=1)


def _strange(stored: dict[Account, Balance]) -> None:
    stored[wallet_of("mem_9")] = Balance(posted=1)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_changed, [("ws_1/revenue/GBP", None), ("GBP", None)]),
        (_missing, [("ws_1/revenue/GBP", None), ("GBP", None)]),
        (_held, [("mem_1/wallet/token", None)]),
        (_strange, [("mem_9/wallet/token", None), ("token", None)]),
    ],
)
def test_balances_that_are_not_what_the_entries_make(
    change: Callable[[dict[Account, Balance]], None], found: list[tuple[str, None]]
) -> None:
    stored = dict(balances(TRANSFERS))
    change(stored)
    findings = _verify(balances=list(stored.items())).findings
    assert [(finding.subject, finding.position) for finding in findings] == found
    kinds = [finding.kind for finding in findings]
    expected = [FindingKind.BALANCE_DIFFERS, FindingKind.SUM_NOT_ZERO]
    assert kinds == expected[: len(found)]


def test_units_are_summed_apart() -> None:
    """One too many here does not make up for one too few there."""
    stored = dict(balances(TRANSFERS))
    stored[REVENUE] = Balance(posted=4001)
    stored[issued_by("ws_1")] = Balance(posted=-11)
    sums = [f for f in _verify(balances=list(stored.items())).findings if f.position is None]
    units = {f.subject for f in sums if f.kind is FindingKind.SUM_NOT_ZERO}
    assert units == {"GBP", "token"}


def test_lots_that_are_not_what_the_entries_make() -> None:
    (lot,) = _lots(TRANSFERS)
    for stored in ([replace(lot, balance=Balance(posted=8))], []):
        found = _verify(lots=stored)
        assert [(f.kind, f.subject) for f in found.findings] == [(FindingKind.LOT_DIFFERS, "lot_1")]
    unknown = HeldLot(samples.lot(id="lot_9"), Balance(posted=1))
    found = _verify(lots=[lot, unknown])
    assert [(f.kind, f.subject) for f in found.findings] == [(FindingKind.LOT_DIFFERS, "lot_9")]
    assert _verify(lots=[lot, HeldLot(samples.lot(id="lot_9"), Balance())]).ok


def test_a_wallets_balance_beside_its_entry() -> None:
    for position in (1, 2, 3):
        forged = replace(ENTRIES[position - 1], balance_after=99)
        entries = [*ENTRIES[: position - 1], forged, *ENTRIES[position:]]
        assert _kinds(_verify(entries=entries)) == [(FindingKind.BALANCE_AFTER_DIFFERS, position)]


@pytest.mark.parametrize(
    ("booking_id", "fields"),
    [
        ("bk_1", {"token_lots": (LotShare("lot_1", 2),)}),
        ("bk_1", {"token_lots": (LotShare("lot_2", 3),)}),
        ("bk_1", {"token_lots": ()}),
        ("bk_2", {"paid_minor": 4001}),
        ("bk_2", {"refunded_minor": 501, "price": samples.price(3500)}),
        ("bk_2", {"price": samples.price(4001)}),
        ("bk_3", {"paid_minor": 1}),
    ],
)
def test_a_booking_that_stands_otherwise(booking_id: str, fields: dict[str, Any]) -> None:
    """Item 6: agreement with bookings: tokens spent, owed, paid, refunded."""
    bookings = [replace(b, **fields) if b.id == booking_id else b for b in BOOKINGS]
    position = {"bk_1": 3, "bk_2": 7, "bk_3": None}[booking_id]
    (finding,) = _verify(bookings=bookings).findings
    assert (finding.kind, finding.position, finding.subject) == (
        FindingKind.BOOKING_DIFFERS,
        position,
        booking_id,
    )


def test_a_booking_that_is_gone() -> None:
    (finding,) = _verify(bookings=BOOKINGS[1:]).findings
    assert (finding.kind, finding.position, finding.subject) == (
        FindingKind.BOOKING_UNKNOWN,
        3,
        "bk_1",
    )


def test_there_is_an_end_to_what_is_told() -> None:
    strangers = [(wallet_of(f"mem_{n}"), Balance(posted=1)) for n in range(1200)]
    found = verify("ws_1", [], head=ChainHead(), balances=strangers, lots=[], bookings=[])
    assert len(found.findings) == ledger_findings.MOST_FINDINGS == 1000
