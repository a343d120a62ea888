"""Visitors within reach, their passes, and whom to tell of them."""

from __future__ import annotations

from collections.abc import Callable

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.invitation import invitation_token
from litehq_core.domain.location import Location
from litehq_core.domain.mail import MailDraft
from litehq_core.domain.member import Member
from litehq_core.domain.visitor import NOUN, Visitor
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction


async def reachable_visitor(
    tx: Transaction, actor: Actor, visitor_id: str, *, lock: bool = False
) -> Visitor:
    """A visitor whose host lies within the actor's bounds.

    Raises:
        NotFound: there is none, or it lies outside; the answer is the same.
    """
    return require_reachable(actor, await tx.visitors.get(visitor_id, lock=lock))


def require_reachable(actor: Actor, visitor: Visitor | None) -> Visitor:
    """The visitor, if there is one within reach.

    Raises:
        NotFound: there is not.
    """
    if visitor is None or not actor.reaches(
        member_id=visitor.host_member_id, company_id=visitor.company_id
    ):
        raise NotFound(NOUN)
    return visitor


async def tell_host(
    tx: Transaction, visitor: Visitor, words: Callable[[Visitor, Member, Location], MailDraft]
) -> None:
    """Queue a mail to the host. That nobody can write to him keeps no visitor out."""
    host = await tx.catalogue.member(visitor.host_member_id)
    location = await tx.locations.get(visitor.location_id)
    if host is None or location is None:
        return
    try:
        draft = words(visitor, host, location)
    except ValidationFailed:
        return
    await tx.mails.add(draft)


def pass_token(ports: Ports, visitor: Visitor) -> str:
    """What stands at the end of the address of the visitor's pass.

    Raises:
        ServiceUnavailable: the key that sealed it is not at hand.
    """
    return invitation_token(visitor.workspace_id, ports.vault.unseal(visitor.pass_sealed).decode())
