"""``/v1/auth/tokens``: API tokens."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.api_key import ApiKey, Scope
from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.records import api_token_record
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.api_keys.mint_api_token import (
    MintApiToken,
    MintedApiToken,
    mint_api_token,
)
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, Instant
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.times import instant_or_null

_ATTRIBUTES = every_attribute(Noun.API_TOKEN)


class ApiTokenCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A new API token. Scopes and expiry are mandatory; it cannot do more than its maker."""

    name: str | UnsetType = UNSET
    scopes: list[Scope] | UnsetType = UNSET
    expires_at: Instant | UnsetType = UNSET
    member_id: str | UnsetType | None = UNSET
    company_ids: list[str] | UnsetType | None = UNSET


def api_token_json(record: Record) -> dict[str, Any]:
    """An API token as shown; never its secret."""
    return {
        "id": record["id"],
        "object": "api_token",
        "version": record["version"],
        "name": record["name"],
        "scopes": record["scopes"],
        "hint": record["hint"],
        "member_id": record["member_id"],
        "company_ids": record["company_ids"],
        "expires_at": instant_text(record["expires_at"]),
        "revoked_at": instant_or_null(record["revoked_at"]),
        "created_at": instant_text(record["created_at"]),
    }


def minted_answer(minted: MintedApiToken) -> Answer:
    """A new token with its secret, which is shown this once."""
    shown = {**api_token_json(api_token_record(minted.key)), "secret": minted.secret}
    return json_answer(shown, status=201, version=minted.key.version)


def revoked_answer(key: ApiKey) -> Answer:
    """A revoked token as an answer."""
    return json_answer(api_token_json(api_token_record(key)), version=key.version)


def mint_command(body: ApiTokenCreate, wrong: Findings) -> MintApiToken:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    name = None if isinstance(body.name, UnsetType) else body.name
    scopes = None if isinstance(body.scopes, UnsetType) else body.scopes
    wrong.agreed(("name", name), required=True)
    wrong.agreed(("scopes", scopes), required=True)
    expires_at = wrong.agreed(
        ("expires_at", wrong.instant("expires_at", body.expires_at)), required=True
    )
    if name is not None:
        wrong.attempt(lambda: require_text("name", name, most=MAX_NAME, least=1))
    if wrong or name is None or scopes is None or expires_at is None:
        raise wrong.refusal()
    member_id, company_ids = body.member_id, body.company_ids
    return MintApiToken(
        name=name,
        scopes=frozenset(scopes),
        expires_at=expires_at,
        member_id=normalise_id(Prefix.MEMBER, member_id) if isinstance(member_id, str) else None,
        company_ids=frozenset(
            normalise_id(Prefix.COMPANY, company_id)
            for company_id in (company_ids if isinstance(company_ids, list) else ())
        ),
    )


def _list_query(query: Query) -> ListRecords:
    found = ListRecords(noun=Noun.API_TOKEN, paging=query.paging())
    query.wrong.refuse()
    return found


@post(
    "/auth/tokens",
    operation_id="auth.tokens.create",
    summary="Mint a scoped API token",
    **described(answer=schemas.MintedApiToken, status=201, body=ApiTokenCreate, finds=True),
)
async def post_token(call: NamedDependency[Call]) -> Response[bytes]:
    """A new API token; its secret is in this answer and nowhere else."""
    body, wrong = read_body(call.body, call.content_types, ApiTokenCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = mint_command(body, wrong)
    once = once_of(call, key, minted_answer, secret=True)
    return response_of(minted_answer(await mint_api_token(call.ports, call.actor, command, once)))


@get(
    "/auth/tokens",
    operation_id="auth.tokens.list",
    summary="List API tokens",
    **described(answer=schemas.ApiTokenPage, query=("limit", "cursor")),
)
async def get_tokens(call: NamedDependency[Call]) -> Response[bytes]:
    """API tokens, newest first, revoked ones too; never a secret."""
    page = await list_records(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [api_token_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@delete(
    "/auth/tokens/{token_id:str}",
    operation_id="auth.tokens.delete",
    summary="Revoke an API token",
    **described(answer=schemas.ApiToken, writes=True, by_id=True, locks=True),
)
async def delete_token(call: NamedDependency[Call], token_id: FromPath[str]) -> Response[bytes]:
    """Revoke a token at once; the answer is the revoked token."""
    wrong = Findings()
    key = key_of(call, None, wrong)
    wrong.refuse()
    command = RevokeApiToken(
        token_id=normalise_id(Prefix.API_TOKEN, token_id),
        expected_version=expected_version(call.if_match),
    )
    once = once_of(call, key, revoked_answer)
    return response_of(
        revoked_answer(await revoke_api_token(call.ports, call.actor, command, once))
    )
