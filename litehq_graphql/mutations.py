"""Everything that changes something. Each answers with its payload or with a ``Refusal``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from litehq_core.domain.api_key import ApiKey
from litehq_core.domain.records import api_token_record
from litehq_core.use_cases.api_keys.mint_api_token import MintedApiToken, mint_api_token
from litehq_core.use_cases.api_keys.revoke_api_token import revoke_api_token
from litehq_core.use_cases.bookings import (
    cancel_booking,
    create_booking,
    mark_no_show,
    update_booking,
)
from litehq_graphql.catalogue_mutations import CatalogueMutations
from litehq_graphql.company_mutations import CompanyMutations
from litehq_graphql.connect_fields import ConnectMutations
from litehq_graphql.context import Info
from litehq_graphql.fields import mutation
from litehq_graphql.inputs import (
    CancelBookingInput,
    CreateApiTokenInput,
    CreateBookingInput,
    MarkBookingNoShowInput,
    RevokeApiTokenInput,
    UpdateBookingInput,
)
from litehq_graphql.invoice_mutations import InvoiceMutations
from litehq_graphql.member_mutations import MemberMutations
from litehq_graphql.payloads import (
    CancelBookingPayload,
    CancelBookingResult,
    CreateApiTokenPayload,
    CreateApiTokenResult,
    CreateBookingPayload,
    CreateBookingResult,
    MarkBookingNoShowPayload,
    MarkBookingNoShowResult,
    RevokeApiTokenPayload,
    RevokeApiTokenResult,
    UpdateBookingPayload,
    UpdateBookingResult,
)
from litehq_graphql.replays import INPUT, kept_booking, kept_record, once
from litehq_graphql.room_mutations import RoomMutations
from litehq_graphql.series_mutations import SeriesMutations
from litehq_graphql.token_mutations import TokenMutations
from litehq_graphql.visitor_mutations import VisitorMutations
from litehq_graphql.waitlist_mutations import WaitlistMutations
from litehq_graphql.webhook_delivery_mutations import WebhookDeliveryMutations
from litehq_graphql.webhook_mutations import WebhookMutations
from litehq_graphql.workspace_fields import WorkspaceMutations


def _kept_key(key: ApiKey) -> Mapping[str, Any]:
    return kept_record(api_token_record(key))


def _kept_minted(minted: MintedApiToken) -> Mapping[str, Any]:
    return kept_record(api_token_record(minted.key), secret=minted.secret)


@strawberry.type(description="Everything that changes something.")
class Mutation(
    SeriesMutations,
    RoomMutations,
    WaitlistMutations,
    CompanyMutations,
    MemberMutations,
    TokenMutations,
    CatalogueMutations,
    WorkspaceMutations,
    ConnectMutations,
    VisitorMutations,
    InvoiceMutations,
    WebhookMutations,
    WebhookDeliveryMutations,
):
    """The root of mutations."""

    @mutation("Book a slot: confirmed if nothing is due, else held while it is paid.")
    async def create_booking(
        self, info: Info, input: Annotated[CreateBookingInput, INPUT]
    ) -> CreateBookingResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, kept_booking)
        booking = await create_booking.create_booking(
            context.ports, context.actor, input.command(), only
        )
        return CreateBookingPayload.from_kept(kept_booking(booking), context)

    @mutation(
        "Move a booking, or change who comes and how it is paid. What is dearer "
        "by card happens once it is paid."
    )
    async def update_booking(
        self, info: Info, input: Annotated[UpdateBookingInput, INPUT]
    ) -> UpdateBookingResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, kept_booking)
        booking = await update_booking.update_booking(
            context.ports, context.actor, input.command(), only
        )
        return UpdateBookingPayload.from_kept(kept_booking(booking), context)

    @mutation("Cancel a booking, and give back what the policy says.")
    async def cancel_booking(
        self, info: Info, input: Annotated[CancelBookingInput, INPUT]
    ) -> CancelBookingResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, kept_booking)
        booking = await cancel_booking.cancel_booking(
            context.ports, context.actor, input.command(), only
        )
        return CancelBookingPayload.from_kept(kept_booking(booking), context)

    @mutation("Note that nobody came. For operators.")
    async def mark_booking_no_show(
        self, info: Info, input: Annotated[MarkBookingNoShowInput, INPUT]
    ) -> MarkBookingNoShowResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, kept_booking)
        booking = await mark_no_show.mark_no_show(
            context.ports, context.actor, input.command(), only
        )
        return MarkBookingNoShowPayload.from_kept(kept_booking(booking), context)

    @mutation("Make an API token. Its secret is shown this once.")
    async def create_api_token(
        self, info: Info, input: Annotated[CreateApiTokenInput, INPUT]
    ) -> CreateApiTokenResult:
        """Needs ``auth:write``, and every scope that it grants."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_minted, secret=True)
        minted = await mint_api_token(context.ports, context.actor, input.command(), only)
        return CreateApiTokenPayload.from_kept(_kept_minted(minted), context)

    @mutation("End an API token at once, its live sockets included.")
    async def revoke_api_token(
        self, info: Info, input: Annotated[RevokeApiTokenInput, INPUT]
    ) -> RevokeApiTokenResult:
        """Needs ``auth:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_key)
        key = await revoke_api_token(context.ports, context.actor, input.command(), only)
        return RevokeApiTokenPayload.from_kept(_kept_key(key), context)
