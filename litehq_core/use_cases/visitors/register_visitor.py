"""Announce a visitor."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.api_key import Actor, Scope, hash_secret
from litehq_core.domain.errors import BookingNotFound, NotFound
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.visitor import RegisterVisitor, Visitor, require_ahead, require_wish
from litehq_core.domain.visitor_words import announcement, invitation, visitor_event
from litehq_core.domain.wall_clock import whole_second
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import reachable_member
from litehq_core.steps.once import run_once
from litehq_core.steps.visitor_host import pass_token, tell_host

__all__ = ["RegisterVisitor", "register_visitor"]


async def register_visitor(
    ports: Ports, actor: Actor, command: RegisterVisitor, once: Once | None = None
) -> Visitor:
    """The visitor, with a pass. Mails to the host and, if there is an address, to the visitor go.

    Raises:
        AuthScopeInsufficient: needs ``visitors:write``.
        ValidationFailed: a field is wrong, or the visit is over.
        NotFound: no such host, location or booking within reach.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.VISITORS_WRITE)
    require_wish(command)
    until_at = command.until_at
    wish = replace(
        command,
        expected_at=whole_second(command.expected_at),
        until_at=None if until_at is None else whole_second(until_at),
    )

    async def execute(tx: Transaction) -> Visitor:
        require_ahead(wish, tx.now)
        host = await reachable_member(tx, actor, wish.host_member_id)
        location = await tx.locations.get(wish.location_id)
        if location is None:
            raise NotFound("location")
        await _require_booking(tx, actor, wish.booking_id)
        secret = ports.new_secret()
        visitor = Visitor(
            id=ports.new_id(Prefix.VISITOR),
            workspace_id=actor.workspace_id,
            location_id=wish.location_id,
            host_member_id=host.id,
            company_id=host.company_id,
            booking_id=wish.booking_id,
            name=wish.name,
            email=wish.email,
            company_name=wish.company_name,
            expected_at=wish.expected_at,
            until_at=wish.until_at,
            notes=wish.notes,
            pass_hash=hash_secret(secret),
            pass_sealed=ports.vault.seal(secret.encode()),
            created_at=tx.now,
            updated_at=tx.now,
        )
        await tx.visitors.add(visitor)
        invited = invitation(visitor, host, location, ports.pass_url(pass_token(ports, visitor)))
        if invited is not None:
            await tx.mails.add(invited)
        await tell_host(tx, visitor, announcement)
        tx.emit(visitor_event(EventType.VISITOR_CREATED, visitor, None))
        return visitor

    return await run_once(ports, actor, once, command, execute)


async def _require_booking(tx: Transaction, actor: Actor, booking_id: str | None) -> None:
    if booking_id is None:
        return
    booking = await tx.bookings.get(booking_id)
    if booking is None or not actor.reaches(
        member_id=booking.member_id, company_id=booking.company_id
    ):
        raise BookingNotFound
