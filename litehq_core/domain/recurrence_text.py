"""Recurrence rules as the text of RFC 5545: read strictly, written canonically.

::

    RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10
    EXDATE;VALUE=DATE:20261225

``RRULE:`` may be left out. What LiteHQ does not repeat by (hours, positions, months of the year) is
refused, for whoever left it out would repeat something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.recurrence import WEEKDAYS, Frequency, NthWeekday, Recurrence

MAX_TEXT = 8_000

_DATE = re.compile(r"[0-9]{8}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{8}T[0-9]{6}Z", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,4}", re.ASCII)
_NTH = re.compile(r"(-?[0-9])?([A-Z]{2})", re.ASCII)
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})


def parse_rule(text: str) -> Recurrence:
    """The rule that ``text`` spells.

    Raises:
        ValidationFailed: it is no such rule; the field is ``rule`` or a part of it.
    """
    if len(text) > MAX_TEXT:
        raise ValidationFailed.of("rule", f"must have {MAX_TEXT} characters at most")
    parts: dict[str, str] | None = None
    exceptions: set[date] = set()
    for line in text.strip().upper().splitlines():
        name, colon, value = line.strip().rpartition(":")
        if name == "EXDATE;VALUE=DATE":
            exceptions.update(_date("exceptions", day) for day in value.split(","))
        elif parts is None and (name == "RRULE" or not colon):
            parts = _parts(value)
        else:
            raise ValidationFailed.of("rule", "must be one RRULE, and EXDATE;VALUE=DATE lines")
    if parts is None:
        raise ValidationFailed.of("rule", "must be an RRULE of RFC 5545")
    return Recurrence(exceptions=frozenset(exceptions), **_fields(parts))


def rule_text(rule: Recurrence) -> str:
    """The rule's text; :func:`parse_rule` reads it back as the same rule."""
    nth = rule.nth_weekday
    days = [WEEKDAYS[day] for day in sorted(rule.weekdays)]
    if nth is not None:
        days = [f"{nth.nth}{WEEKDAYS[nth.weekday]}"]
    until = rule.until.strftime("%Y%m%d") if rule.until else None
    if rule.until_at is not None:
        until = rule.until_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    said: Mapping[str, Any] = {
        "FREQ": rule.frequency.upper(),
        "INTERVAL": None if rule.interval == 1 else rule.interval,
        "BYDAY": ",".join(days) or None,
        "BYMONTHDAY": rule.month_day,
        "COUNT": rule.count,
        "UNTIL": until,
    }
    text = "RRULE:" + ";".join(f"{k}={v}" for k, v in said.items() if v is not None)
    if rule.exceptions:
        days = [day.strftime("%Y%m%d") for day in sorted(rule.exceptions)]
        text += "\nEXDATE;VALUE=DATE:" + ",".join(days)
    return text


def _parts(value: str) -> dict[str, str]:
    """``A=1;B=2`` as a table in which every name is known and stands once."""
    parts: dict[str, str] = {}
    for part in value.split(";"):
        name, equals, inner = part.partition("=")
        if not equals or not inner:
            raise ValidationFailed.of("rule", "must be NAME=VALUE parts with semicolons between")
        if name not in _KNOWN:
            raise ValidationFailed.of("rule", f"{name[:20]} is not supported")
        if name in parts:
            raise ValidationFailed.of("rule", f"{name} stands twice")
        parts[name] = inner
    if parts.get("WKST", "MO") != "MO":
        raise ValidationFailed.of("rule", "weeks begin on Monday here: WKST=MO")
    return parts


def _fields(parts: Mapping[str, str]) -> dict[str, Any]:
    """The parts as the fields of a rule."""
    names = {frequency.upper(): frequency for frequency in Frequency}
    if parts.get("FREQ") not in names:
        raise ValidationFailed.of("rule.frequency", f"FREQ must be one of {', '.join(names)}")
    fields: dict[str, Any] = {"frequency": names[parts["FREQ"]]}
    for part, name in (("INTERVAL", "interval"), ("BYMONTHDAY", "month_day"), ("COUNT", "count")):
        if part in parts:
            fields[name] = _number(name, parts[part])
    if "BYDAY" in parts:
        fields |= _days(parts["BYDAY"], monthly=fields["frequency"] is Frequency.MONTHLY)
    until = parts.get("UNTIL")
    if until is not None:
        fields |= (
            {"until_at": _instant(until)} if "T" in until else {"until": _date("until", until)}
        )
    return fields


def _days(value: str, *, monthly: bool) -> dict[str, Any]:
    """``MO,WE`` as weekdays; ``2TU`` or ``-1FR`` as the nth of a month."""
    found = [_NTH.fullmatch(day) for day in value.split(",")]
    if any(day is None or day[2] not in WEEKDAYS for day in found):
        raise ValidationFailed.of("rule.weekdays", f"BYDAY must be of {', '.join(WEEKDAYS)}")
    days = [(day[1], WEEKDAYS.index(day[2])) for day in found if day]
    if not monthly:
        if any(nth is not None for nth, _ in days):
            raise ValidationFailed.of("rule.weekdays", "BYDAY counts days with FREQ=MONTHLY alone")
        return {"weekdays": frozenset(weekday for _, weekday in days)}
    nth, weekday = days[0]
    if len(days) > 1 or nth is None:
        raise ValidationFailed.of("rule.nth_weekday", "BYDAY must be one nth weekday, such as 2TU")
    return {"nth_weekday": NthWeekday(nth=int(nth), weekday=weekday)}


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValidationFailed.of(f"rule.{name}", "must be a whole number")
    return int(text)


def _date(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise ValidationFailed.of(f"rule.{name}", "must be dates such as 20261225")
    return found


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise ValidationFailed.of("rule.until", "must be such as 20261225 or 20261225T120000Z")
    return found
