"""One unit of work in SQL. The use cases see it as ``ports.transaction.Transaction``.

A transaction is a block of its caller's code, so it cannot be run again behind his back: what a
deadlock or a lost connection breaks is refused as ``ServiceUnavailable``. That deadlocks do not
happen is the work of the one order in which everybody takes locks (docs/decisions/0004).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from litehq_app.sql.api_keys import SqlApiKeys
from litehq_app.sql.billing import SqlBilling
from litehq_app.sql.bookings import SqlBookings
from litehq_app.sql.catalogue import SqlCatalogue
from litehq_app.sql.claims import SqlClaims
from litehq_app.sql.columns import epoch_seconds, instant_of, json_text, json_value
from litehq_app.sql.deliveries import SqlDeliveries
from litehq_app.sql.events import SqlEventLog, append_events
from litehq_app.sql.faults import faults_named
from litehq_app.sql.idempotency import SqlIdempotencyKeys
from litehq_app.sql.invoices import SqlInvoiceCharges, SqlInvoices
from litehq_app.sql.ledger import SqlLedger
from litehq_app.sql.mails import SqlMails
from litehq_app.sql.payments import SqlPayments
from litehq_app.sql.people import (
    SqlCompanies,
    SqlInvitations,
    SqlMembers,
    SqlWelcomes,
    SqlWorkspaces,
)
from litehq_app.sql.places import SqlBlackouts, SqlLocations
from litehq_app.sql.provider import SqlProviderRecords
from litehq_app.sql.quotes import SqlQuotes
from litehq_app.sql.rooms import SqlRooms
from litehq_app.sql.series import SqlSeries
from litehq_app.sql.token_allocations import SqlTokenAllocations
from litehq_app.sql.unit import Unit
from litehq_app.sql.visitors import SqlVisitors
from litehq_app.sql.waitlist import SqlWaitlist
from litehq_app.sql.webhooks import SqlRelays, SqlWebhooks
from litehq_app.sql.work import begun, commit, roll_back, to_its_end
from litehq_core.domain.api_key import Actor
from litehq_core.domain.events import EventDraft
from litehq_core.domain.ids import Prefix
from litehq_core.ports.boundary import transaction_boundary
from litehq_core.ports.connect import ProviderRecords
from litehq_core.ports.event_log import EventLog
from litehq_core.ports.invoices import Billing, InvoiceCharges, Invoices
from litehq_core.ports.mails import Mails
from litehq_core.ports.people import Companies, Invitations, Members, Welcomes, Workspaces
from litehq_core.ports.places import Blackouts, Locations
from litehq_core.ports.transaction import (
    ApiKeys,
    Bookings,
    Catalogue,
    Claims,
    IdempotencyKeys,
    Ledger,
    PaymentRecords,
    Quotes,
    Rooms,
    SeriesRecords,
    TokenAllocations,
    Transaction,
    Waitlist,
)
from litehq_core.ports.visitors import Visitors
from litehq_core.ports.webhooks import Deliveries, Relays, Webhooks

Clock = Callable[[], datetime]
NewId = Callable[[Prefix], str]

_DATABASE_NOW = text("SELECT CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)")


class SqlTransaction:
    """Implements ``Transaction``."""

    catalogue: Catalogue
    companies: Companies
    members: Members
    invitations: Invitations
    locations: Locations
    welcomes: Welcomes
    workspaces: Workspaces
    rooms: Rooms
    blackouts: Blackouts
    bookings: Bookings
    claims: Claims
    ledger: Ledger
    allocations: TokenAllocations
    payments: PaymentRecords
    series: SeriesRecords
    api_keys: ApiKeys
    quotes: Quotes
    waitlist: Waitlist
    idempotency: IdempotencyKeys
    mails: Mails
    visitors: Visitors
    log: EventLog
    invoices: Invoices
    billing: Billing
    invoice_charges: InvoiceCharges
    webhooks: Webhooks
    deliveries: Deliveries
    relays: Relays
    provider: ProviderRecords

    def __init__(self, unit: Unit, actor: Actor, new_id: NewId) -> None:
        self._new_id = new_id
        self._unit = unit
        self._actor = actor
        self._drafts: list[EventDraft] = []
        self.catalogue = SqlCatalogue(unit)
        self.companies = SqlCompanies(unit)
        self.members = self._members = SqlMembers(unit)
        self.invitations = SqlInvitations(unit)
        self.locations = SqlLocations(unit)
        self.welcomes = SqlWelcomes(unit)
        self.workspaces = SqlWorkspaces(unit)
        self.rooms = SqlRooms(unit)
        self.blackouts = SqlBlackouts(unit)
        self.bookings = SqlBookings(unit)
        self.claims = SqlClaims(unit)
        self.ledger = self._ledger = SqlLedger(unit)
        self.allocations = SqlTokenAllocations(unit)
        self.payments = SqlPayments(unit)
        self.series = SqlSeries(unit)
        self.api_keys = self._keys = SqlApiKeys(unit)
        self.quotes = SqlQuotes(unit)
        self.waitlist = SqlWaitlist(unit)
        self.idempotency = SqlIdempotencyKeys(unit)
        self.mails = SqlMails(unit, new_id)
        self.visitors = SqlVisitors(unit)
        self.log = SqlEventLog(unit)
        self.invoices = SqlInvoices(unit)
        self.billing = self._billing = SqlBilling(unit)
        self.invoice_charges = SqlInvoiceCharges(unit)
        self.webhooks = SqlWebhooks(unit)
        self.deliveries = SqlDeliveries(unit)
        self.relays = SqlRelays(unit)
        self.provider = SqlProviderRecords(unit)

    @property
    def now(self) -> datetime:
        """The transaction's one instant, in whole seconds."""
        return self._unit.now

    @property
    def actor(self) -> Actor:
        """On whose behalf everything happens."""
        return self._actor

    def new_id(self, prefix: Prefix) -> str:
        """A new id, rising with time."""
        return self._new_id(prefix)

    def emit(self, draft: EventDraft) -> None:
        """Add an event to the log, in the same commit, after all that was emitted before."""
        # As it is now: what the caller does to it afterwards is no part of the fact.
        self._drafts.append(
            replace(draft, object=_copy(draft.object), previous=_copy(draft.previous))
        )

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """A block whose writes and events are undone if it raises."""
        return self._savepoint()

    @asynccontextmanager
    async def _savepoint(self) -> AsyncIterator[None]:
        emitted, written = len(self._drafts), self._ledger.mark()
        awaited = self._billing.mark()
        with faults_named():
            nested = await to_its_end(self._unit.connection.begin_nested())
        try:
            yield
        except BaseException:
            del self._drafts[emitted:]
            self._ledger.forget_since(written)
            self._billing.forget_since(awaited)
            await roll_back(nested)
            raise
        with faults_named():
            await to_its_end(nested.commit())

    @property
    def changed_keys(self) -> bool:
        """Whether an API key that existed was written, or a member that keys may be bound to."""
        return self._keys.changed or self._members.changed

    async def finish(self) -> bool:
        """Write what has one order for the whole workspace, ledger and log; whether the log grew.

        The last statements before the commit, so that their locks are held as shortly as can be.
        """
        await self._billing.finish()
        await self._ledger.finish()
        await append_events(self._unit, self._actor, self._drafts, self._new_id)
        return bool(self._drafts)


class SqlTransactions:
    """Opens transactions on one writer engine.

    Args:
        clock: the instant of every transaction; None means the database's own on PostgreSQL.
        new_id: makes the ids of events.
        on_events: told of a workspace whose log has grown, after the commit.
        on_keys: told that some API key has changed, after the commit.
    """

    def __init__(
        self,
        writer: AsyncEngine,
        *,
        clock: Clock | None,
        new_id: NewId,
        on_events: Callable[[str], None],
        on_keys: Callable[[], None],
    ) -> None:
        self._writer = writer
        self._on_keys = on_keys
        self._clock = clock
        self._new_id = new_id
        self._on_events = on_events

    @asynccontextmanager
    async def begin(self, actor: Actor) -> AsyncIterator[Transaction]:
        """A transaction in the actor's workspace.

        Raises:
            ServiceUnavailable: the database is down, or did not take us in time.
            RuntimeError: inside another transaction.
        """
        with transaction_boundary():
            async with begun(self._writer) as work:
                with faults_named():
                    now = await self._now(work.connection)
                unit = Unit(connection=work.connection, workspace_id=actor.workspace_id, now=now)
                tx = SqlTransaction(unit, actor, self._new_id)
                yield tx
                grown = await tx.finish()
                await to_its_end(self._commit(work, tx, grown=grown))

    async def _commit(self, work: AsyncTransaction, tx: SqlTransaction, *, grown: bool) -> None:
        with faults_named():
            await commit(work)
        if tx.changed_keys:
            self._on_keys()
        # Here, so that a caller who is cancelled while he commits is told of all the same.
        if grown:
            self._on_events(tx.actor.workspace_id)

    async def _now(self, connection: AsyncConnection) -> datetime:
        if self._clock is not None:
            return instant_of(epoch_seconds(self._clock()))
        return instant_of((await to_its_end(connection.execute(_DATABASE_NOW))).scalar_one())


def _copy(snapshot: Mapping[str, Any] | None) -> Any:
    return None if snapshot is None else json_value(json_text(snapshot))
