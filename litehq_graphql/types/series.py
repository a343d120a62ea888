"""Series of bookings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.recurrence import Recurrence
from litehq_core.domain.recurrence_text import rule_text
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking import Booker, Booking
from litehq_graphql.types.company import Company
from litehq_graphql.types.enums import (
    BillingMode,
    BookingStatus,
    EditResult,
    OnConflict,
    Outcome,
    RepeatFrequency,
)
from litehq_graphql.types.member import Guest, Member
from litehq_graphql.types.node import Node
from litehq_graphql.types.price import Price
from litehq_graphql.types.recorded import Recorded, Related, needs, relation, within
from litehq_graphql.types.refusal import Violation, violations
from litehq_graphql.types.room import Room


@strawberry.type(description="The nth weekday of a month.")
class NthWeekday:
    """Such as the second Tuesday."""

    nth: int = strawberry.field(description="1 to 5; -1 is the last.")
    weekday: str = strawberry.field(description="MO, TU, WE, TH, FR, SA or SU.")


@strawberry.type(description="How a series repeats, on the wall clock of its room.")
class RepeatRule:
    """A recurrence."""

    rrule: str = strawberry.field(description="The rule as text of RFC 5545.")
    frequency: RepeatFrequency = strawberry.field(description="The period that it counts in.")
    interval: int = strawberry.field(description="Every so many periods.")
    weekdays: list[str] = strawberry.field(
        description="With WEEKLY: MO to SU; empty means that of the start."
    )
    month_day: int | None = strawberry.field(
        description="With MONTHLY: 1 to 31; -1 is the last day. Null means that of the start."
    )
    nth_weekday: NthWeekday | None = strawberry.field(
        description="With MONTHLY: a weekday instead of a day."
    )
    count: int | None = strawberry.field(description="How many dates, exceptions counted.")
    until: str | None = strawberry.field(description="The last date, inclusive.")
    until_at: datetime | None = strawberry.field(description="The last instant, inclusive.")
    exceptions: list[str] = strawberry.field(description="Dates that are left out.")

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's JSON form."""
        rule = Recurrence.from_json(value)
        nth = value["nth_weekday"]
        fields = {**value, "frequency": rule.frequency, "until_at": rule.until_at}
        return cls(rrule=rule_text(rule), **{**fields, "nth_weekday": nth and NthWeekday(**nth)})


@strawberry.type(description="What the last edit of the series did to an occurrence.")
class LastEdit:
    """A result and its reason."""

    result: EditResult = strawberry.field(description="What became of the occurrence.")
    reason: str | None = strawberry.field(
        description="The code of the refusal, if it was refused or left alone for one."
    )
    message: str | None = strawberry.field(description="The same for people.")
    violations: list[Violation] = strawberry.field(description="Every rule that was broken.")
    conflicting_booking_id: strawberry.ID | None = strawberry.field(
        description="The booking in the way, if one was."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's JSON form."""
        fields = {**value, "violations": violations(value["violations"])}
        return cls(**{**fields, "result": EditResult(value["result"])})


@strawberry.type(description="One date of a series.")
class SeriesOccurrence:
    """An occurrence, as its booking is by now."""

    occurrence: datetime = strawberry.field(
        description="Where the rule put it. It is its name, wherever it is moved."
    )
    outcome: Outcome = strawberry.field(description="What became of it when it was last tried.")
    booking_id: strawberry.ID | None = strawberry.field(
        description="The id of its booking; null while it is skipped."
    )
    status: BookingStatus | None = strawberry.field(description="Where its booking stands.")
    start_at: datetime = strawberry.field(description="When it begins, or would.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive.")
    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    amount_minor: int | None = strawberry.field(
        description="What its booking costs, in minor units; null without one."
    )
    tokens_charged: int | None = strawberry.field(
        description="The tokens of its booking; null unless paid in tokens."
    )
    reason: str | None = strawberry.field(
        description="Why it is not booked as wished: the code of the refusal, or `cancelled`."
    )
    message: str | None = strawberry.field(description="The same for people.")
    violations: list[Violation] = strawberry.field(description="Every rule that was broken.")
    conflicting_booking_id: strawberry.ID | None = strawberry.field(
        description="The booking in the way, if one was."
    )
    last_edit: LastEdit | None = strawberry.field(
        description="What the last edit that was about it did; null if there was none."
    )
    related: strawberry.Private[Related]

    @classmethod
    def from_json(cls, value: Mapping[str, Any], related: Related) -> Self:
        """From the core's JSON form."""
        edit, status = value["last_edit"], value["status"]
        return cls(
            **{
                **value,
                "occurrence": datetime.fromisoformat(value["occurrence"]),
                "start_at": datetime.fromisoformat(value["start_at"]),
                "end_at": datetime.fromisoformat(value["end_at"]),
                "outcome": Outcome(value["outcome"]),
                "status": status and BookingStatus(status),
                "violations": violations(value["violations"]),
                "last_edit": edit and LastEdit.from_json(edit),
                "related": related,
            }
        )

    @resolved("Its booking; null while it is skipped.")
    def booking(self) -> Booking | None:
        """Loaded, those of all occurrences in one batch."""
        if self.booking_id is None:
            return None
        return cast("Booking", self.related.load(Noun.BOOKING, self.booking_id))


@strawberry.type(
    description="Bookings that repeat, as one object with a price: the sum of those that stand."
)
class BookingSeries(Recorded, Node):
    """A series' attributes, and what follows from its bookings."""

    noun: ClassVar[Noun | None] = Noun.SERIES

    status: BookingStatus = strawberry.field(
        description=(
            "The first of PENDING_PAYMENT, CONFIRMED, COMPLETED, EXPIRED and CANCELLED that one of "
            "its bookings is."
        )
    )
    version: int = strawberry.field(
        description="Raised by one with every change of the series; its bookings have their own."
    )
    room_id: strawberry.ID = strawberry.field(description="The id of the room that is wished for.")
    start_at: datetime = strawberry.field(description="When the rule begins.")
    duration_minutes: int = strawberry.field(description="How long each lasts, in minutes.")
    member_id: strawberry.ID | None = strawberry.field(
        description="The id of the member who booked; null for a guest."
    )
    company_id: strawberry.ID | None = strawberry.field(
        description="The id of the company that owns the bookings, if one does."
    )
    attendees: int | None = strawberry.field(
        description="How many people come, at least 1; null when nobody said."
    )
    notes: str | None = strawberry.field(description="Free text.")
    metadata: strawberry.scalars.JSON = strawberry.field(
        description="A JSON object of the caller's own, at most 8 kB."
    )
    billing_mode: BillingMode = strawberry.field(description="How all of it is paid.")
    on_conflict: OnConflict = strawberry.field(
        description="What becomes of the others when one cannot be had."
    )
    tokens_charged: int | None = strawberry.field(
        description="The tokens paid; null unless paid in tokens."
    )
    checkout_url: str | None = strawberry.field(
        description="Where the payer goes, once for all that is due; null unless money is."
    )
    expires_at: datetime | None = strawberry.field(
        description="Until when that can be paid; null unless money is due."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    cancelled_at: datetime | None = strawberry.field(
        description="When all that was left of it was cancelled; null if it was not."
    )

    @resolved("The room that is wished for.", relation("room"))
    def room(self) -> Room:
        """From the row, or loaded."""
        return self.to_one(Room, "room")

    @resolved("The member who booked; null for a guest.", relation("member"))
    def member(self) -> Member | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Member, "member")

    @resolved("The company that owns the bookings, if one does.", relation("company"))
    def company(self) -> Company | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Company, "company")

    @resolved(
        "Who booked. Null, with an error, if the token may not read members.", relation("member")
    )
    def booked_by(self) -> Booker | None:
        """The member, or the guest who is a part of the series."""
        if self.read("member_id") is None:
            return self.part(Guest)
        return self.to_one(Member, "member")

    @resolved("The IANA time zone on whose wall clock it repeats.", needs("room.timezone"))
    def timezone(self) -> str:
        """That of the room."""
        zone: str = self.read("room.timezone")
        return zone

    @resolved("How it repeats.", needs("rule"))
    def rule(self) -> RepeatRule:
        """The rule as it was given."""
        return RepeatRule.from_json(self.read("rule"))

    @resolved("What all that stands of it costs.", within())
    def price(self) -> Price:
        """A part of the same record."""
        return self.part(Price)

    @resolved("Every date, in order.", needs("occurrences"))
    def occurrences(self) -> list[SeriesOccurrence]:
        """As their bookings are by now."""
        found = self.read("occurrences")
        return [SeriesOccurrence.from_json(value, self._related) for value in found]
