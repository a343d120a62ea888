"""Take in one event of the payment provider's."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.provider_report import ProviderReport
from litehq_core.ports.ports import Ports
from litehq_core.steps.provider_reports import take_report


async def take_in_report(ports: Ports, actor: Actor, report: ProviderReport) -> bool:
    """Deal with an event in one transaction; False if it was dealt with before.

    In any order, any number of times, however late; about what we do not know it does nothing.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        ServiceUnavailable: not now; the provider delivers it again.
    """
    actor.require(Scope.BILLING_WRITE)
    async with ports.begin(actor) as tx:
        return await take_report(tx, ports, report)
