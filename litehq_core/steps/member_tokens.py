"""Members with their tokens: what they get each month, and what they can spend now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litehq_core.domain.attributes import READABLE, Noun, Record
from litehq_core.domain.member import Member, MemberWithTokens
from litehq_core.ports.reads import Reads
from litehq_core.ports.transaction import Transaction

BALANCE = "token_balance"

# Everything that is shown of a member.
MEMBER_RECORD = frozenset(READABLE[Noun.MEMBER].attributes) | READABLE[Noun.MEMBER].derived


async def with_tokens(tx: Transaction, member: Member, pool_allocation: int) -> MemberWithTokens:
    """A member as he is shown, what this transaction wrote included."""
    wallet = await tx.ledger.wallet(member.id)
    return MemberWithTokens(
        member=member,
        pool_allocation=pool_allocation,
        token_balance=wallet.spendable(tx.now),
    )


async def complete_members(
    reads: Reads,
    workspace_id: str,
    records: Sequence[Record],
    attributes: frozenset[str],
    now: datetime,
) -> None:
    """Give the records their balances, if they are asked for, all by one statement."""
    if BALANCE not in attributes or not records:
        return
    ids = [record["id"] for record in records]
    balances = await reads.ledger.spendable(workspace_id, ids, now)
    for record in records:
        record[BALANCE] = balances[record["id"]]
