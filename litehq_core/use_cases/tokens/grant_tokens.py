"""Grant booking tokens to a member."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import Balance, Transfer, TransferKind, issued_by, wallet_of
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import reachable_member
from litehq_core.steps.once import run_once

MOST_TOKENS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTokens:
    """``amount`` whole tokens for a member; ``cause`` is kept in the ledger."""

    member_id: str
    amount: int
    cause: str = "grant"


async def grant_tokens(
    ports: Ports, actor: Actor, command: GrantTokens, once: Once | None = None
) -> Balance:
    """The member's balance after the grant.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        ValidationFailed: the amount is not positive.
        NotFound: no such member within reach.
    """
    actor.require(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> Balance:
        if not 1 <= command.amount <= MOST_TOKENS:
            raise ValidationFailed.of("amount", f"must lie within 1–{MOST_TOKENS}")
        member = await reachable_member(tx, actor, command.member_id)
        wallet = wallet_of(member.id)
        transfer = Transfer(
            id=ports.new_id(Prefix.TRANSFER),
            kind=TransferKind.DIRECT,
            debit=issued_by(actor.workspace_id),
            credit=wallet,
            amount=command.amount,
            cause=command.cause,
        )
        await tx.ledger.write([transfer])
        return await tx.ledger.balance(wallet)

    return await run_once(ports, actor, once, command, execute)
