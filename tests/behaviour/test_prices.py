"""Prices by hour of the week, length, tier and company, as the caller is shown and charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.company import BillingTerms
from litehq_core.domain.price_rules import (
    FixedPrice,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
)
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import CARDS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, studio, wish
from tests.domain import samples

# 16:00–19:00 in London, which is 15:00–18:00 UTC in May.
PEAK = PriceBand(
    name="peak",
    weekdays=frozenset(range(5)),
    opens=16 * 60,
    closes=19 * 60,
    hourly_minor=8000,
    tokens_per_hour=3,
)
VAT = Tax(name="VAT", basis_points=2000, inclusive=False)


async def _priced(house: House, room_id: str, *, since: int = 1, **fields: Any) -> None:
    """From May on a room has a new rate card, made from the first of the house's."""
    card = next((card for card in CARDS if card.room_id == room_id), CARDS[0])
    card = replace(
        card,
        id=f"rc_{room_id[3:]}_{since}",
        room_id=room_id,
        effective_from=date(2026, 5, since),
        **fields,
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [card])


async def _fay(house: House, *overrides: PricingOverride) -> str:
    """A member of a company with prices of its own, that pays by invoice."""
    company = samples.company(
        id="co_fabrikam",
        workspace_id=WORKSPACE,
        name="Fabrikam",
        billing_terms=BillingTerms.INVOICE,
        pricing_overrides=overrides,
    )
    fay = samples.member(
        id="mem_fay_f",
        workspace_id=WORKSPACE,
        name="Fay",
        email="fay@example.com",
        company_id=company.id,
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [company, fay])
    return fay.id


def _lines(body: dict[str, Any]) -> list[tuple[str, int]]:
    """Rule and amount of every line, which make the sum."""
    lines = [(line["rule"], line["amount_minor"]) for line in body["price"]["lines"]]
    assert body["price"]["amount_minor"] == sum(amount for _, amount in lines)
    return lines


async def test_the_create_charges_what_the_quote_showed_line_by_line(
    house: House, driver: Driver
) -> None:
    """Contract: a quote has the "price line by line with the rule that made each line"."""
    rules = PriceRules(bands=(PEAK,), tier_discounts={"flex": 10}, tax=VAT)
    await _priced(house, "rm_studio", rules=rules)
    wanted = studio(minutes=120)
    quote = done(await driver.quote(wanted))
    assert quote["price"] == {
        "currency": "GBP",
        "amount_minor": 14_688,
        "lines": [
            {
                "rule": rule,
                "description": description,
                "minutes": minutes,
                "amount_minor": amount,
                "tokens": None,
            }
            for rule, description, minutes, amount in (
                ("base_per_hour", "60 min at GBP 56.00 an hour", 60, 5600),
                ("band:peak", "60 min at GBP 80.00 an hour", 60, 8000),
                ("tier_discount", "10 % less", 0, -1360),
                ("tax", "VAT 20 %", 0, 2448),
            )
        ],
    }
    for more in ({"quote_id": quote["quote_id"]}, {"start": "2026-05-27 14:00"}):
        hold = await booked(driver, studio(**{"minutes": 120, **more}))
        assert hold["price"] == quote["price"]
        assert house.checkout(hold["checkout_url"]).amount.amount_minor == 14_688
    # Jonas is "flex"; a guest has no tier.
    guest = done(await driver.quote(studio("2026-05-28 14:00", 120, member=None)))
    assert _lines(guest) == [("base_per_hour", 5600), ("band:peak", 8000), ("tax", 2720)]


async def test_tokens_by_the_hour_of_the_week(house: House, driver: Driver) -> None:
    """Contract: "paid in tokens: `amount_minor: 0`"; the lines say where the tokens go."""
    await _priced(house, "rm_annex", rules=PriceRules(bands=(PEAK,), tax=VAT))
    made = await booked(driver, wish("rm_annex", "2026-05-26 14:30", 60, "mem_lina_p"))
    assert (made["billing_mode"], made["tokens_charged"]) == ("tokens", 3)
    assert [(line["rule"], line["tokens"]) for line in made["price"]["lines"]] == [
        ("tokens_per_hour", 1),
        ("band:peak", 2),
    ]
    assert made["price"]["amount_minor"] == 0
    assert house.tokens("mem_lina_p") == 17


@pytest.mark.parametrize(
    ("overrides", "lines"),
    [
        ([("rm_annex", 3000, "GBP", None)], [("company_rate", 4500)]),
        (
            [(None, None, None, 25)],
            [("base_per_hour", 2000), ("band:peak", 8000), ("company_discount", -2500)],
        ),
        ([(None, None, None, 25), ("rm_annex", 3000, "GBP", None)], [("company_rate", 4500)]),
        ([("rm_studio", 3000, "GBP", None)], [("base_per_hour", 2000), ("band:peak", 8000)]),
        ([(None, 3000, "EUR", None)], [("base_per_hour", 2000), ("band:peak", 8000)]),
    ],
    ids=["rate", "discount", "room_first", "elsewhere", "other_currency"],
)
async def test_a_company_pays_what_it_agreed_on(
    house: House,
    driver: Driver,
    overrides: list[tuple[str | None, int | None, str | None, int | None]],
    lines: list[tuple[str, int]],
) -> None:
    """Contract, companies: `pricing_overrides[]`."""
    await _priced(house, "rm_annex", rules=PriceRules(bands=(PEAK,)))
    agreed = [
        PricingOverride(
            room_id=room_id, hourly_minor=hourly, currency=currency, discount_percent=percent
        )
        for room_id, hourly, currency, percent in overrides
    ]
    wanted = wish("rm_annex", "2026-05-26 14:30", 90, await _fay(house, *agreed))
    assert _lines(done(await driver.quote(wanted))) == lines
    made = await booked(driver, wanted)
    assert made["billing_mode"] == "invoice"
    assert _lines(made) == lines
    # Whoever is of no such company pays the list price.
    later = wish("rm_annex", "2026-05-27 14:30", 90)
    assert _lines(await booked(driver, later)) == [("base_per_hour", 2000), ("band:peak", 8000)]


async def test_a_room_without_prices_is_free_to_a_company_with_a_rate(
    house: House, driver: Driver
) -> None:
    """A room without a rate card costs nobody anything."""
    agreed = PricingOverride(hourly_minor=3000, currency="GBP")
    made = await booked(driver, wish("rm_night", member=await _fay(house, agreed)))
    assert made["status"] == "confirmed"
    assert _lines(made) == [("base_per_hour", 0)]


async def test_half_a_day_at_a_fixed_price(house: House, driver: Driver) -> None:
    """A booking of just that length costs it; edits leave it and come back to it."""
    half_day = FixedPrice(minutes=240, amount_minor=18_000)
    await _priced(house, "rm_studio", rules=PriceRules(fixed_prices=(half_day,)))
    booking = await paid(house, driver, studio("2026-05-26 12:00", 240))
    assert _lines(booking) == [("fixed_price", 18_000)]
    shorter = done(await driver.edit(booking["id"], {"duration_minutes": 180}))
    assert _lines(shorter) == [("base_per_hour", 16_800)]
    await house.run_due()
    assert house.refunds() == [1200]
    again = done(await driver.edit(booking["id"], {"duration_minutes": 240}))
    change = again["pending_change"]
    assert [line["rule"] for line in change["price"]["lines"]] == ["fixed_price"]
    assert house.checkout(change["checkout_url"]).amount.amount_minor == 1200


async def test_a_day_has_a_cap_and_the_next_its_own(house: House, driver: Driver) -> None:
    """18:00–04:00 in London: six hours of Tuesday reach the cap, four of Wednesday do not."""
    await _priced(house, "rm_night", hourly_minor=1000, rules=PriceRules(day_cap_minor=5000))
    hold = await booked(driver, wish("rm_night", "2026-05-26 17:00", 600, member=None))
    lines = [("base_per_hour", 6000), ("day_cap", -1000), ("base_per_hour", 4000)]
    assert _lines(hold) == lines
    assert house.checkout(hold["checkout_url"]).amount.amount_minor == 9000


async def test_pricing_an_unchanged_booking_again_costs_nothing(
    house: House, driver: Driver
) -> None:
    """Contract: "the price [is] frozen on the booking": the same times are no move."""
    rules = PriceRules(bands=(PEAK,), tier_discounts={"flex": 10}, tax=VAT)
    await _priced(house, "rm_studio", rules=rules)
    booking = await paid(house, driver, studio(minutes=120))
    same = {"start_at": at("2026-05-26 14:00"), "end_at": at("2026-05-26 16:00")}
    with house.unchanged():
        assert done(await driver.edit(booking["id"], same)) == booking
    # Also once the room has become dearer.
    await _priced(house, "rm_studio", since=2, hourly_minor=9000, rules=PriceRules(tax=VAT))
    with house.unchanged():
        assert done(await driver.edit(booking["id"], same)) == booking
        await house.run_due()
    moved = done(await driver.edit(booking["id"], {"duration_minutes": 90}))
    # 90 minutes at GBP 90.00 and VAT are 162.00, and 146.88 are paid.
    change = moved["pending_change"]
    assert change["price"]["amount_minor"] == 16_200
    assert house.checkout(change["checkout_url"]).amount.amount_minor == 16_200 - 14_688


async def test_a_move_within_the_same_hours_costs_nothing(house: House, driver: Driver) -> None:
    """Contract: only "dearer" is charged and "cheaper" refunded: the next day costs the same."""
    await _priced(house, "rm_studio", rules=PriceRules(bands=(PEAK,), tax=VAT))
    booking = await paid(house, driver, studio(minutes=120))
    moved = done(await driver.edit(booking["id"], {"start": at("2026-05-27 14:00")}))
    assert moved["price"] == booking["price"]
    assert moved["pending_change"] is None
    await house.run_due()
    assert house.refunds() == []
    assert len(house.payments.payments("open_checkout")) == 1
