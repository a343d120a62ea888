"""Verifying a ledger: what it proves of itself, and where it disagrees with everything else.

Entries are read one by one, in order, and forgotten; what is kept are sums. It finds

- a chain that is broken, has a gap, or does not end where its head says;
- a liability (a wallet, a lot, refunds promised) that was below zero at any moment;
- a hold that ended twice, or not as it was made;
- balances of accounts, lots and units that are not what the entries add up to;
- bookings that do not stand as the ledger says;
- invoices that do not, or not as their charges, lines and numbers say (``domain.invoice_audit``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_ledger import Standing, standing, standing_of
from litehq_core.domain.invoice_audit import FiledInvoice, InvoiceAudit
from litehq_core.domain.ledger import (
    LIABILITIES,
    Account,
    Balance,
    Transfer,
    TransferKind,
    effects,
)
from litehq_core.domain.ledger_chain import ChainHead, Entry, Illegible, entry_hash
from litehq_core.domain.ledger_findings import (
    MOST_FINDINGS,
    Finding,
    FindingKind,
    Verification,
)
from litehq_core.domain.lots import HeldLot


class LedgerAudit:
    """A verification under way. First every entry, then what they are compared with, then the end.

    Args:
        workspace_id: whose ledger it is; part of what is hashed.
    """

    def __init__(self, workspace_id: str) -> None:
        self._workspace_id = workspace_id
        self._findings: list[Finding] = []
        self._read = 0
        self._last = ChainHead()
        self._balances: dict[Account, Balance] = {}
        self._lots: dict[str, Balance] = {}
        self._open_holds: dict[str, Transfer] = {}
        self._ended_holds: set[str] = set()
        self._bookings: dict[str, _BookingSums] = {}
        self._units: Counter[str] = Counter()
        self._invoices = InvoiceAudit(self._found)

    def read(self, entry: Entry | Illegible) -> None:
        """The next entry of the ledger."""
        self._read += 1
        self._check_link(entry)
        if isinstance(entry, Illegible):
            self._found(FindingKind.ENTRY_ILLEGIBLE, entry.position, "entry", entry.reason)
        else:
            self._check_hash(entry)
            self._check_hold(entry)
            self._apply(entry)
            self._invoices.read(entry)
            if entry.transfer.booking_id is not None:
                sums = self._bookings.setdefault(entry.transfer.booking_id, _BookingSums())
                sums.add(entry)
        self._last = ChainHead(position=entry.position, hash=entry.hash)

    def compare_head(self, head: ChainHead) -> None:
        """The head as it is stored."""
        if head != self._last:
            last = self._last
            self._found(
                FindingKind.HEAD_DIFFERS,
                head.position,
                "head",
                f"the last entry is {last.position} ({last.hash}), not {head.position} "
                f"({head.hash})",
            )

    def compare_balance(self, account: Account, stored: Balance) -> None:
        """An account's balance as it is stored."""
        self._units[account.unit] += stored.posted
        self._differs(
            FindingKind.BALANCE_DIFFERS,
            str(account),
            stored,
            self._balances.pop(account, Balance()),
        )

    def compare_lot(self, stored: HeldLot) -> None:
        """What is left of a lot, as it is stored."""
        lot_id = stored.lot.id
        self._differs(
            FindingKind.LOT_DIFFERS, lot_id, stored.balance, self._lots.pop(lot_id, Balance())
        )

    def compare_booking(self, booking: Booking) -> None:
        """A booking, and what it says of tokens and money."""
        sums = self._bookings.pop(booking.id, None)
        by_ledger = sums.standing if sums else Standing()
        by_booking = standing(booking)
        if by_ledger != by_booking:
            self._found(
                FindingKind.BOOKING_DIFFERS,
                sums.last_position if sums else None,
                booking.id,
                f"the ledger has {_told(by_ledger)}; the booking has {_told(by_booking)}",
            )

    def compare_invoice(self, filed: FiledInvoice) -> None:
        """An invoice, and what is stored about it elsewhere."""
        self._invoices.compare(filed)

    def finish_invoices(self, last_number: int) -> None:
        """Every invoice was compared; ``last_number`` is the last that was given."""
        self._invoices.finish(last_number)

    def finish(self, head: ChainHead) -> Verification:
        """The end, once everything that is stored was compared."""
        for account, balance in self._balances.items():
            self._differs(FindingKind.BALANCE_DIFFERS, str(account), Balance(), balance)
        for lot_id, balance in self._lots.items():
            self._differs(FindingKind.LOT_DIFFERS, lot_id, Balance(), balance)
        for booking_id, sums in self._bookings.items():
            text = "the ledger names a booking that does not exist"
            self._found(FindingKind.BOOKING_UNKNOWN, sums.last_position, booking_id, text)
        for unit, total in self._units.items():
            if total:
                text = f"all balances together are {total}, not zero"
                self._found(FindingKind.SUM_NOT_ZERO, None, unit, text)
        return Verification(
            workspace_id=self._workspace_id,
            entries=self._read,
            head=head,
            findings=tuple(self._findings),
        )

    def _check_link(self, entry: Entry | Illegible) -> None:
        expected = self._last.position + 1
        if entry.position != expected:
            text = f"after entry {self._last.position} comes {entry.position}"
            self._found(FindingKind.POSITION_GAP, entry.position, "entry", text)
        if entry.previous_hash != self._last.hash:
            text = f"it follows {entry.previous_hash}, and the one before it is {self._last.hash}"
            self._found(FindingKind.CHAIN_BROKEN, entry.position, "entry", text)

    def _check_hash(self, entry: Entry) -> None:
        own = entry_hash(
            self._workspace_id,
            entry.position,
            entry.transfer,
            entry.created_at,
            entry.previous_hash,
        )
        if own != entry.hash:
            text = f"what it says has the hash {own}, and it carries {entry.hash}"
            self._found(FindingKind.HASH_DIFFERS, entry.position, entry.transfer.id, text)

    def _check_hold(self, entry: Entry) -> None:
        transfer = entry.transfer
        if transfer.kind is TransferKind.HOLD:
            self._open_holds[transfer.id] = transfer
        if transfer.hold_id is None:
            return
        held = self._open_holds.pop(transfer.hold_id, None)
        if held is not None:
            self._ended_holds.add(held.id)
            if _figures(held) != _figures(transfer):
                text = f"{transfer.id} moves something else than was held"
                self._found(FindingKind.HOLD_DIFFERS, entry.position, held.id, text)
        elif transfer.hold_id in self._ended_holds:
            text = f"{transfer.id} ends it once more"
            self._found(FindingKind.HOLD_ENDED_TWICE, entry.position, transfer.hold_id, text)
        else:
            text = f"{transfer.id} ends a hold that was never made"
            self._found(FindingKind.HOLD_UNKNOWN, entry.position, transfer.hold_id, text)

    def _apply(self, entry: Entry) -> None:
        for effect in effects(entry.transfer):
            before = self._balances.get(effect.account, Balance())
            after = self._balances[effect.account] = before.after(effect)
            if effect.account.kind in LIABILITIES:
                self._check_liability(entry.position, str(effect.account), before, after)
            if effect.lot_id is not None:
                of_lot = self._lots.get(effect.lot_id, Balance())
                left = self._lots[effect.lot_id] = of_lot.after(effect)
                self._check_liability(entry.position, effect.lot_id, of_lot, left)
                if entry.balance_after != after.posted:
                    text = f"{effect.account} has {after.posted}, and it says {entry.balance_after}"
                    self._found(
                        FindingKind.BALANCE_AFTER_DIFFERS, entry.position, entry.transfer.id, text
                    )

    def _check_liability(
        self, position: int, subject: str, before: Balance, after: Balance
    ) -> None:
        # Told when it falls below zero, not again while it stays there.
        if after.spendable < 0 <= before.spendable:
            text = f"falls to {after.posted} with {after.held} held"
            self._found(FindingKind.LIABILITY_NEGATIVE, position, subject, text)

    def _differs(self, kind: FindingKind, subject: str, stored: Balance, summed: Balance) -> None:
        if stored != summed:
            text = (
                f"stored are {stored.posted} with {stored.held} held; the entries make "
                f"{summed.posted} with {summed.held} held"
            )
            self._found(kind, None, subject, text)

    def _found(self, kind: FindingKind, position: int | None, subject: str, message: str) -> None:
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(
                Finding(kind=kind, position=position, subject=subject, message=message)
            )


class _BookingSums:
    """What the entries that name one booking make, as few numbers."""

    __slots__ = ("last_position", "standing")

    def __init__(self) -> None:
        self.last_position = 0
        self.standing = Standing()

    def add(self, entry: Entry) -> None:
        one = standing_of([entry.transfer])
        lots = Counter(self.standing.token_lots)
        for lot_id, tokens in one.token_lots.items():
            lots[lot_id] += tokens
        self.standing = Standing(
            owed_minor=self.standing.owed_minor + one.owed_minor,
            paid_minor=self.standing.paid_minor + one.paid_minor,
            refunded_minor=self.standing.refunded_minor + one.refunded_minor,
            token_lots={lot_id: tokens for lot_id, tokens in lots.items() if tokens},
        )
        self.last_position = entry.position


def verify(
    workspace_id: str,
    entries: Iterable[Entry | Illegible],
    *,
    head: ChainHead,
    balances: Iterable[tuple[Account, Balance]],
    lots: Iterable[HeldLot],
    bookings: Iterable[Booking],
    invoices: Iterable[FiledInvoice] = (),
    last_number: int = 0,
) -> Verification:
    """Verify a ledger against all that is stored beside it. Nothing is read twice, or kept.

    Args:
        entries: in the order of their positions.
        head, balances, lots, bookings, invoices: as they were stored at the same moment.
        last_number: the last that was given to an invoice.
    """
    audit = LedgerAudit(workspace_id)
    for entry in entries:
        audit.read(entry)
    audit.compare_head(head)
    for account, balance in balances:
        audit.compare_balance(account, balance)
    for lot in lots:
        audit.compare_lot(lot)
    for booking in bookings:
        audit.compare_booking(booking)
    for filed in invoices:
        audit.compare_invoice(filed)
    audit.finish_invoices(last_number)
    return audit.finish(head)


def _figures(transfer: Transfer) -> tuple[object, ...]:
    """What a hold and its end must have in common."""
    return (
        transfer.debit,
        transfer.credit,
        transfer.amount,
        transfer.lot_id,
        transfer.booking_id,
    )


def _told(told: Standing) -> str:
    tokens = sum(told.token_lots.values())
    return (
        f"{told.owed_minor} owed, {told.paid_minor} paid, {told.refunded_minor} refunded, "
        f"{tokens} tokens of {sorted(told.token_lots)}"
    )
