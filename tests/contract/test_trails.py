"""The token ledger and the event log as pages: what a log is ordered by is its position."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.audit import AUDIT_ATTRIBUTES, event_record
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    end_hold,
    redeemed_at,
    wallet_of,
)
from litehq_core.domain.ledger_chain import Entry
from litehq_core.domain.query import Condition, Op, PageQuery
from litehq_core.domain.token_posting import moves_tokens, token_transaction_record
from litehq_core.use_cases.tokens import list_token_transactions
from litehq_core.use_cases.tokens.list_token_transactions import (
    ListTokenTransactions,
    stream_token_transactions,
)
from tests.contract.house import House

ROWS = every_attribute(Noun.TOKEN_TRANSACTION)


async def _page(
    house: House, noun: Noun, attributes: frozenset[str], *where: Condition, **fields: Any
) -> list[Record]:
    plain: dict[str, Any] = {"descending": False, "after": None, "limit": 100}
    query = PageQuery(noun=noun, where=where, order=("position",), **{**plain, **fields})
    return await house.ports.reads.page(house.workspace.id, query, attributes)


async def _write(house: House, *transfers: Transfer) -> None:
    async with house.begin() as tx:
        await tx.ledger.write(transfers)


async def _history(house: House) -> None:
    """A grant, money, a hold and its post, a hold and its void, a return."""
    booking = house.new_booking()
    await house.book(booking)
    wallet, redeemed = wallet_of(house.member.id), redeemed_at(house.workspace.id)
    owed = house.transfer(
        TransferKind.DIRECT,
        Account(house.member.id, AccountKind.RECEIVABLE, "GBP"),
        Account(house.workspace.id, AccountKind.REVENUE, "GBP"),
        4000,
    )
    hold = house.transfer(TransferKind.HOLD, wallet, redeemed, 3, booking_id=booking.id)
    other = house.transfer(TransferKind.HOLD, wallet, redeemed, 2)
    await _write(house, house.grant(9), owed, hold, other)
    back = house.transfer(TransferKind.DIRECT, redeemed, wallet, 1, booking_id=booking.id)
    await _write(
        house,
        end_hold(hold, TransferKind.POST, f"{hold.id}p"),
        end_hold(other, TransferKind.VOID, f"{other.id}v"),
        back,
    )


async def test_the_rows_are_what_moved_tokens_and_each_says_what_the_wallet_has(
    house: House, other: House
) -> None:
    """contract.md: each row has `balance_after`; a hold moves nothing, and money is no token."""
    await _history(house)
    await _history(other)
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        entries = [e for e in await snapshot.entries(0, 100) if isinstance(e, Entry)]
    wanted = [token_transaction_record(e) for e in entries if moves_tokens(e.transfer)]
    rows = await _page(house, Noun.TOKEN_TRANSACTION, ROWS)
    assert rows == wanted
    assert [(row["amount"], row["balance_after"]) for row in rows] == [(9, 9), (3, 6), (1, 7)]
    assert await _page(house, Noun.TOKEN_TRANSACTION, ROWS, descending=True) == rows[::-1]
    first = await _page(house, Noun.TOKEN_TRANSACTION, ROWS, limit=1)
    after = (first[0]["position"],)
    assert await _page(house, Noun.TOKEN_TRANSACTION, ROWS, after=after) == rows[1:]
    down = await _page(house, Noun.TOKEN_TRANSACTION, ROWS, after=after, descending=True)
    assert down == []


async def test_rows_by_member_company_booking_and_id(house: House) -> None:
    await _history(house)
    rows = await _page(house, Noun.TOKEN_TRANSACTION, ROWS)

    async def where(attribute: str, value: Any, op: Op = Op.EQUAL) -> list[Record]:
        return await _page(house, Noun.TOKEN_TRANSACTION, ROWS, Condition(attribute, op, value))

    assert await where("member_id", house.member.id) == rows
    assert await where("member_id", "mem_nobody") == []
    assert await where("booking_id", rows[1]["booking_id"]) == rows[1:]
    assert await where("member.company_id", (house.company.id,), Op.IN) == rows
    await house.add(member := house.new_member())
    lot = house.new_lot(member_id=member.id)
    async with house.begin() as tx:
        await tx.ledger.add_lot(lot)
    await _write(
        house,
        house.transfer(
            TransferKind.DIRECT,
            redeemed_at(house.workspace.id),
            wallet_of(member.id),
            2,
            lot_id=lot.id,
        ),
    )
    [theirs] = await where("member_id", member.id)
    assert await where("member.company_id", (house.company.id,), Op.IN) == rows
    ids = [rows[0]["id"], theirs["id"], "ttx_none"]
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.TOKEN_TRANSACTION, ids, frozenset({"id", "amount"})
    )
    assert {row["amount"] for row in found.values()} == {9, 2}
    # A hold is no row, whoever asks for it by its id.
    async with house.ports.reads.ledger.snapshot(house.workspace.id) as snapshot:
        holds = [
            e.transfer.id
            for e in await snapshot.entries(0, 100)
            if isinstance(e, Entry) and e.transfer.kind is TransferKind.HOLD
        ]
    assert len(holds) == 2
    reads = house.ports.reads
    assert (
        await reads.by_ids(house.workspace.id, Noun.TOKEN_TRANSACTION, holds, frozenset({"id"}))
        == {}
    )


async def test_a_stream_has_what_was_there_when_it_began(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """contract.md, Lists: no row twice or skipped while others are inserted."""
    # Row by row: what is written behind the first page is met by a later one.
    monkeypatch.setattr(list_token_transactions, "STREAM_PAGE", 1)
    await _history(house)
    rows = await _page(house, Noun.TOKEN_TRANSACTION, ROWS)
    stream = stream_token_transactions(house.ports, house.actor, ListTokenTransactions())
    first = await anext(stream)
    await _write(house, house.grant(5))
    rest = [row async for page in stream for row in page]
    assert len(first) == 1 < len(rest)
    assert [*first, *rest] == rows


async def test_the_log_as_pages(house: House, other: House) -> None:
    key = house.new_key(name="Front desk")
    async with house.begin() as tx:
        await tx.api_keys.add(key)
        tx.emit(
            EventDraft(
                type=EventType.API_TOKEN_CREATED,
                subject_id=key.id,
                sequence=1,
                object={"id": key.id, "name": "Front desk"},
            )
        )
    async with other.begin() as tx:
        tx.emit(EventDraft(type=EventType.ROOM_UPDATED, subject_id="rm_x", sequence=1, object={}))
    async with house.begin() as tx:
        tx.emit(
            EventDraft(
                type=EventType.ROOM_UPDATED,
                subject_id=house.room.id,
                sequence=1,
                object={"name": "Hall"},
                previous={"name": "Atrium"},
            )
        )
    log = [event_record(e) for e in await house.ports.reads.events_after(house.workspace.id, 0, 9)]
    all_of = every_attribute(Noun.EVENT)
    assert await _page(house, Noun.EVENT, all_of) == log
    assert await _page(house, Noun.EVENT, all_of, descending=True) == log[::-1]

    async def where(attribute: str, op: Op, value: Any) -> list[Record]:
        return await _page(house, Noun.EVENT, all_of, Condition(attribute, op, value))

    assert await where("type", Op.EQUAL, "room.updated") == log[1:]
    assert await where("subject_id", Op.EQUAL, key.id) == log[:1]
    assert await where("actor_id", Op.EQUAL, house.actor.key_id) == log
    assert await where("occurred_at", Op.BELOW, log[0]["occurred_at"]) == []
    assert await where("occurred_at", Op.AT_LEAST, log[0]["occurred_at"]) == log
    # Nobody's key acted, so there is no name.
    named = await _page(house, Noun.EVENT, AUDIT_ATTRIBUTES)
    assert [row["actor.name"] for row in named] == [None, None]
    ids = frozenset({"id"})
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.EVENT, [log[0]["id"], "evt_none"], ids
    )
    assert set(found) == {log[0]["id"]}
