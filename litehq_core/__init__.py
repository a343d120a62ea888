"""LiteHQ's domain library: rooms, rules, prices, bookings and a token ledger.

Standard library only. A use case is a function of ports, actor and command; the same call
serves Python, REST and GraphQL::

    booking = await create_booking(ports, actor, CreateBooking(room_id=…, …))
"""

from litehq_core.domain.accounting_sync import AccountingSync, SyncStatus
from litehq_core.domain.api_key import EVERY_SCOPE, Actor, ApiKey, Scope, system_actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.availability import BusyBlock, RoomAvailability, availability
from litehq_core.domain.availability_change import AvailabilityChange
from litehq_core.domain.blackouts import CreateBlackout, DeleteBlackout, PlacedBlackout
from litehq_core.domain.booking import (
    TRANSITIONS,
    Booking,
    BookingStatus,
    Guest,
    Move,
    PendingChange,
    move,
)
from litehq_core.domain.booking_calendar import event_of_booking
from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.calendar_text import (
    CalendarEvent,
    CalendarMethod,
    CalendarPerson,
    EventStatus,
    calendar_text,
)
from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep, RefundPolicy
from litehq_core.domain.cancellation_preview import (
    CancellationPreview,
    Refund,
    RefundStep,
    cancellation_preview,
)
from litehq_core.domain.company import Address, BillingContact, BillingTerms, Company
from litehq_core.domain.company_changes import CreateCompany, UpdateCompany
from litehq_core.domain.custom_rule import CustomRule, CustomRuleFailed
from litehq_core.domain.delta import Delta, delta
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import (
    AlreadyExists,
    Alternative,
    AuthInvalid,
    AuthScopeInsufficient,
    BookingNotFound,
    BookingRuleViolated,
    Code,
    CursorExpired,
    EditWindowClosed,
    FieldError,
    IdempotencyConflict,
    IdempotencyInProgress,
    InsufficientTokens,
    InvalidTransition,
    NotFound,
    PaymentFailed,
    QuoteExpired,
    Refusal,
    ServiceUnavailable,
    SlotMisaligned,
    SlotUnavailable,
    StripeUnconfigured,
    ValidationFailed,
    VersionConflict,
    Violation,
)
from litehq_core.domain.evaluation import Booker, BookingRule, Request, RuleContext, evaluate
from litehq_core.domain.event_words import event_json
from litehq_core.domain.events import Event, EventDraft, EventType
from litehq_core.domain.forms import FormConstant, FormLeaf, LeafKind, PageForm, RowForm
from litehq_core.domain.idempotency import Once, Replayed
from litehq_core.domain.ids import Prefix, id_source
from litehq_core.domain.interval import Interval
from litehq_core.domain.invitation import Invitation, InvitationStanding
from litehq_core.domain.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceStatus,
    TaxTotal,
)
from litehq_core.domain.invoice_charge import (
    ChargedInvoice,
    ChargeOutcome,
    InvoiceCharge,
    InvoiceChargeStatus,
)
from litehq_core.domain.invoice_page import InvoicePage
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Effect,
    Transfer,
    TransferKind,
    balances,
    effects,
    end_hold,
    expired_at,
    issued_by,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_chain import ChainHead
from litehq_core.domain.ledger_findings import Finding, FindingKind, Verification
from litehq_core.domain.location import Location
from litehq_core.domain.location_changes import CreateLocation, UpdateLocation
from litehq_core.domain.lots import HeldLot, Lot, LotShare, LotSource, Wallet, filled, last_burnt
from litehq_core.domain.mail import Mail, Mailbox, MailDraft, MailKind, MailStatus
from litehq_core.domain.member import Member, MemberStatus, MemberWithTokens
from litehq_core.domain.member_changes import InviteMember, UpdateMember
from litehq_core.domain.money import Money
from litehq_core.domain.new_rate_card import CreateRateCard
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.payment import (
    Payment,
    PaymentKind,
    PaymentOutcome,
    PaymentPurpose,
    PaymentStatus,
    Share,
    Source,
)
from litehq_core.domain.plugins import Plugins
from litehq_core.domain.price import Payer, Price, PriceLine
from litehq_core.domain.price_plugins import Extra, PriceQuestion, PriceRule
from litehq_core.domain.price_rules import (
    BandWeek,
    FixedPrice,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
)
from litehq_core.domain.pricing import choose_billing_mode, price_slot
from litehq_core.domain.query import Condition, Op, Page, PageQuery, Paging
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.quota_usage import CountedSlot, Tally
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import BillingMode, RateCard, card_on
from litehq_core.domain.reasons import Reason
from litehq_core.domain.recurrence import Frequency, NthWeekday, Recurrence
from litehq_core.domain.recurrence_text import parse_rule, rule_text
from litehq_core.domain.room import Blackout, Room, RoomSummary
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.series import (
    BookedSeries,
    EditResult,
    LastEdit,
    Occurrence,
    OnConflict,
    Outcome,
    Series,
    SeriesRefused,
    SeriesScope,
    Why,
)
from litehq_core.domain.slot_grid import SlotGrid
from litehq_core.domain.taxes import TaxRate
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.domain.token_posting import TokenPosting, TokensPosted
from litehq_core.domain.visitor import RegisterVisitor, Visitor, VisitorStatus, VisitorsWhen
from litehq_core.domain.waitlist import Offer, WaitlistEntry, WaitlistStatus
from litehq_core.domain.webhook import (
    DisabledReason,
    ReplayWindow,
    ShownWebhook,
    WebhookEndpoint,
    WebhookHealth,
    WebhookStatus,
    WebhookUnverified,
)
from litehq_core.domain.webhook_delivery import Attempt, Delivery, DeliveryStatus
from litehq_core.domain.webhook_signing import new_webhook_secret, signed_headers
from litehq_core.domain.webhook_wishes import CreateWebhook, RotateWebhookSecret, UpdateWebhook
from litehq_core.domain.welcome import WelcomeKind, WelcomeStep
from litehq_core.domain.workspace import Mode, Workspace
from litehq_core.domain.workspace_changes import UpdateWorkspace
from litehq_core.ports.accounting import (
    Accounting,
    AccountingDeferred,
    AccountingRejected,
    NoAccounting,
)
from litehq_core.ports.connect import Connect
from litehq_core.ports.feed import Feed
from litehq_core.ports.mailer import MailDeferred, Mailer, MailRejected
from litehq_core.ports.payments import (
    Charge,
    ChargeStatus,
    Checkout,
    Payments,
    SavedCardCharge,
    Verdict,
)
from litehq_core.ports.ports import Ports
from litehq_core.ports.printer import NoPrinter, Printer
from litehq_core.ports.rate_limits import RateLimits
from litehq_core.ports.reads import Due, Duty, Reads
from litehq_core.ports.transaction import Transaction
from litehq_core.ports.vault import Vault
from litehq_core.ports.webhook_sender import WebhookAnswer, WebhookRequest, WebhookSender
from litehq_core.steps.placed_entry import PlacedEntry
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_core.use_cases.api_keys.mint_api_token import (
    MintApiToken,
    MintedApiToken,
    mint_api_token,
)
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_core.use_cases.audit.list_audit import ListAudit, list_audit
from litehq_core.use_cases.availability.follow_availability import (
    FollowAvailability,
    follow_availability,
)
from litehq_core.use_cases.availability.list_availability import ListAvailability, list_availability
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.blackouts.delete_blackout import delete_blackout
from litehq_core.use_cases.bookings.cancel_booking import CancelBooking, cancel_booking
from litehq_core.use_cases.bookings.create_booking import CreateBooking, create_booking
from litehq_core.use_cases.bookings.get_booking import get_booking
from litehq_core.use_cases.bookings.list_bookings import ListBookings, list_bookings
from litehq_core.use_cases.bookings.mark_no_show import MarkNoShow, mark_no_show
from litehq_core.use_cases.bookings.preview_cancellation import preview_cancellation
from litehq_core.use_cases.bookings.quote_booking import quote_booking
from litehq_core.use_cases.bookings.update_booking import EditBooking, update_booking
from litehq_core.use_cases.calendar.read_calendar import ReadCalendar, read_calendar
from litehq_core.use_cases.companies.create_company import create_company
from litehq_core.use_cases.companies.list_companies import ListCompanies, list_companies
from litehq_core.use_cases.companies.update_company import update_company
from litehq_core.use_cases.duties.deliver_webhooks import deliver_webhooks, prune_deliveries
from litehq_core.use_cases.duties.prune_events import prune_events
from litehq_core.use_cases.duties.relay_events import relay_events
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.duties.send_mail import send_mail
from litehq_core.use_cases.events.follow_events import FollowEvents, follow_events
from litehq_core.use_cases.events.list_events import EventPage, ListEvents, list_events
from litehq_core.use_cases.events.stream_events import EventBatch, StreamEvents, stream_events
from litehq_core.use_cases.invoices.charge_invoice import ChargeInvoice, charge_invoice
from litehq_core.use_cases.invoices.create_invoice import CreateInvoice, create_invoice
from litehq_core.use_cases.invoices.credit_invoice import CreditInvoice, credit_invoice
from litehq_core.use_cases.invoices.list_invoices import ListInvoices, list_invoices
from litehq_core.use_cases.invoices.open_invoice import OpenInvoice, open_invoice
from litehq_core.use_cases.invoices.print_invoice import PrintedInvoice, print_invoice
from litehq_core.use_cases.invoices.settle_invoice_charge import (
    SettleInvoiceCharge,
    settle_invoice_charge,
)
from litehq_core.use_cases.invoices.void_invoice import VoidInvoice, void_invoice
from litehq_core.use_cases.ledger.verify_ledger import verify_ledger
from litehq_core.use_cases.locations.create_location import create_location
from litehq_core.use_cases.locations.update_location import update_location
from litehq_core.use_cases.mail.read_outbox import get_mail, list_mails
from litehq_core.use_cases.members.accept_invitation import (
    OpenedInvitation,
    accept_invitation,
    read_invitation,
)
from litehq_core.use_cases.members.invite_member import invite_member
from litehq_core.use_cases.members.list_members import ListMembers, get_member, list_members
from litehq_core.use_cases.members.reinvite_member import ReinviteMember, reinvite_member
from litehq_core.use_cases.members.update_member import update_member
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.rate_cards.create_rate_card import create_rate_card
from litehq_core.use_cases.records.count_listed import count_listed
from litehq_core.use_cases.rooms.create_room import CreateRoom, create_room
from litehq_core.use_cases.rooms.update_room import UpdateRoom, update_room
from litehq_core.use_cases.series.cancel_series import CancelSeries, cancel_series
from litehq_core.use_cases.series.create_series import CreateSeries, create_series
from litehq_core.use_cases.series.list_series import ListSeries, list_series
from litehq_core.use_cases.series.quote_series import quote_series
from litehq_core.use_cases.series.retry_series import RetrySeries, retry_series
from litehq_core.use_cases.series.update_series import EditSeries, update_series
from litehq_core.use_cases.tokens.adjust_tokens import AdjustTokens, adjust_tokens
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.tokens.list_token_transactions import (
    ListTokenTransactions,
    list_token_transactions,
    stream_token_transactions,
)
from litehq_core.use_cases.tokens.set_token_allocation import (
    SetTokenAllocation,
    set_token_allocation,
)
from litehq_core.use_cases.tokens.stop_token_allocation import (
    StopTokenAllocation,
    stop_token_allocation,
)
from litehq_core.use_cases.visitors.cancel_visitor import CancelVisitor, cancel_visitor
from litehq_core.use_cases.visitors.check_in_visitor import CheckInVisitor, check_in_visitor
from litehq_core.use_cases.visitors.list_visitors import ListVisitors, list_visitors
from litehq_core.use_cases.visitors.read_pass import OpenedPass, open_pass, read_pass
from litehq_core.use_cases.visitors.register_visitor import register_visitor
from litehq_core.use_cases.waitlist.accept_offer import AcceptOffer, accept_offer
from litehq_core.use_cases.waitlist.join_waitlist import JoinWaitlist, join_waitlist
from litehq_core.use_cases.waitlist.leave_waitlist import LeaveWaitlist, leave_waitlist
from litehq_core.use_cases.waitlist.list_waitlist import ListWaitlist, list_waitlist
from litehq_core.use_cases.webhooks.create_webhook import CreatedWebhook, create_webhook
from litehq_core.use_cases.webhooks.delete_webhook import DeleteWebhook, delete_webhook
from litehq_core.use_cases.webhooks.list_deliveries import ListDeliveries, list_deliveries
from litehq_core.use_cases.webhooks.replay_webhook import (
    ReplayWebhook,
    WebhookReplay,
    replay_webhook,
)
from litehq_core.use_cases.webhooks.rotate_webhook_secret import (
    RotatedWebhook,
    rotate_webhook_secret,
)
from litehq_core.use_cases.webhooks.send_test_event import SendTestEvent, send_test_event
from litehq_core.use_cases.webhooks.update_webhook import update_webhook
from litehq_core.use_cases.webhooks.verify_webhook import VerifyWebhook, verify_webhook
from litehq_core.use_cases.workspaces.create_workspace import CreateWorkspace, create_workspace
from litehq_core.use_cases.workspaces.get_workspace import get_workspace
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from litehq_core.use_cases.workspaces.update_workspace import update_workspace

__all__ = [
    "EVERY_SCOPE",
    "TRANSITIONS",
    "UNSET",
    "AcceptOffer",
    "Account",
    "AccountKind",
    "Accounting",
    "AccountingDeferred",
    "AccountingRejected",
    "AccountingSync",
    "Actor",
    "Address",
    "AdjustTokens",
    "AlreadyExists",
    "Alternative",
    "ApiKey",
    "Attempt",
    "AuthInvalid",
    "AuthScopeInsufficient",
    "AvailabilityChange",
    "Balance",
    "BandWeek",
    "BillingContact",
    "BillingMode",
    "BillingTerms",
    "Blackout",
    "BookedSeries",
    "Booker",
    "Booking",
    "BookingNotFound",
    "BookingRule",
    "BookingRuleViolated",
    "BookingRules",
    "BookingStatus",
    "BusyBlock",
    "BusyKind",
    "CalendarEvent",
    "CalendarMethod",
    "CalendarPerson",
    "CancelBooking",
    "CancelSeries",
    "CancelVisitor",
    "CancellationPolicy",
    "CancellationPreview",
    "CancellationStep",
    "ChainHead",
    "Charge",
    "ChargeInvoice",
    "ChargeOutcome",
    "ChargeStatus",
    "ChargedInvoice",
    "CheckInVisitor",
    "Checkout",
    "Code",
    "Company",
    "Condition",
    "Connect",
    "CountedSlot",
    "CreateBlackout",
    "CreateBooking",
    "CreateCompany",
    "CreateInvoice",
    "CreateLocation",
    "CreateRateCard",
    "CreateRoom",
    "CreateSeries",
    "CreateWebhook",
    "CreateWorkspace",
    "CreatedWebhook",
    "CreditInvoice",
    "CursorExpired",
    "CustomRule",
    "CustomRuleFailed",
    "DeleteBlackout",
    "DeleteWebhook",
    "Delivery",
    "DeliveryStatus",
    "Delta",
    "DisabledReason",
    "Due",
    "Duty",
    "EditBooking",
    "EditResult",
    "EditSeries",
    "EditWindowClosed",
    "Effect",
    "Event",
    "EventBatch",
    "EventDraft",
    "EventPage",
    "EventStatus",
    "EventType",
    "Extra",
    "Feed",
    "FieldError",
    "Finding",
    "FindingKind",
    "FixedPrice",
    "FollowAvailability",
    "FollowEvents",
    "FormConstant",
    "FormLeaf",
    "Frequency",
    "GrantTokens",
    "Guest",
    "HeldLot",
    "IdempotencyConflict",
    "IdempotencyInProgress",
    "InsufficientTokens",
    "Interval",
    "InvalidTransition",
    "Invitation",
    "InvitationStanding",
    "InviteMember",
    "Invoice",
    "InvoiceCharge",
    "InvoiceChargeStatus",
    "InvoiceKind",
    "InvoiceLine",
    "InvoicePage",
    "InvoiceStatus",
    "JoinWaitlist",
    "LastEdit",
    "LeafKind",
    "LeaveWaitlist",
    "ListAudit",
    "ListAvailability",
    "ListBookings",
    "ListCompanies",
    "ListDeliveries",
    "ListEvents",
    "ListInvoices",
    "ListMembers",
    "ListSeries",
    "ListTokenTransactions",
    "ListVisitors",
    "ListWaitlist",
    "Location",
    "Lot",
    "LotShare",
    "LotSource",
    "Mail",
    "MailDeferred",
    "MailDraft",
    "MailKind",
    "MailRejected",
    "MailStatus",
    "Mailbox",
    "Mailer",
    "MarkNoShow",
    "Member",
    "MemberStatus",
    "MemberWithTokens",
    "MintApiToken",
    "MintedApiToken",
    "Mode",
    "Money",
    "Move",
    "NoAccounting",
    "NoPrinter",
    "NotFound",
    "Noun",
    "NthWeekday",
    "Occupied",
    "Occurrence",
    "Offer",
    "OnConflict",
    "Once",
    "Op",
    "OpenInvoice",
    "OpenedInvitation",
    "OpenedPass",
    "OpeningHours",
    "Outcome",
    "Page",
    "PageForm",
    "PageQuery",
    "Paging",
    "Payer",
    "Payment",
    "PaymentFailed",
    "PaymentKind",
    "PaymentOutcome",
    "PaymentPurpose",
    "PaymentStatus",
    "Payments",
    "PendingChange",
    "PlacedBlackout",
    "PlacedEntry",
    "Plugins",
    "Ports",
    "Prefix",
    "Price",
    "PriceBand",
    "PriceLine",
    "PriceQuestion",
    "PriceRule",
    "PriceRules",
    "PricingOverride",
    "PrintedInvoice",
    "Printer",
    "Quota",
    "QuotaHolder",
    "QuotaMeasure",
    "QuotaScope",
    "Quote",
    "QuoteExpired",
    "RateCard",
    "RateLimits",
    "ReadCalendar",
    "Reads",
    "Reason",
    "Recurrence",
    "Refund",
    "RefundPolicy",
    "RefundStep",
    "Refusal",
    "RegisterVisitor",
    "ReinviteMember",
    "ReplayWebhook",
    "ReplayWindow",
    "Replayed",
    "Request",
    "RetrySeries",
    "RevokeApiToken",
    "Room",
    "RoomAvailability",
    "RoomCalendar",
    "RoomSummary",
    "RotateWebhookSecret",
    "RotatedWebhook",
    "RowForm",
    "RuleContext",
    "RuleOverride",
    "SavedCardCharge",
    "Scope",
    "SendTestEvent",
    "Series",
    "SeriesRefused",
    "SeriesScope",
    "ServiceUnavailable",
    "SetTokenAllocation",
    "SettleInvoiceCharge",
    "SettlePayment",
    "Share",
    "ShownWebhook",
    "SlotGrid",
    "SlotMisaligned",
    "SlotUnavailable",
    "Source",
    "StopTokenAllocation",
    "StreamEvents",
    "StripeUnconfigured",
    "SyncStatus",
    "Tally",
    "Tax",
    "TaxRate",
    "TaxTotal",
    "TokenAllocation",
    "TokenPosting",
    "TokensPosted",
    "Transaction",
    "Transfer",
    "TransferKind",
    "Unset",
    "UpdateCompany",
    "UpdateLocation",
    "UpdateMember",
    "UpdateRoom",
    "UpdateWebhook",
    "UpdateWorkspace",
    "ValidationFailed",
    "Vault",
    "Verdict",
    "Verification",
    "VerifyWebhook",
    "VersionConflict",
    "Violation",
    "Visitor",
    "VisitorStatus",
    "VisitorsWhen",
    "VoidInvoice",
    "WaitlistEntry",
    "WaitlistStatus",
    "Wallet",
    "WebhookAnswer",
    "WebhookEndpoint",
    "WebhookHealth",
    "WebhookReplay",
    "WebhookRequest",
    "WebhookSender",
    "WebhookStatus",
    "WebhookUnverified",
    "WelcomeKind",
    "WelcomeStep",
    "Why",
    "Workspace",
    "accept_invitation",
    "accept_offer",
    "adjust_tokens",
    "authenticate",
    "availability",
    "balances",
    "calendar_text",
    "cancel_booking",
    "cancel_series",
    "cancel_visitor",
    "cancellation_preview",
    "card_on",
    "charge_invoice",
    "check_in_visitor",
    "choose_billing_mode",
    "count_listed",
    "create_blackout",
    "create_booking",
    "create_company",
    "create_invoice",
    "create_location",
    "create_rate_card",
    "create_room",
    "create_series",
    "create_webhook",
    "create_workspace",
    "credit_invoice",
    "delete_blackout",
    "delete_webhook",
    "deliver_webhooks",
    "delta",
    "effects",
    "end_hold",
    "evaluate",
    "event_json",
    "event_of_booking",
    "expired_at",
    "filled",
    "follow_availability",
    "follow_events",
    "get_booking",
    "get_mail",
    "get_member",
    "get_workspace",
    "grant_tokens",
    "id_source",
    "import_catalogue",
    "invite_member",
    "issued_by",
    "join_waitlist",
    "last_burnt",
    "leave_waitlist",
    "list_audit",
    "list_availability",
    "list_bookings",
    "list_companies",
    "list_deliveries",
    "list_events",
    "list_invoices",
    "list_mails",
    "list_members",
    "list_series",
    "list_token_transactions",
    "list_visitors",
    "list_waitlist",
    "mark_no_show",
    "mint_api_token",
    "move",
    "new_webhook_secret",
    "open_invoice",
    "open_pass",
    "parse_rule",
    "preview_cancellation",
    "price_slot",
    "print_invoice",
    "prune_deliveries",
    "prune_events",
    "quote_booking",
    "quote_series",
    "read_calendar",
    "read_invitation",
    "read_pass",
    "redeemed_at",
    "register_visitor",
    "reinvite_member",
    "relay_events",
    "replay_webhook",
    "retry_series",
    "revoke_api_token",
    "rotate_webhook_secret",
    "rule_text",
    "run_due",
    "send_mail",
    "send_test_event",
    "set_token_allocation",
    "settle_invoice_charge",
    "settle_payment",
    "signed_headers",
    "stop_token_allocation",
    "stream_events",
    "stream_token_transactions",
    "system_actor",
    "update_booking",
    "update_company",
    "update_location",
    "update_member",
    "update_room",
    "update_series",
    "update_webhook",
    "update_workspace",
    "verify_ledger",
    "verify_webhook",
    "void_invoice",
    "wallet_of",
]
