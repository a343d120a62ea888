"""A building of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from litehq_core.domain.money import require_currency
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.text import MAX_NAME, require_text
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

    def __post_init__(self) -> None:
        require_text("name", self.name, least=1, most=MAX_NAME)
        zone_named(self.timezone)
        require_currency(self.currency)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which everything at this location is on the wall."""
        return zone_named(self.timezone)
