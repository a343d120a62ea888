"""People who book, and the companies that group them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
