"""A room's rules and hours ↔ GraphQL's words: where REST has objects by name, lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.behaviour.drivers.graphql_words import camel, snake
from tests.behaviour.drivers.protocol import CHANGED_ROOM_NAMES, Fields

_ENUMS = {"measure", "holder", "scope"}


def room_input_of(changes: Fields) -> dict[str, Any]:
    """A change in the contract's names as an input."""
    fields = dict(changes)
    if isinstance(fields.get("rules"), Mapping):
        fields["rules"] = _rules_input(fields["rules"])
    if isinstance(fields.get("opening_hours"), Mapping):
        hours = fields["opening_hours"]
        dated = hours.get("exceptions", {}).items()
        fields["opening_hours"] = {
            "weekly": [_spans(spans) for spans in hours["weekly"]],
            "exceptions": [{"date": date, "spans": _spans(spans)} for date, spans in dated],
        }
    return {camel(name): value for name, value in fields.items()}


def _rules_input(rules: Fields) -> dict[str, Any]:
    fields = dict(rules)
    if fields.get("quotas"):
        fields["quotas"] = [_quota_input(quota) for quota in fields["quotas"]]
    if isinstance(fields.get("tiers"), Mapping):
        overrides = fields["tiers"].items()
        fields["tiers"] = [{"tier": tier, **_rules_input(rules)} for tier, rules in overrides]
    return {camel(name): value for name, value in fields.items()}


def _quota_input(quota: Fields) -> dict[str, Any]:
    return {name: v.upper() if name in _ENUMS else v for name, v in quota.items()}


def _spans(spans: list[list[str]]) -> list[dict[str, str]]:
    return [{"opens": opens, "closes": closes} for opens, closes in spans]


def changed_room_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A room in the contract's names."""
    room = {snake(name): value for name, value in answer.items()}
    room["rules"] = rules_of(room["rules"])
    hours = room["opening_hours"]
    if hours is not None:
        room["opening_hours"] = {
            "weekly": [_pairs(spans) for spans in hours["weekly"]],
            "exceptions": {one["date"]: _pairs(one["spans"]) for one in hours["exceptions"]},
        }
    return {name: room[name] for name in CHANGED_ROOM_NAMES}


def rules_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A room's rules in the contract's names."""
    rules = dict(answer)
    tiers = {override["tier"]: override for override in rules.pop("tiers")}
    return {
        **_rules_of(rules),
        "tiers": {
            tier: _rules_of({n: v for n, v in override.items() if n != "tier"})
            for tier, override in tiers.items()
        },
    }


def _rules_of(rules: Mapping[str, Any]) -> dict[str, Any]:
    found = {snake(name): value for name, value in rules.items()}
    if found["quotas"] is not None:
        found["quotas"] = [
            {name: v.lower() if name in _ENUMS else v for name, v in quota.items()}
            for quota in found["quotas"]
        ]
    return found


def _pairs(spans: list[dict[str, str]]) -> list[list[str]]:
    return [[span["opens"], span["closes"]] for span in spans]
