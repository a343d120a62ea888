"""A small coworking house over the ports in memory, and a client that speaks to its REST side.

Every answer is held to what the operation's description says that it may be.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.handlers import get

from litehq_app.sql import SqlStore
from litehq_core.domain.api_key import EVERY_SCOPE, ApiKey, hash_secret, system_actor
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.payment import PaymentKind, PaymentOutcome
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.workspace import Mode
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock, MemoryPayments, MemoryVault, memory_ports
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from litehq_rest import exception_handlers, openapi_config, rest_router
from litehq_rest.openapi import description_of
from tests.domain import samples
from tests.rest.stream_client import stopped

DOCS = "http://127.0.0.1:8000/docs/errors"
START = datetime(2026, 5, 22, 9, 0, tzinfo=UTC)
KEY = "sk_test_house"
STRANGER_KEY = "sk_test_stranger"


class RequestIds:
    """Gives every request an id, as the outermost layer of the application does."""

    def __init__(self, app: Litestar) -> None:
        self.app: Callable[..., Awaitable[None]] = app
        self.count = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        self.count += 1
        scope.setdefault("state", {})["request_id"] = f"req_{self.count}"
        sent: list[Any] = []

        async def answer(message: Any) -> None:
            sent.append(message)
            await send(message)

        await self.app(scope, receive, answer)
        require_described(scope, sent)


def require_described(scope: Any, sent: list[Any]) -> None:
    """Whatever the answer is, the operation's description knows of it."""
    handler = scope.get("route_handler")
    description = None if handler is None else description_of(handler)
    if description is None:
        return
    status = sent[0]["status"]
    if status < 400:
        # 304 is of what is described as 200.
        assert status in (description.status, 304), handler.operation_id
        return
    code = json.loads(sent[1]["body"])["error"]["code"]
    known = description.errors(handler.operation_id).get(status, [])
    assert code in known, (
        f"{handler.operation_id} answers {status} {code}, which litehq_rest/documented_errors.py "
        "does not say"
    )


@dataclass(frozen=True, kw_only=True)
class House:
    """The house, its clock, its payment provider and a client with a key for everything."""

    ports: Ports
    clock: Clock
    payments: MemoryPayments
    app: Litestar
    client: httpx.AsyncClient

    async def key(self, secret: str, workspace_id: str = "ws_1", **fields: Any) -> dict[str, str]:
        """Headers of a new key."""
        key = samples.api_key(
            **{
                "id": self.ports.new_id(Prefix.API_TOKEN),
                "workspace_id": workspace_id,
                "secret_hash": hash_secret(secret),
                "scopes": EVERY_SCOPE,
                "expires_at": START + timedelta(days=365),
                "created_at": self.clock(),
                **fields,
            }
        )
        await add_key(self.ports, key)
        return {"Authorization": f"Bearer {secret}"}

    async def book(self, *, at: str = "2026-05-25T14:00:00Z", **fields: Any) -> dict[str, Any]:
        """A booking of dialect A, which must succeed."""
        body = {
            "resource_id": "rm_atrium",
            "start": at,
            "duration_minutes": 90,
            "booked_by": "mem_lina_p",
            **fields,
        }
        answer = await self.client.post("/v1/bookings", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def pay(self, booking_id: str) -> None:
        """The payer pays the booking's newest checkout."""
        actor = system_actor("ws_1")
        async with self.ports.begin(actor) as tx:
            payments = await tx.payments.of_booking(booking_id)
        checkout = [p for p in payments if p.kind is PaymentKind.CHECKOUT][-1]
        await settle_payment(
            self.ports,
            actor,
            SettlePayment(payment_id=checkout.id, outcome=PaymentOutcome.PAID, reference="ch_1"),
        )

    async def get(self, booking_id: str) -> dict[str, Any]:
        """The booking as read now."""
        answer = await self.client.get(f"/v1/bookings/{booking_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def add_key(ports: Ports, key: ApiKey) -> None:
    """Add a key to its workspace."""
    async with ports.begin(system_actor(key.workspace_id)) as tx:
        await tx.api_keys.add(key)


async def furnish(ports: Ports) -> None:
    """Two workspaces: the house, and a stranger's with a room and a member of its own."""
    place = samples.location(id="loc_soho", timezone="Europe/London")
    atrium = samples.room(id="rm_atrium", location=place, name="Atrium")
    studio = samples.room(id="rm_studio", location=place, name="Studio", created_at=START)
    loft = samples.room(
        id="rm_loft",
        location=place,
        name="Loft",
        buffer_minutes=30,
        rules=BookingRules(allowed_tiers=frozenset({"resident"})),
    )
    card_only = {"tokens_per_hour": None, "billing_modes": frozenset({BillingMode.CARD})}
    dark = Interval(samples.utc("2026-05-28 12:00"), samples.utc("2026-05-28 14:00"))
    await import_catalogue(
        ports,
        system_actor("ws_1"),
        [
            samples.workspace(id="ws_1", mode=Mode.TEST),
            place,
            atrium,
            studio,
            loft,
            samples.rate_card(id="rc_atrium", room_id="rm_atrium"),
            samples.rate_card(id="rc_studio", room_id="rm_studio", hourly_minor=5600, **card_only),
            samples.rate_card(
                id="rc_loft", room_id="rm_loft", effective_from=date(2026, 1, 1), hourly_minor=0
            ),
            samples.blackout(room_id="rm_studio", interval=dark),
            samples.company(id="co_northwind"),
            samples.member(id="mem_lina_p", email="lina@example.com"),
            samples.member(id="mem_jonas_k", email="jonas@example.com", tier="flex"),
            samples.member(
                id="mem_ana_n", email="ana@example.com", company_id="co_northwind", tier="flex"
            ),
        ],
    )
    await grant_tokens(ports, system_actor("ws_1"), GrantTokens(member_id="mem_lina_p", amount=100))
    elsewhere = samples.location(id="loc_far", workspace_id="ws_2")
    await import_catalogue(
        ports,
        system_actor("ws_2"),
        [
            samples.workspace(id="ws_2"),
            elsewhere,
            samples.room(id="rm_far", workspace_id="ws_2", location=elsewhere),
            samples.member(id="mem_far", workspace_id="ws_2"),
        ],
    )
    common = {"scopes": EVERY_SCOPE, "created_at": START, "expires_at": START + timedelta(days=365)}
    house = samples.api_key(id="tok_house", secret_hash=hash_secret(KEY), **common)
    stranger = samples.api_key(
        id="tok_far", workspace_id="ws_2", secret_hash=hash_secret(STRANGER_KEY), **common
    )
    await add_key(ports, house)
    await add_key(ports, stranger)


@get("/broken", sync_to_thread=False)
def broken() -> None:
    """A defect of ours."""
    raise ZeroDivisionError("the secret reason")


@dataclass(kw_only=True)
class Kept:
    """What is still there when the application is started again.

    Attributes:
        store: where everything is kept, with the same clock; None is in memory.
    """

    store: SqlStore | None = None
    clock: Clock = field(default_factory=lambda: Clock(START))
    payments: MemoryPayments = field(default_factory=MemoryPayments)
    vault: MemoryVault = field(default_factory=MemoryVault)
    is_furnished: bool = False

    def over(self, memory: Ports, store: SqlStore) -> Ports:
        """Ports over the store; whatever it does not keep is in memory."""
        return replace(memory, begin=store.begin, reads=store.reads, vault=self.vault)


@asynccontextmanager
async def open_house(
    *,
    random_bits: Callable[[int], int] = secrets.randbits,
    kept: Kept | None = None,
) -> AsyncIterator[House]:
    """A house with its application running.

    Args:
        random_bits: what ids and secrets are made of.
        kept: what outlives the application; by default it is made, and lives in memory.
    """
    kept = kept or Kept()
    memory = memory_ports(clock=kept.clock, payments=kept.payments, random_bits=random_bits)
    ports = memory if kept.store is None else kept.over(memory, kept.store)
    if not kept.is_furnished:
        await furnish(ports)
        kept.is_furnished = True
    app = Litestar(
        route_handlers=[rest_router(), broken],
        exception_handlers=exception_handlers,
        openapi_config=openapi_config(),
        logging_config=None,
        state=State({"ports": ports, "docs_base": DOCS, "stopping": stopped()}),
    )
    async with app.lifespan():
        transport = httpx.ASGITransport(app=RequestIds(app))
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://127.0.0.1:8000",
            headers={"Authorization": f"Bearer {KEY}"},
        ) as client:
            yield House(
                ports=ports, clock=kept.clock, payments=kept.payments, app=app, client=client
            )
