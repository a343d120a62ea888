"""Mutations, and every kind of refusal they answer with."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.domain.errors import PaymentFailed, StripeUnconfigured
from tests.domain import samples
from tests.graphql.house import CREATE, House
from tests.graphql.operations import CANCEL, NO_SHOW, UPDATE, done, paid_booking, refusal, wish


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"endAt": "2026-05-25T09:00:00Z"}, "endAt"),
        ({"attendees": 0}, "attendees"),
        ({"notes": "n" * 4001}, "notes"),
        ({"metadata": ["no", "object"]}, "metadata"),
        ({"metadata": {"long": "x" * 9000}}, "metadata"),
        ({"bookedBy": {"guest": {"email": "nobody", "name": "N"}}}, "bookedBy.guest.email"),
        ({"billingMode": "INVOICE"}, "billingMode"),
        ({"idempotencyKey": ""}, "idempotencyKey"),
    ],
)
async def test_a_wrong_field_is_named_as_clients_know_it(
    house: House, fields: dict[str, Any], named: str
) -> None:
    """``validation_failed`` with ``details {field reason}``, in GraphQL's spelling."""
    result = await refusal(house, CREATE, **wish(**fields))
    assert result["code"] == "validation_failed"
    assert [detail["field"] for detail in result["details"]] == [named]
    assert result["message"].startswith(f"{named}: ")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"roomId": "rm_none"}, "not_found"),
        ({"bookedBy": {"memberId": "mem_none"}}, "not_found"),
        ({"quoteId": "qt_none"}, "not_found"),
        ({"startAt": "2026-05-25T09:10:00Z"}, "slot_misaligned"),
        ({"startAt": "2026-05-21T09:00:00Z", "endAt": "2026-05-21T10:00:00Z"}, None),
        ({"bookedBy": {"memberId": "mem_jonas_k"}, "billingMode": "TOKENS"}, "insufficient_tokens"),
    ],
)
async def test_a_booking_that_cannot_be_is_refused_as_data(
    house: House, fields: dict[str, Any], code: str | None
) -> None:
    """Only faults of the request itself are top-level errors."""
    result = await refusal(house, CREATE, **wish(**fields))
    assert result["code"] == (code or "booking_rule_violated")
    if code == "slot_misaligned":
        assert result["slotMinutes"] == 30
    if code == "insufficient_tokens":
        assert (result["requiredTokens"], result["availableTokens"]) == (2, 0)
    if code is None:
        assert [violation["reason"] for violation in result["violations"]] == ["in_the_past"]


async def test_every_broken_rule_is_listed(house: House) -> None:
    """``booking_rule_violated``: all violations, with their limits."""
    result = await refusal(
        house,
        CREATE,
        **wish(
            startAt="2026-05-25T02:00:00Z",
            endAt="2026-05-25T20:00:00Z",
            attendees=9,
        ),
    )
    assert {v["reason"]: v["limit"] for v in result["violations"]} == {
        "outside_opening_hours": None,
        "too_long": 720,
        "over_capacity": 8,
    }


async def test_a_taken_slot_names_the_booking_in_the_way_and_alternatives(house: House) -> None:
    """``slot_unavailable``: the conflict, and up to five slots that can be booked instead."""
    booking = await house.book()
    result = await refusal(house, CREATE, **wish(startAt="2026-05-25T09:30:00Z"))
    assert result["code"] == "slot_unavailable"
    assert result["conflictingBookingId"] == booking["id"]
    assert result["conflictingBooking"] == {"id": booking["id"], "status": "CONFIRMED"}
    assert len(result["alternatives"]) == 5
    assert result["alternatives"][0] == {
        "roomId": "rm_atrium",
        "startAt": "2026-05-25T10:00:00Z",
        "endAt": "2026-05-25T10:30:00Z",
    }


async def test_of_a_stranger_s_booking_only_the_id_is_shown(house: House) -> None:
    """What the caller may not see of the other booking stays hidden."""
    booking = await house.book()
    bound = await house.key(Scope.CALENDAR_WRITE, member_id="mem_jonas_k")
    result = await refusal(
        house, CREATE, bound, **wish(bookedBy={"memberId": "mem_jonas_k"}, billingMode="CARD")
    )
    assert result["conflictingBookingId"] == booking["id"]
    assert result["conflictingBooking"] is None


async def test_a_blackout_has_no_booking_to_name(house: House) -> None:
    """The id is null for a blackout."""
    async with house.ports.begin(system_actor("ws_soho")) as tx:
        await tx.catalogue.add(
            samples.blackout(
                workspace_id="ws_soho",
                room_id="rm_atrium",
                interval=samples.slot("2026-05-25 09:00"),
            )
        )
    result = await refusal(house, CREATE, **wish())
    assert (result["code"], result["conflictingBookingId"]) == ("slot_unavailable", None)
    assert result["conflictingBooking"] is None


@pytest.mark.parametrize(
    ("error", "code"),
    [(PaymentFailed(), "payment_failed"), (StripeUnconfigured(), "stripe_unconfigured")],
)
async def test_what_the_payment_provider_refuses_is_data_too(
    house: House, error: Exception, code: str
) -> None:
    """The last in the order of refusals is money."""
    house.payments.fail_once("open_checkout", error)
    result = await refusal(
        house, CREATE, **wish(roomId="rm_studio", bookedBy={"memberId": "mem_jonas_k"})
    )
    assert result["code"] == code


async def test_a_lacking_scope_is_a_refusal_in_a_mutation(house: House) -> None:
    """``auth_scope_insufficient`` with the scope that is missing."""
    secret = await house.key(Scope.CALENDAR_READ)
    result = await refusal(house, CREATE, secret, **wish())
    assert result["code"] == "auth_scope_insufficient"
    assert result["requiredScope"] == "calendar:write"


async def test_an_edit_changes_what_it_names_and_keeps_the_rest(house: House) -> None:
    """``start`` alone keeps the duration, ``startAt`` alone the end; null empties."""
    booking = await house.book(notes="mic check", attendees=3)
    result = await done(house, UPDATE, id=booking["id"], start="2026-05-25T12:00:00Z", notes=None)
    shown = result["booking"]
    assert (shown["startAt"], shown["endAt"]) == ("2026-05-25T12:00:00Z", "2026-05-25T13:00:00Z")
    assert (shown["notes"], shown["attendees"]) == (None, 3)
    result = await done(
        house, UPDATE, id=booking["id"], startAt="2026-05-25T11:00:00Z", metadata={"a": 1}
    )
    assert result["booking"]["endAt"] == "2026-05-25T13:00:00Z"
    assert result["booking"]["metadata"] == {"a": 1}
    result = await done(house, UPDATE, id=booking["id"], roomId="rm_studio", billingMode="CARD")
    assert result["booking"]["roomId"] == "rm_atrium"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"id": "bk_none", "notes": "x"}, "booking_not_found"),
        ({"roomId": "rm_none"}, "not_found"),
        ({"notes": "x", "expectedVersion": 1}, "version_conflict"),
        ({"startAt": None}, "validation_failed"),
        ({"durationMinutes": -5}, "validation_failed"),
        ({"durationMinutes": 60, "endAt": "2026-05-25T12:00:00Z"}, "validation_failed"),
        ({"start": "2026-05-25T09:07:00Z"}, "slot_misaligned"),
        ({"durationMinutes": 1440}, "booking_rule_violated"),
    ],
)
async def test_an_edit_that_cannot_be_is_refused(
    house: House, fields: dict[str, Any], code: str
) -> None:
    """The same codes as everywhere."""
    booking = await house.book()
    result = await refusal(house, UPDATE, **{"id": booking["id"], **fields})
    assert result["code"] == code
    if code == "version_conflict":
        assert result["currentVersion"] == 2


async def test_edits_close_before_the_start(house: House) -> None:
    """Until 60 minutes before the start by default."""
    booking = await house.book("2026-05-22T09:30:00Z")
    result = await refusal(house, UPDATE, id=booking["id"], start="2026-05-25T12:00:00Z")
    assert (result["code"], result["editWindowMinutes"]) == ("edit_window_closed", 60)


async def test_cancelling_twice_gives_the_cancelled_booking(house: House) -> None:
    """And what cannot be cancelled is refused."""
    booking = await house.book()
    first = await done(house, CANCEL, id=booking["id"], reason="member_requested")
    assert first["booking"] == {
        "id": booking["id"],
        "status": "CANCELLED",
        "cancelledAt": "2026-05-22T09:00:00Z",
    }
    assert await done(house, CANCEL, id=booking["id"]) == first
    edited = await refusal(house, UPDATE, id=booking["id"], attendees=2)
    assert edited["code"] == "invalid_transition"


async def test_a_partial_refund_needs_its_amount(house: House) -> None:
    """``partial`` needs ``refundAmountMinor``, no more than was paid."""
    booking = await paid_booking(house)
    wrong: list[dict[str, Any]] = [{}, {"refundAmountMinor": 5601}]
    for fields in wrong:
        result = await refusal(house, CANCEL, id=booking["id"], refundPolicy="PARTIAL", **fields)
        assert result["details"][0]["field"] == "refundAmountMinor"
    await done(house, CANCEL, id=booking["id"], refundPolicy="PARTIAL", refundAmountMinor=100)


async def test_better_than_the_policy_needs_a_scope_of_its_own(house: House) -> None:
    """A bound key needs ``refunds:override``."""
    booking = await paid_booking(house)
    house.clock.now = samples.utc("2026-05-25 08:30")
    bound = await house.key(Scope.CALENDAR_WRITE, member_id="mem_jonas_k")
    result = await refusal(house, CANCEL, bound, id=booking["id"], refundPolicy="FULL")
    assert result["requiredScope"] == "refunds:override"


async def test_no_show_is_noted_once_the_booking_has_begun(house: House) -> None:
    """A flag set by an operator after the start."""
    booking = await house.book()
    early = await refusal(house, NO_SHOW, id=booking["id"])
    assert early["code"] == "invalid_transition"
    house.clock.now = samples.utc("2026-05-25 09:30")
    noted = await done(house, NO_SHOW, id=booking["id"])
    assert noted["booking"] == {"id": booking["id"], "noShow": True, "version": 3}
    back = await done(house, NO_SHOW, id=booking["id"], noShow=False, expectedVersion=3)
    assert back["booking"]["noShow"] is False
    bound = await house.key(Scope.CALENDAR_WRITE, member_id="mem_lina_p")
    result = await refusal(house, NO_SHOW, bound, id=booking["id"])
    assert result["code"] == "auth_scope_insufficient"


async def test_two_mutations_of_one_operation_run_in_order_and_apart(house: House) -> None:
    """The second meets the first; a refusal of one leaves the other be."""
    data = await house.data(
        """mutation Two($input: CreateBookingInput!) {
          first: createBooking(input: $input) { __typename }
          second: createBooking(input: $input) { __typename ... on Refusal { code } }
        }""",
        input=wish(),
    )
    assert data["first"]["__typename"] == "CreateBookingPayload"
    assert data["second"] == {"__typename": "Refusal", "code": "slot_unavailable"}
