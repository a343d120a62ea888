"""The three callers, for the trails that changes leave: the token ledger and the audit trail.

Each is made of the caller of the scenario, and speaks as that one does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.audit import actor_of, changes_of, subject_type
from litehq_core.domain.events import EventType
from litehq_core.domain.query import Page, Paging
from litehq_core.domain.token_posting import TokensPosted
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.audit.list_audit import ListAudit, list_audit
from litehq_core.use_cases.tokens.adjust_tokens import AdjustTokens, adjust_tokens
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.tokens.list_token_transactions import (
    ListTokenTransactions,
    list_token_transactions,
)
from tests.behaviour.drivers.graphql import GraphQLDriver
from tests.behaviour.drivers.graphql_documents import REFUSAL
from tests.behaviour.drivers.graphql_words import contract_of, refusal_of, variables_of
from tests.behaviour.drivers.protocol import Done, Driver, Fields, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver, once_of
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.keys import FULL

ROW_NAMES = (
    *("id", "debit_account", "credit_account", "amount", "member_id", "booking_id", "lot_id"),
    *("cause", "balance_after", "created_at"),
)
ENTRY_NAMES = ("id", "occurred_at", "type", "actor", "subject", "changes", "request_id")


class TrailCaller(Protocol):
    """A caller who gives tokens, takes them, and looks what happened."""

    async def grant(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Grant tokens: ``{"transactions": […]}``."""

    async def adjust(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Take ``amount`` tokens away."""

    async def ledger(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of the token ledger."""

    async def audit(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of the audit trail."""


def trails(driver: Driver) -> TrailCaller:
    """The same caller."""
    match driver:
        case PythonDriver():
            return _Python(driver)
        case RestDriver():
            return _Rest(driver)
        case GraphQLDriver():
            return _GraphQL(driver)
        case _:
            raise TypeError(driver)


class _Python:
    """Calls the use cases."""

    def __init__(self, driver: PythonDriver) -> None:
        self._driver, self._ports = driver, driver._ports

    async def grant(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``grant_tokens``."""
        fields = dict(wish)
        if fields.get("room_ids") is not None:
            fields["room_ids"] = frozenset(fields["room_ids"])
        envelope = once_of("grant", once, _posted)

        async def call(actor: Actor) -> TokensPosted:
            return await grant_tokens(self._ports, actor, GrantTokens(**fields), envelope)

        return await self._driver._call(key, call, _posted)

    async def adjust(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``adjust_tokens``."""
        command, envelope = AdjustTokens(**wish), once_of("adjust", once, _posted)
        return await self._driver._call(
            key, lambda actor: adjust_tokens(self._ports, actor, command, envelope), _posted
        )

    async def ledger(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_token_transactions``."""

        async def call(actor: Actor) -> Page:
            query = ListTokenTransactions(**_query(filters))
            return await list_token_transactions(self._ports, actor, query)

        return await self._driver._call(key, call, _page_of(_row))

    async def audit(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_audit``."""

        async def call(actor: Actor) -> Page:
            fields = _query(filters)
            if "type" in fields:
                fields["type"] = EventType(fields["type"])
            return await list_audit(self._ports, actor, ListAudit(**fields))

        return await self._driver._call(key, call, _page_of(_entry))


def _query(filters: Fields | None) -> dict[str, Any]:
    names = {"from": "from_at", "to": "to_at"}
    fields = {names.get(name, name): value for name, value in (filters or {}).items()}
    paging = {n: fields.pop(n) for n in ("limit", "cursor") if n in fields}
    return {**fields, "paging": Paging(**paging)}


def _page_of(show: Callable[[Any], dict[str, Any]]) -> Callable[[Page], dict[str, Any]]:
    return lambda page: {
        "data": [show(record) for record in page.records],
        "next_cursor": page.next_cursor,
    }


def _posted(posted: TokensPosted) -> dict[str, Any]:
    return {"transactions": [_row(posting.record) for posting in posted.postings]}


def _row(record: dict[str, Any]) -> dict[str, Any]:
    sides = {
        f"{side}_account": f"{record[f'{side}_owner']}/{record[f'{side}_kind']}"
        for side in ("debit", "credit")
    }
    shown = {**record, **sides, "created_at": instant_text(record["created_at"])}
    return {name: shown[name] for name in ROW_NAMES}


def _entry(record: dict[str, Any]) -> dict[str, Any]:
    kind, name = actor_of(record)
    subject_id = record["subject_id"]
    return {
        "id": record["id"],
        "occurred_at": instant_text(record["occurred_at"]),
        "type": record["type"],
        "actor": {"id": record["actor_id"], "name": name, "kind": kind.value},
        "subject": {"type": subject_type(subject_id, record["type"]), "id": subject_id},
        "changes": {c.field: {"from": c.before, "to": c.after} for c in changes_of(record)},
        "request_id": record["request_id"],
    }


class _Rest:
    """Speaks HTTP."""

    def __init__(self, driver: RestDriver) -> None:
        self._driver = driver

    async def grant(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/tokens/transactions``."""
        found = await self._driver._send(
            "POST", "/tokens/transactions", key, body=wish, once=once, status=201
        )
        if isinstance(found, Refused):
            return found
        rows = [_named(row, "token_transaction", ROW_NAMES) for row in found.body["transactions"]]
        # Contract: answers carry the resource; of several rows the last is shown.
        assert {name: found.body[name] for name in ROW_NAMES} == rows[-1]
        return Done(body={"transactions": rows}, replayed=found.replayed)

    async def adjust(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """The same, with a negative amount."""
        return await self.grant({**wish, "amount": -wish["amount"]}, key=key, once=once)

    async def ledger(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/tokens/transactions``."""
        found = await self._driver._send("GET", "/tokens/transactions", key, query=filters)
        return _page(found, "token_transaction", ROW_NAMES)

    async def audit(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/audit``."""
        found = await self._driver._send("GET", "/audit", key, query=filters)
        return _page(found, "audit_entry", ENTRY_NAMES)


def _page(found: Outcome, noun: str, names: tuple[str, ...]) -> Outcome:
    if isinstance(found, Refused):
        return found
    assert set(found.body) == {"data", "next_cursor"}
    return Done(
        body={**found.body, "data": [_named(row, noun, names) for row in found.body["data"]]}
    )


def _named(row: dict[str, Any], noun: str, names: tuple[str, ...]) -> dict[str, Any]:
    """A row. Contract: "Nothing is ever missing"."""
    assert set(row) == {*names, "object"}
    assert row["object"] == noun
    return {name: row[name] for name in names}


_ROW = """{
  id debitAccount creditAccount amount memberId bookingId lotId cause balanceAfter createdAt
}"""
_ENTRY = """{
  id occurredAt type actor { id name kind } subject { type id } changes { field from to } requestId
}"""
_PAGE = "pageInfo { hasNextPage endCursor }"
_LEDGER = f"""query (
  $first: Int, $after: String, $memberId: ID, $bookingId: ID, $cause: String,
  $from: DateTime, $to: DateTime
) {{
  result: tokenTransactions(
    first: $first, after: $after, memberId: $memberId, bookingId: $bookingId, cause: $cause,
    from: $from, to: $to
  ) {{ nodes {_ROW} {_PAGE} }}
}}"""
_AUDIT = f"""query (
  $first: Int, $after: String, $type: EventType, $actorId: ID, $subjectId: ID,
  $from: DateTime, $to: DateTime
) {{
  result: auditLog(
    first: $first, after: $after, type: $type, actorId: $actorId, subjectId: $subjectId,
    from: $from, to: $to
  ) {{ nodes {_ENTRY} {_PAGE} }}
}}"""


def _mutation(title: str) -> str:
    return f"""mutation ($input: {title}Input!) {{
  result: {title[0].lower()}{title[1:]}(input: $input) {{
    __typename
    ... on {title}Payload {{ transactions {_ROW} }}
    ... on Refusal {REFUSAL}
  }}
}}"""


class _GraphQL:
    """Speaks GraphQL."""

    def __init__(self, driver: GraphQLDriver) -> None:
        self._driver = driver

    async def grant(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``grantTokens``."""
        return await self._mutate("GrantTokens", wish, key, once)

    async def adjust(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``adjustTokens``."""
        return await self._mutate("AdjustTokens", wish, key, once)

    async def ledger(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``tokenTransactions``."""
        return await self._read(_LEDGER, filters, key, contract_of)

    async def audit(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``auditLog``."""
        named = dict(filters or {})
        if "type" in named:
            named["type"] = named["type"].replace(".", "_").upper()
        return await self._read(_AUDIT, named, key, _audit_of)

    async def _mutate(self, title: str, wish: Fields, key: str | None, once: str | None) -> Outcome:
        wanted = variables_of(wish)
        found = await self._driver._send(_mutation(title), {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        return Done(body=contract_of(found.body), replayed=found.replayed)

    async def _read(
        self,
        document: str,
        filters: Fields | None,
        key: str | None,
        show: Callable[[Any], dict[str, Any]],
    ) -> Outcome:
        names = {"limit": "first", "cursor": "after"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        found = await self._driver._send(document, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        page = found.body["pageInfo"]
        cursor = page["endCursor"] if page["hasNextPage"] else None
        data = [show(node) for node in found.body["nodes"]]
        return Done(body={"data": data, "next_cursor": cursor})


def _audit_of(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": node["id"],
        "occurred_at": node["occurredAt"],
        "type": EventType[node["type"]].value,
        "actor": {**node["actor"], "kind": node["actor"]["kind"].lower()},
        "subject": node["subject"],
        "changes": {c["field"]: {"from": c["from"], "to": c["to"]} for c in node["changes"]},
        "request_id": node["requestId"],
    }
