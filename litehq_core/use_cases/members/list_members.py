"""List the members of a workspace, or read one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import READABLE, Noun, Record
from litehq_core.domain.errors import NotFound
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.ports.ports import Ports
from litehq_core.steps.member_tokens import complete_members
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import reach, visible

_DERIVED = READABLE[Noun.MEMBER].derived


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMembers:
    """What is wanted; None means not said. ``email`` is in whatever case."""

    company_id: str | None = None
    status: MemberStatus | None = None
    tier: str | None = None
    email: str | None = None
    paging: Paging = field(default_factory=Paging)


async def list_members(
    ports: Ports, actor: Actor, query: ListMembers, attributes: frozenset[str]
) -> Page:
    """The members within reach, newest first; their balances take one statement more.

    Raises:
        AuthScopeInsufficient: needs ``members:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.MEMBERS_READ)
    filters = {
        "company_id": query.company_id,
        "status": query.status.value if query.status else None,
        "tier": query.tier,
        "email": query.email.lower() if query.email is not None else None,
    }
    page = await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.MEMBER,
        visible(actor, Noun.MEMBER, attributes - _DERIVED) | {"id"},
        paging=query.paging,
        given={name: value for name, value in filters.items() if value is not None},
        defaults={},
        conditions=lambda resolved: (
            tuple(Condition(name, Op.EQUAL, value) for name, value in resolved.items())
            + reach(actor, Noun.MEMBER)
        ),
        order=("created_at", "id"),
        descending=True,
    )
    await complete_members(ports.reads, actor.workspace_id, page.records, attributes, ports.clock())
    return page


async def get_member(
    ports: Ports, actor: Actor, member_id: str, attributes: frozenset[str]
) -> Record:
    """One member.

    Raises:
        AuthScopeInsufficient: needs ``members:read``.
        NotFound: there is none within reach.
    """
    actor.require(Scope.MEMBERS_READ)
    stored = visible(actor, Noun.MEMBER, attributes - _DERIVED) | {"id"}
    found = await ports.reads.by_ids(
        actor.workspace_id, Noun.MEMBER, [member_id], stored, reach(actor, Noun.MEMBER)
    )
    if member_id not in found:
        raise NotFound("member")
    record = found[member_id]
    await complete_members(ports.reads, actor.workspace_id, [record], attributes, ports.clock())
    return record


async def read_token_balances(ports: Ports, actor: Actor, member_ids: list[str]) -> dict[str, int]:
    """What members within reach can spend, in two statements; the others are left out.

    Raises:
        AuthScopeInsufficient: needs ``members:read``.
    """
    actor.require(Scope.MEMBERS_READ)
    seen = await ports.reads.by_ids(
        actor.workspace_id, Noun.MEMBER, member_ids, frozenset({"id"}), reach(actor, Noun.MEMBER)
    )
    return await ports.reads.ledger.spendable(actor.workspace_id, sorted(seen), ports.clock())
