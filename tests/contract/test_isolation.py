"""Isolation: what belongs to another workspace cannot be found, by any method.

contract.md, Ids: what belongs to another workspace answers exactly like an id never used.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.booking import Booking
from litehq_core.domain.claims import Claim
from litehq_core.domain.forms import FormLeaf, LeafKind, PageForm, RowForm
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Balance, TransferKind, redeemed_at, wallet_of
from litehq_core.domain.ledger_chain import ChainHead
from litehq_core.domain.lots import Wallet
from litehq_core.domain.mail import Mail, MailKind
from litehq_core.domain.query import PageQuery
from litehq_core.domain.quota import QuotaHolder
from litehq_core.ports import mails, places, reads, transaction
from litehq_core.ports.transaction import Transaction
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import NOW

RECORD = IdempotencyRecord(
    operation="bookings.create", key="k", principal="tok_1", fingerprint="f", created_at=NOW
)


class Theirs:
    """A stranger's workspace with something of everything in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.booking: Booking = house.new_booking(series_id="srs_1")
        self.blackout = house.new_blackout()
        self.series = house.new_series()
        self.payment = house.new_payment(self.booking, reference="pi_theirs")
        self.key = house.new_key()
        self.grant = house.grant(5)
        self.hold = house.transfer(
            TransferKind.HOLD,
            wallet_of(house.member.id),
            redeemed_at(house.workspace.id),
            2,
            booking_id=self.booking.id,
        )
        self.allocation = samples.allocation(
            workspace_id=house.workspace.id, member_id=house.member.id
        )
        self.quote = samples.quote(
            id=house.ports.new_id(Prefix.QUOTE),
            workspace_id=house.workspace.id,
            room_id=house.room.id,
        )
        self.entry = house.new_entry()
        self.mail: Mail | None = None
        self.visitor = samples.visitor(
            id=house.ports.new_id(Prefix.VISITOR),
            workspace_id=house.workspace.id,
            location_id=house.location.id,
            host_member_id=house.member.id,
        )
        self.invoice = house.new_invoice()
        self.webhook = house.new_webhook()
        self.delivery = house.new_delivery(self.webhook, subject_id="bk_theirs", position=2)
        self.hall = house.new_room(parts=frozenset({house.annex.id}))

    @property
    def window(self) -> Interval:
        """The time that is taken there."""
        return self.booking.slot

    async def store(self) -> None:
        """Write it all."""
        await self.house.add(self.blackout, self.hall)
        async with self.house.begin() as tx:
            await tx.bookings.add(self.booking)
            await tx.claims.put(self.booking.id, [Claim(self.house.room.id, self.window)])
            await tx.ledger.write([self.grant, self.hold])
            await tx.payments.add(self.payment)
            await tx.series.add(self.series)
            await tx.api_keys.add(self.key)
            await tx.quotes.add(self.quote)
            await tx.waitlist.add(self.entry)
            await tx.allocations.put(self.allocation)
            await tx.idempotency.claim(RECORD)
            await tx.visitors.add(self.visitor)
            await tx.invoices.add(self.invoice)
            await tx.webhooks.add(self.webhook)
            await tx.deliveries.add([self.delivery])
            await tx.relays.begin("webhooks")
            self.mail = await tx.mails.add(samples.mail_draft(subject_id=self.booking.id))
            tx.emit(samples.draft(self.booking.id))


@pytest.fixture
async def theirs(other: House) -> Theirs:
    """What house must not see."""
    found = Theirs(other)
    await found.store()
    return found


FAR_AHEAD = samples.NOW + timedelta(days=10_000)

Probe = Callable[[Transaction, Theirs], Awaitable[object]]

# Every look-up of a transaction, with a stranger's ids, and what answers to an id never used.
LOOK_UPS: dict[str, tuple[Probe, object]] = {
    "Catalogue.member": (lambda tx, b: tx.catalogue.member(b.house.member.id), None),
    "Catalogue.company": (lambda tx, b: tx.catalogue.company(b.house.company.id), None),
    "Catalogue.rate_cards": (lambda tx, b: tx.catalogue.rate_cards(b.house.room.id), []),
    "Locations.get": (lambda tx, b: tx.locations.get(b.house.location.id, lock=True), None),
    "Blackouts.get": (lambda tx, b: tx.blackouts.get(b.blackout.id), None),
    "Rooms.lock": (lambda tx, b: tx.rooms.lock([b.house.room.id]), {}),
    "Rooms.neighbours": (
        lambda tx, b: tx.rooms.neighbours(b.house.room, b.window, seats=1),
        [],
    ),
    "Rooms.wholes": (lambda tx, b: tx.rooms.wholes([b.house.annex.id]), []),
    "Rooms.at": (lambda tx, b: tx.rooms.at(b.house.location.id), []),
    "Bookings.get": (lambda tx, b: tx.bookings.get(b.booking.id, lock=True), None),
    "Bookings.counted": (
        lambda tx, b: tx.bookings.counted({QuotaHolder.MEMBER: b.house.member.id}, b.window),
        [],
    ),
    "Ledger.balance": (lambda tx, b: tx.ledger.balance(wallet_of(b.house.member.id)), Balance()),
    "Bookings.of_series": (lambda tx, b: tx.bookings.of_series("srs_1"), []),
    "SeriesRecords.get": (lambda tx, b: tx.series.get(b.series.id, lock=True), None),
    "PaymentRecords.of_series": (lambda tx, b: tx.payments.of_series("srs_1"), []),
    "Ledger.wallet": (lambda tx, b: tx.ledger.wallet(b.house.member.id), Wallet()),
    "Ledger.lot": (lambda tx, b: tx.ledger.lot(b.house.lot.id), None),
    "TokenAllocations.get": (lambda tx, b: tx.allocations.get(b.house.member.id, lock=True), None),
    "PaymentRecords.get": (lambda tx, b: tx.payments.get(b.payment.id), None),
    "PaymentRecords.of_booking": (lambda tx, b: tx.payments.of_booking(b.booking.id), []),
    "PaymentRecords.with_reference": (
        lambda tx, b: tx.payments.with_reference("pi_theirs"),
        None,
    ),
    "ApiKeys.get": (lambda tx, b: tx.api_keys.get(b.key.id), None),
    "Quotes.get": (lambda tx, b: tx.quotes.get(b.quote.id), None),
    "Quotes.prune": (lambda tx, b: tx.quotes.prune(FAR_AHEAD, 9), 0),
    "IdempotencyKeys.prune": (lambda tx, b: tx.idempotency.prune(FAR_AHEAD, 9), 0),
    "Waitlist.get": (lambda tx, b: tx.waitlist.get(b.entry.id), None),
    "Waitlist.anybody_waits": (lambda tx, b: tx.waitlist.anybody_waits(), False),
    "Waitlist.line": (
        lambda tx, b: tx.waitlist.line(b.house.location.id, [b.house.room.id], b.entry.window, 9),
        [],
    ),
    "Mails.get": (lambda tx, b: tx.mails.get(b.mail.id if b.mail else "", lock=True), None),
    "Mails.latest": (lambda tx, b: tx.mails.latest(9), []),
    "Mails.suppress": (lambda tx, b: tx.mails.suppress(b.booking.id, list(MailKind)), 0),
    "IdempotencyKeys.claim": (lambda tx, b: tx.idempotency.claim(RECORD), None),
}
# Tested below, or writes of whole values that carry their own workspace.
OTHERS = {
    "Catalogue.add",
    "Catalogue.lock_holders",
    "Catalogue.workspace",
    "Locations.save",
    "Blackouts.remove",
    "Rooms.calendar",
    "Rooms.save",
    "Bookings.add",
    "Bookings.save",
    "Claims.put",
    "Ledger.add_lot",
    "Ledger.write",
    "TokenAllocations.put",
    "TokenAllocations.remove",
    "Transaction.new_id",
    "PaymentRecords.add",
    "PaymentRecords.save",
    "SeriesRecords.add",
    "SeriesRecords.save",
    "ApiKeys.add",
    "ApiKeys.save",
    "Quotes.add",
    "Waitlist.add",
    "Waitlist.save",
    "Waitlist.lock_line",
    "Waitlist.position",
    "IdempotencyKeys.save",
    "Mails.add",
    "Mails.save",
    "Mails.remove",
    "Transaction.now",
    "Transaction.actor",
    "Transaction.emit",
    "Transaction.savepoint",
}
READS = {
    "company",
    "workspace",
    "wallet",
    "rate_cards",
    "page",
    "formed",
    "by_ids",
    "calendars",
    "counted",
    "member",
    "events_after",
    "head",
    "heads",
    "floor",
}
OF_ID = FormLeaf(attribute="id", kind=LeafKind.TEXT, required=True)
# By design in every workspace: they find out whose a key or an account is, or are the workers'.
EVERYWHERE = {"api_key", "due", "workspace_of_account"}


def _methods(protocol: type[Any]) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def test_every_method_of_every_port_is_accounted_for() -> None:
    protocols = {
        cls
        for module in (transaction, mails, places)
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if cls.__module__ == module.__name__
    }
    known = {f"{cls.__name__}.{name}" for cls in protocols for name in _methods(cls)}
    assert known == set(LOOK_UPS) | OTHERS
    assert _methods(reads.Reads) == READS | EVERYWHERE


@pytest.mark.parametrize("method", LOOK_UPS)
async def test_a_strangers_id_answers_like_one_never_used(
    house: House, theirs: Theirs, method: str
) -> None:
    probe, nothing = LOOK_UPS[method]
    async with theirs.house.begin() as tx:
        found = await probe(tx, theirs)
        assert (list(found) if isinstance(found, (list, tuple)) else found) != nothing
    async with house.begin() as tx:
        found = await probe(tx, theirs)
        assert (list(found) if isinstance(nothing, list) else found) == nothing  # type: ignore[call-overload]


async def test_a_strangers_occupancy_is_not_ones_own(house: House, theirs: Theirs) -> None:
    booking = house.new_booking(theirs.window)
    async with house.begin() as tx:
        assert await tx.catalogue.workspace() == house.workspace
        calendar = await tx.rooms.calendar(theirs.house.room, theirs.window)
        assert (list(calendar.occupied), list(calendar.blackouts)) == ([], [])
        await tx.bookings.add(booking)
        # The same room id in another workspace is another room.
        assert await tx.claims.put(booking.id, [Claim(house.room.id, theirs.window)])


async def test_claims_of_the_same_room_id_in_two_workspaces_do_not_meet(
    house: House, theirs: Theirs
) -> None:
    twin = replace(house.room, id=theirs.house.room.id)
    booking = house.new_booking(theirs.window, room=twin.summary)
    await house.add(twin)
    await house.book(booking)
    async with house.begin() as tx:
        assert await tx.claims.put(booking.id, [Claim(twin.id, theirs.window)])
        calendar = await tx.rooms.calendar(twin, theirs.window)
        assert [o.booking_id for o in calendar.occupied] == [booking.id]
    async with theirs.house.begin() as tx:
        calendar = await tx.rooms.calendar(theirs.house.room, theirs.window)
        assert [o.booking_id for o in calendar.occupied] == [theirs.booking.id]


async def test_the_same_booking_id_in_two_workspaces_is_two_bookings(
    house: House, theirs: Theirs
) -> None:
    ours = house.new_booking(id=theirs.booking.id, notes="ours")
    await house.book(ours)
    async with house.begin() as tx:
        await tx.bookings.save(replace(ours, notes="changed"))
        assert list(await tx.payments.of_booking(ours.id)) == []
    async with theirs.house.begin() as tx:
        assert await tx.bookings.get(ours.id) == theirs.booking


@pytest.mark.parametrize("noun", list(Noun))
async def test_no_read_finds_what_is_a_strangers(house: House, theirs: Theirs, noun: Noun) -> None:
    [event, *_] = await house.ports.reads.events_after(theirs.house.workspace.id, 0, 1)
    ids = {
        Noun.BOOKING: theirs.booking.id,
        Noun.ROOM: theirs.house.room.id,
        Noun.LOCATION: theirs.house.location.id,
        Noun.MEMBER: theirs.house.member.id,
        Noun.COMPANY: theirs.house.company.id,
        Noun.API_TOKEN: theirs.key.id,
        Noun.SERIES: theirs.series.id,
        Noun.WAITLIST_ENTRY: theirs.entry.id,
        Noun.TOKEN_TRANSACTION: theirs.grant.id,
        Noun.EVENT: event.id,
        Noun.BLACKOUT: theirs.blackout.id,
        Noun.RATE_CARD: theirs.house.rate_card.id,
        Noun.VISITOR: theirs.visitor.id,
        Noun.INVOICE: theirs.invoice.id,
        Noun.WEBHOOK: theirs.webhook.id,
        Noun.WEBHOOK_DELIVERY: theirs.delivery.id,
    }
    order = ("position",) if noun in (Noun.TOKEN_TRANSACTION, Noun.EVENT) else ("created_at", "id")
    read, attributes = house.ports.reads, every_attribute(noun)
    query = PageQuery(noun=noun, where=(), order=order, descending=False, after=None, limit=200)
    page = await read.page(house.workspace.id, query, attributes)
    assert ids[noun] not in {row["id"] for row in page}
    form = PageForm(RowForm(fields=(("id", OF_ID),)), keyed=False)
    formed = await read.formed(house.workspace.id, query, form)
    assert formed is not None
    assert {"id": ids[noun]} not in formed.rows
    assert await read.by_ids(house.workspace.id, noun, [ids[noun]], attributes) == {}
    assert ids[noun] in await read.by_ids(theirs.house.workspace.id, noun, [ids[noun]], attributes)


async def test_no_other_read_finds_what_is_a_strangers(house: House, theirs: Theirs) -> None:
    read, mine = house.ports.reads, house.workspace.id
    ledger, now = read.ledger, NOW + timedelta(days=9)
    wallet = wallet_of(theirs.house.member.id)
    assert await ledger.balance(mine, wallet, now) == Balance()
    assert await ledger.wallet(mine, theirs.house.member.id, now) == Wallet()
    assert await ledger.spendable(mine, [wallet.owner], now) == {wallet.owner: 0}
    assert await ledger.of_booking(mine, theirs.booking.id) == []
    async with ledger.snapshot(mine) as snapshot:
        assert await snapshot.head() == ChainHead()
        assert await snapshot.entries(0, 10) == []
        assert await snapshot.balances(None, 10) == []
        assert [held.lot.id for held in await snapshot.lots("", 10)] == [house.lot.id]
        assert await snapshot.bookings("", 10) == []
        assert await snapshot.invoices("", 10) == []
        assert await snapshot.last_invoice_number() == 0
    assert await read.member(mine, theirs.house.member.id) is None
    assert await read.company(mine, theirs.house.company.id) is None
    assert await read.workspace(mine) == house.workspace
    assert await read.workspace("ws_never_used") is None
    assert await read.wallet(mine, theirs.house.member.id) == Wallet()
    assert await read.rate_cards(mine, [theirs.house.room.id]) == {}
    assert await read.events_after(mine, 0, 10) == []
    assert await read.head(mine) == 0
    assert (await read.heads([mine])).get(mine, 0) == 0
    async with theirs.house.begin() as tx:
        await tx.log.prune(1)
    assert await read.floor(mine) == 0
    async with house.begin() as tx:
        assert await tx.log.oldest(10) == []
    assert await read.calendars(mine, [theirs.house.room.id], theirs.window, NOW) == []
    everything = await read.calendars(mine, None, theirs.window, NOW)
    assert {c.room.id for c in everything} == {house.room.id, house.annex.id}
    assert [(list(c.occupied), list(c.blackouts)) for c in everything] == [([], [])] * 2


async def test_a_relation_never_reaches_into_another_workspace(
    house: House, theirs: Theirs
) -> None:
    """The same member id in both workspaces: each booking shows its own."""
    twin = house.new_member(id=theirs.house.member.id, name="Ours")
    booking = house.new_booking(member_id=twin.id)
    await house.add(twin)
    await house.book(booking)
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.BOOKING, [booking.id], frozenset({"member.name"})
    )
    assert found == {booking.id: {"member.name": "Ours"}}
