"""Checkout sessions, payment intents, charges, refunds and disputes."""

from __future__ import annotations

from typing import Any

from tests.stripe_server.accounts import save_card
from tests.stripe_server.state import Object, StripeFault, World, invalid

MOST_AHEAD = 24 * 60 * 60
LEAST_AHEAD = 30 * 60
GOOD, DECLINED, NEEDS_ACTION = "4242", "0002", "3155"


def create_session(world: World, account_id: str, params: dict[str, Any], base_url: str) -> Object:
    """A page on which something is paid."""
    if not world.accounts[account_id]["charges_enabled"]:
        raise invalid("Your account cannot currently make charges.")
    expires_at = int(params.get("expires_at", world.now + MOST_AHEAD))
    if not LEAST_AHEAD <= expires_at - world.now <= MOST_AHEAD:
        raise invalid("The `expires_at` timestamp must be 30 minutes to 24 hours ahead.")
    lines = params["line_items"]
    total = sum(int(x["price_data"]["unit_amount"]) * int(x["quantity"]) for x in lines)
    session_id = world.new_id("cs_test")
    future = params.get("payment_intent_data", {})
    return world.add(
        account_id,
        {
            "id": session_id,
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "cancel_url": params.get("cancel_url"),
            "client_reference_id": params.get("client_reference_id"),
            "created": world.now,
            "currency": lines[0]["price_data"]["currency"],
            "customer": params.get("customer"),
            "customer_email": params.get("customer_email"),
            "expires_at": expires_at,
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "mode": params["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": params.get("success_url"),
            "url": f"{base_url}/pay/{account_id}/{session_id}",
            "_intent": future.get("metadata", {}),
            "_saves": future.get("setup_future_usage") == "off_session",
        },
    )


def expire_session(world: World, account_id: str, session_id: str) -> Object:
    """Nobody can pay it any more."""
    session = world.get(account_id, "checkout.session", session_id)
    if session["status"] != "open":
        raise invalid(f"Only open sessions can be expired; this one is {session['status']}.")
    session.update(status="expired", url=None)
    world.emit(account_id, "checkout.session.expired", session)
    return session


def pass_time(world: World) -> None:
    """Sessions whose time has passed end by themselves."""
    for account_id in list(world.accounts):
        for session in world.everything(account_id).of("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= world.now:
                session.update(status="expired", url=None)
                world.emit(account_id, "checkout.session.expired", session)


def pay_session(world: World, account_id: str, session_id: str, number: str = GOOD) -> Object:
    """The payer enters a card.

    Raises:
        StripeFault: the session is over.
    """
    pass_time(world)
    session = world.everything(account_id).objects[session_id]
    if session["status"] != "open":
        raise invalid(f"The session is {session['status']}.")
    intent = _intent(world, account_id, session["amount_total"], session["currency"])
    intent.update(metadata=session["_intent"], customer=session["customer"])
    if number == DECLINED:
        _fail(world, account_id, intent, "card_declined")
        return session
    # With the payer there, what has to be confirmed is confirmed.
    _succeed(world, account_id, intent)
    session.update(status="complete", payment_status="paid", payment_intent=intent["id"], url=None)
    if session["customer"] and session["_saves"]:
        save_card(world, account_id, session["customer"], number)
    world.emit(account_id, "checkout.session.completed", session)
    return session


def create_intent(
    world: World, account_id: str, params: dict[str, Any], forced: str | None = None
) -> Object:
    """A charge without the payer there.

    Args:
        forced: the card does as this number says, whatever its own.

    Raises:
        StripeFault: the bank declines it, or wants the payer.
    """
    intent = _intent(world, account_id, int(params["amount"]), params["currency"])
    intent.update(
        metadata=params.get("metadata", {}),
        customer=params.get("customer"),
        description=params.get("description"),
    )
    if params.get("confirm") != "true":
        return intent
    card = world.get(account_id, "payment_method", params["payment_method"])
    if card["customer"] != params.get("customer"):
        raise invalid("The payment method belongs to somebody else.")
    intent["payment_method"] = card["id"]
    number = forced or card["_number"]
    if number != GOOD:
        code = "card_declined" if number == DECLINED else "authentication_required"
        _fail(world, account_id, intent, code)
        raise StripeFault(
            402,
            "card_error",
            "Your card was declined."
            if number == DECLINED
            else "This card needs its owner to confirm.",
            code=code,
            payment_intent=intent,
        )
    return _succeed(world, account_id, intent)


def create_refund(world: World, account_id: str, params: dict[str, Any]) -> Object:
    """Money goes back; never more than there is left.

    Raises:
        StripeFault: of the charge is not so much left.
    """
    intent = world.get(account_id, "payment_intent", params["payment_intent"])
    charge = world.get(account_id, "charge", intent["latest_charge"])
    left = charge["amount"] - charge["amount_refunded"]
    amount = int(params.get("amount", left))
    if charge["disputed"]:
        raise invalid("The charge is disputed.", code="charge_disputed")
    if not left:
        raise invalid("The charge has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise invalid(f"The amount is greater than the unrefunded amount on the charge ({left}).")
    refund = world.add(
        account_id,
        {
            "id": world.new_id("re"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": world.now,
            "currency": charge["currency"],
            "metadata": params.get("metadata", {}),
            "payment_intent": intent["id"],
            "reason": None,
            "status": "succeeded",
        },
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.emit(account_id, "refund.created", refund)
    world.emit(account_id, "charge.refunded", charge)
    return refund


def fail_refund(world: World, account_id: str, refund_id: str) -> Object:
    """The payer's bank does not take it: the money is on the account again."""
    refund = world.everything(account_id).objects[refund_id]
    charge = world.everything(account_id).objects[refund["charge"]]
    refund["status"] = "failed"
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.emit(account_id, "refund.failed", refund)
    return refund


def dispute(world: World, account_id: str, intent_id: str) -> Object:
    """The payer's bank takes the money back, for now."""
    intent = world.get(account_id, "payment_intent", intent_id)
    charge = world.get(account_id, "charge", intent["latest_charge"])
    charge["disputed"] = True
    thing = world.add(
        account_id,
        {
            "id": world.new_id("du"),
            "object": "dispute",
            "amount": charge["amount"] - charge["amount_refunded"],
            "charge": charge["id"],
            "created": world.now,
            "currency": charge["currency"],
            "livemode": False,
            "metadata": {},
            "payment_intent": intent_id,
            "reason": "fraudulent",
            "status": "needs_response",
        },
    )
    world.emit(account_id, "charge.dispute.created", thing)
    world.emit(account_id, "charge.dispute.funds_withdrawn", thing)
    return thing


def win_dispute(world: World, account_id: str, dispute_id: str) -> Object:
    """The bank gives the money back to the account."""
    thing = world.get(account_id, "dispute", dispute_id)
    world.get(account_id, "charge", thing["charge"])["disputed"] = False
    thing["status"] = "won"
    world.emit(account_id, "charge.dispute.funds_reinstated", thing)
    world.emit(account_id, "charge.dispute.closed", thing)
    return thing


def _intent(world: World, account_id: str, amount: int, currency: str) -> Object:
    return world.add(
        account_id,
        {
            "id": world.new_id("pi"),
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "created": world.now,
            "currency": currency,
            "customer": None,
            "description": None,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": {},
            "payment_method": None,
            "status": "requires_payment_method",
        },
    )


def _succeed(world: World, account_id: str, intent: Object) -> Object:
    charge = world.add(
        account_id,
        {
            "id": world.new_id("ch"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_refunded": 0,
            "created": world.now,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "disputed": False,
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "paid": True,
            "payment_intent": intent["id"],
            "refunded": False,
            "status": "succeeded",
        },
    )
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
    world.emit(account_id, "charge.succeeded", charge)
    world.emit(account_id, "payment_intent.succeeded", intent)
    return intent


def _fail(world: World, account_id: str, intent: Object, code: str) -> None:
    intent["last_payment_error"] = {"type": "card_error", "code": code}
    world.emit(account_id, "payment_intent.payment_failed", intent)
