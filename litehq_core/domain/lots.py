"""Lots: tokens that were granted together, and the fixed order in which they are burnt.

A lot may expire, and may be good for some rooms only. Both are judged when the tokens are to be
spent: whether a duty has written the expiry yet changes nothing. Tokens that come back go to the
lot they came from; if it has expired meanwhile they are back, but nobody can spend them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from litehq_core.domain.errors import FieldError, InsufficientTokens, ValidationFailed
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import (
    Balance,
    Transfer,
    TransferKind,
    effects,
    expired_at,
    issued_by,
    wallet_of,
)

MOST_TOKENS = 1_000_000_000
# Lots that are burnt first have a lower number; most have this one.
DEFAULT_PRIORITY = 100
MOST_PRIORITY = 1000
MOST_ROOMS = 200

_NEVER = datetime.max.replace(tzinfo=UTC)


class LotSource(StrEnum):
    """Why a member was given tokens."""

    GRANT = "grant"
    ALLOCATION = "allocation"
    ROLLOVER = "rollover"
    PURCHASE = "purchase"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Tokens that a member was given at once.

    Attributes:
        priority: 0–1000; the lowest is burnt first.
        expires_at: the first instant at which they cannot be spent any more; None: never.
        room_ids: the rooms that they can be spent on; None: all.
        granted: how many they were.

    Raises:
        ValidationFailed: with the field that is out of bounds.
    """

    id: str
    workspace_id: str
    member_id: str
    source: LotSource
    priority: int = DEFAULT_PRIORITY
    expires_at: datetime | None = None
    room_ids: frozenset[str] | None = None
    granted: int
    created_at: datetime

    def __post_init__(self) -> None:
        require_lot_terms("amount", self.granted, self.priority, self.room_ids)

    @property
    def burning_order(self) -> tuple[int, datetime, datetime, str]:
        """By priority, then what expires first, then the oldest, then the id."""
        return (self.priority, self.expires_at or _NEVER, self.created_at, self.id)

    def is_expired(self, now: datetime) -> bool:
        """Whether its tokens cannot be spent any more."""
        return self.expires_at is not None and self.expires_at <= now

    def is_good_for(self, room_id: str | None) -> bool:
        """Whether its tokens can be spent on a room; None stands for no room in particular."""
        return room_id is None or self.room_ids is None or room_id in self.room_ids


def filled(lot: Lot, transfer_id: str, cause: str) -> Transfer:
    """The transfer that puts into a new lot what it was granted."""
    return Transfer(
        id=transfer_id,
        kind=TransferKind.DIRECT,
        debit=issued_by(lot.workspace_id),
        credit=wallet_of(lot.member_id),
        amount=lot.granted,
        cause=cause,
        lot_id=lot.id,
    )


def require_lot_terms(
    field: str, tokens: int, priority: int, room_ids: frozenset[str] | None
) -> None:
    """Refuse what no lot can have.

    Args:
        field: what the caller calls the number of tokens.

    Raises:
        ValidationFailed: with every field that is out of bounds.
    """
    wrong: list[FieldError] = []
    if not 1 <= tokens <= MOST_TOKENS:
        wrong.append(FieldError(field, f"must lie within 1–{MOST_TOKENS}"))
    if not 0 <= priority <= MOST_PRIORITY:
        wrong.append(FieldError("priority", f"must lie within 0–{MOST_PRIORITY}"))
    if room_ids is not None and not 1 <= len(room_ids) <= MOST_ROOMS:
        wrong.append(FieldError("room_ids", f"must name 1–{MOST_ROOMS} rooms, or be left out"))
    if wrong:
        raise ValidationFailed(*wrong)


@dataclass(frozen=True, slots=True)
class LotShare:
    """Some tokens of one lot."""

    lot_id: str
    tokens: int


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot and what is left of it."""

    lot: Lot
    balance: Balance

    def spendable(self, room_id: str | None, now: datetime) -> int:
        """What of it can be spent on a room at ``now``; None: on some room."""
        if self.lot.is_expired(now) or not self.lot.is_good_for(room_id):
            return 0
        return self.balance.spendable


@dataclass(frozen=True, slots=True)
class Wallet:
    """A member's lots, in the order in which they are burnt."""

    lots: tuple[HeldLot, ...] = ()

    @classmethod
    def of(cls, lots: Iterable[HeldLot]) -> Wallet:
        """The wallet of these lots, whatever order they come in."""
        return cls(tuple(sorted(lots, key=lambda held: held.lot.burning_order)))

    @property
    def balance(self) -> Balance:
        """All of it, expired tokens included: what the ledger's account says."""
        return Balance(
            posted=sum(held.balance.posted for held in self.lots),
            held=sum(held.balance.held for held in self.lots),
        )

    def spendable(self, now: datetime, room_id: str | None = None) -> int:
        """What can be spent at ``now`` on a room, or, without one, on some room or other."""
        return sum(held.spendable(room_id, now) for held in self.lots)

    def burn(self, tokens: int, now: datetime, room_id: str | None = None) -> tuple[LotShare, ...]:
        """What each lot gives, in burning order, for ``tokens`` (not negative) to be spent.

        Raises:
            InsufficientTokens: all together do not have so many.
        """
        spendable = self.spendable(now, room_id)
        if tokens > spendable:
            raise InsufficientTokens(required=tokens, available=spendable)
        shares: list[LotShare] = []
        left = tokens
        for held in self.lots:
            given = min(left, held.spendable(room_id, now))
            if given > 0:
                shares.append(LotShare(held.lot.id, given))
                left -= given
        return tuple(shares)

    def after(self, transfers: Iterable[Transfer]) -> Wallet:
        """The wallet once ``transfers`` are written; those of other wallets change nothing."""
        by_id = {held.lot.id: held for held in self.lots}
        for transfer in transfers:
            for effect in effects(transfer):
                held = by_id.get(effect.lot_id or "")
                if held and effect.account == wallet_of(held.lot.member_id):
                    by_id[held.lot.id] = replace(held, balance=held.balance.after(effect))
        return Wallet(tuple(by_id.values()))


def shares_after(
    shares: tuple[LotShare, ...], transfers: Iterable[Transfer]
) -> tuple[LotShare, ...]:
    """What a booking has burnt of each lot, in that order, once ``transfers`` are written.

    A return takes from what was burnt of the lot last.
    """
    burnt = list(shares)
    for transfer in transfers:
        if transfer.lot_id is None or transfer.kind in (TransferKind.HOLD, TransferKind.VOID):
            continue
        if transfer.kind is TransferKind.POST:
            burnt.append(LotShare(transfer.lot_id, transfer.amount))
            continue
        back = transfer.amount
        for index in reversed(range(len(burnt))):
            if burnt[index].lot_id == transfer.lot_id and back:
                given = min(back, burnt[index].tokens)
                burnt[index] = replace(burnt[index], tokens=burnt[index].tokens - given)
                back -= given
    return tuple(share for share in burnt if share.tokens)


def last_burnt(shares: tuple[LotShare, ...], tokens: int) -> tuple[LotShare, ...]:
    """Which lots ``tokens`` go back to: what was burnt last comes back first."""
    back: list[LotShare] = []
    for share in reversed(shares):
        given = min(tokens, share.tokens)
        if given > 0:
            back.append(LotShare(share.lot_id, given))
            tokens -= given
    return tuple(back)


def expiry(
    held: HeldLot, *, kept: int = 0, new_id: Callable[[Prefix], str]
) -> tuple[Transfer, ...]:
    """The transfer by which tokens that can no longer be spent leave the books; none for none.

    What is held stays, until its hold is posted or voided.

    Args:
        kept: so many of them have somewhere else to go.
    """
    gone = held.balance.spendable - kept
    if gone <= 0:
        return ()
    return (
        Transfer(
            id=new_id(Prefix.TRANSFER),
            kind=TransferKind.DIRECT,
            debit=wallet_of(held.lot.member_id),
            credit=expired_at(held.lot.workspace_id),
            amount=gone,
            cause="expired",
            lot_id=held.lot.id,
        ),
    )
