"""What comes of verifying the ledger."""

from __future__ import annotations

from typing import Self

import strawberry

from litehq_core.domain import ledger_findings
from litehq_core.domain.ledger_findings import FindingKind

strawberry.enum(FindingKind, name="LedgerFindingKind", description="What can be wrong.")


@strawberry.type(description="One thing that is wrong with the ledger.")
class LedgerFinding:
    """A finding of the core."""

    kind: FindingKind = strawberry.field(description="What is wrong.")
    position: int | None = strawberry.field(
        description="The entry's position; null where no single entry is to blame."
    )
    subject: str = strawberry.field(
        description="The account, lot, hold, booking or unit that is concerned."
    )
    message: str = strawberry.field(description="What was expected and what was found.")


@strawberry.type(
    description=(
        "The proof of the ledger: every sum is zero, no liability is negative, the chain of "
        "entries is whole, and balances and bookings agree with it, or what is wrong."
    )
)
class LedgerVerification:
    """What the core found."""

    ok: bool = strawberry.field(description="Whether nothing is wrong.")
    entries: int = strawberry.field(description="How many entries were read.")
    head_position: int = strawberry.field(description="The position of the last entry.")
    head_hash: str = strawberry.field(
        description="Its hash. Kept elsewhere, it proves later that nothing before it was changed."
    )
    findings: list[LedgerFinding] = strawberry.field(
        description="What is wrong, at most 1,000 findings, in the order in which they were found."
    )

    @classmethod
    def of(cls, found: ledger_findings.Verification) -> Self:
        """From the core's answer."""
        return cls(
            ok=found.ok,
            entries=found.entries,
            head_position=found.head.position,
            head_hash=found.head.hash,
            findings=[
                LedgerFinding(
                    kind=one.kind,
                    position=one.position,
                    subject=one.subject,
                    message=one.message,
                )
                for one in found.findings
            ],
        )
