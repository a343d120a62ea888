"""A visitor has arrived."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.invitation import read_token
from litehq_core.domain.visitor import NOUN, Visitor, VisitorMove, VisitorStatus, move_visitor
from litehq_core.domain.visitor_words import arrival, visitor_event
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.visitor_host import reachable_visitor, require_reachable, tell_host


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInVisitor:
    """Somebody is here: by id, or by what the reception scanned.

    ``pass_token`` may be the whole address that stands in the code.
    """

    visitor_id: str | None = None
    pass_token: str | None = None
    expected_version: int | None = None


async def check_in_visitor(
    ports: Ports, actor: Actor, command: CheckInVisitor, once: Once | None = None
) -> Visitor:
    """The visitor, checked in; the host is told by mail. Checking in twice is once.

    Raises:
        AuthScopeInsufficient: needs ``visitors:write``.
        ValidationFailed: neither an id nor a pass is given, or both are.
        NotFound: no such visitor within reach, or no such pass.
        VersionConflict, InvalidTransition: stale, or called off.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.VISITORS_WRITE)
    if (command.visitor_id is None) == (command.pass_token is None):
        raise ValidationFailed.of("pass", "must be given, or else an id")

    async def execute(tx: Transaction) -> Visitor:
        visitor = await _found(tx, actor, command)
        if visitor.status is VisitorStatus.CHECKED_IN:
            return visitor
        visitor.require_version(command.expected_version)
        here, kind = move_visitor(visitor, VisitorMove.CHECK_IN, tx.now)
        await tx.visitors.save(here)
        await tell_host(tx, here, arrival)
        tx.emit(visitor_event(kind, here, visitor))
        return here

    return await run_once(ports, actor, once, command, execute)


async def _found(tx: Transaction, actor: Actor, command: CheckInVisitor) -> Visitor:
    """The visitor, locked."""
    visitor_id = command.visitor_id
    if command.pass_token is not None:
        parts = read_token(command.pass_token.rpartition("/")[2])
        # A pass of another workspace is one that does not exist.
        if parts is None or parts[0] != actor.workspace_id:
            raise NotFound(NOUN)
        visitor_id = require_reachable(actor, await tx.visitors.with_pass(parts[1])).id
    return await reachable_visitor(tx, actor, visitor_id or "", lock=True)
