"""Records: just what was asked for, and equal to what ``domain.records`` makes of the value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from litehq_core.domain.api_key import Scope
from litehq_core.domain.attributes import BOOKING_RECORD, Noun, Record, every_attribute
from litehq_core.domain.booking import Booking, Guest
from litehq_core.domain.invoice_words import invoice_record
from litehq_core.domain.lots import Wallet
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.query import Condition, Op
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.records import (
    api_token_record,
    blackout_record,
    booking_record,
    company_record,
    location_record,
    member_record,
    rate_card_record,
    room_record,
    snapshot,
    waitlist_record,
)
from litehq_core.domain.series_view import series_record
from litehq_core.domain.visitor_words import visitor_record
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.domain.webhook_delivery import delivery_record
from litehq_core.domain.webhook_words import webhook_record
from tests.contract.house import House
from tests.contract.reading import page
from tests.domain import samples
from tests.domain.samples import NOW, slot


def _exact(records: Sequence[Record]) -> list[str]:
    """Records as text, so that 1 is not True and a text is no instant."""
    for record in records:
        for name, value in record.items():
            assert not name.endswith("_at") or value is None or value.utcoffset() == timedelta(0)
    return [json.dumps(snapshot(record), sort_keys=True) for record in records]


async def test_a_record_has_just_the_attributes_asked_for(
    house: House, week: list[Booking]
) -> None:
    asked = frozenset({"id", "start_at", "metadata"})
    rows = await page(house, asked)
    assert [set(row) for row in rows] == [asked] * len(week)
    found = await house.ports.reads.by_ids(house.workspace.id, Noun.BOOKING, [week[0].id], asked)
    assert [set(row) for row in found.values()] == [asked]


async def test_every_attribute_of_a_booking_is_that_of_its_record(house: House) -> None:
    """``domain.records``: the one mapping that reads, snapshots and façades agree on."""
    full = house.new_booking(
        slot("2026-06-01 14:00"),
        version=3,
        company_id=house.company.id,
        attendees=4,
        notes="é",
        metadata={"b": [1, True, None, {"x": 1.5}], "a": "é"},
        price=samples.price(0, tokens=2),
        checkout_url="https://checkout.example/1",
        expires_at=samples.NOW,
        pending_change=samples.pending_change(room=house.annex.summary),
        no_show=True,
        paid_minor=2**40,
        refunded_minor=1,
        cancelled_at=samples.NOW,
    )
    hold = house.new_hold(slot("2026-06-01 15:00"))
    await house.book(full, hold)
    wanted = _exact([booking_record(full), booking_record(hold)])
    assert _exact(await page(house, BOOKING_RECORD)) == wanted
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.BOOKING, [full.id, hold.id], BOOKING_RECORD
    )
    assert _exact([found[full.id], found[hold.id]]) == wanted


async def test_every_attribute_of_every_other_noun_is_that_of_its_record(house: House) -> None:
    room = house.new_room(buffer_minutes=10, opening_hours=OpeningHours.every_day(0, 1440))
    member = house.new_member(company_id=house.company.id, name="Zoë")
    key = house.new_key(
        scopes=frozenset({Scope.WEBHOOKS_WRITE, Scope.AUTH_READ}),
        company_ids=frozenset({"co_b", "co_a"}),
        member_id=member.id,
        revoked_at=samples.NOW,
    )
    blackouts = [house.new_blackout(), house.new_blackout(location_id=house.location.id)]
    await house.add(room, member, *blackouts)
    async with house.begin() as tx:
        await tx.api_keys.add(key)
        await tx.api_keys.add(plain_key := house.new_key())
        await tx.series.add(series := house.new_series(company_id=house.company.id))
        await tx.invoices.add(invoice := house.new_invoice(memo="é"))
        await tx.visitors.add(visitor := house.new_visitor(notes="é"))
        await tx.webhooks.add(webhook := house.new_webhook(description="é", ordered=True))
        delivery = house.new_delivery(webhook)
        await tx.deliveries.add([delivery])
    wanted = {
        Noun.LOCATION: [location_record(house.location)],
        Noun.ROOM: [room_record(r) for r in (house.room, house.annex, room)],
        Noun.MEMBER: [member_record(m) for m in (house.member, member)],
        Noun.COMPANY: [company_record(house.company)],
        Noun.API_TOKEN: [api_token_record(k) for k in (key, plain_key)],
        Noun.SERIES: [
            {k: v for k, v in series_record(series).items() if k in every_attribute(Noun.SERIES)}
        ],
        Noun.WAITLIST_ENTRY: [
            waitlist_record(entry, position) for entry, position in await _line(house)
        ],
        Noun.BLACKOUT: [blackout_record(blackout) for blackout in blackouts],
        Noun.RATE_CARD: [rate_card_record(house.rate_card)],
        Noun.VISITOR: [visitor_record(visitor)],
        Noun.INVOICE: [invoice_record(invoice)],
        Noun.WEBHOOK: [webhook_record(webhook, pending=1)],
        Noun.WEBHOOK_DELIVERY: [delivery_record(delivery)],
    }
    # What stands in a log has no age but a position: test_trails.py.
    assert set(wanted) == set(Noun) - {Noun.BOOKING, Noun.TOKEN_TRANSACTION, Noun.EVENT}
    for noun, records in wanted.items():
        rows = await page(house, every_attribute(noun), noun=noun)
        assert _exact(rows) == _exact(sorted(records, key=lambda r: (r["created_at"], r["id"])))
        found = await house.ports.reads.by_ids(
            house.workspace.id, noun, [r["id"] for r in records], every_attribute(noun)
        )
        assert _exact([found[r["id"]] for r in records]) == _exact(records)


async def _line(house: House) -> list[tuple[WaitlistEntry, int | None]]:
    """Entries with something of everything, and their places in line."""
    booking = house.new_booking(slot("2026-06-02 14:00"))
    await house.book(booking)
    ada = Guest(email="ada@example.com", name="Ada")
    full = house.new_entry(
        company_id=house.company.id, attendees=3, billing_mode=BillingMode.TOKENS, notes="chairs"
    )
    anywhere = house.new_entry(room_id=None, member_id=None, guest=ada)
    offered = house.new_offered(buffer_minutes=15)
    booked = house.new_entry(status=WaitlistStatus.BOOKED, booking_id=booking.id)
    await house.wait(full, anywhere, offered, booked)
    return [(full, 1), (anywhere, 2), (offered, None), (booked, None)]


async def test_relations_come_with_the_row(house: House) -> None:
    """``ports.reads``: attributes are those of ``domain.attributes``, ``room.name`` included."""
    booking = house.new_booking(company_id=house.company.id)
    await house.book(booking)
    related = {
        "room.name": house.room.name,
        "room.timezone": "Europe/London",
        "room.capacity": house.room.capacity,
        "room.location_id": house.location.id,
        "room.rules": house.room.rules.as_json(),
        "member.email": house.member.email,
        "member.created_at": house.member.created_at,
        "company.billing_terms": "invoice",
        "id": booking.id,
    }
    assert await page(house, frozenset(related)) == [related]
    assert await page(house, frozenset({"location.timezone", "id"}), noun=Noun.ROOM) == [
        {"id": room.id, "location.timezone": "Europe/London"} for room in (house.room, house.annex)
    ]
    assert await page(house, frozenset({"company.name"}), noun=Noun.MEMBER) == [
        {"company.name": house.company.name}
    ]


async def test_what_is_related_to_nothing_has_none_for_each_attribute(house: House) -> None:
    hold = house.new_hold()
    await house.book(hold)
    asked = frozenset({"member.name", "member.id", "company.name", "company.created_at", "room.id"})
    nothing = dict.fromkeys(asked - {"room.id"})
    assert await page(house, asked) == [{**nothing, "room.id": house.room.id}]
    found = await house.ports.reads.by_ids(house.workspace.id, Noun.BOOKING, [hold.id], asked)
    assert found == {hold.id: {**nothing, "room.id": house.room.id}}


async def test_by_ids_answers_with_what_exists_and_meets_the_conditions(
    house: House, week: list[Booking]
) -> None:
    reads, workspace_id = house.ports.reads, house.workspace.id
    a, b, c = week[:3]

    async def found(ids: list[str], *where: Condition) -> dict[str, Record]:
        return await reads.by_ids(workspace_id, Noun.BOOKING, ids, frozenset({"start_at"}), where)

    assert await found([]) == {}
    assert await found([c.id, "bk_none", a.id, a.id, ""]) == {
        a.id: {"start_at": a.start_at},
        c.id: {"start_at": c.start_at},
    }
    later = Condition("start_at", Op.AT_LEAST, c.start_at)
    assert set(await found([a.id, b.id, c.id], later)) == {c.id}
    mine = Condition("member_id", Op.EQUAL, house.member.id)
    stranger = Condition("member_id", Op.EQUAL, "mem_stranger")
    companies = Condition("company_id", Op.IN, [house.company.id])
    assert set(await found([a.id], mine)) == {a.id}
    assert await found([a.id], stranger) == {}
    assert await found([a.id], mine, companies) == {}


async def test_what_a_reader_does_to_a_record_stays_with_him(house: House) -> None:
    booking = house.new_booking(metadata={"nested": {"n": 1}})
    await house.book(booking)
    (first,) = await page(house, frozenset({"metadata"}))
    first["metadata"]["nested"]["n"] = 2
    first["metadata"]["more"] = True
    assert await page(house, frozenset({"metadata"})) == [{"metadata": {"nested": {"n": 1}}}]


async def test_a_member_is_read_whole(house: House) -> None:
    reads, workspace_id = house.ports.reads, house.workspace.id
    assert await reads.member(workspace_id, house.member.id) == house.member
    assert await reads.member(workspace_id, "mem_nobody") is None


async def test_what_a_member_can_pay_with_is_read_as_it_is(house: House) -> None:
    """As the catalogue and the ledger say within a transaction."""
    reads, workspace_id = house.ports.reads, house.workspace.id
    assert await reads.company(workspace_id, house.company.id) == house.company
    assert await reads.company(workspace_id, "co_nobody") is None
    assert await reads.wallet(workspace_id, house.member.id) == Wallet()
    async with house.begin() as tx:
        await tx.ledger.write([house.grant(10)])
        wallet = await tx.ledger.wallet(house.member.id)
    assert wallet.spendable(NOW) == 10
    assert await reads.wallet(workspace_id, house.member.id) == wallet
    later = replace(house.rate_card, id="rc_later", effective_from=date(2027, 1, 1))
    await house.add(later)
    found = await reads.rate_cards(workspace_id, [house.room.id, house.annex.id, "rm_none"])
    assert found == {house.room.id: [house.rate_card, later]}
    assert await reads.rate_cards(workspace_id, []) == {}
