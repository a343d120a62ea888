"""Deciding a new rate card.

Cards are versions of a room's prices, and are never changed: bookings, quotes and price lines refer
to what a card said. Other prices are another card, from today or a later date on; a card that was
wrong is corrected by one that begins on the same date. Bookings that exist keep the price and the
policy that were frozen on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.catalogue_events import created_event
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.price_rules import PriceRules
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.records import rate_card_record
from litehq_core.domain.room import Room
from litehq_core.domain.room_changes import MAX_RULES_BYTES
from litehq_core.domain.text import require_json
from litehq_core.domain.wall_clock import LATEST, local

T = TypeVar("T")

# What clients hold in 32 bits, GraphQL's among them.
MAX_LISTED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRateCard:
    """A wish for other prices. Amounts in minor units of the location's currency.

    Attributes:
        effective_from: the local date from which slots cost so; None means today.
        tokens_per_hour: the token price; None if tokens cannot pay.
        billing_modes: one at least.
        cancellation: as ``CancellationPolicy.as_json`` writes it.
        rules: as ``PriceRules.as_json`` writes them; what is missing says nothing.
    """

    room_id: str
    hourly_minor: int
    tokens_per_hour: int | None = None
    billing_modes: frozenset[BillingMode]
    cancellation: Mapping[str, Any]
    rules: Mapping[str, Any] = field(default_factory=dict)
    effective_from: date | None = None


def new_rate_card(
    wish: CreateRateCard, room: Room, *, card_id: str, now: datetime
) -> tuple[RateCard, EventDraft]:
    """The card and its event.

    Raises:
        ValidationFailed: with every field that is wrong, by its dotted path.
    """
    wrong: list[FieldError] = []
    today = local(room.location.zone, now).date()
    begins = today if wish.effective_from is None else wish.effective_from
    if not today <= begins < LATEST.date():
        wrong.append(FieldError("effective_from", f"must not lie before {today.isoformat()}"))
    if not wish.billing_modes:
        wrong.append(FieldError("billing_modes", "must name one at least"))
    policy = _read(wrong, "cancellation", wish.cancellation, CancellationPolicy.from_json)
    rules = _read(wrong, "rules", wish.rules, lambda value: PriceRules.from_json(value, "rules"))
    plain = RateCard(
        id=card_id,
        workspace_id=room.workspace_id,
        room_id=room.id,
        currency=room.location.currency,
        effective_from=begins,
        hourly_minor=0,
        tokens_per_hour=None,
        billing_modes=frozenset({BillingMode.CARD}),
        cancellation=policy or CancellationPolicy(name="none", steps=()),
        rules=rules or PriceRules(),
        created_at=now,
    )
    card = plain
    try:
        card = replace(
            plain,
            hourly_minor=wish.hourly_minor,
            tokens_per_hour=wish.tokens_per_hour,
            billing_modes=wish.billing_modes,
        )
    except ValidationFailed as refusal:
        wrong.extend(refusal.errors)
    record = rate_card_record(card)
    wrong += [
        FieldError(path, f"must not exceed {MAX_LISTED}")
        for name in ("hourly_minor", "tokens_per_hour", "rules")
        for path, number in _numbers(name, record[name])
        if number > MAX_LISTED
    ]
    if wrong:
        raise ValidationFailed(*wrong)
    return card, created_event(EventType.RATE_CARD_CREATED, record, room_id=room.id)


def _read(
    wrong: list[FieldError], name: str, value: Mapping[str, Any], read: Callable[[Any], T]
) -> T | None:
    """What ``read`` makes of a field; None, with its errors noted, if it refuses."""
    try:
        return read(require_json(name, value, most_bytes=MAX_RULES_BYTES))
    except ValidationFailed as refusal:
        wrong.extend(refusal.errors)
        return None


def _numbers(path: str, value: Any) -> Iterator[tuple[str, int]]:
    """The amounts in a part of a card, with their paths; options of plug-ins are their own."""
    match value:
        case bool():
            return
        case int():
            yield path, value
        case list():
            for place, inner in enumerate(value):
                yield from _numbers(f"{path}[{place}]", inner)
        case dict():
            for name, inner in value.items():
                if name != "options":
                    yield from _numbers(f"{path}.{name}", inner)
