"""Tokens that lie idle in this process go back to where all can draw them."""

from __future__ import annotations

from litehq_app.workers.supervisor import Duty
from litehq_core.ports.ports import Ports


def rate_limits(ports: Ports, *, every_seconds: float = 2.0) -> Duty:
    """Tend the leases of this process."""

    async def perform() -> bool:
        await ports.rate_limits.tend()
        return False

    return Duty(name="rate_limits", perform=perform, every_seconds=every_seconds)
