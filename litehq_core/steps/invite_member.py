"""Inviting somebody: the member, the link with its secret, and the mail that brings it."""

from __future__ import annotations

from litehq_core.domain.errors import AlreadyExists, NotFound
from litehq_core.domain.ids import Prefix
from litehq_core.domain.invitation import invitation_token, new_invitation
from litehq_core.domain.invitation_mail import invitation_mail
from litehq_core.domain.mail import MailKind
from litehq_core.domain.member import Member, member_email
from litehq_core.domain.member_changes import InviteMember, MemberDecision, invite
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.set_pool import set_pool


async def invite_new(
    ports: Ports, tx: Transaction, wish: InviteMember, zone: str
) -> MemberDecision:
    """A new member who is invited, with the mail on its way.

    Raises:
        ValidationFailed: a field is wrong.
        NotFound: there is no such company.
        AlreadyExists: somebody has this address already; with his id.
    """
    decision = invite(wish, ports.new_id(Prefix.MEMBER), tx.actor.workspace_id, tx.now)
    member = decision.member
    if wish.company_id is not None and await tx.catalogue.company(wish.company_id) is None:
        raise NotFound("company")
    await require_free_address(tx, wish.email)
    await tx.catalogue.add(member)
    if decision.pool_allocation:
        await set_pool(tx, member.id, decision.pool_allocation, zone)
    await send_invitation(ports, tx, member)
    for event in decision.events:
        tx.emit(event)
    return decision


async def require_free_address(tx: Transaction, email: str) -> None:
    """Refuse an address that a member has.

    Raises:
        AlreadyExists: with the member's id.
    """
    namesake = await tx.members.with_email(member_email("email", email))
    if namesake is not None:
        raise AlreadyExists("A member with this e-mail exists already.", existing_id=namesake.id)


async def send_invitation(ports: Ports, tx: Transaction, member: Member) -> None:
    """A fresh link for a member, by mail; one that he had opens nothing any more."""
    workspace = await tx.catalogue.workspace()
    secret = ports.new_secret()
    invitation = new_invitation(workspace.id, member.id, secret, tx.now)
    await tx.invitations.put(invitation)
    await tx.mails.suppress(member.id, [MailKind.MEMBER_INVITED])
    link = ports.invitation_url(invitation_token(workspace.id, secret))
    await tx.mails.add(invitation_mail(workspace, member, invitation, link))
