"""Tokens by the month: each month a lot, and what is left of the one before, up to a cap.

A month begins at midnight of the anchor day on the wall of the allocation's zone; an anchor of 31
means the last day of shorter months. The month's lot expires when the next one begins. Up to the
cap, what is left of it then lives on for one more month, in a rollover lot; what is left of that
is gone.

Months that nobody ran the duty for are made up for one by one, each as it would have been at its
own time with nothing spent from it: their lots are born expired, and only what the last of them
passes on can be spent.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import Transfer, TransferKind, issued_by, wallet_of
from litehq_core.domain.lots import (
    DEFAULT_PRIORITY,
    MOST_TOKENS,
    HeldLot,
    Lot,
    LotSource,
    expiry,
    filled,
    require_lot_terms,
)
from litehq_core.domain.wall_clock import instant_at, local, zone_named


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAllocation:
    """What a member gets each month.

    Attributes:
        rollover_cap: how many unspent tokens live on at most; None: all, 0: none.
        room_ids, priority: those of its lots.
        timezone, day_of_month: where and when a month begins; the day is 1–31.
        next_at: when the next lot is due.
        lot_id: the lot of the month that runs; None before the first.

    Raises:
        ValidationFailed: with the field that is out of bounds.
    """

    workspace_id: str
    member_id: str
    tokens_per_month: int
    rollover_cap: int | None = 0
    room_ids: frozenset[str] | None = None
    priority: int = DEFAULT_PRIORITY
    timezone: str
    day_of_month: int = 1
    next_at: datetime
    lot_id: str | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        require_lot_terms("tokens_per_month", self.tokens_per_month, self.priority, self.room_ids)
        if self.rollover_cap is not None and not 0 <= self.rollover_cap <= MOST_TOKENS:
            raise ValidationFailed.of("rollover_cap", f"must lie within 0–{MOST_TOKENS}")
        if not 1 <= self.day_of_month <= 31:
            raise ValidationFailed.of("day_of_month", "must lie within 1–31")
        zone_named(self.timezone)


def anchor_after(zone: ZoneInfo, day_of_month: int, instant: datetime) -> datetime:
    """The first beginning of a month after ``instant``."""
    month = local(zone, instant).date().replace(day=1)
    while True:
        last = monthrange(month.year, month.month)[1]
        anchor = instant_at(zone, month.replace(day=min(day_of_month, last)), 0)
        if anchor > instant:
            return anchor
        month = _next_month(month)


def _next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A month that begins: the allocation after it, its new lots, and what fills and ends lots."""

    allocation: TokenAllocation
    lots: tuple[Lot, ...]
    transfers: tuple[Transfer, ...]


def renew(
    allocation: TokenAllocation,
    current: HeldLot | None,
    now: datetime,
    new_id: Callable[[Prefix], str],
) -> Renewal:
    """The one month that begins at ``allocation.next_at``, which has come.

    Args:
        current: the lot of the month that ends.
    """
    begins = allocation.next_at
    ends = anchor_after(zone_named(allocation.timezone), allocation.day_of_month, begins)
    fresh = Lot(
        id=new_id(Prefix.LOT),
        workspace_id=allocation.workspace_id,
        member_id=allocation.member_id,
        source=LotSource.ALLOCATION,
        priority=allocation.priority,
        expires_at=ends,
        room_ids=allocation.room_ids,
        granted=allocation.tokens_per_month,
        created_at=begins,
    )
    passed_on, closing = _close(allocation, current, ends, new_id) if current else (None, ())
    return Renewal(
        allocation=replace(
            allocation,
            next_at=ends,
            lot_id=fresh.id,
            version=allocation.version + 1,
            updated_at=now,
        ),
        lots=(passed_on, fresh) if passed_on else (fresh,),
        transfers=(*closing, filled(fresh, new_id(Prefix.TRANSFER), "allocation")),
    )


def _close(
    allocation: TokenAllocation,
    current: HeldLot,
    ends: datetime,
    new_id: Callable[[Prefix], str],
) -> tuple[Lot | None, tuple[Transfer, ...]]:
    """The lot that what is left of a month goes to, up to the cap, and the transfers into it."""
    unspent, cap = current.balance.spendable, allocation.rollover_cap
    kept = unspent if cap is None else min(unspent, cap)
    gone = expiry(current, kept=kept, new_id=new_id)
    if not kept:
        return None, gone
    lot = replace(
        # As old as the lot it comes from, so that it is burnt before the new month's own.
        current.lot,
        id=new_id(Prefix.LOT),
        source=LotSource.ROLLOVER,
        expires_at=ends,
        granted=kept,
    )
    out = Transfer(
        id=new_id(Prefix.TRANSFER),
        kind=TransferKind.DIRECT,
        debit=wallet_of(allocation.member_id),
        credit=issued_by(allocation.workspace_id),
        amount=kept,
        cause="rollover",
        lot_id=current.lot.id,
    )
    return lot, (*gone, out, filled(lot, new_id(Prefix.TRANSFER), "rollover"))
