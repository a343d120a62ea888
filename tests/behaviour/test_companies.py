"""Companies: taken on, changed, listed; and what keys that are bound see of them."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope
from litehq_core.domain.events import EventType
from tests.behaviour import keys
from tests.behaviour.drivers.people import PeopleDriver
from tests.behaviour.drivers.protocol import done
from tests.behaviour.furniture import OTHER_WORKSPACE, WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, refusal, wish, wrong_fields

CONTACT = {"name": "Ada Fabrikam", "email": "ada@fabrikam.example"}
ADDRESS = {
    "line1": "1 Dean Street",
    "line2": None,
    "city": "London",
    "region": None,
    "postal_code": "W1D 3RB",
    "country": "GB",
}
PRICES: list[dict[str, Any]] = [
    {"room_id": "rm_atrium", "hourly_minor": 3000, "currency": "GBP", "discount_percent": None},
    {"room_id": None, "hourly_minor": None, "currency": None, "discount_percent": 10},
]
FABRIKAM = {
    "name": "Fabrikam",
    "billing_terms": "invoice",
    "billing_contact": CONTACT,
    "address": ADDRESS,
    "pricing_overrides": PRICES,
}


async def test_a_company_is_taken_on(house: House, people: PeopleDriver) -> None:
    """Page A: "Onboard a new tenant"; contract: `billing_contact, address, billing_terms …`."""
    made = done(await people.create_company(FABRIKAM))
    assert made["id"].startswith("co_")
    assert {name: made[name] for name in FABRIKAM} == FABRIKAM
    assert made["version"] == 1
    assert done(await people.company(made["id"])) == made
    (event,) = house.events(made["id"])
    assert (event.type, event.sequence, event.company_id) == (
        EventType.COMPANY_CREATED,
        1,
        made["id"],
    )
    assert (event.object["name"], event.previous) == ("Fabrikam", None)


async def test_little_needs_to_be_said(house: House, people: PeopleDriver) -> None:
    made = done(await people.create_company({"name": "Fabrikam"}))
    assert (made["billing_terms"], made["billing_contact"], made["address"]) == ("card", None, None)
    assert made["pricing_overrides"] == []


async def test_a_change_is_audited_with_what_was_before(house: House, people: PeopleDriver) -> None:
    """Page A: "Update billing contact, address, or per-tenant pricing overrides"."""
    made = done(await people.create_company(FABRIKAM))
    changes = {"billing_contact": None, "pricing_overrides": PRICES[:1]}
    changed = done(await people.update_company(made["id"], changes, version=1))
    assert (changed["version"], changed["billing_contact"], changed["address"]) == (
        2,
        None,
        ADDRESS,
    )
    _, event = house.events(made["id"])
    assert (event.type, event.sequence) == (EventType.COMPANY_UPDATED, 2)
    assert event.previous == {"billing_contact": CONTACT, "pricing_overrides": PRICES}
    with house.unchanged():
        assert done(await people.update_company(made["id"], {"name": "Fabrikam"})) == changed
    stale = people.update_company(made["id"], {"name": "F"}, version=1)
    assert await refusal(house, stale, "version_conflict") == {"current_version": 2}


async def test_what_was_agreed_holds_for_new_bookings(house: House, people: PeopleDriver) -> None:
    before = await booked(people, wish())
    done(await people.update_company("co_northwind", {"pricing_overrides": PRICES}))
    after = await booked(people, wish(start="2026-05-27 14:00"))
    assert (before["price"]["amount_minor"], after["price"]["amount_minor"]) == (4000, 3000)
    assert done(await people.get(before["id"]))["price"] == before["price"]


BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, {"body"}),
    "name": ({"name": ""}, {"name"}),
    "contact": (
        {"billing_contact": {"name": "Ada", "email": "nowhere"}},
        {"billing_contact.email"},
    ),
    "address": (
        {"address": {**ADDRESS, "city": "", "country": "gb"}},
        {"address.city", "address.country"},
    ),
    "prices": (
        {"pricing_overrides": [PRICES[0], {**PRICES[1], "discount_percent": 101}, {}]},
        {"pricing_overrides[1].discount_percent", "pricing_overrides[2].hourly_minor"},
    ),
    "twice": ({"pricing_overrides": [PRICES[0], PRICES[0]]}, {"pricing_overrides"}),
    "room": (
        {"pricing_overrides": [PRICES[1], {**PRICES[0], "room_id": "rm_cellar"}]},
        {"pricing_overrides[1].room_id"},
    ),
}


@pytest.mark.parametrize(("changes", "fields"), BAD.values(), ids=BAD)
async def test_wrong_fields_are_named_by_their_paths(
    house: House, people: PeopleDriver, changes: dict[str, Any], fields: set[str]
) -> None:
    call = people.update_company("co_northwind", changes)
    assert await wrong_fields(house, call) == fields
    if fields != {"body"}:
        call = people.create_company({"name": "Fabrikam", **changes})
        assert await wrong_fields(house, call) == fields


async def test_idempotency(house: House, people: PeopleDriver) -> None:
    """Contract: "on every POST, PATCH and mutation"."""
    first = await people.create_company(FABRIKAM, once="k-1")
    with house.unchanged():
        again = await people.create_company(FABRIKAM, once="k-1")
    assert (done(again), again.replayed) == (done(first), True)
    other = people.create_company({"name": "Other"}, once="k-1")
    await refusal(house, other, "idempotency_conflict")


async def test_companies_are_listed_newest_first(house: House, people: PeopleDriver) -> None:
    """Page A: "List tenant companies for a given host"."""
    house.clock.now = house.clock.now.replace(hour=11)
    made = done(await people.create_company(FABRIKAM))
    first = done(await people.companies({"limit": 2, "host_id": WORKSPACE}))
    assert [one["id"] for one in first["data"]] == [made["id"], "co_northwind"]
    rest = done(await people.companies({"cursor": first["next_cursor"]}))
    assert ([one["id"] for one in rest["data"]], rest["next_cursor"]) == (["co_contoso"], None)
    # Another workspace's id answers like one never used: an empty page.
    for host in (OTHER_WORKSPACE, "ws_nowhere"):
        assert done(await people.companies({"host_id": host})) == {"data": [], "next_cursor": None}


@pytest.mark.parametrize("company_id", ["co_nowhere", "mem_lina_p", ""])
async def test_unknown_companies(house: House, people: PeopleDriver, company_id: str) -> None:
    if company_id:
        await refusal(house, people.company(company_id), "not_found")
        call = people.update_company(company_id, {"name": "X"})
        await refusal(house, call, "not_found")


async def _key(house: House, **bounds: Any) -> str:
    return await house.key(scopes=EVERY_SCOPE, **bounds)


async def test_a_key_bound_to_a_company_sees_it_alone(house: House, people: PeopleDriver) -> None:
    """And changes its contact; what was agreed on is the operator's."""
    key = await _key(house, company_ids=frozenset({"co_northwind"}))
    listed = done(await people.companies(key=key))["data"]
    assert [one["id"] for one in listed] == ["co_northwind"]
    await refusal(house, people.company("co_contoso", key=key), "not_found")
    call = people.update_company("co_contoso", {"name": "X"}, key=key)
    await refusal(house, call, "not_found")
    changed = done(await people.update_company("co_northwind", {"address": ADDRESS}, key=key))
    assert changed["address"] == ADDRESS
    for changes in ({"billing_terms": "card"}, {"pricing_overrides": PRICES}):
        call = people.update_company("co_northwind", changes, key=key)
        details = await refusal(house, call, "auth_scope_insufficient")
        assert details["required_scope"].startswith("companies:write")
    await refusal(house, people.create_company({"name": "X"}, key=key), "auth_scope_insufficient")


async def test_a_key_bound_to_a_member_sees_no_company(house: House, people: PeopleDriver) -> None:
    key = await _key(house, member_id="mem_nadia_n")
    assert done(await people.companies(key=key))["data"] == []
    await refusal(house, people.company("co_northwind", key=key), "not_found")
    call = people.update_company("co_northwind", {"name": "X"}, key=key)
    await refusal(house, call, "not_found")


@pytest.mark.parametrize("key", [keys.READ_ONLY, keys.LINA, keys.MEMBERS_ONLY])
async def test_scopes(house: House, people: PeopleDriver, key: str) -> None:
    needs = {"required_scope": Scope.COMPANIES_READ}
    assert await refusal(house, people.companies(key=key), "auth_scope_insufficient") == needs
    needs = {"required_scope": Scope.COMPANIES_WRITE}
    call = people.update_company("co_northwind", {"name": "X"}, key=key)
    assert await refusal(house, call, "auth_scope_insufficient") == needs
    call = people.create_company({"name": "X"}, key=key)
    assert await refusal(house, call, "auth_scope_insufficient") == needs


async def test_another_workspace_is_not_there(house: House, people: PeopleDriver) -> None:
    assert done(await people.companies(key=keys.STRANGER))["data"] == []
    await refusal(house, people.company("co_northwind", key=keys.STRANGER), "not_found")
    call = people.update_company("co_northwind", {"name": "X"}, key=keys.STRANGER)
    await refusal(house, call, "not_found")
