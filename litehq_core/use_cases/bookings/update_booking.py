"""Change a booking: move it, change who comes, or how it is paid."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.editing import UNSET, EditBooking
from litehq_core.domain.errors import FieldError, NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.text import MAX_NOTES, require_metadata, require_text
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.checkouts import checkout_phases
from litehq_core.steps.load_context import load_context, lock_booking
from litehq_core.steps.load_wish import LONGEST_SLOT, require_attendees
from litehq_core.steps.offer_alternatives import edit_or_offer
from litehq_core.steps.once import run_once
from litehq_core.steps.payments_of import payments_of

__all__ = ["EditBooking", "update_booking"]


async def update_booking(
    ports: Ports, actor: Actor, command: EditBooking, once: Once | None = None
) -> Booking:
    """Edit a booking. What is dearer by card comes back unchanged with a ``pending_change``.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        ValidationFailed, BookingNotFound, NotFound, VersionConflict, InvalidTransition,
        EditWindowClosed, SlotMisaligned, BookingRuleViolated, SlotUnavailable,
        InsufficientTokens, PaymentFailed: the edit is refused.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    _require_fields(command)

    async def execute(tx: Transaction) -> Booking:
        targets = () if command.room_id is UNSET else (command.room_id,)
        booking, rooms = await lock_booking(tx, actor, command.booking_id, and_rooms=targets)
        target = rooms.get(booking.room.id if command.room_id is UNSET else command.room_id)
        if target is None:
            raise NotFound("room")
        slot = command.slot_of(booking)
        if slot.end - slot.start > LONGEST_SLOT:
            raise ValidationFailed.of("end_at", f"must lie within {LONGEST_SLOT.days} days")
        member = await tx.catalogue.member(booking.member_id) if booking.member_id else None
        context = await load_context(tx, target, slot, member, ports, sparing=booking)
        decision = await edit_or_offer(
            tx,
            context,
            booking,
            command,
            rooms=rooms,
            payments=await payments_of(tx, booking),
        )
        return await apply(tx, decision)

    return await run_once(ports, actor, once, command, execute, checkout_phases(ports, actor))


def _require_fields(command: EditBooking) -> None:
    wrong: list[FieldError] = []
    if command.changes_nothing:
        wrong.append(FieldError("body", "names nothing to change"))
    if command.attendees is not UNSET:
        require_attendees(command.attendees, wrong)
    if command.duration_minutes is not UNSET and not (
        1 <= command.duration_minutes <= LONGEST_SLOT.total_seconds() / 60
    ):
        wrong.append(FieldError("duration_minutes", "must be a positive number of minutes"))
    if command.shift_to not in (UNSET, command.start_at) and command.start_at is not UNSET:
        wrong.append(FieldError("start", "contradicts start_at"))
    if wrong:
        raise ValidationFailed(*wrong)
    if command.notes is not UNSET and command.notes is not None:
        require_text("notes", command.notes, most=MAX_NOTES)
    if command.metadata is not UNSET:
        require_metadata(command.metadata)
