"""Tokens by the month: when months begin, what lives on, and months that were missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import Balance, balances, expired_at, issued_by, wallet_of
from litehq_core.domain.lots import MOST_TOKENS, HeldLot, LotSource, Wallet, expiry
from litehq_core.domain.token_allocation import anchor_after, renew
from tests.domain import samples
from tests.domain.samples import utc

LONDON = ZoneInfo("Europe/London")
BEGINS, ENDS = utc("2026-05-31 23:00"), utc("2026-06-30 23:00")


def _ids() -> Callable[[Prefix], str]:
    numbers = count(100)
    return lambda prefix: f"{prefix}_{next(numbers)}"


def _running(posted: int, held: int = 0) -> HeldLot:
    """What is left of the lot of May."""
    lot = samples.lot(
        id="lot_may",
        source=LotSource.ALLOCATION,
        expires_at=BEGINS,
        created_at=utc("2026-04-30 23:00"),
    )
    return HeldLot(lot, Balance(posted=posted, held=held))


@pytest.mark.parametrize(
    ("zone", "day", "after", "expected"),
    [
        ("Europe/London", 1, "2026-05-22 09:00", "2026-05-31 23:00"),
        ("Europe/London", 1, "2026-05-31 22:59", "2026-05-31 23:00"),
        # Strictly after: a month does not begin twice.
        ("Europe/London", 1, "2026-05-31 23:00", "2026-06-30 23:00"),
        ("Europe/London", 15, "2026-05-22 09:00", "2026-06-14 23:00"),
        ("UTC", 31, "2026-01-31 00:00", "2026-02-28 00:00"),
        ("UTC", 31, "2028-01-31 00:00", "2028-02-29 00:00"),
        ("UTC", 31, "2026-02-28 00:00", "2026-03-31 00:00"),
        ("UTC", 30, "2026-12-31 00:00", "2027-01-30 00:00"),
        # The local month decides: it is June in Auckland before it is in UTC.
        ("Pacific/Auckland", 1, "2026-05-31 11:00", "2026-05-31 12:00"),
        # Beirut's midnight of 29 March 2026 does not exist; the month begins at one o'clock.
        ("Asia/Beirut", 29, "2026-03-28 12:00", "2026-03-28 22:00"),
    ],
)
def test_a_month_begins_at_midnight_of_its_day(
    zone: str, day: int, after: str, expected: str
) -> None:
    assert anchor_after(ZoneInfo(zone), day, utc(after)) == utc(expected)


@given(
    st.sampled_from(["Europe/London", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.integers(1, 31),
    st.integers(0, 6 * 366 * 24).map(lambda hours: utc("2024-01-01") + timedelta(hours=hours)),
)
def test_months_follow_one_another_without_gap(name: str, day: int, after: datetime) -> None:
    zone = ZoneInfo(name)
    anchors = [anchor_after(zone, day, after)]
    for _ in range(13):
        anchors.append(anchor_after(zone, day, anchors[-1]))
    assert anchors[0] > after
    months = [(a.astimezone(zone).year * 12 + a.astimezone(zone).month) for a in anchors]
    assert months == list(range(months[0], months[0] + 14))
    assert all(anchor.astimezone(zone).day <= day for anchor in anchors)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"tokens_per_month": 0}, {"tokens_per_month"}),
        ({"tokens_per_month": MOST_TOKENS + 1, "priority": -1}, {"tokens_per_month", "priority"}),
        ({"room_ids": frozenset()}, {"room_ids"}),
        ({"rollover_cap": -1}, {"rollover_cap"}),
        ({"rollover_cap": MOST_TOKENS + 1}, {"rollover_cap"}),
        ({"day_of_month": 0}, {"day_of_month"}),
        ({"day_of_month": 32}, {"day_of_month"}),
        ({"timezone": "Mars/Olympus"}, {"timezone"}),
    ],
)
def test_an_allocation_keeps_within_its_bounds(fields: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        samples.allocation(**fields)
    assert {error.field for error in refusal.value.errors} == wrong
    samples.allocation(rollover_cap=MOST_TOKENS, day_of_month=31)
    samples.allocation(rollover_cap=None, tokens_per_month=MOST_TOKENS)


def test_the_first_month_grants_a_lot_until_the_next() -> None:
    rooms = frozenset({"rm_1"})
    allocation = samples.allocation(room_ids=rooms, priority=7)
    now = BEGINS + timedelta(seconds=3)
    renewal = renew(allocation, None, now, _ids())
    (lot,) = renewal.lots
    assert (lot.granted, lot.source, lot.expires_at) == (10, LotSource.ALLOCATION, ENDS)
    assert (lot.room_ids, lot.priority, lot.created_at) == (rooms, 7, BEGINS)
    assert renewal.allocation == replace(
        allocation, next_at=ENDS, lot_id=lot.id, version=2, updated_at=now
    )
    assert balances(renewal.transfers) == {
        issued_by("ws_1"): Balance(posted=-10),
        wallet_of("mem_1"): Balance(posted=10),
    }
    assert [(t.cause, t.lot_id) for t in renewal.transfers] == [("allocation", lot.id)]


@pytest.mark.parametrize(
    ("cap", "unspent", "kept"),
    [(0, 5, 0), (3, 5, 3), (5, 5, 5), (9, 5, 5), (None, 5, 5), (3, 0, 0), (None, 0, 0)],
)
def test_what_is_unspent_lives_on_up_to_the_cap(cap: int | None, unspent: int, kept: int) -> None:
    """Item 6: unspent tokens up to the cap move to a rollover lot that lives one more month."""
    allocation = samples.allocation(rollover_cap=cap, lot_id="lot_may")
    may = _running(unspent)
    renewal = renew(allocation, may, BEGINS, _ids())
    wallet = Wallet.of([may, *(HeldLot(lot, Balance()) for lot in renewal.lots)])
    after = wallet.after(renewal.transfers)
    left = {held.lot.source: held.balance.posted for held in after.lots if held.balance.posted}
    assert left == {
        LotSource.ALLOCATION: 10,
        **({LotSource.ROLLOVER: kept} if kept else {}),
    }
    assert after.balance == Balance(posted=10 + kept)
    assert after.spendable(BEGINS) == 10 + kept
    gone = balances(renewal.transfers).get(expired_at("ws_1"), Balance())
    assert gone == Balance(posted=unspent - kept)
    # What lives on is burnt first, and lives no longer than the new month.
    if kept:
        rollover = renewal.lots[0]
        assert after.burn(1, BEGINS)[0].lot_id == rollover.id
        assert (rollover.granted, rollover.expires_at) == (kept, ENDS)
        assert rollover.created_at == may.lot.created_at
    assert after.spendable(ENDS) == 0


def test_what_is_held_stays_where_it_is() -> None:
    allocation = samples.allocation(rollover_cap=None, lot_id="lot_may")
    may = _running(5, held=2)
    renewal = renew(allocation, may, BEGINS, _ids())
    after = Wallet.of([may]).after(renewal.transfers)
    assert after.balance == Balance(posted=2, held=2)
    assert renewal.lots[0].granted == 3


def test_a_rollover_does_not_roll_over() -> None:
    """It is not the allocation's lot, so it just expires."""
    ids = _ids()
    first = renew(samples.allocation(rollover_cap=4, lot_id="lot_may"), _running(9), BEGINS, ids)
    rollover, june = (HeldLot(lot, Balance(posted=lot.granted)) for lot in first.lots)
    second = renew(first.allocation, june, ENDS, ids)
    assert [lot.granted for lot in second.lots] == [4, 10]
    assert rollover.lot.id not in {transfer.lot_id for transfer in second.transfers}
    (gone,) = expiry(rollover, new_id=ids)
    assert (gone.amount, gone.credit, gone.cause) == (4, expired_at("ws_1"), "expired")


def test_missed_months_are_made_up_for_one_by_one() -> None:
    """A process that was down for three months: as if each had come in time, with nothing spent."""
    allocation, ids, now = samples.allocation(rollover_cap=4), _ids(), utc("2026-08-10 12:00")
    wallet = Wallet()
    months = 0
    while allocation.next_at <= now:
        held = {h.lot.id: h for h in wallet.lots}
        renewal = renew(allocation, held.get(allocation.lot_id or ""), now, ids)
        opened = (HeldLot(lot, Balance()) for lot in renewal.lots)
        wallet = Wallet.of([*wallet.lots, *opened]).after(renewal.transfers)
        allocation = renewal.allocation
        months += 1
    assert months == 3
    assert allocation.next_at == utc("2026-08-31 23:00")
    assert wallet.spendable(now) == 14
    # The rollover of June is not swept yet, but nobody can spend it.
    assert wallet.balance == Balance(posted=18)


@pytest.mark.parametrize(("posted", "held", "gone"), [(5, 0, 5), (5, 2, 3), (5, 5, 0), (0, 0, 0)])
def test_an_expiry_takes_what_nobody_holds(posted: int, held: int, gone: int) -> None:
    transfers = expiry(_running(posted, held), new_id=_ids())
    assert [transfer.amount for transfer in transfers] == ([gone] if gone else [])
