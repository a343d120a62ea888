"""Requests that ask for nothing new, or for what does not go together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.rate_card import BillingMode
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import CARDS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, studio, wish, wrong_fields


@pytest.mark.parametrize(
    "same",
    [
        {"notes": "Mic check"},
        {"attendees": 4},
        {"metadata": {"ref": "A-7"}},
        {"start_at": at("2026-05-26 14:00")},
        {"room_id": "rm_studio", "billing_mode": "card"},
    ],
)
async def test_an_edit_that_changes_nothing(
    house: House, driver: Driver, same: dict[str, Any]
) -> None:
    """Contract: "Every move raises `version` by one and writes exactly one event"; this is none."""
    words: dict[str, Any] = {"notes": "Mic check", "attendees": 4, "metadata": {"ref": "A-7"}}
    booking = await paid(house, driver, studio(**words))
    told = house.types(booking["id"])
    house.clock.advance(minutes=1)
    assert done(await driver.edit(booking["id"], same)) == booking
    assert house.types(booking["id"]) == told


@pytest.mark.parametrize("policy", ["full", "none", "policy", None])
@pytest.mark.parametrize("field", ["refund_amount_minor", "refund_tokens"])
async def test_an_amount_without_partial(
    house: House, driver: Driver, policy: str | None, field: str
) -> None:
    """Contract: "`partial` needs `refund_amount_minor` or `refund_tokens`"; nothing else does."""
    booking = await paid(house, driver, studio())
    body = {field: 1, **({"refund_policy": policy} if policy else {})}
    assert await wrong_fields(house, driver.cancel(booking["id"], body)) == {field}


@pytest.mark.parametrize("named", [True, False])
async def test_a_quoted_mode_is_kept(house: House, driver: Driver, named: bool) -> None:
    """Contract: "a create that names it charges exactly that", be the mode named again or not."""
    wanted = wish(billing_mode="tokens")
    quote = done(await driver.quote(wanted))
    card = next(card for card in CARDS if card.room_id == "rm_atrium")
    card_alone = replace(
        card,
        id="rc_card_alone",
        effective_from=date(2026, 5, 1),
        tokens_per_hour=None,
        billing_modes=frozenset({BillingMode.CARD}),
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [card_alone])
    assert await wrong_fields(house, driver.create(wanted)) == {"billing_mode"}
    again = wish(billing_mode="tokens") if named else wish()
    made = await booked(driver, {**again, "quote_id": quote["quote_id"]})
    assert (made["billing_mode"], made["tokens_charged"]) == ("tokens", 2)
    assert made["status"] == "confirmed"
