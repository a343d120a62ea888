"""Cancel a booking."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.ending import CancelBooking, decide_cancel
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.text import MAX_NOTES, require_text
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import lock_booking
from litehq_core.steps.once import run_once
from litehq_core.steps.payments_of import payments_of

__all__ = ["CancelBooking", "cancel_booking"]


async def cancel_booking(
    ports: Ports, actor: Actor, command: CancelBooking, once: Once | None = None
) -> Booking:
    """Cancel a booking and give back what the policy, or the caller, says.

    Cancelling twice gives the cancelled booking. Refunds of money are sent after the commit.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``; a bound key needs ``refunds:override``
            for anything better than the policy gives.
        ValidationFailed, BookingNotFound, VersionConflict, InvalidTransition: refused.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    _require_fields(command)

    async def execute(tx: Transaction) -> Booking:
        booking, _ = await lock_booking(tx, actor, command.booking_id)
        payments = await payments_of(tx, booking)
        decision = decide_cancel(booking, command, actor, payments, tx.now, ports.new_id)
        return await apply(tx, decision) if decision else booking

    return await run_once(ports, actor, once, command, execute)


def _require_fields(command: CancelBooking) -> None:
    if command.reason is not None:
        require_text("reason", command.reason, most=MAX_NOTES)
    amounts = {
        "refund_amount_minor": command.refund_amount_minor,
        "refund_tokens": command.refund_tokens,
    }
    given = [name for name, amount in amounts.items() if amount is not None]
    partial = command.refund_policy is RefundPolicy.PARTIAL
    if given and not partial:
        raise ValidationFailed(
            *(FieldError(field, "goes with the refund policy partial alone") for field in given)
        )
    if partial and not given:
        raise ValidationFailed(
            *(
                FieldError(field, "a partial refund needs an amount of money or of tokens")
                for field in amounts
            )
        )
