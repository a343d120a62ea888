"""What changes visitors, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain import visitor as domain
from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.visitor_words import visitor_record
from litehq_core.use_cases.visitors import cancel_visitor, check_in_visitor, register_visitor
from litehq_graphql.arguments import id_or_none
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.inputs import KEY
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.visitor import Visitor

_VERSION = "The version that you saw; if the visitor has changed since, nothing is done."


@strawberry.input(description="Somebody to expect.")
class CreateVisitorInput:
    """The fields of a new visitor."""

    name: str = strawberry.field(description="The visitor's name.")
    host_member_id: strawberry.ID = strawberry.field(description="Who expects them.")
    location_id: strawberry.ID = strawberry.field(description="Where they are expected.")
    expected_at: datetime = strawberry.field(description="When they are expected.")
    until: datetime | None = strawberry.field(
        description="When the visit is over; 31 days later at most.", default=None
    )
    email: str | None = strawberry.field(
        description="Where the pass is to be sent, if anywhere.", default=None
    )
    company: str | None = strawberry.field(
        description="Where the visitor comes from.", default=None
    )
    booking_id: strawberry.ID | None = strawberry.field(
        description="The booking that they come to.", default=None
    )
    notes: str | None = strawberry.field(description="Free text.", default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> domain.RegisterVisitor:
        """The core's words for it."""
        return domain.RegisterVisitor(
            name=self.name,
            host_member_id=normalise_id(Prefix.MEMBER, self.host_member_id),
            location_id=normalise_id(Prefix.LOCATION, self.location_id),
            expected_at=self.expected_at,
            until_at=self.until,
            email=self.email,
            company_name=self.company,
            booking_id=id_or_none(Prefix.BOOKING, self.booking_id),
            notes=self.notes,
        )


@strawberry.input(description="A wish to expect somebody no longer.")
class CancelVisitorInput:
    """A visitor."""

    id: strawberry.ID = strawberry.field(description="The visitor.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> cancel_visitor.CancelVisitor:
        """The core's words for it."""
        return cancel_visitor.CancelVisitor(
            visitor_id=normalise_id(Prefix.VISITOR, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="Somebody is here: either `id` or `pass` says who.")
class CheckInVisitorInput:
    """A visitor, or what the reception scanned."""

    id: strawberry.ID | None = strawberry.field(description="The visitor.", default=None)
    pass_: str | None = strawberry.field(
        name="pass", description="What stands in the code of the pass.", default=None
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> check_in_visitor.CheckInVisitor:
        """The core's words for it."""
        return check_in_visitor.CheckInVisitor(
            visitor_id=id_or_none(Prefix.VISITOR, self.id),
            pass_token=self.pass_,
            expected_version=self.expected_version,
        )


class _WithVisitor:
    """A payload that shows a visitor."""

    visitor: Visitor

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.visitor = Visitor.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="The visitor is announced, and mails are on their way.")
class CreateVisitorPayload(_WithVisitor):
    """The new visitor."""

    visitor: Visitor = strawberry.field(description="The visitor, who is EXPECTED.")


@strawberry.type(description="The visit is called off; mails that are still queued are not sent.")
class CancelVisitorPayload(_WithVisitor):
    """The cancelled visitor."""

    visitor: Visitor = strawberry.field(description="The visitor; cancelling twice is once.")


@strawberry.type(description="The visitor is here, and the host is told.")
class CheckInVisitorPayload(_WithVisitor):
    """The visitor who has arrived."""

    visitor: Visitor = strawberry.field(description="The visitor; checking in twice is once.")


CreateVisitorResult = Annotated[
    CreateVisitorPayload | RefusalType,
    strawberry.union("CreateVisitorResult", description="The visitor, or why there is none."),
]
CancelVisitorResult = Annotated[
    CancelVisitorPayload | RefusalType,
    strawberry.union("CancelVisitorResult", description="The visitor, or why it stays."),
]
CheckInVisitorResult = Annotated[
    CheckInVisitorPayload | RefusalType,
    strawberry.union("CheckInVisitorResult", description="The visitor, or why it stays."),
]


def _kept(visitor: domain.Visitor) -> Mapping[str, Any]:
    return kept_record(visitor_record(visitor))


@strawberry.type
class VisitorMutations:
    """The part of the root of mutations that is about visitors."""

    @mutation("Announce a visitor. The host is told by mail, and the visitor is sent a pass.")
    async def create_visitor(
        self, info: Info, input: Annotated[CreateVisitorInput, INPUT]
    ) -> CreateVisitorResult:
        """Needs ``visitors:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        visitor = await register_visitor.register_visitor(
            context.ports, context.actor, input.command(), only
        )
        return CreateVisitorPayload.from_kept(_kept(visitor), context)

    @mutation("Call a visit off. Mails that are still queued are not sent.")
    async def cancel_visitor(
        self, info: Info, input: Annotated[CancelVisitorInput, INPUT]
    ) -> CancelVisitorResult:
        """Needs ``visitors:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        visitor = await cancel_visitor.cancel_visitor(
            context.ports, context.actor, input.command(), only
        )
        return CancelVisitorPayload.from_kept(_kept(visitor), context)

    @mutation("A visitor is here: by id, or by the pass that was scanned. The host is told.")
    async def check_in_visitor(
        self, info: Info, input: Annotated[CheckInVisitorInput, INPUT]
    ) -> CheckInVisitorResult:
        """Needs ``visitors:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        visitor = await check_in_visitor.check_in_visitor(
            context.ports, context.actor, input.command(), only
        )
        return CheckInVisitorPayload.from_kept(_kept(visitor), context)
