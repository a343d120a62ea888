"""A small workspace behind the GraphQL façade, on ports in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp, Receive, Scope, Send

from litehq_core.domain.api_key import EVERY_SCOPE, ApiKey, hash_secret, system_actor
from litehq_core.domain.api_key import Scope as ApiScope
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.company import BillingTerms
from litehq_core.domain.forms import FormedPage, PageForm
from litehq_core.domain.member import Member
from litehq_core.domain.query import Condition, PageQuery
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.rate_limit import RateLimit
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Reads
from litehq_core.ports.transaction import Catalogued
from litehq_core.testing import Clock, MemoryPayments, MemoryVault, memory_ports
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from litehq_graphql.options import Options
from litehq_graphql.routes import graphql_routes
from tests.domain import samples

DOCS_BASE = "https://litehq.example/docs/errors"
JSON = Mapping[str, Any]

# Of operations by chance some are dear, and they are not what the limit is tested with.
PLENTY = RateLimit(burst=100_000, per_minute=6_000)

_numbers = count(1)


class CountingReads:
    """Counts the calls of the read path, and remembers what each was asked for."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self.calls: list[tuple[str, Noun, frozenset[str]]] = []
        # The forms of the pages that were asked for in text.
        self.forms: list[PageForm] = []
        # What happens to pages that are asked for in text.
        self.fault: Exception | None = None
        self.changed_members: dict[str, Member] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reads, name)

    async def page(
        self, workspace_id: str, query: PageQuery, attributes: frozenset[str]
    ) -> list[Record]:
        """Counted as ``page``."""
        self.calls.append(("page", query.noun, attributes))
        return await self._reads.page(workspace_id, query, attributes)

    async def formed(
        self, workspace_id: str, query: PageQuery, form: PageForm
    ) -> FormedPage | None:
        """Counted as ``page``: it is the same read."""
        self.calls.append(("page", query.noun, form.attributes.union(query.order)))
        self.forms.append(form)
        if self.fault is not None:
            raise self.fault
        return await self._reads.formed(workspace_id, query, form)

    async def by_ids(
        self,
        workspace_id: str,
        noun: Noun,
        ids: Sequence[str],
        attributes: frozenset[str],
        where: tuple[Condition, ...] = (),
    ) -> dict[str, Record]:
        """Counted as ``by_ids``."""
        self.calls.append(("by_ids", noun, attributes))
        return await self._reads.by_ids(workspace_id, noun, ids, attributes, where)

    async def member(self, workspace_id: str, member_id: str) -> Member | None:
        """As an operator has changed him meanwhile."""
        found = await self._reads.member(workspace_id, member_id)
        return self.changed_members.get(member_id, found)


class RecordingVault(MemoryVault):
    """Remembers what it was given to seal."""

    def __init__(self) -> None:
        super().__init__()
        self.plains: list[bytes] = []

    def seal(self, plain: bytes) -> bytes:
        """Encrypt."""
        self.plains.append(plain)
        return super().seal(plain)


@dataclass(kw_only=True)
class House:
    """A workspace with a location, two rooms, and people; and a client with a key to all of it."""

    ports: Ports
    clock: Clock
    payments: MemoryPayments
    vault: RecordingVault
    litestar: Litestar
    app: ASGIApp
    reads: CountingReads
    client: httpx.AsyncClient
    workspace_id: str = "ws_soho"
    secret: str = "sk_live_everything"

    def serve(self, options: Options) -> None:
        """Go on with other options; who is connected keeps the old ones."""
        other = Litestar(route_handlers=graphql_routes(options), state=self.litestar.state)
        self.litestar.asgi_handler = other.asgi_handler

    async def until_followed(self, *, yes: bool = True) -> None:
        """Until somebody follows the log, or nobody does: before, "from now on" has not begun."""
        for _ in range(6_000):
            if (self.workspace_id in self.ports.feed.followed()) is yes:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("nobody follows the log" if yes else "somebody still follows the log")

    def without_plans(self) -> httpx.AsyncClient:
        """A client of the same house whose queries are all completed the standard way."""
        handlers = graphql_routes(Options(plans=False))
        app = Litestar(route_handlers=handlers, state=self.litestar.state)
        transport = httpx.ASGITransport(app=cast("Any", with_request_id(app)))
        return httpx.AsyncClient(transport=transport, base_url="http://litehq.example")

    async def ask(
        self, query: str, secret: str | None = None, headers: JSON | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The answer to a POST, without what it cost."""
        response = await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {secret or self.secret}", **(headers or {})},
        )
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = bare(response.json())
        return answer

    async def data(self, query: str, secret: str | None = None, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = await self.ask(query, secret, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def error(self, query: str, secret: str | None = None, **variables: Any) -> Any:
        """The only error of an answer."""
        answer = await self.ask(query, secret, **variables)
        [error] = answer["errors"]
        return error

    async def key(self, *scopes: ApiScope, workspace_id: str | None = None, **bounds: Any) -> str:
        """The secret of a new key."""
        secret = f"sk_live_{next(_numbers)}"
        key = ApiKey(
            id=f"tok_{secret[8:]}",
            workspace_id=workspace_id or self.workspace_id,
            name=bounds.pop("name", "test"),
            scopes=frozenset(scopes) or EVERY_SCOPE,
            secret_hash=hash_secret(secret),
            hint=secret[-4:],
            created_at=samples.NOW,
            **{"expires_at": samples.NOW + timedelta(days=365), **bounds},
        )
        async with self.ports.begin(system_actor(key.workspace_id)) as tx:
            await tx.api_keys.add(key)
        return secret

    async def book(
        self, start: str = "2026-05-25T09:00:00Z", minutes: int = 60, **fields: Any
    ) -> dict[str, Any]:
        """Book a room; the new booking's id, status and times."""
        begin = datetime.fromisoformat(start)
        wish = {
            "roomId": "rm_atrium",
            "bookedBy": {"memberId": "mem_lina_p"},
            "startAt": start,
            "endAt": (begin + timedelta(minutes=minutes)).isoformat(),
            **fields,
        }
        answer = await self.data(CREATE, input=wish)
        assert answer["createBooking"]["__typename"] == "CreateBookingPayload", answer
        booking: dict[str, Any] = answer["createBooking"]["booking"]
        return booking


CREATE = """
mutation Create($input: CreateBookingInput!) {
  createBooking(input: $input) {
    __typename
    ... on CreateBookingPayload { booking { id status version startAt endAt } }
    ... on Refusal {
      code message docsUrl requestId conflictingBookingId requiredScope slotMinutes
      details { field reason } violations { reason message limit }
      alternatives { roomId startAt endAt } requiredTokens availableTokens
      conflictingBooking { id status }
    }
  }
}
"""


def catalogue(workspace_id: str) -> list[Catalogued]:
    """The workspace's rooms, prices and people."""
    home = {"workspace_id": workspace_id}
    location = samples.location(id="loc_soho", **home)
    atrium = samples.room(id="rm_atrium", name="Atrium", location=location, **home)
    studio = samples.room(id="rm_studio", name="Studio", location=location, capacity=4, **home)
    card_only = frozenset({BillingMode.CARD})
    return [
        samples.workspace(id=workspace_id),
        location,
        atrium,
        studio,
        samples.rate_card(id="rc_atrium", room_id="rm_atrium", **home),
        samples.rate_card(
            id="rc_studio",
            room_id="rm_studio",
            hourly_minor=5600,
            tokens_per_hour=None,
            billing_modes=card_only,
            **home,
        ),
        samples.company(
            id="co_northwind", billing_terms=BillingTerms.INVOICE, name="Northwind", **home
        ),
        _member("mem_lina_p", "Lina P", None, **home),
        _member("mem_jonas_k", "Jonas K", None, **home),
        _member("mem_nora_w", "Nora W", "co_northwind", **home),
    ]


def _member(member_id: str, name: str, company_id: str | None, **home: str) -> Member:
    member = samples.member(id=member_id, name=name, company_id=company_id, **home)
    return replace(member, email=f"{member_id[4:].replace('_', '.')}@example.com")


def bare(answer: JSON) -> dict[str, Any]:
    """An answer without what it cost, which changes from call to call."""
    return {name: value for name, value in answer.items() if name != "extensions"}


def with_request_id(app: ASGIApp) -> ASGIApp:
    """What the application's outer layer does."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "req_test"
        await app(scope, receive, send)

    return layer


async def furnished() -> House:
    """A house without a client yet."""
    clock = Clock(datetime(2026, 5, 22, 9, 0, tzinfo=UTC))
    payments, vault = MemoryPayments(), RecordingVault()
    plain = memory_ports(clock=clock, payments=payments, vault=vault, rate_limit=PLENTY)
    reads = CountingReads(plain.reads)
    ports = replace(plain, reads=reads)
    app = Litestar(
        route_handlers=graphql_routes(),
        state=State({"ports": ports, "docs_base": DOCS_BASE, "stopping": asyncio.Event()}),
    )
    outer = with_request_id(app)
    # Litestar's types of ASGI are narrower than httpx's.
    transport = httpx.ASGITransport(app=cast("Any", outer))
    house = House(
        ports=ports,
        clock=clock,
        payments=payments,
        vault=vault,
        litestar=app,
        app=outer,
        reads=reads,
        client=httpx.AsyncClient(transport=transport, base_url="http://litehq.example"),
    )
    for workspace_id, secret in (("ws_soho", house.secret), ("ws_other", "sk_live_other")):
        actor = system_actor(workspace_id)
        await import_catalogue(ports, actor, catalogue(workspace_id))
        async with ports.begin(actor) as tx:
            await tx.api_keys.add(
                samples.api_key(
                    id=f"tok_{workspace_id[3:]}",
                    workspace_id=workspace_id,
                    scopes=EVERY_SCOPE,
                    secret_hash=hash_secret(secret),
                )
            )
    await grant_tokens(
        ports, system_actor("ws_soho"), GrantTokens(member_id="mem_lina_p", amount=200)
    )
    return house
