"""The token ledger, the audit trail, the event log and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

GRANT: Mapping[str, Any] = {"member_id": "mem_jonas_k", "amount": 10, "cause": "welcome"}


async def booked(house: House) -> Ids:
    """Lina has booked the Atrium with tokens."""
    await house.book()
    return {}


CALLS: Mapping[str, Example] = {
    "tokens.transactions.list": Example(given=booked),
    "tokens.transactions.create": Example(body=GRANT, other={**GRANT, "amount": 5}),
    "audit.list": Example(given=booked),
    "events.list": Example(given=booked),
    "events.stream": Example(given=booked),
    "calendar.get": Example(given=booked),
}
