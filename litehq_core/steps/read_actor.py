"""Turn a bearer key into an actor."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, hash_secret
from litehq_core.domain.errors import AuthInvalid
from litehq_core.ports.ports import Ports

MAX_SECRET_LENGTH = 200


async def read_actor(ports: Ports, secret: str | None, request_id: str | None) -> Actor:
    """The actor that ``secret`` stands for.

    Raises:
        AuthInvalid: missing, malformed, unknown, expired, revoked, or bound to a member who is
            suspended; the answers are the same.
    """
    if not secret or len(secret) > MAX_SECRET_LENGTH or not secret.startswith("sk_"):
        raise AuthInvalid
    # Looked up by hash: the comparison leaks nothing about the secret itself.
    key = await ports.reads.api_key(hash_secret(secret))
    if key is None or not key.is_live(ports.clock()):
        raise AuthInvalid
    return Actor(
        workspace_id=key.workspace_id,
        key_id=key.id,
        scopes=key.scopes,
        member_id=key.member_id,
        company_ids=key.company_ids,
        expires_at=key.expires_at,
        request_id=request_id,
    )
