"""What a rate card may say beyond its base price, and what a company may have agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from litehq_core.domain.custom_rule import CustomRule, read_custom_rule
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.json_fields import flag, list_of, maybe, table_of, text, value_of, whole
from litehq_core.domain.money import require_amounts, require_currency
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import DAY_MINUTES

WEEK_MINUTES = 7 * DAY_MINUTES
MAX_FIXED_MINUTES = 31 * DAY_MINUTES


def _percent(name: str, value: int) -> None:
    if not 0 <= value <= 100:
        raise ValidationFailed.of(name, "must lie within 0–100 %")


def _days(value: Any, path: str) -> frozenset[int]:
    return frozenset(list_of(whole)(value, path))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBand:
    """Another rate at some hours of the week, by the clock on the wall.

    Attributes:
        name: what its lines are called by; not empty.
        weekdays: 0 (Monday) to 6; of a band that passes midnight, the days on which it begins.
        opens, closes: minutes after local midnight; past 1440 is the next day.
        hourly_minor: the rate, in minor units an hour.
        tokens_per_hour: the token rate; None: the card's own.
    """

    name: str
    weekdays: frozenset[int]
    opens: int
    closes: int
    hourly_minor: int
    tokens_per_hour: int | None = None

    def __post_init__(self) -> None:
        if not require_text("name", self.name, most=MAX_NAME).strip():
            raise ValidationFailed.of("name", "must not be empty")
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValidationFailed.of("weekdays", "must be days from 0 (Monday) to 6")
        within = 0 <= self.opens < DAY_MINUTES and self.opens < self.closes
        if not within or self.closes > self.opens + DAY_MINUTES:
            raise ValidationFailed.of("closes", "must begin within a day and last a day at most")
        if self.opens % CELL_MINUTES or self.closes % CELL_MINUTES:
            raise ValidationFailed.of(
                "opens", "must be a multiple of five minutes, and so must closes"
            )
        require_amounts(hourly_minor=self.hourly_minor, tokens_per_hour=self.tokens_per_hour)

    def minutes_of_week(self) -> set[int]:
        """The five-minute cells of a week that the band covers, as minutes since Monday."""
        return {
            (day * DAY_MINUTES + minute) % WEEK_MINUTES
            for day in self.weekdays
            for minute in range(self.opens, self.closes, CELL_MINUTES)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrice:
    """What a booking of exactly ``minutes`` costs, such as half a day."""

    minutes: int
    amount_minor: int

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= MAX_FIXED_MINUTES:
            raise ValidationFailed.of("minutes", f"must last 1–{MAX_FIXED_MINUTES} minutes")
        require_amounts(amount_minor=self.amount_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """``basis_points`` of the price (2000 is 20 %), in it already or added on top."""

    name: str
    basis_points: int
    inclusive: bool

    def __post_init__(self) -> None:
        require_text("name", self.name, most=MAX_NAME)
        if not 0 <= self.basis_points <= 10_000:
            raise ValidationFailed.of("basis_points", "must lie within 0–10000")


@dataclass(frozen=True, slots=True)
class BandWeek:
    """Bands laid out over the five-minute cells of two weeks, from Monday's first.

    Attributes:
        bands: as they follow each other in a day.
        cells: for each cell 0, or 1 and more for the band there; None for too many bands.
    """

    bands: tuple[PriceBand, ...]
    cells: bytes | None


@lru_cache(maxsize=1_024)
def week_of(bands: tuple[PriceBand, ...]) -> BandWeek:
    """The layout of bands that do not overlap. Cards are read far more often than written."""
    in_order = tuple(sorted(bands, key=lambda band: (band.opens, band.name)))
    if len(in_order) > 255:
        return BandWeek(in_order, None)
    cells = bytearray(WEEK_MINUTES // CELL_MINUTES)
    for number, band in enumerate(in_order, start=1):
        for minute in band.minutes_of_week():
            cells[minute // CELL_MINUTES] = number
    return BandWeek(in_order, bytes(cells) * 2)


class _LaidOut:
    """What follows from a card's rules, and so is no field of theirs."""

    __slots__ = ("week",)

    week: BandWeek


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRules(_LaidOut):
    """All that a card may say beyond its base price. Amounts in minor units.

    Attributes:
        bands: must not overlap, so that their order means nothing, and differ in their names.
        day_cap_minor: the most that base and bands of one local day may cost, before discounts.
        minimum_minor: the least that a booking costs that is not free, before tax; it does not
            exceed the cap, or the two would contradict each other.
        tier_discounts: tier → per cent.
        custom: rules that others bring, applied in this order (``price_plugins``).
        week: the bands laid out once, by which most slots are priced; it follows from the bands.
    """

    bands: tuple[PriceBand, ...] = ()
    fixed_prices: tuple[FixedPrice, ...] = ()
    day_cap_minor: int | None = None
    minimum_minor: int = 0
    tier_discounts: Mapping[str, int] = field(default_factory=dict)
    tax: Tax | None = None
    custom: tuple[CustomRule, ...] = ()

    def __post_init__(self) -> None:
        cells = [band.minutes_of_week() for band in self.bands]
        if sum(map(len, cells)) != len(set().union(*cells)):
            raise ValidationFailed.of("bands", "must not overlap")
        if len({band.name for band in self.bands}) != len(self.bands):
            raise ValidationFailed.of("bands", "must differ in their names")
        if len({fixed.minutes for fixed in self.fixed_prices}) != len(self.fixed_prices):
            raise ValidationFailed.of("fixed_prices", "must differ in their lengths")
        require_amounts(minimum_minor=self.minimum_minor, day_cap_minor=self.day_cap_minor)
        if self.day_cap_minor is not None and self.minimum_minor > self.day_cap_minor:
            raise ValidationFailed.of("minimum_minor", "must not exceed day_cap_minor")
        for tier, percent in self.tier_discounts.items():
            _percent(f"tier_discounts.{tier}", percent)
        object.__setattr__(self, "week", week_of(self.bands))

    def as_json(self) -> dict[str, Any]:
        """The rules as stored and shown."""
        return {
            "bands": [
                {
                    "name": band.name,
                    "weekdays": sorted(band.weekdays),
                    "opens": band.opens,
                    "closes": band.closes,
                    "hourly_minor": band.hourly_minor,
                    "tokens_per_hour": band.tokens_per_hour,
                }
                for band in self.bands
            ],
            "fixed_prices": [
                {"minutes": fixed.minutes, "amount_minor": fixed.amount_minor}
                for fixed in self.fixed_prices
            ],
            "day_cap_minor": self.day_cap_minor,
            "minimum_minor": self.minimum_minor,
            "tier_discounts": dict(self.tier_discounts),
            "tax": self.tax
            and {
                "name": self.tax.name,
                "basis_points": self.tax.basis_points,
                "inclusive": self.tax.inclusive,
            },
            "custom": [rule.as_json() for rule in self.custom],
        }

    @classmethod
    def from_json(cls, value: Any, path: str = "price_rules") -> PriceRules:
        """The inverse of :meth:`as_json`; what is missing says nothing.

        Args:
            path: where the value stands: what is wrong with it is named below that.

        Raises:
            ValidationFailed: the value has another shape, or makes no sense.
        """
        return _read_rules(value, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingOverride:
    """What a company pays instead: a rate of its own, or a percentage less. Exactly one is set.

    Attributes:
        room_id: None means every room; an override for the room itself goes before it.
        currency: of ``hourly_minor``, with which it stands or falls; rooms that are priced in
            another currency are not concerned.
    """

    room_id: str | None = None
    hourly_minor: int | None = None
    currency: str | None = None
    discount_percent: int | None = None

    def __post_init__(self) -> None:
        if (self.hourly_minor is None) == (self.discount_percent is None):
            raise ValidationFailed.of(
                "hourly_minor", "or discount_percent must be given, and not both"
            )
        if (self.hourly_minor is None) != (self.currency is None):
            raise ValidationFailed.of("currency", "belongs to hourly_minor, which needs it")
        if self.currency is not None:
            require_currency(self.currency)
        require_amounts(hourly_minor=self.hourly_minor)
        _percent("discount_percent", self.discount_percent or 0)

    def concerns(self, room_id: str, currency: str) -> bool:
        """Whether it says what a room costs that is priced in ``currency``."""
        return self.room_id in (None, room_id) and self.currency in (None, currency)

    def as_json(self) -> dict[str, Any]:
        """The override as stored and shown."""
        return {
            "room_id": self.room_id,
            "hourly_minor": self.hourly_minor,
            "currency": self.currency,
            "discount_percent": self.discount_percent,
        }

    @classmethod
    def from_json(cls, value: Any) -> PricingOverride:
        """The inverse of :meth:`as_json`; what is missing is null.

        Raises:
            ValidationFailed: the value has another shape, or makes no sense.
        """
        return _read_override(value, "pricing_overrides")


_read_rules = value_of(
    PriceRules,
    bands=list_of(
        value_of(
            PriceBand,
            name=text,
            weekdays=_days,
            opens=whole,
            closes=whole,
            hourly_minor=whole,
            tokens_per_hour=maybe(whole),
        )
    ),
    fixed_prices=list_of(value_of(FixedPrice, minutes=whole, amount_minor=whole)),
    day_cap_minor=maybe(whole),
    minimum_minor=whole,
    tier_discounts=table_of(whole),
    tax=maybe(value_of(Tax, name=text, basis_points=whole, inclusive=flag)),
    custom=list_of(read_custom_rule),
)
_read_override = value_of(
    PricingOverride,
    room_id=maybe(text),
    hourly_minor=maybe(whole),
    currency=maybe(text),
    discount_percent=maybe(whole),
)
# What a company has agreed on, from JSON; each override is named by its place in the list.
read_overrides = list_of(_read_override)
