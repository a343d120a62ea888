"""Callers that deal with invoices: one over Python, one over REST, one over GraphQL.

Each answers ``("ok", document)`` or ``(code, {})``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import httpx

from litehq_core import (
    ChargeInvoice,
    CreateInvoice,
    CreditInvoice,
    ListInvoices,
    OpenInvoice,
    VoidInvoice,
    authenticate,
    charge_invoice,
    create_invoice,
    credit_invoice,
    list_invoices,
    open_invoice,
    void_invoice,
)
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.errors import Refusal
from litehq_core.domain.idempotency import Once
from litehq_core.domain.invoice import InvoiceStatus
from litehq_core.domain.invoice_charge import payment_intent
from litehq_core.domain.invoice_words import invoice_record
from litehq_core.domain.wall_clock import instant_text
from litehq_core.ports.ports import Ports
from tests.behaviour.keys import FULL

Answer = tuple[str, dict[str, Any]]


class Bookkeeper(Protocol):
    """What a scenario asks."""

    async def create(self, key: str = FULL, once: str | None = None, **wish: Any) -> Answer: ...
    async def open(self, invoice_id: str, key: str = FULL) -> Answer: ...
    async def charge(self, invoice_id: str, key: str = FULL, once: str | None = None) -> Answer: ...
    async def void(self, invoice_id: str, key: str = FULL) -> Answer: ...
    async def credit(self, invoice_id: str, key: str = FULL, **wish: Any) -> Answer: ...
    async def ids(self, key: str = FULL, **filters: Any) -> list[str]: ...


class PythonBookkeeper:
    """Calls the use cases."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def create(self, key: str = FULL, once: str | None = None, **wish: Any) -> Answer:
        """``create_invoice``."""
        command = CreateInvoice(
            company_id=wish["company_id"],
            until_at=wish.get("until"),
            draft=wish.get("draft", False),
        )
        return await self._told(create_invoice, command, key)

    async def open(self, invoice_id: str, key: str = FULL) -> Answer:
        """``open_invoice``."""
        return await self._told(open_invoice, OpenInvoice(invoice_id=invoice_id), key)

    async def charge(self, invoice_id: str, key: str = FULL, once: str | None = None) -> Answer:
        """``charge_invoice``."""
        actor = await authenticate(self._ports, key)
        only = once and Once(operation="charge", key=once, encode=lambda _: b"")
        try:
            command = ChargeInvoice(invoice_id=invoice_id)
            charged = await charge_invoice(self._ports, actor, command, only or None)
        except Refusal as refusal:
            return refusal.code.value, {}
        return "ok", payment_intent(charged)

    async def void(self, invoice_id: str, key: str = FULL) -> Answer:
        """``void_invoice``."""
        return await self._told(void_invoice, VoidInvoice(invoice_id=invoice_id), key)

    async def credit(self, invoice_id: str, key: str = FULL, **wish: Any) -> Answer:
        """``credit_invoice``."""
        return await self._told(credit_invoice, CreditInvoice(invoice_id=invoice_id, **wish), key)

    async def ids(self, key: str = FULL, **filters: Any) -> list[str]:
        """``list_invoices``."""
        actor = await authenticate(self._ports, key)
        status = InvoiceStatus(filters["status"]) if "status" in filters else None
        query = ListInvoices(company_id=filters.get("company_id"), status=status)
        page = await list_invoices(self._ports, actor, query, every_attribute(Noun.INVOICE))
        return [row["id"] for row in page.records]

    async def _told(
        self, use_case: Callable[[Ports, Any, Any], Awaitable[Any]], command: Any, key: str
    ) -> Answer:
        actor = await authenticate(self._ports, key)
        try:
            return "ok", invoice_record(await use_case(self._ports, actor, command))
        except Refusal as refusal:
            return refusal.code.value, {}


class RestBookkeeper:
    """Speaks REST."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _post(self, path: str, key: str, body: Any, once: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {key}"}
        if once is not None:
            headers["Idempotency-Key"] = once
        answer = await self._client.post(f"/v1/invoices{path}", json=body, headers=headers)
        if answer.status_code >= 400:
            return answer.json()["error"]["code"], {}
        return "ok", answer.json()

    async def create(self, key: str = FULL, once: str | None = None, **wish: Any) -> Answer:
        """``POST /v1/invoices``."""
        return await self._post("", key, _written(wish), once)

    async def open(self, invoice_id: str, key: str = FULL) -> Answer:
        """``POST …/open``."""
        return await self._post(f"/{invoice_id}/open", key, {})

    async def charge(self, invoice_id: str, key: str = FULL, once: str | None = None) -> Answer:
        """``POST …/charge``."""
        return await self._post(f"/{invoice_id}/charge", key, {}, once)

    async def void(self, invoice_id: str, key: str = FULL) -> Answer:
        """``POST …/void``."""
        return await self._post(f"/{invoice_id}/void", key, {})

    async def credit(self, invoice_id: str, key: str = FULL, **wish: Any) -> Answer:
        """``POST …/credit_note``."""
        return await self._post(f"/{invoice_id}/credit_note", key, wish)

    async def ids(self, key: str = FULL, **filters: Any) -> list[str]:
        """``GET /v1/invoices``."""
        headers = {"Authorization": f"Bearer {key}"}
        answer = await self._client.get("/v1/invoices", params=filters, headers=headers)
        return [row["id"] for row in answer.json()["data"]]


_SHOWN = """id kind status number currency amountMinor taxMinor netMinor dueMinor paidMinor
    creditedMinor stripePaymentIntentId xeroSyncStatus creditedInvoiceId memo
    lines { bookingId amountMinor taxMinor description }
    taxes { name basisPoints netMinor taxMinor } company { id }"""


class GraphQLBookkeeper:
    """Speaks GraphQL."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _ask(
        self, document: str, variables: Mapping[str, Any], key: str, once: str | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        if once is not None:
            headers["Idempotency-Key"] = once
        body = {"query": document, "variables": variables}
        answer = (await self._client.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def _mutate(
        self, verb: str, given: Mapping[str, Any], key: str, once: str | None = None
    ) -> Answer:
        more = "paymentIntent { id status amount currency }" if verb == "Charge" else ""
        document = (
            f"mutation($input: {verb}InvoiceInput!) {{ found: {verb.lower()}Invoice(input: $input)"
            f" {{ ... on {verb}InvoicePayload {{ invoice {{ {_SHOWN} }} {more} }}"
            " ... on Refusal { code } } }"
        )
        found = (await self._ask(document, {"input": given}, key, once))["found"]
        if "code" in found:
            return found["code"].lower(), {}
        return "ok", found["paymentIntent"] if more else _snaked(found["invoice"])

    async def create(self, key: str = FULL, once: str | None = None, **wish: Any) -> Answer:
        """``createInvoice``."""
        given = {{"company_id": "companyId"}.get(n, n): v for n, v in _written(wish).items()}
        return await self._mutate("Create", given, key, once)

    async def open(self, invoice_id: str, key: str = FULL) -> Answer:
        """``openInvoice``."""
        return await self._mutate("Open", {"id": invoice_id}, key)

    async def charge(self, invoice_id: str, key: str = FULL, once: str | None = None) -> Answer:
        """``chargeInvoice``."""
        return await self._mutate("Charge", {"id": invoice_id}, key, once)

    async def void(self, invoice_id: str, key: str = FULL) -> Answer:
        """``voidInvoice``."""
        return await self._mutate("Void", {"id": invoice_id}, key)

    async def credit(self, invoice_id: str, key: str = FULL, **wish: Any) -> Answer:
        """``creditInvoice``."""
        given = {{"amount_minor": "amountMinor"}.get(n, n): v for n, v in wish.items()}
        return await self._mutate("Credit", {"id": invoice_id, **given}, key)

    async def ids(self, key: str = FULL, **filters: Any) -> list[str]:
        """``invoices``."""
        document = (
            "query($companyId: ID, $status: InvoiceStatus)"
            " { invoices(companyId: $companyId, status: $status) { nodes { id } } }"
        )
        variables = {"companyId": filters.get("company_id")}
        if "status" in filters:
            variables["status"] = filters["status"].upper()
        found = await self._ask(document, variables, key)
        return [node["id"] for node in found["invoices"]["nodes"]]


def _written(wish: Mapping[str, Any]) -> dict[str, Any]:
    return {name: instant_text(value) if name == "until" else value for name, value in wish.items()}


def _snaked(value: Any) -> Any:
    """Names as REST has them, and enums in small letters."""
    if isinstance(value, list):
        return [_snaked(each) for each in value]
    if not isinstance(value, dict):
        return value
    told = {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name): _snaked(inner)
        for name, inner in value.items()
    }
    for name in ("kind", "status", "xero_sync_status"):
        if name in told:
            told[name] = told[name].lower()
    return told
