"""Rate cards over the API: from when on they hold, and what they leave as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.price_rules import PriceRules
from tests.behaviour import keys
from tests.behaviour.drivers.catalogue import CatalogueDriver
from tests.behaviour.drivers.protocol import done
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, paid, refusal, studio, wish, wrong_fields

POLICY = {"name": "strict", "steps": [{"minutes_before": 4320, "refund_percent": 50}]}
CARD: dict[str, Any] = {
    "room_id": "rm_studio",
    "hourly_minor": 8000,
    "billing_modes": ["card"],
    "cancellation": POLICY,
}
BAND = {
    "name": "late",
    "weekdays": [1, 2],
    "opens": 18 * 60,
    "closes": 22 * 60,
    "hourly_minor": 9000,
    "tokens_per_hour": 3,
}
EVERYTHING: dict[str, Any] = {
    **CARD,
    "effective_from": "2026-06-01",
    "tokens_per_hour": 2,
    "billing_modes": ["card", "invoice", "tokens"],
    "rules": {
        "bands": [BAND],
        "fixed_prices": [{"minutes": 240, "amount_minor": 20_000}],
        "day_cap_minor": 50_000,
        "minimum_minor": 1_000,
        "tier_discounts": {"flex": 5, "resident": 10},
        "tax": {"name": "VAT", "basis_points": 2000, "inclusive": True},
        "custom": [{"name": "early_bird", "options": {"until": 600, "percent": 10}}],
    },
}


async def test_everything_that_a_card_says_comes_back(
    house: House, operator: CatalogueDriver
) -> None:
    card = done(await operator.create_card(EVERYTHING))
    assert card == {
        **EVERYTHING,
        "id": card["id"],
        "version": 1,
        "currency": "GBP",
        "created_at": "2026-05-22T09:00:00Z",
    }
    assert card["id"].startswith("rc_")
    assert done(await operator.card(card["id"])) == card
    [event] = house.events(card["id"])
    assert (event.type.value, event.room_id) == ("rate_card.created", "rm_studio")
    assert event.object["hourly_minor"] == 8000


async def test_it_prices_what_is_booked_from_now_on(
    house: House, operator: CatalogueDriver
) -> None:
    """Price and policy are frozen on bookings that exist."""
    kept = await paid(house, operator, studio("2026-05-26 14:00", 60))
    card = done(await operator.create_card(CARD))
    assert (card["effective_from"], card["rules"]) == ("2026-05-22", PriceRules().as_json())
    assert done(await operator.get(kept["id"])) == kept
    dearer = await booked(operator, studio("2026-05-26 16:00", 60))
    assert (kept["price"]["amount_minor"], dearer["price"]["amount_minor"]) == (5600, 8000)
    assert dearer["cancellation"]["policy"] == POLICY


async def test_a_card_to_come_holds_from_its_date(house: House, operator: CatalogueDriver) -> None:
    """By the start of the slot, on the room's own calendar."""
    done(await operator.create_card({**CARD, "effective_from": "2026-05-27"}))
    prices = [
        (await booked(operator, studio(start, 60)))["price"]["amount_minor"]
        for start in ("2026-05-26 14:00", "2026-05-27 14:00")
    ]
    assert prices == [5600, 8000]


async def test_a_card_of_the_same_date_corrects_the_one_before(
    house: House, operator: CatalogueDriver
) -> None:
    """A version is never changed."""
    wrong = done(await operator.create_card({**CARD, "hourly_minor": 80}))
    house.clock.now += timedelta(minutes=1)
    done(await operator.create_card(CARD))
    booking = await booked(operator, studio("2026-05-26 14:00", 60))
    assert booking["price"]["amount_minor"] == 8000
    assert done(await operator.card(wrong["id"])) == wrong


async def test_lists_are_narrowed_by_room(house: House, operator: CatalogueDriver) -> None:
    house.clock.now += timedelta(minutes=1)
    card = done(await operator.create_card(CARD))
    rows = done(await operator.cards({"room_id": "rm_studio"}))["data"]
    assert [row["id"] for row in rows] == [card["id"], "rc_studio"]
    assert rows[0] == card
    first = done(await operator.cards({"limit": 4}))
    assert first["data"][0]["id"] == card["id"]
    rest = done(await operator.cards({"limit": 4, "cursor": first["next_cursor"]}))
    found = [row["id"] for page in (first, rest) for row in page["data"]]
    assert len(found) == len(set(found)) == 6
    assert done(await operator.cards({"room_id": "rm_never"}))["data"] == []


BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "amounts": (
        {"hourly_minor": -1, "tokens_per_hour": -1},
        {"hourly_minor", "tokens_per_hour"},
    ),
    "modes": ({"billing_modes": []}, {"billing_modes"}),
    "tokens": ({"billing_modes": ["tokens"]}, {"tokens_per_hour"}),
    "past": ({"effective_from": "2026-05-21"}, {"effective_from"}),
    "policy": (
        {"cancellation": {"name": "x", "steps": [{"minutes_before": -1, "refund_percent": 5}]}},
        {"cancellation.steps[0].minutes_before"},
    ),
    "bands": (
        {
            "rules": {
                "bands": [{**BAND, "closes": 17 * 60}],
                "fixed_prices": [{"minutes": 0, "amount_minor": 1}],
            }
        },
        {"rules.bands[0].closes", "rules.fixed_prices[0].minutes"},
    ),
    "overlap": (
        {"rules": {"bands": [BAND, {**BAND, "name": "twin"}]}},
        {"rules.bands"},
    ),
    "discount": ({"rules": {"tier_discounts": {"flex": 101}}}, {"rules.tier_discounts.flex"}),
    "no such rule": (
        {"rules": {"custom": [{"name": "unheard_of", "options": {}}]}},
        {"price_rules"},
    ),
}


@pytest.mark.parametrize(("fields", "wrong"), BAD.values(), ids=BAD)
async def test_cards_that_make_no_sense(
    house: House, operator: CatalogueDriver, fields: dict[str, Any], wrong: set[str]
) -> None:
    """Every wrong field by its dotted path, and nothing is changed."""
    assert await wrong_fields(house, operator.create_card({**CARD, **fields})) == wrong


async def test_a_date_is_written_in_one_way(house: House, operator: CatalogueDriver) -> None:
    if operator.name == "python":
        return
    for text in ("2026-02-30", "20260601", "tomorrow"):
        call = operator.create_card({**CARD, "effective_from": text})
        assert await wrong_fields(house, call) == {"effective_from"}


async def test_rooms_elsewhere_are_never_there(house: House, operator: CatalogueDriver) -> None:
    for room_id in ("rm_never", "rm_cellar"):
        await refusal(house, operator.create_card({**CARD, "room_id": room_id}), "not_found")
    await refusal(house, operator.card("rc_never"), "not_found")
    await refusal(house, operator.card("rc_studio", key=keys.STRANGER), "not_found")


@pytest.mark.parametrize("key", [keys.LINA, keys.READ_ONLY])
async def test_only_operators_make_prices_and_everybody_sees_them(
    house: House, operator: CatalogueDriver, key: str
) -> None:
    await refusal(house, operator.create_card(CARD, key=key), "auth_scope_insufficient")
    assert done(await operator.card("rc_studio", key=key))["hourly_minor"] == 5600


async def test_the_same_key_makes_one_card(house: House, operator: CatalogueDriver) -> None:
    first = await operator.create_card(EVERYTHING, once="k-1")
    with house.unchanged():
        again = await operator.create_card(EVERYTHING, once="k-1")
    assert (done(again), again.replayed) == (done(first), True)
    other = operator.create_card({**EVERYTHING, "hourly_minor": 1}, once="k-1")
    await refusal(house, other, "idempotency_conflict")


async def test_an_open_quote_keeps_its_price(house: House, operator: CatalogueDriver) -> None:
    """Contract, Quote: "a create that names it charges exactly that"."""
    wanted = wish("rm_studio", "2026-05-26 14:00", member="mem_jonas_k")
    quote = done(await operator.quote(wanted))
    done(await operator.create_card(CARD))
    booking = await booked(operator, {**wanted, "quote_id": quote["quote_id"]})
    assert booking["price"]["amount_minor"] == 5600
