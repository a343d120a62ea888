"""Everything that can be read, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.ids import Prefix, id_of, uuid7
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.domain.room import RoomSummary
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.domain import samples
from tests.graphql.house import House

BOOKING = """
query Booking($id: ID!) { booking(id: $id) {
  id status version roomId resourceId startAt endAt start durationMinutes timezone
  memberId companyId attendees notes metadata billingMode tokensCharged checkoutUrl expiresAt
  noShow createdAt updatedAt cancelledAt
  room { id name } member { id email } company { id name }
  bookedBy { __typename ... on Member { id } ... on Guest { email name } }
  price { currency amountMinor lines { rule description minutes amountMinor tokens } }
  cancellation { refundableUntil policy { name steps { minutesBefore refundPercent until } } }
  pendingChange {
    startAt endAt roomId dueMinor checkoutUrl expiresAt price { amountMinor } room { name }
  }
} }
"""


async def test_a_booking_shows_all_of_the_contract_s_superset(house: House) -> None:
    """Nothing is ever missing."""
    booking = await house.book(notes="mic check", attendees=3, metadata={"ref": [1, None]})
    shown = (await house.data(BOOKING, id=booking["id"]))["booking"]
    assert shown == {
        "id": booking["id"],
        "status": "CONFIRMED",
        "version": 2,
        "roomId": "rm_atrium",
        "resourceId": "rm_atrium",
        "startAt": "2026-05-25T09:00:00Z",
        "endAt": "2026-05-25T10:00:00Z",
        "start": "2026-05-25T09:00:00Z",
        "durationMinutes": 60,
        "timezone": "Europe/London",
        "memberId": "mem_lina_p",
        "companyId": None,
        "attendees": 3,
        "notes": "mic check",
        "metadata": {"ref": [1, None]},
        "billingMode": "TOKENS",
        "tokensCharged": 2,
        "checkoutUrl": None,
        "expiresAt": None,
        "noShow": False,
        "createdAt": "2026-05-22T09:00:00Z",
        "updatedAt": "2026-05-22T09:00:00Z",
        "cancelledAt": None,
        "room": {"id": "rm_atrium", "name": "Atrium"},
        "member": {"id": "mem_lina_p", "email": "lina.p@example.com"},
        "company": None,
        "bookedBy": {"__typename": "Member", "id": "mem_lina_p"},
        "price": {
            "currency": "GBP",
            "amountMinor": 0,
            "lines": [
                {
                    "rule": "tokens_per_hour",
                    "description": "60 min at 2 tokens an hour",
                    "minutes": 60,
                    "amountMinor": 0,
                    "tokens": 2,
                }
            ],
        },
        "cancellation": {
            "refundableUntil": "2026-05-25T07:00:00Z",
            "policy": {
                "name": "standard",
                "steps": [
                    {
                        "minutesBefore": 1440,
                        "refundPercent": 100,
                        "until": "2026-05-24T09:00:00Z",
                    },
                    {"minutesBefore": 120, "refundPercent": 50, "until": "2026-05-25T07:00:00Z"},
                ],
            },
        },
        "pendingChange": None,
    }


async def test_a_guest_s_hold_shows_who_and_where_to_pay(house: House) -> None:
    """``bookedBy`` is a union; ``member`` is the member or null."""
    guest = {"guest": {"email": "ada@example.com", "name": "Ada G"}}
    booking = await house.book(roomId="rm_studio", bookedBy=guest, minutes=90)
    shown = (await house.data(BOOKING, id=booking["id"]))["booking"]
    assert shown["bookedBy"] == {"__typename": "Guest", "email": "ada@example.com", "name": "Ada G"}
    assert shown["member"] is None
    assert shown["memberId"] is None
    assert (shown["status"], shown["price"]["amountMinor"]) == ("PENDING_PAYMENT", 8400)
    assert shown["checkoutUrl"].startswith("https://checkout.example/pay_")
    assert shown["expiresAt"] == "2026-05-22T09:30:00Z"


async def test_a_dearer_edit_is_a_pending_change(house: House) -> None:
    """The answer is the booking unchanged, with the change beside it."""
    booking = await house.book(roomId="rm_studio", bookedBy={"memberId": "mem_jonas_k"})
    payment = house.payments.payments("open_checkout")[-1]
    await settle_payment(
        house.ports,
        system_actor("ws_soho"),
        SettlePayment(payment_id=payment.id, outcome=PaymentOutcome.PAID),
    )
    await house.data(
        "mutation Q($input: UpdateBookingInput!) { updateBooking(input: $input) { __typename } }",
        input={"id": booking["id"], "durationMinutes": 120},
    )
    shown = (await house.data(BOOKING, id=booking["id"]))["booking"]
    assert (shown["status"], shown["endAt"]) == ("CONFIRMED", "2026-05-25T10:00:00Z")
    change = shown["pendingChange"]
    assert change.pop("checkoutUrl").startswith("https://checkout.example/pay_")
    assert change == {
        "startAt": "2026-05-25T09:00:00Z",
        "endAt": "2026-05-25T11:00:00Z",
        "roomId": "rm_studio",
        "dueMinor": 5600,
        "expiresAt": "2026-05-22T09:30:00Z",
        "price": {"amountMinor": 11200},
        "room": {"name": "Studio"},
    }


async def test_a_room_shows_its_rules_hours_and_location(house: House) -> None:
    """What was joined, and what is a value of the room."""
    data = await house.data(
        """{ room(id: "rm_atrium") {
          name timezone capacity slotMinutes bufferMinutes active version locationId
          rules {
            minMinutes maxMinutes horizonDays leadMinutes editWindowMinutes allowedTiers
            minGapMinutes tiers { tier leadMinutes }
          }
          openingHours { weekly { opens } }
          location { id name currency openingHours { weekly { opens closes } exceptions { date } } }
        } }"""
    )
    room = data["room"]
    assert room["rules"] == {
        "minMinutes": 30,
        "maxMinutes": 720,
        "horizonDays": 90,
        "leadMinutes": 0,
        "editWindowMinutes": 60,
        "allowedTiers": None,
        "minGapMinutes": 0,
        "tiers": [],
    }
    assert room["openingHours"] is None
    assert room["location"]["openingHours"] == {
        "weekly": 7 * [[{"opens": "07:00", "closes": "22:00"}]],
        "exceptions": [],
    }
    assert (room["locationId"], room["location"]["currency"]) == ("loc_soho", "GBP")


async def test_a_combined_room_shows_its_parts(house: House) -> None:
    """Loaded in one batch; a room that is none of either has no parts and is not shared."""
    async with house.ports.begin(system_actor("ws_soho")) as tx:
        atrium = (await tx.rooms.lock(["rm_atrium"]))["rm_atrium"]
    hall = replace(atrium, id="rm_hall", parts=frozenset({"rm_studio", "rm_atrium"}))
    desks = replace(atrium, id="rm_desks", shared=True, capacity=12)
    await import_catalogue(house.ports, system_actor("ws_soho"), [hall, desks])
    data = await house.data(
        """{
          hall: room(id: "rm_hall") { shared parts { id name parts { id } } }
          desks: room(id: "rm_desks") { shared capacity parts { id } }
        }"""
    )
    assert data["desks"] == {"shared": True, "capacity": 12, "parts": []}
    assert data["hall"] == {
        "shared": False,
        "parts": [
            {"id": "rm_atrium", "name": "Atrium", "parts": []},
            {"id": "rm_studio", "name": "Studio", "parts": []},
        ],
    }


async def test_people_tokens_and_the_viewer(house: House) -> None:
    """Members with their company, companies, tokens without secrets, and who asks."""
    data = await house.data(
        """{
          member(id: "mem_nora_w") { name tier status company { name billingTerms } }
          company(id: "co_northwind") { name version }
          location(id: "loc_soho") { name }
          members(companyId: "co_northwind") { nodes { id } }
          companies { nodes { id } }
          locations { nodes { id } }
          rooms(locationId: "loc_soho") { nodes { id } }
          apiTokens { nodes { id name scopes hint memberId companyIds revokedAt } }
          viewer { workspaceId keyId scopes memberId companyIds member { name } }
        }"""
    )
    assert data["member"]["company"] == {"name": "Northwind", "billingTerms": "INVOICE"}
    assert data["company"] == {"name": "Northwind", "version": 1}
    assert data["members"]["nodes"] == [{"id": "mem_nora_w"}]
    assert data["rooms"]["nodes"] == [{"id": "rm_studio"}, {"id": "rm_atrium"}]
    [token] = data["apiTokens"]["nodes"]
    assert (token["id"], token["hint"], token["revokedAt"]) == ("tok_soho", "ve_1", None)
    assert data["viewer"]["workspaceId"] == "ws_soho"
    assert "CALENDAR_WRITE" in data["viewer"]["scopes"]


async def test_a_bound_viewer_shows_its_bounds(house: House) -> None:
    """``viewer`` says what the key is bound to."""
    secret = await house.key(member_id="mem_nora_w", company_ids=frozenset({"co_northwind"}))
    data = await house.data("{ viewer { memberId companyIds member { name } } }", secret)
    assert data["viewer"] == {
        "memberId": "mem_nora_w",
        "companyIds": ["co_northwind"],
        "member": {"name": "Nora W"},
    }


@pytest.mark.parametrize(
    ("node_id", "typename"),
    [
        ("rm_atrium", "Room"),
        ("loc_soho", "Location"),
        ("mem_lina_p", "Member"),
        ("co_northwind", "Company"),
        ("tok_soho", "ApiToken"),
    ],
)
async def test_node_finds_anything_by_its_id(house: House, node_id: str, typename: str) -> None:
    """The prefix says what it is the id of."""
    data = await house.data(
        "query Q($id: ID!) { node(id: $id) { __typename id ... on Room { name } } }", id=node_id
    )
    assert (data["node"]["__typename"], data["node"]["id"]) == (typename, node_id)


@pytest.mark.parametrize("node_id", ["rm_none", "xx_1", "rm", "", "ws_soho", "rm_" + 80 * "a"])
async def test_an_unknown_id_is_null_and_no_error(house: House, node_id: str) -> None:
    """Reading an unknown id gives null."""
    data = await house.data(
        """query Q($id: ID!) {
          node(id: $id) { id } booking(id: $id) { id } room(id: $id) { id } member(id: $id) { id }
          company(id: $id) { id } location(id: $id) { id } availability(roomId: $id) { from }
        }""",
        id=node_id,
    )
    assert set(data.values()) == {None}


async def test_ids_are_taken_in_every_form_of_the_contract(house: House) -> None:
    """``bkg_…`` for a booking, and the bare UUID of any id."""
    uuid = uuid7(1_700_000_000_000, 5)
    booking = samples.booking(
        id=id_of(Prefix.BOOKING, uuid),
        workspace_id="ws_soho",
        member_id="mem_lina_p",
        room=RoomSummary(id="rm_atrium", name="Atrium", timezone="Europe/London"),
    )
    async with house.ports.begin(system_actor("ws_soho")) as tx:
        await tx.bookings.add(booking)
    for form in (booking.id, booking.id.replace("bk_", "bkg_"), str(uuid)):
        data = await house.data("query Q($id: ID!) { booking(id: $id) { id } }", id=form)
        assert data["booking"] == {"id": booking.id}
    data = await house.data(
        "query Q($id: ID!) { node(id: $id) { id } }", id=booking.id.replace("bk_", "bkg_")
    )
    assert data["node"] == {"id": booking.id}


async def test_arguments_and_inputs_take_the_bare_uuid_too(house: House) -> None:
    """Wherever an id goes in."""
    uuid = uuid7(1_700_000_000_000, 6)
    location = samples.location(id="loc_soho", workspace_id="ws_soho")
    cellar = samples.room(id=id_of(Prefix.ROOM, uuid), workspace_id="ws_soho", location=location)
    await import_catalogue(house.ports, system_actor("ws_soho"), [cellar])
    booking = await house.book(roomId=str(uuid))
    data = await house.data(
        """query Q($room: ID!) {
          bookings(roomId: $room) { nodes { id roomId } } availability(roomId: $room) { from }
        }""",
        room=str(uuid),
    )
    assert data["bookings"]["nodes"] == [{"id": booking["id"], "roomId": cellar.id}]
    assert data["availability"] is not None
