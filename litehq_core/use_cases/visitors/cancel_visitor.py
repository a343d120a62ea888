"""Call a visit off."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.visitor import Visitor, VisitorMove, VisitorStatus, move_visitor
from litehq_core.domain.visitor_words import PENDING, visitor_event
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.visitor_host import reachable_visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelVisitor:
    """A wish to expect somebody no longer."""

    visitor_id: str
    expected_version: int | None = None


async def cancel_visitor(
    ports: Ports, actor: Actor, command: CancelVisitor, once: Once | None = None
) -> Visitor:
    """The cancelled visitor; mails that are still queued are not sent. Cancelling twice is once.

    Raises:
        AuthScopeInsufficient: needs ``visitors:write``.
        NotFound: no such visitor within reach.
        VersionConflict, InvalidTransition: stale, or here already.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.VISITORS_WRITE)

    async def execute(tx: Transaction) -> Visitor:
        visitor = await reachable_visitor(tx, actor, command.visitor_id, lock=True)
        if visitor.status is VisitorStatus.CANCELLED:
            return visitor
        visitor.require_version(command.expected_version)
        cancelled, kind = move_visitor(visitor, VisitorMove.CANCEL, tx.now)
        await tx.visitors.save(cancelled)
        await tx.mails.suppress(visitor.id, PENDING)
        tx.emit(visitor_event(kind, cancelled, visitor))
        return cancelled

    return await run_once(ports, actor, once, command, execute)
