"""Payments as rows and back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from litehq_app.sql.tables import BOOKINGS, PAYMENTS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.money import Money
from litehq_core.domain.payment import (
    Payment,
    PaymentKind,
    PaymentPurpose,
    PaymentStatus,
    Share,
    Source,
)


class SqlPayments:
    """Implements ``PaymentRecords``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, payment_id: str) -> Payment | None:
        """A payment."""
        query = select(PAYMENTS).where(self._unit.of(PAYMENTS), PAYMENTS.c.id == payment_id)
        row = await self._unit.row(query)
        return payment_of(row) if row else None

    async def add(self, payment: Payment) -> None:
        """Insert a new payment."""
        await self._unit.add(PAYMENTS, payment_values(payment))

    async def save(self, payment: Payment) -> None:
        """Write all of a payment that exists."""
        await self._unit.save(PAYMENTS, payment_values(payment))

    async def of_booking(self, booking_id: str) -> Sequence[Payment]:
        """The booking's own payments, oldest first; not the checkout that it shares."""
        query = (
            select(PAYMENTS)
            .where(
                self._unit.of(PAYMENTS),
                PAYMENTS.c.booking_id == booking_id,
                PAYMENTS.c.shares.is_(None),
            )
            .order_by(PAYMENTS.c.created_at, PAYMENTS.c.id)
        )
        return [payment_of(row) for row in await self._unit.rows(query)]

    async def with_reference(self, reference: str) -> Payment | None:
        """The oldest payment that came by a charge."""
        query = (
            select(PAYMENTS)
            .where(
                self._unit.of(PAYMENTS),
                PAYMENTS.c.reference == reference,
                PAYMENTS.c.kind == PaymentKind.CHECKOUT,
            )
            .order_by(PAYMENTS.c.created_at, PAYMENTS.c.id)
            .limit(1)
        )
        row = await self._unit.row(query)
        return payment_of(row) if row else None

    async def of_series(self, series_id: str) -> Sequence[Payment]:
        """The payments of a series' bookings, shared or their own, oldest first."""
        query = (
            select(PAYMENTS)
            .join(
                BOOKINGS,
                (BOOKINGS.c.workspace_id == PAYMENTS.c.workspace_id)
                & (BOOKINGS.c.id == PAYMENTS.c.booking_id),
            )
            .where(self._unit.of(BOOKINGS), BOOKINGS.c.series_id == series_id)
            .order_by(PAYMENTS.c.created_at, PAYMENTS.c.id)
        )
        return [payment_of(row) for row in await self._unit.rows(query)]


def payment_values(payment: Payment) -> Values:
    """A payment as a row."""
    return {
        "workspace_id": payment.workspace_id,
        "id": payment.id,
        "booking_id": payment.booking_id,
        "kind": payment.kind,
        "purpose": payment.purpose,
        "status": payment.status,
        "currency": payment.amount.currency,
        "amount_minor": payment.amount.amount_minor,
        "reference": payment.reference,
        "checkout_url": payment.checkout_url,
        "expires_at": payment.expires_at,
        "shares": [
            {"booking_id": share.booking_id, "amount_minor": share.amount_minor}
            for share in payment.shares
        ]
        or None,
        "sources": [
            {
                "reference": source.reference,
                "amount_minor": source.amount_minor,
                "disputed": source.disputed,
            }
            for source in payment.sources
        ]
        or None,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
    }


def payment_of(row: Values) -> Payment:
    """The inverse of :func:`payment_values`."""
    return Payment(
        id=row["id"],
        workspace_id=row["workspace_id"],
        booking_id=row["booking_id"],
        kind=PaymentKind(row["kind"]),
        purpose=PaymentPurpose(row["purpose"]),
        status=PaymentStatus(row["status"]),
        amount=Money(currency=row["currency"], amount_minor=row["amount_minor"]),
        reference=row["reference"],
        checkout_url=row["checkout_url"],
        expires_at=row["expires_at"],
        shares=tuple(Share(**share) for share in row["shares"] or ()),
        sources=tuple(Source(**source) for source in row["sources"] or ()),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
