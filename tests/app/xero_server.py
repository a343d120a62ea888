"""A Xero on loopback: tokens, invoices and credit notes, idempotency keys, and faults to order."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CLIENT = ("client", "s3cret")


@dataclass
class Xero:
    """What it was told, and how it answers.

    Attributes:
        documents: by its own id, as they were told, with their path.
        answers: status and body in place of the next answers of the API; an answer of status 0
            is given after the effect, by dropping the connection.
        tokens: how many tokens were given; only the last of them is good.
    """

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: int = 0
    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in lines) if n}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            method, target, _ = first.split(" ")
            status, answer = self._answer(method, target, headers, body)
            if status:
                sent = json.dumps(answer).encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
                    f"content-length: {len(sent)}\r\nconnection: close\r\n\r\n".encode()
                    + sent
                )
                await writer.drain()
        finally:
            writer.close()

    def _answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        parts = urlsplit(target)
        if parts.path == "/token":
            return self._token(headers, body)
        self.calls.append(f"{method} {parts.path}")
        if headers.get("authorization") != f"Bearer token-{self.tokens}":
            return 401, {"Title": "Unauthorized"}
        planned = self.answers.pop(0) if self.answers else None
        if planned and planned[0]:
            return planned
        path = parts.path.rpartition("/")[2]
        answer = (
            self._find(path, parts.query) if method == "GET" else self._take(path, headers, body)
        )
        return (0, None) if planned else (200, answer)

    def _token(self, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        basic = base64.b64encode(":".join(CLIENT).encode()).decode()
        asked = parse_qs(body.decode())
        if headers.get("authorization") != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        assert asked["grant_type"] == ["client_credentials"]
        self.tokens += 1
        return 200, {"access_token": f"token-{self.tokens}", "expires_in": 1800}

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        key = headers["idempotency-key"]
        assert len(key) <= 128
        if key not in self.by_key:
            told = json.loads(body)[path][0]
            id_field = "InvoiceID" if path == "Invoices" else "CreditNoteID"
            own_id = told.get(id_field) or f"xero-{len(self.documents) + 1}"
            self.documents[own_id] = {"path": path, **self.documents.get(own_id, {}), **told}
            self.by_key[key] = {path: [{id_field: own_id}]}
        return self.by_key[key]

    def _find(self, path: str, query: str) -> dict[str, Any]:
        where = unquote(query.partition("=")[2].replace("+", " "))
        field_name, _, number = where.partition("==")
        id_field = "InvoiceID" if path == "Invoices" else "CreditNoteID"
        found = [
            {id_field: own_id}
            for own_id, document in self.documents.items()
            if document["path"] == path and f'"{document[field_name]}"' == number
        ]
        return {path: found}


@asynccontextmanager
async def xero_server() -> AsyncIterator[Xero]:
    """A Xero that listens."""
    xero = Xero()
    async with await asyncio.start_server(xero.serve, "127.0.0.1", 0) as server:
        xero.port = server.sockets[0].getsockname()[1]
        yield xero
