"""The proof of the ledger, over GraphQL."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.api_key import Scope, system_actor
from tests.graphql.house import House

QUERY = """
{ ledgerVerification {
  ok entries headPosition headHash findings { kind position subject message }
} }
"""


async def test_a_ledger_that_is_whole(house: House) -> None:
    """The grant of the house's member, and what a booking in tokens writes."""
    before = (await house.data(QUERY))["ledgerVerification"]
    await house.book()
    found = (await house.data(QUERY))["ledgerVerification"]
    assert (found["ok"], found["findings"]) == (True, [])
    assert found["entries"] == found["headPosition"] > before["entries"]
    assert found["headHash"] != before["headHash"]


async def test_what_is_wrong_is_told(house: House) -> None:
    """A booking that claims to have paid what the ledger never saw."""
    made = await house.book("2026-05-25T11:00:00Z", roomId="rm_studio")
    async with house.ports.begin(system_actor(house.workspace_id)) as tx:
        booking = await tx.bookings.get(made["id"])
        assert booking is not None
        await tx.bookings.save(replace(booking, paid_minor=77))
    found = (await house.data(QUERY))["ledgerVerification"]
    assert not found["ok"]
    assert {(f["kind"], f["subject"]) for f in found["findings"]} == {
        ("BOOKING_DIFFERS", made["id"])
    }


async def test_it_is_for_operators(house: House) -> None:
    """The scope, and a key that is not bound."""
    for secret in (
        await house.key(Scope.CALENDAR_READ),
        await house.key(Scope.BILLING_READ, member_id="mem_lina_p"),
    ):
        error = await house.error(QUERY, secret)
        assert error["extensions"]["code"] == "auth_scope_insufficient"
