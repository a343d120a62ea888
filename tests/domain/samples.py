"""Plain, valid domain values for tests. Every builder takes the fields that matter as keywords."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from litehq_core.domain.api_key import ApiKey, Scope, hash_secret
from litehq_core.domain.booking import Booking, BookingStatus, Guest, PendingChange
from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep
from litehq_core.domain.company import BillingTerms, Company
from litehq_core.domain.errors import Alternative, Violation
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from litehq_core.domain.invoice_charge import InvoiceCharge
from litehq_core.domain.location import Location
from litehq_core.domain.lots import Lot, LotShare, LotSource
from litehq_core.domain.mail import Mail, Mailbox, MailDraft, MailKind
from litehq_core.domain.member import Member, MemberStatus
from litehq_core.domain.money import Money
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.payment import Payment, PaymentKind, PaymentPurpose, PaymentStatus
from litehq_core.domain.price import Price, PriceLine
from litehq_core.domain.quote import Quote
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.recurrence import Frequency, Recurrence
from litehq_core.domain.room import Blackout, Room, RoomSummary
from litehq_core.domain.series import (
    EditResult,
    LastEdit,
    Occurrence,
    OnConflict,
    Outcome,
    Series,
    Why,
)
from litehq_core.domain.taxes import TaxRate
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.domain.visitor import Visitor
from litehq_core.domain.waitlist import Offer, WaitlistEntry
from litehq_core.domain.webhook import WebhookEndpoint, WebhookStatus
from litehq_core.domain.webhook_delivery import Delivery
from litehq_core.domain.workspace import Mode, Workspace

NOW = datetime(2026, 5, 22, 9, 0, tzinfo=UTC)
POLICY = CancellationPolicy(
    name="standard",
    steps=(
        CancellationStep(minutes_before=1440, refund_percent=100),
        CancellationStep(minutes_before=120, refund_percent=50),
    ),
)


def utc(text: str) -> datetime:
    """``"2026-05-22 14:00"`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot(start: str, minutes: int = 60) -> Interval:
    """The slot of so many minutes from ``start``, which is UTC."""
    begin = utc(start)
    return Interval(begin, begin + timedelta(minutes=minutes))


def workspace(**fields: Any) -> Workspace:
    """A live workspace."""
    return replace(
        Workspace(id="ws_1", name="Soho Works", mode=Mode.LIVE, created_at=NOW), **fields
    )


def location(**fields: Any) -> Location:
    """A building in London, open 07:00–22:00."""
    plain = Location(
        id="loc_1",
        workspace_id="ws_1",
        name="Soho",
        timezone="Europe/London",
        currency="GBP",
        opening_hours=OpeningHours.every_day(7 * 60, 22 * 60),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def room(**fields: Any) -> Room:
    """A room for eight on a 30-minute grid."""
    plain = Room(
        id="rm_1",
        workspace_id="ws_1",
        location=location(),
        name="Atrium",
        capacity=8,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def blackout(**fields: Any) -> Blackout:
    """Cleaning, in the afternoon of 1 June."""
    plain = Blackout(
        id="blk_1",
        workspace_id="ws_1",
        room_id="rm_1",
        interval=slot("2026-06-01 14:00"),
        reason="Deep clean",
        created_at=NOW,
    )
    return replace(plain, **fields)


def rate_card(**fields: Any) -> RateCard:
    """GBP 40.00 or two tokens an hour, in any mode."""
    plain = RateCard(
        id="rc_1",
        workspace_id="ws_1",
        room_id="rm_1",
        currency="GBP",
        effective_from=date(2026, 1, 1),
        hourly_minor=4000,
        tokens_per_hour=2,
        billing_modes=frozenset(BillingMode),
        cancellation=POLICY,
        created_at=NOW,
    )
    return replace(plain, **fields)


def company(**fields: Any) -> Company:
    """A company that pays by invoice."""
    plain = Company(
        id="co_1",
        workspace_id="ws_1",
        name="Northwind",
        billing_terms=BillingTerms.INVOICE,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def member(**fields: Any) -> Member:
    """An active member of no company."""
    plain = Member(
        id="mem_1",
        workspace_id="ws_1",
        email="lina@example.com",
        name="Lina P",
        tier="resident",
        company_id=None,
        status=MemberStatus.ACTIVE,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def price(amount_minor: int = 4000, tokens: int | None = None) -> Price:
    """A price of one line."""
    line = PriceLine(
        rule="base_per_hour",
        description="60 min",
        minutes=60,
        amount_minor=amount_minor,
        tokens=tokens,
    )
    return Price(currency="GBP", lines=(line,), tokens=tokens)


def booking(when: Interval | None = None, **fields: Any) -> Booking:
    """A confirmed booking of a member, 14:00–15:00 on 1 June; ``when`` sets both its ends."""
    when = when or slot("2026-06-01 14:00")
    plain = Booking(
        id="bk_1",
        workspace_id="ws_1",
        room=room().summary,
        status=BookingStatus.CONFIRMED,
        start_at=when.start,
        end_at=when.end,
        buffer_minutes=0,
        member_id="mem_1",
        guest=None,
        company_id=None,
        attendees=None,
        notes=None,
        metadata={},
        billing_mode=BillingMode.CARD,
        price=price(),
        policy=POLICY,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def burnt(tokens: int) -> tuple[LotShare, ...]:
    """So many tokens of one lot, as a booking remembers them."""
    return (LotShare("lot_1", tokens),) if tokens else ()


def hold(when: Interval | None = None, **fields: Any) -> Booking:
    """A guest's booking that waits for its payment until 09:30."""
    guest = Guest(email="ada@example.com", name="Ada G")
    return booking(
        when,
        **{
            "status": BookingStatus.PENDING_PAYMENT,
            "member_id": None,
            "guest": guest,
            "expires_at": utc("2026-05-22 09:30"),
            **fields,
        },
    )


def pending_change(when: Interval | None = None, **fields: Any) -> PendingChange:
    """A move to 16:00–18:00 on 1 June that waits for its payment until 09:30."""
    plain = PendingChange(
        room=room().summary,
        slot=when or slot("2026-06-01 16:00", 120),
        buffer_minutes=0,
        price=price(8000),
        billing_mode=BillingMode.CARD,
        due_minor=4000,
        attendees=3,
        notes="bring chairs",
        metadata={"ref": "A-7"},
        payment_id="pay_1",
        checkout_url="https://checkout.example/pay_1",
        proposed_at=utc("2026-05-22 09:00"),
        expires_at=utc("2026-05-22 09:30"),
    )
    return replace(plain, **fields)


def series(**fields: Any) -> Series:
    """A member's series of three Mondays: booked, skipped, booked elsewhere and edited since."""
    mondays = [slot(f"2026-06-{day:02d} 14:00") for day in (1, 8, 15)]
    taken = Why(code="slot_unavailable", message="Taken.", details={"violations": []})
    edit = LastEdit(result=EditResult.REFUSED, why=taken)
    plain = Series(
        id="srs_1",
        workspace_id="ws_1",
        room=RoomSummary(id="rm_1", name="Atrium", timezone="Europe/London"),
        currency="GBP",
        recurrence=Recurrence(frequency=Frequency.WEEKLY, count=3),
        start_at=mondays[0].start,
        duration_minutes=60,
        member_id="mem_1",
        guest=None,
        company_id=None,
        attendees=None,
        notes=None,
        metadata={},
        billing_mode=BillingMode.CARD,
        on_conflict=OnConflict.ALTERNATIVE,
        occurrences=(
            _occurrence(mondays[0], Outcome.BOOKED, "bk_1"),
            replace(_occurrence(mondays[1], Outcome.SKIPPED, None), why=taken),
            replace(
                _occurrence(mondays[2], Outcome.ALTERNATIVE, "bk_3"), why=taken, last_edit=edit
            ),
        ),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def _occurrence(when: Interval, outcome: Outcome, booking_id: str | None) -> Occurrence:
    return Occurrence(
        original_start=when.start,
        slot=when,
        room_id="rm_1",
        outcome=outcome,
        booking_id=booking_id,
    )


def waitlist_entry(when: Interval | None = None, **fields: Any) -> WaitlistEntry:
    """A member who waits for an hour of a room, 14:00–15:00 on 1 June."""
    plain = WaitlistEntry(
        id="wl_1",
        workspace_id="ws_1",
        location_id="loc_1",
        room_id="rm_1",
        window=when or slot("2026-06-01 14:00"),
        duration_minutes=60,
        member_id="mem_1",
        guest=None,
        company_id=None,
        attendees=None,
        billing_mode=None,
        notes=None,
        next_check_at=utc("2026-05-22 09:15"),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def offer(when: Interval | None = None, **fields: Any) -> Offer:
    """An hour of the room, 14:00–15:00 on 1 June, until 09:15."""
    plain = Offer(
        room_id="rm_1",
        slot=when or slot("2026-06-01 14:00"),
        buffer_minutes=0,
        expires_at=utc("2026-05-22 09:15"),
    )
    return replace(plain, **fields)


def payment(**fields: Any) -> Payment:
    """A checkout the provider has not heard of yet."""
    plain = Payment(
        id="pay_1",
        workspace_id="ws_1",
        booking_id="bk_1",
        kind=PaymentKind.CHECKOUT,
        purpose=PaymentPurpose.BOOKING,
        status=PaymentStatus.PENDING,
        amount=Money(currency="GBP", amount_minor=4000),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def lot(**fields: Any) -> Lot:
    """Ten tokens for any room, for ever."""
    plain = Lot(
        id="lot_1",
        workspace_id="ws_1",
        member_id="mem_1",
        source=LotSource.GRANT,
        granted=10,
        created_at=NOW,
    )
    return replace(plain, **fields)


def allocation(**fields: Any) -> TokenAllocation:
    """Ten tokens a month in London, from the first of June on."""
    plain = TokenAllocation(
        workspace_id="ws_1",
        member_id="mem_1",
        tokens_per_month=10,
        timezone="Europe/London",
        next_at=utc("2026-05-31 23:00"),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def api_key(**fields: Any) -> ApiKey:
    """A key that may read the calendar for a year."""
    plain = ApiKey(
        id="tok_1",
        workspace_id="ws_1",
        name="CI",
        scopes=frozenset({Scope.CALENDAR_READ}),
        secret_hash=hash_secret("sk_live_1"),
        hint="ve_1",
        expires_at=NOW + timedelta(days=365),
        created_at=NOW,
    )
    return replace(plain, **fields)


def quote(**fields: Any) -> Quote:
    """A quote with something of everything."""
    plain = Quote(
        id="qt_1",
        workspace_id="ws_1",
        room_id="rm_1",
        slot=slot("2026-06-01 14:00"),
        booker="mem_1",
        billing_mode=BillingMode.TOKENS,
        price=price(0, tokens=2),
        policy=POLICY,
        violations=(Violation(reason="too_long", message="Too long.", limit=60),),
        conflicting_booking_id="bk_9",
        alternatives=(
            Alternative(
                room_id="rm_1", start_at="2026-06-01T15:00:00Z", end_at="2026-06-01T16:00:00Z"
            ),
        ),
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
    )
    return replace(plain, **fields)


def draft(subject_id: str = "bk_1", sequence: int = 1, **fields: Any) -> EventDraft:
    """An event of a booking."""
    plain = EventDraft(
        type=EventType.BOOKING_CREATED,
        subject_id=subject_id,
        sequence=sequence,
        object={"id": subject_id, "version": sequence},
    )
    return replace(plain, **fields)


def mail_draft(**fields: Any) -> MailDraft:
    """A mail to Ada about her booking."""
    plain = MailDraft(
        kind=MailKind.BOOKING_CONFIRMED,
        subject_id="bk_1",
        recipient=Mailbox(address="ada@example.com", name="Ada Lovelace"),
        subject="Your booking of the Atrium",
        text="See you on Friday.\n",
    )
    return replace(plain, **fields)


def mail(**fields: Any) -> Mail:
    """The same in the outbox."""
    plain = Mail(
        id="mail_1",
        workspace_id="ws_1",
        kind=MailKind.BOOKING_CONFIRMED,
        subject_id="bk_1",
        recipient=Mailbox(address="ada@example.com", name="Ada Lovelace"),
        subject="Your booking of the Atrium",
        text="See you on Friday.\n",
        html=None,
        next_attempt_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def invoice(**fields: Any) -> Invoice:
    """An open invoice over GBP 40.00 for the sample booking, GBP 6.67 of it tax."""
    plain = Invoice(
        id="inv_1",
        workspace_id="ws_1",
        company_id="co_1",
        kind=InvoiceKind.INVOICE,
        status=InvoiceStatus.OPEN,
        number=1,
        currency="GBP",
        lines=(
            InvoiceLine(
                booking_id="bk_1",
                description="Atrium",
                rate=TaxRate("VAT", 2000),
                amount_minor=4000,
                tax_minor=667,
            ),
        ),
        opened_at=NOW,
        due_at=NOW + timedelta(days=14),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def invoice_charge(**fields: Any) -> InvoiceCharge:
    """A charge of the sample invoice that the provider has not answered yet."""
    plain = InvoiceCharge(
        id="pay_1",
        workspace_id="ws_1",
        invoice_id="inv_1",
        company_id="co_1",
        amount=Money(currency="GBP", amount_minor=4000),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def visitor(**fields: Any) -> Visitor:
    """Grace, who is expected in an hour."""
    plain = Visitor(
        id="vis_1",
        workspace_id="ws_1",
        location_id="loc_1",
        host_member_id="mem_1",
        company_id=None,
        booking_id=None,
        name="Grace",
        email="grace@example.com",
        company_name="Navy",
        expected_at=NOW + timedelta(hours=1),
        until_at=None,
        notes=None,
        pass_hash=hash_secret("vis_1"),
        pass_sealed=b"sealed",
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def webhook(**fields: Any) -> WebhookEndpoint:
    """An endpoint that is told of everything that may be read."""
    plain = WebhookEndpoint(
        id="whk_1",
        workspace_id="ws_1",
        status=WebhookStatus.ACTIVE,
        url="https://hooks.example.com/litehq",
        events=("*",),
        scopes=frozenset(scope for scope in Scope if scope.endswith(":read")),
        secret_sealed=b"sealed",
        verified_at=NOW,
        active_since=NOW,
        created_by="tok_1",
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)


def delivery(**fields: Any) -> Delivery:
    """An event for the endpoint, due now."""
    plain = Delivery(
        id="whd_1",
        workspace_id="ws_1",
        webhook_id="whk_1",
        event_id="evt_1",
        type="booking.created",
        subject_id="bk_1",
        position=1,
        body=b"{}",
        next_attempt_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(plain, **fields)
