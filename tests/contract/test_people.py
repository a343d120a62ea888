"""Companies, members and invitations in every store: there and back, one change after the other,
each in its workspace."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import hash_secret, system_actor
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.company import Address, BillingContact, BillingTerms
from litehq_core.domain.door_access import Door
from litehq_core.domain.errors import AlreadyExists, NotFound
from litehq_core.domain.ids import Prefix
from litehq_core.domain.invitation import new_invitation
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.price_rules import PricingOverride
from litehq_core.domain.records import company_record, member_record
from litehq_core.domain.welcome import Welcome, WelcomeKind, WelcomeStep
from litehq_core.ports import people
from litehq_core.ports.reads import Due, Duty
from litehq_core.testing import Clock
from litehq_core.use_cases.duties.run_due import run_due
from tests.contract.house import House
from tests.domain import samples


async def test_every_field_of_a_company_comes_back(house: House) -> None:
    full = samples.company(
        id=house.ports.new_id(Prefix.COMPANY),
        workspace_id=house.workspace.id,
        billing_contact=BillingContact(name="Zoë “Z”", email="z@example.com"),
        address=Address(
            line1="1 Dean Street",
            line2="Floor 2",
            city="Zürich",
            region="ZH",
            postal_code="8001",
            country="CH",
        ),
        pricing_overrides=(PricingOverride(discount_percent=5),),
        version=3,
    )
    await house.add(full)
    async with house.begin() as tx:
        assert await tx.catalogue.company(full.id) == full
        assert await tx.companies.lock(full.id) == full
        assert await tx.companies.lock("co_none") is None
        plain = replace(house.company, id=full.id, billing_terms=BillingTerms.CARD)
        await tx.companies.save(plain)
        assert await tx.catalogue.company(full.id) == plain
    assert await house.ports.reads.company(house.workspace.id, full.id) == plain


async def test_a_read_shows_what_the_record_says(house: House) -> None:
    contact = BillingContact(name="Ada", email="ada@example.com")
    full = replace(house.company, id="co_full", billing_contact=contact)
    await house.add(full)
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.COMPANY, [full.id], every_attribute(Noun.COMPANY)
    )
    assert found == {full.id: company_record(full)}


async def test_a_company_that_is_not_there_cannot_be_saved(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.companies.save(replace(house.company, id="co_none"))


async def test_changes_of_one_company_come_one_after_the_other(house: House) -> None:
    async def grow() -> None:
        async with house.begin() as tx:
            company = await tx.companies.lock(house.company.id)
            assert company is not None
            await asyncio.sleep(0)
            await tx.companies.save(replace(company, version=company.version + 1))

    await asyncio.gather(*(grow() for _ in range(5)))
    async with house.begin() as tx:
        company = await tx.catalogue.company(house.company.id)
    assert company is not None
    assert company.version == 6


async def test_members_are_changed_and_found_by_their_address(house: House) -> None:
    member = house.new_member(email="Ada@Example.com")
    await house.add(member)
    async with house.begin() as tx:
        assert await tx.members.lock(member.id) == member
        assert await tx.members.with_email("ADA@example.com") == member
        assert await tx.members.with_email("nobody@example.com") is None
        changed = replace(
            member, email="a@example.com", status=MemberStatus.SUSPENDED, sequence=3, version=2
        )
        await tx.members.save(changed)
    async with house.begin() as tx:
        assert await tx.members.lock(member.id) == changed
        assert await tx.members.with_email("ada@example.com") is None
        assert await tx.members.with_email("a@example.com") == changed
        assert await tx.members.lock("mem_none") is None


async def test_two_members_never_have_one_address(house: House) -> None:
    first, second = house.new_member(email="a@example.com"), house.new_member()
    await house.add(first, second)
    with pytest.raises(AlreadyExists):
        await house.add(house.new_member(email="A@EXAMPLE.com"))
    with pytest.raises(AlreadyExists):
        async with house.begin() as tx:
            await tx.members.save(replace(second, email="A@example.com"))
    async with house.begin() as tx:
        assert await tx.members.lock(second.id) == second


async def test_doors_are_those_of_rooms_that_take_bookings(house: House) -> None:
    quiet = house.new_room(rules=BookingRules(allowed_tiers=frozenset({"resident"})))
    await house.add(quiet, house.new_room(active=False))
    async with house.begin() as tx:
        doors = await tx.members.doors()
    assert list(doors) == sorted(
        [
            Door(room_id=house.room.id, tiers=None),
            Door(room_id=house.annex.id, tiers=None),
            Door(room_id=quiet.id, tiers=frozenset({"resident"})),
        ],
        key=lambda door: door.room_id,
    )


async def test_a_member_has_one_invitation(house: House) -> None:
    first = new_invitation(house.workspace.id, house.member.id, "one", samples.NOW)
    second = replace(
        new_invitation(house.workspace.id, house.member.id, "two", samples.NOW),
        accepted_at=samples.NOW,
    )
    async with house.begin() as tx:
        await tx.invitations.put(first)
        assert await tx.invitations.with_secret(first.secret_hash) == first
        await tx.invitations.put(second)
    async with house.begin() as tx:
        assert await tx.invitations.with_secret(first.secret_hash) is None
        assert await tx.invitations.with_secret(second.secret_hash) == second
        await tx.invitations.remove(house.member.id)
        await tx.invitations.remove("mem_none")
        assert await tx.invitations.with_secret(second.secret_hash) is None


async def test_an_invitation_is_a_members(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.invitations.put(
                new_invitation(house.workspace.id, "mem_nobody", "one", samples.NOW)
            )


async def test_keys_of_a_suspended_member_are_not_there(house: House) -> None:
    """At once: what was read a moment ago counts no more. Others' keys are as they were."""
    bound, free = house.new_key(member_id=house.member.id), house.new_key()
    async with house.begin() as tx:
        await tx.api_keys.add(bound)
        await tx.api_keys.add(free)
    reads = house.ports.reads
    for status, found in ((MemberStatus.SUSPENDED, None), (MemberStatus.ACTIVE, bound)):
        assert await reads.api_key(free.secret_hash) == free
        await reads.api_key(bound.secret_hash)
        async with house.begin() as tx:
            await tx.members.save(replace(house.member, status=status))
        assert await reads.api_key(bound.secret_hash) == found
        assert await reads.api_key(free.secret_hash) == free


async def test_a_read_shows_what_comes_each_month(house: House) -> None:
    """Also of a booking's member; of none there is nothing to show."""
    monthly = samples.allocation(workspace_id=house.workspace.id, member_id=house.member.id)
    without = house.new_member()
    mine, guests = house.new_booking(), house.new_hold(samples.slot("2026-06-02 14:00"))
    await house.add(without)
    await house.book(mine, guests)
    async with house.begin() as tx:
        await tx.allocations.put(monthly)
    reads, workspace_id = house.ports.reads, house.workspace.id
    wanted = every_attribute(Noun.MEMBER)
    found = await reads.by_ids(workspace_id, Noun.MEMBER, [house.member.id, without.id], wanted)
    assert found == {
        house.member.id: member_record(house.member, monthly.tokens_per_month),
        without.id: member_record(without),
    }
    of_member = frozenset({"member.pool_allocation"})
    found = await reads.by_ids(workspace_id, Noun.BOOKING, [mine.id, guests.id], of_member)
    assert found == {
        mine.id: {"member.pool_allocation": monthly.tokens_per_month},
        guests.id: {"member.pool_allocation": None},
    }


WELCOME = (
    WelcomeStep(kind=WelcomeKind.MAIL, subject="Hello", text="Zoë “Z”"),
    WelcomeStep(kind=WelcomeKind.INVITE, tier="flex"),
    WelcomeStep(kind=WelcomeKind.GRANT, tokens=3),
)


def _welcome(house: House) -> Welcome:
    return Welcome(
        workspace_id=house.workspace.id,
        company_id=house.company.id,
        steps=WELCOME,
        next_at=samples.NOW + timedelta(seconds=1),
        created_at=samples.NOW,
    )


async def test_a_welcome_is_kept_and_is_due(house: House, clock: Clock) -> None:
    async with house.begin() as tx:
        assert await tx.welcomes.get(house.company.id) is None
        await tx.welcomes.put(_welcome(house))
        tried = _welcome(house).tried("done").tried("done", "mem_1")
        await tx.welcomes.put(tried)
        assert await tx.welcomes.get(house.company.id) == tried
    due = Due(house.workspace.id, house.company.id)
    for seconds in (0, 1):
        clock.now = samples.NOW + timedelta(seconds=seconds)
        found = await house.ports.reads.due(Duty.WELCOME_COMPANIES, clock.now, 1000)
        assert (due in found) is bool(seconds)
    async with house.begin() as tx:
        await tx.welcomes.remove(house.company.id)
        await tx.welcomes.remove("co_none")
        assert await tx.welcomes.get(house.company.id) is None
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.welcomes.put(replace(_welcome(house), company_id="co_none"))


async def test_a_company_is_welcomed_in_every_store(house: House) -> None:
    contact = BillingContact(name="Ada", email="ada@example.com")
    async with house.begin() as tx:
        await tx.companies.save(replace(house.company, billing_contact=contact))
        await tx.welcomes.put(replace(_welcome(house), next_at=samples.NOW))
    failures: list[object] = []
    for _ in range(2):
        await run_due(house.ports, lambda *failure: failures.append(failure), limit=1000)
    assert failures == []
    async with house.begin() as tx:
        ada = await tx.members.with_email("ada@example.com")
        assert ada is not None
        assert (ada.company_id, ada.sequence) == (house.company.id, 1)
        assert (await tx.ledger.wallet(ada.id)).spendable(samples.NOW) == 3
        kinds = [mail.kind for mail in await tx.mails.latest(10)]
    assert sorted(kinds) == ["company_welcomed", "member_invited"]
    events = await house.ports.reads.events_after(house.workspace.id, 0, 100)
    assert [event.type for event in events] == ["member.invited", "company.welcomed"]


async def test_a_workspace_is_changed(house: House) -> None:
    changed = replace(house.workspace, welcome=WELCOME, hold_minutes=5, version=2)
    async with house.begin() as tx:
        assert await tx.workspaces.lock() == house.workspace
        await tx.workspaces.save(changed)
    async with house.begin() as tx:
        assert await tx.workspaces.lock() == changed == await tx.catalogue.workspace()
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.workspaces.save(replace(changed, id="ws_other"))
    with pytest.raises(NotFound):
        async with house.ports.begin(system_actor("ws_nowhere")) as tx:
            await tx.workspaces.lock()


# Port method → a probe with a stranger's ids; what answers nothing is None.
LOOK_UPS: dict[str, Any] = {
    "Companies.lock": lambda tx, b: tx.companies.lock(b.company.id),
    "Members.lock": lambda tx, b: tx.members.lock(b.member.id),
    "Members.with_email": lambda tx, b: tx.members.with_email(b.member.email),
    "Invitations.with_secret": lambda tx, b: tx.invitations.with_secret(hash_secret("theirs")),
    "Welcomes.get": lambda tx, b: tx.welcomes.get(b.company.id),
}
WRITES = {
    *("Welcomes.put", "Welcomes.remove", "Workspaces.lock", "Workspaces.save"),
    *("Companies.save", "Members.save", "Members.doors"),
    *("Invitations.put", "Invitations.remove"),
}


def test_every_method_is_accounted_for() -> None:
    known = {
        f"{name}.{method}"
        for name, port in inspect.getmembers(people, inspect.isclass)
        if port.__module__ == people.__name__
        for method in vars(port)
        if not method.startswith("_")
    }
    assert known == set(LOOK_UPS) | WRITES


@pytest.mark.parametrize("method", LOOK_UPS)
async def test_a_strangers_id_answers_like_one_never_used(
    house: House, other: House, method: str
) -> None:
    async with house.begin() as tx:
        # An address is unique in a workspace alone.
        await tx.members.save(replace(house.member, email="mine@example.com"))
    async with other.begin() as tx:
        invitation = new_invitation(other.workspace.id, other.member.id, "theirs", samples.NOW)
        await tx.invitations.put(invitation)
        await tx.welcomes.put(_welcome(other))
        assert await LOOK_UPS[method](tx, other) is not None
    async with house.begin() as tx:
        assert await LOOK_UPS[method](tx, other) is None
