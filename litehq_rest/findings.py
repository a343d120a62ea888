"""What is wrong with a request's fields, gathered so that one answer names all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.wall_clock import parse_instant

T = TypeVar("T")


class Findings:
    """The field errors found so far; of each field the first one counts."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._reasons)

    def add(self, field: str, reason: str) -> None:
        """Note an error. ``field`` is a dotted path."""
        self._reasons.setdefault(field, reason)

    def concern(self, *fields: str) -> bool:
        """Whether one of ``fields``, or something inside one, is wrong already."""
        return any(
            found == field or found.startswith((f"{field}.", f"{field}["))
            for found in self._reasons
            for field in fields
        )

    def attempt(self, make: Callable[[], T]) -> T | None:
        """What ``make`` makes; None, with its errors noted, if it refuses."""
        try:
            return make()
        except ValidationFailed as refusal:
            for error in refusal.errors:
                self.add(error.field, error.reason)
            return None

    def instant(self, field: str, text: object) -> datetime | None:
        """The instant that ``text`` names; None if it is no text, or (noted) none is named."""
        if not isinstance(text, str):
            return None
        return self.attempt(lambda: parse_instant(text, field))

    def agreed(self, *named: tuple[str, T | None], required: bool = False) -> T | None:
        """The one value given under several names; a second name must not contradict the first.

        Args:
            named: pairs of field and value, None if it was not given. The first field is the one
                that is missed if none was, and ``required``.
        """
        given = [(field, value) for field, value in named if value is not None]
        if not given:
            if required and not self.concern(*(field for field, _ in named)):
                self.add(named[0][0], "is required")
            return None
        first, value = given[0]
        for field, other in given[1:]:
            if other != value:
                self.add(field, f"contradicts {first}")
        return value

    def refusal(self) -> ValidationFailed:
        """Everything found, as the refusal to raise."""
        return ValidationFailed(
            *(FieldError(field, reason) for field, reason in self._reasons.items())
        )

    def refuse(self) -> None:
        """Refuse if anything was found.

        Raises:
            ValidationFailed: with every field that is wrong.
        """
        if self._reasons:
            raise self.refusal()
