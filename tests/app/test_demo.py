"""The demo workspace (contract.md, Demo workspace)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from litehq_app.bootstrap import open_installation
from litehq_app.demo.bookings import plans
from litehq_app.demo.catalogue import LINA, TOKENS
from litehq_app.demo.example import open_start
from litehq_app.demo.prepare import prepare_demo
from litehq_core import (
    CreateBooking,
    ListAvailability,
    authenticate,
    create_booking,
    list_availability,
    list_mails,
    system_actor,
)
from litehq_core.domain.attributes import Noun
from litehq_core.domain.availability import RoomAvailability
from litehq_core.domain.errors import AuthInvalid
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import wallet_of
from litehq_core.domain.query import Paging
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from tests.app.installations import DEMO_KEY, MemoryInstallation, settings_of

ACTOR = system_actor("ws_demo")
# Summer, winter, the two changes of the clock in London, and the last minutes of a day.
NOWS = [
    "2026-05-22T09:00+00:00",
    "2026-12-18T16:45+00:00",
    "2026-10-20T07:10+00:00",
    "2027-03-22T12:00+00:00",
    "2026-07-01T22:59+00:00",
]


async def demo_at(now: str) -> tuple[Ports, Clock]:
    """A demo workspace in memory, made at ``now``."""
    clock = Clock(datetime.fromisoformat(now))
    settings = settings_of()
    opener = MemoryInstallation(clock, settings)
    async with opener(settings) as installation:
        assert await prepare_demo(settings, installation) == DEMO_KEY
    return opener.ports, clock


async def availability(ports: Ports, clock: Clock, days: int = 14) -> list[RoomAvailability]:
    """All rooms, over the next days."""
    now = clock()
    _, rooms = await list_availability(
        ports, ACTOR, ListAvailability(from_at=now, to_at=now + timedelta(days=days))
    )
    return rooms


async def count(ports: Ports, noun: Noun) -> int:
    """How many there are."""
    query = ListRecords(noun=noun, paging=Paging(limit=200))
    return len((await list_records(ports, ACTOR, query, frozenset({"id", "created_at"}))).records)


@pytest.mark.parametrize("now", NOWS)
async def test_the_rooms_and_the_people(now: str) -> None:
    ports, _ = await demo_at(now)
    assert await count(ports, Noun.ROOM) == 6
    assert await count(ports, Noun.LOCATION) == 1
    # Nobody has booked what is there at the start, so nobody is written to.
    assert list(await list_mails(ports, ACTOR, limit=1)) == []
    assert await count(ports, Noun.MEMBER) == 40
    async with ports.begin(ACTOR) as tx:
        assert (await tx.ledger.balance(wallet_of(LINA))).spendable == TOKENS[LINA]
        assert (await tx.ledger.balance(wallet_of("mem_jonas_k"))).spendable == 0
        northwind = await tx.catalogue.company("co_northwind")
        assert northwind
        assert northwind.billing_terms == "invoice"


@pytest.mark.parametrize("now", NOWS)
async def test_every_planned_booking_is_made(now: str) -> None:
    ports, clock = await demo_at(now)
    busy = [
        block
        for room in await availability(ports, clock, days=15)
        for block in room.busy
        if block.kind == "booking"
    ]
    planned = list(plans(clock()))
    assert len(busy) == len(planned) >= 40
    assert len({plan.wish.room_id for plan in planned}) == 6
    days = {plan.wish.start_at.date() for plan in planned}
    assert len(days) >= 13
    assert max(days) - min(days) <= timedelta(days=14)


@pytest.mark.parametrize("now", NOWS)
async def test_two_rooms_are_free_from_14_to_16_utc(now: str) -> None:
    ports, clock = await demo_at(now)
    rooms = {room.room_id: room for room in await availability(ports, clock, days=16)}
    today = clock().replace(hour=14, minute=0)
    for room_id in ("rm_atrium", "rm_studio"):
        for day in (today + timedelta(days=n) for n in range(1, 15)):
            wanted = Interval(day, day + timedelta(hours=2))
            assert any(free.contains(wanted) for free in rooms[room_id].free), (room_id, day)
        # And open, every day, 07:00–22:00 on the wall.
        closed = [block for block in rooms[room_id].busy if block.kind == "closed"]
        assert len(closed) in (16, 17)


async def test_the_published_examples_hold() -> None:
    """A's create gives `confirmed, tokens_charged: 3`, B's `pending_payment, GBP 8400`."""
    ports, _ = await demo_at(NOWS[0])
    start = await open_start(ports)
    end = start + timedelta(minutes=90)
    made = await create_booking(
        ports,
        ACTOR,
        CreateBooking(room_id="rm_atrium", start_at=start, end_at=end, member_id=LINA),
    )
    assert (made.status, made.tokens_charged) == ("confirmed", 3)
    made = await create_booking(
        ports,
        ACTOR,
        CreateBooking(
            room_id="rm_studio", start_at=start, end_at=end, member_id="mem_jonas_k", attendees=4
        ),
    )
    assert (made.status, made.price.currency, made.price.amount_minor) == (
        "pending_payment",
        "GBP",
        8400,
    )
    made = await create_booking(
        ports,
        ACTOR,
        CreateBooking(
            room_id="rm_atrium",
            start_at=start + timedelta(days=1),
            end_at=end + timedelta(days=1),
            member_id="mem_amara_o",
        ),
    )
    assert (made.status, made.billing_mode) == ("confirmed", "invoice")


async def test_the_example_moves_on_when_its_slot_is_taken() -> None:
    ports, _ = await demo_at(NOWS[0])
    first = await open_start(ports)
    assert first.isoformat() == "2026-05-23T14:00:00+00:00"
    await create_booking(
        ports,
        ACTOR,
        CreateBooking(
            room_id="rm_atrium",
            start_at=first + timedelta(minutes=30),
            end_at=first + timedelta(minutes=60),
            member_id=LINA,
        ),
    )
    assert await open_start(ports) == first + timedelta(days=1)


async def test_a_second_start_adds_nothing(tmp_path: Path) -> None:
    settings = settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db")
    async with open_installation(settings) as installation:
        assert await prepare_demo(settings, installation) == DEMO_KEY
        head = await installation.ports.reads.head("ws_demo")
        assert await installation.is_empty() is False
    async with open_installation(settings) as installation:
        assert await prepare_demo(settings, installation) == DEMO_KEY
        assert await installation.ports.reads.head("ws_demo") == head


async def test_other_peoples_databases_are_left_alone(clock: Clock) -> None:
    settings = settings_of()
    opener = MemoryInstallation(clock, settings)

    async def is_not_empty() -> bool:
        return False

    async with opener(settings) as installation:
        others = replace(installation, is_empty=is_not_empty)
        assert await prepare_demo(settings, others) is None
        assert await installation.ports.reads.head("ws_demo") == 0


async def test_no_demo_without_the_wish(clock: Clock) -> None:
    settings = settings_of(demo=False)
    opener = MemoryInstallation(clock, settings)
    async with opener(settings) as installation:
        assert await prepare_demo(settings, installation) is None
        assert await installation.ports.reads.head("ws_demo") == 0


async def test_a_new_demo_key_takes_the_place_of_the_old(clock: Clock) -> None:
    settings = settings_of()
    opener = MemoryInstallation(clock, settings)
    async with opener(settings) as installation:
        await prepare_demo(settings, installation)
        actor = await authenticate(opener.ports, DEMO_KEY)
        assert actor.workspace_id == "ws_demo"
        own = await prepare_demo(settings_of(demo_key=None), installation)
        assert own is not None
        assert own.startswith("sk_test_demo_")
        assert (await authenticate(opener.ports, own)).workspace_id == "ws_demo"
        with pytest.raises(AuthInvalid):
            await authenticate(opener.ports, DEMO_KEY)


async def test_the_installations_own_key_stays_the_same(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/litehq.db"
    settings = settings_of(database_url=url, demo_key=None)
    seen = set()
    for _ in range(2):
        async with open_installation(settings) as installation:
            seen.add(await prepare_demo(settings, installation))
    assert len(seen) == 1
    assert None not in seen
