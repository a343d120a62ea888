"""What is to be invoiced: the companies' runs, and the bookings that owe another sum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from litehq_app.sql.bookings import booking_of, with_room
from litehq_app.sql.tables import BILLED_BOOKINGS, BILLING_RUNS, BOOKINGS
from litehq_app.sql.unit import Unit
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.invoicing import BilledPart, Unbilled
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.taxes import TaxRate


class SqlBilling:
    """Implements ``Billing``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._awaited: list[tuple[str, datetime]] = []

    async def await_run(self, company_id: str, at: datetime) -> None:
        """It is invoiced at ``at``, or before; written when the transaction ends."""
        self._awaited.append((company_id, at))

    def mark(self) -> int:
        """How much was awaited so far."""
        return len(self._awaited)

    def forget_since(self, mark: int) -> None:
        """A savepoint was undone: forget what was awaited since."""
        del self._awaited[mark:]

    async def finish(self) -> None:
        """Write what waited, company by company in their order."""
        for company_id in sorted({company_id for company_id, _ in self._awaited}):
            wanted = min(at for awaited, at in self._awaited if awaited == company_id)
            planned = await self.lock(company_id)
            if planned is None or wanted < planned:
                await self.plan(company_id, wanted)

    async def lock(self, company_id: str) -> datetime | None:
        """When the next run is due, if one is; nobody else invoices the company meanwhile."""
        query = select(BILLING_RUNS).where(
            self._unit.of(BILLING_RUNS), BILLING_RUNS.c.company_id == company_id
        )
        row = await self._unit.row(query.with_for_update())
        if row is None:
            # What does not exist cannot be locked. A twin may insert it first: then we wait.
            await self._unit.run(
                self._unit.insert(BILLING_RUNS)
                .values(workspace_id=self._unit.workspace_id, company_id=company_id, next_at=None)
                .on_conflict_do_nothing()
            )
            row = await self._unit.row(query.with_for_update())
        found: datetime | None = row["next_at"] if row else None
        return found

    async def plan(self, company_id: str, at: datetime | None) -> None:
        """The next run of a company that is locked; None: there is none."""
        await self._unit.save(
            BILLING_RUNS,
            {"workspace_id": self._unit.workspace_id, "company_id": company_id, "next_at": at},
        )

    async def unbilled(self, company_id: str) -> Sequence[Unbilled]:
        """The company's bookings that owe another sum than stands invoiced of them, by id."""
        c = BILLED_BOOKINGS.c
        own = (c.workspace_id == BOOKINGS.c.workspace_id) & (c.booking_id == BOOKINGS.c.id)
        billed = select(func.coalesce(func.sum(c.amount_minor), 0)).where(own).scalar_subquery()
        query = (
            with_room(BOOKINGS)
            .where(
                self._unit.of(BOOKINGS),
                BOOKINGS.c.company_id == company_id,
                # Without it every booking of the company would be summed up.
                or_(
                    BOOKINGS.c.billing_mode == BillingMode.INVOICE,
                    select(c.line).where(own).exists(),
                ),
                _owed() != billed,
            )
            .order_by(BOOKINGS.c.id)
        )
        bookings = [booking_of(row) for row in await self._unit.rows(query)]
        parts = await self._parts([booking.id for booking in bookings])
        return [Unbilled(booking=b, billed=tuple(parts.get(b.id, ()))) for b in bookings]

    async def _parts(self, booking_ids: Sequence[str]) -> dict[str, list[BilledPart]]:
        """What stands invoiced of some bookings, rate by rate."""
        c = BILLED_BOOKINGS.c
        key = (c.booking_id, c.tax_name, c.tax_basis_points)
        query = (
            select(
                *key,
                func.sum(c.amount_minor).label("amount_minor"),
                func.sum(c.tax_minor).label("tax_minor"),
            )
            .where(self._unit.of(BILLED_BOOKINGS), c.booking_id.in_(booking_ids))
            .group_by(*key)
            .order_by(*key)
        )
        found: dict[str, list[BilledPart]] = {}
        for row in await self._unit.rows(query) if booking_ids else ():
            part = BilledPart(
                rate=TaxRate(row["tax_name"], row["tax_basis_points"]),
                # PostgreSQL gives sums as decimals.
                amount_minor=int(row["amount_minor"]),
                tax_minor=int(row["tax_minor"]),
            )
            found.setdefault(row["booking_id"], []).append(part)
        return found


def _owed() -> ColumnElement[int]:
    """``invoiced_minor`` of ``domain.booking_ledger``; a contract test holds the two together."""
    c = BOOKINGS.c
    on_invoice = c.billing_mode == BillingMode.INVOICE
    agreed = c.status.in_((BookingStatus.CONFIRMED, BookingStatus.COMPLETED))
    return case(
        (and_(on_invoice, c.status == BookingStatus.CANCELLED), c.fee_minor),
        (and_(on_invoice, agreed), c.amount_minor),
        else_=0,
    )
