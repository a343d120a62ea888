"""Which charges a refund is given back from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus, Source


def spread(refund: Payment, payments: Iterable[Payment]) -> tuple[Source, ...]:
    """The charges that ``refund`` is taken from, the newest first, and never above what is left.

    Newest first, so that what was paid twice goes back the way it came. What other refunds take,
    sent or not, is not there any more.

    Args:
        payments: those of the refund's booking, as that booking sees them (``Payment.parts``).
    """
    left: Counter[str] = Counter()
    charges: list[tuple[Payment, str]] = []
    for payment in payments:
        if payment.id == refund.id:
            continue
        if payment.kind is PaymentKind.REFUND:
            for source in payment.sources:
                left[source.reference] -= given_by(payment, source)
        elif payment.status is PaymentStatus.SUCCEEDED and payment.reference is not None:
            left[payment.reference] += payment.amount.amount_minor
            charges.append((payment, payment.reference))
    wanted, taken = refund.amount.amount_minor, []
    for _, reference in sorted(
        charges, key=lambda charge: (charge[0].updated_at, charge[0].id), reverse=True
    ):
        part = min(wanted, left[reference])
        if part > 0:
            taken.append(Source(reference=reference, amount_minor=part))
            left[reference] -= part
            wanted -= part
    return tuple(taken)


def given_by(payment: Payment, source: Source) -> int:
    """What of a charge a refund has given back: less than nothing, if it came back itself."""
    came_back = payment.status is PaymentStatus.EXPIRED
    return -source.amount_minor if came_back else source.amount_minor


def known_refunds(reference: str, payments: Iterable[Payment]) -> int:
    """What of a charge we know to be given back, or about to be, in minor units.

    What the payer's bank took is not counted, since the charge does not count it either.
    """
    return sum(
        source.amount_minor
        for payment in payments
        for source in payment.sources
        if source.reference == reference
        and not source.disputed
        # The charge goes on counting what came back.
        and payment.status is not PaymentStatus.EXPIRED
    )
