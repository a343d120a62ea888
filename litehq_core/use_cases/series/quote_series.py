"""Say what a series would come to, date by date, without booking it."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.series import BookedSeries
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_series import require_series, try_series
from litehq_core.steps.load_series import booked_series
from litehq_core.steps.once import run_once


class _Undone(Exception):
    """Takes what was found out of the savepoint that it undoes."""

    def __init__(self, found: BookedSeries) -> None:
        self.found = found


async def quote_series(
    ports: Ports, actor: Actor, command: CreateSeries, once: Once | None = None
) -> BookedSeries:
    """The series as it would be made now: it is made, looked at, and undone.

    What stands against a date is told beside it, not raised; with ``fail`` as with ``skip``. The
    ids are of nothing.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed, NotFound: the wish or its rule is wrong.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_READ)
    require_series(actor, command)

    async def execute(tx: Transaction) -> BookedSeries:
        try:
            async with tx.savepoint():
                series, _ = await try_series(tx, actor, command, ports)
                raise _Undone(await booked_series(tx, series))
        except _Undone as undone:
            return undone.found

    return await run_once(ports, actor, once, command, execute)
