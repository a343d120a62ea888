"""Verify a workspace's ledger."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import AuthScopeInsufficient
from litehq_core.domain.ledger import Account
from litehq_core.domain.ledger_audit import LedgerAudit
from litehq_core.domain.ledger_findings import Verification
from litehq_core.ports.ledger_reads import LedgerSnapshot
from litehq_core.ports.ports import Ports

PAGE = 500


async def verify_ledger(ports: Ports, actor: Actor, *, page: int = PAGE) -> Verification:
    """What came of verifying the actor's ledger, as it is at this moment.

    Everything is read in pages from one snapshot, so nobody has to wait for it, and a ledger of
    any length can be verified.

    Args:
        page: how many rows are read at once.

    Raises:
        AuthScopeInsufficient: needs ``billing:read`` on a key that is not bound.
    """
    actor.require(Scope.BILLING_READ)
    if actor.is_bound:
        raise AuthScopeInsufficient(f"{Scope.BILLING_READ} of an operator")
    audit = LedgerAudit(actor.workspace_id)
    async with ports.reads.ledger.snapshot(actor.workspace_id) as snapshot:
        await _read_entries(audit, snapshot, page)
        head = await snapshot.head()
        audit.compare_head(head)
        await _compare_balances(audit, snapshot, page)
        await _compare_bookings(audit, snapshot, page)
        await _compare_invoices(audit, snapshot, page)
    return audit.finish(head)


async def _read_entries(audit: LedgerAudit, snapshot: LedgerSnapshot, page: int) -> None:
    after = 0
    while entries := await snapshot.entries(after, page):
        for entry in entries:
            audit.read(entry)
        after = entries[-1].position


async def _compare_balances(audit: LedgerAudit, snapshot: LedgerSnapshot, page: int) -> None:
    last: Account | None = None
    while balances := await snapshot.balances(last, page):
        for account, balance in balances:
            audit.compare_balance(account, balance)
        last = balances[-1][0]
    after = ""
    while lots := await snapshot.lots(after, page):
        for held in lots:
            audit.compare_lot(held)
        after = lots[-1].lot.id


async def _compare_bookings(audit: LedgerAudit, snapshot: LedgerSnapshot, page: int) -> None:
    after = ""
    while bookings := await snapshot.bookings(after, page):
        for booking in bookings:
            audit.compare_booking(booking)
        after = bookings[-1].id


async def _compare_invoices(audit: LedgerAudit, snapshot: LedgerSnapshot, page: int) -> None:
    after = ""
    while invoices := await snapshot.invoices(after, page):
        for filed in invoices:
            audit.compare_invoice(filed)
        after = invoices[-1].invoice.id
    audit.finish_invoices(await snapshot.last_invoice_number())
