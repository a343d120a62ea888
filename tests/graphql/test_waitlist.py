"""The waitlist as GraphQL alone can say it: relations, nodes, replays in another selection."""

from __future__ import annotations

from typing import Any

from litehq_core.domain.attributes import Noun
from tests.graphql.house import House
from tests.graphql.operations import CANCEL, REFUSAL, done, refusal

JOIN = (
    """mutation Join($input: JoinWaitlistInput!) { joinWaitlist(input: $input) {
      __typename ...Why ... on JoinWaitlistPayload { entry {
        id status position version offer { startAt roomId } member { name } room { name }
      } }
    } }"""
    + REFUSAL
)
ACCEPT = (
    """mutation Accept($input: AcceptWaitlistOfferInput!) { acceptWaitlistOffer(input: $input) {
      __typename ...Why ... on AcceptWaitlistOfferPayload { booking { id status room { name } } }
    } }"""
    + REFUSAL
)
LEAVE = (
    """mutation Leave($input: LeaveWaitlistInput!) { leaveWaitlist(input: $input) {
      __typename ...Why ... on LeaveWaitlistPayload { entry { id status } }
    } }"""
    + REFUSAL
)
ENTRY = """query ($id: ID!) { waitlistEntry(id: $id) {
  status from to durationMinutes location { name } room { name } resourceId
  member { email } company { name } booking { id status room { name } }
  offer { roomId startAt endAt expiresAt }
} }"""


def _wish(**fields: Any) -> dict[str, Any]:
    return {
        "roomId": "rm_atrium",
        "from": "2026-05-25T09:00:00Z",
        "to": "2026-05-25T12:00:00Z",
        "durationMinutes": 60,
        "bookedBy": {"memberId": "mem_lina_p"},
        **fields,
    }


async def test_an_entry_and_all_that_belongs_to_it(house: House) -> None:
    taken = await house.book(minutes=180, bookedBy={"memberId": "mem_jonas_k"})
    entry = (await done(house, JOIN, **_wish(bookedBy={"memberId": "mem_nora_w"})))["entry"]
    assert (entry["status"], entry["position"], entry["offer"]) == ("WAITING", 1, None)
    assert (entry["member"], entry["room"]) == ({"name": "Nora W"}, {"name": "Atrium"})
    await done(house, CANCEL, id=taken["id"])
    shown = (await house.data(ENTRY, id=entry["id"]))["waitlistEntry"]
    assert shown["offer"] == {
        "roomId": "rm_atrium",
        "startAt": "2026-05-25T09:00:00Z",
        "endAt": "2026-05-25T10:00:00Z",
        "expiresAt": "2026-05-22T09:15:00Z",
    }
    booking = (await done(house, ACCEPT, id=entry["id"]))["booking"]
    assert booking["room"] == {"name": "Atrium"}
    shown = (await house.data(ENTRY, id=entry["id"]))["waitlistEntry"]
    assert shown == {
        "status": "BOOKED",
        "from": "2026-05-25T09:00:00Z",
        "to": "2026-05-25T12:00:00Z",
        "durationMinutes": 60,
        "location": {"name": "Soho"},
        "room": {"name": "Atrium"},
        "resourceId": "rm_atrium",
        "member": {"email": "nora.w@example.com"},
        "company": {"name": "Northwind"},
        "booking": {"id": booking["id"], "status": "CONFIRMED", "room": {"name": "Atrium"}},
        "offer": None,
    }


async def test_a_page_is_one_read(house: House) -> None:
    """One SQL statement a page, relations joined."""
    for _ in range(3):
        await done(house, JOIN, **_wish())
    house.reads.calls.clear()
    page = await house.data(
        """{ waitlistEntries(first: 2) { nodes {
          id position status location { name } room { name } member { name } offer { endAt }
        } pageInfo { hasNextPage } } }"""
    )
    assert len(page["waitlistEntries"]["nodes"]) == 2
    assert page["waitlistEntries"]["pageInfo"] == {"hasNextPage": True}
    [(call, noun, attributes)] = house.reads.calls
    assert (call, noun) == ("page", Noun.WAITLIST_ENTRY)
    assert {"position", "location.name", "offer_end_at", "offer_room_id"} <= attributes
    assert "notes" not in attributes


async def test_an_entry_is_a_node(house: House) -> None:
    entry = (await done(house, JOIN, **_wish()))["entry"]
    query = "query ($id: ID!) { node(id: $id) { id ... on WaitlistEntry { status } } }"
    assert (await house.data(query, id=entry["id"]))["node"]["status"] == "OFFERED"
    assert (await house.data(query, id="wl_none"))["node"] is None
    assert (await house.data(ENTRY, id="wl_none"))["waitlistEntry"] is None


async def test_a_replay_is_shown_in_its_own_selection(house: House) -> None:
    wish = _wish(idempotencyKey="k1", roomId=None, locationId="loc_soho")
    first = (await done(house, JOIN, **wish))["entry"]
    again = await house.data(
        """mutation Again($input: JoinWaitlistInput!) { joinWaitlist(input: $input) {
          ... on JoinWaitlistPayload { entry { id locationId room { name } offer { endAt } } }
        } }""",
        input=wish,
    )
    shown = again["joinWaitlist"]["entry"]
    assert shown["id"] == first["id"]
    assert (shown["locationId"], shown["room"]) == ("loc_soho", None)
    assert shown["offer"] == {"endAt": "2026-05-25T10:00:00Z"}
    leave = {"id": first["id"], "idempotencyKey": "k2"}
    assert await done(house, LEAVE, **leave) == await done(house, LEAVE, **leave)


async def test_refusals_are_members_of_the_union(house: House) -> None:
    entry = (await done(house, JOIN, **_wish()))["entry"]
    stale = await refusal(house, ACCEPT, id=entry["id"], expectedVersion=1)
    assert (stale["code"], stale["currentVersion"]) == ("version_conflict", 2)
    wrong = await refusal(house, JOIN, **_wish(durationMinutes=7))
    assert [detail["field"] for detail in wrong["details"]] == ["durationMinutes"]
    assert (await refusal(house, LEAVE, id="wl_none"))["code"] == "not_found"
