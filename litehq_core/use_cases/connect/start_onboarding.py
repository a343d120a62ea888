"""Connect the workspace to the payment provider, or go on with it."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.connect import Connection
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.text import require_text
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.onboarding import connection_of, onboarding_phases
from litehq_core.steps.once import run_once

MOST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOnboarding:
    """The wish for a link on which the operator tells the provider what it wants to know.

    ``return_url``: where the provider sends him afterwards; by default to our start page.
    """

    return_url: str | None = None


async def start_onboarding(
    ports: Ports, actor: Actor, command: StartOnboarding, once: Once | None = None
) -> Connection:
    """The connection with a fresh link; an account is made if there is none, or none any more.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        ValidationFailed: ``return_url`` is no address.
        PaymentFailed, ServiceUnavailable: the provider refuses, or cannot be reached.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.BILLING_WRITE)
    _require_address(command.return_url)

    async def execute(tx: Transaction) -> Connection:
        return await connection_of(tx, ports)

    return await run_once(
        ports, actor, once, command, execute, onboarding_phases(ports, actor, command.return_url)
    )


def _require_address(url: str | None) -> None:
    if url is None:
        return
    require_text("return_url", url, most=MOST_ADDRESS)
    if not (url.startswith(("https://", "http://")) and url.isascii() and url.isprintable()):
        raise ValidationFailed.of("return_url", "must be an http(s) address")
    if " " in url:
        raise ValidationFailed.of("return_url", "must not hold spaces")
