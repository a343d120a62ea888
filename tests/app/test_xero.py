"""The operator's books in Xero, by a server on loopback that speaks its protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from litehq_app.accounting.xero import XeroAccounting, XeroConnection
from litehq_app.accounting.xero_words import document_words
from litehq_core import (
    CreateBooking,
    CreateInvoice,
    CreditInvoice,
    Invoice,
    OpenInvoice,
    Ports,
    SyncStatus,
    VoidInvoice,
    create_booking,
    create_invoice,
    credit_invoice,
    import_catalogue,
    open_invoice,
    system_actor,
    void_invoice,
)
from litehq_core.domain.accounting_sync import LEASE, RETRY_AFTER
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.company import BillingContact
from litehq_core.domain.invoice import InvoiceKind
from litehq_core.ports.accounting import AccountingDeferred, AccountingRejected, NoAccounting
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.duties.sync_invoices import sync_invoices
from tests.app.installations import settings_of
from tests.app.xero_server import CLIENT, Xero, xero_server
from tests.domain import samples
from tests.domain.samples import NOW

ACTOR = system_actor("ws_1")
NORTHWIND = samples.company(
    name="Northwind", billing_contact=BillingContact(name="Ada", email="ada@example.com")
)
Sync = Callable[[], Any]


@pytest.fixture
async def xero() -> AsyncIterator[Xero]:
    """A Xero that listens."""
    async with xero_server() as server:
        yield server


def _adapter(xero: Xero, **fields: Any) -> XeroAccounting:
    connection = XeroConnection(
        **{
            "workspace_id": "ws_1",
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "tenant_id": "tenant",
            "api_base": f"{xero.url}/api",
            "token_url": f"{xero.url}/token",
            **fields,
        }
    )
    return XeroAccounting(connection, lambda: 0.0)


class Office:
    """A workspace whose books Xero keeps."""

    def __init__(self, ports: Ports, clock: Clock) -> None:
        self.ports = ports
        self.clock = clock
        self.failures: list[str] = []

    async def sync(self) -> int:
        """One round of the worker."""
        return await sync_invoices(self.ports, lambda _, error: self.failures.append(str(error)))

    async def stored(self, invoice: Invoice) -> Invoice:
        """A document as it is stored."""
        async with self.ports.begin(ACTOR) as tx:
            found = await tx.invoices.get(invoice.id)
        assert found is not None
        return found

    async def invoiced(self, *, draft: bool = False) -> Invoice:
        """An hour in the Atrium, invoiced."""
        wish = CreateInvoice(company_id="co_1", until_at=NOW + LEASE * 1000, draft=draft)
        return await create_invoice(self.ports, ACTOR, wish)


@pytest.fixture
async def office(xero: Xero) -> Office:
    """Northwind has booked an hour on invoice."""
    clock = Clock(NOW)
    ports = memory_ports(clock=clock, accounting=_adapter(xero))
    room = samples.room(rules=BookingRules())
    member = samples.member(company_id="co_1")
    items = (samples.workspace(), samples.location(), room, samples.rate_card(), NORTHWIND, member)
    await import_catalogue(ports, ACTOR, items)
    start = NOW.replace(hour=14)
    wish = CreateBooking(
        room_id=room.id, member_id=member.id, start_at=start, end_at=start + LEASE * 12
    )
    assert (await create_booking(ports, ACTOR, wish)).billing_mode == "invoice"
    return Office(ports, clock)


async def test_an_opened_invoice_gets_into_the_books_once(office: Office, xero: Xero) -> None:
    draft = await office.invoiced(draft=True)
    assert draft.sync.status is SyncStatus.NOT_CONFIGURED
    assert await office.sync() == 0
    opened = await open_invoice(office.ports, ACTOR, OpenInvoice(invoice_id=draft.id))
    assert opened.sync.status is SyncStatus.PENDING
    for tried in (1, 0):
        assert await office.sync() == tried
    stored = await office.stored(opened)
    assert (stored.sync.status, stored.sync.reference) == (SyncStatus.SYNCED, "xero-1")
    # To whoever reads the document nothing has happened.
    assert stored.version == opened.version
    [document] = xero.documents.values()
    assert (document["InvoiceNumber"], document["Status"]) == ("1", "AUTHORISED")
    assert document["Contact"]["ContactNumber"] == "co_1"
    assert document["LineItems"][0]["UnitAmount"] == 40
    assert xero.calls == ["PUT /api/Invoices"]


async def test_a_void_one_is_voided_there(office: Office, xero: Xero) -> None:
    invoice = await office.invoiced()
    await office.sync()
    await void_invoice(office.ports, ACTOR, VoidInvoice(invoice_id=invoice.id))
    assert await office.sync() == 1
    assert xero.documents["xero-1"]["Status"] == "VOIDED"
    assert (await office.stored(invoice)).sync.status is SyncStatus.SYNCED


async def test_what_was_void_before_they_were_told_is_not_told(office: Office, xero: Xero) -> None:
    invoice = await office.invoiced()
    await void_invoice(office.ports, ACTOR, VoidInvoice(invoice_id=invoice.id))
    assert await office.sync() == 1
    assert xero.documents == {}
    assert (await office.stored(invoice)).sync.status is SyncStatus.SYNCED


async def test_credit_notes_are_above_zero_there(office: Office, xero: Xero) -> None:
    invoice = await office.invoiced()
    wish = CreditInvoice(invoice_id=invoice.id, amount_minor=1_050, reason="No heating")
    note = await credit_invoice(office.ports, ACTOR, wish)
    assert await office.sync() == 2
    told = next(d for d in xero.documents.values() if d["path"] == "CreditNotes")
    assert (told["CreditNoteNumber"], told["Reference"]) == ("2", "No heating")
    assert told["LineItems"][0]["UnitAmount"] == 10.5
    assert (await office.stored(note)).sync.status is SyncStatus.SYNCED


@pytest.mark.parametrize(
    "answer", [(500, {}), (429, {}), (503, []), (200, []), (200, {}), (200, {"Invoices": [{}]})]
)
async def test_what_may_pass_is_tried_again(
    office: Office, xero: Xero, answer: tuple[int, Any]
) -> None:
    invoice = await office.invoiced()
    xero.answers.append(answer)
    assert (await office.sync(), await office.sync()) == (1, 0)
    stored = await office.stored(invoice)
    assert (stored.sync.status, stored.sync.attempts) == (SyncStatus.PENDING, 1)
    assert stored.sync.error == office.failures[0]
    office.clock.advance(seconds=int(RETRY_AFTER[0].total_seconds()))
    assert await office.sync() == 1
    assert (await office.stored(invoice)).sync.status is SyncStatus.SYNCED


async def test_an_effect_of_which_nobody_heard_is_found(office: Office, xero: Xero) -> None:
    """The connection broke after Xero had taken it in, and its keys are forgotten by then."""
    invoice = await office.invoiced()
    xero.answers.append((0, None))
    assert await office.sync() == 1
    assert office.failures == ["Xero: RemoteProtocolError"]
    xero.by_key.clear()
    office.clock.advance(seconds=60)
    await office.sync()
    assert (await office.stored(invoice)).sync.reference == "xero-1"
    assert len(xero.documents) == 1
    assert xero.calls == ["PUT /api/Invoices", "GET /api/Invoices"]


async def test_what_xero_will_not_have_is_not_tried_again(office: Office, xero: Xero) -> None:
    invoice = await office.invoiced()
    wrong = {"Elements": [{"ValidationErrors": [{"Message": "Account code '200' is archived"}]}]}
    xero.answers.append((400, wrong))
    assert (await office.sync(), await office.sync()) == (1, 0)
    stored = await office.stored(invoice)
    assert stored.sync.status is SyncStatus.FAILED
    assert stored.sync.error == "Xero answered 400: Account code '200' is archived"


async def test_a_token_that_is_not_taken_is_asked_for_anew(office: Office, xero: Xero) -> None:
    invoice = await office.invoiced()
    adapter = office.ports.accounting
    # Somebody else has asked: the token that we hold is good no longer.
    assert await adapter.put(invoice, NORTHWIND) == "xero-1"
    xero.tokens += 1
    assert await adapter.put(replace(invoice, id="inv_other"), NORTHWIND) == "xero-2"
    assert (xero.tokens, len(xero.calls)) == (3, 3)


async def test_wrong_credentials_wait_for_the_operator(xero: Xero) -> None:
    adapter = _adapter(xero, client_secret="wrong")
    with pytest.raises(AccountingDeferred, match="no token") as refused:
        await adapter.put(samples.invoice(), NORTHWIND)
    assert "wrong" not in str(refused.value)
    assert "wrong" not in repr(adapter._connection)


async def test_who_cannot_be_reached_is_waited_for(xero: Xero) -> None:
    adapter = _adapter(xero, token_url="http://127.0.0.1:9/token")
    with pytest.raises(AccountingDeferred, match="ConnectError"):
        await adapter.put(samples.invoice(), NORTHWIND)
    with pytest.raises(AccountingDeferred, match="no accounting system"):
        await NoAccounting().put(samples.invoice(), NORTHWIND)
    assert not NoAccounting().keeps_books_of("ws_1")


async def test_no_reason_is_a_reason(xero: Xero) -> None:
    xero.answers.append((400, {}))
    with pytest.raises(AccountingRejected, match="no reason"):
        await _adapter(xero).put(samples.invoice(), NORTHWIND)


def test_money_is_exact() -> None:
    yen = document_words(samples.invoice(currency="JPY"), NORTHWIND, "310")
    assert str(yen["LineItems"][0]["UnitAmount"]) == "4000"
    assert yen["LineItems"][0]["AccountCode"] == "310"
    pounds = document_words(samples.invoice(), NORTHWIND, "200")
    assert str(pounds["LineItems"][0]["TaxAmount"]) == "6.67"
    assert "TaxType" not in pounds["LineItems"][0]
    note = document_words(samples.invoice(kind=InvoiceKind.CREDIT_NOTE), NORTHWIND, "200")
    assert "DueDate" not in note


async def test_the_settings_make_the_connection() -> None:
    with pytest.raises(ValueError, match="LITEHQ_XERO_CLIENT_ID"):
        settings_of(xero_client_id="client")
    settings = settings_of(
        xero_client_id="client",
        xero_client_secret="s",
        xero_workspace="ws_soho",
        database_url="sqlite:///:memory:",
    )
    assert settings.xero_account_code == "200"
