"""Say what a cancellation would give back."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.cancellation_preview import CancellationPreview, cancellation_preview
from litehq_core.ports.ports import Ports
from litehq_core.steps.load_context import reachable_booking


async def preview_cancellation(ports: Ports, actor: Actor, booking_id: str) -> CancellationPreview:
    """What ``cancel_booking`` with the refund policy ``policy`` would give back at this instant.

    Nothing is changed. A booking that can no longer be cancelled has a preview as well, which
    says so.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        BookingNotFound: there is none within reach.
    """
    actor.require(Scope.CALENDAR_READ)
    async with ports.begin(actor) as tx:
        return cancellation_preview(await reachable_booking(tx, actor, booking_id), tx.now)
