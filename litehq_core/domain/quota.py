"""Quotas: how much one member, or one company, may have booked.

Counted are bookings that are confirmed, completed, or held and not lapsed; neither those that were
cancelled nor those that expired. Minutes are elapsed minutes, and a booking across midnight
counts in each period by the part that lies in it. Days, ISO weeks and months are those of the
zone of the room that is asked for, also where bookings elsewhere are counted.

A booking with a change that waits for its payment counts as it is and as it is to be, whichever
is more, for it may end as either. Guests have no quotas. A quota is judged when a booking is made
or moved; a late payment that revives a hold asks for none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from litehq_core.domain.json_fields import object_of, one_of, whole

MAX_QUOTAS = 20
MAX_LIMIT = 1_000_000


class QuotaHolder(StrEnum):
    """Whose bookings count together: the member's, or those of all members of the company."""

    MEMBER = "member"
    COMPANY = "company"


class QuotaScope(StrEnum):
    """Where bookings count: in the room that has the quota, or anywhere in the workspace."""

    ROOM = "room"
    WORKSPACE = "workspace"


class QuotaMeasure(StrEnum):
    """What is counted: minutes in a period; bookings at one time; bookings not begun yet."""

    MINUTES_PER_DAY = "minutes_per_day"
    MINUTES_PER_WEEK = "minutes_per_week"
    MINUTES_PER_MONTH = "minutes_per_month"
    CONCURRENT = "concurrent"
    UPCOMING = "upcoming"


# Measure → what may not exceed the limit, for people.
_WORDS = {
    QuotaMeasure.MINUTES_PER_DAY: "{limit} minutes a day",
    QuotaMeasure.MINUTES_PER_WEEK: "{limit} minutes a week",
    QuotaMeasure.MINUTES_PER_MONTH: "{limit} minutes a month",
    QuotaMeasure.CONCURRENT: "{limit} bookings at a time",
    QuotaMeasure.UPCOMING: "{limit} upcoming bookings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At most ``limit`` (minutes, or bookings) of a measure for each holder within a scope.

    Its bounds are judged by the rules that it is part of, which know its path.
    """

    measure: QuotaMeasure
    limit: int
    holder: QuotaHolder = QuotaHolder.MEMBER
    scope: QuotaScope = QuotaScope.ROOM

    @property
    def words(self) -> str:
        """The quota, for people."""
        where = "in this room" if self.scope is QuotaScope.ROOM else "altogether"
        much = _WORDS[self.measure].format(limit=self.limit)
        return f"The {self.holder} may have {much} {where}."

    def as_json(self) -> dict[str, Any]:
        """The quota as stored and shown."""
        return {
            "measure": self.measure.value,
            "limit": self.limit,
            "holder": self.holder.value,
            "scope": self.scope.value,
        }


_read = object_of(
    {
        "measure": one_of(QuotaMeasure),
        "limit": whole,
        "holder": one_of(QuotaHolder),
        "scope": one_of(QuotaScope),
    },
    required=("measure", "limit"),
)


def read_quota(value: Any, path: str) -> Quota:
    """A quota from JSON.

    Raises:
        ValidationFailed: another shape; each field is named by its path.
    """
    return Quota(**_read(value, path))
