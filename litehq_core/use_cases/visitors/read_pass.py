"""A visitor's pass: its address for whoever may see the visitor, and what its page shows."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope, system_actor
from litehq_core.domain.errors import NotFound
from litehq_core.domain.invitation import read_token
from litehq_core.domain.location import Location
from litehq_core.domain.visitor import NOUN, Visitor
from litehq_core.ports.ports import Ports
from litehq_core.steps.visitor_host import pass_token, reachable_visitor


async def read_pass(ports: Ports, actor: Actor, visitor_id: str) -> str:
    """The address that stands in the code of a visitor's pass. Whoever has it can see the pass.

    Raises:
        AuthScopeInsufficient: needs ``visitors:read``.
        NotFound: no such visitor within reach.
        ServiceUnavailable: the key that sealed it is not at hand.
    """
    actor.require(Scope.VISITORS_READ)
    async with ports.begin(actor) as tx:
        visitor = await reachable_visitor(tx, actor, visitor_id)
    return ports.pass_url(pass_token(ports, visitor))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPass:
    """A pass as whoever opened its address is shown it."""

    visitor: Visitor
    location: Location
    host_name: str
    url: str


async def open_pass(ports: Ports, token: str) -> OpenedPass:
    """What stands behind a pass; the token is all that is needed.

    Raises:
        NotFound: there is no such pass.
    """
    parts = read_token(token)
    if parts is None:
        raise NotFound(NOUN)
    workspace_id, pass_hash = parts
    async with ports.begin(system_actor(workspace_id, "pass")) as tx:
        visitor = await tx.visitors.with_pass(pass_hash)
        location = await tx.locations.get(visitor.location_id) if visitor else None
        host = await tx.catalogue.member(visitor.host_member_id) if visitor else None
    if visitor is None or location is None or host is None:
        raise NotFound(NOUN)
    return OpenedPass(
        visitor=visitor, location=location, host_name=host.name, url=ports.pass_url(token)
    )
