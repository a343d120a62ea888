"""How what a mutation raises becomes a member of its union; no resolver has a ``try``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema import ExceptionHandler
from strawberry.types.field import StrawberryField

from litehq_core.domain.errors import AuthInvalid, NotFound, Refusal
from litehq_core.domain.idempotency import Replayed
from litehq_graphql.catalogue_payloads import (
    CreateBlackoutPayload,
    CreateLocationPayload,
    CreateRateCardPayload,
    CreateRoomPayload,
    DeleteBlackoutPayload,
    UpdateLocationPayload,
)
from litehq_graphql.company_mutations import CreateCompanyPayload, UpdateCompanyPayload
from litehq_graphql.connect_fields import StartOnboardingPayload
from litehq_graphql.context import Context
from litehq_graphql.invoice_mutations import (
    ChargeInvoicePayload,
    CreateInvoicePayload,
    CreditInvoicePayload,
    OpenInvoicePayload,
    VoidInvoicePayload,
)
from litehq_graphql.member_mutations import (
    InviteMemberPayload,
    ReinviteMemberPayload,
    UpdateMemberPayload,
)
from litehq_graphql.payloads import (
    CancelBookingPayload,
    CreateApiTokenPayload,
    CreateBookingPayload,
    MarkBookingNoShowPayload,
    RevokeApiTokenPayload,
    UpdateBookingPayload,
)
from litehq_graphql.replays import REPLAYED_HEADER, refusal_json, refusal_type
from litehq_graphql.room_mutations import UpdateRoomPayload
from litehq_graphql.series_mutations import (
    CancelBookingSeriesPayload,
    CreateBookingSeriesPayload,
    RetryBookingSeriesPayload,
    UpdateBookingSeriesPayload,
)
from litehq_graphql.token_mutations import AdjustTokensPayload, GrantTokensPayload
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.visitor_mutations import (
    CancelVisitorPayload,
    CheckInVisitorPayload,
    CreateVisitorPayload,
)
from litehq_graphql.waitlist_payloads import (
    AcceptWaitlistOfferPayload,
    JoinWaitlistPayload,
    LeaveWaitlistPayload,
)
from litehq_graphql.webhook_delivery_mutations import ReplayWebhookPayload, TestWebhookPayload
from litehq_graphql.webhook_mutations import (
    CreateWebhookPayload,
    DeleteWebhookPayload,
    RotateWebhookSecretPayload,
    UpdateWebhookPayload,
    VerifyWebhookPayload,
)
from litehq_graphql.workspace_fields import UpdateWorkspacePayload

# Mutation → its payload, from what was kept of the outcome.
PAYLOADS: Mapping[str, Callable[[Mapping[str, Any], Context], Any]] = {
    "createBooking": CreateBookingPayload.from_kept,
    "updateBooking": UpdateBookingPayload.from_kept,
    "cancelBooking": CancelBookingPayload.from_kept,
    "markBookingNoShow": MarkBookingNoShowPayload.from_kept,
    "updateRoom": UpdateRoomPayload.from_kept,
    "inviteMember": InviteMemberPayload.from_kept,
    "reinviteMember": ReinviteMemberPayload.from_kept,
    "updateMember": UpdateMemberPayload.from_kept,
    "updateWorkspace": UpdateWorkspacePayload.from_kept,
    "startOnboarding": StartOnboardingPayload.from_kept,
    "createCompany": CreateCompanyPayload.from_kept,
    "updateCompany": UpdateCompanyPayload.from_kept,
    "createRoom": CreateRoomPayload.from_kept,
    "createLocation": CreateLocationPayload.from_kept,
    "updateLocation": UpdateLocationPayload.from_kept,
    "createBlackout": CreateBlackoutPayload.from_kept,
    "deleteBlackout": DeleteBlackoutPayload.from_kept,
    "createRateCard": CreateRateCardPayload.from_kept,
    "createApiToken": CreateApiTokenPayload.from_kept,
    "revokeApiToken": RevokeApiTokenPayload.from_kept,
    "createBookingSeries": CreateBookingSeriesPayload.from_kept,
    "updateBookingSeries": UpdateBookingSeriesPayload.from_kept,
    "cancelBookingSeries": CancelBookingSeriesPayload.from_kept,
    "retryBookingSeries": RetryBookingSeriesPayload.from_kept,
    "joinWaitlist": JoinWaitlistPayload.from_kept,
    "acceptWaitlistOffer": AcceptWaitlistOfferPayload.from_kept,
    "leaveWaitlist": LeaveWaitlistPayload.from_kept,
    "grantTokens": GrantTokensPayload.from_kept,
    "adjustTokens": AdjustTokensPayload.from_kept,
    "createVisitor": CreateVisitorPayload.from_kept,
    "cancelVisitor": CancelVisitorPayload.from_kept,
    "checkInVisitor": CheckInVisitorPayload.from_kept,
    "createInvoice": CreateInvoicePayload.from_kept,
    "openInvoice": OpenInvoicePayload.from_kept,
    "chargeInvoice": ChargeInvoicePayload.from_kept,
    "voidInvoice": VoidInvoicePayload.from_kept,
    "creditInvoice": CreditInvoicePayload.from_kept,
    "createWebhook": CreateWebhookPayload.from_kept,
    "updateWebhook": UpdateWebhookPayload.from_kept,
    "deleteWebhook": DeleteWebhookPayload.from_kept,
    "verifyWebhook": VerifyWebhookPayload.from_kept,
    "rotateWebhookSecret": RotateWebhookSecretPayload.from_kept,
    "testWebhook": TestWebhookPayload.from_kept,
    "replayWebhook": ReplayWebhookPayload.from_kept,
}


class RefusalHandler(ExceptionHandler[Refusal, RefusalType]):
    """A refusal of the core is data; only a key that opens nothing is a top-level error."""

    def handle(
        self, exception: Refusal, *, field: StrawberryField, info: strawberry.Info[Any, Any]
    ) -> RefusalType | None:
        """The union's ``Refusal``; None lets the exception go on."""
        if isinstance(exception, AuthInvalid):
            return None
        context: Context = info.context
        return refusal_type(refusal_json(exception, context.request_id), context)


class ReplayHandler(ExceptionHandler[Replayed, RefusalType]):
    """The request ran before: its first answer is shown again, in the new selection."""

    def handle(
        self, exception: Replayed, *, field: StrawberryField, info: strawberry.Info[Any, Any]
    ) -> Any:
        """The first payload, or the first refusal."""
        context: Context = info.context
        context.answer_headers[REPLAYED_HEADER] = "true"
        kept = json.loads(exception.answer)
        if "refusal" in kept:
            return refusal_type(kept["refusal"], context)
        return PAYLOADS[info.field_name](kept["outcome"], context)


class NullIfUnknown(FieldExtension):
    """Reading an unknown id gives null: there is nothing wrong with having asked."""

    async def resolve_async(
        self,
        next_: Callable[..., Any],
        source: Any,
        info: strawberry.Info[Any, Any],
        **arguments: Any,
    ) -> Any:
        """The field's value, or None."""
        try:
            return await next_(source, info, **arguments)
        except NotFound:
            return None
