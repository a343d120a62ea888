"""Take booking tokens away from a member."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import Transfer, TransferKind, issued_by, wallet_of
from litehq_core.domain.lots import MOST_TOKENS
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.token_posting import TokensPosted
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import reachable_member
from litehq_core.steps.once import run_once
from litehq_core.steps.post_tokens import post_tokens, require_operator


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustTokens:
    """``amount`` whole tokens (1–1,000,000,000) that a member is to lose.

    They are burnt in the order in which bookings burn them, whatever rooms they are good for.
    """

    member_id: str
    amount: int
    cause: str = "adjustment"


async def adjust_tokens(
    ports: Ports, actor: Actor, command: AdjustTokens, once: Once | None = None
) -> TokensPosted:
    """The rows that it took, one for each lot, and the wallet after them. For operators.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        ValidationFailed: a field is out of bounds.
        NotFound: no such member.
        InsufficientTokens: he cannot spend so many; what is held for a booking stays.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.BILLING_WRITE)
    require_operator(actor)
    require_text("cause", command.cause, most=MAX_NAME, least=1)
    if not 1 <= command.amount <= MOST_TOKENS:
        raise ValidationFailed.of("amount", f"must lie within 1–{MOST_TOKENS}")

    async def execute(tx: Transaction) -> TokensPosted:
        await reachable_member(tx, actor, command.member_id)
        wallet = await tx.ledger.wallet(command.member_id)
        transfers = [
            Transfer(
                id=ports.new_id(Prefix.TRANSFER),
                kind=TransferKind.DIRECT,
                debit=wallet_of(command.member_id),
                # Back to where they came from: what was never meant to be given.
                credit=issued_by(actor.workspace_id),
                amount=share.tokens,
                cause=command.cause,
                lot_id=share.lot_id,
            )
            for share in wallet.burn(command.amount, tx.now)
        ]
        return await post_tokens(tx, command.member_id, transfers, EventType.TOKENS_ADJUSTED)

    return await run_once(ports, actor, once, command, execute)
