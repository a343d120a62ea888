"""Grant booking tokens to a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.lots import DEFAULT_PRIORITY, Lot, LotSource, filled
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.token_posting import TokensPosted
from litehq_core.domain.wall_clock import utc_instant, whole_second
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import reachable_member
from litehq_core.steps.once import run_once
from litehq_core.steps.post_tokens import post_tokens, require_operator


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTokens:
    """``amount`` whole tokens for a member, as a lot of their own.

    Attributes:
        cause: why, as the ledger keeps it.
        expires_at: from when on they cannot be spent; None: never.
        priority: 0–1000; lots with a lower one are burnt first.
        room_ids: the rooms that they are good for; None: all.
    """

    member_id: str
    amount: int
    cause: str = "grant"
    source: LotSource = LotSource.GRANT
    expires_at: datetime | None = None
    priority: int = DEFAULT_PRIORITY
    room_ids: frozenset[str] | None = None


async def grant_tokens(
    ports: Ports, actor: Actor, command: GrantTokens, once: Once | None = None
) -> TokensPosted:
    """The row that the grant wrote, and the member's wallet after it. For operators.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        ValidationFailed: a field is out of bounds, or the expiry has passed.
        NotFound: no such member, or no such room.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.BILLING_WRITE)
    require_operator(actor)
    require_text("cause", command.cause, most=MAX_NAME, least=1)

    async def execute(tx: Transaction) -> TokensPosted:
        lot = _lot(ports, actor, command, tx.now)
        # Rooms first, as everybody locks them (docs/decisions/0004).
        wanted = sorted(command.room_ids or ())
        if wanted and set(await tx.rooms.lock(wanted)) != set(wanted):
            raise NotFound("room")
        await reachable_member(tx, actor, command.member_id)
        await tx.ledger.add_lot(lot)
        transfer = filled(lot, ports.new_id(Prefix.TRANSFER), command.cause)
        return await post_tokens(tx, command.member_id, [transfer], EventType.TOKENS_GRANTED)

    return await run_once(ports, actor, once, command, execute)


def _lot(ports: Ports, actor: Actor, command: GrantTokens, now: datetime) -> Lot:
    expires_at = command.expires_at and whole_second(utc_instant("expires_at", command.expires_at))
    if expires_at is not None and expires_at <= now:
        raise ValidationFailed.of("expires_at", "must lie ahead")
    return Lot(
        id=ports.new_id(Prefix.LOT),
        workspace_id=actor.workspace_id,
        member_id=command.member_id,
        source=command.source,
        priority=command.priority,
        expires_at=expires_at,
        room_ids=command.room_ids,
        granted=command.amount,
        created_at=now,
    )
