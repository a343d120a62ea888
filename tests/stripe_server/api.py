"""The API: which call does what, under whose account, once for each idempotency key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.stripe_server import accounts, charging
from tests.stripe_server.faults import Fault, Faults
from tests.stripe_server.forms import nested
from tests.stripe_server.state import Object, StripeFault, World, invalid

LISTED = {
    "/v1/checkout/sessions": "checkout.session",
    "/v1/payment_intents": "payment_intent",
    "/v1/refunds": "refund",
    "/v1/customers": "customer",
    "/v1/setup_intents": "setup_intent",
    "/v1/disputes": "dispute",
}
_ONE = re.compile(r"(/v1/(?:checkout/)?[a-z_]+)/([a-z]+_[A-Za-z0-9_]+)(/[a-z_]+)?")
_FORCED = {
    Fault.DECLINED: charging.DECLINED,
    Fault.REQUIRES_ACTION: charging.NEEDS_ACTION,
}


class Dropped(Exception):
    """The connection breaks before anything is answered."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the client's. ``account_id`` is the connected account, if it names one."""

    method: str
    path: str
    query: str
    body: str
    account_id: str | None
    key: str | None

    @property
    def name(self) -> str:
        """As faults are planted for it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: Object
    replayed: bool = False


class Api:
    """What the client speaks to. ``calls`` are all that came, in order."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults
        self.calls: list[Call] = []
        self.base_url = "http://127.0.0.1"
        self._answered: dict[tuple[str | None, str], tuple[tuple[str, str, str], Reply]] = {}

    def answer(self, call: Call) -> Reply:
        """Do what is asked, once for each key.

        Raises:
            Dropped: nothing is answered.
        """
        self.calls.append(call)
        fault = self.faults.next(call.name)
        if fault is Fault.DROPPED_BEFORE:
            raise Dropped
        if refusal := _REFUSALS.get(fault) if fault else None:
            return Reply(refusal.status, refusal.body)
        reply = self._once(call, fault)
        if fault is Fault.DROPPED_AFTER:
            raise Dropped
        return reply

    def _once(self, call: Call, fault: Fault | None) -> Reply:
        if call.key is None or call.method == "GET":
            return self._do(call, fault)
        asked = (call.method, call.path, call.body)
        known = self._answered.get((call.account_id, call.key))
        if known is None:
            reply = self._do(call, fault)
            # A call that was never begun, since its parameters are wrong, is not kept.
            if reply.status not in (400, 403, 404):
                self._answered[call.account_id, call.key] = (asked, reply)
            return reply
        if known[0] != asked:
            wrong = StripeFault(
                400,
                "idempotency_error",
                "Keys can only be used with the parameters they were first used with.",
            )
            return Reply(wrong.status, wrong.body)
        return Reply(known[1].status, known[1].body, replayed=True)

    def _do(self, call: Call, fault: Fault | None) -> Reply:
        broken = Reply(500, {"error": {"type": "api_error", "message": "Something went wrong."}})
        if fault is Fault.ERROR_BEFORE:
            return broken
        try:
            done = self._perform(call, fault)
        except StripeFault as wrong:
            return Reply(wrong.status, _shown(wrong.body))
        return broken if fault is Fault.ERROR_AFTER else Reply(200, _shown(done))

    def _perform(self, call: Call, fault: Fault | None) -> Object:
        charging.pass_time(self.world)
        params = nested(call.body if call.method == "POST" else call.query)
        world, account_id = self.world, call.account_id
        if call.path == "/v1/accounts" and call.method == "POST":
            return accounts.create_account(world, params)
        if call.path == "/v1/account_links":
            return accounts.create_link(world, params, self.base_url)
        if found := re.fullmatch(r"/v1/accounts/(acct_\w+)", call.path):
            world.ledger(found[1])
            return world.accounts[found[1]]
        if account_id is None:
            raise invalid("This server has no objects of the platform's own.")
        world.ledger(account_id)
        if call.path == "/v1/events":
            return self._events(account_id, params)
        if call.method == "POST" and (create := _CREATORS.get(call.path)):
            return create(self, account_id, params, fault)
        if call.path in LISTED:
            return self._listed(account_id, call.path, params)
        if one := _ONE.fullmatch(call.path):
            return self._one(account_id, one, params)
        raise StripeFault(404, "invalid_request_error", f"Unrecognized request URL ({call.name}).")

    def _one(self, account_id: str, found: re.Match[str], params: dict[str, Any]) -> Object:
        path, thing_id, more = found.groups()
        kind = LISTED.get(path)
        if kind is None:
            raise StripeFault(404, "invalid_request_error", "Unrecognized request URL.")
        if more == "/expire":
            return charging.expire_session(self.world, account_id, thing_id)
        thing = self.world.get(account_id, kind, thing_id)
        if more == "/payment_methods":
            cards = self.world.ledger(account_id).of("payment_method")
            return _page([card for card in cards if card["customer"] == thing_id], params)
        if "latest_charge" in params.get("expand", []):
            charge = self.world.get(account_id, "charge", thing["latest_charge"])
            return {**thing, "latest_charge": charge}
        return thing

    def _listed(self, account_id: str, path: str, params: dict[str, Any]) -> Object:
        since = int(params.get("created", {}).get("gte", 0))
        wanted = {
            name: value
            for name, value in params.items()
            if name in ("customer", "payment_intent", "status")
        }
        found = [
            thing
            for thing in self.world.ledger(account_id).of(LISTED[path])
            if thing["created"] >= since
            and all(thing.get(name) == value for name, value in wanted.items())
        ]
        return _page(found, params)

    def _events(self, account_id: str, params: dict[str, Any]) -> Object:
        since = int(params.get("created", {}).get("gte", 0))
        types = params.get("types")
        events = reversed(self.world.ledger(account_id).events)
        return _page(
            [e for e in events if e["created"] >= since and (not types or e["type"] in types)],
            params,
        )


Creator = Callable[[Api, str, dict[str, Any], Fault | None], Object]
_CREATORS: dict[str, Creator] = {
    "/v1/checkout/sessions": lambda api, account_id, params, _: charging.create_session(
        api.world, account_id, params, api.base_url
    ),
    "/v1/payment_intents": lambda api, account_id, params, fault: charging.create_intent(
        api.world, account_id, params, _FORCED.get(fault) if fault else None
    ),
    "/v1/refunds": lambda api, account_id, params, _: charging.create_refund(
        api.world, account_id, params
    ),
    "/v1/customers": lambda api, account_id, params, _: accounts.create_customer(
        api.world, account_id, params
    ),
    "/v1/setup_intents": lambda api, account_id, params, _: accounts.create_setup_intent(
        api.world, account_id, params
    ),
}
_REFUSALS = {
    Fault.RATE_LIMITED: StripeFault(429, "invalid_request_error", "Too many requests."),
    Fault.LOCK_TIMEOUT: StripeFault(
        429, "invalid_request_error", "The object is in use.", code="lock_timeout"
    ),
    Fault.KEY_IN_USE: StripeFault(
        409, "idempotency_error", "The first request still runs.", code="idempotency_key_in_use"
    ),
    Fault.UNAVAILABLE: StripeFault(503, "api_error", "Come back later."),
}


def _page(things: list[Object], params: dict[str, Any]) -> Object:
    """A page of a list: what follows ``starting_after``, at most ``limit``."""
    after = params.get("starting_after")
    if after is not None:
        ids = [thing["id"] for thing in things]
        things = things[ids.index(after) + 1 :] if after in ids else []
    limit = int(params.get("limit", 10))
    return {
        "object": "list",
        "data": things[:limit],
        "has_more": len(things) > limit,
        "url": "/v1/list",
    }


def _shown(thing: Any) -> Any:
    """A copy without what is ours alone."""
    if isinstance(thing, dict):
        return {name: _shown(value) for name, value in thing.items() if not name.startswith("_")}
    if isinstance(thing, list):
        return [_shown(value) for value in thing]
    return deepcopy(thing)


def as_bytes(body: Object) -> bytes:
    """The body as it is sent."""
    return json.dumps(_shown(body)).encode()
