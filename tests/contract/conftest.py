"""The store fixture: every contract test runs on memory, SQLite and PostgreSQL.

A database lasts for one module: each test furnishes workspaces of its own, and a store that let
one see another's rows would fail ``test_isolation`` anyway.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest

from litehq_app.feed.local import LocalFeed
from litehq_core.domain.booking import Booking
from litehq_core.ports.ports import Ports
from litehq_core.testing import (
    Clock,
    MemoryConnect,
    MemoryMailer,
    MemoryPayments,
    MemoryVault,
    MemoryWebhookSender,
    memory_ports,
)
from tests.contract.house import House, furnished
from tests.domain.samples import slot
from tests.stores import ENGINES, new_test_id, sql_store


@pytest.fixture(scope="module")
def shared_clock() -> Clock:
    """The clock of the module's store."""
    return Clock()


@pytest.fixture(scope="module", params=["memory", *ENGINES])
async def shared_store(
    request: pytest.FixtureRequest, shared_clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ports]:
    """A set of ports over each store in turn."""
    if request.param == "memory":
        yield memory_ports(clock=shared_clock)
        return
    feed, directory = LocalFeed(), tmp_path_factory.mktemp("store")
    async with sql_store(
        request.param, directory, clock=shared_clock, on_events=feed.wake
    ) as opened:
        yield Ports(
            begin=opened.begin,
            reads=opened.reads,
            payments=MemoryPayments(),
            connect=MemoryConnect(),
            mailer=MemoryMailer(),
            webhook_sender=MemoryWebhookSender(),
            feed=feed,
            vault=MemoryVault(),
            rate_limits=memory_ports(clock=shared_clock).rate_limits,
            clock=shared_clock,
            new_id=new_test_id,
            new_secret=secrets.token_hex,
        )


@pytest.fixture
def clock(shared_clock: Clock) -> Clock:
    """The instant at which everything happens, until the test moves it."""
    shared_clock.now = Clock().now
    return shared_clock


@pytest.fixture
def store(shared_store: Ports, clock: Clock) -> Ports:
    """The ports under test, at the clock's first instant."""
    return shared_store


@pytest.fixture
async def house(store: Ports) -> House:
    """A furnished workspace of this test alone."""
    return await furnished(store)


@pytest.fixture
async def other(store: Ports) -> House:
    """A second furnished workspace in the same store: a stranger's."""
    return await furnished(store)


@pytest.fixture
async def week(house: House) -> list[Booking]:
    """Seven bookings in the list's order: two that start together, then one a day."""
    starts = ["2026-06-01 14:00", *(f"2026-06-0{day} 14:00" for day in range(1, 7))]
    bookings = [house.new_booking(slot(start)) for start in starts]
    # Inserted in another order than that in which they are listed.
    await house.book(*bookings[3:], *bookings[:3])
    return bookings
