"""Stripe's events in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litehq_core.domain.connect import AccountState
from litehq_core.domain.money import Money
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.domain.provider_report import (
    AccountReport,
    CheckoutReport,
    DisputePhase,
    DisputeReport,
    GivenBackReport,
    ProviderReport,
    RefundFailedReport,
    Told,
)

Object = Mapping[str, Any]


def report_of(event: Object) -> ProviderReport:
    """An event of Stripe's; it tells nothing if it is of a type, or about a thing, not ours."""
    read = HEARD.get(event["type"])
    told = read(event["data"]["object"]) if read else None
    return ProviderReport(event_id=event["id"], told=told)


def account_state(account: Object) -> AccountState:
    """The state of an account object."""
    requirements = account.get("requirements") or {}
    return AccountState(
        account_id=account["id"],
        charges_enabled=bool(account.get("charges_enabled")),
        payouts_enabled=bool(account.get("payouts_enabled")),
        details_submitted=bool(account.get("details_submitted")),
        requirements=tuple(requirements.get("currently_due") or ()),
    )


def _session(outcome: PaymentOutcome) -> Callable[[Object], Told | None]:
    def read(session: Object) -> Told | None:
        payment_id = _payment_id(session)
        # Completed but unpaid: a bank will say later, in an event of its own.
        is_unpaid = session.get("payment_status") != "paid"
        if payment_id is None or (outcome is PaymentOutcome.PAID and is_unpaid):
            return None
        return CheckoutReport(
            payment_id=payment_id,
            outcome=outcome,
            reference=_id(session.get("payment_intent"))
            if outcome is PaymentOutcome.PAID
            else None,
            amount=_money(session["currency"], session["amount_total"]),
        )

    return read


def _intent(outcome: PaymentOutcome) -> Callable[[Object], Told | None]:
    def read(intent: Object) -> Told | None:
        payment_id = _payment_id(intent)
        if payment_id is None:
            return None
        return CheckoutReport(
            payment_id=payment_id,
            outcome=outcome,
            reference=intent["id"] if outcome is PaymentOutcome.PAID else None,
            amount=_money(intent["currency"], intent["amount"]),
        )

    return read


def _refunded(charge: Object) -> Told | None:
    reference = _id(charge.get("payment_intent"))
    if reference is None:
        return None
    return GivenBackReport(
        reference=reference,
        refunded=_money(charge["currency"], charge["amount_refunded"]),
        payment_id=_payment_id(charge),
    )


def _refund_failed(refund: Object) -> Told | None:
    payment_id = _payment_id(refund)
    if payment_id is None or refund.get("status") not in ("failed", "canceled"):
        return None
    return RefundFailedReport(
        payment_id=payment_id,
        reference=refund["id"],
        amount=_money(refund["currency"], refund["amount"]),
    )


def _dispute(phase: DisputePhase) -> Callable[[Object], Told | None]:
    def read(dispute: Object) -> Told | None:
        reference = _id(dispute.get("payment_intent"))
        if reference is None:
            return None
        return DisputeReport(
            dispute_id=dispute["id"],
            reference=reference,
            phase=phase,
            amount=_money(dispute["currency"], dispute["amount"]),
        )

    return read


def _account(account: Object) -> Told:
    return AccountReport(state=account_state(account))


def _deauthorized(application: Object) -> Told:
    return AccountReport(state=None)


# The types that we act on, and how each is read.
HEARD: Mapping[str, Callable[[Object], Told | None]] = {
    "checkout.session.completed": _session(PaymentOutcome.PAID),
    "checkout.session.async_payment_succeeded": _session(PaymentOutcome.PAID),
    "checkout.session.async_payment_failed": _session(PaymentOutcome.FAILED),
    "checkout.session.expired": _session(PaymentOutcome.EXPIRED),
    "payment_intent.succeeded": _intent(PaymentOutcome.PAID),
    "payment_intent.payment_failed": _intent(PaymentOutcome.FAILED),
    "charge.refunded": _refunded,
    "refund.failed": _refund_failed,
    "refund.updated": _refund_failed,
    "charge.dispute.created": _dispute(DisputePhase.OPENED),
    "charge.dispute.funds_withdrawn": _dispute(DisputePhase.TAKEN),
    "charge.dispute.funds_reinstated": _dispute(DisputePhase.GIVEN_BACK),
    "account.updated": _account,
    "account.application.deauthorized": _deauthorized,
}


def _payment_id(thing: Object) -> str | None:
    found = (thing.get("metadata") or {}).get("payment_id")
    return found if isinstance(found, str) else None


def _id(thing: object) -> str | None:
    """An id, given as itself or as the object that it belongs to."""
    if isinstance(thing, Mapping):
        thing = thing.get("id")
    return thing if isinstance(thing, str) else None


def _money(currency: str, amount: int) -> Money:
    return Money(currency=currency.upper(), amount_minor=amount)
