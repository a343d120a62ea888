"""Change a company: its contact, its address, and what was agreed on with it."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.company import Company
from litehq_core.domain.company_changes import UpdateCompany, change_company
from litehq_core.domain.editing import Unset
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.agreed_rooms import require_agreed_rooms
from litehq_core.steps.once import run_once

__all__ = ["UpdateCompany", "update_company"]


async def update_company(
    ports: Ports, actor: Actor, command: UpdateCompany, once: Once | None = None
) -> Company:
    """The company after the change. Bookings that exist keep the prices they were made at.

    Raises:
        AuthScopeInsufficient: needs ``companies:write``, and for terms and prices a key that is
            not bound: they are agreed on with the operator.
        ValidationFailed: nothing is named, a field is wrong, or an override names a room that is
            not there.
        NotFound: no such company within reach.
        VersionConflict: the company is at another version.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.COMPANIES_WRITE)
    if command.is_the_operators:
        actor.require_operator(Scope.COMPANIES_WRITE)
    if command.changes_nothing:
        raise ValidationFailed.of("body", "names nothing to change")

    async def execute(tx: Transaction) -> Company:
        # Rooms come first in the order of locks, so they are looked up before the company is.
        if not isinstance(command.pricing_overrides, Unset):
            await require_agreed_rooms(tx, command.pricing_overrides)
        company = await tx.companies.lock(command.company_id)
        if company is None or not actor.reaches(member_id=None, company_id=company.id):
            raise NotFound("company")
        change = change_company(company, command, tx.now)
        if change is None:
            return company
        changed, event = change
        await tx.companies.save(changed)
        tx.emit(event)
        return changed

    return await run_once(ports, actor, once, command, execute)
