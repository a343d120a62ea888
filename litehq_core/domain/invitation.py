"""Invitations: a link by mail, behind which somebody becomes an active member.

Of the link's secret only the hash is kept. The token names its workspace, so that no look-up has
to search all of them; it opens nothing but this one page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from litehq_core.domain.api_key import hash_secret
from litehq_core.domain.ids import Prefix, normalise_id

LIFETIME = timedelta(days=14)
MAX_TOKEN_LENGTH = 200


class InvitationStanding(StrEnum):
    """What an invitation is good for at an instant."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The one invitation of a member; a new one takes its place."""

    workspace_id: str
    member_id: str
    secret_hash: str
    expires_at: datetime
    accepted_at: datetime | None = None
    created_at: datetime

    def standing(self, now: datetime) -> InvitationStanding:
        """What it is good for. One that was accepted stays so after its end."""
        if self.accepted_at is not None:
            return InvitationStanding.ACCEPTED
        is_over = now >= self.expires_at
        return InvitationStanding.EXPIRED if is_over else InvitationStanding.OPEN


def new_invitation(workspace_id: str, member_id: str, secret: str, now: datetime) -> Invitation:
    """An invitation for fourteen days."""
    return Invitation(
        workspace_id=workspace_id,
        member_id=member_id,
        secret_hash=hash_secret(secret),
        expires_at=now + LIFETIME,
        created_at=now,
    )


def invitation_token(workspace_id: str, secret: str) -> str:
    """What stands at the end of the link."""
    return f"{workspace_id}.{secret}"


def read_token(token: str) -> tuple[str, str] | None:
    """The workspace's id and the secret's hash; None if it can be no token."""
    workspace_id, dot, secret = token.partition(".")
    known = normalise_id(Prefix.WORKSPACE, workspace_id)
    if not (dot and secret and known) or len(token) > MAX_TOKEN_LENGTH:
        return None
    return known, hash_secret(secret)
