"""Rules that others bring count for every caller, and in every place that asks for rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.custom_rule import CustomRule
from litehq_core.domain.price_rules import PriceRules
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room import Room
from litehq_core.ports.transaction import Catalogued
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import WORKSPACE, catalogue
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, reasons, refusal, wish, wrong_fields

EARLY = CustomRule(name="early_bird", options={"until": 540, "percent": 25})
NOON = CustomRule(name="quiet_fridays", options={"hour": 12})


@pytest.fixture(autouse=True)
async def den(house: House) -> None:
    """The Den: as the Atrium, but for early birds, and quiet on Fridays from noon on."""
    items = catalogue(WORKSPACE)
    room = next(i for i in items if isinstance(i, Room) and i.id == "rm_atrium")
    card = next(i for i in items if isinstance(i, RateCard) and i.room_id == "rm_atrium")
    rules = BookingRules(custom=(NOON,))
    prices = PriceRules(custom=(EARLY,))
    await import_catalogue(
        house.ports,
        system_actor(WORKSPACE),
        [
            replace(room, id="rm_den", name="Den", rules=rules),
            replace(card, id="rc_den", room_id="rm_den", rules=prices),
        ],
    )


def lines(shown: dict[str, object]) -> list[tuple[str, int]]:
    """The rules and amounts of a price that is shown."""
    price = shown["price"]
    assert isinstance(price, dict)
    return [(line["rule"], line["amount_minor"]) for line in price["lines"]]


async def test_a_price_rule_prices_quotes_bookings_and_moves(house: House, driver: Driver) -> None:
    """Contract, Quote: "price line by line with the rule that made each line"."""
    early = wish("rm_den", "2026-05-26 07:00")
    expected = [("base_per_hour", 4000), ("plugin:early_bird@1.2", 1000)]
    assert lines(done(await driver.quote(early))) == expected
    booking = await booked(driver, early)
    assert lines(booking) == expected
    later = {"start_at": at("2026-05-26 10:00"), "end_at": at("2026-05-26 11:00")}
    moved = done(await driver.edit(booking["id"], later))
    assert lines(moved) == [("base_per_hour", 4000)]


async def test_in_tokens_too(house: House, driver: Driver) -> None:
    """A quarter of two tokens, rounded up by the rule, is one."""
    booking = await booked(driver, wish("rm_den", "2026-05-26 07:00", member="mem_lina_p"))
    assert booking["tokens_charged"] == 3
    assert house.tokens("mem_lina_p") == 17


async def test_a_booking_rule_counts_wherever_rules_do(house: House, driver: Driver) -> None:
    """docs/rules.md: one function judges availability, quotes, new bookings and moves."""
    friday = wish("rm_den", "2026-05-29 11:00")
    assert await reasons(house, driver.create(friday)) == {"quiet_friday"}
    quote = done(await driver.quote(friday))
    assert [violation["reason"] for violation in quote["violations"]] == ["quiet_friday"]
    assert not quote["valid"]
    booking = await booked(driver, wish("rm_den", "2026-05-29 09:00"))
    later = {"start_at": at("2026-05-29 11:00"), "end_at": at("2026-05-29 12:00")}
    assert await reasons(house, driver.edit(booking["id"], later)) == {"quiet_friday"}


async def test_availability_lists_what_it_allows(house: House, driver: Driver) -> None:
    """Contract: "each of them can be booked by that caller …, and no other start can"."""
    query = {
        "room_id": "rm_den",
        "from": at("2026-05-29 09:00"),
        "to": at("2026-05-29 13:00"),
        "duration_minutes": 60,
        "member_id": "mem_lina_p",
    }
    [room] = done(await driver.availability(query))["data"]
    assert room["starts"] == [
        "2026-05-29T09:00:00Z",
        "2026-05-29T09:30:00Z",
        "2026-05-29T10:00:00Z",
    ]


async def test_a_start_is_listed_only_if_its_rules_can_be_paid(
    house: House, driver: Driver
) -> None:
    """Nadia has ten tokens: enough for an hour, and not for an hour before nine."""
    items = catalogue(WORKSPACE)
    room = next(i for i in items if isinstance(i, Room) and i.id == "rm_atrium")
    card = next(i for i in items if isinstance(i, RateCard) and i.room_id == "rm_atrium")
    nook = replace(
        card,
        id="rc_nook",
        room_id="rm_nook",
        tokens_per_hour=10,
        billing_modes=frozenset({BillingMode.TOKENS}),
        rules=PriceRules(custom=(EARLY,)),
    )
    rooms: list[Catalogued] = [replace(room, id="rm_nook", name="Nook"), nook]
    await import_catalogue(house.ports, system_actor(WORKSPACE), rooms)
    query = {
        "room_id": "rm_nook",
        "from": at("2026-05-26 07:00"),
        "to": at("2026-05-26 09:00"),
        "duration_minutes": 60,
        "member_id": "mem_nadia_n",
    }
    [shown] = done(await driver.availability(query))["data"]
    assert shown["starts"] == ["2026-05-26T08:00:00Z", "2026-05-26T08:30:00Z"]
    early = wish("rm_nook", "2026-05-26 07:30")
    await refusal(house, driver.create(early), "insufficient_tokens")
    await booked(driver, wish("rm_nook", "2026-05-26 08:00"))


async def test_an_operator_names_rules_by_changing_the_room(house: House, driver: Driver) -> None:
    """What cannot be used is refused there, so that no booking ever meets it."""
    three = [{"name": "quiet_fridays", "options": {"hour": 15}}]
    room = done(await driver.change_room("rm_den", {"rules": {"custom": three}}))
    assert room["rules"]["custom"] == three
    await booked(driver, wish("rm_den", "2026-05-29 11:00"))
    assert await reasons(house, driver.create(wish("rm_den", "2026-05-29 14:00"))) == {
        "quiet_friday"
    }
    for use, field in (
        ({"name": "gone"}, "booking_rules"),
        ({"name": "Not a name"}, "rules.custom[0].name"),
        ({"name": "quiet_fridays", "options": {"hour": 24}}, "booking_rules.quiet_fridays.hour"),
    ):
        change = driver.change_room("rm_den", {"rules": {"custom": [use]}})
        assert await wrong_fields(house, change) == {field}


async def test_alternatives_keep_to_it(house: House, driver: Driver) -> None:
    """Contract: `alternatives` can be booked, so none lies in the quiet afternoon."""
    taken = wish("rm_den", "2026-05-29 10:00")
    await booked(driver, taken)
    quote = done(await driver.quote(taken))
    offered = [a["start_at"] for a in quote["alternatives"] if a["room_id"] == "rm_den"]
    assert offered
    assert not [start for start in offered if "2026-05-29T10:00" < start < "2026-05-30"]
