"""Members as decisions: invited, accepted, changed; and the doors that open and close with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.door_access import Door, access_events, doors_open_to
from litehq_core.domain.errors import InvalidTransition, ValidationFailed, VersionConflict
from litehq_core.domain.invitation import (
    LIFETIME,
    InvitationStanding,
    invitation_token,
    new_invitation,
    read_token,
)
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.member_changes import (
    InviteMember,
    MemberDecision,
    UpdateMember,
    accept,
    change,
    invite,
    invite_again,
)
from tests.domain import samples
from tests.domain.samples import NOW

LATER = NOW + timedelta(days=1)
DOORS = (
    Door(room_id="rm_b", tiers=None),
    Door(room_id="rm_a", tiers=frozenset({"resident", "flex"})),
    Door(room_id="rm_c", tiers=frozenset({"resident"})),
)
WISH = InviteMember(email="Ada@Example.com", name="Ada", tier="flex", pool_allocation=5)
INVITED, ACTIVE, SUSPENDED = MemberStatus.INVITED, MemberStatus.ACTIVE, MemberStatus.SUSPENDED


def _types(decision: MemberDecision | None) -> list[str]:
    assert decision is not None
    assert [e.sequence for e in decision.events] == list(range(1, decision.member.sequence + 1))
    return [event.type.value for event in decision.events]


def _wish(**fields: Any) -> UpdateMember:
    return UpdateMember(member_id="mem_1", **fields)


def test_an_invitation_makes_a_member_who_waits() -> None:
    decision = invite(WISH, "mem_1", "ws_1", NOW)
    member = decision.member
    assert (member.email, member.status, member.version) == ("ada@example.com", INVITED, 1)
    assert (_types(decision), decision.pool_allocation) == (["member.invited"], 5)
    assert decision.events[0].object["pool_allocation"] == 5
    assert decision.events[0].previous is None


def test_everything_that_is_wrong_is_named() -> None:
    with pytest.raises(ValidationFailed) as refused:
        invite(InviteMember(email="x", name="", tier="", pool_allocation=-1), "m", "ws_1", NOW)
    fields = [error.field for error in refused.value.errors]
    assert fields == ["email", "name", "tier", "pool_allocation"]


def test_only_who_has_not_come_is_invited_again() -> None:
    waits = samples.member(status=INVITED)
    assert _types(invite_again(waits, 0)) == ["member.invited"]
    for status in (ACTIVE, SUSPENDED):
        with pytest.raises(InvalidTransition):
            invite_again(samples.member(status=status), 0)


def test_accepting_is_one_version_and_opens_doors() -> None:
    decision = accept(samples.member(status=INVITED), 3, DOORS, LATER)
    assert (decision.member.status, decision.member.version) == (ACTIVE, 2)
    assert _types(decision) == ["member.accepted", "door_access.granted"]
    accepted, granted = decision.events
    assert accepted.previous == {"status": "invited"}
    assert granted.object["room_ids"] == ["rm_a", "rm_b", "rm_c"]


@pytest.mark.parametrize("wish", [{}, {"name": "Lina P"}, {"email": "LINA@example.com"}])
def test_nothing_new_is_no_change(wish: dict[str, Any]) -> None:
    assert change(samples.member(), 0, _wish(**wish), DOORS, NOW) is None
    assert change(samples.member(), 4, _wish(pool_allocation=4), DOORS, NOW) is None


def test_what_a_bound_key_may_name() -> None:
    assert _wish(expected_version=2).changes_nothing
    assert not _wish(name="N").is_the_operators
    for operators in ({"tier": "x"}, {"company_id": None}, {"pool_allocation": 0}):
        assert _wish(name="N", **operators).is_the_operators


def test_a_change_names_what_was_before() -> None:
    decision = change(samples.member(), 2, _wish(name="L", pool_allocation=0), DOORS, LATER)
    assert decision is not None
    assert _types(decision) == ["member.updated"]
    assert decision.events[0].previous == {"name": "Lina P", "pool_allocation": 2}
    assert (decision.member.version, decision.pool_allocation) == (2, 0)


MOVES = {
    (ACTIVE, SUSPENDED): ["member.updated", "member.suspended", "door_access.revoked"],
    (SUSPENDED, ACTIVE): ["member.updated", "member.activated", "door_access.granted"],
    (INVITED, ACTIVE): ["member.updated", "member.activated", "door_access.granted"],
    (INVITED, SUSPENDED): ["member.updated", "member.suspended"],
    (ACTIVE, INVITED): None,
    (SUSPENDED, INVITED): None,
}


@pytest.mark.parametrize(("move", "told"), MOVES.items(), ids=str)
def test_every_move(move: tuple[MemberStatus, MemberStatus], told: list[str] | None) -> None:
    before, after = move
    member, wish = samples.member(status=before), _wish(status=after)
    if told is None:
        with pytest.raises(InvalidTransition) as refused:
            change(member, 0, wish, DOORS, NOW)
        assert refused.value.status == before
        return
    assert _types(change(member, 0, wish, DOORS, NOW)) == told


def test_a_stale_version_is_refused_before_anything_else() -> None:
    with pytest.raises(VersionConflict):
        change(samples.member(), 0, _wish(name="", expected_version=2), DOORS, NOW)


def _access(before: Member | None, after: Member) -> list[tuple[str, list[str]]]:
    return [
        (event.type.value.removeprefix("door_access."), event.object["room_ids"])
        for event in access_events(before, after, DOORS)
    ]


def test_access_changes_with_tier_and_status_and_with_nothing_else() -> None:
    resident, flex = samples.member(), samples.member(tier="flex")
    assert doors_open_to(flex, DOORS) == ("rm_a", "rm_b")
    assert doors_open_to(samples.member(status=SUSPENDED), DOORS) == ()
    assert _access(resident, samples.member(name="N", company_id="co_1")) == []
    assert _access(resident, flex) == [("revoked", ["rm_c"]), ("granted", ["rm_a", "rm_b"])]
    assert _access(flex, resident) == [("granted", ["rm_a", "rm_b", "rm_c"])]
    gone = samples.member(status=SUSPENDED, tier="flex")
    assert _access(resident, gone) == [("revoked", ["rm_a", "rm_b", "rm_c"])]
    # Whoever has no access has none to change.
    assert _access(gone, samples.member(status=SUSPENDED)) == []
    assert _access(None, samples.member(status=INVITED)) == []
    assert _access(None, flex) == [("granted", ["rm_a", "rm_b"])]


def test_a_house_without_rooms_has_members_all_the_same() -> None:
    gone = samples.member(status=SUSPENDED)
    told = [event.type for event in access_events(samples.member(), gone, ())]
    assert told == ["door_access.revoked"]
    told = [event.type for event in access_events(gone, samples.member(), ())]
    assert told == ["door_access.granted"]


def test_an_invitation_is_good_for_fourteen_days() -> None:
    invitation = new_invitation("ws_1", "mem_1", "secret", NOW)
    end = NOW + LIFETIME
    assert invitation.standing(end - timedelta(seconds=1)) is InvitationStanding.OPEN
    assert invitation.standing(end) is InvitationStanding.EXPIRED
    assert timedelta(days=14) == LIFETIME


def test_a_token_names_its_workspace_and_hides_its_secret() -> None:
    token = invitation_token("ws_1", "secret")
    found = read_token(token)
    assert found == ("ws_1", new_invitation("ws_1", "mem_1", "secret", NOW).secret_hash)
    for wrong in ("", "ws_1", "ws_1.", ".secret", "co_1.secret", f"ws_1.{'x' * 200}"):
        assert read_token(wrong) is None
