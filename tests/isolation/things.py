"""A thing of every kind, for whomever it is to belong to; made through the use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor, Scope, system_actor
from litehq_core.domain.blackouts import CreateBlackout
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.invoice import InvoiceLine, InvoiceStatus
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.new_rate_card import CreateRateCard
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Frequency, Recurrence
from litehq_core.domain.visitor import RegisterVisitor
from litehq_core.domain.webhook_wishes import CreateWebhook
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.api_keys.mint_api_token import MintApiToken, mint_api_token
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.bookings.create_booking import CreateBooking, create_booking
from litehq_core.use_cases.bookings.quote_booking import quote_booking
from litehq_core.use_cases.rate_cards.create_rate_card import create_rate_card
from litehq_core.use_cases.series.create_series import CreateSeries, create_series
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.visitors.read_pass import read_pass
from litehq_core.use_cases.visitors.register_visitor import register_visitor
from litehq_core.use_cases.waitlist.join_waitlist import JoinWaitlist, join_waitlist
from litehq_core.use_cases.webhooks.create_webhook import create_webhook
from litehq_core.use_cases.webhooks.send_test_event import SendTestEvent, send_test_event
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.domain import samples
from tests.isolation.house import NOW, Party
from tests.isolation.rows import Kind


class Furnished(Protocol):
    """Where things are made."""

    @property
    def ports(self) -> Ports:
        """The ports over it."""

    def next(self) -> int:
        """A number that was not given before."""


Maker = Callable[[Furnished, Party], Awaitable[str]]
HOUR = timedelta(hours=1)
_CLOSED: dict[str, Any] = {
    "start_at": samples.utc("2028-01-01 00:00"),
    "end_at": samples.utc("2028-01-02 00:00"),
}
QUOTED = samples.utc("2026-06-10 13:00")


def never(kind: Kind) -> str:
    """An id of a kind that nothing has."""
    return f"{kind}never_used"


def _actor(of: Party) -> Actor:
    return system_actor(of.workspace_id)


def _wish(of: Party, start: datetime) -> CreateBooking:
    room_id = f"rm_{of.workspace_id[3:]}"
    return CreateBooking(
        room_id=room_id, member_id=of.member_id, start_at=start, end_at=start + HOUR
    )


def _free_start(house: Furnished) -> datetime:
    """An hour at which nothing else is: ten of them a day."""
    days, hours = divmod(house.next(), 10)
    return samples.utc("2026-06-15 08:00") + timedelta(days=days, hours=hours)


async def _booking(house: Furnished, of: Party) -> str:
    wish = _wish(of, _free_start(house))
    return (await create_booking(house.ports, _actor(of), wish)).id


async def _started(house: Furnished, of: Party) -> str:
    """Written as it stands: nobody may book what has begun."""
    start = NOW - timedelta(days=house.next())
    room = samples.room(id=f"rm_{of.workspace_id[3:]}", workspace_id=of.workspace_id)
    booking = samples.booking(
        Interval(start, start + HOUR),
        id=house.ports.new_id(Prefix.BOOKING),
        workspace_id=of.workspace_id,
        room=room.summary,
        member_id=of.member_id,
        company_id=of.company_id,
    )
    async with house.ports.begin(_actor(of)) as tx:
        await tx.bookings.add(booking)
    return booking.id


async def _quote(house: Furnished, of: Party) -> str:
    return (await quote_booking(house.ports, _actor(of), _wish(of, QUOTED))).id


async def _series(house: Furnished, of: Party) -> str:
    daily = Recurrence(frequency=Frequency.DAILY, count=1)
    wish = CreateSeries(first=_wish(of, _free_start(house)), recurrence=daily)
    return (await create_series(house.ports, _actor(of), wish)).series.id


async def _offered(house: Furnished, of: Party) -> str:
    """What is free at this moment is offered at once."""
    start = _free_start(house)
    wish = JoinWaitlist(
        room_id=f"rm_{of.workspace_id[3:]}",
        from_at=start,
        to_at=start + HOUR,
        duration_minutes=60,
        member_id=of.member_id,
    )
    return (await join_waitlist(house.ports, _actor(of), wish)).entry.id


async def _token(house: Furnished, of: Party) -> str:
    wish = MintApiToken(
        name="thing",
        scopes=frozenset({Scope.CALENDAR_READ}),
        expires_at=NOW + timedelta(days=1),
        **of.bounds,
    )
    return (await mint_api_token(house.ports, _actor(of), wish)).key.id


async def _member(house: Furnished, of: Party) -> str:
    return of.member_id


async def _invited(house: Furnished, of: Party) -> str:
    member = samples.member(
        id=house.ports.new_id(Prefix.MEMBER),
        workspace_id=of.workspace_id,
        company_id=of.company_id,
        email=f"invited{house.next()}@example.com",
        status=MemberStatus.INVITED,
    )
    await import_catalogue(house.ports, _actor(of), [member])
    return member.id


async def _company(house: Furnished, of: Party) -> str:
    return of.company_id


async def _room(house: Furnished, of: Party) -> str:
    return f"rm_{of.workspace_id[3:]}"


async def _location(house: Furnished, of: Party) -> str:
    return f"loc_{of.workspace_id[3:]}"


async def _blackout(house: Furnished, of: Party) -> str:
    """Far ahead of all bookings."""
    return await _closed(house, of, CreateBlackout(room_id=await _room(house, of), **_CLOSED))


async def _closure(house: Furnished, of: Party) -> str:
    location_id = await _location(house, of)
    return await _closed(house, of, CreateBlackout(location_id=location_id, **_CLOSED))


async def _closed(house: Furnished, of: Party, wish: CreateBlackout) -> str:
    return (await create_blackout(house.ports, _actor(of), wish)).blackout.id


async def _rate_card(house: Furnished, of: Party) -> str:
    wish = CreateRateCard(
        room_id=await _room(house, of),
        hourly_minor=4000,
        tokens_per_hour=2,
        billing_modes=frozenset(BillingMode),
        cancellation=samples.POLICY.as_json(),
    )
    return (await create_rate_card(house.ports, _actor(of), wish)).id


async def _workspace(house: Furnished, of: Party) -> str:
    return of.workspace_id


async def _transaction(house: Furnished, of: Party) -> str:
    wish = GrantTokens(member_id=of.member_id, amount=1)
    return (await grant_tokens(house.ports, _actor(of), wish)).postings[-1].transfer.id


async def _event(house: Furnished, of: Party) -> str:
    await _booking(house, of)
    log = house.ports.reads
    head = await log.head(of.workspace_id)
    return (await log.events_after(of.workspace_id, head - 1, 1))[0].id


async def _visitor(house: Furnished, of: Party) -> str:
    wish = RegisterVisitor(
        name="Grace",
        host_member_id=of.member_id,
        location_id=await _location(house, of),
        expected_at=NOW + HOUR,
    )
    return (await register_visitor(house.ports, _actor(of), wish)).id


async def _pass(house: Furnished, of: Party) -> str:
    url = await read_pass(house.ports, _actor(of), await _visitor(house, of))
    return url.rpartition("/")[2]


async def _invoice(house: Furnished, of: Party) -> str:
    return await _document(house, of, status=InvoiceStatus.OPEN)


async def _draft(house: Furnished, of: Party) -> str:
    return await _document(house, of, status=InvoiceStatus.DRAFT, number=None)


async def _document(house: Furnished, of: Party, **fields: Any) -> str:
    async with house.ports.begin(_actor(of)) as tx:
        if fields["status"] is InvoiceStatus.OPEN:
            fields["number"] = await tx.invoices.next_number()
        invoice = samples.invoice(
            id=house.ports.new_id(Prefix.INVOICE),
            workspace_id=of.workspace_id,
            company_id=of.company_id,
            **fields,
        )
        await tx.invoices.add(replace(invoice, lines=_unbooked(invoice.lines)))
    return invoice.id


def _unbooked(lines: tuple[InvoiceLine, ...]) -> tuple[InvoiceLine, ...]:
    return tuple(replace(line, booking_id=None) for line in lines)


async def _billable(house: Furnished, of: Party) -> str:
    booking_id = await _started(house, of)
    async with house.ports.begin(_actor(of)) as tx:
        booking = await tx.bookings.get(booking_id)
        assert booking is not None
        await tx.bookings.save(replace(booking, billing_mode=BillingMode.INVOICE))
    return of.company_id


async def _webhook(house: Furnished, of: Party) -> str:
    """Told of nothing but endpoints, so that who may write those may do anything with it."""
    wish = CreateWebhook(
        url="https://hooks.example.com", events=("endpoint.*",), secret="a_secret_of_the_house"
    )
    actor = replace(_actor(of), scopes=frozenset({Scope.WEBHOOKS_WRITE}))
    return (await create_webhook(house.ports, actor, wish)).endpoint.id


async def _delivery(house: Furnished, of: Party) -> str:
    wish = SendTestEvent(webhook_id=await _webhook(house, of))
    return (await send_test_event(house.ports, _actor(of), wish)).id


MAKERS: Mapping[Kind, Maker] = {
    Kind.BOOKING: _booking,
    Kind.STARTED: _started,
    Kind.QUOTE: _quote,
    Kind.SERIES: _series,
    Kind.ENTRY: _offered,
    Kind.OFFERED: _offered,
    Kind.TOKEN: _token,
    Kind.MEMBER: _member,
    Kind.INVITED: _invited,
    Kind.COMPANY: _company,
    Kind.ROOM: _room,
    Kind.LOCATION: _location,
    Kind.BLACKOUT: _blackout,
    Kind.CLOSURE: _closure,
    Kind.RATE_CARD: _rate_card,
    Kind.WORKSPACE: _workspace,
    Kind.TRANSACTION: _transaction,
    Kind.EVENT: _event,
    Kind.VISITOR: _visitor,
    Kind.PASS: _pass,
    Kind.INVOICE: _invoice,
    Kind.DRAFT: _draft,
    Kind.BILLABLE: _billable,
    Kind.WEBHOOK: _webhook,
    Kind.DELIVERY: _delivery,
}


async def thing(house: Furnished, kind: Kind, of: Party) -> str:
    """The id of a thing of ``kind`` that belongs to ``of``."""
    return await MAKERS[kind](house, of)
