"""A process that dies between two steps: in front of a transaction, behind it, around a call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from litehq_core.domain.api_key import Actor
from litehq_core.domain.payment import Payment
from litehq_core.ports.payments import Charge, Checkout, Payments, SavedCardCharge, Verdict
from litehq_core.ports.ports import Begin
from litehq_core.ports.transaction import Transaction

Answer = TypeVar("Answer")


class Crash(BaseException):
    """The process is gone. Nobody handles it but who started it."""


class Fuse:
    """Counts the steps down and burns through at the one that was asked for."""

    def __init__(self) -> None:
        self.left = 0
        self.burnt = 0

    def step(self) -> None:
        """One boundary is crossed.

        Raises:
            Crash: here.
        """
        if self.left:
            self.left -= 1
            if not self.left:
                self.burnt += 1
                raise Crash

    def begins(self, begin: Begin) -> Begin:
        """Transactions with a boundary on either side."""

        @asynccontextmanager
        async def opened(actor: Actor) -> AsyncIterator[Transaction]:
            self.step()
            async with begin(actor) as tx:
                yield tx
            self.step()

        return opened


class CrashingPayments:
    """A provider with a boundary in front of each call, and one behind it."""

    def __init__(self, inner: Payments, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    async def _around(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        self._fuse.step()
        answer = await call()
        self._fuse.step()
        return answer

    async def open_checkout(self, payment: Payment) -> Checkout:
        """As the provider's."""
        return await self._around(lambda: self._inner.open_checkout(payment))

    async def close_checkout(self, payment: Payment) -> Verdict | None:
        """As the provider's."""
        return await self._around(lambda: self._inner.close_checkout(payment))

    async def look_up(self, payment: Payment) -> Verdict | None:
        """As the provider's."""
        return await self._around(lambda: self._inner.look_up(payment))

    async def refund(self, payment: Payment) -> str:
        """As the provider's."""
        return await self._around(lambda: self._inner.refund(payment))

    async def has_saved_card(self, workspace_id: str, payer_id: str) -> bool:
        """As the provider's."""
        return await self._inner.has_saved_card(workspace_id, payer_id)

    async def charge_saved_card(self, charge: SavedCardCharge) -> Charge:
        """As the provider's."""
        return await self._around(lambda: self._inner.charge_saved_card(charge))
