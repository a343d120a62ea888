"""The simulated checkout: a page on which one plays the payer and the payment provider.

With a provider of flesh and blood the page only tells how things stand: it is where the payer
comes back to. What settles a checkout is not served then.

The ids in its address are capabilities: whoever has the address may pay, as with any checkout
link. No cookie and no key is involved, so there is nothing that a forged form could borrow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.params import FromPath

from litehq_app.pages.rendering import missing_page, page
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.errors import NotFound
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.interval import Interval
from litehq_core.domain.money import Money
from litehq_core.domain.payment import (
    Payment,
    PaymentOutcome,
    PaymentPurpose,
    PaymentStatus,
)
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.words import amount_text, instant_words, slot_text
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.payments.get_checkout import get_checkout
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment

AnyRequest = Request[Any, Any, State]

_OUTCOMES = {
    "pay": PaymentOutcome.PAID,
    "fail": PaymentOutcome.FAILED,
    "expire": PaymentOutcome.EXPIRED,
}


_AGREED = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)


class Standing(StrEnum):
    """Where a checkout stands, as its page tells it."""

    DUE = "due"
    CHANGE_DUE = "change_due"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    REFUNDED = "refunded"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as its page shows it, at ``now``."""

    payment: Payment
    booking: Booking
    now: datetime
    is_simulated: bool = True

    @property
    def standing(self) -> Standing:
        """What the payer should know first."""
        payment, booking = self.payment, self.booking
        if payment.status is PaymentStatus.SUCCEEDED:
            was_replaced = (
                payment.purpose is PaymentPurpose.BOOKING and booking.payment_id != payment.id
            )
            if not was_replaced and booking.status in (
                BookingStatus.CONFIRMED,
                BookingStatus.COMPLETED,
            ):
                return Standing.CONFIRMED
            return Standing.REFUNDED if booking.refunded_minor else Standing.OVER
        change = booking.pending_change
        if payment.is_unsettled and change is not None and change.payment_id == payment.id:
            return Standing.CHANGE_DUE if self.now < change.expires_at else Standing.LAPSED
        if booking.payment_id != payment.id:
            return Standing.CLOSED
        if booking.status is BookingStatus.PENDING_PAYMENT and not booking.is_lapsed(self.now):
            return Standing.DUE
        lapsed = booking.status in (BookingStatus.PENDING_PAYMENT, BookingStatus.EXPIRED)
        return Standing.LAPSED if lapsed else Standing.CLOSED

    @property
    def slot(self) -> Interval:
        """The time that is paid for: that of the pending change, if it is about one."""
        change = self.booking.pending_change
        return change.slot if change and self.is_change else self.booking.slot

    @property
    def is_change(self) -> bool:
        """Whether it pays for a change that still waits."""
        change = self.booking.pending_change
        return change is not None and change.payment_id == self.payment.id

    def as_answer(self) -> Response[Any]:
        """The checkout as JSON."""
        return Response(self.as_json(), status_code=200, headers={"Cache-Control": "no-store"})

    def as_json(self) -> dict[str, Any]:
        """For programs that settle checkouts, such as tests of an integration."""
        payment, booking = self.payment, self.booking
        return {
            "id": payment.id,
            "object": "checkout",
            "status": payment.status.value,
            "standing": self.standing.value,
            "amount_minor": payment.amount.amount_minor,
            "currency": payment.amount.currency,
            "expires_at": payment.expires_at and instant_text(payment.expires_at),
            "booking": {
                "id": booking.id,
                "status": booking.status.value,
                "version": booking.version,
                "room": {"id": booking.room.id, "name": booking.room.name},
                "start_at": instant_text(booking.start_at),
                "end_at": instant_text(booking.end_at),
                "paid_minor": booking.paid_minor,
                "refunded_minor": booking.refunded_minor,
            },
        }

    def as_page(self, *, declined: bool) -> Response[str]:
        """The page; ``declined`` if it is shown because the card just was."""
        payment, booking = self.payment, self.booking
        change = booking.pending_change if self.is_change else None
        room = change.room if change else booking.room
        expires_at = change.expires_at if change else booking.expires_at

        def money(amount_minor: int) -> str:
            return amount_text(Money(currency=payment.amount.currency, amount_minor=amount_minor))

        return page(
            "checkout.html",
            payment=payment,
            booking=booking,
            standing=self.standing.value,
            room=room,
            when=slot_text(self.slot, room.timezone),
            held_until=expires_at and instant_words(expires_at, room.timezone),
            amount=amount_text(payment.amount),
            others=len(payment.booking_ids) - 1,
            paid=money(booking.paid_minor) if booking.paid_minor else None,
            refunded=money(booking.refunded_minor) if booking.refunded_minor else None,
            can_pay=payment.status is not PaymentStatus.SUCCEEDED,
            declined=declined and payment.is_unsettled,
            simulated=self.is_simulated,
            is_open=self.standing in (Standing.DUE, Standing.CHANGE_DUE),
        )


async def _found(
    request: AnyRequest, workspace_id: str, payment_id: str, outcome: PaymentOutcome | None = None
) -> Checkout | None:
    """The checkout, after ``outcome`` was reported if one is given; None if there is none."""
    ports: Ports = request.app.state.ports
    workspace_id = normalise_id(Prefix.WORKSPACE, workspace_id)
    payment_id = normalise_id(Prefix.PAYMENT, payment_id)
    if not (workspace_id and payment_id):
        return None
    actor = replace(
        system_actor(workspace_id, "checkout"), request_id=request.scope["state"]["request_id"]
    )
    try:
        if outcome is not None:
            await settle_payment(
                ports, actor, SettlePayment(payment_id=payment_id, outcome=outcome)
            )
        payment, booking = await get_checkout(ports, actor, payment_id)
        return Checkout(payment, booking, ports.clock(), not ports.connect.needs_account)
    except NotFound:
        return None


def _wants_json(request: AnyRequest) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _absent(request: AnyRequest) -> Response[Any]:
    if _wants_json(request):
        raise NotFound("checkout")
    return missing_page("checkout", "There is no checkout at this address. Is it complete?")


@get("/checkout/{workspace_id:str}/{payment_id:str}", include_in_schema=False)
async def show_checkout(
    request: AnyRequest, workspace_id: FromPath[str], payment_id: FromPath[str]
) -> Response[Any]:
    """The checkout page, or the checkout as JSON."""
    checkout = await _found(request, workspace_id, payment_id)
    if checkout is None:
        return _absent(request)
    return (
        checkout.as_answer()
        if _wants_json(request)
        else checkout.as_page(declined="declined" in request.query_params)
    )


@post("/checkout/{workspace_id:str}/{payment_id:str}/{deed:str}", include_in_schema=False)
async def settle_checkout(
    request: AnyRequest,
    workspace_id: FromPath[str],
    payment_id: FromPath[str],
    deed: FromPath[str],
) -> Response[Any]:
    """Play the provider: report the checkout as paid, declined or expired."""
    outcome = _OUTCOMES.get(deed)
    checkout = outcome and await _found(request, workspace_id, payment_id, outcome)
    if not checkout:
        return _absent(request)
    if _wants_json(request):
        return checkout.as_answer()
    # Relative, so that it holds under whatever address the page was opened.
    back = f"../{checkout.payment.id}" + ("?declined" if deed == "fail" else "")
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": back})
