"""What the played Stripe answers has the shape that the official client's types describe.

Those types are generated from Stripe's published OpenAPI description.
"""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from stripe.checkout import Session

from tests.stripe_server import accounts, charging
from tests.stripe_server.state import World, invalid

TYPES: dict[str, type[Any]] = {
    "account": stripe.Account,
    "account_link": stripe.AccountLink,
    "charge": stripe.Charge,
    "checkout.session": Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
}


def _world() -> tuple[World, list[dict[str, Any]]]:
    """Something of everything that the server makes."""
    world = World()
    account = accounts.create_account(world, {})
    account_id = account["id"]
    accounts.complete_onboarding(world, account_id)
    customer = accounts.create_customer(world, account_id, {"email": "ada@example.com"})
    accounts.create_setup_intent(world, account_id, {"customer": customer["id"]})
    params = {
        "line_items": [{"price_data": {"currency": "gbp", "unit_amount": "900"}, "quantity": "1"}],
        "mode": "payment",
        "customer": customer["id"],
        "payment_intent_data": {"setup_future_usage": "off_session"},
    }
    session = charging.create_session(world, account_id, params, "http://127.0.0.1")
    paid = charging.pay_session(world, account_id, session["id"])
    refund = {"payment_intent": paid["payment_intent"], "amount": "100"}
    charging.create_refund(world, account_id, refund)
    charging.dispute(world, account_id, paid["payment_intent"])
    ledger = world.everything(account_id)
    link = accounts.create_link(world, {"account": account_id}, "http://127.0.0.1")
    return world, [account, link, *ledger.objects.values(), *ledger.events]


@pytest.mark.parametrize("kind", TYPES)
def test_every_field_is_one_of_stripes(kind: str) -> None:
    _, things = _world()
    classes = TYPES[kind].__mro__
    described = {name for base in classes for name in vars(base).get("__annotations__", {})}
    found = [thing for thing in things if thing["object"] == kind]
    assert found
    for thing in found:
        shown = {name for name in thing if not name.startswith("_")}
        assert shown <= described, (kind, shown - described)


@pytest.mark.parametrize("kind", TYPES)
def test_statuses_are_stripes(kind: str) -> None:
    """A status that Stripe never has would be a branch that is never taken."""
    _, things = _world()
    for thing in things:
        if thing["object"] == kind and "status" in thing:
            hint = str(TYPES[kind].__annotations__["status"])
            listed = "Literal" in hint
            assert not listed or f"'{thing['status']}'" in hint, (kind, thing["status"])


def test_an_error_is_answered_as_the_client_reads_it() -> None:
    wrong = invalid("No.", code="resource_missing")
    assert wrong.body["error"] == {
        "type": "invalid_request_error",
        "message": "No.",
        "code": "resource_missing",
    }
