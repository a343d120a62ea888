"""Mutations as a client would write them, and what tests do with their answers."""

from __future__ import annotations

from typing import Any

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from tests.graphql.house import DOCS_BASE, House

REFUSAL = """
fragment Why on Refusal {
  code message docsUrl requestId details { field reason } violations { reason message limit }
  conflictingBookingId conflictingBooking { id status member { name } } requiredScope
  alternatives { roomId startAt endAt } currentVersion slotMinutes editWindowMinutes
  requiredTokens availableTokens
}
"""
UPDATE = (
    """mutation Update($input: UpdateBookingInput!) { updateBooking(input: $input) {
      __typename ...Why ... on UpdateBookingPayload { booking {
        id status version startAt endAt attendees notes metadata roomId price { amountMinor }
      } }
    } }"""
    + REFUSAL
)
CANCEL = (
    """mutation Cancel($input: CancelBookingInput!) { cancelBooking(input: $input) {
      __typename ...Why ... on CancelBookingPayload { booking { id status cancelledAt } }
    } }"""
    + REFUSAL
)
NO_SHOW = (
    """mutation NoShow($input: MarkBookingNoShowInput!) { markBookingNoShow(input: $input) {
      __typename ...Why ... on MarkBookingNoShowPayload { booking { id noShow version } }
    } }"""
    + REFUSAL
)
MINT = (
    """mutation Mint($input: CreateApiTokenInput!) { createApiToken(input: $input) {
      __typename ...Why
      ... on CreateApiTokenPayload { secret apiToken { id name scopes hint expiresAt memberId } }
    } }"""
    + REFUSAL
)
REVOKE = (
    """mutation Revoke($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) {
      __typename ...Why ... on RevokeApiTokenPayload { apiToken { id revokedAt } }
    } }"""
    + REFUSAL
)


def wish(**fields: Any) -> dict[str, Any]:
    """An hour of the atrium for Lina."""
    return {
        "roomId": "rm_atrium",
        "bookedBy": {"memberId": "mem_lina_p"},
        "startAt": "2026-05-25T09:00:00Z",
        "endAt": "2026-05-25T10:00:00Z",
        **fields,
    }


async def refusal(house: House, mutation: str, secret: str | None = None, **input_: Any) -> Any:
    """The refusal of a mutation."""
    [result] = (await house.data(mutation, secret, input=input_)).values()
    assert result["__typename"] == "Refusal", result
    assert result["docsUrl"] == f"{DOCS_BASE}/{result['code']}"
    assert result["requestId"] == "req_test"
    assert result["message"]
    return result


async def done(house: House, mutation: str, secret: str | None = None, **input_: Any) -> Any:
    """The payload of a mutation."""
    [result] = (await house.data(mutation, secret, input=input_)).values()
    assert result["__typename"] != "Refusal", result
    return result


async def paid_booking(house: House) -> dict[str, Any]:
    """A booking of the studio that Jonas has paid by card: GBP 56.00."""
    booking = await house.book(roomId="rm_studio", bookedBy={"memberId": "mem_jonas_k"})
    payment = house.payments.payments("open_checkout")[-1]
    await settle_payment(
        house.ports,
        system_actor("ws_soho"),
        SettlePayment(payment_id=payment.id, outcome=PaymentOutcome.PAID),
    )
    return booking
