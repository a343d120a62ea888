"""What changes rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain import room
from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.records import room_record
from litehq_core.use_cases.rooms import update_room
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.replays import kept_record, once
from litehq_graphql.room_inputs import UpdateRoomInput
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.room import Room


@strawberry.type(description="The room was changed.")
class UpdateRoomPayload:
    """The room after the change."""

    room: Room = strawberry.field(description="The room; its bookings stay as they are.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(room=Room.of(record_from_json(kept["record"]), context.related))


UpdateRoomResult = Annotated[
    UpdateRoomPayload | RefusalType,
    strawberry.union("UpdateRoomResult", description="The room, or why it stays."),
]


def _kept(changed: room.Room) -> Mapping[str, Any]:
    return kept_record(room_record(changed))


@strawberry.type
class RoomMutations:
    """The part of the root of mutations that is about rooms."""

    @mutation("Change a room from now on. Bookings that exist stay as they are. For operators.")
    async def update_room(
        self,
        info: Info,
        input: Annotated[UpdateRoomInput, strawberry.argument(description="What is wanted.")],
    ) -> UpdateRoomResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        changed = await update_room.update_room(context.ports, context.actor, input.command(), only)
        return UpdateRoomPayload.from_kept(_kept(changed), context)
