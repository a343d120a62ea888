"""The connection to the payment provider: how it stands, and what goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.connect import Connection, ConnectStatus, connect_record
from litehq_core.use_cases.connect import get_connect, start_onboarding
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation, resolved
from litehq_graphql.inputs import KEY
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.refusal import RefusalType

strawberry.enum(
    ConnectStatus,
    description=(
        "How far the connection has got. ONBOARDING: there is an account that cannot take "
        "payments yet. DISCONNECTED: its owner has taken our access away."
    ),
)


@strawberry.type(description="How the workspace is connected to the payment provider.")
class Connect:
    """Until the status is COMPLETE, nothing can be paid by card."""

    provider: str = strawberry.field(description="What the provider is called.")
    status: ConnectStatus = strawberry.field(description="How far it has got.")
    account_id: strawberry.ID | None = strawberry.field(
        description="The account that payments go to, by the provider's id."
    )
    charges_enabled: bool = strawberry.field(description="Whether the account takes payments.")
    payouts_enabled: bool = strawberry.field(description="Whether it is paid out.")
    details_submitted: bool = strawberry.field(
        description="Whether the provider has been told what it asked for at first."
    )
    requirements: list[str] = strawberry.field(
        description="What the provider still wants to know, in its own words."
    )
    onboarding_url: str | None = strawberry.field(
        description="Where to go on; just after it was asked for."
    )
    onboarding_expires_at: datetime | None = strawberry.field(
        description="Until when that link is good."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From its record, kept or not."""
        ends = value["onboarding_expires_at"]
        return cls(
            **{
                **value,
                "status": ConnectStatus(value["status"]),
                "onboarding_expires_at": datetime.fromisoformat(ends) if ends else None,
            }
        )


@strawberry.input(description="The wish for a link on which the onboarding goes on.")
class StartOnboardingInput:
    """It names no account: a workspace has one at most."""

    return_url: str | None = strawberry.field(
        description="Where the operator is sent afterwards; by default to the start page.",
        default=None,
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> start_onboarding.StartOnboarding:
        """The core's words for it."""
        return start_onboarding.StartOnboarding(return_url=self.return_url)


@strawberry.type(description="There is a link.")
class StartOnboardingPayload:
    """The connection, with the link."""

    connect: Connect = strawberry.field(description="The connection, with a fresh link.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(connect=Connect.from_json(kept["record"]))


StartOnboardingResult = Annotated[
    StartOnboardingPayload | RefusalType,
    strawberry.union("StartOnboardingResult", description="The connection, or why there is none."),
]


def _kept(connection: Connection) -> Mapping[str, Any]:
    return kept_record(connect_record(connection))


@strawberry.type(description="What can be read of the connection.")
class ConnectQueries:
    """A part of the root of queries."""

    @resolved("How the workspace is connected to the payment provider. For operators.")
    async def billing_connect(self, info: Info) -> Connect | None:
        """Needs ``billing:read`` of a token that is not bound."""
        context = info.context
        connection = await get_connect.get_connect(context.ports, context.actor)
        return Connect.from_json(connect_record(connection))


@strawberry.type
class ConnectMutations:
    """The part of the root of mutations that is about the connection."""

    @mutation(
        "Make a link on which the operator goes on with the onboarding, and an account if there "
        "is none. For operators."
    )
    async def start_onboarding(
        self, info: Info, input: Annotated[StartOnboardingInput, INPUT]
    ) -> StartOnboardingResult:
        """Needs ``billing:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept, secret=True)
        connection = await start_onboarding.start_onboarding(
            context.ports, context.actor, input.command(), only
        )
        return StartOnboardingPayload.from_kept(_kept(connection), context)
