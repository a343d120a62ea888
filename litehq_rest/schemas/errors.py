"""The shape of every error."""

from __future__ import annotations

import msgspec

from litehq_core.domain.errors import Code
from litehq_rest.schemas.bookings import Alternative, Violation
from litehq_rest.schemas.shape import Instant, Shape


class FieldFault(Shape, kw_only=True, forbid_unknown_fields=True):
    """One thing that is wrong with one field."""

    field: str
    reason: str


class RefusedOccurrence(Shape, kw_only=True, forbid_unknown_fields=True):
    """An occurrence of a series that cannot be had, and why."""

    occurrence: Instant
    reason: str
    message: str
    violations: list[Violation]
    conflicting_booking_id: str | None


class ErrorDetail(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An error. The fields after ``docs_url`` belong to some codes only."""

    code: Code
    message: str
    request_id: str
    docs_url: str
    details: list[FieldFault] | msgspec.UnsetType = msgspec.UNSET
    violations: list[Violation] | msgspec.UnsetType = msgspec.UNSET
    conflicting_booking_id: str | msgspec.UnsetType | None = msgspec.UNSET
    alternatives: list[Alternative] | msgspec.UnsetType = msgspec.UNSET
    slot_minutes: int | msgspec.UnsetType = msgspec.UNSET
    fields: list[str] | msgspec.UnsetType = msgspec.UNSET
    status: str | msgspec.UnsetType = msgspec.UNSET
    edit_window_minutes: int | msgspec.UnsetType = msgspec.UNSET
    current_version: int | msgspec.UnsetType = msgspec.UNSET
    required: int | msgspec.UnsetType = msgspec.UNSET
    available: int | msgspec.UnsetType = msgspec.UNSET
    required_scope: str | msgspec.UnsetType = msgspec.UNSET
    existing_id: str | msgspec.UnsetType = msgspec.UNSET
    retry_after_ms: int | msgspec.UnsetType = msgspec.UNSET
    occurrences: list[RefusedOccurrence] | msgspec.UnsetType = msgspec.UNSET


class Error(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of every answer that is no success."""

    error: ErrorDetail
    retry_after_ms: int | msgspec.UnsetType = msgspec.UNSET
