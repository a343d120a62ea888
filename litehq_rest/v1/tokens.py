"""``/v1/tokens/transactions``: the token ledger, as pages and as a stream; grants, adjustments."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream
from msgspec import UNSET, Meta, UnsetType

from litehq_core.domain.attributes import Record
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.lots import DEFAULT_PRIORITY, MOST_TOKENS
from litehq_core.domain.token_posting import TokensPosted, account_text
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.tokens.adjust_tokens import AdjustTokens, adjust_tokens
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.tokens.list_token_transactions import (
    ListTokenTransactions,
    list_token_transactions,
    stream_token_transactions,
)
from litehq_rest import schemas
from litehq_rest.accept import wanted
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, Instant, plain
from litehq_rest.errors import AnyRequest
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.media import NO_WINDOW, Parameter, adapted
from litehq_rest.openapi import described
from litehq_rest.query import Query

JSON = "application/json"
LINES = "application/x-ndjson"

_FILTERS = ("member_id", "limit", "cursor")
_PARAMETERS: Mapping[str, Parameter] = {
    "booking_id": ({"type": "string"}, "A booking."),
    "cause": ({"type": "string"}, "Just this cause, such as booking, grant or expired."),
    **NO_WINDOW,
}
# Only a grant has them.
_OF_GRANTS = ("priority", "expires_at", "room_ids")

_encoder = msgspec.json.Encoder()


class TokenTransactionCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """Tokens for a member, or, with a negative amount, tokens that he loses."""

    member_id: str | UnsetType = UNSET
    amount: Annotated[int, Meta(ge=-MOST_TOKENS, le=MOST_TOKENS)] | UnsetType = UNSET
    cause: str | UnsetType | None = UNSET
    priority: int | UnsetType | None = UNSET
    expires_at: Instant | UnsetType | None = UNSET
    room_ids: list[str] | UnsetType | None = UNSET


def transaction_json(record: Record) -> dict[str, Any]:
    """A row as shown; nothing is ever missing."""
    return {
        "id": record["id"],
        "object": "token_transaction",
        "debit_account": account_text(record, "debit"),
        "credit_account": account_text(record, "credit"),
        "amount": record["amount"],
        "member_id": record["member_id"],
        "booking_id": record["booking_id"],
        "lot_id": record["lot_id"],
        "cause": record["cause"],
        "balance_after": record["balance_after"],
        "created_at": instant_text(record["created_at"]),
    }


def posted_answer(posted: TokensPosted) -> Answer:
    """What a grant or an adjustment wrote: its last row, and all of them."""
    rows = [transaction_json(posting.record) for posting in posted.postings]
    return json_answer({**rows[-1], "transactions": rows}, status=201)


def post_command(body: TokenTransactionCreate, wrong: Findings) -> GrantTokens | AdjustTokens:
    """A body as the command that it means.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    member_id = wrong.agreed(("member_id", plain(body.member_id)), required=True)
    amount = wrong.agreed(("amount", plain(body.amount)), required=True)
    expires_at = wrong.instant("expires_at", body.expires_at)
    cause, priority, room_ids = plain(body.cause), plain(body.priority), plain(body.room_ids)
    if amount == 0:
        wrong.add("amount", "must not be zero")
    if amount is not None and amount < 0:
        for name in _OF_GRANTS:
            if plain(getattr(body, name)) is not None:
                wrong.add(name, "goes with a grant, whose amount is positive")
    if wrong or member_id is None or amount is None:
        raise wrong.refusal()
    whose = normalise_id(Prefix.MEMBER, member_id)
    if amount < 0:
        why = "adjustment" if cause is None else cause
        return AdjustTokens(member_id=whose, amount=-amount, cause=why)
    return GrantTokens(
        member_id=whose,
        amount=amount,
        cause="grant" if cause is None else cause,
        expires_at=expires_at,
        priority=DEFAULT_PRIORITY if priority is None else priority,
        room_ids=None
        if room_ids is None
        else frozenset(normalise_id(Prefix.ROOM, room_id) for room_id in room_ids),
    )


def _list_query(query: Query, *, streamed: bool) -> ListTokenTransactions:
    paging = query.paging()
    for name in ("limit", "cursor"):
        if streamed and query.text(name) is not None:
            query.wrong.add(name, "goes with a page; a stream has all rows")
    found = query.wrong.attempt(
        lambda: ListTokenTransactions(
            member_id=query.id("member_id", Prefix.MEMBER),
            booking_id=query.id("booking_id", Prefix.BOOKING),
            cause=query.text("cause"),
            from_at=query.instant("from"),
            to_at=query.instant("to"),
            paging=paging,
        )
    )
    if found is None or query.wrong:
        raise query.wrong.refusal()
    return found


async def _lines(
    first: Sequence[Record] | None, rest: AsyncGenerator[Sequence[Record], None]
) -> AsyncIterator[bytes]:
    """The rows as lines, some at a time: no more of them are in memory than one page."""
    while first is not None:
        yield _encoder.encode_lines([transaction_json(row) for row in first])
        first = await anext(rest, None)


@get(
    "/tokens/transactions",
    operation_id="tokens.transactions.list",
    summary="List the token ledger, or stream it",
    **adapted(
        described(answer=schemas.TokenTransactionPage, query=_FILTERS),
        parameters=_PARAMETERS,
        also={LINES: {"schema": {"$ref": "#/components/schemas/TokenTransaction"}}},
    ),
)
async def get_transactions(
    call: NamedDependency[Call], request: AnyRequest
) -> Response[bytes] | Stream:
    """The rows that moved tokens, newest first; each balances, and says what the wallet has then.

    With `Accept: application/x-ndjson`, all of them as they are at this moment, oldest first, a
    JSON object on each line.
    """
    streamed = wanted(request.headers.getall("accept", []), JSON, LINES) == LINES
    query = _list_query(call.query, streamed=streamed)
    if streamed:
        rest = stream_token_transactions(call.ports, call.actor, query)
        # What is refused is refused before the first byte.
        first = await anext(rest, None)
        return Stream(_lines(first, rest), media_type=LINES, headers={"Vary": "Accept"})
    page = await list_token_transactions(call.ports, call.actor, query)
    rows = [transaction_json(row) for row in page.records]
    answer = json_answer({"data": rows, "next_cursor": page.next_cursor})
    return response_of(Answer(answer.status, {**answer.headers, "Vary": "Accept"}, answer.body))


@post(
    "/tokens/transactions",
    operation_id="tokens.transactions.create",
    summary="Grant tokens, or take them away",
    **described(answer=schemas.PostedTokens, status=201, body=TokenTransactionCreate, finds=True),
)
async def post_transaction(call: NamedDependency[Call]) -> Response[bytes]:
    """A positive amount is granted as a lot; a negative one is taken, never below zero."""
    body, wrong = read_body(call.body, call.content_types, TokenTransactionCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = post_command(body, wrong)
    once = once_of(call, key, posted_answer)
    if isinstance(command, GrantTokens):
        return response_of(posted_answer(await grant_tokens(call.ports, call.actor, command, once)))
    return response_of(posted_answer(await adjust_tokens(call.ports, call.actor, command, once)))
