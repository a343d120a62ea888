"""``/v1/members``: list, invite, get, update, invite again."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, Meta, UnsetType

from litehq_core.domain.attributes import Record
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.lots import MOST_TOKENS
from litehq_core.domain.member import MemberStatus, MemberWithTokens, member_email
from litehq_core.domain.member_changes import InviteMember, UpdateMember
from litehq_core.domain.records import shown_member_record
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import instant_text
from litehq_core.steps.member_tokens import MEMBER_RECORD
from litehq_core.use_cases.members.invite_member import invite_member
from litehq_core.use_cases.members.list_members import ListMembers, get_member, list_members
from litehq_core.use_cases.members.reinvite_member import ReinviteMember, reinvite_member
from litehq_core.use_cases.members.update_member import update_member
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, core, plain
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query

Tokens = Annotated[int, Meta(ge=0, le=MOST_TOKENS)]

_FILTERS = ("company_id", "status", "tier", "email", "limit", "cursor")


class MemberInvite(Body, kw_only=True, forbid_unknown_fields=True):
    """Somebody to invite. ``pool_allocation``: so many tokens each month, from now on."""

    email: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    tier: str | UnsetType = UNSET
    company_id: str | UnsetType | None = UNSET
    pool_allocation: Tokens | UnsetType | None = UNSET


class MemberEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of a member: what is left out stays. ``company_id`` null leaves the company."""

    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    tier: str | UnsetType = UNSET
    company_id: str | UnsetType | None = UNSET
    status: MemberStatus | UnsetType = UNSET
    pool_allocation: Tokens | UnsetType = UNSET


class MemberReinvite(Body, kw_only=True, forbid_unknown_fields=True):
    """Nothing but a key: the member says who is invited."""


def member_json(record: Record) -> dict[str, Any]:
    """A member as shown; nothing is ever missing."""
    return {
        "id": record["id"],
        "object": "member",
        "version": record["version"],
        "email": record["email"],
        "name": record["name"],
        "tier": record["tier"],
        "company_id": record["company_id"],
        "status": record["status"],
        "pool_allocation": record["pool_allocation"],
        "token_balance": record["token_balance"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def member_answer(shown: MemberWithTokens, *, status: int = 200) -> Answer:
    """A member of the core as an answer."""
    body = member_json(shown_member_record(shown))
    return json_answer(body, status=status, version=shown.member.version)


def invited_answer(shown: MemberWithTokens) -> Answer:
    """A new member as an answer."""
    return member_answer(shown, status=201)


def invite_command(body: MemberInvite, wrong: Findings) -> InviteMember:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    email, name, tier = plain(body.email), plain(body.name), plain(body.tier)
    for field, value in (("email", email), ("name", name), ("tier", tier)):
        wrong.agreed((field, value), required=True)
    if email is not None:
        wrong.attempt(lambda: member_email("email", email))
    if name is not None:
        wrong.attempt(lambda: require_text("name", name, most=MAX_NAME, least=1))
    if tier is not None:
        wrong.attempt(lambda: require_text("tier", tier, most=MAX_NAME, least=1))
    if wrong or email is None or name is None or tier is None:
        raise wrong.refusal()
    company_id = plain(body.company_id)
    return InviteMember(
        email=email,
        name=name,
        tier=tier,
        company_id=None if company_id is None else normalise_id(Prefix.COMPANY, company_id),
        pool_allocation=plain(body.pool_allocation) or 0,
    )


def update_command(member_id: str, body: MemberEdit, expected_version: int | None) -> UpdateMember:
    """A PATCH as its command."""
    company_id = body.company_id
    return UpdateMember(
        member_id=member_id,
        name=core(body.name),
        email=core(body.email),
        tier=core(body.tier),
        company_id=normalise_id(Prefix.COMPANY, company_id)
        if isinstance(company_id, str)
        else core(company_id),
        status=core(body.status),
        pool_allocation=core(body.pool_allocation),
        expected_version=expected_version,
    )


def _list_query(query: Query) -> ListMembers:
    found = ListMembers(
        company_id=query.id("company_id", Prefix.COMPANY),
        status=query.choice("status", MemberStatus),
        tier=query.text("tier"),
        email=query.text("email"),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/members",
    operation_id="members.list",
    summary="List members",
    **described(answer=schemas.MemberPage, query=_FILTERS, status_of=MemberStatus),
)
async def get_members(call: NamedDependency[Call]) -> Response[bytes]:
    """Members of every status, newest first."""
    page = await list_members(call.ports, call.actor, _list_query(call.query), MEMBER_RECORD)
    return response_of(
        json_answer(
            {"data": [member_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@post(
    "/members",
    operation_id="members.create",
    summary="Invite a new member",
    **described(answer=schemas.Member, status=201, body=MemberInvite, finds=True),
)
async def post_member(call: NamedDependency[Call]) -> Response[bytes]:
    """Invite somebody by e-mail; he is active once he accepts. For operators."""
    body, wrong = read_body(call.body, call.content_types, MemberInvite)
    key = key_of(call, body.idempotency_key, wrong)
    command = invite_command(body, wrong)
    once = once_of(call, key, invited_answer)
    return response_of(invited_answer(await invite_member(call.ports, call.actor, command, once)))


@get(
    "/members/{member_id:str}",
    operation_id="members.get",
    summary="Retrieve a member",
    **described(answer=schemas.Member, by_id=True),
)
async def get_one_member(call: NamedDependency[Call], member_id: FromPath[str]) -> Response[bytes]:
    """One member."""
    bare_id = normalise_id(Prefix.MEMBER, member_id)
    found = await get_member(call.ports, call.actor, bare_id, MEMBER_RECORD)
    return response_of(json_answer(member_json(found), version=found["version"]))


@patch(
    "/members/{member_id:str}",
    operation_id="members.update",
    summary="Change a member",
    **described(answer=schemas.Member, body=MemberEdit, by_id=True, locks=True),
)
async def patch_member(call: NamedDependency[Call], member_id: FromPath[str]) -> Response[bytes]:
    """Change profile, tier, company, status or monthly tokens. A bound key changes names alone."""
    body, wrong = read_body(call.body, call.content_types, MemberEdit)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    bare_id = normalise_id(Prefix.MEMBER, member_id)
    command = update_command(bare_id, body, expected_version(call.if_match))
    once = once_of(call, key, member_answer)
    return response_of(member_answer(await update_member(call.ports, call.actor, command, once)))


@post(
    "/members/{member_id:str}/invite",
    operation_id="members.invite",
    summary="Invite a member again",
    **described(
        answer=schemas.Member, status=200, body=MemberReinvite, body_optional=True, by_id=True
    ),
)
async def post_invite(call: NamedDependency[Call], member_id: FromPath[str]) -> Response[bytes]:
    """A fresh link, by e-mail; the one before opens nothing any more. For operators."""
    body, wrong = read_body(call.body, call.content_types, MemberReinvite, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    command = ReinviteMember(member_id=normalise_id(Prefix.MEMBER, member_id))
    once = once_of(call, key, member_answer)
    return response_of(member_answer(await reinvite_member(call.ports, call.actor, command, once)))
