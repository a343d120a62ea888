"""Two workspaces furnished alike, and both façades over them: what each may see of the other.

The clock stands at 09:00 UTC on Friday 2026-05-22.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from types import MethodType
from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.types import Receive, Scope, Send

from litehq_core.domain.api_key import EVERY_SCOPE, hash_secret, system_actor
from litehq_core.domain.api_key import Scope as ApiScope
from litehq_core.ports.transaction import Catalogued
from litehq_core.testing import Clock, MemoryPayments, MemoryStore, memory_ports
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from litehq_graphql.routes import graphql_routes
from litehq_rest import exception_handlers, rest_router
from tests.behaviour import house as behaviour
from tests.behaviour.app import DOCS
from tests.domain import samples

OURS, THEIRS = "ws_ours", "ws_theirs"
NOW = samples.NOW
_request_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """On whose behalf things are made: a member and his company, and the bounds of their key."""

    workspace_id: str
    member_id: str
    company_id: str
    bounds: dict[str, Any] = field(default_factory=dict)


def party(workspace_id: str, who: str = "in", bound: str | None = None) -> Party:
    """One of the two parties of a workspace, ``in`` and ``out``.

    Args:
        bound: ``member`` or ``company`` for a key that is bound so; None for an operator.
    """
    suffix = f"{who}_{workspace_id[3:]}"
    member_id, company_id = f"mem_{suffix}", f"co_{suffix}"
    bounds: dict[str, Any] = {}
    if bound == "member":
        bounds = {"member_id": member_id}
    elif bound == "company":
        bounds = {"company_ids": frozenset({company_id})}
    return Party(
        workspace_id=workspace_id, member_id=member_id, company_id=company_id, bounds=bounds
    )


@dataclass(slots=True, kw_only=True)
class House(behaviour.House):
    """Both workspaces, and a client of a server over them."""

    client: httpx.AsyncClient
    _numbers: Any = field(default_factory=lambda: count(1))

    def next(self) -> int:
        """A number that was not given before."""
        number: int = next(self._numbers)
        return number

    async def key_of(
        self, of: Party, scopes: frozenset[ApiScope] = EVERY_SCOPE, **fields: Any
    ) -> str:
        """The secret of a new key within the party's bounds."""
        secret = f"sk_live_isolation_{self.next()}"
        key = samples.api_key(
            id=f"tok_isolation_{self.next()}",
            workspace_id=of.workspace_id,
            scopes=scopes,
            secret_hash=hash_secret(secret),
            hint=secret[-4:],
            created_at=NOW,
            **{"expires_at": NOW + timedelta(days=400), **of.bounds, **fields},
        )
        async with self.ports.begin(system_actor(of.workspace_id)) as tx:
            await tx.api_keys.add(key)
        return secret


def catalogue(workspace_id: str) -> list[Catalogued]:
    """Two locations and rooms, one of them with prices; two companies with a member each."""
    name, home = workspace_id[3:], {"workspace_id": workspace_id}
    location = samples.location(id=f"loc_{name}", **home)
    items: list[Catalogued] = [
        samples.workspace(id=workspace_id),
        location,
        samples.room(id=f"rm_{name}", location=location, **home),
        samples.rate_card(id=f"rc_{name}", room_id=f"rm_{name}", **home),
        # So that lists have a second page.
        samples.location(id=f"loc_annex_{name}", **home),
        samples.room(id=f"rm_annex_{name}", location=location, **home),
    ]
    for who in ("in", "out"):
        found = party(workspace_id, who)
        items.append(samples.company(id=found.company_id, name=who, **home))
        items.append(
            samples.member(
                id=found.member_id,
                company_id=found.company_id,
                email=f"{who}@{name}.example.com",
                **home,
            )
        )
    return items


@cache
def _app() -> Litestar:
    """Both façades. There is one application for all tests: making one takes longer than a test."""
    return Litestar(
        route_handlers=[rest_router(), *graphql_routes()],
        exception_handlers=exception_handlers,
        state=State({"docs_base": DOCS}),
        openapi_config=None,
    )


async def numbered(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind what an outer layer does: give each request an id."""
    scope.setdefault("state", {})["request_id"] = f"req_{next(_request_numbers)}"
    await _app()(scope, receive, send)


async def _brief(scope: Scope, receive: Receive, send: Send) -> None:
    """For a client who reads every answer to its end: a stream ends where it begins."""
    stopping: asyncio.Event = _app().state.stopping
    if scope["path"] == "/v1/events/stream":
        stopping.set()
    try:
        await numbered(scope, receive, send)
    finally:
        stopping.clear()


@asynccontextmanager
async def furnished() -> AsyncIterator[House]:
    """A house with the application over it."""
    clock, payments = Clock(NOW), MemoryPayments()
    ports = memory_ports(clock=clock, payments=payments)
    assert isinstance(ports.begin, MethodType)
    store = ports.begin.__self__
    assert isinstance(store, MemoryStore)
    for workspace_id in (OURS, THEIRS):
        actor = system_actor(workspace_id)
        await import_catalogue(ports, actor, catalogue(workspace_id))
        for who in ("in", "out"):
            member_id = party(workspace_id, who).member_id
            await grant_tokens(ports, actor, GrantTokens(member_id=member_id, amount=50))
    app = _app()
    app.state.ports = ports
    app.state.stopping = asyncio.Event()
    transport = httpx.ASGITransport(app=_brief)  # type: ignore[arg-type]
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url="https://litehq.example") as client,
    ):
        yield House(ports=ports, clock=clock, payments=payments, tables=store.tables, client=client)
