"""The catalogue: what bookings refer to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.errors import AlreadyExists
from litehq_core.domain.ids import Prefix
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.price_rules import (
    FixedPrice,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
)
from litehq_core.domain.rate_card import BillingMode
from litehq_core.ports.transaction import Catalogued
from tests.contract.house import House
from tests.domain import samples


async def test_what_was_added_is_found_as_it_was(house: House) -> None:
    async with house.begin() as tx:
        assert await tx.catalogue.workspace() == house.workspace
        assert await tx.catalogue.member(house.member.id) == house.member
        assert await tx.catalogue.company(house.company.id) == house.company
        assert list(await tx.catalogue.rate_cards(house.room.id)) == [house.rate_card]


async def test_nothing_answers_to_an_id_never_used(house: House) -> None:
    async with house.begin() as tx:
        assert await tx.catalogue.member("mem_nobody") is None
        assert await tx.catalogue.company("co_none") is None
        assert list(await tx.catalogue.rate_cards("rm_none")) == []
        assert list(await tx.catalogue.rate_cards(house.annex.id)) == []


async def test_every_field_of_a_room_comes_back(house: House) -> None:
    hours = OpeningHours(
        weekly=(((18 * 60, 26 * 60),),) * 5 + ((), ((0, 1440),)),
        exceptions={date(2026, 12, 25): (), date(2026, 12, 24): ((420, 720), (780, 900))},
    )
    rules = BookingRules(
        min_minutes=15,
        max_minutes=45,
        lead_minutes=10,
        horizon_days=7,
        edit_window_minutes=0,
        min_gap_minutes=15,
        allowed_tiers=frozenset({"resident", "flex"}),
        tiers={"flex": RuleOverride(lead_minutes=0, min_gap_minutes=30), "naïve": RuleOverride()},
    )
    room = house.new_room(
        name="Café “Zürich”",
        capacity=1,
        slot_minutes=15,
        buffer_minutes=10,
        rules=rules,
        opening_hours=hours,
        active=False,
        version=4,
        created_at=samples.NOW - timedelta(days=2),
        updated_at=samples.NOW - timedelta(days=1),
    )
    everyone_shut_out = house.new_room(rules=BookingRules(allowed_tiers=frozenset()))
    await house.add(room, everyone_shut_out)
    async with house.begin() as tx:
        found = await tx.rooms.lock([room.id, everyone_shut_out.id])
    assert found == {room.id: room, everyone_shut_out.id: everyone_shut_out}


async def test_every_rate_card_of_a_room_comes_back(house: House) -> None:
    cards = [
        samples.rate_card(
            id=house.ports.new_id(Prefix.RATE_CARD),
            workspace_id=house.workspace.id,
            room_id=house.room.id,
            effective_from=date(2025, month, 1),
            hourly_minor=0,
            tokens_per_hour=None,
            billing_modes=frozenset({BillingMode.CARD}),
        )
        for month in (1, 2)
    ]
    await house.add(*cards)
    async with house.begin() as tx:
        found = await tx.catalogue.rate_cards(house.room.id)
    assert {card.id: card for card in found} == {
        card.id: card for card in (house.rate_card, *cards)
    }


async def test_every_price_rule_of_a_rate_card_comes_back(house: House) -> None:
    rules = PriceRules(
        bands=(
            PriceBand(
                name="Café “Zürich” nights",
                weekdays=frozenset({4, 5}),
                opens=18 * 60,
                closes=26 * 60,
                hourly_minor=6000,
                tokens_per_hour=None,
            ),
            PriceBand(
                name="early",
                weekdays=frozenset({0}),
                opens=0,
                closes=5,
                hourly_minor=0,
                tokens_per_hour=0,
            ),
        ),
        fixed_prices=(FixedPrice(minutes=240, amount_minor=12_000),),
        day_cap_minor=20_000,
        minimum_minor=500,
        tier_discounts={"resident": 10, "flex": 0},
        tax=Tax(name="VAT", basis_points=1750, inclusive=True),
    )
    card = samples.rate_card(
        id=house.ports.new_id(Prefix.RATE_CARD),
        workspace_id=house.workspace.id,
        room_id=house.annex.id,
        rules=rules,
    )
    await house.add(card)
    async with house.begin() as tx:
        assert list(await tx.catalogue.rate_cards(house.annex.id)) == [card]


async def test_what_a_company_agreed_on_comes_back(house: House) -> None:
    company = samples.company(
        id=house.ports.new_id(Prefix.COMPANY),
        workspace_id=house.workspace.id,
        pricing_overrides=(
            PricingOverride(room_id=house.room.id, hourly_minor=0, currency="EUR"),
            PricingOverride(discount_percent=15),
        ),
    )
    await house.add(company)
    async with house.begin() as tx:
        assert await tx.catalogue.company(company.id) == company


async def test_a_member_without_company_in_any_status_comes_back(house: House) -> None:
    members = [house.new_member(status=status, version=2) for status in MemberStatus]
    await house.add(*members)
    async with house.begin() as tx:
        assert [await tx.catalogue.member(m.id) for m in members] == members


@pytest.mark.parametrize(
    "noun", ["workspace", "location", "room", "rate_card", "member", "company"]
)
async def test_the_same_id_twice_already_exists(house: House, noun: str) -> None:
    """``ports.transaction``: AlreadyExists: its id, or a natural key, is taken."""
    item: Catalogued = getattr(house, noun)
    if noun == "member":
        item = replace(house.member, email="another@example.com")
    with pytest.raises(AlreadyExists):
        await house.add(item)


async def test_the_same_blackout_twice_already_exists(house: House) -> None:
    blackout = house.new_blackout()
    await house.add(blackout)
    with pytest.raises(AlreadyExists):
        await house.add(blackout)


async def test_an_address_twice_in_one_workspace_already_exists(house: House) -> None:
    """contract.md, members: the same address twice is 409 already_exists."""
    twin = house.new_member(email=house.member.email)
    with pytest.raises(AlreadyExists):
        await house.add(twin)
    async with house.begin() as tx:
        assert await tx.catalogue.member(twin.id) is None


async def test_another_workspace_may_use_the_same_address_and_the_same_ids(
    house: House, other: House
) -> None:
    """Every table's primary key starts with the workspace."""
    assert house.member.email == other.member.email
    theirs = replace(
        house.company, workspace_id=other.workspace.id, name="A stranger's of the same id"
    )
    await other.add(theirs)
    async with house.begin() as tx:
        assert await tx.catalogue.company(house.company.id) == house.company
    async with other.begin() as tx:
        assert await tx.catalogue.company(house.company.id) == theirs


async def test_what_was_refused_leaves_the_transaction_usable_behind_a_savepoint(
    house: House,
) -> None:
    kept = house.new_member()
    async with house.begin() as tx:
        with pytest.raises(AlreadyExists):
            async with tx.savepoint():
                await tx.catalogue.add(house.new_member(email=house.member.email))
        await tx.catalogue.add(kept)
    async with house.begin() as tx:
        assert await tx.catalogue.member(kept.id) == kept
