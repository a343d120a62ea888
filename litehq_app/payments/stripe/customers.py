"""Payers at Stripe: a customer for each member or company, and the cards that they saved."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from stripe import StripeClient
from stripe.params import CustomerCreateParams

from litehq_app.payments.stripe.client import asking, on_account
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment
from litehq_core.ports.ports import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays a checkout: a customer, or a guest of whom just the address is known."""

    customer_id: str | None = None
    email: str | None = None


class StripeCustomers:
    """Makes customers when they are first needed."""

    def __init__(self, client: StripeClient, begin: Begin) -> None:
        self._v1 = client.v1
        self._begin = begin

    async def known(self, workspace_id: str, payer_id: str) -> str | None:
        """The customer of a payer; None if he has never been to a checkout."""
        async with self._begin(system_actor(workspace_id, "stripe")) as tx:
            return await tx.provider.customer(payer_id)

    async def payer_of(self, payment: Payment, account_id: str) -> Payer:
        """Who pays for the booking of a checkout."""
        booking, member, known = await self._booker(payment)
        if booking is not None and booking.guest is not None:
            return Payer(email=booking.guest.email)
        if member is None or known is not None:
            return Payer(customer_id=known)
        made = await self._create(
            payment.workspace_id, member.id, member.name, member.email, account_id
        )
        return Payer(customer_id=made)

    async def of_booking(self, payment: Payment) -> str | None:
        """The customer who pays for a payment's booking, if there is one."""
        return (await self._booker(payment))[2]

    async def card(self, customer_id: str, account_id: str) -> str | None:
        """The card that a customer saved last."""
        with asking():
            saved = await self._v1.customers.payment_methods.list_async(
                customer_id, {"type": "card", "limit": 1}, on_account(account_id)
            )
        return saved.data[0].id if saved.data else None

    async def _booker(self, payment: Payment) -> tuple[Booking | None, Member | None, str | None]:
        async with self._begin(system_actor(payment.workspace_id, "stripe")) as tx:
            booking = await tx.bookings.get(payment.booking_id)
            if booking is None or booking.member_id is None:
                return booking, None, None
            member = await tx.catalogue.member(booking.member_id)
            return booking, member, await tx.provider.customer(booking.member_id)

    async def company(self, workspace_id: str, company_id: str, account_id: str) -> str | None:
        """The customer that a company is, made if need be: its card is added at Stripe itself."""
        async with self._begin(system_actor(workspace_id, "stripe")) as tx:
            known = await tx.provider.customer(company_id)
            company = await tx.catalogue.company(company_id)
        if known is not None or company is None:
            return known
        contact = company.billing_contact
        email = contact.email if contact else None
        return await self._create(workspace_id, company_id, company.name, email, account_id)

    async def _create(
        self, workspace_id: str, payer_id: str, name: str, email: str | None, account_id: str
    ) -> str:
        words = hashlib.sha256(f"{email}\n{name}".encode()).hexdigest()[:16]
        params: CustomerCreateParams = {
            "name": name,
            "metadata": {"payer_id": payer_id, "workspace_id": workspace_id},
        }
        if email is not None:
            params["email"] = email
        with asking():
            # With the words in the key, so that a corrected address is no other request.
            options = on_account(account_id, f"{payer_id}-customer-{words}")
            made = await self._v1.customers.create_async(params, options)
        async with self._begin(system_actor(workspace_id, "stripe")) as tx:
            return await tx.provider.add_customer(payer_id, made.id)
