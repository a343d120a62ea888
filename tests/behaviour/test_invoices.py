"""Invoices through every caller: drawn up, opened, charged, voided, credited (issue 6, point 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core import (
    Charge,
    ChargeOutcome,
    ChargeStatus,
    InvoiceChargeStatus,
    SettleInvoiceCharge,
    cancel_booking,
    create_booking,
    settle_invoice_charge,
    system_actor,
    update_booking,
)
from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_ledger import invoiced_minor
from litehq_core.domain.editing import EditBooking
from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable
from litehq_core.domain.idempotency import Replayed
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.ledger import Account, AccountKind
from litehq_core.domain.price_rules import PriceRules, Tax
from litehq_core.use_cases.bookings.cancel_booking import CancelBooking
from litehq_core.use_cases.bookings.create_booking import CreateBooking
from tests.behaviour.app import serving
from tests.behaviour.drivers.invoices import (
    Answer,
    Bookkeeper,
    GraphQLBookkeeper,
    PythonBookkeeper,
    RestBookkeeper,
)
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.keys import FULL

ACTOR = system_actor(WORKSPACE)
NORTHWIND = "co_northwind"
JUNE = at("2026-06-01 00:00")


@pytest.fixture(params=["python", "rest", "graphql"])
async def books(request: pytest.FixtureRequest, house: House) -> AsyncIterator[Bookkeeper]:
    """One caller after the other."""
    if request.param == "python":
        yield PythonBookkeeper(house.ports)
        return
    async with serving(house.ports) as client:
        yield RestBookkeeper(client) if request.param == "rest" else GraphQLBookkeeper(client)


@pytest.fixture
def python(house: House) -> PythonBookkeeper:
    """The caller in Python, for what no façade has a part in."""
    return PythonBookkeeper(house.ports)


async def _book(house: House, start: str = "2026-05-26 10:00", hours: int = 1) -> Booking:
    """Nadia books the Atrium at GBP 40.00 an hour; her company is on invoice terms."""
    begin = at(start)
    wish = CreateBooking(
        room_id="rm_atrium",
        member_id="mem_nadia_n",
        start_at=begin,
        end_at=begin + timedelta(hours=hours),
    )
    return await create_booking(house.ports, ACTOR, wish)


def _done(answer: Answer) -> dict[str, Any]:
    assert answer[0] == "ok", answer
    return answer[1]


async def _invoiced(house: House, books: Bookkeeper, **fields: Any) -> dict[str, Any]:
    await _book(house)
    return _done(await books.create(company_id=NORTHWIND, until=JUNE, **fields))


def _stored(house: House) -> list[Invoice]:
    return sorted(house.tables.invoices.committed().values(), key=lambda each: each.id)


def _receivable(house: House) -> int:
    account = Account(NORTHWIND, AccountKind.RECEIVABLE, "GBP")
    balance = house.tables.balances.committed().get((WORKSPACE, account))
    return -balance.posted if balance else 0


def _check_due(house: House) -> None:
    """What is due of all documents is what the ledger says the company owes, if all is invoiced."""
    assert sum(each.due_minor for each in _stored(house)) == _receivable(house)


async def test_a_company_is_invoiced_by_hand(house: House, books: Bookkeeper) -> None:
    booking = await _book(house, hours=2)
    assert (await books.create(company_id=NORTHWIND))[0] == "validation_failed"
    invoice = _done(await books.create(company_id=NORTHWIND, until=JUNE))
    assert (invoice["status"], invoice["number"], invoice["amount_minor"]) == ("open", 1, 8000)
    assert [line["booking_id"] for line in invoice["lines"]] == [booking.id]
    assert invoice["xero_sync_status"] == "not_configured"
    assert house.types(invoice["id"]) == ["invoice.created", "invoice.opened"]
    # A booking is invoiced once.
    assert (await books.create(company_id=NORTHWIND, until=JUNE))[0] == "validation_failed"
    assert await books.ids() == [invoice["id"]]
    assert await books.ids(company_id=NORTHWIND, status="open") == [invoice["id"]]
    assert await books.ids(status="paid") == await books.ids(company_id="co_contoso") == []
    _check_due(house)


async def test_a_draft_has_no_number_before_it_is_opened(house: House, books: Bookkeeper) -> None:
    draft = await _invoiced(house, books, draft=True)
    assert (draft["status"], draft["number"]) == ("draft", None)
    assert (await books.charge(draft["id"]))[0] == "invalid_transition"
    opened = _done(await books.open(draft["id"]))
    assert (opened["status"], opened["number"]) == ("open", 1)
    with house.unchanged():
        assert (await books.open(draft["id"]))[0] == "invalid_transition"


async def test_the_saved_card_pays(house: House, books: Bookkeeper) -> None:
    """contract.md: "Charge uses the saved card and answers 200 with the PaymentIntent"."""
    invoice = await _invoiced(house, books)
    intent = _done(await books.charge(invoice["id"]))
    assert (intent["status"], intent["amount"], intent["currency"]) == ("succeeded", 4000, "gbp")
    [charge] = house.payments.charges
    assert charge.payer_id == NORTHWIND
    assert charge.metadata == {"invoice_id": invoice["id"], "charge_id": charge.id}
    [stored] = _stored(house)
    assert (stored.status, stored.stripe_payment_intent_id) == (InvoiceStatus.PAID, intent["id"])
    assert house.types(invoice["id"])[-1] == "invoice.paid"
    assert (await books.charge(invoice["id"]))[0] == "invalid_transition"
    assert len(house.payments.charges) == 1
    _check_due(house)


async def test_a_declined_card_leaves_it_open(house: House, books: Bookkeeper) -> None:
    invoice = await _invoiced(house, books)
    house.payments.answer_once(
        Charge(reference="pi_no", status=ChargeStatus.FAILED, failure="Your card was declined.")
    )
    assert (await books.charge(invoice["id"], once="a"))[0] == "payment_failed"
    assert house.types(invoice["id"])[-1] == "invoice.payment_failed"
    [stored] = _stored(house)
    assert (stored.status, stored.stripe_payment_intent_id) == (InvoiceStatus.OPEN, "pi_no")
    house.payments.fail_once("charge_saved_card", PaymentFailed("There is no saved card."))
    assert (await books.charge(invoice["id"]))[0] == "payment_failed"
    # Another charge, under another id.
    assert _done(await books.charge(invoice["id"]))["status"] == "succeeded"
    assert len({charge.id for charge in house.payments.charges}) == 3


async def test_what_waits_for_the_payer_is_not_charged_again(
    house: House, books: Bookkeeper
) -> None:
    invoice = await _invoiced(house, books)
    house.payments.answer_once(Charge(reference="pi_1", status=ChargeStatus.REQUIRES_ACTION))
    for _ in range(2):
        assert _done(await books.charge(invoice["id"]))["status"] == "requires_action"
    assert len(house.payments.charges) == 1
    assert (await books.void(invoice["id"]))[0] == "invalid_transition"
    word = SettleInvoiceCharge(
        charge_id=house.payments.charges[0].id,
        outcome=ChargeOutcome(status=InvoiceChargeStatus.SUCCEEDED, reference="pi_1"),
    )
    for _ in range(2):
        settled = await settle_invoice_charge(house.ports, ACTOR, word)
        assert settled.invoice.status is InvoiceStatus.PAID
    assert house.types(invoice["id"])[-2:] == ["invoice.payment_action_required", "invoice.paid"]
    _check_due(house)


async def test_a_charge_of_which_nobody_heard_is_gone_on_with(
    house: House, books: Bookkeeper
) -> None:
    """The provider was down, or the process died: by the retry, or by the worker, once."""
    invoice = await _invoiced(house, books)
    house.payments.fail_once("charge_saved_card", ServiceUnavailable())
    assert (await books.charge(invoice["id"], once="k"))[0] == "service_unavailable"
    house.clock.advance(seconds=59)
    await house.run_due()
    assert len(house.payments.charges) == 1
    house.clock.advance(seconds=1)
    await house.run_due()
    assert len({charge.id for charge in house.payments.charges}) == 1
    assert _stored(house)[0].status is InvoiceStatus.PAID
    assert _receivable(house) == 0


async def test_the_same_key_charges_once(house: House) -> None:
    async with serving(house.ports) as client:
        for books in (RestBookkeeper(client), GraphQLBookkeeper(client)):
            start = "2026-05-26 10:00" if isinstance(books, RestBookkeeper) else "2026-05-27 10:00"
            await _book(house, start)
            invoice = _done(await books.create(company_id=NORTHWIND, until=JUNE, once="c"))
            assert _done(await books.create(company_id=NORTHWIND, until=JUNE, once="c")) == invoice
            house.payments.fail_once("charge_saved_card", ServiceUnavailable())
            assert (await books.charge(invoice["id"], once="k"))[0] == "service_unavailable"
            first = _done(await books.charge(invoice["id"], once="k"))
            assert _done(await books.charge(invoice["id"], once="k")) == first
    assert len(house.payments.charges) == 4
    assert len({charge.id for charge in house.payments.charges}) == 2


async def test_a_replay_in_python(house: House, python: PythonBookkeeper) -> None:
    invoice = await _invoiced(house, python)
    _done(await python.charge(invoice["id"], once="k"))
    with pytest.raises(Replayed):
        await python.charge(invoice["id"], once="k")


async def test_what_a_void_invoice_had_is_invoiced_again(house: House, books: Bookkeeper) -> None:
    first = await _invoiced(house, books)
    for _ in range(2):
        void = _done(await books.void(first["id"]))
        assert (void["status"], void["number"], void["due_minor"]) == ("void", 1, 0)
    assert (await books.charge(first["id"]))[0] == "invalid_transition"
    again = _done(await books.create(company_id=NORTHWIND, until=JUNE))
    # Its number stays its own: there are no gaps.
    assert (again["number"], again["amount_minor"]) == (2, 4000)
    _done(await books.charge(again["id"]))
    assert (await books.void(again["id"]))[0] == "invalid_transition"
    _check_due(house)


async def test_a_credit_note_lowers_what_is_due(house: House, books: Bookkeeper) -> None:
    invoice = await _invoiced(house, books)
    note = _done(await books.credit(invoice["id"], amount_minor=1500, reason="No heating"))
    assert (note["kind"], note["number"], note["amount_minor"]) == ("credit_note", 2, -1500)
    assert (note["status"], note["credited_invoice_id"]) == ("paid", invoice["id"])
    assert house.types(invoice["id"])[-1] == "invoice.credited"
    assert (await books.credit(invoice["id"], amount_minor=2501))[0] == "validation_failed"
    assert _done(await books.charge(invoice["id"]))["amount"] == 2500
    _check_due(house)
    # Nothing of it is invoiced again.
    assert (await books.create(company_id=NORTHWIND, until=JUNE))[0] == "validation_failed"
    # Of what is paid the rest can be given back; it waits for the next invoice.
    rest = _done(await books.credit(invoice["id"]))
    assert (rest["status"], rest["due_minor"]) == ("open", -2500)
    await _book(house, "2026-05-27 10:00")
    new = _done(await books.create(company_id=NORTHWIND, until=JUNE))
    assert (new["due_minor"], new["credited_minor"], new["status"]) == (1500, 2500, "open")
    _check_due(house)


async def test_changes_go_on_the_next_document(house: House, python: PythonBookkeeper) -> None:
    booking = await _book(house, hours=2)
    first = _done(await python.create(company_id=NORTHWIND, until=JUNE))
    longer = booking.end_at + timedelta(hours=1)
    await update_booking(house.ports, ACTOR, EditBooking(booking_id=booking.id, end_at=longer))
    more = _done(await python.create(company_id=NORTHWIND, until=JUNE))
    assert (more["amount_minor"], more["kind"]) == (4000, "invoice")
    await cancel_booking(house.ports, ACTOR, CancelBooking(booking_id=booking.id))
    owed = invoiced_minor(house.booking(booking.id))
    note = _done(await python.create(company_id=NORTHWIND, until=JUNE))
    assert (note["kind"], note["amount_minor"]) == ("credit_note", owed - 12_000)
    assert sum(each.amount_minor for each in _stored(house)) == owed
    # It was set off against the first invoice, and then against the next.
    assert _stored(house)[0].due_minor == 0
    assert first["number"] == 1
    _check_due(house)


async def test_the_month_is_invoiced_when_it_ends(house: House, python: PythonBookkeeper) -> None:
    """The run is a due row of the company: at the end of the month on the location's wall."""
    await _book(house, "2026-05-26 10:00")
    await _book(house, "2026-06-03 10:00", hours=2)
    house.clock.now = at("2026-05-31 22:59:59")
    await house.run_due()
    assert _stored(house) == []
    house.clock.now = at("2026-05-31 23:00")
    for _ in range(3):
        await house.run_due()
    [may] = _stored(house)
    assert (may.number, may.amount_minor, may.status) == (1, 4000, InvoiceStatus.OPEN)
    assert may.due_at == house.clock.now + timedelta(days=14)
    house.clock.now = at("2026-06-30 23:00")
    await house.run_due()
    assert [(each.number, each.amount_minor) for each in _stored(house)] == [(1, 4000), (2, 8000)]
    _check_due(house)
    assert house.tables.billing_runs.committed() == {}


async def test_a_void_one_comes_again_with_the_next_month(
    house: House, python: PythonBookkeeper
) -> None:
    await _book(house)
    house.clock.now = at("2026-05-31 23:00")
    await house.run_due()
    _done(await python.void(_stored(house)[0].id))
    await house.run_due()
    assert len(_stored(house)) == 1
    house.clock.now = at("2026-06-30 23:00")
    await house.run_due()
    assert [each.status for each in _stored(house)] == [InvoiceStatus.VOID, InvoiceStatus.OPEN]


async def test_tax_is_shown_as_the_rate_card_had_it(house: House, python: PythonBookkeeper) -> None:
    card = house.tables.rate_cards.committed()[WORKSPACE, "rc_atrium"]
    vat = PriceRules(tax=Tax(name="VAT", basis_points=2000, inclusive=False))
    async with house.ports.begin(ACTOR) as tx:
        later = card.effective_from + timedelta(days=1)
        await tx.catalogue.add(replace(card, id="rc_taxed", rules=vat, effective_from=later))
    invoice = await _invoiced(house, python)
    assert (invoice["amount_minor"], invoice["tax_minor"]) == (4800, 800)
    assert [total["basis_points"] for total in invoice["taxes"]] == [2000]


async def test_who_may_do_what(house: House, books: Bookkeeper) -> None:
    """A bound key sees the invoices of its company alone, and may have them charged."""
    invoice = await _invoiced(house, books)
    every = frozenset(house.tables.api_keys.committed()[WORKSPACE, "tok_full"].scopes)
    hers = await house.key(scopes=every, company_ids=frozenset({NORTHWIND}))
    theirs = await house.key(scopes=every, company_ids=frozenset({"co_contoso"}))
    member = await house.key(scopes=every, member_id="mem_nadia_n")
    assert await books.ids(hers) == [invoice["id"]]
    for key in (theirs, member):
        assert await books.ids(key) == []
        assert (await books.charge(invoice["id"], key))[0] == "not_found"
    for call in (
        books.void(invoice["id"], hers),
        books.credit(invoice["id"], hers),
        books.open(invoice["id"], hers),
        books.create(hers, company_id=NORTHWIND),
    ):
        assert (await call)[0] == "auth_scope_insufficient"
    assert _done(await books.charge(invoice["id"], hers))["status"] == "succeeded"


async def test_what_is_not_there(house: House, books: Bookkeeper) -> None:
    with house.unchanged():
        assert (await books.create(FULL, company_id="co_none"))[0] == "not_found"
        for call in (books.open, books.charge, books.void, books.credit):
            assert (await call("inv_none"))[0] == "not_found"
