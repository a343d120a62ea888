"""The server itself: an application on loopback, and the hands of payer, owner and bank."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from typing import Any

from litestar import HttpMethod, Litestar, MediaType, Request, Response, get, post, route
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send
from uvicorn import Config, Server

from tests.stripe_server import accounts, charging
from tests.stripe_server.api import Api, Call, Dropped, as_bytes
from tests.stripe_server.delivery import Deliveries, nowhere
from tests.stripe_server.faults import Faults
from tests.stripe_server.state import Object, StripeFault, World

AnyRequest = Request[Any, Any, State]


class StripeServer:
    """Stripe, as a test holds it in its hands. ``url`` is the API's base address."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.world = World(clock)
        self.faults = Faults()
        self.api = Api(self.world, self.faults)
        self.deliveries = Deliveries(nowhere)
        self.world.on_event = self.deliveries.add
        self.url = ""

    def complete_onboarding(self, account_id: str) -> Object:
        """The owner of an account fills everything in."""
        return accounts.complete_onboarding(self.world, account_id)

    def pay(self, url: str | None, number: str = charging.GOOD) -> Object:
        """The payer enters a card on the page at ``url``; the session as it is then."""
        account_id, session_id = str(url).rsplit("/", 2)[1:]
        return charging.pay_session(self.world, account_id, session_id, number)

    def things(self, account_id: str, kind: str) -> list[Object]:
        """Every object of a kind, the newest first."""
        return self.world.everything(account_id).of(kind)


@asynccontextmanager
async def stripe_server(
    clock: Callable[[], datetime] = lambda: datetime.now(UTC), *, port: int = 0
) -> AsyncIterator[StripeServer]:
    """A server that listens on loopback while the block lasts."""
    played = StripeServer(clock)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        played.url = played.api.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = Config(_app(played), lifespan="off", log_level="critical", access_log=False)
        server = Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            # It says so by nothing but this.
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            yield played
        finally:
            server.should_exit = True
            await task


def _app(played: StripeServer) -> Litestar:
    return Litestar(
        [_api, _show_page, _pay, _show_onboarding, _onboard],
        state=State({"played": played}),
        logging_config=None,
        openapi_config=None,
    )


@route("/v1/{path:path}", http_method=[HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE])
async def _api(request: AnyRequest, path: FromPath[str]) -> Any:
    played: StripeServer = request.app.state.played
    if not request.headers.get("authorization", "").startswith("Bearer sk_"):
        wrong = StripeFault(401, "invalid_request_error", "Invalid API key.")
        return Response(as_bytes(wrong.body), status_code=401, media_type=MediaType.JSON)
    call = Call(
        method=request.method,
        path=request.url.path,
        query=request.url.query,
        body=(await request.body()).decode(),
        account_id=request.headers.get("stripe-account"),
        key=request.headers.get("idempotency-key"),
    )
    try:
        reply = played.api.answer(call)
    except Dropped:
        return _broken
    headers = {"Request-Id": f"req_{len(played.api.calls)}"}
    if reply.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(
        as_bytes(reply.body), status_code=reply.status, media_type=MediaType.JSON, headers=headers
    )


async def _broken(scope: Scope, receive: Receive, send: Send) -> None:
    """An answer that breaks off: the client knows no more than that it has sent something."""
    length = [(b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": b"{", "more_body": False})


@get("/pay/{account_id:str}/{session_id:str}", media_type=MediaType.HTML)
async def _show_page(
    request: AnyRequest, account_id: FromPath[str], session_id: FromPath[str]
) -> str:
    played: StripeServer = request.app.state.played
    session = played.world.everything(account_id).objects[session_id]
    amount = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
    cards = {
        charging.GOOD: "pay",
        charging.DECLINED: "pay with a card that is declined",
        charging.NEEDS_ACTION: "pay with a card that asks for its owner each time",
    }
    buttons = "".join(
        f'<button name="card" value="{number}">{text}</button> ' for number, text in cards.items()
    )
    return (
        f"<!doctype html><title>Pay</title><h1>{escape(amount)}</h1>"
        f"<p>This session is {session['status']}.</p><form method='post'>{buttons}</form>"
    )


@post("/pay/{account_id:str}/{session_id:str}", status_code=303)
async def _pay(
    request: AnyRequest, account_id: FromPath[str], session_id: FromPath[str]
) -> Response[str]:
    played: StripeServer = request.app.state.played
    form = await request.form()
    try:
        session = charging.pay_session(
            played.world, account_id, session_id, str(form.get("card", charging.GOOD))
        )
    except StripeFault as wrong:
        return Response(str(wrong), status_code=400, media_type=MediaType.TEXT)
    done = session["status"] == "complete"
    where = session["success_url"] if done else request.url.path
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": where})


@get("/onboarding/{account_id:str}", media_type=MediaType.HTML)
async def _show_onboarding(request: AnyRequest, account_id: FromPath[str]) -> str:
    account = request.app.state.played.world.accounts[account_id]
    wanted = ", ".join(account["requirements"]["currently_due"]) or "nothing"
    return (
        f"<!doctype html><title>Onboarding</title><h1>{account_id}</h1><p>Wanted: {wanted}.</p>"
        "<form method='post'><button>fill everything in</button></form>"
    )


@post("/onboarding/{account_id:str}", status_code=200, media_type=MediaType.TEXT)
async def _onboard(request: AnyRequest, account_id: FromPath[str]) -> str:
    request.app.state.played.complete_onboarding(account_id)
    return "complete\n"
