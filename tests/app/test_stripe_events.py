"""``POST /stripe/events`` of a whole installation, with Stripe played beside it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from stripe import WebhookSignature

from litehq_app.asgi import create_app
from litehq_app.settings import Settings
from litehq_core.domain.booking import BookingStatus
from tests.app.installations import DEMO_KEY, MemoryInstallation, client_of, settings_of
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.keys import FULL
from tests.behaviour.scenario import booked, studio
from tests.stripe_server.delivery import SECRET, to_address
from tests.stripe_server.house import StripeHouse, stripe_house
from tests.stripe_server.server import StripeServer, stripe_server


@dataclass(frozen=True, slots=True)
class Caller:
    """An operator's client."""

    client: httpx.AsyncClient
    key: str

    async def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """A call that succeeds."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = await self.client.request(method, f"/v1{path}", headers=headers, json=body or None)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def tell(self, body: bytes, signature: str | None) -> int:
        """A delivery by hand; the status it is answered with."""
        headers = {} if signature is None else {"Stripe-Signature": signature}
        answer = await self.client.post("/stripe/events", content=body, headers=headers)
        return answer.status_code


def _settings(stripe: StripeServer, database_url: str) -> Settings:
    return settings_of(
        database_url=database_url,
        stripe_secret_key=SecretStr("sk_test_x"),
        stripe_webhook_secret=SecretStr(SECRET),
        stripe_api_base=stripe.url,
    )


@pytest.fixture
async def stripe() -> AsyncIterator[StripeHouse]:
    """A workspace in memory that is connected."""
    async with stripe_house() as made:
        yield made


@pytest.fixture
async def caller(stripe: StripeHouse) -> AsyncIterator[Caller]:
    """A client of a server over it."""
    settings = _settings(stripe.stripe, "sqlite:///unused.db").model_copy(update={"demo": False})
    installation = MemoryInstallation(stripe.house.clock, settings)
    installation.ports = stripe.ports
    async with client_of(create_app(settings, installation)) as client:
        yield Caller(client, FULL)


async def test_from_onboarding_to_a_confirmed_booking(tmp_path: Path) -> None:
    """Issue 6, points 1 and 2, as an operator and a payer see them, in a whole installation."""
    async with stripe_server() as stripe:
        app = create_app(_settings(stripe, f"sqlite:///{tmp_path / 'litehq.db'}"))
        async with client_of(app) as client:
            stripe.deliveries.send = to_address(client, "/stripe/events")
            caller = Caller(client, DEMO_KEY)
            query = "room_id=rm_studio&duration_minutes=60"
            free = await caller.call("GET", f"/availability?{query}")
            wish = {
                "resource_id": "rm_studio",
                "start": free["data"][0]["starts"][0],
                "duration_minutes": 60,
                "booked_by": "mem_jonas_k",
            }
            bearer = {"Authorization": f"Bearer {DEMO_KEY}"}
            refused = await client.post("/v1/bookings", headers=bearer, json=wish)
            code = refused.json()["error"]["code"]
            assert (refused.status_code, code) == (412, "stripe_unconfigured")
            started = await caller.call("POST", "/billing/connect")
            assert (started["status"], started["provider"]) == ("onboarding", "stripe")
            assert started["onboarding_url"].startswith(stripe.url)
            stripe.complete_onboarding(started["account_id"])
            await stripe.deliveries.deliver()
            assert (await caller.call("GET", "/billing/connect"))["status"] == "complete"
            hold = await caller.call("POST", "/bookings", **wish)
            stripe.pay(hold["checkout_url"])
            assert await stripe.deliveries.deliver() >= 2
            paid = await caller.call("GET", f"/bookings/{hold['id']}")
            assert (paid["status"], paid["checkout_url"]) == ("confirmed", None)


async def test_what_is_not_signed_changes_nothing(stripe: StripeHouse, caller: Caller) -> None:
    """Issue 6: "signature verified on the raw body"."""
    event = {
        "id": "evt_x",
        "type": "account.application.deauthorized",
        "account": stripe.account_id,
    }
    body = json.dumps({**event, "data": {"object": {"id": "ca_1"}}}, indent=1).encode()
    good = WebhookSignature.generate_signature_header(body.decode(), SECRET)
    other = WebhookSignature.generate_signature_header(body.decode(), "whsec_other")
    late = WebhookSignature.generate_signature_header(body.decode(), SECRET, timestamp=1)
    compact = json.dumps(json.loads(body)).encode()
    for wrong, signature in ((body, None), (body, "x"), (body, other), (body, late)):
        assert await caller.tell(wrong, signature) == 401
    # The same words in other bytes are not what was signed.
    assert await caller.tell(compact, good) == 401
    assert (await caller.call("GET", "/billing/connect"))["status"] == "complete"
    assert await caller.tell(body, good) == 200
    assert (await caller.call("GET", "/billing/connect"))["status"] == "disconnected"


async def test_what_is_signed_and_is_no_event(caller: Caller) -> None:
    """Refused, not a fault of the server."""
    for body in ("", "1", "[]", "{}", "{", "\ud800".encode("utf-8", "replace").decode()):
        signature = WebhookSignature.generate_signature_header(body, SECRET)
        assert await caller.tell(body.encode(), signature) == 401
    assert await caller.tell(b"\xff", "t=1,v1=00") == 401


async def test_an_account_that_is_nobodys(stripe: StripeHouse, caller: Caller) -> None:
    """Accepted, so that it is not delivered again, and left alone."""
    event = {"id": "evt_y", "type": "account.updated", "account": "acct_stranger", "data": {}}
    body = json.dumps(event)
    signature = WebhookSignature.generate_signature_header(body, SECRET)
    assert await caller.tell(body.encode(), signature) == 200


async def test_nobody_can_play_the_provider(stripe: StripeHouse, caller: Caller) -> None:
    """The simulated page settles nothing where money is real."""
    hold = await booked(PythonDriver(stripe.ports), studio())
    [session] = stripe.at_stripe("checkout.session")
    page = httpx.URL(session["success_url"]).path
    shown = await caller.client.get(page, headers={"Accept": "text/html"})
    assert shown.status_code == 200
    assert "<form" not in shown.text
    assert hold["checkout_url"] in shown.text
    for deed in ("pay", "expire", "fail"):
        assert (await caller.client.post(f"{page}/{deed}")).status_code in (404, 405)
    assert stripe.booking(hold["id"]).status is BookingStatus.PENDING_PAYMENT
