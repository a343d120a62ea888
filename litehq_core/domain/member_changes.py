"""Deciding what becomes of members: invited, accepted, changed, suspended.

Each decision is the member after it and the events that tell of it, counted. ``member.updated``
says what changed; a new status has an event of its own beside it, and so has a new access to doors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from litehq_core.domain.door_access import Door, access_events
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import (
    FieldError,
    InvalidTransition,
    ValidationFailed,
    VersionConflict,
)
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.lots import MOST_TOKENS
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.records import member_record, snapshot

# They change with every event, so they say nothing about what happened.
_ALWAYS_NEW = frozenset({"version", "updated_at"})
_PROFILE = ("name", "email", "tier", "company_id", "status")

# What an operator may make of a member. Nobody is invited twice by a change: that is a call.
MEMBER_TRANSITIONS = {
    MemberStatus.INVITED: frozenset({MemberStatus.ACTIVE, MemberStatus.SUSPENDED}),
    MemberStatus.ACTIVE: frozenset({MemberStatus.SUSPENDED}),
    MemberStatus.SUSPENDED: frozenset({MemberStatus.ACTIVE}),
}
_STATUS_EVENTS = {
    MemberStatus.ACTIVE: EventType.MEMBER_ACTIVATED,
    MemberStatus.SUSPENDED: EventType.MEMBER_SUSPENDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMember:
    """A wish for a new member. ``pool_allocation``: so many tokens each month, from now on."""

    email: str
    name: str
    tier: str
    company_id: str | None = None
    pool_allocation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMember:
    """A wish to change a member; what is UNSET stays. ``company_id`` None leaves the company.

    Attributes:
        pool_allocation: so many tokens each month; 0 stops them.
    """

    member_id: str
    name: str | Unset = UNSET
    email: str | Unset = UNSET
    tier: str | Unset = UNSET
    company_id: str | Unset | None = UNSET
    status: MemberStatus | Unset = UNSET
    pool_allocation: int | Unset = UNSET
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        return all(getattr(self, name) is UNSET for name in (*_PROFILE, "pool_allocation"))

    @property
    def is_the_operators(self) -> bool:
        """Whether it names more than what somebody is called."""
        return not replace(self, name=UNSET).changes_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDecision:
    """A member as he is from now on, what he gets each month, and the events that tell of it."""

    member: Member
    pool_allocation: int
    events: tuple[EventDraft, ...]


def invite(wish: InviteMember, member_id: str, workspace_id: str, now: datetime) -> MemberDecision:
    """The invited member.

    Raises:
        ValidationFailed: with every field that is wrong.
    """
    # Somebody who could be, so that what is wished is put in field by field.
    plain = Member(
        id=member_id,
        workspace_id=workspace_id,
        email="nobody@example.com",
        name="nobody",
        tier="none",
        company_id=wish.company_id,
        status=MemberStatus.INVITED,
        created_at=now,
        updated_at=now,
    )
    named = {name: getattr(wish, name) for name in ("email", "name", "tier")}
    member = _with(plain, named, wish.pool_allocation)
    pool = wish.pool_allocation
    return _told(member, pool, [_event(EventType.MEMBER_INVITED, member, pool)])


def invite_again(member: Member, pool: int) -> MemberDecision:
    """The event of another invitation; nothing else of the member changes.

    Raises:
        InvalidTransition: he is no longer waited for.
    """
    if member.status is not MemberStatus.INVITED:
        raise InvalidTransition(status=member.status, move="be invited again", noun="member")
    return _told(member, pool, [_event(EventType.MEMBER_INVITED, member, pool)])


def accept(member: Member, pool: int, doors: Sequence[Door], now: datetime) -> MemberDecision:
    """The invited member as an active one."""
    active = replace(member, status=MemberStatus.ACTIVE, version=member.version + 1, updated_at=now)
    accepted = _event(EventType.MEMBER_ACCEPTED, active, pool, (member, pool))
    return _told(active, pool, [accepted, *access_events(member, active, doors)])


def change(
    member: Member, pool: int, wish: UpdateMember, doors: Sequence[Door], now: datetime
) -> MemberDecision | None:
    """The member after the wish, one version on; None if all is as it was.

    Args:
        pool: what he gets each month so far.

    Raises:
        VersionConflict: the member is at another version.
        ValidationFailed: with every field that is wrong.
        InvalidTransition: his status does not allow the new one.
    """
    if wish.expected_version not in (None, member.version):
        raise VersionConflict(current_version=member.version)
    named = {name: getattr(wish, name) for name in _PROFILE if getattr(wish, name) is not UNSET}
    gets = pool if isinstance(wish.pool_allocation, Unset) else wish.pool_allocation
    changed = _with(member, named, gets)
    if changed == member and gets == pool:
        return None
    is_new_status = changed.status is not member.status
    if is_new_status and changed.status not in MEMBER_TRANSITIONS[member.status]:
        raise InvalidTransition(
            status=member.status, move=f"become {changed.status}", noun="member"
        )
    changed = replace(changed, version=member.version + 1, updated_at=now)
    before = (member, pool)
    events = [_event(EventType.MEMBER_UPDATED, changed, gets, before)]
    if is_new_status:
        events.append(_event(_STATUS_EVENTS[changed.status], changed, gets, before))
    events += access_events(member, changed, doors)
    return _told(changed, gets, events)


def _with(member: Member, named: dict[str, Any], pool: int) -> Member:
    """The member with what is named, one by one, so that one wrong field hides no other."""
    wrong: list[FieldError] = []
    for name, value in named.items():
        try:
            member = replace(member, **{name: value})
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if not 0 <= pool <= MOST_TOKENS:
        wrong.append(FieldError("pool_allocation", f"must lie within 0–{MOST_TOKENS}"))
    if wrong:
        raise ValidationFailed(*wrong)
    return member


def _told(member: Member, pool: int, drafts: Sequence[EventDraft]) -> MemberDecision:
    """The member once all of these events are counted, and the events with their numbers."""
    counted = tuple(
        replace(draft, sequence=member.sequence + number)
        for number, draft in enumerate(drafts, start=1)
    )
    told = replace(member, sequence=member.sequence + len(counted))
    return MemberDecision(member=told, pool_allocation=pool, events=counted)


def _event(
    kind: EventType, after: Member, pool: int, before: tuple[Member, int] | None = None
) -> EventDraft:
    new = snapshot(member_record(after, pool))
    old = snapshot(member_record(*before)) if before else None
    return EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=0,
        object=new,
        previous=old
        and {
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != new[name]
        },
        member_id=after.id,
        company_id=after.company_id,
    )
