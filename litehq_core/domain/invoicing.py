"""Drawing invoices up: which bookings, which lines, and what becomes of the company's documents.

A booking is invoiced once. What changes afterwards, be it an edit or a cancellation with or
without a fee, goes on the next document as the difference between what it owes now and what
stands invoiced of it (docs/decisions/0030). A booking belongs to the month in which it starts, by
the clock on its location's wall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.booking_ledger import invoiced_minor
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceMove,
    InvoiceStatus,
    amend_invoice,
    move_invoice,
    refused_move,
)
from litehq_core.domain.invoice_words import invoice_event
from litehq_core.domain.taxes import TaxRate, rate_of
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import instant_at, local, zone_named
from litehq_core.domain.words import slot_text


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledPart:
    """What stands invoiced of a booking at one rate, in minor units."""

    rate: TaxRate
    amount_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbilled:
    """A booking that does not owe what stands invoiced of it, with what does, rate by rate."""

    booking: Booking
    billed: tuple[BilledPart, ...] = ()

    @property
    def difference_minor(self) -> int:
        """What is to be invoiced still; below zero what is to be given back."""
        return invoiced_minor(self.booking) - sum(part.amount_minor for part in self.billed)

    def is_of_past_month(self, now: datetime) -> bool:
        """Whether the month of the booking's start is over, on the clock on the room's wall."""
        zone = zone_named(self.booking.room.timezone)
        start, today = local(zone, self.booking.start_at), local(zone, now)
        return (start.year, start.month) < (today.year, today.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """What a decision writes: documents that are new, those that it changes, and the events."""

    added: tuple[Invoice, ...] = ()
    changed: tuple[Invoice, ...] = ()
    events: tuple[EventDraft, ...] = ()


def billed_at(booking: Booking, now: datetime) -> datetime:
    """When what changed about a booking is invoiced: at the end of its month, or of this one."""
    zone = zone_named(booking.room.timezone)
    day = local(zone, max(booking.start_at, now)).date()
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return instant_at(zone, first, 0)


def booking_lines(unbilled: Unbilled) -> tuple[InvoiceLine, ...]:
    """The lines that make what stands invoiced of a booking what it owes, rate by rate."""
    booking = unbilled.booking
    owed = invoiced_minor(booking)
    rate = rate_of(booking.price)
    amounts: Counter[TaxRate] = Counter({rate: owed})
    taxes: Counter[TaxRate] = Counter({rate: rate.inside(owed)})
    for part in unbilled.billed:
        amounts[part.rate] -= part.amount_minor
        taxes[part.rate] -= part.tax_minor
    description = _description(booking, is_correction=bool(unbilled.billed))
    return tuple(
        InvoiceLine(
            booking_id=booking.id,
            description=description,
            rate=rate,
            amount_minor=amounts[rate],
            tax_minor=taxes[rate],
        )
        for rate in sorted(amounts)
        if amounts[rate] or taxes[rate]
    )


def _description(booking: Booking, *, is_correction: bool) -> str:
    if booking.status is BookingStatus.CANCELLED:
        head = "Cancelled: "
    else:
        head = "Correction: " if is_correction else ""
    return f"{head}{booking.room.name}, {slot_text(booking.slot, booking.room.timezone)}"


def draw_up(
    invoice_id: str, company_id: str, found: Sequence[Unbilled], now: datetime
) -> Invoice | None:
    """A draft of what some bookings of one currency owe; None if there is nothing to say.

    One that gives back more than it asks for is a credit note.
    """
    in_order = sorted(found, key=lambda each: (each.booking.start_at, each.booking.id))
    lines = tuple(line for each in in_order for line in booking_lines(each))
    if not lines:
        return None
    first = in_order[0].booking
    gives_back = sum(line.amount_minor for line in lines) < 0
    return Invoice(
        id=invoice_id,
        workspace_id=first.workspace_id,
        company_id=company_id,
        kind=InvoiceKind.CREDIT_NOTE if gives_back else InvoiceKind.INVOICE,
        currency=first.price.currency,
        lines=lines,
        created_at=now,
        updated_at=now,
    )


def decide_draft(draft: Invoice) -> Billing:
    """The draft is kept as it is."""
    return Billing(added=(draft,), events=(invoice_event(EventType.INVOICE_CREATED, draft, None),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an opening depends on beside the document.

    Attributes:
        number: the next of the workspace's.
        due_days: how many days the payer has.
        others: the company's open documents in the currency, by number, all of them locked;
            without those that are being charged, for what is due of them must stay so.
        is_booked: whether an accounting system is to be told.
    """

    number: int
    due_days: int
    others: Sequence[Invoice] = ()
    is_booked: bool = False


def decide_open(draft: Invoice, opening: Opening, now: datetime) -> Billing:
    """The document with its number, set off against the open ones of the other kind.

    A credit note goes first against the invoice that it was issued for. What is due of none of
    them any more is settled.

    Raises:
        InvalidTransition: it is no draft.
    """
    opened, kind = move_invoice(
        draft,
        InvoiceMove.OPEN,
        now,
        number=opening.number,
        opened_at=now,
        due_at=now + timedelta(days=opening.due_days),
        sync=draft.sync.wanted(now) if opening.is_booked else draft.sync,
    )
    events = [invoice_event(kind, opened, draft)]
    changed: list[Invoice] = []
    for other in sorted(opening.others, key=lambda each: each.id != draft.credited_invoice_id):
        share = _share(opened, other)
        if share:
            opened, told = _set_off(opened, share, now)
            events += told
            other_after, told = _set_off(other, -share, now)
            changed.append(other_after)
            events += told
    if opened.due_minor == 0 and opened.status is InvoiceStatus.OPEN:
        opened, told = settled(opened, now)
        events += told
    return Billing(changed=(opened, *changed), events=tuple(events))


def _share(opened: Invoice, other: Invoice) -> int:
    """How much of ``opened`` is set off against ``other``, with the sign of what is due of it."""
    if opened.due_minor * other.due_minor >= 0:
        return 0
    size = min(abs(opened.due_minor), abs(other.due_minor))
    return size if opened.due_minor > 0 else -size


def _set_off(invoice: Invoice, share: int, now: datetime) -> tuple[Invoice, list[EventDraft]]:
    after = amend_invoice(invoice, now, credited_minor=invoice.credited_minor + share)
    events = [invoice_event(EventType.INVOICE_CREDITED, after, invoice)]
    if after.due_minor == 0:
        after, told = settled(after, now)
        events += told
    return after, events


def settled(invoice: Invoice, now: datetime) -> tuple[Invoice, list[EventDraft]]:
    """The document of which nothing is due any more, and the event that says so."""
    after, kind = move_invoice(invoice, InvoiceMove.SETTLE, now, paid_at=now)
    return after, [invoice_event(kind, after, invoice)]


def decide_void(invoice: Invoice, now: datetime, *, is_charged: bool) -> Billing:
    """The document as if it had never been: what it had invoiced is to be invoiced again.

    A number that it has stays its own.

    Args:
        is_charged: whether a payment of it is under way.

    Raises:
        InvalidTransition: it is settled or void, or in part paid, set off, or being charged.
    """
    if is_charged or not invoice.is_untouched:
        raise refused_move(invoice, "be voided once something was paid on it or set off")
    # The accounting system is told only of what it may have heard of.
    sync = invoice.sync if invoice.number is None else invoice.sync.changed(now)
    after, kind = move_invoice(invoice, InvoiceMove.VOID, now, voided_at=now, sync=sync)
    return Billing(changed=(after,), events=(invoice_event(kind, after, invoice),))


def decide_credit(
    invoice: Invoice,
    note_id: str,
    amount_minor: int | None,
    memo: str | None,
    now: datetime,
    *,
    given_minor: int = 0,
) -> Invoice:
    """The draft of a credit note for an invoice: so much less, shared out over its tax rates.

    What its bookings owe stays as it was; the operator gives the company something.

    Args:
        amount_minor: how much, with tax; None: all that is due still, or, if it is paid, all that
            was not given back.
        given_minor: what other credit notes for it give.

    Raises:
        InvalidTransition: there is nothing to be credited: a draft, a void one, a credit note.
        ValidationFailed: less than 1, or with the others more than the invoice; or a memo that is
            too long.
    """
    if memo is not None:
        require_text("reason", memo, most=MAX_NAME)
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status not in (
        InvoiceStatus.OPEN,
        InvoiceStatus.PAID,
    ):
        raise refused_move(invoice, "be credited")
    most = invoice.amount_minor - given_minor
    usual = min(most, invoice.due_minor) if invoice.due_minor > 0 else most
    amount = usual if amount_minor is None else amount_minor
    if not 1 <= amount <= most:
        raise ValidationFailed.of("amount_minor", f"must lie within 1–{most}")
    text = f"Credit for invoice {invoice.number}" + (f": {memo}" if memo else "")
    return Invoice(
        id=note_id,
        workspace_id=invoice.workspace_id,
        company_id=invoice.company_id,
        kind=InvoiceKind.CREDIT_NOTE,
        currency=invoice.currency,
        lines=tuple(_credit_lines(invoice, amount, text)),
        credited_invoice_id=invoice.id,
        memo=memo,
        created_at=now,
        updated_at=now,
    )


def _credit_lines(invoice: Invoice, amount: int, text: str) -> Iterable[InvoiceLine]:
    """``amount`` in the proportion of the invoice's rates; the last takes what rounding leaves."""
    totals: Counter[TaxRate] = Counter()
    for line in invoice.lines:
        totals[line.rate] += line.amount_minor
    rates = sorted(rate for rate in totals if totals[rate] > 0)
    left, whole = amount, sum(totals[rate] for rate in rates)
    for rate in rates:
        share = left if rate == rates[-1] else amount * totals[rate] // whole
        left -= share
        if share:
            yield InvoiceLine(
                booking_id=None,
                description=text,
                rate=rate,
                amount_minor=-share,
                tax_minor=-rate.inside(share),
            )
