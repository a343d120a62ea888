"""A new rate card as a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.new_rate_card import MAX_LISTED, CreateRateCard, new_rate_card
from litehq_core.domain.price_rules import FixedPrice, PriceBand, PriceRules, Tax
from litehq_core.domain.rate_card import BillingMode, RateCard, card_on
from litehq_core.domain.wall_clock import parse_date
from tests.domain import samples
from tests.domain.samples import NOW, POLICY, utc

CARD = frozenset({BillingMode.CARD})
RULES = PriceRules(
    bands=(
        PriceBand(name="late", weekdays=frozenset({4}), opens=1080, closes=1320, hourly_minor=6000),
    ),
    fixed_prices=(FixedPrice(minutes=240, amount_minor=9000),),
    day_cap_minor=20_000,
    minimum_minor=500,
    tier_discounts={"resident": 10},
    tax=Tax(name="VAT", basis_points=2000, inclusive=True),
)


def _wish(**fields: Any) -> CreateRateCard:
    plain: dict[str, Any] = {
        "room_id": "rm_1",
        "hourly_minor": 4000,
        "billing_modes": CARD,
        "cancellation": POLICY.as_json(),
    }
    return CreateRateCard(**{**plain, **fields})


def _made(now: datetime = NOW, **fields: Any) -> RateCard:
    return new_rate_card(_wish(**fields), samples.room(), card_id="rc_9", now=now)[0]


def _fields(**fields: Any) -> list[str]:
    with pytest.raises(ValidationFailed) as refused:
        _made(**fields)
    return [error.field for error in refused.value.errors]


def test_a_new_card_and_its_event() -> None:
    wish = _wish(tokens_per_hour=2, billing_modes=frozenset(BillingMode), rules=RULES.as_json())
    card, event = new_rate_card(wish, samples.room(), card_id="rc_9", now=NOW)
    assert card == RateCard(
        id="rc_9",
        workspace_id="ws_1",
        room_id="rm_1",
        currency="GBP",
        effective_from=date(2026, 5, 22),
        hourly_minor=4000,
        tokens_per_hour=2,
        billing_modes=frozenset(BillingMode),
        cancellation=POLICY,
        rules=RULES,
        created_at=NOW,
    )
    assert (event.type, event.subject_id, event.sequence) == ("rate_card.created", "rc_9", 1)
    assert (event.room_id, event.previous) == ("rm_1", None)
    assert event.object["effective_from"] == "2026-05-22"
    assert event.object["rules"] == RULES.as_json()


def test_it_begins_today_by_the_rooms_clock_or_later() -> None:
    midnight = utc("2026-05-21 23:30")
    assert _made(midnight).effective_from == date(2026, 5, 22)
    assert _made(effective_from=date(2027, 1, 1)).effective_from == date(2027, 1, 1)
    assert _fields(effective_from=date(2026, 5, 21)) == ["effective_from"]
    assert _fields(effective_from=date(9000, 1, 1)) == ["effective_from"]


def test_every_field_that_is_wrong_is_named_by_its_path() -> None:
    assert _fields(
        hourly_minor=-1,
        tokens_per_hour=-1,
        billing_modes=frozenset(),
        effective_from=date(2020, 1, 1),
        cancellation={"name": "", "steps": [{"minutes_before": "x"}], "more": 1},
        rules={"bands": [{"name": "x"}], "tax": 5, "of": 1},
    ) == [
        *("effective_from", "billing_modes"),
        *("cancellation.steps[0].refund_percent", "cancellation.steps[0].minutes_before"),
        "cancellation.more",
        *(f"rules.bands[0].{n}" for n in ("weekdays", "opens", "closes", "hourly_minor")),
        *("rules.tax", "rules.of", "hourly_minor", "tokens_per_hour"),
    ]


def test_tokens_need_a_token_price() -> None:
    assert _fields(billing_modes=frozenset(BillingMode)) == ["tokens_per_hour"]


@pytest.mark.parametrize("value", [[], "x", {"custom": ["\ud800"]}, {"bands": [{}] * 40_000}])
def test_rules_and_policies_have_a_shape_and_bounds(value: Any) -> None:
    assert _fields(rules=value) == ["rules"]
    assert _fields(cancellation=value) == ["cancellation"]


def test_no_amount_is_more_than_clients_can_hold() -> None:
    much = MAX_LISTED + 1
    band = {**RULES.as_json()["bands"][0], "hourly_minor": much}
    custom = [{"name": "early_bird", "options": {"amount": much, "even": True}}]
    assert _made(hourly_minor=MAX_LISTED, rules={"custom": custom}).hourly_minor == MAX_LISTED
    assert _fields(hourly_minor=much, rules={"bands": [band], "day_cap_minor": much}) == [
        *("hourly_minor", "rules.bands[0].hourly_minor", "rules.day_cap_minor"),
    ]


def test_names_of_bands_and_taxes_are_text_that_can_be_kept() -> None:
    band = RULES.as_json()["bands"][0]
    for name in (" ", "x" * 201):
        assert _fields(rules={"bands": [{**band, "name": name}]}) == ["rules.bands[0].name"]
    tax = {"name": "x" * 201, "basis_points": 1, "inclusive": True}
    assert _fields(rules={"tax": tax}) == ["rules.tax.name"]


def test_a_card_without_steps_gives_nothing_back() -> None:
    policy = CancellationPolicy(name="none", steps=())
    assert _made(cancellation=policy.as_json()).cancellation == policy


def test_of_two_cards_of_a_date_the_later_one_corrects_the_other() -> None:
    first = _made()
    second = replace(first, id="rc_0", hourly_minor=1, created_at=NOW + timedelta(minutes=1))
    to_come = replace(second, id="rc_1", effective_from=date(2026, 6, 1))
    for cards in ([first, second, to_come], [to_come, second, first]):
        assert card_on(cards, date(2026, 5, 31)) == second
        assert card_on(cards, date(2026, 6, 1)) == to_come
    twin = replace(first, id="rc_a")
    assert card_on([twin, first], date(2026, 5, 31)) == twin
    assert card_on([first], date(2026, 5, 21)) is None


@pytest.mark.parametrize("text", ["2026-02-30", "20260201", "2026-W01-1", "x", "٢٠٢٦-01-01"])
def test_dates_are_written_in_one_way(text: str) -> None:
    assert parse_date("2026-02-28", "effective_from") == date(2026, 2, 28)
    with pytest.raises(ValidationFailed) as refused:
        parse_date(text, "effective_from")
    assert [error.field for error in refused.value.errors] == ["effective_from"]
