"""What can be wrong with a ledger, and what comes of verifying one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from litehq_core.domain.ledger_chain import ChainHead

# After so many, one more tells nobody anything.
MOST_FINDINGS = 1000


class FindingKind(StrEnum):
    """What can be wrong with a ledger."""

    POSITION_GAP = "position_gap"
    CHAIN_BROKEN = "chain_broken"
    HASH_DIFFERS = "hash_differs"
    HEAD_DIFFERS = "head_differs"
    ENTRY_ILLEGIBLE = "entry_illegible"
    LIABILITY_NEGATIVE = "liability_negative"
    HOLD_UNKNOWN = "hold_unknown"
    HOLD_ENDED_TWICE = "hold_ended_twice"
    HOLD_DIFFERS = "hold_differs"
    SUM_NOT_ZERO = "sum_not_zero"
    BALANCE_DIFFERS = "balance_differs"
    BALANCE_AFTER_DIFFERS = "balance_after_differs"
    LOT_DIFFERS = "lot_differs"
    BOOKING_DIFFERS = "booking_differs"
    BOOKING_UNKNOWN = "booking_unknown"
    INVOICE_DIFFERS = "invoice_differs"
    INVOICE_UNKNOWN = "invoice_unknown"
    INVOICE_PAYMENT_DIFFERS = "invoice_payment_differs"
    INVOICE_LINES_DIFFER = "invoice_lines_differ"
    INVOICE_NUMBER_DIFFERS = "invoice_number_differs"
    INVOICE_CREDIT_DIFFERS = "invoice_credit_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        position: of the entry; None where no single entry is to blame.
        subject: the account, lot, hold, booking or unit that is concerned.
        message: what was expected and what was found.
    """

    kind: FindingKind
    position: int | None
    subject: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of verifying a ledger.

    Attributes:
        entries: how many were read.
        head: the last position and hash as they are stored, to be kept elsewhere.
        findings: at most :data:`MOST_FINDINGS`, in the order in which they were found.
    """

    workspace_id: str
    entries: int
    head: ChainHead
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings
