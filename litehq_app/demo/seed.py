"""Furnishing an empty database with the demo workspace, through the use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from litehq_app.demo.bookings import plans
from litehq_app.demo.catalogue import TOKENS, WORKSPACE_ID, catalogue
from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.errors import AlreadyExists, NotFound, Refusal
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue

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


async def furnish(
    ports: Ports, *, hold_minutes: int, is_empty: Callable[[], Awaitable[bool]]
) -> bool:
    """Make the demo workspace if nothing at all is there; whether it exists in the end."""
    if await has_demo(ports):
        return True
    if not await is_empty():
        return False
    actor = demo_actor()
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
