"""Furnishing an empty database with the demo workspace, through the use cases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import cast

import structlog

from litehq_app.demo.bookings import plans
from litehq_app.demo.catalogue import TOKENS, WORKSPACE_ID, catalogue
from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.errors import AlreadyExists, NotFound, Refusal
from litehq_core.domain.mail import MailDraft, MailKind
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.ports.mails import Mails
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue

Begin = Callable[[Actor], AbstractAsyncContextManager[Transaction]]

log = structlog.get_logger(logger_name="litehq.demo")


def demo_actor() -> Actor:
    """On whose behalf the demo workspace is furnished."""
    return system_actor(WORKSPACE_ID, "demo")


async def has_demo(ports: Ports) -> bool:
    """Whether the demo workspace exists."""
    async with ports.begin(demo_actor()) as tx:
        try:
            await tx.catalogue.workspace()
        except NotFound:
            return False
        return True


class _NoMails:
    """An outbox that keeps nothing of what the demo's bookers would be told at the start."""

    async def add(self, draft: MailDraft) -> None:
        """Nobody has booked, so nobody is told."""

    async def suppress(self, subject_id: str, kinds: Collection[MailKind]) -> int:
        """There is nothing to take back."""
        return 0


def _without_mail(begin: Begin) -> Begin:
    """Transactions that write to nobody."""

    @asynccontextmanager
    async def silent(actor: Actor) -> AsyncIterator[Transaction]:
        async with begin(actor) as tx:
            tx.mails = cast(Mails, _NoMails())
            yield tx

    return silent


async def furnish(
    ports: Ports, *, hold_minutes: int, is_empty: Callable[[], Awaitable[bool]]
) -> bool:
    """Make the demo workspace if nothing at all is there; whether it exists in the end."""
    if await has_demo(ports):
        return True
    if not await is_empty():
        return False
    actor, ports = demo_actor(), replace(ports, begin=_without_mail(ports.begin))
    now = ports.clock().replace(microsecond=0)
    try:
        await import_catalogue(ports, actor, catalogue(now, hold_minutes))
    except AlreadyExists:
        # Another process is furnishing it at this moment.
        return True
    for member_id, amount in TOKENS.items():
        await grant_tokens(
            ports, actor, GrantTokens(member_id=member_id, amount=amount, cause="demo")
        )
    made = 0
    for plan in plans(now):
        try:
            booking = await create_booking(ports, actor, plan.wish)
            if plan.paid and booking.payment_id:
                await settle_payment(
                    ports,
                    actor,
                    SettlePayment(payment_id=booking.payment_id, outcome=PaymentOutcome.PAID),
                )
        except Refusal as refusal:
            # One booking less is no reason not to start.
            log.warning("demo_booking_refused", wish=plan.wish, message=refusal.message)
        else:
            made += 1
    log.debug("demo_furnished", bookings=made)
    return True
