"""Invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

BOOK: Mapping[str, Any] = {
    "room_id": "rm_atrium",
    "start": "2026-05-26T10:00:00Z",
    "duration_minutes": 60,
    "booked_by": "mem_ana_n",
    "billing_mode": "invoice",
}
CREATE: Mapping[str, Any] = {"company_id": "co_northwind", "until": "2026-06-01T00:00:00Z"}


async def booked(house: House) -> Ids:
    """Northwind has booked two hours, on two days, and pays by invoice."""
    for start in (BOOK["start"], "2026-05-27T10:00:00Z"):
        answer = await house.client.post("/v1/bookings", json={**BOOK, "start": start})
        assert answer.status_code == 201, answer.text
    return {}


async def drafted(house: House) -> Ids:
    """They are on a draft."""
    return await _invoiced(house, draft=True)


async def opened(house: House) -> Ids:
    """They are on an invoice."""
    return await _invoiced(house)


async def _invoiced(house: House, **fields: Any) -> Ids:
    await booked(house)
    answer = await house.client.post("/v1/invoices", json={**CREATE, **fields})
    assert answer.status_code == 201, answer.text
    return {"invoice_id": answer.json()["id"]}


CALLS: Mapping[str, Example] = {
    "invoices.list": Example(given=opened, query={"company_id": "co_northwind", "status": "open"}),
    "invoices.create": Example(
        given=booked, body=CREATE, other={**CREATE, "until": "2026-05-27T00:00:00Z"}
    ),
    "invoices.get": Example(given=opened),
    "invoices.pdf": Example(given=opened),
    "invoices.open": Example(given=drafted, body={}),
    "invoices.charge": Example(given=opened, body={}),
    "invoices.void": Example(given=opened, body={}),
    "invoices.credit": Example(given=opened, body={"amount_minor": 1000, "reason": "No heating"}),
}
