"""The tables of the store in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litehq_core.domain.api_key import ApiKey
from litehq_core.domain.booking import Booking
from litehq_core.domain.claims import ClaimedCell
from litehq_core.domain.company import Company
from litehq_core.domain.connect import ConnectAccount
from litehq_core.domain.events import Event
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.invitation import Invitation
from litehq_core.domain.invoice import Invoice
from litehq_core.domain.invoice_charge import InvoiceCharge
from litehq_core.domain.ledger import Balance
from litehq_core.domain.ledger_chain import ChainHead, Entry
from litehq_core.domain.location import Location
from litehq_core.domain.lots import HeldLot, Lot
from litehq_core.domain.mail import Mail
from litehq_core.domain.member import Member
from litehq_core.domain.payment import Payment
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.series import Series
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.domain.visitor import Visitor
from litehq_core.domain.waitlist import WaitlistEntry
from litehq_core.domain.webhook import WebhookEndpoint
from litehq_core.domain.webhook_delivery import Delivery
from litehq_core.domain.welcome import Welcome
from litehq_core.domain.workspace import Workspace
from litehq_core.testing.table import Journal, MemoryDefect, Table


class MemoryTables:
    """Every table and the log. Keys begin with the workspace's id; most end with the row's own."""

    def __init__(self) -> None:
        self.journal = journal = Journal()
        self.workspaces: Table[Workspace] = Table(journal)
        self.locations: Table[Location] = Table(journal)
        self.rooms: Table[Room] = Table(journal)
        self.blackouts: Table[Blackout] = Table(journal)
        self.rate_cards: Table[RateCard] = Table(journal)
        self.members: Table[Member] = Table(journal)
        self.member_emails: Table[str] = Table(journal)
        # (workspace, member)
        self.invitations: Table[Invitation] = Table(journal)
        # (workspace, company)
        self.welcomes: Table[Welcome] = Table(journal)
        self.companies: Table[Company] = Table(journal)
        self.bookings: Table[Booking] = Table(journal)
        # (workspace, room, seat, cell) → booking, and (workspace, booking) → its keys' rest.
        self.claims: Table[str] = Table(journal)
        self.claimed_by: Table[frozenset[ClaimedCell]] = Table(journal)
        self.transfers: Table[Entry] = Table(journal)
        # (workspace, account), (workspace, hold) → open or ended, (workspace,).
        self.balances: Table[Balance] = Table(journal)
        self.holds: Table[str] = Table(journal)
        self.ledger_heads: Table[ChainHead] = Table(journal)
        self.lots: Table[HeldLot] = Table(journal)
        # (workspace, member)
        self.allocations: Table[TokenAllocation] = Table(journal)
        self.payments: Table[Payment] = Table(journal)
        self.series: Table[Series] = Table(journal)
        self.api_keys: Table[ApiKey] = Table(journal)
        self.quotes: Table[Quote] = Table(journal)
        self.waitlist: Table[WaitlistEntry] = Table(journal)
        self.mails: Table[Mail] = Table(journal)
        self.visitors: Table[Visitor] = Table(journal)
        self.invoices: Table[Invoice] = Table(journal)
        self.invoice_charges: Table[InvoiceCharge] = Table(journal)
        # (workspace,) → the last number, and (workspace, company) → when it is invoiced next.
        self.invoice_numbers: Table[int] = Table(journal)
        self.billing_runs: Table[datetime] = Table(journal)
        self.webhooks: Table[WebhookEndpoint] = Table(journal)
        self.deliveries: Table[Delivery] = Table(journal)
        # (workspace, follower) → position in the log
        self.relays: Table[int] = Table(journal)
        # (workspace,), (workspace, payer) → customer, (workspace, event)
        self.connect_accounts: Table[ConnectAccount] = Table(journal)
        self.customers: Table[str] = Table(journal)
        self.heard_events: Table[str] = Table(journal)
        # (workspace, principal, operation, key)
        self.idempotency: Table[IdempotencyRecord] = Table(journal)
        # Outside the journal: appended to at commit alone, when nothing can fail any more.
        self.events: dict[str, list[Event]] = {}
        # Workspace → up to where its log has been pruned.
        self.event_floors: dict[str, int] = {}

    def require_related(
        self,
        row: Room
        | Blackout
        | RateCard
        | Member
        | Booking
        | ApiKey
        | Lot
        | TokenAllocation
        | Invitation
        | Welcome
        | WaitlistEntry,
    ) -> None:
        """See to it that what a row refers to is there, in the same workspace.

        Raises:
            MemoryDefect: it is not.
        """
        references: list[tuple[Table[Any], str | None]]
        match row:
            case Room():
                references = [
                    (self.locations, row.location.id),
                    *((self.rooms, part_id) for part_id in row.parts),
                ]
            case Blackout():
                references = [(self.rooms, row.room_id), (self.locations, row.location_id)]
            case RateCard():
                references = [(self.rooms, row.room_id)]
            case Member():
                references = [(self.companies, row.company_id)]
            case Welcome():
                references = [(self.companies, row.company_id)]
            case ApiKey() | Lot() | TokenAllocation() | Invitation():
                references = [(self.members, row.member_id)]
            case WaitlistEntry():
                references = [
                    (self.locations, row.location_id),
                    (self.rooms, row.room_id),
                    (self.members, row.member_id),
                    (self.companies, row.company_id),
                ]
            case Booking():
                references = [
                    (self.rooms, row.room.id),
                    (self.members, row.member_id),
                    (self.companies, row.company_id),
                ]
        for table, row_id in references:
            if row_id is not None and table.get((row.workspace_id, row_id)) is None:
                raise MemoryDefect(f"{row} refers to {row_id}, which does not exist")
