"""Alternatives: at most five, best first, and each of them can really be had."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.rate_card import BillingMode
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Done, Driver, done
from tests.behaviour.furniture import CARDS, ROOMS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, wish
from tests.domain import samples

Offer = dict[str, Any]
NADIA = "mem_nadia_n"


def _brief(offers: list[Offer]) -> list[tuple[str, str, int]]:
    """Room, start and minutes of each."""
    return [(o["room_id"], o["start_at"][8:16], _minutes(o)) for o in offers]


def _minutes(offer: Offer) -> int:
    start, end = (at(offer[name].rstrip("Z")) for name in ("start_at", "end_at"))
    return int((end - start) / timedelta(minutes=1))


async def _check_each_can_be_created(
    driver: Driver, offers: list[Offer], member: str | None = NADIA, **more: Any
) -> None:
    """One after the other; none is offered twice."""
    assert len({tuple(offer.values()) for offer in offers}) == len(offers) <= 5
    for offer in offers:
        start = at(offer["start_at"].rstrip("Z"))
        made = await driver.create(wish(offer["room_id"], start, _minutes(offer), member, **more))
        assert isinstance(made, Done), (offer, made)
        done(await driver.cancel(made.body["id"]))


async def test_three_other_times_and_two_other_rooms(house: House, driver: Driver) -> None:
    """Nearest times first, then rooms that seat as many, for the very time."""
    await booked(driver, wish(start="2026-05-26 12:00", minutes=240))
    details = await refusal(house, driver.create(wish(minutes=90)), "slot_unavailable")
    assert _brief(details["alternatives"]) == [
        ("rm_atrium", "26T16:00", 90),
        ("rm_atrium", "26T16:30", 90),
        ("rm_atrium", "26T17:00", 90),
        ("rm_annex", "26T14:00", 90),
        ("rm_loft", "26T14:00", 90),
    ]
    await _check_each_can_be_created(driver, details["alternatives"])


async def test_without_another_room_all_are_times(house: House, driver: Driver) -> None:
    """What one kind cannot fill is the other's."""
    for room_id in ("rm_annex", "rm_loft", "rm_studio", "rm_night", "rm_atrium"):
        await booked(driver, wish(room_id))
    details = await refusal(house, driver.create(wish()), "slot_unavailable")
    offers = details["alternatives"]
    assert {offer["room_id"] for offer in offers} == {"rm_atrium"}
    starts = [offer["start_at"][11:16] for offer in offers]
    assert starts == ["13:00", "15:00", "12:30", "15:30", "12:00"]
    await _check_each_can_be_created(driver, offers)


async def test_without_another_time_there_are_rooms_and_shorter_times(
    house: House, driver: Driver
) -> None:
    """What both leave is for shorter times in the same room, the longest first."""
    await house.black_out("rm_atrium", at("2026-05-25 00:00"), at("2026-05-26 12:00"))
    await booked(driver, wish("rm_atrium", "2026-05-26 13:30", 30))
    await house.black_out("rm_atrium", at("2026-05-26 16:00"), at("2026-05-29 00:00"))
    for room_id in ("rm_loft", "rm_studio", "rm_night"):
        await booked(driver, wish(room_id, "2026-05-26 12:00", 240))
    wanted = wish("rm_atrium", "2026-05-26 12:00", 240)
    details = await refusal(house, driver.create(wanted), "slot_unavailable")
    assert _brief(details["alternatives"]) == [
        ("rm_annex", "26T12:00", 240),
        ("rm_atrium", "26T14:00", 120),
        ("rm_atrium", "26T12:00", 90),
    ]
    await _check_each_can_be_created(driver, details["alternatives"])


@pytest.mark.parametrize(
    ("attendees", "rooms"),
    [(2, ["rm_quiet", "rm_annex"]), (8, ["rm_annex", "rm_loft"]), (None, ["rm_annex", "rm_loft"])],
)
async def test_rooms_seat_the_party(
    house: House, driver: Driver, attendees: int | None, rooms: list[str]
) -> None:
    """The smallest that does comes first; unsaid, it is as many as the room that was wanted."""
    await booked(driver, wish())
    details = await refusal(house, driver.create(wish(attendees=attendees)), "slot_unavailable")
    offers = details["alternatives"]
    assert [o["room_id"] for o in offers if o["room_id"] != "rm_atrium"] == rooms
    await _check_each_can_be_created(driver, offers, attendees=attendees)


@pytest.mark.parametrize("member", ["mem_noor_n", "mem_jonas_k", None])
async def test_offers_are_the_callers(house: House, driver: Driver, member: str | None) -> None:
    """Each is bookable by that caller: the quiet room is for residents alone."""
    await booked(driver, wish())
    call = driver.create(wish(member=member, attendees=2))
    offers = (await refusal(house, call, "slot_unavailable"))["alternatives"]
    assert "rm_quiet" not in {offer["room_id"] for offer in offers}
    await _check_each_can_be_created(driver, offers, member, attendees=2)


async def test_what_cannot_be_paid_is_not_offered(house: House, driver: Driver) -> None:
    """A room for tokens alone is none for a member without."""
    annex = next(room for room in ROOMS if room.id == "rm_annex")
    card = next(card for card in CARDS if card.room_id == "rm_annex")
    vault = replace(annex, id="rm_aaa", name="Vault")
    tokens = replace(
        card, id="rc_aaa", room_id="rm_aaa", billing_modes=frozenset({BillingMode.TOKENS})
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [vault, tokens])
    await booked(driver, wish())
    for member, offered in (("mem_lina_p", True), ("mem_jonas_k", False)):
        details = await refusal(house, driver.create(wish(member=member)), "slot_unavailable")
        offers = details["alternatives"]
        assert ("rm_aaa" in {offer["room_id"] for offer in offers}) is offered
        await _check_each_can_be_created(driver, offers, member)


async def test_an_edit_ignores_the_booking_itself(house: House, driver: Driver) -> None:
    """Times that its own slot overlaps are offered; the slot that it has is not."""
    moving = await booked(driver, wish(minutes=120))
    await booked(driver, wish(start="2026-05-26 16:00", minutes=60))
    call = driver.edit(moving["id"], {"start": at("2026-05-26 15:00")})
    offers = (await refusal(house, call, "slot_unavailable"))["alternatives"]
    starts = ["26T13:30", "26T13:00", "26T17:00"]
    assert _brief(offers)[:3] == [("rm_atrium", start, 120) for start in starts]
    assert ("rm_atrium", "26T14:00", 120) not in _brief(offers)
    for offer in offers:
        change = {"room_id": offer["room_id"], "start": at(offer["start_at"].rstrip("Z"))}
        done(await driver.edit(moving["id"], {**change, "duration_minutes": _minutes(offer)}))


async def test_a_quote_offers_the_same(house: House, driver: Driver) -> None:
    """Contract, Quote: what stands against the slot, and what could be had instead."""
    await booked(driver, wish())
    refused = await refusal(house, driver.create(wish()), "slot_unavailable")
    quote = done(await driver.quote(wish()))
    assert quote["alternatives"] == refused["alternatives"]
    assert done(await driver.quote(wish(start="2026-05-26 18:00")))["alternatives"] == []


async def test_other_parts_stand_in_for_a_combined_room(house: House, driver: Driver) -> None:
    """What shares a part with the taken room is not free; a shared room may have seats."""
    atrium = next(room for room in ROOMS if room.id == "rm_atrium")
    hall = replace(atrium, id="rm_hall", parts=frozenset({"rm_atrium", "rm_annex"}))
    desks = replace(atrium, id="rm_desks", shared=True)
    card = samples.rate_card(id="rc_desks", workspace_id=WORKSPACE, room_id="rm_desks")
    await import_catalogue(house.ports, system_actor(WORKSPACE), [hall, desks, card])
    await booked(driver, wish("rm_hall"))
    await booked(driver, wish("rm_desks", attendees=5))
    for attendees, rooms in ((3, {"rm_desks", "rm_loft"}), (4, {"rm_loft", "rm_night"})):
        call = driver.create(wish("rm_annex", attendees=attendees))
        offers = (await refusal(house, call, "slot_unavailable"))["alternatives"]
        assert {o["room_id"] for o in offers} - {"rm_annex"} == rooms
        await _check_each_can_be_created(driver, offers, attendees=attendees)


async def test_alternatives_at_the_end_of_the_search_can_be_booked(
    house: House, driver: Driver
) -> None:
    """Contract: alternatives are slots to book "instead", however far away they lie."""
    # Closed but for two hours a day later, of which the second is booked.
    await house.black_out("rm_night", at("2026-05-25 00:00"), at("2026-05-27 13:00"))
    await booked(driver, wish("rm_night", "2026-05-27 14:30"))
    await house.black_out("rm_night", at("2026-05-27 15:30"), at("2026-05-29 00:00"))
    wanted = wish("rm_night", "2026-05-26 12:00", 120)
    details = await refusal(house, driver.create(wanted), "slot_unavailable")
    await _check_each_can_be_created(driver, details["alternatives"])
