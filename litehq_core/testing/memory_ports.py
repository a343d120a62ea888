"""The one call that wires the ports in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from litehq_core.domain.evaluation import BookingRule
from litehq_core.domain.ids import id_source
from litehq_core.domain.plugins import Plugins
from litehq_core.domain.price_plugins import PriceRule
from litehq_core.domain.rate_limit import RateLimit
from litehq_core.ports.accounting import Accounting, NoAccounting
from litehq_core.ports.connect import Connect
from litehq_core.ports.feed import Feed
from litehq_core.ports.mailer import Mailer
from litehq_core.ports.payments import Payments
from litehq_core.ports.ports import Ports
from litehq_core.ports.vault import Vault
from litehq_core.ports.webhook_sender import WebhookSender
from litehq_core.steps.leased_rate_limits import LeasedRateLimits
from litehq_core.testing.clock import system_clock
from litehq_core.testing.feed import MemoryFeed
from litehq_core.testing.mail import MemoryMailer
from litehq_core.testing.payments import MemoryPayments
from litehq_core.testing.printer import MemoryPrinter
from litehq_core.testing.provider import MemoryConnect
from litehq_core.testing.rate_buckets import MemoryRateBuckets
from litehq_core.testing.reads import MemoryReads
from litehq_core.testing.store import MemoryStore
from litehq_core.testing.tables import MemoryTables
from litehq_core.testing.vault import MemoryVault
from litehq_core.testing.webhooks import MemoryWebhookSender


def memory_ports(
    *,
    clock: Callable[[], datetime] | None = None,
    payments: Payments | None = None,
    connect: Connect | None = None,
    mailer: Mailer | None = None,
    webhook_sender: WebhookSender | None = None,
    feed: Feed | None = None,
    vault: Vault | None = None,
    accounting: Accounting | None = None,
    price_rules: Iterable[PriceRule] = (),
    booking_rules: Iterable[BookingRule] = (),
    rate_limit: RateLimit | None = None,
    random_bits: Callable[[int], int] = secrets.randbits,
    wait_seconds: float = 5.0,
) -> Ports:
    """Fresh, empty ports in memory. Whatever is not given is made.

    Args:
        clock: the present instant; by default the machine's. Tests give a ``Clock``.
        price_rules, booking_rules: those that others bring, which rate cards and rooms may then
            name.
        rate_limit: of callers through a façade; by default the contract's.
        random_bits: what ids and secrets are made of besides the time.
        wait_seconds: how long ``begin`` waits for the transaction that has the writer.
    """
    clock = clock or system_clock
    feed = feed or MemoryFeed()

    def unix_ms() -> int:
        return int(clock().timestamp() * 1000)

    new_id = id_source(unix_ms, random_bits)
    tables = MemoryTables()
    store = MemoryStore(tables, clock=clock, feed=feed, new_id=new_id, wait_seconds=wait_seconds)
    return Ports(
        begin=store.begin,
        reads=MemoryReads(tables),
        payments=payments or MemoryPayments(),
        connect=connect or MemoryConnect(),
        mailer=mailer or MemoryMailer(),
        webhook_sender=webhook_sender or MemoryWebhookSender(),
        feed=feed,
        vault=vault or MemoryVault(),
        rate_limits=LeasedRateLimits(
            MemoryRateBuckets(clock),
            rate_limit or RateLimit(),
            holder="memory",
            clock=clock,
            ticks_ms=unix_ms,
        ),
        clock=clock,
        new_id=new_id,
        new_secret=lambda: f"{random_bits(256):064x}",
        printer=MemoryPrinter(),
        accounting=accounting or NoAccounting(),
        plugins=Plugins.of(price_rules=price_rules, booking_rules=booking_rules),
    )
