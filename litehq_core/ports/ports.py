"""The one record that holds every port."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

from litehq_core.domain.api_key import Actor
from litehq_core.domain.ids import Prefix
from litehq_core.domain.plugins import NO_PLUGINS, Plugins
from litehq_core.ports.accounting import Accounting, NoAccounting
from litehq_core.ports.connect import Connect
from litehq_core.ports.feed import Feed
from litehq_core.ports.mailer import Mailer
from litehq_core.ports.payments import Payments
from litehq_core.ports.printer import NoPrinter, Printer
from litehq_core.ports.rate_limits import RateLimits
from litehq_core.ports.reads import Reads
from litehq_core.ports.transaction import Transaction
from litehq_core.ports.vault import Vault
from litehq_core.ports.webhook_sender import WebhookSender

Begin = Callable[[Actor], AbstractAsyncContextManager[Transaction]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What every use case is given first.

    Attributes:
        begin: opens a transaction for an actor, in the actor's workspace.
        clock: the present instant, for reads; inside a transaction ``tx.now`` counts.
        new_id: a new id with a prefix, rising with time.
        new_secret: 256 random bits as text.
        plugins: the rules that others bring.
        accounting: who keeps the operator's books; by default nobody.
        printer: what makes PDF files; by default nothing.
        invitation_url: the address of the page behind an invitation's token.
        pass_url: the address of the page behind the token of a visitor's pass.
    """

    begin: Begin
    reads: Reads
    payments: Payments
    connect: Connect
    mailer: Mailer
    webhook_sender: WebhookSender
    feed: Feed
    vault: Vault
    rate_limits: RateLimits
    clock: Callable[[], datetime]
    new_id: Callable[[Prefix], str]
    new_secret: Callable[[], str]
    plugins: Plugins = NO_PLUGINS
    accounting: Accounting = field(default_factory=NoAccounting)
    printer: Printer = field(default_factory=NoPrinter)
    invitation_url: Callable[[str], str] = "/invitations/{}".format
    pass_url: Callable[[str], str] = "/passes/{}".format
