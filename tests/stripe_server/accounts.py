"""Accounts, their onboarding, and customers."""

from __future__ import annotations

from typing import Any

from tests.stripe_server.state import Object, World


def create_account(world: World, params: dict[str, Any]) -> Object:
    """A connected account whose owner has told nothing yet."""
    account = {
        "id": world.new_id("acct"),
        "object": "account",
        "charges_enabled": False,
        "country": "GB",
        "created": world.now,
        "default_currency": "gbp",
        "details_submitted": False,
        "email": None,
        "metadata": params.get("metadata", {}),
        "payouts_enabled": False,
        "requirements": {"currently_due": ["business_type", "external_account"]},
        "type": params.get("type", "standard"),
    }
    world.accounts[account["id"]] = account
    return account


def complete_onboarding(world: World, account_id: str) -> Object:
    """The owner fills everything in."""
    account = world.accounts[account_id]
    account.update(
        charges_enabled=True,
        payouts_enabled=True,
        details_submitted=True,
        requirements={"currently_due": []},
    )
    world.emit(account_id, "account.updated", account)
    return account


def create_link(world: World, params: dict[str, Any], base_url: str) -> Object:
    """A page on which the owner goes on."""
    world.ledger(params["account"])
    return {
        "object": "account_link",
        "created": world.now,
        "expires_at": world.now + 300,
        "url": f"{base_url}/onboarding/{params['account']}",
    }


def create_customer(world: World, account_id: str, params: dict[str, Any]) -> Object:
    """A payer who comes back."""
    return world.add(
        account_id,
        {
            "id": world.new_id("cus"),
            "object": "customer",
            "created": world.now,
            "email": params.get("email"),
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "name": params.get("name"),
        },
    )


def save_card(world: World, account_id: str, customer_id: str, number: str) -> Object:
    """A card that may be charged later, without its owner."""
    return world.add(
        account_id,
        {
            "id": world.new_id("pm"),
            "object": "payment_method",
            "card": {"brand": "visa", "last4": number[-4:]},
            "created": world.now,
            "customer": customer_id,
            "livemode": False,
            "metadata": {},
            "type": "card",
            # Ours alone: what the card does when it is charged.
            "_number": number,
        },
    )


def create_setup_intent(world: World, account_id: str, params: dict[str, Any]) -> Object:
    """The wish to save a card without paying; confirmed at once, with a card that works."""
    customer_id = params.get("customer")
    card = save_card(world, account_id, customer_id, "4242") if customer_id else None
    return world.add(
        account_id,
        {
            "id": world.new_id("seti"),
            "object": "setup_intent",
            "created": world.now,
            "customer": customer_id,
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "payment_method": card["id"] if card else None,
            "status": "succeeded" if card else "requires_payment_method",
            "usage": params.get("usage", "off_session"),
        },
    )
