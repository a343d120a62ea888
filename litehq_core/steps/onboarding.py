"""Connecting a workspace to the payment provider: the phases after the first transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.connect import AccountState, Connection, connected
from litehq_core.domain.errors import StripeUnconfigured
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import LaterPhases
from litehq_core.steps.provider_reports import take_account


async def connection_of(tx: Transaction, ports: Ports) -> Connection:
    """How the transaction's workspace is connected."""
    return Connection(
        workspace_id=tx.actor.workspace_id,
        provider=ports.connect.provider,
        needs_account=ports.connect.needs_account,
        account=await tx.provider.account(),
    )


def onboarding_phases(
    ports: Ports, actor: Actor, return_url: str | None
) -> LaterPhases[Connection]:
    """Make the account, if there is none; ask how it stands; ask for a link."""

    async def run(
        connection: Connection, store: Callable[[Transaction, Connection], Awaitable[None]]
    ) -> Connection:
        state = await _state(ports, connection)
        link = await ports.connect.onboarding(state.account_id, return_url)
        async with ports.begin(actor) as tx:
            await _keep(tx, state)
            current = replace(await connection_of(tx, ports), link=link)
            await store(tx, current)
        return current

    async def load(tx: Transaction, workspace_id: str) -> Connection:
        return await connection_of(tx, ports)

    async def give_up(
        connection: Connection, store: Callable[[Transaction], Awaitable[None]]
    ) -> None:
        async with ports.begin(actor) as tx:
            await store(tx)

    return LaterPhases(
        subject=lambda connection: connection.workspace_id, load=load, run=run, give_up=give_up
    )


async def _state(ports: Ports, connection: Connection) -> AccountState:
    """The account as it is now; a new one if its owner has taken the last one away."""
    account = connection.account
    if account is not None and account.disconnected_at is None:
        try:
            return await ports.connect.account(account.state.account_id)
        except StripeUnconfigured:
            # Taken away, and no event has told us so far.
            pass
    replaces = account.state.account_id if account else None
    return await ports.connect.create_account(connection.workspace_id, replaces)


async def _keep(tx: Transaction, state: AccountState) -> None:
    """Note the account: a new one, another in its place, or how the one we have stands."""
    known = await tx.provider.account(lock=True)
    if known is None:
        await tx.provider.put_account(connected(tx.actor.workspace_id, state, tx.now))
    elif known.state.account_id != state.account_id:
        await tx.provider.forget_customers()
        fresh = connected(tx.actor.workspace_id, state, tx.now)
        await tx.provider.put_account(
            replace(fresh, version=known.version + 1, sequence=known.sequence)
        )
    else:
        await take_account(tx, state)
