"""Let a caller in: who it is, and whether it may call now."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import AuthInvalid
from litehq_core.domain.rate_limit import Drawer, stranger
from litehq_core.ports.ports import Ports
from litehq_core.steps.draw_tokens import Tell, draw_tokens
from litehq_core.steps.read_actor import read_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit:
    """Somebody calls.

    Attributes:
        address: the network address from which, as far as it is known.
        tell: is told what is left of the caller's bucket, however this ends.
        sole_scope: the key must have this scope and no other: it came by a way on which a key
            that opens more would be at risk.
    """

    secret: str | None
    address: str | None
    request_id: str | None
    tell: Tell
    sole_scope: Scope | None = None


async def admit(ports: Ports, command: Admit) -> Actor:
    """The actor of a caller who has drawn one token; judged before anything else is read.

    Whoever has no workspace draws on the bucket of his address (``contract.md``, Rate limit).

    Raises:
        AuthInvalid: the key opens nothing, or more than ``sole_scope``.
        RateLimited: the bucket is empty.
    """
    try:
        actor = await read_actor(ports, command.secret, command.request_id)
        if command.sole_scope is not None and actor.scopes != {command.sole_scope}:
            raise AuthInvalid
    except AuthInvalid:
        await draw_tokens(ports, stranger(command.address), command.tell, 1)
        raise
    await draw_tokens(ports, Drawer(actor.workspace_id, actor.key_id), command.tell, 1)
    return actor
