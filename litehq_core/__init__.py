"""LiteHQ's domain library: rooms, rules, prices, bookings and a token ledger.

Standard library only. A use case is a function of ports, actor and command; the same call
serves Python, REST and GraphQL::

    booking = await create_booking(ports, actor, CreateBooking(room_id=…, …))
"""

from litehq_core.domain.api_key import EVERY_SCOPE, Actor, ApiKey, Scope, system_actor
from litehq_core.domain.booking import Booking, BookingStatus, Guest
from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep, RefundPolicy
from litehq_core.domain.cancellation_preview import CancellationPreview
from litehq_core.domain.company import BillingTerms, Company
from litehq_core.domain.custom_rule import CustomRule
from litehq_core.domain.errors import Code, Refusal, ValidationFailed, Violation
from litehq_core.domain.evaluation import BookingRule, Request, RuleContext
from litehq_core.domain.idempotency import Once, Replayed
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.money import Money
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.price import Price
from litehq_core.domain.price_plugins import Extra, PriceQuestion, PriceRule
from litehq_core.domain.price_rules import FixedPrice, PriceBand, PriceRules, PricingOverride, Tax
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.recurrence import Frequency, NthWeekday, Recurrence
from litehq_core.domain.recurrence_text import parse_rule, rule_text
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.series import BookedSeries, OnConflict, Series, SeriesRefused, SeriesScope
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.domain.workspace import Mode, Workspace
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_core.use_cases.api_keys.mint_api_token import MintApiToken, mint_api_token
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_core.use_cases.availability.follow_availability import (
    FollowAvailability,
    follow_availability,
)
from litehq_core.use_cases.availability.list_availability import ListAvailability, list_availability
from litehq_core.use_cases.bookings.cancel_booking import CancelBooking, cancel_booking
from litehq_core.use_cases.bookings.create_booking import CreateBooking, create_booking
from litehq_core.use_cases.bookings.get_booking import get_booking
from litehq_core.use_cases.bookings.list_bookings import ListBookings, list_bookings
from litehq_core.use_cases.bookings.mark_no_show import MarkNoShow, mark_no_show
from litehq_core.use_cases.bookings.preview_cancellation import preview_cancellation
from litehq_core.use_cases.bookings.quote_booking import quote_booking
from litehq_core.use_cases.bookings.update_booking import EditBooking, update_booking
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.events.follow_events import FollowEvents, follow_events
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from litehq_core.use_cases.rooms.update_room import UpdateRoom, update_room
from litehq_core.use_cases.series.cancel_series import CancelSeries, cancel_series
from litehq_core.use_cases.series.create_series import CreateSeries, create_series
from litehq_core.use_cases.series.list_series import ListSeries, list_series
from litehq_core.use_cases.series.retry_series import RetrySeries, retry_series
from litehq_core.use_cases.series.update_series import EditSeries, update_series
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.waitlist.accept_offer import AcceptOffer, accept_offer
from litehq_core.use_cases.waitlist.join_waitlist import JoinWaitlist, join_waitlist
from litehq_core.use_cases.waitlist.leave_waitlist import LeaveWaitlist, leave_waitlist
from litehq_core.use_cases.waitlist.list_waitlist import ListWaitlist, list_waitlist
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue

__all__ = [
    "EVERY_SCOPE",
    "AcceptOffer",
    "Actor",
    "ApiKey",
    "BillingMode",
    "BillingTerms",
    "Blackout",
    "BookedSeries",
    "Booking",
    "BookingRule",
    "BookingRules",
    "BookingStatus",
    "CancelBooking",
    "CancelSeries",
    "CancellationPolicy",
    "CancellationPreview",
    "CancellationStep",
    "Code",
    "Company",
    "CreateBooking",
    "CreateSeries",
    "CustomRule",
    "EditBooking",
    "EditSeries",
    "Extra",
    "FixedPrice",
    "FollowAvailability",
    "FollowEvents",
    "Frequency",
    "GrantTokens",
    "Guest",
    "Interval",
    "JoinWaitlist",
    "LeaveWaitlist",
    "ListAvailability",
    "ListBookings",
    "ListSeries",
    "ListWaitlist",
    "Location",
    "MarkNoShow",
    "Member",
    "MemberStatus",
    "MintApiToken",
    "Mode",
    "Money",
    "NthWeekday",
    "OnConflict",
    "Once",
    "OpeningHours",
    "Ports",
    "Price",
    "PriceBand",
    "PriceQuestion",
    "PriceRule",
    "PriceRules",
    "PricingOverride",
    "Quota",
    "QuotaHolder",
    "QuotaMeasure",
    "QuotaScope",
    "Quote",
    "RateCard",
    "Recurrence",
    "RefundPolicy",
    "Refusal",
    "Replayed",
    "Request",
    "RetrySeries",
    "RevokeApiToken",
    "Room",
    "RuleContext",
    "RuleOverride",
    "Scope",
    "Series",
    "SeriesRefused",
    "SeriesScope",
    "SettlePayment",
    "Tax",
    "UpdateRoom",
    "ValidationFailed",
    "Violation",
    "WaitlistEntry",
    "WaitlistStatus",
    "Workspace",
    "accept_offer",
    "authenticate",
    "cancel_booking",
    "cancel_series",
    "create_booking",
    "create_series",
    "follow_availability",
    "follow_events",
    "get_booking",
    "grant_tokens",
    "import_catalogue",
    "join_waitlist",
    "leave_waitlist",
    "list_availability",
    "list_bookings",
    "list_series",
    "list_waitlist",
    "mark_no_show",
    "mint_api_token",
    "parse_rule",
    "preview_cancellation",
    "quote_booking",
    "retry_series",
    "revoke_api_token",
    "rule_text",
    "run_due",
    "settle_payment",
    "system_actor",
    "update_booking",
    "update_room",
    "update_series",
]
