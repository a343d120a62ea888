"""The ledger: double entry for tokens and for money, with holds.

An imbalance cannot be written, because a :class:`Transfer` names both of its accounts. A
balance is credits minus debits, so all balances together are zero: what is owed to somebody is
above zero, what somebody owes is below. Rows are never changed: an undo is a transfer the other
way. Tokens of a wallet lie in lots (``domain.lots``), and a transfer names the one it touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from litehq_core.domain.errors import FieldError, ValidationFailed

TOKEN = "token"


class AccountKind(StrEnum):
    """What an account is for.

    Tokens: ``wallet`` (a member's, to spend), ``issued`` (where granted ones come from),
    ``redeemed`` (where spent ones go), ``expired`` (where they go unspent). Money: ``receivable``
    (what a payer owes), ``revenue`` (what was earned), ``cash`` (at the payment provider),
    ``refunds`` (promised back and not sent yet), ``fees`` (what the provider has kept).
    """

    WALLET = "wallet"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    CASH = "cash"
    REFUNDS = "refunds"
    FEES = "fees"


# What the operator owes to others: never below zero.
LIABILITIES = frozenset({AccountKind.WALLET, AccountKind.REFUNDS})


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


def expired_at(workspace_id: str) -> Account:
    """Where tokens go that nobody spent in time."""
    return Account(workspace_id, AccountKind.EXPIRED, TOKEN)


class TransferKind(StrEnum):
    """A hold reserves on the debit side; a later post spends it, a void gives it back."""

    DIRECT = "direct"
    HOLD = "hold"
    POST = "post"
    VOID = "void"


# What ends a hold.
SETTLES = frozenset({TransferKind.POST, TransferKind.VOID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """``amount`` (positive) from ``debit`` to ``credit``.

    Attributes:
        lot_id: the lot that a wallet's tokens go to or come from; None where no wallet is
            concerned. Between two wallets tokens go by way of ``issued``.
        hold_id: the hold that a POST or VOID ends.
        invoice_id: the invoice that it is a payment or a credit of.

    Raises:
        ValidationFailed: an imbalance, or a lot or hold missing or too many.
    """

    id: str
    kind: TransferKind
    debit: Account
    credit: Account
    amount: int
    cause: str
    booking_id: str | None = None
    hold_id: str | None = None
    lot_id: str | None = None
    invoice_id: str | None = None

    def __post_init__(self) -> None:
        wallets = [a for a in (self.debit, self.credit) if a.kind is AccountKind.WALLET]
        wrong = {
            "amount": (self.amount <= 0, "must be positive"),
            "credit": (self.debit == self.credit, "must be another account than the debit"),
            "unit": (self.debit.unit != self.credit.unit, "must be the same on both sides"),
            "lot_id": (
                len(wallets) != (self.lot_id is not None),
                "names the lot of the one wallet, and nothing else does",
            ),
            "hold_id": (
                (self.kind in SETTLES) != (self.hold_id is not None),
                "is named by a post or void, and by nothing else",
            ),
            "kind": (
                self.kind is not TransferKind.DIRECT and self.debit not in wallets,
                "holds are of a wallet's tokens",
            ),
        }
        errors = [FieldError(field, reason) for field, (is_so, reason) in wrong.items() if is_so]
        if errors:
            raise ValidationFailed(*errors)

    @property
    def member_id(self) -> str | None:
        """Whose wallet it touches; None if it touches none."""
        ends = (self.debit, self.credit)
        return next((end.owner for end in ends if end.kind is AccountKind.WALLET), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """``posted`` is final; ``held`` of it is reserved. Both in the account's unit."""

    posted: int = 0
    held: int = 0

    @property
    def spendable(self) -> int:
        """What a new hold or transfer may take."""
        return self.posted - self.held

    def after(self, effect: Effect) -> Balance:
        """The balance with an effect added."""
        return Balance(posted=self.posted + effect.posted, held=self.held + effect.held)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a transfer adds to one account's balance; of a wallet, to that of its lot as well."""

    account: Account
    posted: int
    held: int
    lot_id: str | None = None


def effects(transfer: Transfer) -> tuple[Effect, ...]:
    """The one rule by which a transfer changes balances; every store applies just this."""
    debit, credit, amount = transfer.debit, transfer.credit, transfer.amount
    of_debit = transfer.lot_id if debit.kind is AccountKind.WALLET else None
    of_credit = transfer.lot_id if credit.kind is AccountKind.WALLET else None
    match transfer.kind:
        case TransferKind.DIRECT:
            return Effect(debit, -amount, 0, of_debit), Effect(credit, amount, 0, of_credit)
        case TransferKind.HOLD:
            return (Effect(debit, 0, amount, of_debit),)
        case TransferKind.POST:
            return Effect(debit, -amount, -amount, of_debit), Effect(credit, amount, 0, of_credit)
        case TransferKind.VOID:
            return (Effect(debit, 0, -amount, of_debit),)


def balances(transfers: Iterable[Transfer]) -> Mapping[Account, Balance]:
    """What transfers add up to, account by account."""
    sums: dict[Account, Balance] = {}
    for transfer in transfers:
        for effect in effects(transfer):
            sums[effect.account] = sums.get(effect.account, Balance()).after(effect)
    return sums


def end_hold(hold: Transfer, kind: TransferKind, transfer_id: str) -> Transfer:
    """The transfer that spends what ``hold`` reserved (POST), or gives it back (VOID).

    Raises:
        ValidationFailed: ``kind`` is another.
    """
    if kind not in SETTLES:
        raise ValidationFailed.of("kind", "a hold ends with a post or a void")
    return replace(hold, id=transfer_id, kind=kind, hold_id=hold.id)
