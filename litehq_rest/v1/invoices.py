"""``/v1/invoices``: list, get, print, create, open, charge, void, credit."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.invoice_charge import ChargedInvoice, payment_intent
from litehq_core.domain.invoice_words import invoice_record
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.invoices.charge_invoice import ChargeInvoice, charge_invoice
from litehq_core.use_cases.invoices.create_invoice import CreateInvoice, create_invoice
from litehq_core.use_cases.invoices.credit_invoice import CreditInvoice, credit_invoice
from litehq_core.use_cases.invoices.list_invoices import ListInvoices, list_invoices
from litehq_core.use_cases.invoices.open_invoice import OpenInvoice, open_invoice
from litehq_core.use_cases.invoices.print_invoice import print_invoice
from litehq_core.use_cases.invoices.void_invoice import VoidInvoice, void_invoice
from litehq_core.use_cases.records.get_records import get_record
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, Instant, plain
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.media import described_file
from litehq_rest.openapi import described
from litehq_rest.query import Query

_ATTRIBUTES = every_attribute(Noun.INVOICE)
_INSTANTS = ("opened_at", "due_at", "paid_at", "voided_at", "created_at", "updated_at")


class InvoiceCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A company to be invoiced: what starts before ``until``, and was not invoiced yet."""

    company_id: str | UnsetType = UNSET
    until: Instant | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET
    draft: bool = False


class InvoiceCredit(Body, kw_only=True, forbid_unknown_fields=True):
    """What is given; all that is due, or was paid, if no amount is named."""

    amount_minor: int | UnsetType | None = UNSET
    reason: str | UnsetType | None = UNSET


class InvoiceAction(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing but a key: the path says what is meant."""


def invoice_json(record: Record) -> dict[str, Any]:
    """An invoice as shown; nothing is ever missing."""
    told = {name: record[name] for name in schemas.Invoice.__struct_fields__ if name in record}
    instants = {
        name: None if record[name] is None else instant_text(record[name]) for name in _INSTANTS
    }
    return {**told, **instants, "object": "invoice"}


def invoice_answer(invoice: Invoice, *, status: int = 200) -> Answer:
    """An invoice of the core as an answer."""
    shown = invoice_json(invoice_record(invoice))
    return json_answer(shown, status=status, version=invoice.version)


def new_invoice_answer(invoice: Invoice) -> Answer:
    """A new document as an answer."""
    return invoice_answer(invoice, status=201)


def charged_answer(charged: ChargedInvoice) -> Answer:
    """A charge as an answer: the PaymentIntent that page A promises."""
    return json_answer(payment_intent(charged))


def create_command(body: InvoiceCreate, wrong: Findings) -> CreateInvoice:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing, or is no value.
    """
    company_id = wrong.agreed(("company_id", plain(body.company_id)), required=True)
    until_at = wrong.instant("until", body.until)
    if wrong or company_id is None:
        raise wrong.refusal()
    return CreateInvoice(
        company_id=normalise_id(Prefix.COMPANY, company_id),
        until_at=until_at,
        currency=plain(body.currency),
        draft=body.draft,
    )


def _list_query(query: Query) -> ListInvoices:
    found = ListInvoices(
        company_id=query.id("company_id", Prefix.COMPANY),
        status=query.choice("status", InvoiceStatus),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/invoices",
    operation_id="invoices.list",
    summary="List invoices",
    **described(
        answer=schemas.InvoicePage,
        query=("company_id", "status", "limit", "cursor"),
        status_of=InvoiceStatus,
    ),
)
async def get_invoices(call: NamedDependency[Call]) -> Response[bytes]:
    """Invoices and credit notes of every status, newest first."""
    page = await list_invoices(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [invoice_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@post(
    "/invoices",
    operation_id="invoices.create",
    summary="Invoice a company now",
    **described(answer=schemas.Invoice, status=201, body=InvoiceCreate, finds=True),
)
async def post_invoice(call: NamedDependency[Call]) -> Response[bytes]:
    """What the company's bookings owe and was not invoiced yet; opened, unless ``draft``."""
    body, wrong = read_body(call.body, call.content_types, InvoiceCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, new_invoice_answer)
    found = await create_invoice(call.ports, call.actor, command, once)
    return response_of(new_invoice_answer(found))


@get(
    "/invoices/{invoice_id:str}",
    operation_id="invoices.get",
    summary="Retrieve an invoice",
    **described(answer=schemas.Invoice, by_id=True),
)
async def get_invoice(call: NamedDependency[Call], invoice_id: FromPath[str]) -> Response[bytes]:
    """One invoice, or credit note."""
    bare_id = normalise_id(Prefix.INVOICE, invoice_id)
    found = await get_record(call.ports, call.actor, Noun.INVOICE, bare_id, _ATTRIBUTES)
    return response_of(json_answer(invoice_json(found), version=found["version"]))


@get(
    "/invoices/{invoice_id:str}/pdf",
    operation_id="invoices.pdf",
    summary="An invoice as PDF",
    **described_file("application/pdf"),
)
async def get_pdf(call: NamedDependency[Call], invoice_id: FromPath[str]) -> Response[bytes]:
    """The invoice as it stands now. `503` where the server cannot make PDF files."""
    bare_id = normalise_id(Prefix.INVOICE, invoice_id)
    printed = await print_invoice(call.ports, call.actor, bare_id)
    return Response(
        printed.pdf,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{printed.file_name}"',
            "Cache-Control": "private, no-cache",
        },
    )


@post(
    "/invoices/{invoice_id:str}/open",
    operation_id="invoices.open",
    summary="Open a draft",
    **described(
        answer=schemas.Invoice, body=InvoiceAction, body_optional=True, by_id=True, locks=True
    ),
)
async def post_open(call: NamedDependency[Call], invoice_id: FromPath[str]) -> Response[bytes]:
    """The draft gets its number, and is set off against open credit notes."""
    key = _key(call)
    command = OpenInvoice(
        invoice_id=normalise_id(Prefix.INVOICE, invoice_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, invoice_answer)
    return response_of(invoice_answer(await open_invoice(call.ports, call.actor, command, once)))


@post(
    "/invoices/{invoice_id:str}/charge",
    operation_id="invoices.charge",
    summary="Charge the saved card for an invoice",
    **described(
        answer=schemas.PaymentIntent,
        body=InvoiceAction,
        body_optional=True,
        by_id=True,
        locks=True,
        pays=True,
    ),
)
async def post_charge(call: NamedDependency[Call], invoice_id: FromPath[str]) -> Response[bytes]:
    """All that is due, from the company's saved card, at once. Answers with the PaymentIntent."""
    key = _key(call)
    command = ChargeInvoice(
        invoice_id=normalise_id(Prefix.INVOICE, invoice_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, charged_answer)
    return response_of(charged_answer(await charge_invoice(call.ports, call.actor, command, once)))


@post(
    "/invoices/{invoice_id:str}/void",
    operation_id="invoices.void",
    summary="Void an invoice",
    **described(
        answer=schemas.Invoice, body=InvoiceAction, body_optional=True, by_id=True, locks=True
    ),
)
async def post_void(call: NamedDependency[Call], invoice_id: FromPath[str]) -> Response[bytes]:
    """As if it had never been: what it had invoiced is to be invoiced again."""
    key = _key(call)
    command = VoidInvoice(
        invoice_id=normalise_id(Prefix.INVOICE, invoice_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, invoice_answer)
    return response_of(invoice_answer(await void_invoice(call.ports, call.actor, command, once)))


@post(
    "/invoices/{invoice_id:str}/credit_note",
    operation_id="invoices.credit",
    summary="Issue a credit note",
    **described(
        answer=schemas.Invoice,
        status=201,
        body=InvoiceCredit,
        body_optional=True,
        by_id=True,
        locks=True,
    ),
)
async def post_credit(call: NamedDependency[Call], invoice_id: FromPath[str]) -> Response[bytes]:
    """The credit note, which is set off against the invoice; its amounts are below zero."""
    body, wrong = read_body(call.body, call.content_types, InvoiceCredit, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = CreditInvoice(
        invoice_id=normalise_id(Prefix.INVOICE, invoice_id),
        amount_minor=plain(body.amount_minor),
        reason=plain(body.reason),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, new_invoice_answer)
    found = await credit_invoice(call.ports, call.actor, command, once)
    return response_of(new_invoice_answer(found))


def _key(call: Call) -> str | None:
    """The idempotency key of an operation whose body holds nothing else."""
    body, wrong = read_body(call.body, call.content_types, InvoiceAction, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    return key
