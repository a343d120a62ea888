"""Members: invited, accepted, changed, suspended; and what keys that are bound see of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.events import EventType
from litehq_core.domain.invitation import LIFETIME, InvitationStanding
from litehq_core.use_cases.members.accept_invitation import accept_invitation, read_invitation
from tests.behaviour import keys
from tests.behaviour.drivers.people import PeopleDriver
from tests.behaviour.drivers.protocol import done
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, reasons, refusal, wish, wrong_fields

ADA = {"email": "Ada@Example.com", "name": "Ada G", "tier": "resident"}
EVERYBODYS = ["rm_annex", "rm_atrium", "rm_loft", "rm_night", "rm_studio"]
RESIDENTS = sorted([*EVERYBODYS, "rm_quiet"])


def _token(house: House) -> str:
    """The token of the link in the newest mail."""
    mails = sorted(house.tables.mails.committed().values(), key=lambda mail: mail.id)
    found = re.search(r"/invitations/(\S+)", mails[-1].text)
    assert found
    return found[1]


def _doors(house: House, member_id: str) -> list[tuple[str, list[str]]]:
    """What badge systems were told of a member."""
    return [
        (event.type.value, event.object["room_ids"])
        for event in house.events(member_id)
        if event.type.startswith("door_access.")
    ]


async def test_somebody_is_invited_by_mail(house: House, people: PeopleDriver) -> None:
    """Page A: "Invite a new member. Email is dispatched asynchronously …"."""
    made = done(await people.invite({**ADA, "company_id": "co_northwind"}))
    assert made["id"].startswith("mem_")
    assert {n: made[n] for n in ("email", "name", "tier", "company_id", "status")} == {
        **ADA,
        "email": "ada@example.com",
        "company_id": "co_northwind",
        "status": "invited",
    }
    assert (made["pool_allocation"], made["token_balance"], made["version"]) == (0, 0, 1)
    assert done(await people.member(made["id"])) == made
    assert house.types(made["id"]) == ["member.invited"]
    (mail,) = house.tables.mails.committed().values()
    assert (mail.recipient.address, mail.recipient.name) == ("ada@example.com", "Ada G")
    # The secret is in the mail, and nowhere else.
    secret = _token(house).partition(".")[2]
    everything = house.dump()
    assert secret not in repr({**everything, "mails": None})


async def test_accepting_makes_an_active_member(house: House, people: PeopleDriver) -> None:
    """Contract: "`member.accepted` on accept (a link that works)"."""
    made = done(await people.invite(ADA))
    assert await reasons(house, people.create(wish(member=made["id"]))) == {"member_not_active"}
    token = _token(house)
    with house.unchanged():
        opened = await read_invitation(house.ports, token)
    assert (opened.standing, opened.member.name) == (InvitationStanding.OPEN, "Ada G")
    for _ in range(2):
        opened = await accept_invitation(house.ports, token)
        assert (opened.standing, opened.member.status) == (InvitationStanding.ACCEPTED, "active")
    assert house.types(made["id"]) == [
        "member.invited",
        "member.accepted",
        "door_access.granted",
    ]
    invited, accepted, granted = house.events(made["id"])
    assert [event.sequence for event in (invited, accepted, granted)] == [1, 2, 3]
    assert accepted.previous == {"status": "invited"}
    assert (accepted.member_id, granted.object["room_ids"]) == (made["id"], RESIDENTS)
    assert done(await people.member(made["id"]))["version"] == 2
    await booked(people, wish(member=made["id"], billing_mode="card"))


async def test_an_invitation_ends(house: House, people: PeopleDriver) -> None:
    done(await people.invite(ADA))
    token = _token(house)
    house.clock.now += LIFETIME - timedelta(seconds=1)
    assert (await read_invitation(house.ports, token)).standing is InvitationStanding.OPEN
    house.clock.now += timedelta(seconds=1)
    with house.unchanged():
        opened = await accept_invitation(house.ports, token)
    assert (opened.standing, opened.member.status) == (InvitationStanding.EXPIRED, "invited")


@pytest.mark.parametrize("token", ["", "x", "ws_soho.", "ws_soho.x", "ws_nowhere.x", ".x", "\0.\0"])
async def test_a_link_that_is_none(house: House, people: PeopleDriver, token: str) -> None:
    if people.name == "python":
        for call in (read_invitation, accept_invitation):
            with house.unchanged(), pytest.raises(NotFound):
                await call(house.ports, token)


async def test_a_fresh_link_takes_the_place_of_the_first(
    house: House, people: PeopleDriver
) -> None:
    made = done(await people.invite(ADA))
    first = _token(house)
    again = done(await people.reinvite(made["id"]))
    assert again == made
    second = _token(house)
    with house.unchanged(), pytest.raises(NotFound):
        await accept_invitation(house.ports, first)
    # The mail that waited with the first link is not sent any more.
    assert sorted(m.status for m in house.tables.mails.committed().values()) == [
        "queued",
        "suppressed",
    ]
    await accept_invitation(house.ports, second)
    assert house.types(made["id"])[:3] == ["member.invited", "member.invited", "member.accepted"]
    details = await refusal(house, people.reinvite(made["id"]), "invalid_transition")
    assert details.get("status", "active") == "active"
    await refusal(house, people.reinvite("mem_nobody"), "not_found")


@pytest.mark.parametrize("email", ["lina@example.com", "LINA@example.COM"])
async def test_the_same_address_twice(house: House, people: PeopleDriver, email: str) -> None:
    """Contract: "same address twice `409 already_exists`"."""
    details = await refusal(house, people.invite({**ADA, "email": email}), "already_exists")
    assert details == {"existing_id": "mem_lina_p"}
    call = people.update_member("mem_jonas_k", {"email": email})
    assert await refusal(house, call, "already_exists") == {"existing_id": "mem_lina_p"}
    # His own is nobody else's.
    with house.unchanged():
        done(await people.update_member("mem_lina_p", {"email": email}))


async def test_a_change_is_audited(house: House, people: PeopleDriver) -> None:
    """Page A: "Update tier, profile, or pool allocation. Audited automatically."."""
    changes = {"name": "Jonas Kel", "company_id": "co_contoso", "pool_allocation": 7}
    changed = done(await people.update_member("mem_jonas_k", changes, version=1))
    assert {name: changed[name] for name in changes} == changes
    assert (changed["version"], changed["tier"]) == (2, "flex")
    (event,) = house.events("mem_jonas_k")
    assert (event.type, event.sequence) == (EventType.MEMBER_UPDATED, 1)
    assert event.previous == {"name": "Jonas", "company_id": None, "pool_allocation": 0}
    assert (event.actor_id, event.company_id) == ("tok_full", "co_contoso")
    with house.unchanged():
        assert done(await people.update_member("mem_jonas_k", changes)) == changed
    stale = people.update_member("mem_jonas_k", {"name": "J"}, version=1)
    assert await refusal(house, stale, "version_conflict") == {"current_version": 2}
    left = done(await people.update_member("mem_jonas_k", {"company_id": None}))
    assert left["company_id"] is None


async def test_monthly_tokens_come_and_go(house: House, people: PeopleDriver) -> None:
    done(await people.update_member("mem_jonas_k", {"pool_allocation": 7}))
    await house.run_due()
    member = done(await people.member("mem_jonas_k"))
    assert (member["pool_allocation"], member["token_balance"]) == (7, 7)
    done(await people.update_member("mem_jonas_k", {"pool_allocation": 9}))
    house.clock.now = at("2026-06-01 00:00")
    await house.run_due()
    assert done(await people.member("mem_jonas_k"))["token_balance"] == 9
    done(await people.update_member("mem_jonas_k", {"pool_allocation": 0}))
    house.clock.now = at("2026-07-01 00:00")
    await house.run_due()
    member = done(await people.member("mem_jonas_k"))
    assert (member["pool_allocation"], member["token_balance"]) == (0, 0)
    invited = done(await people.invite({**ADA, "pool_allocation": 3}))
    assert invited["pool_allocation"] == 3


async def test_a_tier_opens_other_doors(house: House, people: PeopleDriver) -> None:
    """Contract: "Tier or status changes emit `door_access.granted/revoked` for badge systems"."""
    done(await people.update_member("mem_jonas_k", {"tier": "resident"}))
    done(await people.update_member("mem_jonas_k", {"name": "Jonas the Resident"}))
    done(await people.update_member("mem_jonas_k", {"tier": "flex"}))
    assert _doors(house, "mem_jonas_k") == [
        ("door_access.granted", RESIDENTS),
        ("door_access.revoked", ["rm_quiet"]),
        ("door_access.granted", EVERYBODYS),
    ]
    granted = house.events("mem_jonas_k")[1]
    assert granted.object["tier"] == "resident"
    assert granted.previous == {"tier": "flex", "status": "active"}


async def test_a_suspended_member_opens_nothing(house: House, people: PeopleDriver) -> None:
    key = await house.key(scopes=EVERY_SCOPE, member_id="mem_lina_p")
    other = await house.key(scopes=EVERY_SCOPE, member_id="mem_jonas_k")
    await booked(people, wish(member="mem_lina_p"), key=key)
    done(await people.update_member("mem_lina_p", {"status": "suspended"}))
    # Keys that are bound to him open nothing at once; everybody else's do.
    await refusal(house, people.bookings(key=key), "auth_invalid")
    done(await people.bookings(key=other))
    later = wish(start="2026-05-27 14:00", member="mem_lina_p")
    assert await reasons(house, people.create(later)) == {"member_not_active"}
    assert _doors(house, "mem_lina_p") == [("door_access.revoked", RESIDENTS)]
    done(await people.update_member("mem_lina_p", {"status": "active"}))
    done(await people.bookings(key=key))
    assert house.types("mem_lina_p") == [
        *("member.updated", "member.suspended", "door_access.revoked"),
        *("member.updated", "member.activated", "door_access.granted"),
    ]
    assert [event.sequence for event in house.events("mem_lina_p")] == [1, 2, 3, 4, 5, 6]


async def test_who_is_suspended_or_moved_cannot_accept(house: House, people: PeopleDriver) -> None:
    for changes in ({"status": "suspended"}, {"email": "other@example.com"}):
        made = done(await people.invite(ADA))
        token = _token(house)
        done(await people.update_member(made["id"], changes))
        with house.unchanged(), pytest.raises(NotFound):
            await accept_invitation(house.ports, token)
        done(await people.update_member(made["id"], {"email": f"{made['id']}@example.com"}))


MOVES = [("mem_lina_p", "invited"), ("mem_olga_o", "invited")]


@pytest.mark.parametrize(("member_id", "status"), MOVES)
async def test_nobody_is_invited_by_a_change(
    house: House, people: PeopleDriver, member_id: str, status: str
) -> None:
    call = people.update_member(member_id, {"status": status})
    await refusal(house, call, "invalid_transition")


BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "email": ({"email": "nowhere"}, {"email"}),
    "several": ({"name": "", "tier": "x" * 201, "email": "@"}, {"name", "tier", "email"}),
    "pool": ({"pool_allocation": -1}, {"pool_allocation"}),
}


@pytest.mark.parametrize(("fields", "wrong"), BAD.values(), ids=BAD)
async def test_wrong_fields_are_named(
    house: House, people: PeopleDriver, fields: dict[str, Any], wrong: set[str]
) -> None:
    assert await wrong_fields(house, people.invite({**ADA, **fields})) == wrong
    assert await wrong_fields(house, people.update_member("mem_lina_p", fields)) == wrong
    assert await wrong_fields(house, people.update_member("mem_lina_p", {})) == {"body"}


@pytest.mark.parametrize("company_id", ["co_nowhere", "rm_atrium"])
async def test_unknown_companies_and_members(
    house: House, people: PeopleDriver, company_id: str
) -> None:
    named = {"company_id": company_id}
    await refusal(house, people.invite({**ADA, **named}), "not_found")
    await refusal(house, people.update_member("mem_lina_p", named), "not_found")
    for stranger in ("mem_nobody", "mem_stranger"):
        await refusal(house, people.member(stranger), "not_found")
        await refusal(house, people.update_member(stranger, {"name": "X"}), "not_found")


async def test_members_are_found_by_what_they_are(house: House, people: PeopleDriver) -> None:
    async def ids(**filters: Any) -> set[str]:
        return {one["id"] for one in done(await people.members(filters))["data"]}

    assert len(await ids()) == 6
    assert await ids(company_id="co_northwind") == {"mem_nadia_n", "mem_noor_n"}
    assert await ids(status="suspended") == {"mem_olga_o"}
    assert await ids(tier="flex", company_id="co_northwind") == {"mem_noor_n"}
    assert await ids(email="LINA@example.com") == {"mem_lina_p"}
    for nobody in ({"company_id": "co_nowhere"}, {"tier": "gold"}, {"email": "lin"}):
        assert await ids(**nobody) == set()
    first = done(await people.members({"tier": "resident", "limit": 2}))
    rest = done(await people.members({"cursor": first["next_cursor"]}))
    assert len(first["data"]) + len(rest["data"]) == 4
    assert rest["next_cursor"] is None
    differs = people.members({"cursor": first["next_cursor"], "tier": "flex"})
    assert await wrong_fields(house, differs) == {"tier"}
    lina = done(await people.members({"email": "lina@example.com"}))["data"][0]
    assert (lina["token_balance"], lina["pool_allocation"]) == (20, 0)


async def test_idempotency(house: House, people: PeopleDriver) -> None:
    """One invitation, and one mail; the secret is in no answer."""
    first = await people.invite(ADA, once="k-1")
    with house.unchanged():
        again = await people.invite(ADA, once="k-1")
    assert (done(again), again.replayed) == (done(first), True)
    other = people.invite({**ADA, "name": "Other"}, once="k-1")
    await refusal(house, other, "idempotency_conflict")


BOUNDS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "member": ({"member_id": "mem_nadia_n"}, {"mem_nadia_n"}),
    "company": ({"company_ids": frozenset({"co_northwind"})}, {"mem_nadia_n", "mem_noor_n"}),
}


@pytest.mark.parametrize(("bounds", "seen"), BOUNDS.values(), ids=BOUNDS)
async def test_a_bound_key_sees_its_own(
    house: House, people: PeopleDriver, bounds: dict[str, Any], seen: set[str]
) -> None:
    key = await house.key(scopes=EVERY_SCOPE, **bounds)
    found = done(await people.members(key=key))["data"]
    assert {one["id"] for one in found} == seen
    tokens = {one["id"]: one["token_balance"] for one in found}
    assert tokens["mem_nadia_n"] == 10
    assert done(await people.members({"email": "lina@example.com"}, key=key))["data"] == []
    for call in (
        people.member("mem_lina_p", key=key),
        people.update_member("mem_lina_p", {"name": "X"}, key=key),
    ):
        await refusal(house, call, "not_found")
    named = done(await people.update_member("mem_nadia_n", {"name": "Nadia N"}, key=key))
    assert named["name"] == "Nadia N"
    for changes in (
        {"tier": "gold"},
        {"status": "suspended"},
        {"company_id": None},
        {"pool_allocation": 100},
        {"email": "n@example.com"},
    ):
        details = await refusal(
            house, people.update_member("mem_nadia_n", changes, key=key), "auth_scope_insufficient"
        )
        assert details["required_scope"].startswith("members:write")
    for call in (people.invite(ADA, key=key), people.reinvite("mem_nadia_n", key=key)):
        await refusal(house, call, "auth_scope_insufficient")


@pytest.mark.parametrize("key", [keys.READ_ONLY, keys.LINA, keys.NORTHWIND])
async def test_scopes(house: House, people: PeopleDriver, key: str) -> None:
    needs = {"required_scope": Scope.MEMBERS_READ}
    assert await refusal(house, people.members(key=key), "auth_scope_insufficient") == needs
    needs = {"required_scope": Scope.MEMBERS_WRITE}
    for call in (
        people.update_member("mem_lina_p", {"name": "X"}, key=key),
        people.invite(ADA, key=key),
    ):
        assert await refusal(house, call, "auth_scope_insufficient") == needs


async def test_another_workspace_is_not_there(house: House, people: PeopleDriver) -> None:
    listed = done(await people.members(key=keys.STRANGER))["data"]
    assert [one["id"] for one in listed] == ["mem_stranger"]
    for call in (
        people.member("mem_lina_p", key=keys.STRANGER),
        people.update_member("mem_lina_p", {"name": "X"}, key=keys.STRANGER),
    ):
        await refusal(house, call, "not_found")
    # An address is a member's of one workspace; in another it is free.
    done(await people.invite({**ADA, "email": "jonas@example.com"}, key=keys.STRANGER))
    assert house.tables.members.committed()[WORKSPACE, "mem_lina_p"].name == "Lina"
