"""Every port in memory: for tests, for trying things out, for running a whole app without a store.

``memory_ports()`` gives a fresh, empty set of ports that keeps to the same contract as the
SQL stores; ``tests/contract`` holds all of them to it.
"""

from litehq_core.testing.clock import Clock, system_clock
from litehq_core.testing.feed import MemoryFeed
from litehq_core.testing.mail import MemoryMailer
from litehq_core.testing.memory_ports import memory_ports
from litehq_core.testing.payments import MemoryPayments, PaymentCall
from litehq_core.testing.provider import MemoryConnect
from litehq_core.testing.rate_buckets import MemoryRateBuckets
from litehq_core.testing.reads import MemoryReads
from litehq_core.testing.sample import sample_catalogue
from litehq_core.testing.store import MemoryStore
from litehq_core.testing.table import MemoryDefect
from litehq_core.testing.tables import MemoryTables
from litehq_core.testing.transaction import MemoryTransaction
from litehq_core.testing.vault import MemoryVault
from litehq_core.testing.webhooks import MemoryWebhookSender

__all__ = [
    "Clock",
    "MemoryConnect",
    "MemoryDefect",
    "MemoryFeed",
    "MemoryMailer",
    "MemoryPayments",
    "MemoryRateBuckets",
    "MemoryReads",
    "MemoryStore",
    "MemoryTables",
    "MemoryTransaction",
    "MemoryVault",
    "MemoryWebhookSender",
    "PaymentCall",
    "memory_ports",
    "sample_catalogue",
    "system_clock",
]
