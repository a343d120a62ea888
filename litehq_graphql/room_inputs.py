"""What a change of a room is given, and how it becomes the core's command.

Rules and hours are handed to the core as JSON, which it reads as strictly as it reads REST's.
"""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.unset import UnsetType

from litehq_core.domain.custom_rule import MAX_OPTIONS_BYTES
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room_changes import UpdateRoom
from litehq_core.domain.text import require_json
from litehq_graphql.inputs import KEY, changed
from litehq_graphql.types.enums import QuotaHolder, QuotaMeasure, QuotaScope


@strawberry.input(description="At most so much of something for each member, or each company.")
class QuotaInput:
    """One quota of a room."""

    measure: QuotaMeasure = strawberry.field(description="What is counted.")
    limit: int = strawberry.field(description="At most so many minutes, or bookings.")
    holder: QuotaHolder = strawberry.field(
        description="Whose bookings count together.", default=QuotaHolder.MEMBER
    )
    scope: QuotaScope = strawberry.field(
        description="Where bookings count.", default=QuotaScope.ROOM
    )

    def as_json(self) -> dict[str, Any]:
        """The core's words for it."""
        return {
            "measure": self.measure,
            "limit": self.limit,
            "holder": self.holder,
            "scope": self.scope,
        }


@strawberry.input(
    description="What is to hold for the members of one tier; what is left out, as for everybody."
)
class TierRulesInput:
    """One tier's override of a room's rules."""

    tier: str = strawberry.field(description="The membership tier.")
    min_minutes: int | None = strawberry.field(description="The shortest booking.", default=None)
    max_minutes: int | None = strawberry.field(description="The longest booking.", default=None)
    lead_minutes: int | None = strawberry.field(
        description="A booking starts at least so long after it is made.", default=None
    )
    horizon_days: int | None = strawberry.field(
        description="A booking starts within so many times 24 hours.", default=None
    )
    edit_window_minutes: int | None = strawberry.field(
        description="Edits close so long before the start.", default=None
    )
    min_gap_minutes: int | None = strawberry.field(
        description="The shortest free time that a booking may leave beside it; 0 is off.",
        default=None,
    )
    quotas: list[QuotaInput] | None = strawberry.field(
        description="In place of all quotas of the room, be they none.", default=None
    )

    def as_json(self) -> dict[str, Any]:
        """The core's words for it, without the tier."""
        return {
            **{name: getattr(self, name) for name in _NUMBERS},
            "quotas": None if self.quotas is None else [quota.as_json() for quota in self.quotas],
        }


@strawberry.input(description="A rule that an installed plug-in brings, and how it is used.")
class CustomRuleInput:
    """One use of a rule that others bring."""

    name: str = strawberry.field(description="The rule's name.")
    options: JSON | None = strawberry.field(
        description="A JSON object that the rule understands; none if left out.", default=None
    )

    def as_json(self) -> dict[str, Any]:
        """The core's words for it.

        Raises:
            ValidationFailed: options that are no JSON object, or larger or deeper than any rule's.
        """
        options: Any = {} if self.options is None else self.options
        # Here already, for what is nested too deeply cannot even be compared with another request.
        require_json("rules.custom.options", options, most_bytes=MAX_OPTIONS_BYTES)
        return {"name": self.name, "options": options}


@strawberry.input(
    description="Some of a room's rules. What is left out stays; lists are replaced as a whole."
)
class BookingRulesInput:
    """The rules that a change may name."""

    min_minutes: int | None = strawberry.field(
        description="The shortest booking.", default=strawberry.UNSET
    )
    max_minutes: int | None = strawberry.field(
        description="The longest booking.", default=strawberry.UNSET
    )
    lead_minutes: int | None = strawberry.field(
        description="A booking starts at least so long after it is made.",
        default=strawberry.UNSET,
    )
    horizon_days: int | None = strawberry.field(
        description="A booking starts within so many times 24 hours.", default=strawberry.UNSET
    )
    edit_window_minutes: int | None = strawberry.field(
        description="Edits close so long before the start.", default=strawberry.UNSET
    )
    min_gap_minutes: int | None = strawberry.field(
        description="The shortest free time that a booking may leave beside it; 0 is off.",
        default=strawberry.UNSET,
    )
    quotas: list[QuotaInput] | None = strawberry.field(
        description="How much a member or a company may have booked.", default=strawberry.UNSET
    )
    allowed_tiers: list[str] | None = strawberry.field(
        description="The member tiers that may book; null means everyone, guests included.",
        default=strawberry.UNSET,
    )
    tiers: list[TierRulesInput] | None = strawberry.field(
        description="What is to hold for the members of some tiers instead.",
        default=strawberry.UNSET,
    )
    custom: list[CustomRuleInput] | None = strawberry.field(
        description="Rules that plug-ins bring.", default=strawberry.UNSET
    )

    def as_json(self) -> dict[str, Any]:
        """The core's words for those that are named.

        Raises:
            ValidationFailed: a tier is named twice.
        """
        named: dict[str, Any] = {name: getattr(self, name) for name in (*_NUMBERS, *_LISTS)}
        named = {name: value for name, value in named.items() if value is not strawberry.UNSET}
        if self.quotas:
            named["quotas"] = [quota.as_json() for quota in self.quotas]
        if self.custom:
            named["custom"] = [use.as_json() for use in self.custom]
        if self.tiers:
            named["tiers"] = {override.tier: override.as_json() for override in self.tiers}
            if len(named["tiers"]) < len(self.tiers):
                raise ValidationFailed.of("rules.tiers", "must differ in their tiers")
        elif self.tiers == []:
            named["tiers"] = {}
        return named


_LISTS = ("quotas", "allowed_tiers", "tiers", "custom")
_NUMBERS = (
    *("min_minutes", "max_minutes", "lead_minutes"),
    *("horizon_days", "edit_window_minutes", "min_gap_minutes"),
)


@strawberry.input(description="A span of wall-clock time.")
class OpenSpanInput:
    """From one wall time to another."""

    opens: str = strawberry.field(description="Such as `07:00`.")
    closes: str = strawberry.field(description="Such as `22:00`; `02:00` is on the next day.")


@strawberry.input(description="The opening hours of a date that differs from its weekday.")
class OpeningExceptionInput:
    """A date and its spans."""

    date: str = strawberry.field(description="The local date, such as `2026-12-25`.")
    spans: list[OpenSpanInput] = strawberry.field(description="Empty when closed all day.")


@strawberry.input(description="Opening hours in the location's own wall-clock time.")
class OpeningHoursInput:
    """Weekly spans and dated exceptions."""

    weekly: list[list[OpenSpanInput]] = strawberry.field(description="Monday to Sunday.")
    exceptions: list[OpeningExceptionInput] = strawberry.field(
        description="Dates on which other hours hold.", default_factory=list
    )

    def hours(self) -> OpeningHours:
        """The core's words for it.

        Raises:
            ValidationFailed: they make no sense.
        """
        return OpeningHours.from_json(
            {
                "weekly": [_spans(spans) for spans in self.weekly],
                "exceptions": {one.date: _spans(one.spans) for one in self.exceptions},
            }
        )


def _core(value: UnsetType | None) -> Unset | None:
    """What was left out, as the core says it; null stays null and clears."""
    return None if value is None else UNSET


def _spans(spans: list[OpenSpanInput]) -> list[list[str]]:
    return [[span.opens, span.closes] for span in spans]


@strawberry.input(description="A change to a room. What is left out stays. For operators.")
class UpdateRoomInput:
    """The fields that a change may name."""

    id: strawberry.ID = strawberry.field(description="The room.")
    name: str | None = strawberry.field(
        description="What people call it.", default=strawberry.UNSET
    )
    capacity: int | None = strawberry.field(
        description="How many people it seats.", default=strawberry.UNSET
    )
    slot_minutes: int | None = strawberry.field(
        description="The step of the slot grid: a multiple of five that divides a day.",
        default=strawberry.UNSET,
    )
    buffer_minutes: int | None = strawberry.field(
        description="The gap that must lie between two bookings from now on.",
        default=strawberry.UNSET,
    )
    rules: BookingRulesInput | None = strawberry.field(
        description="Rules; those that are not named stay.", default=strawberry.UNSET
    )
    opening_hours: OpeningHoursInput | None = strawberry.field(
        description="The room's own hours; null for those of its location.",
        default=strawberry.UNSET,
    )
    active: bool | None = strawberry.field(
        description="An inactive room keeps its bookings and takes no new ones.",
        default=strawberry.UNSET,
    )
    expected_version: int | None = strawberry.field(
        description="The version that you saw; if the room has changed since, nothing is done.",
        default=None,
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> UpdateRoom:
        """The core's words for it."""
        rules, hours = changed("rules", self.rules), self.opening_hours
        return UpdateRoom(
            room_id=normalise_id(Prefix.ROOM, self.id),
            name=changed("name", self.name),
            capacity=changed("capacity", self.capacity),
            slot_minutes=changed("slotMinutes", self.slot_minutes),
            buffer_minutes=changed("bufferMinutes", self.buffer_minutes),
            rules=rules if rules is UNSET else rules.as_json(),
            opening_hours=hours.hours() if isinstance(hours, OpeningHoursInput) else _core(hours),
            active=changed("active", self.active),
            expected_version=self.expected_version,
        )
