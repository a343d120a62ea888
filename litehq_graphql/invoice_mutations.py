"""What changes invoices, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain import invoice as domain
from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.invoice_charge import ChargedInvoice, payment_intent
from litehq_core.domain.invoice_words import invoice_record
from litehq_core.use_cases.invoices import (
    charge_invoice,
    create_invoice,
    credit_invoice,
    open_invoice,
    void_invoice,
)
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.invoice_inputs import (
    ChargeInvoiceInput,
    CreateInvoiceInput,
    CreditInvoiceInput,
    OpenInvoiceInput,
    VoidInvoiceInput,
)
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.invoice import Invoice
from litehq_graphql.types.refusal import RefusalType


class _WithInvoice:
    """A payload that shows an invoice."""

    invoice: Invoice

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.invoice = Invoice.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="The company is invoiced.")
class CreateInvoicePayload(_WithInvoice):
    """The new document."""

    invoice: Invoice = strawberry.field(description="OPEN, or a DRAFT if that was wanted.")


@strawberry.type(description="The draft is binding.")
class OpenInvoicePayload(_WithInvoice):
    """The opened document."""

    invoice: Invoice = strawberry.field(
        description="OPEN with its number; PAID if credit notes cover it."
    )


@strawberry.type(description="The document is as if it had never been.")
class VoidInvoicePayload(_WithInvoice):
    """The void document."""

    invoice: Invoice = strawberry.field(description="The document; voiding twice is once.")


@strawberry.type(description="Something is given back.")
class CreditInvoicePayload(_WithInvoice):
    """The credit note."""

    invoice: Invoice = strawberry.field(
        description="The credit note, set off against the invoice as far as something was due."
    )


@strawberry.type(description="The charge of a saved card, in the words of Stripe's PaymentIntent.")
class PaymentIntent:
    """What came of charging."""

    id: str = strawberry.field(description="The provider's id of it.")
    status: str = strawberry.field(
        description="`succeeded`; `requires_action` if the payer must act; `processing`."
    )
    amount: int = strawberry.field(description="In minor units.")
    currency: str = strawberry.field(description="ISO 4217 in small letters, as Stripe has it.")


@strawberry.type(description="The company's card was charged, or waits for the payer to act.")
class ChargeInvoicePayload:
    """The invoice and its charge."""

    invoice: Invoice = strawberry.field(description="PAID if the charge has succeeded.")
    payment_intent: PaymentIntent = strawberry.field(description="The charge.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        intent = {name: kept["intent"][name] for name in ("id", "status", "amount", "currency")}
        return cls(
            invoice=Invoice.of(record_from_json(kept["record"]), context.related),
            payment_intent=PaymentIntent(**intent),
        )


CreateInvoiceResult = Annotated[
    CreateInvoicePayload | RefusalType,
    strawberry.union("CreateInvoiceResult", description="The invoice, or why there is none."),
]
OpenInvoiceResult = Annotated[
    OpenInvoicePayload | RefusalType,
    strawberry.union("OpenInvoiceResult", description="The invoice, or why it stays."),
]
VoidInvoiceResult = Annotated[
    VoidInvoicePayload | RefusalType,
    strawberry.union("VoidInvoiceResult", description="The invoice, or why it stays."),
]
CreditInvoiceResult = Annotated[
    CreditInvoicePayload | RefusalType,
    strawberry.union("CreditInvoiceResult", description="The credit note, or why there is none."),
]
ChargeInvoiceResult = Annotated[
    ChargeInvoicePayload | RefusalType,
    strawberry.union("ChargeInvoiceResult", description="The charge, or why there is none."),
]


def _kept(invoice: domain.Invoice) -> Mapping[str, Any]:
    return kept_record(invoice_record(invoice))


def _kept_charge(charged: ChargedInvoice) -> Mapping[str, Any]:
    return kept_record(invoice_record(charged.invoice), intent=payment_intent(charged))


@strawberry.type
class InvoiceMutations:
    """The part of the root of mutations that is about invoices."""

    @mutation("Invoice a company what was not invoiced yet. For operators.")
    async def create_invoice(
        self, info: Info, input: Annotated[CreateInvoiceInput, INPUT]
    ) -> CreateInvoiceResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        found = await create_invoice.create_invoice(
            context.ports, context.actor, input.command(), only
        )
        return CreateInvoicePayload.from_kept(_kept(found), context)

    @mutation("Open a draft: it gets its number. For operators.")
    async def open_invoice(
        self, info: Info, input: Annotated[OpenInvoiceInput, INPUT]
    ) -> OpenInvoiceResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        found = await open_invoice.open_invoice(context.ports, context.actor, input.command(), only)
        return OpenInvoicePayload.from_kept(_kept(found), context)

    @mutation("Charge the company's saved card for all that is due of an invoice.")
    async def charge_invoice(
        self, info: Info, input: Annotated[ChargeInvoiceInput, INPUT]
    ) -> ChargeInvoiceResult:
        """Needs ``billing:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_charge)
        found = await charge_invoice.charge_invoice(
            context.ports, context.actor, input.command(), only
        )
        return ChargeInvoicePayload.from_kept(_kept_charge(found), context)

    @mutation("Void an invoice: what it had invoiced is to be invoiced again. For operators.")
    async def void_invoice(
        self, info: Info, input: Annotated[VoidInvoiceInput, INPUT]
    ) -> VoidInvoiceResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        found = await void_invoice.void_invoice(context.ports, context.actor, input.command(), only)
        return VoidInvoicePayload.from_kept(_kept(found), context)

    @mutation("Issue a credit note for an invoice. For operators.")
    async def credit_invoice(
        self, info: Info, input: Annotated[CreditInvoiceInput, INPUT]
    ) -> CreditInvoiceResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        found = await credit_invoice.credit_invoice(
            context.ports, context.actor, input.command(), only
        )
        return CreditInvoicePayload.from_kept(_kept(found), context)
