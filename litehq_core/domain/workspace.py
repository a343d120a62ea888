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
    """An operator. ``hold_minutes`` is how long an unpaid booking keeps its slot."""

    id: str
    name: str
    mode: Mode
    hold_minutes: int = 30
    version: int = 1
    created_at: datetime
