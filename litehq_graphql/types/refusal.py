"""Refusals as data, and the parts that quotes share with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.reasons import MEANINGS
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.recorded import Related

REASONS = "A stable code. Rules that are built in have these:\n\n" + "\n".join(
    f"- `{reason}`: {meaning}" for reason, (meaning, _) in MEANINGS.items()
)


@strawberry.type(description="A broken booking rule.")
class Violation:
    """One reason why a slot cannot be booked."""

    reason: str = strawberry.field(description=REASONS)
    message: str = strawberry.field(description="The same for people.")
    limit: int | None = strawberry.field(
        description="The rule's bound, in the unit that the reason implies."
    )


@strawberry.type(description="A slot that can be booked instead.")
class Alternative:
    """A room and a slot."""

    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    start_at: datetime = strawberry.field(description="When it would begin.")
    end_at: datetime = strawberry.field(description="When it would end, exclusive.")

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's JSON form."""
        return cls(
            room_id=value["room_id"],
            start_at=datetime.fromisoformat(value["start_at"]),
            end_at=datetime.fromisoformat(value["end_at"]),
        )


@strawberry.type(description="What is wrong with one field of the input.")
class FieldError:
    """A field and a reason."""

    field: str = strawberry.field(description="A dotted path.")
    reason: str = strawberry.field(description="What is wrong with it, for people.")


@strawberry.type(description="An occurrence of a series that cannot be had, and why.")
class RefusedOccurrence:
    """A date and a refusal."""

    occurrence: datetime = strawberry.field(description="Where the rule puts it.")
    reason: str = strawberry.field(description="The code of its refusal.")
    message: str = strawberry.field(description="What happened, for people.")
    violations: list[Violation] = strawberry.field(description="Every rule that is broken.")
    conflicting_booking_id: strawberry.ID | None = strawberry.field(
        description="The booking in the way, if one is."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's JSON form."""
        return cls(
            occurrence=datetime.fromisoformat(value["occurrence"]),
            reason=value["reason"],
            message=value["message"],
            violations=violations(value["violations"]),
            conflicting_booking_id=value["conflicting_booking_id"],
        )


@strawberry.type(
    name="Refusal",
    description="Why something was not done. The fields that do not concern its code are null.",
)
class RefusalType:
    """A refusal of the core, as data."""

    code: str = strawberry.field(
        description="The public error code, such as `slot_unavailable`; the same as in REST."
    )
    message: str = strawberry.field(description="What happened, for people.")
    docs_url: str = strawberry.field(description="Where the code is explained.")
    request_id: str | None = strawberry.field(
        description="The id of the request that was refused; name it when you ask for help."
    )
    details: list[FieldError] = strawberry.field(
        description="With `validation_failed`: what is wrong, field by field."
    )
    violations: list[Violation] = strawberry.field(
        description="With `booking_rule_violated`: every rule that is broken."
    )
    conflicting_booking_id: strawberry.ID | None = strawberry.field(
        description="With `slot_unavailable`: the booking in the way; null for a blackout."
    )
    alternatives: list[Alternative] = strawberry.field(
        description="With `slot_unavailable`: up to five slots that can be booked instead."
    )
    required_scope: str | None = strawberry.field(
        description="With `auth_scope_insufficient`: the scope that is missing."
    )
    current_version: int | None = strawberry.field(
        description="With `version_conflict`: the version by now."
    )
    slot_minutes: int | None = strawberry.field(
        description="With `slot_misaligned`: the step of the room's slot grid."
    )
    edit_window_minutes: int | None = strawberry.field(
        description="With `edit_window_closed`: edits close so long before the start."
    )
    required_tokens: int | None = strawberry.field(
        description="With `insufficient_tokens`: what the booking needs."
    )
    available_tokens: int | None = strawberry.field(
        description="With `insufficient_tokens`: what can be spent."
    )
    existing_id: strawberry.ID | None = strawberry.field(
        description="With `already_exists`: the id of what there is, if the token may see it."
    )
    occurrences: list[RefusedOccurrence] = strawberry.field(
        description="Of a series: every occurrence that cannot be had, the first one's code above."
    )
    related: strawberry.Private[Related]

    @classmethod
    def from_json(cls, value: Mapping[str, Any], docs_url: str, related: Related) -> Self:
        """From ``{"code", "message", "request_id", "details"}``."""
        details = value["details"]
        return cls(
            code=value["code"],
            message=value["message"],
            docs_url=docs_url,
            request_id=value["request_id"],
            details=[FieldError(**entry) for entry in details.get("details", ())],
            violations=violations(details.get("violations", ())),
            conflicting_booking_id=details.get("conflicting_booking_id"),
            alternatives=[Alternative.from_json(a) for a in details.get("alternatives", ())],
            required_scope=details.get("required_scope"),
            current_version=details.get("current_version"),
            slot_minutes=details.get("slot_minutes"),
            edit_window_minutes=details.get("edit_window_minutes"),
            required_tokens=details.get("required"),
            available_tokens=details.get("available"),
            existing_id=details.get("existing_id"),
            occurrences=[RefusedOccurrence.from_json(o) for o in details.get("occurrences", ())],
            related=related,
        )

    @resolved("The booking in the way, if the token may see it; else only its id is shown.")
    def conflicting_booking(self) -> Booking | None:
        """Loaded; what lies out of reach is not found."""
        if self.conflicting_booking_id is None:
            return None
        return cast("Booking", self.related.load(Noun.BOOKING, self.conflicting_booking_id))


def violations(values: Iterable[Mapping[str, Any]]) -> list[Violation]:
    """From the core's JSON form."""
    return [Violation(**value) for value in values]
