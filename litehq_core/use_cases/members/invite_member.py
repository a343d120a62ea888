"""Invite a new member."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.member import MemberWithTokens
from litehq_core.domain.member_changes import InviteMember
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.invite_member import invite_new
from litehq_core.steps.member_tokens import with_tokens
from litehq_core.steps.once import run_once
from litehq_core.steps.set_pool import pool_zone

__all__ = ["InviteMember", "invite_member"]


async def invite_member(
    ports: Ports, actor: Actor, command: InviteMember, once: Once | None = None
) -> MemberWithTokens:
    """The invited member. The mail with his link is on its way when this returns. For operators.

    Raises:
        AuthScopeInsufficient: needs ``members:write`` on a key that is not bound.
        ValidationFailed: a field is wrong.
        NotFound: there is no such company.
        AlreadyExists: somebody has this address already, in whatever case; with his id.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.MEMBERS_WRITE)
    zone = await pool_zone(ports.reads, actor.workspace_id)

    async def execute(tx: Transaction) -> MemberWithTokens:
        decision = await invite_new(ports, tx, command, zone)
        return await with_tokens(tx, decision.member, decision.pool_allocation)

    return await run_once(ports, actor, once, command, execute)
