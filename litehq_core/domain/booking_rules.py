"""What a room asks of its bookings: rules as values, for everybody and by membership tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from litehq_core.domain.custom_rule import CustomRule, read_custom_rule
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.json_fields import list_of, maybe, object_of, table_of, text, whole
from litehq_core.domain.quota import MAX_LIMIT, MAX_QUOTAS, Quota, read_quota
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.text import MAX_NAME

MAX_LENGTH_MINUTES = 31 * 24 * 60
MAX_AHEAD_MINUTES = 366 * 24 * 60
MAX_HORIZON_DAYS = 3_660
# Half a day: what is worth keeping free is seen by whoever looks a day around a slot.
MAX_GAP_MINUTES = 12 * 60
MAX_TIERS = 100

# The bounds of every rule that is a number.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "min_minutes": (CELL_MINUTES, MAX_LENGTH_MINUTES),
    "max_minutes": (CELL_MINUTES, MAX_LENGTH_MINUTES),
    "lead_minutes": (0, MAX_AHEAD_MINUTES),
    "horizon_days": (0, MAX_HORIZON_DAYS),
    "edit_window_minutes": (0, MAX_AHEAD_MINUTES),
    "min_gap_minutes": (0, MAX_GAP_MINUTES),
}
_IN_CELLS = frozenset({"min_minutes", "max_minutes", "min_gap_minutes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOverride:
    """What holds for the members of one tier instead; None: as for everybody.

    Its quotas, be they none, take the place of all quotas of the room.
    Who may book at all is not said here but in one place, ``BookingRules.allowed_tiers``.
    """

    min_minutes: int | None = None
    max_minutes: int | None = None
    lead_minutes: int | None = None
    horizon_days: int | None = None
    edit_window_minutes: int | None = None
    min_gap_minutes: int | None = None
    quotas: tuple[Quota, ...] | None = None

    def given(self) -> dict[str, Any]:
        """The rules that it replaces, by name."""
        named = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in named.items() if value is not None}

    def as_json(self) -> dict[str, Any]:
        """The override as stored and shown; what it leaves as it is, is null."""
        return {
            **{name: getattr(self, name) for name in _BOUNDS},
            "quotas": None if self.quotas is None else [quota.as_json() for quota in self.quotas],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRules:
    """A room's rules. Lengths are in minutes, multiples of five.

    Attributes:
        lead_minutes: a booking starts at least so long after it is made.
        horizon_days: a booking starts within so many times 24 hours.
        edit_window_minutes: edits close so long before the start.
        min_gap_minutes: the shortest free time worth keeping: a booking leaves none beside it or
            at least so much (see ``domain.gaps``); 0: nobody looks.
        quotas: how much a member or a company may have booked (see ``domain.quota``).
        allowed_tiers: the member tiers that may book; None means everyone, guests included.
        tiers: what holds for members of a tier instead, by its name.
        custom: rules that others bring (``booking_plugins``); they see every booker's tier, so they
            are not overridden for one.

    Raises:
        ValidationFailed: out of bounds or contradicting each other, with every such rule's path.
    """

    min_minutes: int = 30
    max_minutes: int = 12 * 60
    lead_minutes: int = 0
    horizon_days: int = 90
    edit_window_minutes: int = 60
    min_gap_minutes: int = 0
    quotas: tuple[Quota, ...] = ()
    allowed_tiers: frozenset[str] | None = None
    tiers: Mapping[str, RuleOverride] = field(default_factory=dict)
    custom: tuple[CustomRule, ...] = ()

    def __post_init__(self) -> None:
        wrong = _faults(self, "rules")
        if len(self.tiers) > MAX_TIERS:
            wrong.append(FieldError("rules.tiers", f"must be {MAX_TIERS} at most"))
        if any(len(tier) > MAX_NAME for tier in (*self.tiers, *(self.allowed_tiers or ()))):
            wrong.append(FieldError("rules", f"a tier's name has {MAX_NAME} characters at most"))
        if not wrong:
            for tier, override in self.tiers.items():
                # Contradictions of the room's own rules are named once, above.
                wrong += _faults(self, f"rules.tiers.{tier}", override)
        if wrong:
            raise ValidationFailed(*wrong)

    def rules_for(self, tier: str | None) -> BookingRules:
        """The rules that hold for a tier (None: a guest), with nothing left to override."""
        override = None if tier is None else self.tiers.get(tier)
        if override is None:
            return replace(self, tiers={}) if self.tiers else self
        return replace(self, tiers={}, **override.given())

    def for_each_tier(self) -> Iterator[BookingRules]:
        """The rules of everybody, and of each tier that has others."""
        yield self.rules_for(None)
        for tier in self.tiers:
            yield self.rules_for(tier)

    def as_json(self) -> dict[str, Any]:
        """The rules as stored and shown."""
        return {
            **{name: getattr(self, name) for name in _BOUNDS},
            "quotas": [quota.as_json() for quota in self.quotas],
            "allowed_tiers": None if self.allowed_tiers is None else sorted(self.allowed_tiers),
            "tiers": {tier: override.as_json() for tier, override in sorted(self.tiers.items())},
            "custom": [rule.as_json() for rule in self.custom],
        }

    def changed(self, value: Any) -> BookingRules:
        """These rules with those that ``value`` names, in JSON, in place of the old ones.

        Raises:
            ValidationFailed: as :meth:`from_json`.
        """
        # Read by itself first: what is wrong with it is named as it was sent.
        _read_rules(value, "rules")
        return BookingRules.from_json({**self.as_json(), **value})

    @classmethod
    def from_json(cls, value: Any) -> BookingRules:
        """The inverse of :meth:`as_json`; absent rules take their defaults.

        Raises:
            ValidationFailed: another shape, a rule that nobody knows, or out of bounds; each
                field is named by its dotted path below ``rules``.
        """
        found = _read_rules(value, "rules")
        if found.get("allowed_tiers") is not None:
            found["allowed_tiers"] = frozenset(found["allowed_tiers"])
        overrides = found.pop("tiers", {})
        tiers = {tier: RuleOverride(**given) for tier, given in overrides.items()}
        return cls(**found, tiers=tiers)


def complete_rules(value: Mapping[str, Any]) -> dict[str, Any]:
    """Stored rules as they are shown: those that they do not name, with their defaults."""
    return BookingRules.from_json(value).as_json()


_quotas = list_of(read_quota)
_read_override = object_of(
    {**dict.fromkeys(_BOUNDS, maybe(whole)), "quotas": maybe(_quotas)},
)
_read_rules = object_of(
    {
        **dict.fromkeys(_BOUNDS, whole),
        "quotas": _quotas,
        "allowed_tiers": maybe(list_of(text)),
        "tiers": table_of(_read_override),
        "custom": list_of(read_custom_rule),
    }
)


def _faults(
    rules: BookingRules, path: str, override: RuleOverride | None = None
) -> list[FieldError]:
    """What is wrong with the rules, or with those of a tier."""
    said = override.given() if override else {}
    judged = said if override else {name: getattr(rules, name) for name in (*_BOUNDS, "quotas")}
    wrong: list[FieldError] = []
    for name, (least, most) in _BOUNDS.items():
        value = judged.get(name, least)
        if not least <= value <= most:
            wrong.append(FieldError(f"{path}.{name}", f"must lie within {least}–{most}"))
        elif name in _IN_CELLS and value % CELL_MINUTES:
            wrong.append(FieldError(f"{path}.{name}", "must be a multiple of five minutes"))
    quotas = judged.get("quotas", ())
    if len(quotas) > MAX_QUOTAS:
        wrong.append(FieldError(f"{path}.quotas", f"must be {MAX_QUOTAS} at most"))
    wrong += [
        FieldError(f"{path}.quotas[{number}].limit", f"must lie within 0–{MAX_LIMIT}")
        for number, quota in enumerate(quotas)
        if not 0 <= quota.limit <= MAX_LIMIT
    ]
    shortest = said.get("min_minutes", rules.min_minutes)
    if not wrong and shortest > said.get("max_minutes", rules.max_minutes):
        wrong.append(FieldError(f"{path}.min_minutes", "must not exceed max_minutes"))
    return wrong
