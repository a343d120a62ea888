"""Read one booking."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import BOOKING_RECORD, Noun, Record
from litehq_core.domain.errors import BookingNotFound
from litehq_core.ports.ports import Ports
from litehq_core.steps.visible import reach, visible


async def get_booking(
    ports: Ports, actor: Actor, booking_id: str, attributes: frozenset[str] = BOOKING_RECORD
) -> Record:
    """The booking's attributes.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        BookingNotFound: there is none within reach.
    """
    actor.require(Scope.CALENDAR_READ)
    found = await ports.reads.by_ids(
        actor.workspace_id,
        Noun.BOOKING,
        [booking_id],
        visible(actor, Noun.BOOKING, attributes),
        reach(actor, Noun.BOOKING),
    )
    if booking_id not in found:
        raise BookingNotFound
    return found[booking_id]
