"""What only the ports in memory do."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable
from litehq_core.domain.ids import Prefix
from litehq_core.testing import Clock, MemoryDefect, MemoryPayments, PaymentCall, memory_ports
from litehq_core.testing.table import Journal, Table
from tests.contract.house import House, furnished
from tests.domain import samples
from tests.domain.samples import NOW

ACTOR = system_actor("ws_1")


async def test_the_wait_for_the_writer_is_bounded() -> None:
    ports = memory_ports(wait_seconds=0.05)
    inside = asyncio.Event()

    async def occupy() -> None:
        async with ports.begin(ACTOR):
            inside.set()
            await asyncio.sleep(0.5)

    task = asyncio.create_task(occupy())
    await inside.wait()
    with pytest.raises(ServiceUnavailable):
        async with ports.begin(system_actor("ws_2")):
            pass
    await task
    async with ports.begin(ACTOR):
        pass


async def test_a_transaction_that_is_over_writes_no_more() -> None:
    ports = memory_ports()
    async with ports.begin(ACTOR) as tx:
        pass
    with pytest.raises(RuntimeError, match="outside any transaction"):
        await tx.quotes.add(samples.quote())


async def test_what_belongs_to_another_workspace_is_not_written() -> None:
    ports = memory_ports()
    async with ports.begin(ACTOR) as tx:
        for add in (
            tx.quotes.add(samples.quote(workspace_id="ws_2")),
            tx.catalogue.add(samples.company(workspace_id="ws_2")),
            tx.catalogue.add(samples.workspace(id="ws_2")),
        ):
            with pytest.raises(MemoryDefect, match="workspace"):
                await add


def test_a_journal_takes_back_in_reverse() -> None:
    journal = Journal()
    table: Table[str] = Table(journal)
    journal.is_open = True
    table.put(("a",), "first")
    table.put(("b",), "first")
    journal.entries.clear()

    table.put(("a",), "second")
    table.delete(("b",))
    table.put(("c",), "new")
    mark = len(journal.entries)
    table.put(("a",), "third")
    table.delete(("c",))
    table.insert(("b",), "again")
    assert dict(table.committed()) == {("a",): "first", ("b",): "first"}
    journal.undo(mark)
    assert (table.get(("a",)), table.get(("b",)), table.get(("c",))) == ("second", None, "new")
    journal.undo()
    assert table.scan() == ["first", "first"]
    assert journal.entries == []


def test_a_clock_stands_still_until_it_is_moved() -> None:
    clock = Clock(NOW)
    assert clock() == clock.now == NOW
    assert clock.advance(minutes=5, seconds=-1) == NOW + timedelta(minutes=4, seconds=59)
    assert clock() == clock.now


async def test_without_a_clock_the_machines_is_read() -> None:
    ports = memory_ports()
    assert abs(ports.clock() - datetime.now(UTC)) < timedelta(seconds=5)


def test_ids_rise_and_secrets_differ() -> None:
    ports = memory_ports(clock=Clock())
    ids = [ports.new_id(Prefix.BOOKING) for _ in range(100)]
    assert ids == sorted(set(ids))
    assert ports.new_secret() != ports.new_secret()
    assert len(ports.new_secret()) == 64  # 256 bits in hex


async def test_two_stores_share_nothing() -> None:
    house = await furnished(memory_ports())
    stranger = memory_ports()
    assert await stranger.reads.member(house.workspace.id, house.member.id) is None


async def test_payments_answer_by_the_payments_id_and_remember_every_call() -> None:
    payments = MemoryPayments("https://pay.test")
    payment = samples.payment()
    first = await payments.open_checkout(payment)
    assert first == await payments.open_checkout(payment)
    assert first.url == "https://pay.test/pay_1"
    assert await payments.refund(payment) != first.reference
    await payments.close_checkout(payment)
    methods = ["open_checkout", "open_checkout", "refund", "close_checkout"]
    assert [call.method for call in payments.calls] == methods
    assert payments.calls[0] == PaymentCall("open_checkout", payment)
    assert payments.payments("refund") == [payment]


async def test_payments_fail_once_when_told_to() -> None:
    payments = MemoryPayments()
    payments.fail_once("refund", PaymentFailed())
    await payments.open_checkout(samples.payment())
    with pytest.raises(PaymentFailed):
        await payments.refund(samples.payment())
    assert await payments.refund(samples.payment())
    assert len(payments.payments("refund")) == 2


@pytest.mark.parametrize("method", ["open_checkout", "close_checkout", "refund"])
async def test_the_provider_is_never_called_inside_a_transaction(house: House, method: str) -> None:
    """architecture: never call Stripe, mail or a webhook inside a transaction."""
    payments = MemoryPayments()
    async with house.begin():
        with pytest.raises(RuntimeError, match="inside an open transaction"):
            await getattr(payments, method)(samples.payment())
    assert payments.calls == []
