"""The waitlist: who waits is offered what is released, in order, and nobody slips in between."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, span, studio, text, wish
from tests.behaviour.waiting import entry, line, queue, status, told, waiting

LINA, JONAS, CARL = "mem_lina_p", "mem_jonas_k", "mem_carl_c"


async def test_an_entry_waits_in_line(house: House, driver: Driver) -> None:
    """Issue 3, 8: entries (window, room or group, length) stand in order."""
    _, (first, second) = await queue(driver, LINA, JONAS)
    assert (first["position"], second["position"]) == (1, 2)
    assert first["offer"] is None
    assert first["booked_by"] == {"member_id": LINA}
    assert first["room_id"] == "rm_atrium"
    assert first["location_id"] == "loc_soho"
    assert first["expires_at"] == text("2026-05-26 14:00")
    assert told(house, first) == ["waitlist.joined"]
    assert await entry(driver, first) == first


async def test_a_release_is_offered_to_the_first_in_line(house: House, driver: Driver) -> None:
    """Issue 3, 8: on release the first in order gets a timed exclusive hold."""
    taken, (first, second) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    offered = await entry(driver, first)
    assert offered["status"] == "offered"
    assert offered["position"] is None
    assert offered["offer"] == {
        "room_id": "rm_atrium",
        "start_at": text("2026-05-26 14:00"),
        "end_at": text("2026-05-26 15:00"),
        "expires_at": text("2026-05-22 09:15"),
    }
    assert (await entry(driver, second))["position"] == 1
    assert told(house, first) == ["waitlist.joined", "waitlist.offered"]


async def test_nobody_else_can_book_what_is_offered(house: House, driver: Driver) -> None:
    """Issue 3, 8: the hold is exclusive. Contract: a conflict that is no booking has no id."""
    taken, (first, _) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    for member in (JONAS, "mem_nadia_n", None):
        details = await refusal(house, driver.create(wish(member=member)), "slot_unavailable")
        assert details["conflicting_booking_id"] is None
        assert details["alternatives"]
    # Nor can he whom it is offered to book another slot across it.
    longer = wish(minutes=90, member=LINA)
    await refusal(house, driver.create(longer), "slot_unavailable")
    assert await status(driver, first) == "offered"


async def test_an_offer_looks_like_a_hold_to_others(driver: Driver) -> None:
    """Contract: "each of them can be booked by that caller for that length, and no other"."""
    taken, _ = await queue(driver, LINA)
    done(await driver.cancel(taken["id"]))
    query = {
        "room_id": "rm_atrium",
        "from": at("2026-05-26 13:00"),
        "to": at("2026-05-26 16:00"),
        "duration_minutes": 60,
    }
    starts = {}
    for member in (LINA, JONAS):
        (room,) = done(await driver.availability({**query, "member_id": member}))["data"]
        assert [block["kind"] for block in room["busy"]] == ["hold"]
        starts[member] = set(room["starts"])
    assert starts[LINA] - starts[JONAS] == {text("2026-05-26 14:00")}
    assert starts[JONAS] <= starts[LINA]
    # What begins where the window ends is none of its starts.
    before = {**query, "to": at("2026-05-26 14:00"), "member_id": LINA}
    (room,) = done(await driver.availability(before))["data"]
    assert set(room["starts"]) == {
        start for start in starts[LINA] if start < text("2026-05-26 14:00")
    }
    quote = done(await driver.quote(wish(member=LINA)))
    assert quote["valid"]
    assert not done(await driver.quote(wish(member=JONAS)))["valid"]


async def test_an_offer_is_accepted_with_tokens(house: House, driver: Driver) -> None:
    """Contract: nothing left to pay is confirmed at once; the claims pass to the booking."""
    taken, (first, second) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    booking = done(await driver.accept(first["id"]))
    assert booking["status"] == "confirmed"
    assert booking["billing_mode"] == "tokens"
    assert booking["booked_by"] == {"member_id": LINA}
    assert house.tokens(LINA) == 18
    ended = await entry(driver, first)
    assert (ended["status"], ended["booking_id"], ended["offer"]) == ("booked", booking["id"], None)
    assert told(house, first)[-1] == "waitlist.booked"
    assert await status(driver, second) == "waiting"
    await refusal(house, driver.accept(first["id"]), "invalid_transition")


async def test_an_offer_is_accepted_by_card(house: House, driver: Driver) -> None:
    """Contract: money due → ``pending_payment`` with a checkout; unpaid, the next has his turn."""
    taken = await paid(house, driver, studio(minutes=60))
    here: dict[str, Any] = {"room_id": "rm_studio", "attendees": 3, "notes": "bring chairs"}
    first = await waiting(driver, line(LINA, **here))
    second = await waiting(driver, line(JONAS, **here))
    done(await driver.cancel(taken["id"]))
    hold = done(await driver.accept(first["id"]))
    assert hold["status"] == "pending_payment"
    assert hold["checkout_url"]
    assert (hold["attendees"], hold["notes"]) == (3, "bring chairs")
    house.clock.advance(minutes=30)
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert await status(driver, first) == "booked"
    assert await status(driver, second) == "offered"
    confirmed = done(await driver.accept(second["id"]))
    await house.pay(confirmed["checkout_url"])
    assert done(await driver.get(confirmed["id"]))["status"] == "confirmed"


async def test_an_ordinary_create_takes_the_offer(house: House, driver: Driver) -> None:
    """An offer is the booker's, whichever way he books the slot."""
    taken, (first, _) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    booking = await booked(driver, wish(member=LINA))
    ended = await entry(driver, first)
    assert (ended["status"], ended["booking_id"]) == ("booked", booking["id"])


async def test_a_guest_waits_and_books(house: House, driver: Driver) -> None:
    """A workspace key adds a guest, who is known by his address."""
    taken, _ = await queue(driver)
    first = await waiting(driver, line(None))
    assert first["booked_by"] == {"guest": {"email": "ada@example.com", "name": "Ada G"}}
    done(await driver.cancel(taken["id"]))
    stranger = {"guest": {"email": "eve@example.com", "name": "Eve"}}
    await refusal(house, driver.create({**wish(), "booked_by": stranger}), "slot_unavailable")
    hold = await booked(driver, wish(member=None))
    assert (await entry(driver, first))["booking_id"] == hold["id"]


async def test_a_lapsed_offer_goes_to_the_next(house: House, driver: Driver) -> None:
    """Issue 3, 8: "… then the next"; who let it lapse has had his turn."""
    taken, (first, second) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    house.clock.advance(minutes=14, seconds=59)
    await house.run_due()
    assert await status(driver, first) == "offered"
    house.clock.advance(seconds=1)
    await house.run_due()
    assert await status(driver, first) == "expired"
    assert told(house, first)[-1] == "waitlist.expired"
    offer = (await entry(driver, second))["offer"]
    assert offer["expires_at"] == text("2026-05-22 09:30")
    house.clock.advance(minutes=15)
    await house.run_due()
    assert await status(driver, second) == "expired"
    await booked(driver, wish(member=CARL))


async def test_a_lapsed_offer_is_free_before_it_is_swept(house: House, driver: Driver) -> None:
    """Contract: what has lapsed "is free at that instant, whether or not a worker has swept it"."""
    taken, (first,) = await queue(driver, LINA)
    done(await driver.cancel(taken["id"]))
    house.clock.advance(minutes=15)
    await refusal(house, driver.accept(first["id"]), "invalid_transition")
    await refusal(house, driver.leave(first["id"]), "invalid_transition")
    await booked(driver, wish(member=JONAS))
    assert await status(driver, first) == "expired"


async def test_the_next_in_line_goes_before_a_create(house: House, driver: Driver) -> None:
    """A create in the way of a lapsed offer ends it, and then the line comes first."""
    taken, (first, second) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    house.clock.advance(minutes=15)
    await refusal(house, driver.create(wish(member=CARL)), "slot_unavailable")
    # The next in line himself takes it, swept or not.
    booking = await booked(driver, wish(member=JONAS))
    assert await status(driver, first) == "expired"
    ended = await entry(driver, second)
    assert (ended["status"], ended["booking_id"]) == ("booked", booking["id"])


async def test_declining_passes_the_offer_on(house: House, driver: Driver) -> None:
    """``DELETE /v1/waitlist/{id}`` cancels the entry; leaving twice is leaving once."""
    taken, (first, second) = await queue(driver, LINA, JONAS)
    done(await driver.cancel(taken["id"]))
    left = done(await driver.leave(first["id"]))
    assert (left["status"], left["offer"]) == ("cancelled", None)
    assert await status(driver, second) == "offered"
    assert told(house, first)[-1] == "waitlist.cancelled"
    assert done(await driver.leave(first["id"])) == left
    await refusal(house, driver.accept(first["id"]), "invalid_transition")


async def test_who_leaves_the_line_is_passed_over(driver: Driver) -> None:
    taken, (first, second) = await queue(driver, LINA, JONAS)
    done(await driver.leave(first["id"]))
    assert (await entry(driver, second))["position"] == 1
    done(await driver.cancel(taken["id"]))
    assert await status(driver, first) == "cancelled"
    assert await status(driver, second) == "offered"


@pytest.mark.parametrize("way", ["shorten", "move", "elsewhere"])
async def test_every_way_of_letting_go_is_a_release(driver: Driver, way: str) -> None:
    """Contract, Edit: a move frees what it leaves, in the same transaction."""
    taken = await booked(driver, wish(minutes=120))
    first = await waiting(driver, line(start="2026-05-26 15:00", end="2026-05-26 16:00"))
    changes: dict[str, dict[str, Any]] = {
        "shorten": {"duration_minutes": 60},
        "move": {"start": at("2026-05-27 10:00")},
        "elsewhere": {"room_id": "rm_annex"},
    }
    done(await driver.edit(taken["id"], changes[way]))
    assert span((await entry(driver, first))["offer"]) == (
        text("2026-05-26 15:00"),
        text("2026-05-26 16:00"),
    )


async def test_a_dropped_change_is_a_release(house: House, driver: Driver) -> None:
    """Contract, Edit: "the extra cells held meanwhile", and no longer."""
    booking = await paid(house, driver, studio(minutes=60))
    done(await driver.edit(booking["id"], {"duration_minutes": 120}))
    after = line(start="2026-05-26 15:00", end="2026-05-26 16:00", room_id="rm_studio")
    first = await waiting(driver, after)
    house.clock.advance(minutes=30)
    await house.run_due()
    assert await status(driver, first) == "offered"


async def test_an_expired_hold_is_a_release(house: House, driver: Driver) -> None:
    """Swept, or really expired by a create in its way: who waits goes before the create."""
    await booked(driver, studio(minutes=60))
    first = await waiting(driver, line(room_id="rm_studio"))
    house.clock.advance(minutes=30)
    await refusal(house, driver.create(studio(minutes=60, member=CARL)), "slot_unavailable")
    await house.run_due()
    assert await status(driver, first) == "offered"


@pytest.mark.parametrize("swept", [True, False])
async def test_holds_that_lapse_together_are_free_together(
    house: House, driver: Driver, *, swept: bool
) -> None:
    """The first in line waits for both; that the second would take one of them is no matter."""
    await booked(driver, studio(minutes=60))
    await booked(driver, studio("2026-05-26 15:00", 60, member=CARL))
    both = {"end": "2026-05-26 16:00", "room_id": "rm_studio"}
    first = await waiting(driver, line(duration_minutes=120, **both))
    second = await waiting(driver, line(JONAS, **both))
    house.clock.advance(minutes=30)
    if swept:
        await house.run_due()
    else:
        late = studio("2026-05-26 15:00", 60, member=JONAS)
        await refusal(house, driver.create(late), "slot_unavailable")
        booking = await booked(driver, studio(minutes=120, member=LINA))
        assert (await entry(driver, first))["booking_id"] == booking["id"]
        return
    assert await status(driver, first) == "offered"
    assert await status(driver, second) == "waiting"


async def test_what_lapsed_but_has_its_cells_is_offered_once_they_are_free(
    house: House, driver: Driver
) -> None:
    """A release beside a hold that has lapsed, unswept: the sweep finds both free."""
    await booked(driver, studio(minutes=60))
    taken = await booked(driver, studio("2026-05-26 15:00", 60, member=CARL))
    await house.pay(taken["checkout_url"])
    first = await waiting(
        driver, line(duration_minutes=120, end="2026-05-26 16:00", room_id="rm_studio")
    )
    house.clock.advance(minutes=30)
    done(await driver.cancel(taken["id"]))
    assert await status(driver, first) == "waiting"
    await house.run_due()
    assert await status(driver, first) == "offered"


async def test_a_late_payment_does_not_take_what_is_offered(house: House, driver: Driver) -> None:
    """Contract: ``expired → confirmed`` only with the "slot still free"; else a full refund."""
    hold = await booked(driver, studio(minutes=60))
    first = await waiting(driver, line(room_id="rm_studio"))
    house.clock.advance(minutes=30)
    await house.run_due()
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert house.refunds() == [5600]
    assert await status(driver, first) == "offered"


async def test_two_fit_into_what_one_releases(driver: Driver) -> None:
    taken = await booked(driver, wish(minutes=120))
    window = {"start": "2026-05-26 14:00", "end": "2026-05-26 16:00"}
    entries = [await waiting(driver, line(member, **window)) for member in (LINA, JONAS, CARL)]
    done(await driver.cancel(taken["id"]))
    first, second, third = [await entry(driver, e) for e in entries]
    # The earliest start that fits, for each in turn.
    assert first["offer"]["start_at"] == text("2026-05-26 14:00")
    assert second["offer"]["start_at"] == text("2026-05-26 15:00")
    assert (third["status"], third["position"]) == ("waiting", 1)


async def test_what_does_not_fit_the_first_is_offered_to_the_next(driver: Driver) -> None:
    taken = await booked(driver, wish())
    day = {"start": "2026-05-26 14:00", "end": "2026-05-26 18:00"}
    await booked(driver, wish(start="2026-05-26 15:00", minutes=180))
    longer = await waiting(driver, line(LINA, duration_minutes=120, **day))
    shorter = await waiting(driver, line(JONAS, **day))
    done(await driver.cancel(taken["id"]))
    assert await status(driver, longer) == "waiting"
    assert await status(driver, shorter) == "offered"
