"""Checkouts, charges and refunds at Stripe, on the workspace's own account."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import stripe
from stripe import PaymentIntent, Refund, StripeClient
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams

from litehq_app.payments.stripe.client import asking, made_once, on_account
from litehq_app.payments.stripe.customers import StripeCustomers
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable, StripeUnconfigured
from litehq_core.domain.ids import Prefix
from litehq_core.domain.payment import (
    Payment,
    PaymentOutcome,
    PaymentPurpose,
    Source,
)
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import Charge, ChargeStatus, Checkout, SavedCardCharge, Verdict
from litehq_core.ports.ports import Begin

# Stripe takes sessions that end 30 minutes to 24 hours ahead. Ours end so long after the hold
# that they can be opened until its last minute; when the hold ends we expire them ourselves.
AFTER_THE_HOLD = timedelta(minutes=31)
LONGEST_SESSION = timedelta(hours=23, minutes=55)
# The two clocks differ; what is looked for by its time is looked for around it.
CLOCK_SKEW = timedelta(minutes=5)


class StripePayments:
    """Implements ``Payments``.

    All that a request says follows from what never changes, the payment's own fields above all:
    a second try with the same key then is the same request, and Stripe answers as at first.
    """

    def __init__(self, client: StripeClient, *, begin: Begin, public_url: str) -> None:
        self._v1 = client.v1
        self._begin = begin
        self._public_url = public_url
        self._customers = StripeCustomers(client, begin)

    async def open_checkout(self, payment: Payment) -> Checkout:
        """A session whose page is Stripe's."""
        require_outside("opening a checkout")
        account_id = await self._account(payment.workspace_id)
        payer = await self._customers.payer_of(payment, account_id)
        params: SessionCreateParams = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.amount.currency.lower(),
                        "unit_amount": payment.amount.amount_minor,
                        "product_data": {"name": f"Booking {payment.booking_id}"},
                    },
                }
            ],
            "client_reference_id": payment.id,
            "metadata": _metadata(payment),
            "payment_intent_data": {"metadata": _metadata(payment)},
            "expires_at": int(session_end(payment).timestamp()),
            "success_url": self._page(payment),
            "cancel_url": self._page(payment),
        }
        if payer.customer_id is not None:
            params["customer"] = payer.customer_id
            params["payment_intent_data"]["setup_future_usage"] = "off_session"
        elif payer.email is not None:
            params["customer_email"] = payer.email
        with asking():
            session = await made_once(
                lambda key: self._v1.checkout.sessions.create_async(
                    params, on_account(account_id, key)
                ),
                lambda: self._find_session(payment, account_id),
                f"{payment.id}-checkout",
            )
        return Checkout(url=session.url or self._page(payment), reference=session.id)

    async def close_checkout(self, payment: Payment) -> Verdict | None:
        """Expire the session, if it is still open; tell what was paid on it before.

        Nobody may have heard of the session, or of the charge of a saved card, when a process
        stopped: then they are looked for.
        """
        require_outside("closing a checkout")
        try:
            account_id = await self._account(payment.workspace_id)
            charged = await self._charged(payment, account_id)
            session = await self._session(payment, account_id)
            if charged or session is None:
                return charged
            if session.status == "open":
                session = await self._expired(session, account_id)
            verdict = verdict_of(session)
        except StripeUnconfigured:
            # The account is not ours to ask any more; whatever is paid there is its owner's.
            return None
        return verdict if verdict and verdict.outcome is PaymentOutcome.PAID else None

    async def look_up(self, payment: Payment) -> Verdict | None:
        """How the session stands."""
        require_outside("asking about a checkout")
        account_id = await self._account(payment.workspace_id)
        session = await self._session(payment, account_id)
        return verdict_of(session) if session else None

    async def refund(self, payment: Payment) -> str:
        """Give back from each source; the id of the first refund."""
        require_outside("a refund")
        account_id = await self._account(payment.workspace_id)
        if sum(source.amount_minor for source in payment.sources) != payment.amount.amount_minor:
            raise PaymentFailed("There is no charge from which so much can be given back.")
        sent = [
            await self._refund_source(payment, number, source, account_id)
            for number, source in enumerate(payment.sources)
        ]
        return sent[0]

    async def has_saved_card(self, workspace_id: str, payer_id: str) -> bool:
        """Whether the payer is a customer; which cards he has is Stripe's to say."""
        return await self._customers.known(workspace_id, payer_id) is not None

    async def charge_saved_card(self, charge: SavedCardCharge) -> Charge:
        """A payment intent, confirmed without the payer."""
        require_outside("charging a saved card")
        account_id = await self._account(charge.workspace_id)
        customer_id = await self._customer(charge, account_id)
        card = await self._customers.card(customer_id, account_id) if customer_id else None
        if customer_id is None or card is None:
            raise PaymentFailed("The payer has no saved card.")
        try:
            with asking():
                intent = await made_once(
                    lambda key: self._v1.payment_intents.create_async(
                        {
                            "amount": charge.amount.amount_minor,
                            "currency": charge.amount.currency.lower(),
                            "customer": customer_id,
                            "payment_method": card,
                            "allowed_payment_method_types": ["card"],
                            "confirm": True,
                            "off_session": True,
                            "metadata": {**charge.metadata, "charge_id": charge.id},
                            "description": charge.description,
                        },
                        on_account(account_id, key),
                    ),
                    lambda: self._find_intent(charge.id, customer_id, account_id),
                    f"{charge.id}-charge",
                )
        except PaymentFailed as refusal:
            declined = refusal.__cause__
            if not isinstance(declined, stripe.CardError):
                raise
            return _declined(declined, charge)
        if intent.status == "processing":
            raise ServiceUnavailable("The charge is still being processed.")
        status = {
            "succeeded": ChargeStatus.SUCCEEDED,
            "requires_action": ChargeStatus.REQUIRES_ACTION,
        }.get(intent.status, ChargeStatus.FAILED)
        return Charge(reference=intent.id, status=status)

    async def _customer(self, charge: SavedCardCharge, account_id: str) -> str | None:
        if charge.payer_id.startswith(f"{Prefix.COMPANY}_"):
            return await self._customers.company(charge.workspace_id, charge.payer_id, account_id)
        return await self._customers.known(charge.workspace_id, charge.payer_id)

    async def _account(self, workspace_id: str) -> str:
        async with self._begin(system_actor(workspace_id, "stripe")) as tx:
            account = await tx.provider.account()
        if account is None or not account.takes_payments:
            raise StripeUnconfigured
        return account.state.account_id

    def _page(self, payment: Payment) -> str:
        return f"{self._public_url}/checkout/{payment.workspace_id}/{payment.id}"

    async def _session(self, payment: Payment, account_id: str) -> Session | None:
        """The payment's session: by its id, or, if nobody has heard of it, by its metadata."""
        with asking():
            if payment.reference and payment.reference.startswith("cs_"):
                return await self._v1.checkout.sessions.retrieve_async(
                    payment.reference, options=on_account(account_id)
                )
            return await self._find_session(payment, account_id)

    async def _find_session(self, payment: Payment, account_id: str) -> Session | None:
        """The payment's session, by its metadata."""
        made = await self._v1.checkout.sessions.list_async(
            {"created": {"gte": _around(payment.created_at)}, "limit": 100},
            on_account(account_id),
        )
        async for session in made.auto_paging_iter():
            if _named(session.metadata, "payment_id") == payment.id:
                return session
        return None

    async def _expired(self, session: Session, account_id: str) -> Session:
        try:
            with asking():
                return await self._v1.checkout.sessions.expire_async(
                    session.id, options=on_account(account_id)
                )
        except PaymentFailed:
            # It was paid, or ended, at this very moment.
            with asking():
                return await self._v1.checkout.sessions.retrieve_async(
                    session.id, options=on_account(account_id)
                )

    async def _charged(self, payment: Payment, account_id: str) -> Verdict | None:
        """Whether a saved card was charged for a change, and nobody has heard of it."""
        if payment.purpose is not PaymentPurpose.CHANGE:
            return None
        customer_id = await self._customers.of_booking(payment)
        if customer_id is None:
            return None
        with asking():
            intent = await self._find_intent(payment.id, customer_id, account_id)
        if intent is not None and intent.status == "succeeded":
            return Verdict(outcome=PaymentOutcome.PAID, reference=intent.id)
        return None

    async def _find_intent(
        self, charge_id: str, customer_id: str, account_id: str
    ) -> PaymentIntent | None:
        """The charge of a customer's saved card that names our own id of it."""
        made = await self._v1.payment_intents.list_async(
            {"customer": customer_id, "limit": 100}, on_account(account_id)
        )
        async for intent in made.auto_paging_iter():
            if _named(intent.metadata, "charge_id") == charge_id:
                return intent
        return None

    async def _find_refund(
        self, payment: Payment, part: str, source: Source, account_id: str
    ) -> Refund | None:
        made = await self._v1.refunds.list_async(
            {"payment_intent": source.reference, "limit": 100}, on_account(account_id)
        )
        async for refund in made.auto_paging_iter():
            ours = _named(refund.metadata, "payment_id") == payment.id
            if ours and _named(refund.metadata, "part") == part:
                return refund
        return None

    async def _refund_source(
        self, payment: Payment, number: int, source: Source, account_id: str
    ) -> str:
        try:
            return await self._send(payment, str(number), source, account_id)
        except PaymentFailed:
            left = await self._left_of(source.reference, account_id)
            if left >= source.amount_minor:
                raise
            # Somebody has given some of it back by hand meanwhile: what is left goes as well.
            rest = replace(source, amount_minor=left)
            part = f"{number}-rest-{left}"
            return await self._send(payment, part, rest, account_id) if left else source.reference

    async def _send(self, payment: Payment, part: str, source: Source, account_id: str) -> str:
        """One refund; ``part`` tells it from the others of the same payment."""
        with asking():
            sent = await made_once(
                lambda key: self._v1.refunds.create_async(
                    {
                        "payment_intent": source.reference,
                        "amount": source.amount_minor,
                        "metadata": {**_metadata(payment), "part": part},
                    },
                    on_account(account_id, key),
                ),
                lambda: self._find_refund(payment, part, source, account_id),
                f"{payment.id}-refund-{part}",
            )
        return sent.id

    async def _left_of(self, reference: str, account_id: str) -> int:
        """What of a charge is not given back, in minor units."""
        with asking():
            intent = await self._v1.payment_intents.retrieve_async(
                reference, {"expand": ["latest_charge"]}, on_account(account_id)
            )
        charge = intent.latest_charge
        if charge is None or isinstance(charge, str):
            return 0
        return charge.amount - charge.amount_refunded


def session_end(payment: Payment) -> datetime:
    """When Stripe itself ends a payment's session, the same at every try."""
    latest = payment.created_at + LONGEST_SESSION
    return min((payment.expires_at or payment.created_at) + AFTER_THE_HOLD, latest)


def verdict_of(session: Session) -> Verdict | None:
    """How a session ended; None while it may still be paid."""
    if session.status == "complete" and session.payment_status == "paid":
        intent = session.payment_intent
        reference = intent.id if isinstance(intent, PaymentIntent) else intent
        return Verdict(outcome=PaymentOutcome.PAID, reference=reference)
    if session.status == "expired":
        return Verdict(outcome=PaymentOutcome.EXPIRED)
    return None


def _metadata(payment: Payment) -> dict[str, str]:
    return {
        "booking_id": payment.booking_id,
        "payment_id": payment.id,
        "workspace_id": payment.workspace_id,
    }


def _named(metadata: Any, name: str) -> str | None:
    return getattr(metadata, name, None)


def _around(instant: datetime) -> int:
    return int((instant - CLOCK_SKEW).timestamp())


def _declined(error: stripe.CardError, charge: SavedCardCharge) -> Charge:
    """A charge that the card's bank did not allow, or not without the payer."""
    intent = error.error.payment_intent if error.error else None
    acts = error.code == "authentication_required"
    return Charge(
        reference=intent.id if intent else charge.id,
        status=ChargeStatus.REQUIRES_ACTION if acts else ChargeStatus.FAILED,
        failure=error.user_message,
    )
