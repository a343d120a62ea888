"""The operator's books in Xero: one call a document, under a key by which it counts once.

Xero is told of a document when it is opened, and again when it is voided. The credentials are
those of a custom connection (OAuth 2.0, client credentials): no person has to log in.
"""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from litehq_app.accounting.xero_words import document_words, resource_of
from litehq_core.domain.company import Company
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.ports.accounting import AccountingDeferred, AccountingRejected
from litehq_core.ports.boundary import require_outside

# All steps of one document together; below the lease under which it is told.
TIMEOUT_SECONDS = 60.0
SCOPES = "accounting.transactions accounting.contacts"
# A token is taken anew so long before it ends.
_EARLY_SECONDS = 60.0

# Money is exact: decimals are written as numbers, and never pass through a float.
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True, kw_only=True)
class XeroConnection:
    """Where Xero is, who we are there, and whose books it keeps.

    Attributes:
        tenant_id: the organisation; empty for a custom connection, which has but one.
        account_code: the account that sales are booked on.
    """

    workspace_id: str
    client_id: str
    client_secret: str
    tenant_id: str = ""
    account_code: str = "200"
    api_base: str = "https://api.xero.com/api.xro/2.0"
    token_url: str = "https://identity.xero.com/connect/token"

    def __repr__(self) -> str:
        return f"XeroConnection(workspace_id={self.workspace_id!r})"


class XeroAccounting:
    """Implements ``Accounting``.

    Args:
        ticks: seconds of a clock that only goes forward, by which tokens end.
    """

    def __init__(self, connection: XeroConnection, ticks: Callable[[], float]) -> None:
        self._connection = connection
        self._ticks = ticks
        self._token = ""
        self._token_ends = 0.0
        # One token for all who tell something at once.
        self._asking = Lock()

    def keeps_books_of(self, workspace_id: str) -> bool:
        """Of the one workspace that it is connected to."""
        return workspace_id == self._connection.workspace_id

    async def put(self, invoice: Invoice, company: Company) -> str | None:
        """Make the books say what the document says now; Xero's own id of it.

        Raises:
            AccountingDeferred, AccountingRejected: as the port says.
        """
        require_outside("a call to Xero")
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                return await self._put(client, invoice, company)
        except httpx.HTTPError as error:
            # Its text may hold an address with a secret in it; its kind tells enough.
            raise AccountingDeferred(f"Xero: {type(error).__name__}") from error

    async def _put(
        self, client: httpx.AsyncClient, invoice: Invoice, company: Company
    ) -> str | None:
        resource, is_void = resource_of(invoice), invoice.status is InvoiceStatus.VOID
        known = invoice.sync.reference
        if known is None and (is_void or invoice.sync.attempts > 1):
            # A try of which we never heard may have had its effect.
            known = await self._find(client, invoice)
        if is_void:
            if known is None:
                # Xero has never heard of it, and need not.
                return None
            words: dict[str, Any] = {resource.id_field: known, "Status": "VOIDED"}
        elif known is not None:
            return known
        else:
            words = document_words(invoice, company, self._connection.account_code)
        body = _encoder.encode({resource.path: [words]})
        answer = await self._call(
            client,
            "POST" if known else "PUT",
            f"/{resource.path}",
            content=body,
            headers={
                "Content-Type": "application/json",
                # Each of the two things that are ever told of it counts once.
                "Idempotency-Key": f"{invoice.id}-{'void' if is_void else 'open'}",
            },
        )
        return _id_of(answer, resource.path, resource.id_field)

    async def _find(self, client: httpx.AsyncClient, invoice: Invoice) -> str | None:
        """The id of a document that Xero may have taken in without our hearing of it."""
        resource = resource_of(invoice)
        where = f'{resource.number_field}=="{invoice.number}"'
        answer = await self._call(client, "GET", f"/{resource.path}", params={"where": where})
        found = answer.get(resource.path) or []
        return _id_of(answer, resource.path, resource.id_field) if found else None

    async def _call(
        self, client: httpx.AsyncClient, method: str, path: str, **request: Any
    ) -> dict[str, Any]:
        """A call under a token that is good, with another one if Xero does not take it."""
        answer = await self._send(client, method, path, anew=False, **request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            answer = await self._send(client, method, path, anew=True, **request)
        return _taken(answer)

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        anew: bool,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        own = {
            "Authorization": f"Bearer {await self._bearer(client, anew=anew)}",
            "Accept": "application/json",
        }
        if self._connection.tenant_id:
            own["Xero-Tenant-Id"] = self._connection.tenant_id
        return await client.request(
            method,
            f"{self._connection.api_base}{path}",
            headers={**own, **(headers or {})},
            **request,
        )

    async def _bearer(self, client: httpx.AsyncClient, *, anew: bool) -> str:
        async with self._asking:
            if anew or self._ticks() >= self._token_ends:
                answer = await client.post(
                    self._connection.token_url,
                    data={"grant_type": "client_credentials", "scope": SCOPES},
                    auth=(self._connection.client_id, self._connection.client_secret),
                )
                if answer.status_code != httpx.codes.OK:
                    # Wrong credentials are for the operator to put right, and the document waits.
                    raise AccountingDeferred(f"Xero gave no token ({answer.status_code})")
                told = _json(answer)
                self._token = str(told.get("access_token", ""))
                lasts = float(told.get("expires_in", 0))
                self._token_ends = self._ticks() + lasts - _EARLY_SECONDS
            return self._token


def _taken(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON.

    Raises:
        AccountingRejected: Xero says that the document is wrong.
        AccountingDeferred: anything else that is no success.
    """
    if answer.is_success:
        return _json(answer)
    told = f"Xero answered {answer.status_code}"
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise AccountingRejected(f"{told}: {_complaints(_json(answer))}")
    raise AccountingDeferred(told)


def _complaints(told: Mapping[str, Any]) -> str:
    found = [
        str(error.get("Message", ""))
        for element in told.get("Elements") or ()
        for error in element.get("ValidationErrors") or ()
    ]
    return "; ".join(found) or str(told.get("Message", "no reason"))


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(answer.content)
    except msgspec.DecodeError as error:
        raise AccountingDeferred("Xero answered with no JSON") from error
    if not isinstance(found, dict):
        raise AccountingDeferred("Xero answered with no JSON object")
    return found


def _id_of(answer: Mapping[str, Any], path: str, id_field: str) -> str:
    found = answer.get(path)
    if isinstance(found, list) and found and isinstance(found[0], dict):
        own = found[0].get(id_field)
        if isinstance(own, str) and own:
            return own
    raise AccountingDeferred(f"Xero's answer names no {id_field}")
