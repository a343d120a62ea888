"""The rows that every server reads: 20 rooms, 500 members, bookings without end, one API key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from litehq_app.sql import SqlStore, migrate
from litehq_app.sql.bookings import booking_values
from litehq_app.sql.tables import BOOKINGS
from litehq_core.domain.api_key import EVERY_SCOPE, ApiKey, hash_secret, system_actor
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.ids import Prefix, id_source
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.price import Price
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.room import Room
from litehq_core.domain.workspace import Mode, Workspace

WORKSPACE = "ws_bench"
SECRET = "sk_test_benchmark_0123456789"
ROOMS, MEMBERS = 20, 500
# Far enough ahead that no sweep ends a booking while it is read.
FIRST_DAY = date(2031, 1, 1)
A_DAY = 10

MADE = datetime(2026, 1, 1, tzinfo=UTC)
_stamped: dict[str, Any] = {"created_at": MADE, "updated_at": MADE}


async def furnish(url: str, bookings: int) -> None:
    """Fill an empty database."""
    await migrate(url)
    store = await SqlStore.open(
        url, new_id=id_source(lambda: 1_767_225_600_000, lambda bits: bits), on_events=_nobody
    )
    try:
        async with store.begin(system_actor(WORKSPACE)) as tx:
            for item in _catalogue():
                await tx.catalogue.add(item)
            await tx.api_keys.add(_key())
        async with store._engine.writer.begin() as connection:
            for first in range(0, bookings, 5_000):
                numbers = range(first, min(first + 5_000, bookings))
                await connection.execute(
                    insert(BOOKINGS), [booking_values(_booking(number)) for number in numbers]
                )
            if connection.dialect.name == "postgresql":
                # As it does by itself once it has been in use for a minute; SQLite never does.
                await connection.execute(text("ANALYZE"))
    finally:
        await store.close()


def _nobody(workspace_id: str) -> None:
    """Nobody follows the log."""


def _key() -> ApiKey:
    return ApiKey(
        id="tok_bench",
        workspace_id=WORKSPACE,
        name="Benchmark",
        scopes=EVERY_SCOPE,
        secret_hash=hash_secret(SECRET),
        hint=SECRET[-4:],
        expires_at=MADE + timedelta(days=10_000),
        created_at=MADE,
    )


def _location() -> Location:
    return Location(
        id="loc_bench",
        workspace_id=WORKSPACE,
        name="Bench",
        timezone="Europe/London",
        currency="GBP",
        opening_hours=OpeningHours.every_day(0, 24 * 60),
        **_stamped,
    )


def _room(number: int) -> Room:
    return Room(
        id=f"rm_{number:03d}",
        workspace_id=WORKSPACE,
        location=_location(),
        name=f"Room {number}",
        capacity=4 + number % 9,
        **_stamped,
    )


def _catalogue() -> list[Any]:
    members = [
        Member(
            id=f"mem_{number:04d}",
            workspace_id=WORKSPACE,
            email=f"member{number}@example.com",
            name=f"Member Number {number}",
            tier="core",
            company_id=None,
            status=MemberStatus.ACTIVE,
            **_stamped,
        )
        for number in range(MEMBERS)
    ]
    workspace = Workspace(id=WORKSPACE, name="Bench", mode=Mode.TEST, created_at=MADE)
    return [workspace, _location(), *(_room(number) for number in range(ROOMS)), *members]


_TEMPLATE = Booking(
    id="",
    workspace_id=WORKSPACE,
    room=_room(0).summary,
    status=BookingStatus.CONFIRMED,
    version=2,
    sequence=2,
    start_at=MADE,
    end_at=MADE + timedelta(hours=1),
    buffer_minutes=0,
    member_id=None,
    guest=None,
    company_id=None,
    attendees=None,
    notes=None,
    metadata={},
    billing_mode=BillingMode.INVOICE,
    price=Price(currency="GBP", lines=()),
    policy=CancellationPolicy(name="none", steps=()),
    **_stamped,
)


def _booking(number: int) -> Booking:
    """Ten one-hour bookings a day and room, from eight o'clock on."""
    turn, room = divmod(number, ROOMS)
    day, hour = divmod(turn, A_DAY)
    start = datetime(FIRST_DAY.year, 1, 1, 8 + hour, tzinfo=UTC) + timedelta(days=day)
    return replace(
        _TEMPLATE,
        id=f"{Prefix.BOOKING}_{number:08d}",
        room=_room(room).summary,
        start_at=start,
        end_at=start + timedelta(hours=1),
        member_id=f"mem_{number * 7 % MEMBERS:04d}",
    )
