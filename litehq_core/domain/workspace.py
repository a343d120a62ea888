"""The workspace: the operator, and the unit of isolation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """Test and live are two workspaces; the mode belongs to the workspace."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """An operator.

    Attributes:
        hold_minutes: how long an unpaid booking keeps its slot.
        offer_minutes: how long a slot is kept for whom it is offered to from the waitlist.
    """

    id: str
    name: str
    mode: Mode
    hold_minutes: int = 30
    offer_minutes: int = 15
    version: int = 1
    created_at: datetime
