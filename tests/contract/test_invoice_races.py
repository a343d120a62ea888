"""Invoices while others write the same rows, and when processes die: billed once, charged once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.company import BillingTerms
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.errors import InvalidTransition, Refusal, ValidationFailed
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.invoicing import billed_at
from litehq_core.domain.rate_card import BillingMode
from litehq_core.ports.payments import Charge, SavedCardCharge
from litehq_core.ports.ports import Ports
from litehq_core.steps.charge_phases import resume_charge
from litehq_core.steps.write_billing import run_billing
from litehq_core.testing import Clock, MemoryPayments
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.invoices.charge_invoice import ChargeInvoice, charge_invoice
from litehq_core.use_cases.invoices.create_invoice import CreateInvoice, create_invoice
from litehq_core.use_cases.invoices.void_invoice import VoidInvoice, void_invoice
from litehq_core.use_cases.ledger.verify_ledger import verify_ledger
from tests.contract.house import Boom, House
from tests.domain.samples import slot

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")


async def _book(house: House, day: str) -> None:
    """The member books the room for an hour, on the company's invoice."""
    async with house.begin() as tx:
        member = replace(house.member, company_id=house.company.id)
        await tx.members.save(member)
        await tx.companies.save(replace(house.company, billing_terms=BillingTerms.INVOICE))
    when = slot(f"{day} 14:00")
    wish = CreateBooking(
        room_id=house.room.id,
        start_at=when.start,
        end_at=when.end,
        member_id=house.member.id,
        billing_mode=BillingMode.INVOICE,
    )
    await create_booking(house.ports, house.actor, wish)


async def _invoices(house: House) -> list[Invoice]:
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        return [filed.invoice for filed in await snapshot.invoices("", 100)]


async def _require_whole(house: House) -> None:
    assert (await verify_ledger(house.ports, house.actor)).findings == ()


def _wish(house: House) -> CreateInvoice:
    return CreateInvoice(company_id=house.company.id, until_at=slot("2026-07-01 14:00").start)


async def test_many_who_invoice_at_once_invoice_once(house: House) -> None:
    await _book(house, DAYS[0])
    calls = (create_invoice(house.ports, house.actor, _wish(house)) for _ in range(4))
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each) for each in found].count(ValidationFailed) == 3
    assert [each.number for each in await _invoices(house)] == [1]
    await _require_whole(house)


async def test_twins_of_the_worker_run_once(house: House, clock: Clock) -> None:
    await _book(house, DAYS[0])
    clock.now = clock.now + timedelta(days=60)
    await asyncio.gather(
        *(run_billing(house.ports, house.actor, house.company.id) for _ in range(4))
    )
    assert [(each.number, each.status) for each in await _invoices(house)] == [
        (1, InvoiceStatus.OPEN)
    ]
    async with house.begin() as tx:
        assert await tx.billing.lock(house.company.id) is None
    await _require_whole(house)


async def test_who_books_meanwhile_is_invoiced_by_the_next_run(house: House) -> None:
    """A booking that the run did not see plans the next one, whoever commits first."""
    await _book(house, DAYS[0])
    await asyncio.gather(
        create_invoice(house.ports, house.actor, _wish(house)),
        _book(house, DAYS[1]),
        _book(house, DAYS[2]),
    )
    async with house.begin() as tx:
        waiting = list(await tx.billing.unbilled(house.company.id))
        planned = await tx.billing.lock(house.company.id)
        expected = min((billed_at(each.booking, tx.now) for each in waiting), default=None)
        # It may be due once more than is needed, never less.
        assert (planned is None) <= (expected is None)
    listed = [line for each in await _invoices(house) for line in each.lines]
    assert len(listed) + len(waiting) == len(DAYS)
    await _require_whole(house)


async def test_many_who_charge_at_once_charge_once(house: House) -> None:
    await _book(house, DAYS[0])
    invoice = await create_invoice(house.ports, house.actor, _wish(house))
    wish = ChargeInvoice(invoice_id=invoice.id)
    calls = (charge_invoice(house.ports, house.actor, wish) for _ in range(4))
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(each) for each in found if isinstance(each, Refusal)} <= {InvalidTransition}
    payments = house.ports.payments
    assert isinstance(payments, MemoryPayments)
    charged = [each for each in payments.charges if each.metadata["invoice_id"] == invoice.id]
    # However often it was asked: under one id, so that it counts once.
    assert len({each.id for each in charged}) == 1
    [paid] = await _invoices(house)
    assert (paid.status, paid.paid_minor) == (InvoiceStatus.PAID, paid.amount_minor)
    await _require_whole(house)


async def test_a_charge_and_a_void_meet(house: House) -> None:
    """Whoever is first has it; never is a void invoice paid."""
    await _book(house, DAYS[0])
    invoice = await create_invoice(house.ports, house.actor, _wish(house))
    await asyncio.gather(
        charge_invoice(house.ports, house.actor, ChargeInvoice(invoice_id=invoice.id)),
        void_invoice(house.ports, house.actor, VoidInvoice(invoice_id=invoice.id)),
        return_exceptions=True,
    )
    [found] = await _invoices(house)
    paid = 0 if found.status is InvoiceStatus.VOID else found.amount_minor
    assert found.status in (InvoiceStatus.VOID, InvoiceStatus.PAID)
    assert found.paid_minor == paid
    await _require_whole(house)


class DiesAfter(MemoryPayments):
    """The process dies when the provider has charged the card, before it hears of it."""

    async def charge_saved_card(self, charge: SavedCardCharge) -> Charge:
        """Charged, and nobody knows."""
        await super().charge_saved_card(charge)
        raise Boom


async def test_a_process_that_dies_is_followed_by_another(house: House, clock: Clock) -> None:
    """Issue 6: a crash between any two steps is resumed; the card is charged once."""
    await _book(house, DAYS[0])
    invoice = await create_invoice(house.ports, house.actor, _wish(house))
    provider = DiesAfter()
    dying: Ports = replace(house.ports, payments=provider)
    with pytest.raises(Boom):
        await charge_invoice(dying, house.actor, ChargeInvoice(invoice_id=invoice.id))
    async with house.begin() as tx:
        charge = await tx.invoice_charges.under_way(invoice.id)
    assert charge is not None
    clock.now = clock.now + timedelta(minutes=1)
    answering = MemoryPayments()
    ports = replace(house.ports, payments=answering)
    for _ in range(2):
        await resume_charge(ports, house.actor, charge.id)
    assert [each.id for each in (*provider.charges, *answering.charges)] == [charge.id] * 2
    [paid] = await _invoices(house)
    assert (paid.status, paid.paid_minor) == (InvoiceStatus.PAID, paid.amount_minor)
    await _require_whole(house)
