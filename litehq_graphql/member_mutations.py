"""What changes members, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.editing import UNSET
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.member import MemberWithTokens
from litehq_core.domain.member_changes import InviteMember, UpdateMember
from litehq_core.domain.records import shown_member_record
from litehq_core.use_cases.members import invite_member, reinvite_member, update_member
from litehq_graphql.arguments import id_or_none
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.inputs import KEY, changed
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.enums import MemberStatus
from litehq_graphql.types.member import Member
from litehq_graphql.types.refusal import RefusalType

_VERSION = "The version that you saw; if the member has changed since, nothing is done."


@strawberry.input(description="Somebody to invite by e-mail. For operators.")
class InviteMemberInput:
    """The fields of a new member."""

    email: str = strawberry.field(description="The e-mail address; kept in lower case.")
    name: str = strawberry.field(description="The person's name.")
    tier: str = strawberry.field(description="The membership level.")
    company_id: strawberry.ID | None = strawberry.field(
        description="The member's company, if there is one.", default=None
    )
    pool_allocation: int = strawberry.field(
        description="So many tokens each month, from now on.", default=0
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> InviteMember:
        """The core's words for it."""
        return InviteMember(
            email=self.email,
            name=self.name,
            tier=self.tier,
            company_id=id_or_none(Prefix.COMPANY, self.company_id),
            pool_allocation=self.pool_allocation,
        )


@strawberry.input(
    description="A change of a member. What is left out stays; a bound token changes names alone."
)
class UpdateMemberInput:
    """The fields that a change may name."""

    id: strawberry.ID = strawberry.field(description="The member.")
    name: str | None = strawberry.field(description="The person's name.", default=strawberry.UNSET)
    email: str | None = strawberry.field(
        description="The e-mail address; kept in lower case.", default=strawberry.UNSET
    )
    tier: str | None = strawberry.field(
        description="The membership level.", default=strawberry.UNSET
    )
    company_id: strawberry.ID | None = strawberry.field(
        description="The company; null leaves it.", default=strawberry.UNSET
    )
    status: MemberStatus | None = strawberry.field(
        description="ACTIVE or SUSPENDED. Tokens bound to a suspended member open nothing.",
        default=strawberry.UNSET,
    )
    pool_allocation: int | None = strawberry.field(
        description="So many tokens each month; 0 stops them.", default=strawberry.UNSET
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> UpdateMember:
        """The core's words for it."""
        leaves = self.company_id is not strawberry.UNSET
        return UpdateMember(
            member_id=normalise_id(Prefix.MEMBER, self.id),
            name=changed("name", self.name),
            email=changed("email", self.email),
            tier=changed("tier", self.tier),
            company_id=id_or_none(Prefix.COMPANY, self.company_id) if leaves else UNSET,
            status=changed("status", self.status),
            pool_allocation=changed("poolAllocation", self.pool_allocation),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to send a member who has not come yet a fresh link.")
class ReinviteMemberInput:
    """A member."""

    id: strawberry.ID = strawberry.field(description="The member, who is INVITED.")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> reinvite_member.ReinviteMember:
        """The core's words for it."""
        return reinvite_member.ReinviteMember(member_id=normalise_id(Prefix.MEMBER, self.id))


class _WithMember:
    """A payload that shows a member."""

    member: Member

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.member = Member.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="Somebody is invited, and the mail is on its way.")
class InviteMemberPayload(_WithMember):
    """The new member."""

    member: Member = strawberry.field(description="The member, who is INVITED until he accepts.")


@strawberry.type(description="The member was changed.")
class UpdateMemberPayload(_WithMember):
    """The member after the change."""

    member: Member = strawberry.field(description="The member; his bookings stay as they are.")


@strawberry.type(description="A fresh link is on its way; the one before opens nothing any more.")
class ReinviteMemberPayload(_WithMember):
    """The member who is invited again."""

    member: Member = strawberry.field(description="The member.")


InviteMemberResult = Annotated[
    InviteMemberPayload | RefusalType,
    strawberry.union("InviteMemberResult", description="The member, or why there is none."),
]
UpdateMemberResult = Annotated[
    UpdateMemberPayload | RefusalType,
    strawberry.union("UpdateMemberResult", description="The member, or why he stays."),
]
ReinviteMemberResult = Annotated[
    ReinviteMemberPayload | RefusalType,
    strawberry.union("ReinviteMemberResult", description="The member, or why there is no link."),
]


def _kept(shown: MemberWithTokens) -> Mapping[str, Any]:
    return kept_record(shown_member_record(shown))


@strawberry.type
class MemberMutations:
    """The part of the root of mutations that is about members."""

    @mutation("Invite somebody by e-mail; he is ACTIVE once he accepts. For operators.")
    async def invite_member(
        self, info: Info, input: Annotated[InviteMemberInput, INPUT]
    ) -> InviteMemberResult:
        """Needs ``members:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        invited = await invite_member.invite_member(
            context.ports, context.actor, input.command(), only
        )
        return InviteMemberPayload.from_kept(_kept(invited), context)

    @mutation("Change a member: profile, tier, company, status, monthly tokens.")
    async def update_member(
        self, info: Info, input: Annotated[UpdateMemberInput, INPUT]
    ) -> UpdateMemberResult:
        """Needs ``members:write``; anything but the name needs a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        changed = await update_member.update_member(
            context.ports, context.actor, input.command(), only
        )
        return UpdateMemberPayload.from_kept(_kept(changed), context)

    @mutation("Send a member who has not come yet a fresh link. For operators.")
    async def reinvite_member(
        self, info: Info, input: Annotated[ReinviteMemberInput, INPUT]
    ) -> ReinviteMemberResult:
        """Needs ``members:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        invited = await reinvite_member.reinvite_member(
            context.ports, context.actor, input.command(), only
        )
        return ReinviteMemberPayload.from_kept(_kept(invited), context)
