"""Invite a member again who has not come yet."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.idempotency import Once
from litehq_core.domain.member import MemberWithTokens
from litehq_core.domain.member_changes import invite_again
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.invite_member import send_invitation
from litehq_core.steps.member_tokens import with_tokens
from litehq_core.steps.once import run_once
from litehq_core.steps.set_pool import pool_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinviteMember:
    """Who is to be sent a fresh link."""

    member_id: str


async def reinvite_member(
    ports: Ports, actor: Actor, command: ReinviteMember, once: Once | None = None
) -> MemberWithTokens:
    """The member, with a fresh link on its way; the one before opens nothing any more.

    Raises:
        AuthScopeInsufficient: needs ``members:write`` on a key that is not bound.
        NotFound: there is no such member.
        InvalidTransition: he has accepted, or is suspended.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.MEMBERS_WRITE)

    async def execute(tx: Transaction) -> MemberWithTokens:
        member = await tx.members.lock(command.member_id)
        if member is None:
            raise NotFound("member")
        decision = invite_again(member, await pool_of(tx, member.id))
        await tx.members.save(decision.member)
        await send_invitation(ports, tx, decision.member)
        for event in decision.events:
            tx.emit(event)
        return await with_tokens(tx, decision.member, decision.pool_allocation)

    return await run_once(ports, actor, once, command, execute)
