"""What changes the catalogue: locations, new rooms, blackouts and prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from litehq_core.domain import location, rate_card, room
from litehq_core.domain.blackouts import PlacedBlackout
from litehq_core.domain.records import (
    blackout_record,
    location_record,
    rate_card_record,
    room_record,
)
from litehq_core.use_cases.blackouts import create_blackout, delete_blackout
from litehq_core.use_cases.locations import create_location, update_location
from litehq_core.use_cases.rate_cards import create_rate_card
from litehq_core.use_cases.rooms import create_room
from litehq_graphql.catalogue_inputs import (
    CreateBlackoutInput,
    CreateLocationInput,
    CreateRoomInput,
    DeleteBlackoutInput,
    UpdateLocationInput,
)
from litehq_graphql.catalogue_payloads import (
    CreateBlackoutPayload,
    CreateBlackoutResult,
    CreateLocationPayload,
    CreateLocationResult,
    CreateRateCardPayload,
    CreateRateCardResult,
    CreateRoomPayload,
    CreateRoomResult,
    DeleteBlackoutPayload,
    DeleteBlackoutResult,
    UpdateLocationPayload,
    UpdateLocationResult,
)
from litehq_graphql.context import Info
from litehq_graphql.fields import mutation
from litehq_graphql.rate_card_inputs import CreateRateCardInput
from litehq_graphql.replays import INPUT, kept_record, once


def _kept_room(made: room.Room) -> Mapping[str, Any]:
    return kept_record(room_record(made))


def _kept_location(made: location.Location) -> Mapping[str, Any]:
    return kept_record(location_record(made))


def _kept_blackout(gone: room.Blackout) -> Mapping[str, Any]:
    return kept_record(blackout_record(gone))


def _kept_placed(made: PlacedBlackout) -> Mapping[str, Any]:
    return kept_record(
        blackout_record(made.blackout),
        conflicting_booking_ids=list(made.conflicting_booking_ids),
        conflicting_count=made.conflicting_count,
    )


def _kept_card(made: rate_card.RateCard) -> Mapping[str, Any]:
    return kept_record(rate_card_record(made))


@strawberry.type
class CatalogueMutations:
    """The part of the root of mutations that is about places and prices. All are for operators."""

    @mutation("Add a building to the workspace. For operators.")
    async def create_location(
        self, info: Info, input: Annotated[CreateLocationInput, INPUT]
    ) -> CreateLocationResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_location)
        made = await create_location.create_location(
            context.ports, context.actor, input.command(), only
        )
        return CreateLocationPayload.from_kept(_kept_location(made), context)

    @mutation("Change a location from now on. Bookings that exist stay as they are. For operators.")
    async def update_location(
        self, info: Info, input: Annotated[UpdateLocationInput, INPUT]
    ) -> UpdateLocationResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_location)
        changed = await update_location.update_location(
            context.ports, context.actor, input.command(), only
        )
        return UpdateLocationPayload.from_kept(_kept_location(changed), context)

    @mutation("Add a room to a location. For operators.")
    async def create_room(
        self, info: Info, input: Annotated[CreateRoomInput, INPUT]
    ) -> CreateRoomResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_room)
        made = await create_room.create_room(context.ports, context.actor, input.command(), only)
        return CreateRoomPayload.from_kept(_kept_room(made), context)

    @mutation(
        "Close a room or a location for a while. Bookings that are there stay, and are named. For "
        "operators."
    )
    async def create_blackout(
        self, info: Info, input: Annotated[CreateBlackoutInput, INPUT]
    ) -> CreateBlackoutResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_placed)
        made = await create_blackout.create_blackout(
            context.ports, context.actor, input.command(), only
        )
        return CreateBlackoutPayload.from_kept(_kept_placed(made), context)

    @mutation("Open a room or a location before a blackout is over. For operators.")
    async def delete_blackout(
        self, info: Info, input: Annotated[DeleteBlackoutInput, INPUT]
    ) -> DeleteBlackoutResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_blackout)
        gone = await delete_blackout.delete_blackout(
            context.ports, context.actor, input.command(), only
        )
        return DeleteBlackoutPayload.from_kept(_kept_blackout(gone), context)

    @mutation(
        "Give a room other prices, from a date on. They hold for what is booked or moved from now "
        "on. For operators."
    )
    async def create_rate_card(
        self, info: Info, input: Annotated[CreateRateCardInput, INPUT]
    ) -> CreateRateCardResult:
        """Needs ``calendar:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_card)
        made = await create_rate_card.create_rate_card(
            context.ports, context.actor, input.command(), only
        )
        return CreateRateCardPayload.from_kept(_kept_card(made), context)
