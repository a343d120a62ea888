"""Writing rows of one member's wallet, and telling of them."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import AuthScopeInsufficient
from litehq_core.domain.events import EventType
from litehq_core.domain.ledger import Transfer
from litehq_core.domain.token_posting import TokensPosted, posted, posting_event
from litehq_core.ports.transaction import Transaction


def require_operator(actor: Actor) -> None:
    """Refuse a bound key: nobody gives tokens to himself.

    Raises:
        AuthScopeInsufficient: the key is bound to a member or to companies.
    """
    if actor.is_bound:
        raise AuthScopeInsufficient(f"{Scope.BILLING_WRITE} of an operator")


async def post_tokens(
    tx: Transaction, member_id: str, transfers: Sequence[Transfer], kind: EventType
) -> TokensPosted:
    """Write transfers of a member's wallet, and the event of it; what came of them.

    Raises:
        InsufficientTokens: a lot would go below zero.
    """
    before = (await tx.ledger.wallet(member_id)).balance.posted
    await tx.ledger.write(transfers)
    postings = posted(member_id, before, transfers, tx.now)
    tx.emit(posting_event(kind, postings))
    return TokensPosted(postings=postings, wallet=await tx.ledger.wallet(member_id))
