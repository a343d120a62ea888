"""Wrong use of a store is refused, and never half done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from litehq_core.domain.errors import AlreadyExists
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.ids import Prefix
from litehq_core.ports.transaction import Transaction
from tests.contract.house import House
from tests.domain import samples

Write = Callable[[House, Transaction], Awaitable[None]]

RECORD = IdempotencyRecord(
    operation="op", key="k", principal="tok_1", fingerprint="f", created_at=samples.NOW
)

SAVES_OF_NOTHING: dict[str, Write] = {
    "booking": lambda house, tx: tx.bookings.save(house.new_booking()),
    "payment": lambda house, tx: tx.payments.save(house.new_payment(house.new_booking())),
    "api_key": lambda house, tx: tx.api_keys.save(house.new_key()),
    "idempotency": lambda house, tx: tx.idempotency.save(RECORD),
}

# Each refers to something that does not exist.
DANGLING: dict[str, Write] = {
    "room": lambda house, tx: tx.catalogue.add(
        house.new_room(location=replace(house.location, id="loc_none"))
    ),
    "blackout": lambda house, tx: tx.catalogue.add(house.new_blackout(room_id="rm_none")),
    "rate_card": lambda house, tx: tx.catalogue.add(
        replace(house.rate_card, id="rc_new", room_id="rm_none")
    ),
    "member": lambda house, tx: tx.catalogue.add(house.new_member(company_id="co_none")),
    "booking_room": lambda house, tx: tx.bookings.add(
        house.new_booking(room=replace(house.room.summary, id="rm_none"))
    ),
    "booking_member": lambda house, tx: tx.bookings.add(house.new_booking(member_id="mem_none")),
    "booking_company": lambda house, tx: tx.bookings.add(house.new_booking(company_id="co_none")),
    "api_key": lambda house, tx: tx.api_keys.add(house.new_key(member_id="mem_none")),
}

STRANGERS: dict[str, Callable[[House, House, Transaction], Awaitable[None]]] = {
    "workspace": lambda _, other, tx: tx.catalogue.add(other.workspace),
    "member": lambda _, other, tx: tx.catalogue.add(other.new_member()),
    "room": lambda _, other, tx: tx.catalogue.add(other.new_room()),
    "booking": lambda _, other, tx: tx.bookings.add(other.new_booking()),
    "payment": lambda house, other, tx: tx.payments.add(other.new_payment(house.new_booking())),
    "api_key": lambda _, other, tx: tx.api_keys.add(other.new_key()),
    "quote": lambda _, other, tx: tx.quotes.add(
        samples.quote(id="qt_new", workspace_id=other.workspace.id, room_id=other.room.id)
    ),
}


@pytest.mark.parametrize("what", SAVES_OF_NOTHING)
async def test_only_what_exists_is_saved(house: House, what: str) -> None:
    """``ports.transaction``: write all of something that exists."""
    async with house.begin() as tx:
        with pytest.raises(RuntimeError):
            await SAVES_OF_NOTHING[what](house, tx)


@pytest.mark.parametrize("what", DANGLING)
async def test_nothing_refers_to_what_does_not_exist(house: House, what: str) -> None:
    async with house.begin() as tx:
        with pytest.raises(RuntimeError):
            await DANGLING[what](house, tx)


@pytest.mark.parametrize("what", STRANGERS)
async def test_nothing_is_written_into_another_workspace(
    house: House, other: House, what: str
) -> None:
    """``ports.transaction``: a transaction belongs to one actor and one workspace."""
    async with house.begin() as tx:
        with pytest.raises(RuntimeError):
            await STRANGERS[what](house, other, tx)


async def test_an_id_that_is_taken_already_exists(house: House) -> None:
    booking = house.new_booking()
    payment, key = house.new_payment(booking), house.new_key()
    quote = samples.quote(
        id=house.ports.new_id(Prefix.QUOTE),
        workspace_id=house.workspace.id,
        room_id=house.room.id,
    )
    async with house.begin() as tx:
        await tx.bookings.add(booking)
        await tx.payments.add(payment)
        await tx.api_keys.add(key)
        await tx.quotes.add(quote)
    again: list[Callable[[Transaction], Awaitable[None]]] = [
        lambda tx: tx.bookings.add(booking),
        lambda tx: tx.payments.add(payment),
        lambda tx: tx.api_keys.add(replace(key, secret_hash="0" * 64)),
        lambda tx: tx.quotes.add(quote),
    ]
    for write in again:
        async with house.begin() as tx:
            with pytest.raises(AlreadyExists):
                await write(tx)
