"""A building of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.wall_clock import zone_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A building: its IANA ``timezone``, its ISO 4217 ``currency``, its opening hours."""

    id: str
    workspace_id: str
    name: str
    timezone: str
    currency: str
    opening_hours: OpeningHours
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which everything at this location is on the wall."""
        return zone_named(self.timezone)
