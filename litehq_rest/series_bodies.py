"""Request bodies of series: a booking's in both dialects, a rule, and scopes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.recurrence import WEEKDAYS, Frequency, NthWeekday, Recurrence
from litehq_core.domain.recurrence_text import parse_rule
from litehq_core.domain.series import OnConflict, SeriesScope
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.domain.series_editing import CancelSeries, EditSeries
from litehq_core.domain.text import MAX_NOTES, require_text
from litehq_rest.dialects import (
    Body,
    BookingCreate,
    Instant,
    Minutes,
    Seats,
    check_texts,
    core,
    create_command,
    kept,
    plain,
)
from litehq_rest.findings import Findings

Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Day = Annotated[date, Meta(extra_json_schema={"format": "date"})]


class NthWeekdayBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Such as the second Tuesday of a month; -1 is the last."""

    nth: int
    weekday: Weekday


class RuleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How a series repeats, on the wall clock of its room. ``count`` or an end is needed."""

    frequency: Frequency
    interval: int = 1
    weekdays: list[Weekday] = msgspec.field(default_factory=list)
    month_day: int | None = None
    nth_weekday: NthWeekdayBody | None = None
    count: int | None = None
    until: Day | None = None
    until_at: Instant | None = None
    exceptions: list[Day] = msgspec.field(default_factory=list)


class SeriesCreate(BookingCreate, kw_only=True, forbid_unknown_fields=True):
    """A new series: the wish for its first occurrence, and how it repeats.

    ``rule`` is an RRULE of RFC 5545, or the same as an object.
    """

    rule: str | RuleBody | UnsetType = UNSET
    on_conflict: OnConflict = OnConflict.FAIL


class SeriesEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of one, the following or all occurrences: what is left out stays, null clears.

    ``shift_minutes`` moves by the wall clock.
    """

    scope: SeriesScope | UnsetType = UNSET
    occurrence: Instant | UnsetType | None = UNSET
    shift_minutes: int | UnsetType = UNSET
    duration_minutes: Minutes | UnsetType = UNSET
    room_id: str | UnsetType = UNSET
    resource_id: str | UnsetType = UNSET
    attendees: Seats | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET
    on_conflict: OnConflict | UnsetType | None = UNSET


class SeriesCancel(Body, kw_only=True, forbid_unknown_fields=True):
    """How a series, or a part of it, is cancelled; each occurrence by its own policy."""

    scope: SeriesScope = SeriesScope.ALL
    occurrence: Instant | UnsetType | None = UNSET
    reason: str | UnsetType | None = UNSET
    refund_policy: RefundPolicy = RefundPolicy.POLICY
    notify_attendees: bool = True


class SeriesRetry(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing needs to be said to try the skipped dates again."""


def create_series_command(body: SeriesCreate, wrong: Findings) -> CreateSeries:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing, contradicts another, or is no value.
    """
    rule = body.rule
    if isinstance(rule, UnsetType):
        wrong.agreed(("rule", None), required=True)
        found = None
    elif isinstance(rule, str):
        text = rule
        found = wrong.attempt(lambda: parse_rule(text))
    else:
        fields = rule
        found = wrong.attempt(lambda: _rule(fields))
    first = wrong.attempt(lambda: create_command(body, wrong))
    if first is None or found is None:
        raise wrong.refusal()
    return CreateSeries(first=first, recurrence=found, on_conflict=body.on_conflict)


def _rule(body: RuleBody) -> Recurrence:
    nth, until_at = body.nth_weekday, body.until_at
    return Recurrence(
        frequency=body.frequency,
        interval=body.interval,
        weekdays=frozenset(WEEKDAYS.index(name) for name in body.weekdays),
        month_day=body.month_day,
        nth_weekday=None
        if nth is None
        else NthWeekday(nth=nth.nth, weekday=WEEKDAYS.index(nth.weekday)),
        count=body.count,
        until=body.until,
        until_at=None if until_at is None else _until(until_at),
        exceptions=frozenset(body.exceptions),
    )


def _until(text: str) -> datetime:
    wrong = Findings()
    found = wrong.instant("rule.until_at", text)
    if found is None:
        raise wrong.refusal()
    return found


def edit_series_command(
    series_id: str, body: SeriesEdit, wrong: Findings, expected_version: int | None
) -> EditSeries:
    """A PATCH as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    scope = body.scope
    if isinstance(scope, UnsetType):
        wrong.agreed(("scope", None), required=True)
    occurrence = wrong.instant("occurrence", body.occurrence)
    check_texts(plain(body.notes), body.metadata, wrong)
    room_id = wrong.agreed(
        *(
            (name, None if isinstance(text, UnsetType) else normalise_id(Prefix.ROOM, text))
            for name, text in (("room_id", body.room_id), ("resource_id", body.resource_id))
        )
    )
    if wrong or isinstance(scope, UnsetType):
        raise wrong.refusal()
    return EditSeries(
        series_id=series_id,
        scope=scope,
        occurrence=occurrence,
        shift_minutes=core(body.shift_minutes),
        duration_minutes=core(body.duration_minutes),
        room_id=kept(room_id),
        attendees=core(body.attendees),
        notes=core(body.notes),
        metadata={} if body.metadata is None else core(body.metadata),
        on_conflict=plain(body.on_conflict),
        expected_version=expected_version,
    )


def cancel_series_command(
    series_id: str, body: SeriesCancel, wrong: Findings, expected_version: int | None
) -> CancelSeries:
    """A cancellation as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    reason = plain(body.reason)
    if reason is not None:
        wrong.attempt(lambda: require_text("reason", reason, most=MAX_NOTES))
    occurrence = wrong.instant("occurrence", body.occurrence)
    wrong.refuse()
    return CancelSeries(
        series_id=series_id,
        scope=body.scope,
        occurrence=occurrence,
        reason=reason,
        refund_policy=body.refund_policy,
        notify_attendees=body.notify_attendees,
        expected_version=expected_version,
    )
