"""Sweeping: what falls due by itself is done within a second or two."""

from __future__ import annotations

import structlog

from litehq_app.workers.supervisor import Duty
from litehq_core.domain.errors import Refusal
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Duty as Due
from litehq_core.use_cases.duties.run_due import BATCH, run_due

log = structlog.get_logger(logger_name="litehq.workers.sweeps")


def sweeps(ports: Ports, *, every_seconds: float = 1.0) -> Duty:
    """Expire holds, drop changes, complete bookings, send payments on their way."""
    failed = 0

    def note(due: Due, subject_id: str, error: Exception) -> None:
        nonlocal failed
        failed += 1
        if isinstance(error, Refusal):
            log.warning("due_refused", duty=due.value, subject_id=subject_id, code=error.code.value)
        else:
            log.error("due_failed", duty=due.value, subject_id=subject_id, exc_info=error)

    async def perform() -> bool:
        nonlocal failed
        failed = 0
        due = await run_due(ports, note)
        if due:
            log.info("due_done", done=due - failed, failed=failed)
        # What failed stays due; going on at once for its sake would never end.
        return due - failed >= BATCH

    return Duty(name="sweeps", perform=perform, every_seconds=every_seconds)
