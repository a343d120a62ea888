"""Invoices, their charges, and what is to be invoiced, in every store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.accounting_sync import AccountingSync, SyncStatus
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.booking_ledger import invoiced_minor
from litehq_core.domain.invoice import Invoice, InvoiceLine, InvoiceStatus
from litehq_core.domain.invoice_charge import InvoiceCharge, InvoiceChargeStatus
from litehq_core.domain.invoicing import BilledPart, Unbilled
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.taxes import UNTAXED, TaxRate
from litehq_core.ports.reads import Duty
from tests.contract.house import House, undone
from tests.domain import samples
from tests.domain.samples import NOW, slot

VAT = TaxRate("VAT", 2000)
OPEN = InvoiceStatus.OPEN


def _line(booking_id: str | None, amount: int, rate: TaxRate = UNTAXED) -> InvoiceLine:
    return InvoiceLine(
        booking_id=booking_id,
        description="é",
        rate=rate,
        amount_minor=amount,
        tax_minor=rate.inside(amount),
    )


async def _add(house: House, *invoices: Invoice) -> None:
    async with house.begin() as tx:
        for invoice in invoices:
            await tx.invoices.add(invoice)


def _charge(house: House, invoice: Invoice, **fields: object) -> InvoiceCharge:
    return samples.invoice_charge(
        **{
            "id": f"pay_{invoice.id}",
            "workspace_id": house.workspace.id,
            "invoice_id": invoice.id,
            "company_id": house.company.id,
            **fields,
        }
    )


async def test_every_field_of_an_invoice_comes_back(house: House) -> None:
    booking = house.new_booking()
    await house.book(booking)
    plain = house.new_invoice()
    full = house.new_invoice(
        status=OPEN,
        number=3,
        lines=(_line(booking.id, 4_000, VAT), _line(None, -5)),
        credited_invoice_id=plain.id,
        memo="ü",
        paid_minor=1,
        credited_minor=2,
        fees_minor=3,
        stripe_payment_intent_id="pi_1",
        opened_at=NOW,
        due_at=NOW,
        paid_at=NOW,
        voided_at=NOW,
        sync=AccountingSync(
            status=SyncStatus.PENDING,
            attempts=2,
            next_attempt_at=NOW,
            error="down",
            reference="x-1",
        ),
        version=4,
    )
    await _add(house, plain, full)
    async with house.begin() as tx:
        assert await tx.invoices.get(plain.id, lock=True) == plain
        assert await tx.invoices.get(full.id) == full
        assert await tx.invoices.get("inv_none") is None
        assert await tx.invoices.given_for(plain.id) == -3_995
        changed = replace(plain, memo="changed", version=2)
        await tx.invoices.save(changed)
    async with house.begin() as tx:
        assert await tx.invoices.get(plain.id) == changed
        charge = _charge(house, full, reference="pi_1", failure="é")
        await tx.invoice_charges.add(_charge(house, full))
        await tx.invoice_charges.save(charge)
        assert await tx.invoice_charges.get(charge.id) == charge
        assert await tx.invoice_charges.under_way(full.id) == charge
        await tx.invoice_charges.save(replace(charge, status=InvoiceChargeStatus.FAILED))
        assert await tx.invoice_charges.under_way(full.id) is None


async def test_numbers_have_no_gaps(house: House, other: House) -> None:
    """Issue 6: "numbers without gaps per workspace"."""
    async with house.begin() as tx:
        assert [await tx.invoices.next_number() for _ in range(2)] == [1, 2]
    async with undone(house.begin()) as tx:
        assert await tx.invoices.next_number() == 3
    async with other.begin() as tx:
        assert await tx.invoices.next_number() == 1

    async def take() -> int:
        async with house.begin() as tx:
            return await tx.invoices.next_number()

    assert sorted(await asyncio.gather(*(take() for _ in range(5)))) == [3, 4, 5, 6, 7]


async def test_what_is_to_be_invoiced_is_what_the_domain_says(house: House) -> None:
    """One rule in two languages: ``invoiced_minor``, and the statement that finds differences."""
    company = house.company.id
    booked = [
        house.new_booking(
            slot(f"2026-06-{day:02} 10:00"),
            company_id=company,
            billing_mode=mode,
            status=status,
            fee_minor=300,
        )
        for day, (mode, status) in enumerate(
            ((mode, status) for mode in BillingMode for status in BookingStatus), start=1
        )
    ]
    strangers = house.new_booking(
        slot("2026-06-28 10:00"), billing_mode=BillingMode.INVOICE, company_id=None
    )
    await house.book(*booked, strangers)
    by_id = {booking.id: booking for booking in booked}
    async with house.begin() as tx:
        found = await tx.billing.unbilled(company)
        wanted = sorted(b.id for b in booked if invoiced_minor(b))
        assert [each.booking.id for each in found] == wanted
        assert [each for each in found if each.booking != by_id[each.booking.id]] == []
        first, second = (by_id[booking_id] for booking_id in wanted[:2])
        by_card = next(b for b in booked if b.billing_mode is BillingMode.CARD)
        owed = invoiced_minor(first)
        full = house.new_invoice(
            lines=(
                _line(first.id, owed + 100, VAT),
                _line(first.id, -100, VAT),
                _line(second.id, 60, VAT),
                _line(second.id, 40),
                _line(by_card.id, 7),
            )
        )
        await tx.invoices.add(full)
        left = {each.booking.id: each for each in await tx.billing.unbilled(company)}
        assert first.id not in left
        assert left[by_card.id].difference_minor == -7
        assert left[second.id] == Unbilled(
            booking=second,
            billed=(
                BilledPart(rate=UNTAXED, amount_minor=40, tax_minor=0),
                BilledPart(rate=VAT, amount_minor=60, tax_minor=10),
            ),
        )
        # Of a void document nothing stands as invoiced.
        await tx.invoices.save(replace(full, status=InvoiceStatus.VOID))
        assert [each.booking.id for each in await tx.billing.unbilled(company)] == wanted


async def test_runs_are_awaited_once_the_transaction_ends(house: House) -> None:
    company = house.company.id
    hour = timedelta(hours=1)

    async def due(at: timedelta) -> list[str]:
        found = await house.ports.reads.due(Duty.BILL_COMPANIES, NOW + at, 1000)
        return [each.subject_id for each in found if each.workspace_id == house.workspace.id]

    async with house.begin() as tx:
        await tx.billing.await_run(company, NOW + 2 * hour)
        await tx.billing.await_run(company, NOW + hour)
        async with undone(tx.savepoint()):
            await tx.billing.await_run(company, NOW)
    assert (await due(hour - timedelta(seconds=1)), await due(hour)) == ([], [company])
    async with house.begin() as tx:
        await tx.billing.await_run(company, NOW + 2 * hour)
    async with house.begin() as tx:
        assert await tx.billing.lock(company) == NOW + hour
        await tx.billing.plan(company, None)
    assert await due(timedelta(days=99)) == []
    async with house.begin() as tx:
        assert await tx.billing.lock(company) is None
        await tx.billing.plan(company, NOW)
    assert await due(timedelta(0)) == [company]


async def test_what_is_to_be_set_off_is_open_and_not_being_charged(house: House) -> None:
    fields = {"status": OPEN, "currency": "GBP"}
    second, first = (house.new_invoice(**fields, number=n) for n in (2, 1))
    charged = house.new_invoice(**fields, number=3)
    others = (
        house.new_invoice(),
        house.new_invoice(status=InvoiceStatus.PAID, number=4),
        house.new_invoice(status=OPEN, number=5, currency="EUR"),
    )
    await _add(house, second, first, charged, *others)
    async with house.begin() as tx:
        await tx.invoice_charges.add(_charge(house, charged))
        await tx.invoice_charges.add(_charge(house, first, status=InvoiceChargeStatus.FAILED))
        assert list(await tx.invoices.to_set_off(house.company.id, "GBP")) == [first, second]
        assert list(await tx.invoices.to_set_off("co_none", "GBP")) == []


async def test_charges_and_the_books_fall_due(house: House) -> None:
    pending, synced = house.new_invoice(), house.new_invoice()
    pending = replace(pending, sync=AccountingSync().wanted(NOW))
    await _add(house, pending, synced)
    async with house.begin() as tx:
        await tx.invoice_charges.add(_charge(house, pending))
        await tx.invoice_charges.add(
            _charge(house, synced, status=InvoiceChargeStatus.REQUIRES_ACTION)
        )
    for duty, wait, subject in (
        (Duty.CHARGE_INVOICES, timedelta(minutes=1), f"pay_{pending.id}"),
        (Duty.SYNC_INVOICES, timedelta(0), pending.id),
    ):
        for at, wanted in ((wait - timedelta(seconds=1), []), (wait, [subject])):
            found = await house.ports.reads.due(duty, NOW + at, 1000)
            mine = [each.subject_id for each in found if each.workspace_id == house.workspace.id]
            assert mine == wanted


async def test_a_stranger_finds_no_invoice(house: House, other: House) -> None:
    theirs = other.new_invoice(status=OPEN, number=1)
    await _add(other, theirs)
    async with other.begin() as tx:
        await tx.invoice_charges.add(_charge(other, theirs))
        await tx.billing.lock(other.company.id)
        await tx.billing.plan(other.company.id, NOW)
    async with house.begin() as tx:
        assert await tx.invoices.get(theirs.id, lock=True) is None
        assert await tx.invoices.given_for(theirs.id) == 0
        assert list(await tx.invoices.to_set_off(other.company.id, "GBP")) == []
        assert await tx.invoice_charges.get(f"pay_{theirs.id}") is None
        assert await tx.invoice_charges.under_way(theirs.id) is None
        assert list(await tx.billing.unbilled(other.company.id)) == []


async def test_an_invoice_is_of_a_company(house: House) -> None:
    for field in ("company_id", "credited_invoice_id"):
        with pytest.raises(RuntimeError):
            await _add(house, house.new_invoice(**{field: "none"}))
