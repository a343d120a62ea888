"""Granting tokens and taking them away. Each answers with its payload or with a ``Refusal``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.lots import DEFAULT_PRIORITY
from litehq_core.domain.records import snapshot
from litehq_core.domain.token_posting import TokensPosted
from litehq_core.use_cases.tokens import adjust_tokens, grant_tokens
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.inputs import KEY
from litehq_graphql.replays import INPUT, once
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.token_transaction import TokenTransaction


@strawberry.input(description="Tokens for a member, as a lot of their own.")
class GrantTokensInput:
    """The fields of a grant."""

    member_id: strawberry.ID = strawberry.field(description="The member.")
    amount: int = strawberry.field(description="How many, at least 1.")
    cause: str = strawberry.field(description="Why, as the ledger keeps it.", default="grant")
    expires_at: datetime | None = strawberry.field(
        description="From when on they cannot be spent; null: never.", default=None
    )
    priority: int = strawberry.field(
        description="0–1000; lots with a lower one are burnt first.", default=DEFAULT_PRIORITY
    )
    room_ids: list[strawberry.ID] | None = strawberry.field(
        description="The rooms that they are good for; null: all.", default=None
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> grant_tokens.GrantTokens:
        """The core's words for it."""
        rooms = self.room_ids
        return grant_tokens.GrantTokens(
            member_id=normalise_id(Prefix.MEMBER, self.member_id),
            amount=self.amount,
            cause=self.cause,
            expires_at=self.expires_at,
            priority=self.priority,
            room_ids=None
            if rooms is None
            else frozenset(normalise_id(Prefix.ROOM, room_id) for room_id in rooms),
        )


@strawberry.input(description="Tokens that a member is to lose.")
class AdjustTokensInput:
    """The fields of an adjustment."""

    member_id: strawberry.ID = strawberry.field(description="The member.")
    amount: int = strawberry.field(description="How many he loses, at least 1.")
    cause: str = strawberry.field(description="Why, as the ledger keeps it.", default="adjustment")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> adjust_tokens.AdjustTokens:
        """The core's words for it."""
        return adjust_tokens.AdjustTokens(
            member_id=normalise_id(Prefix.MEMBER, self.member_id),
            amount=self.amount,
            cause=self.cause,
        )


class _WithTransactions:
    """A payload that shows the rows that were written."""

    transactions: list[TokenTransaction]

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.transactions = [
            TokenTransaction.of(record_from_json(record), context.related)
            for record in kept["records"]
        ]
        return payload


@strawberry.type(description="The member has the tokens.")
class GrantTokensPayload(_WithTransactions):
    """The new row."""

    transactions: list[TokenTransaction] = strawberry.field(description="The row of the grant.")


@strawberry.type(description="The member has lost the tokens.")
class AdjustTokensPayload(_WithTransactions):
    """The new rows."""

    transactions: list[TokenTransaction] = strawberry.field(
        description="A row for each lot that they were taken from, in order."
    )


GrantTokensResult = Annotated[
    GrantTokensPayload | RefusalType,
    strawberry.union("GrantTokensResult", description="The row, or why there is none."),
]
AdjustTokensResult = Annotated[
    AdjustTokensPayload | RefusalType,
    strawberry.union("AdjustTokensResult", description="The rows, or why there are none."),
]


def _kept(posted: TokensPosted) -> Mapping[str, Any]:
    return {"records": [snapshot(posting.record) for posting in posted.postings]}


@strawberry.type(description="What changes wallets.")
class TokenMutations:
    """A part of the root of mutations."""

    @mutation("Grant tokens to a member. For operators.")
    async def grant_tokens(
        self, info: Info, input: Annotated[GrantTokensInput, INPUT]
    ) -> GrantTokensResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        posted = await grant_tokens.grant_tokens(
            context.ports, context.actor, input.command(), only
        )
        return GrantTokensPayload.from_kept(_kept(posted), context)

    @mutation("Take tokens from a member, never more than he can spend. For operators.")
    async def adjust_tokens(
        self, info: Info, input: Annotated[AdjustTokensInput, INPUT]
    ) -> AdjustTokensResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        posted = await adjust_tokens.adjust_tokens(
            context.ports, context.actor, input.command(), only
        )
        return AdjustTokensPayload.from_kept(_kept(posted), context)
