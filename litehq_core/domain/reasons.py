"""The reason codes of what stands against a booking, with what each means.

They are part of the public contract: ``docs/rules.md`` and the façades' descriptions are written
from this table. A plug-in's rule brings codes of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why a slot cannot be booked as wished, in the order in which violations are listed."""

    IN_THE_PAST = "in_the_past"
    LEAD_TIME = "lead_time"
    HORIZON = "horizon"
    OUTSIDE_OPENING_HOURS = "outside_opening_hours"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OVER_CAPACITY = "over_capacity"
    TIER_NOT_ALLOWED = "tier_not_allowed"
    ROOM_INACTIVE = "room_inactive"
    MEMBER_NOT_ACTIVE = "member_not_active"
    UNSELLABLE_GAP = "unsellable_gap"
    QUOTA_MINUTES_PER_DAY = "quota_minutes_per_day"
    QUOTA_MINUTES_PER_WEEK = "quota_minutes_per_week"
    QUOTA_MINUTES_PER_MONTH = "quota_minutes_per_month"
    QUOTA_CONCURRENT = "quota_concurrent"
    QUOTA_UPCOMING = "quota_upcoming"


# What no rule that others bring may say: our own, and what quotes list beside them.
RESERVED_REASONS = frozenset(Reason) | {
    "slot_misaligned",
    "slot_unavailable",
    "insufficient_tokens",
}

# Reason → (what it says, what ``limit`` is; None where there is no limit).
MEANINGS: Mapping[Reason, tuple[str, str | None]] = {
    Reason.IN_THE_PAST: ("The slot starts in the past. It hides `lead_time`.", None),
    Reason.LEAD_TIME: ("The slot starts too soon.", "minutes ahead"),
    Reason.HORIZON: ("The slot starts too far ahead.", "days ahead"),
    Reason.OUTSIDE_OPENING_HOURS: ("A part of the slot lies outside the opening hours.", None),
    Reason.TOO_SHORT: ("The slot is shorter than the shortest booking.", "minutes"),
    Reason.TOO_LONG: ("The slot is longer than the longest booking.", "minutes"),
    Reason.OVER_CAPACITY: ("More people come than the room seats.", "seats"),
    Reason.TIER_NOT_ALLOWED: ("The booker's tier may not book the room.", None),
    Reason.ROOM_INACTIVE: ("The room takes no new bookings.", None),
    Reason.MEMBER_NOT_ACTIVE: ("The member is invited or suspended.", None),
    Reason.UNSELLABLE_GAP: (
        "A free time would be left beside the slot that is too short to be sold.",
        "minutes",
    ),
    Reason.QUOTA_MINUTES_PER_DAY: ("The holder would exceed his minutes of a day.", "minutes"),
    Reason.QUOTA_MINUTES_PER_WEEK: ("The holder would exceed his minutes of a week.", "minutes"),
    Reason.QUOTA_MINUTES_PER_MONTH: ("The holder would exceed his minutes of a month.", "minutes"),
    Reason.QUOTA_CONCURRENT: ("The holder would have too many bookings at a time.", "bookings"),
    Reason.QUOTA_UPCOMING: ("The holder would have too many upcoming bookings.", "bookings"),
}
