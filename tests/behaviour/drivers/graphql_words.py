"""Contract words ↔ GraphQL's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litehq_core.domain.wall_clock import instant_text
from tests.behaviour.drivers.protocol import (
    BOOKING_NAMES,
    ROOM_NAMES,
    WAITLIST_NAMES,
    Fields,
    Refused,
)

# What a refusal carries, by its code: contract.md, Refusals and Errors.
_DETAILS = {
    "validation_failed": ("details",),
    "slot_misaligned": ("slot_minutes",),
    "booking_rule_violated": ("violations",),
    "slot_unavailable": ("conflicting_booking_id", "alternatives"),
    "auth_scope_insufficient": ("required_scope",),
    "version_conflict": ("current_version",),
    "already_exists": ("existing_id",),
    "edit_window_closed": ("edit_window_minutes",),
    "insufficient_tokens": ("required_tokens", "available_tokens"),
}
_RENAMED = {"required_tokens": "required", "available_tokens": "available"}
_ENUMS = {
    *("billing_mode", "refund_policy", "status", "kind"),
    *("frequency", "on_conflict", "outcome", "result", "scope"),
}
# Free JSON of the client's own, in which no name is ours.
_OPAQUE = "metadata"


def camel(name: str) -> str:
    """``start_at`` → ``startAt``."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """``startAt`` → ``start_at``."""
    return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), name)


def variables_of(fields: Fields) -> dict[str, Any]:
    """Contract fields as variables: camel case, enumerations in capitals, instants as text."""
    names = {"resource_id": "room_id"}
    return {camel(names.get(name, name)): _variable(name, v) for name, v in fields.items()}


def _variable(name: str, value: Any) -> Any:
    if name == _OPAQUE:
        return value
    if isinstance(value, Mapping):
        return variables_of(value)
    if name in _ENUMS and isinstance(value, str):
        return value.upper()
    return instant_text(value) if isinstance(value, datetime) else value


def input_of(wish: Fields) -> dict[str, Any]:
    """A wish in either dialect as the one input that GraphQL has."""
    fields = dict(wish)
    if "start" in fields:
        fields["start_at"] = fields.pop("start")
    if "duration_minutes" in fields:
        length = timedelta(minutes=fields.pop("duration_minutes"))
        fields["end_at"] = fields["start_at"] + length
    if isinstance(fields.get("booked_by"), str):
        fields["booked_by"] = {"member_id": fields["booked_by"]}
    return variables_of(fields)


def contract_of(value: Any) -> Any:
    """An answer in the contract's names."""
    if isinstance(value, Mapping):
        return {
            snake(name): inner if name == _OPAQUE else _value(snake(name), inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [contract_of(inner) for inner in value]
    return value


def _value(name: str, value: Any) -> Any:
    return value.lower() if name in _ENUMS and isinstance(value, str) else contract_of(value)


def booking_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A booking, without what it says twice."""
    booking = contract_of(answer)
    assert booking["resource_id"] == booking["room"]["id"]
    assert booking["start"] == booking["start_at"]
    start, end = (datetime.fromisoformat(booking[name]) for name in ("start_at", "end_at"))
    assert booking["duration_minutes"] * 60 == (end - start).total_seconds()
    member_id, booker = booking["member_id"], booking["booked_by"]
    if member_id is None:
        assert booker.pop("__typename") == "Guest"
        booking["booked_by"] = {"guest": booker}
    else:
        assert booker in (None, {"__typename": "Member", "id": member_id})
        booking["booked_by"] = {"member_id": member_id}
    return {name: booking[name] for name in BOOKING_NAMES}


def entry_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A waitlist entry, without what it says twice."""
    entry = contract_of(answer)
    assert entry["resource_id"] == entry["room_id"]
    member_id, booker = entry["member_id"], entry["booked_by"]
    if member_id is None:
        assert booker.pop("__typename") == "Guest"
        entry["booked_by"] = {"guest": booker}
    else:
        assert booker in (None, {"__typename": "Member", "id": member_id})
        entry["booked_by"] = {"member_id": member_id}
    return {name: entry[name] for name in WAITLIST_NAMES}


def quote_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A quote in the contract's names."""
    quote = contract_of(answer)
    return {**quote, "quote_id": quote.pop("id"), "tokens_charged": quote.pop("tokens")}


def room_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A room's availability in the contract's names."""
    room = contract_of(answer)
    return {name: room[name] for name in ROOM_NAMES}


def refusal_of(answer: Mapping[str, Any], *, replayed: bool = False) -> Refused:
    """A refusal: the ``Refusal`` of a union, or a top-level error made to look like one."""
    found = contract_of(answer)
    assert found.pop("request_id")
    assert found["message"]
    assert found["docs_url"].endswith(f"/{found['code']}")
    details = {
        _RENAMED.get(name, name): found.get(name) for name in _DETAILS.get(found["code"], ())
    }
    if details.get("details"):
        details["details"] = [
            {**error, "field": snake(error["field"].removeprefix("input."))}
            for error in details["details"]
        ]
    return Refused(code=found["code"], details=details, shown=found, replayed=replayed)
