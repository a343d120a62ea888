"""The workers: what falls due is done, whatever goes wrong meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from litehq_app.workers.checkpoint import checkpoint
from litehq_app.workers.relay import relay
from litehq_app.workers.supervisor import Duty, supervised
from litehq_core import (
    Booking,
    CreateBooking,
    Guest,
    create_booking,
    get_booking,
    import_catalogue,
    system_actor,
)
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock, MemoryFeed, memory_ports, sample_catalogue
from tests.app.installations import served
from tests.app.test_checkout_page import ACTOR, press, studio

SAMPLE = system_actor("ws_sample")
# What a sweep is allowed (contract.md, States).
SWEEP_SECONDS = 5.0


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = SWEEP_SECONDS) -> None:
    """Wait until something holds; fail if it does not in time."""
    async with asyncio.timeout(seconds):
        # Nothing here could set an event: the condition is a row in a store.
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def status_is(ports: Ports, booking: Booking, status: str) -> Callable[[], Awaitable[bool]]:
    """Whether a booking has a status by now."""

    async def check() -> bool:
        found = await get_booking(ports, ACTOR, booking.id)
        return bool(found["status"] == status)

    return check


async def test_a_lapsed_hold_is_swept_within_five_seconds(clock: Clock) -> None:
    async with served(clock) as (_, ports):
        booking = await studio(ports, clock)
        clock.advance(minutes=29, seconds=59)
        await asyncio.sleep(1.2)
        assert await status_is(ports, booking, "pending_payment")()
        clock.advance(seconds=1)
        await until(status_is(ports, booking, "expired"))


async def test_what_is_over_is_completed(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        await press(client, booking, "pay")
        clock.now = booking.end_at
        await until(status_is(ports, booking, "completed"))


async def test_a_refund_is_sent(clock: Clock) -> None:
    async with served(clock) as (client, ports):
        booking = await studio(ports, clock)
        clock.advance(minutes=31)
        await studio(ports, clock)
        await press(client, booking, "pay")

        async def is_sent() -> bool:
            events = await ports.reads.events_after("ws_demo", 0, 1000)
            return any(
                event.type == "charge.refunded" and event.subject_id == booking.id
                for event in events
            )

        await until(is_sent)


async def test_a_failing_duty_is_logged_and_tried_again() -> None:
    calls = 0

    async def perform() -> bool:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise RuntimeError("the store is away")
        return False

    async def went_well() -> bool:
        return calls >= 4

    with capture_logs() as logs:
        async with supervised([Duty(name="try", perform=perform, every_seconds=0.01)]):
            await until(went_well)
    failed = [entry for entry in logs if entry["event"] == "duty_failed"]
    assert [entry["failures"] for entry in failed] == [1, 2]
    assert failed[1]["retry_in"] > failed[0]["retry_in"]
    assert all(entry["exc_info"] for entry in failed)
    assert [entry["failures"] for entry in logs if entry["event"] == "duty_recovered"] == [2]


async def test_one_failing_duty_does_not_stop_another() -> None:
    calls = 0

    async def fail() -> bool:
        raise RuntimeError

    async def work() -> bool:
        nonlocal calls
        calls += 1
        return False

    async def worked() -> bool:
        return calls >= 5

    with capture_logs():
        async with supervised(
            [
                Duty(name="fail", perform=fail, every_seconds=0.01),
                Duty(name="work", perform=work, every_seconds=0.01),
            ]
        ):
            await until(worked)


@pytest.mark.parametrize("busy", [False, True])
async def test_the_end_takes_a_second_at_most(busy: bool) -> None:
    cancelled = False

    async def perform() -> bool:
        nonlocal cancelled
        try:
            await asyncio.sleep(30 if busy else 0)
        except asyncio.CancelledError:
            cancelled = True
            raise
        return False

    loop = asyncio.get_running_loop()
    async with supervised([Duty(name="long", perform=perform, every_seconds=60)]):
        await asyncio.sleep(0.05)
        began = loop.time()
    assert loop.time() - began < 1.0
    assert cancelled is busy


class Heard(MemoryFeed):
    """A feed that notes whom it woke."""

    def __init__(self) -> None:
        super().__init__()
        self.woken: list[str] = []

    def wake(self, workspace_id: str) -> None:
        """Ring, and note it."""
        self.woken.append(workspace_id)
        super().wake(workspace_id)


async def test_the_relay_wakes_followers_whose_log_has_grown(clock: Clock) -> None:
    """architecture.md: wake-ups only say "look now", also about what another process wrote."""
    feed = Heard()
    ports = memory_ports(clock=clock, feed=feed)
    await import_catalogue(ports, SAMPLE, sample_catalogue())
    duty = relay(ports)
    with feed.follow(SAMPLE.workspace_id):
        await duty.perform()
        assert feed.woken == ["ws_sample"], "a log seen for the first time may have grown"
        await duty.perform()
        assert feed.woken == ["ws_sample"], "nothing new: silence"
        start = clock.now.replace(hour=9, minute=0) + timedelta(days=3)
        guest = Guest(email="ada@example.com", name="Ada")
        wish = CreateBooking(
            room_id="rm_studio", start_at=start, end_at=start + timedelta(hours=1), guest=guest
        )
        await create_booking(ports, SAMPLE, wish)
        # As if another process had written it: this one's own wake-up is forgotten.
        feed.woken.clear()
        await duty.perform()
        assert feed.woken == ["ws_sample"]
    await duty.perform()
    assert feed.woken == ["ws_sample"], "nobody follows any more"


async def test_checkpoints_are_written() -> None:
    written = 0

    async def write() -> None:
        nonlocal written
        written += 1

    async def twice() -> bool:
        return written >= 2

    async with supervised([checkpoint(write, every_seconds=0.01)]):
        await until(twice)
