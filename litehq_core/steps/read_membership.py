"""What of a member decides what a key bound to him shows."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor
from litehq_core.domain.member import MemberStatus
from litehq_core.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The part of a member that others decide, and that rules and bounds are read from."""

    tier: str
    status: MemberStatus
    company_id: str | None


async def read_membership(ports: Ports, actor: Actor) -> Membership | None:
    """The membership behind a key that is bound to a member; None if it is bound to none.

    Whoever keeps a connection open compares it with what it was: a key stays valid when its
    member changes, but shows something else from then on.
    """
    if actor.member_id is None:
        return None
    member = await ports.reads.member(actor.workspace_id, actor.member_id)
    if member is None:
        return None
    return Membership(tier=member.tier, status=member.status, company_id=member.company_id)
