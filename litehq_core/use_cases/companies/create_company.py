"""Take on a tenant company."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.company import Company
from litehq_core.domain.company_changes import CreateCompany, new_company
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.agreed_rooms import require_agreed_rooms
from litehq_core.steps.once import run_once
from litehq_core.steps.welcome_company import begin_welcome

__all__ = ["CreateCompany", "create_company"]


async def create_company(
    ports: Ports, actor: Actor, command: CreateCompany, once: Once | None = None
) -> Company:
    """A new company. For operators. Its welcome begins, if the workspace has one.

    Raises:
        AuthScopeInsufficient: needs ``companies:write`` on a key that is not bound.
        ValidationFailed: a field is wrong, or an override names a room that is not there.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.COMPANIES_WRITE)

    async def execute(tx: Transaction) -> Company:
        company, event = new_company(
            command, ports.new_id(Prefix.COMPANY), actor.workspace_id, tx.now
        )
        await require_agreed_rooms(tx, company.pricing_overrides)
        await tx.catalogue.add(company)
        tx.emit(event)
        await begin_welcome(tx, company)
        return company

    return await run_once(ports, actor, once, command, execute)
