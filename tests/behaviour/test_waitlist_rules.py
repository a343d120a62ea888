"""The waitlist: who may wait for what, for how long, and who sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done, refused
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, reasons, refusal, text, wish, wrong_fields
from tests.behaviour.waiting import entry, line, queue, status, told, waiting

LINA, JONAS, CARL = "mem_lina_p", "mem_jonas_k", "mem_carl_c"


async def test_what_is_free_at_this_moment_is_offered_at_once(driver: Driver) -> None:
    """There is nothing to wait for, and the place in line is worth no less than a look."""
    offered = done(await driver.join(line(end="2026-05-26 18:00")))
    assert offered["status"] == "offered"
    assert offered["offer"]["start_at"] == text("2026-05-26 14:00")
    assert done(await driver.accept(offered["id"]))["status"] == "confirmed"


async def test_any_room_of_the_location_will_do(house: House, driver: Driver) -> None:
    """Issue 3, 8: "room or group"; each room is looked at when it is released."""
    slots = {room: await booked(driver, wish(room)) for room in ("rm_atrium", "rm_annex")}
    for room in ("rm_studio", "rm_loft", "rm_night", "rm_quiet"):
        await house.black_out(room, at("2026-05-26 00:00"), at("2026-05-27 00:00"))
    anywhere = line(JONAS, room_id=None, location_id="loc_soho", attendees=6)
    first = await waiting(driver, anywhere)
    assert (first["room_id"], first["location_id"]) == (None, "loc_soho")
    second = await waiting(driver, line(CARL))
    # They may want the same slot, so they stand in one line.
    assert second["position"] == 2
    done(await driver.cancel(slots["rm_annex"]["id"]))
    assert (await entry(driver, first))["offer"]["room_id"] == "rm_annex"
    assert await status(driver, second) == "waiting"


async def test_a_group_offers_only_rooms_that_seat_all(house: House, driver: Driver) -> None:
    """Contract: capacity is a rule of the room; the Studio alone seats ten."""
    anywhere = line(room_id=None, location_id="loc_soho", attendees=10)
    offered = done(await driver.join(anywhere))
    assert offered["offer"]["room_id"] == "rm_studio"


WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no place": ({"room_id": None}, {"room_id"}),
    "two places": ({"location_id": "loc_soho"}, {"room_id"}),
    "no window": ({"to": at("2026-05-26 14:00")}, {"to"}),
    "turned round": ({"to": at("2026-05-26 13:00")}, {"to"}),
    "too small": ({"duration_minutes": 90}, {"duration_minutes"}),
    "too wide": ({"to": at("2026-07-26 14:00")}, {"to"}),
    "over": ({"from": at("2026-05-20 14:00"), "to": at("2026-05-21 14:00")}, {"to"}),
    "ending now": ({"from": at("2026-05-22 09:00"), "to": at("2026-05-22 10:00")}, {"to"}),
    "far off": ({"from": at("2028-05-26 14:00"), "to": at("2028-05-27 14:00")}, {"to"}),
    "uneven": ({"duration_minutes": 31}, {"duration_minutes"}),
    "nobody": ({"attendees": 0}, {"attendees"}),
    "nul": ({"notes": "a\0b"}, {"notes"}),
}


@pytest.mark.parametrize(("changes", "fields"), WRONG.values(), ids=WRONG)
async def test_wrong_fields_are_named(
    house: House, driver: Driver, changes: dict[str, Any], fields: set[str]
) -> None:
    """Contract, Errors: ``validation_failed`` with ``details[]{field, reason}``."""
    assert await wrong_fields(house, driver.join({**line(), **changes})) == fields


async def test_waiting_in_vain_is_refused(house: House, driver: Driver) -> None:
    """What no slot of the room could ever meet is refused at once, with every reason."""
    day = {"start": "2026-05-26 08:00", "end": "2026-05-26 20:00", "room_id": "rm_quiet"}
    crowded = line(JONAS, duration_minutes=300, attendees=3, **day)
    assert await reasons(house, driver.join(crowded)) == {
        "too_long",
        "over_capacity",
        "tier_not_allowed",
    }
    assert await reasons(house, driver.join(line(room_id="rm_closed"))) == {"room_inactive"}
    assert await reasons(house, driver.join(line("mem_olga_o"))) == {"member_not_active"}
    off_grid = line(start="2026-05-26 08:00", end="2026-05-26 20:00", duration_minutes=45)
    details = await refusal(house, driver.join(off_grid), "slot_misaligned")
    assert details["slot_minutes"] == 30


@pytest.mark.parametrize(
    "changes",
    [
        {"room_id": "rm_nowhere"},
        {"room_id": None, "location_id": "loc_nowhere"},
        {"booked_by": {"member_id": "mem_nobody"}},
        {"room_id": "rm_cellar"},
    ],
)
async def test_unknown_ids_are_not_found(
    house: House, driver: Driver, changes: dict[str, Any]
) -> None:
    """Contract, Ids: what belongs to another workspace answers like an id never used."""
    await refusal(house, driver.join({**line(), **changes}), "not_found")


async def test_what_is_not_there_is_not_found(house: House, driver: Driver) -> None:
    for call in (driver.entry("wl_none"), driver.accept("wl_none"), driver.leave("wl_none")):
        await refusal(house, call, "not_found")


async def test_nothing_is_accepted_that_is_not_offered(house: House, driver: Driver) -> None:
    _, (first,) = await queue(driver, LINA)
    await refusal(house, driver.accept(first["id"]), "invalid_transition")


async def test_an_entry_ends_when_its_window_does(house: House, driver: Driver) -> None:
    """An entry ends by itself when no start in its window is possible any more."""
    await booked(driver, wish())
    first = await waiting(driver, line(end="2026-05-26 15:00"))
    house.clock.now = at("2026-05-26 13:59")
    await house.run_due()
    assert await status(driver, first) == "waiting"
    house.clock.now = at("2026-05-26 14:00")
    await house.run_due()
    assert await status(driver, first) == "expired"
    assert told(house, first) == ["waitlist.joined", "waitlist.expired"]
    await refusal(house, driver.leave(first["id"]), "invalid_transition")


async def test_an_offer_never_outlasts_what_can_be_booked(house: House, driver: Driver) -> None:
    """The Loft is booked two hours ahead, so an offer of it lapses two hours before its start."""
    taken = await booked(driver, wish("rm_loft", "2026-05-22 12:00"))
    window = {"start": "2026-05-22 12:00", "end": "2026-05-22 13:00", "room_id": "rm_loft"}
    first = await waiting(driver, line(**window))
    house.clock.now = at("2026-05-22 09:50")
    done(await driver.cancel(taken["id"]))
    assert (await entry(driver, first))["offer"]["expires_at"] == text("2026-05-22 10:00")


async def test_what_no_release_tells_is_found_by_looking_again(
    house: House, driver: Driver
) -> None:
    """The Loft is booked a week ahead: nobody lets go of it, it just comes within reach."""
    window = {"start": "2026-05-30 09:00", "end": "2026-05-30 10:00", "room_id": "rm_loft"}
    first = await waiting(driver, line(LINA, **window))
    second = await waiting(driver, line(JONAS, **window))
    house.clock.now = at("2026-05-23 08:59")
    await house.run_due()
    assert await status(driver, first) == "waiting"
    # Looked at so often, and no more often than that.
    house.clock.now = at("2026-05-23 09:13")
    await house.run_due()
    assert await status(driver, first) == "waiting"
    house.clock.now = at("2026-05-23 09:14")
    await house.run_due()
    assert await status(driver, first) == "offered"
    assert await status(driver, second) == "waiting"


async def test_bound_keys_wait_for_their_own(house: House, driver: Driver) -> None:
    """Contract, Auth: a key bound to a member sees only theirs."""
    _, (theirs,) = await queue(driver, JONAS)
    own = await waiting(driver, line(LINA), key=keys.LINA)
    # Her place in line counts those that she does not see.
    assert own["position"] == 2
    page = done(await driver.waitlist(key=keys.LINA))
    assert [e["id"] for e in page["data"]] == [own["id"]]
    for call in (
        driver.entry(theirs["id"], key=keys.LINA),
        driver.accept(theirs["id"], key=keys.LINA),
        driver.leave(theirs["id"], key=keys.LINA),
        driver.join(line(JONAS), key=keys.LINA),
        driver.leave(own["id"], key=keys.STRANGER),
        driver.entry(own["id"], key=keys.NORTHWIND),
    ):
        await refusal(house, call, "not_found")
    guest = {**line(), "booked_by": {"guest": {"email": "ada@example.com", "name": "Ada G"}}}
    refused(await driver.join(guest, key=keys.LINA), "validation_failed")
    assert done(await driver.leave(own["id"], key=keys.LINA))["status"] == "cancelled"


async def test_scopes(house: House, driver: Driver) -> None:
    """Contract, Auth: calendar scopes cover the waitlist too."""
    _, (first,) = await queue(driver, LINA)
    for call in (
        driver.join(line(), key=keys.READ_ONLY),
        driver.accept(first["id"], key=keys.READ_ONLY),
        driver.leave(first["id"], key=keys.READ_ONLY),
        driver.waitlist(key=keys.MEMBERS_ONLY),
        driver.entry(first["id"], key=keys.MEMBERS_ONLY),
    ):
        await refusal(house, call, "auth_scope_insufficient")
    assert done(await driver.entry(first["id"], key=keys.READ_ONLY))["id"] == first["id"]


async def test_lists_are_filtered_and_paged(house: House, driver: Driver) -> None:
    """Contract, Lists: newest first, by cursor."""
    taken, entries = await queue(driver, LINA, JONAS, CARL)
    done(await driver.cancel(taken["id"]))
    page = done(await driver.waitlist({"limit": 2}))
    rest = done(await driver.waitlist({"limit": 2, "cursor": page["next_cursor"]}))
    found = [e["id"] for e in (*page["data"], *rest["data"])]
    assert found == [e["id"] for e in reversed(entries)]
    assert rest["next_cursor"] is None
    for filters, wanted in (
        ({"status": "offered"}, {0}),
        ({"status": "waiting"}, {1, 2}),
        ({"member_id": JONAS}, {1}),
        ({"room_id": "rm_annex"}, set()),
        ({"location_id": "loc_soho"}, {0, 1, 2}),
    ):
        data = done(await driver.waitlist(filters))["data"]
        assert {e["id"] for e in data} == {entries[n]["id"] for n in wanted}


async def test_a_stale_version_is_refused(house: House, driver: Driver) -> None:
    """Contract: ``version_conflict``; every move of an entry raises its version."""
    taken, (first,) = await queue(driver, LINA)
    done(await driver.cancel(taken["id"]))
    for call in (driver.leave(first["id"], version=1), driver.accept(first["id"], version=1)):
        details = await refusal(house, call, "version_conflict")
        assert details["current_version"] == 2
    assert done(await driver.leave(first["id"], version=2))["version"] == 3


async def test_joins_and_accepts_happen_once(house: House, driver: Driver) -> None:
    """Contract, Idempotency: the same key has one effect and one answer."""
    taken, _ = await queue(driver)
    first = done(await driver.join(line(), once="join"))
    again = await driver.join(line(), once="join")
    assert done(again) == first
    assert getattr(again, "replayed", False)
    done(await driver.cancel(taken["id"]))
    booking = done(await driver.accept(first["id"], once="accept"))
    assert done(await driver.accept(first["id"], once="accept")) == booking
    assert house.tokens(LINA) == 18
    left = await waiting(driver, line(JONAS))
    gone = done(await driver.leave(left["id"], once="leave"))
    assert done(await driver.leave(left["id"], once="leave")) == gone


async def test_an_offer_that_cannot_be_paid_stays(house: House, driver: Driver) -> None:
    """Refused is refused: nothing changes, and the offer may still be taken otherwise."""
    taken, _ = await queue(driver)
    first = await waiting(driver, line(JONAS, billing_mode="tokens"))
    done(await driver.cancel(taken["id"]))
    details = await refusal(house, driver.accept(first["id"]), "insufficient_tokens")
    assert details["required"] == 2
    hold = await booked(driver, wish(member=JONAS))
    assert hold["status"] == "pending_payment"
    assert (await entry(driver, first))["booking_id"] == hold["id"]
