"""The token ledger: double entry, with holds.

An imbalance cannot be written, because a :class:`Transfer` names both of its accounts. A
balance is credits minus debits, so all balances together are zero. Rows are never changed:
an undo is a transfer the other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TOKEN = "token"


class AccountKind(StrEnum):
    """What an account is for. Wallets are what the operator owes, so they never go below zero."""

    WALLET = "wallet"
    ISSUED = "issued"
    REDEEMED = "redeemed"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """Keyed ``(owner, kind, unit)``; the unit is a currency or ``token``."""

    owner: str
    kind: AccountKind
    unit: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.kind}/{self.unit}"


def wallet_of(member_id: str) -> Account:
    """The tokens that a member can spend."""
    return Account(member_id, AccountKind.WALLET, TOKEN)


def issued_by(workspace_id: str) -> Account:
    """Where granted tokens come from."""
    return Account(workspace_id, AccountKind.ISSUED, TOKEN)


def redeemed_at(workspace_id: str) -> Account:
    """Where spent tokens go."""
    return Account(workspace_id, AccountKind.REDEEMED, TOKEN)


class TransferKind(StrEnum):
    """A hold reserves on the debit side; a later post spends it, a void gives it back."""

    DIRECT = "direct"
    HOLD = "hold"
    POST = "post"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """``amount`` (positive) from ``debit`` to ``credit``. POST and VOID name their ``hold_id``."""

    id: str
    kind: TransferKind
    debit: Account
    credit: Account
    amount: int
    cause: str
    booking_id: str | None = None
    hold_id: str | None = None

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.debit == self.credit or self.debit.unit != self.credit.unit:
            raise ValueError("a transfer moves a positive amount of one unit between two accounts")
        if (self.kind in (TransferKind.POST, TransferKind.VOID)) != (self.hold_id is not None):
            raise ValueError("a post or void names its hold, and nothing else does")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """``posted`` is final; ``held`` of it is reserved. Both in the account's unit."""

    posted: int = 0
    held: int = 0

    @property
    def spendable(self) -> int:
        """What a new hold or transfer may take."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Effect:
    """What a transfer adds to one account's balance."""

    account: Account
    posted: int
    held: int


def effects(transfer: Transfer) -> tuple[Effect, ...]:
    """The one rule by which a transfer changes balances; every store applies just this."""
    debit, credit, amount = transfer.debit, transfer.credit, transfer.amount
    match transfer.kind:
        case TransferKind.DIRECT:
            return Effect(debit, -amount, 0), Effect(credit, amount, 0)
        case TransferKind.HOLD:
            return (Effect(debit, 0, amount),)
        case TransferKind.POST:
            return Effect(debit, -amount, -amount), Effect(credit, amount, 0)
        case TransferKind.VOID:
            return (Effect(debit, 0, -amount),)
