"""Change a member: what he is called, his tier, his company, his status, his monthly tokens."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.editing import Unset
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.mail import MailKind
from litehq_core.domain.member import Member, MemberStatus, MemberWithTokens, member_email
from litehq_core.domain.member_changes import UpdateMember, change
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.invite_member import require_free_address
from litehq_core.steps.member_tokens import with_tokens
from litehq_core.steps.once import run_once
from litehq_core.steps.set_pool import pool_of, pool_zone, set_pool

__all__ = ["UpdateMember", "update_member"]


async def update_member(
    ports: Ports, actor: Actor, command: UpdateMember, once: Once | None = None
) -> MemberWithTokens:
    """The member after the change. Bookings that exist stay as they are.

    Keys that are bound to a member open nothing while he is suspended.

    Raises:
        AuthScopeInsufficient: needs ``members:write``, and for anything but the name a key that
            is not bound.
        ValidationFailed: nothing is named, or a field is wrong.
        NotFound: no such member within reach, or no such company.
        AlreadyExists: somebody else has the address.
        VersionConflict: the member is at another version.
        InvalidTransition: his status does not allow the new one.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.MEMBERS_WRITE)
    if command.is_the_operators:
        actor.require_operator(Scope.MEMBERS_WRITE)
    if command.changes_nothing:
        raise ValidationFailed.of("body", "names nothing to change")
    zone = await pool_zone(ports.reads, actor.workspace_id)

    async def execute(tx: Transaction) -> MemberWithTokens:
        member = await tx.members.lock(command.member_id)
        if member is None or not actor.reaches(member_id=member.id, company_id=member.company_id):
            raise NotFound("member")
        pool = await pool_of(tx, member.id)
        decision = change(member, pool, command, await tx.members.doors(), tx.now)
        if decision is None:
            return await with_tokens(tx, member, pool)
        await _require_related(tx, member, command)
        changed = decision.member
        await tx.members.save(changed)
        if decision.pool_allocation != pool:
            await set_pool(tx, member.id, decision.pool_allocation, zone)
        if changed.status is not MemberStatus.INVITED or changed.email != member.email:
            # A link that was sent to somebody else, or is needed no more, opens nothing.
            await tx.invitations.remove(member.id)
            await tx.mails.suppress(member.id, [MailKind.MEMBER_INVITED])
        for event in decision.events:
            tx.emit(event)
        return await with_tokens(tx, changed, decision.pool_allocation)

    return await run_once(ports, actor, once, command, execute)


async def _require_related(tx: Transaction, member: Member, wish: UpdateMember) -> None:
    """The company is there, and the address is nobody else's."""
    if isinstance(wish.company_id, str) and await tx.catalogue.company(wish.company_id) is None:
        raise NotFound("company")
    if not isinstance(wish.email, Unset) and member_email("email", wish.email) != member.email:
        await require_free_address(tx, wish.email)
