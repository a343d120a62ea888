"""People who book, and the companies that group them."""

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
    """A person who books; ``tier`` is a membership level."""

    id: str
    workspace_id: str
    email: str
    name: str
    tier: str
    company_id: str | None
    status: MemberStatus
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        require_email("email", self.email)
        require_text("name", self.name, least=1, most=MAX_NAME)
        require_text("tier", self.tier, least=1, most=MAX_NAME)
