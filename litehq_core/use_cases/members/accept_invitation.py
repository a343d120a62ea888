"""Accept an invitation, or look at it first. Whoever has its link may."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.errors import NotFound
from litehq_core.domain.invitation import Invitation, InvitationStanding, read_token
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.member_changes import accept
from litehq_core.domain.workspace import Workspace
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.set_pool import pool_of

ACTOR = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedInvitation:
    """An invitation as whoever opened its link is shown it."""

    workspace: Workspace
    member: Member
    invitation: Invitation
    standing: InvitationStanding


async def read_invitation(ports: Ports, token: str) -> OpenedInvitation:
    """What stands behind a link. Looking changes nothing: programs that check mails look too.

    Raises:
        NotFound: no such invitation; another has taken its place, or nobody is invited any more.
    """
    return await _open(ports, token, None, accepting=False)


async def accept_invitation(
    ports: Ports, token: str, *, request_id: str | None = None
) -> OpenedInvitation:
    """The invitation after its member has become active. Accepting twice is accepting once.

    One that has expired stays as it is, and its standing says so.

    Raises:
        NotFound: as :func:`read_invitation`.
    """
    return await _open(ports, token, request_id, accepting=True)


async def _open(
    ports: Ports, token: str, request_id: str | None, *, accepting: bool
) -> OpenedInvitation:
    known = read_token(token)
    if known is None:
        raise NotFound("invitation")
    workspace_id, secret_hash = known
    actor = replace(system_actor(workspace_id, ACTOR), request_id=request_id)
    async with ports.begin(actor) as tx:
        invitation = await tx.invitations.with_secret(secret_hash)
        if invitation is None:
            raise NotFound("invitation")
        # Members before what hangs on them: whoever changes one locks him first.
        member = await tx.members.lock(invitation.member_id)
        invitation = await tx.invitations.with_secret(secret_hash)
        if member is None or invitation is None:
            raise NotFound("invitation")
        if (
            accepting
            and invitation.standing(tx.now) is InvitationStanding.OPEN
            and member.status is MemberStatus.INVITED
        ):
            member, invitation = await _accept(tx, member, invitation)
        return OpenedInvitation(
            workspace=await tx.catalogue.workspace(),
            member=member,
            invitation=invitation,
            standing=invitation.standing(tx.now),
        )


async def _accept(
    tx: Transaction, member: Member, invitation: Invitation
) -> tuple[Member, Invitation]:
    decision = accept(member, await pool_of(tx, member.id), await tx.members.doors(), tx.now)
    accepted = replace(invitation, accepted_at=tx.now)
    await tx.members.save(decision.member)
    await tx.invitations.put(accepted)
    for event in decision.events:
        tx.emit(event)
    return decision.member, accepted
