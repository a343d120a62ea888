"""People who book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from litehq_core.domain.text import MAX_NAME, require_email, require_text


class MemberStatus(StrEnum):
    """Only an active member books."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who books.

    Attributes:
        email: kept in lower case, because nobody has two mailboxes that differ in case alone;
            unique in the workspace.
        tier: a membership level.
        sequence: how many events have told of the member so far.
    """

    id: str
    workspace_id: str
    email: str
    name: str
    tier: str
    company_id: str | None
    status: MemberStatus
    version: int = 1
    sequence: int = 0
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "email", member_email("email", self.email))
        require_text("name", self.name, least=1, most=MAX_NAME)
        require_text("tier", self.tier, least=1, most=MAX_NAME)

    @property
    def is_active(self) -> bool:
        """Whether he books, and opens doors."""
        return self.status is MemberStatus.ACTIVE


def member_email(field: str, text: str) -> str:
    """A member's address as it is kept and looked up.

    Raises:
        ValidationFailed: it cannot be an address.
    """
    return require_email(field, text).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWithTokens:
    """A member as he is shown: with what he gets each month, and what he can spend now."""

    member: Member
    pool_allocation: int
    token_balance: int
