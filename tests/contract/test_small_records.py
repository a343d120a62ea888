"""Payments, API keys, quotes and idempotency keys: there and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope
from litehq_core.domain.idempotency import IdempotencyRecord
from litehq_core.domain.ids import Prefix
from litehq_core.domain.payment import PaymentKind, PaymentPurpose, PaymentStatus
from tests.contract.house import House, undone
from tests.domain import samples


async def test_every_field_of_a_payment_comes_back(house: House) -> None:
    booking = house.new_booking()
    plain = house.new_payment(booking)
    full = house.new_payment(
        booking,
        kind=PaymentKind.REFUND,
        purpose=PaymentPurpose.CHANGE,
        status=PaymentStatus.SUCCEEDED,
        reference="re_123",
        checkout_url="https://checkout.example/1",
        expires_at=samples.NOW + timedelta(minutes=30),
        updated_at=samples.NOW + timedelta(minutes=1),
    )
    await house.book(booking)
    async with house.begin() as tx:
        await tx.payments.add(plain)
        await tx.payments.add(full)
    async with house.begin() as tx:
        assert await tx.payments.get(plain.id) == plain
        assert await tx.payments.get(full.id) == full
        assert await tx.payments.get("pay_none") is None
        saved = replace(full, id=plain.id)
        await tx.payments.save(saved)
    async with house.begin() as tx:
        assert await tx.payments.get(plain.id) == saved
        assert await tx.payments.get(full.id) == full


async def test_the_payments_of_a_booking_come_oldest_first(house: House) -> None:
    booking, bystander = house.new_booking(), house.new_booking()
    await house.book(booking, bystander)
    # Ids rise, so that made in this order they tell the order by time from that by id.
    payments = [
        house.new_payment(booking, created_at=samples.NOW + timedelta(seconds=s))
        for s in (5, 1, 3, 1)
    ]
    async with house.begin() as tx:
        for payment in (*payments, house.new_payment(bystander)):
            await tx.payments.add(payment)
    async with house.begin() as tx:
        assert list(await tx.payments.of_booking(booking.id)) == [
            payments[1],
            payments[3],
            payments[2],
            payments[0],
        ]
        assert list(await tx.payments.of_booking("bk_none")) == []


async def test_every_field_of_an_api_key_comes_back(house: House) -> None:
    plain = house.new_key()
    full = house.new_key(
        scopes=EVERY_SCOPE,
        revoked_at=samples.NOW,
        member_id=house.member.id,
        company_ids=frozenset({house.company.id, "co_2"}),
        version=3,
    )
    async with house.begin() as tx:
        await tx.api_keys.add(plain)
        await tx.api_keys.add(full)
    async with house.begin() as tx:
        assert await tx.api_keys.get(plain.id) == plain
        assert await tx.api_keys.get(full.id) == full
        assert await tx.api_keys.get("tok_none") is None
        saved = replace(
            plain, revoked_at=samples.NOW, version=2, scopes=frozenset({Scope.AUTH_READ})
        )
        await tx.api_keys.save(saved)
    async with house.begin() as tx:
        assert await tx.api_keys.get(plain.id) == saved
        assert await tx.api_keys.get(full.id) == full


async def test_a_key_is_found_by_its_hash_in_whatever_workspace(house: House, other: House) -> None:
    """``ports.reads``: the key with this hash, in whatever workspace, revoked or not."""
    ours, theirs = house.new_key(), other.new_key(revoked_at=samples.NOW)
    async with house.begin() as tx:
        await tx.api_keys.add(ours)
    async with other.begin() as tx:
        await tx.api_keys.add(theirs)
    reads = house.ports.reads
    assert await reads.api_key(ours.secret_hash) == ours
    assert await reads.api_key(theirs.secret_hash) == theirs
    assert await reads.api_key("0" * 64) is None
    assert await reads.api_key(ours.id) is None


async def test_every_field_of_a_quote_comes_back(house: House) -> None:
    full = samples.quote(
        id=house.ports.new_id(Prefix.QUOTE),
        workspace_id=house.workspace.id,
        room_id=house.room.id,
        booker=house.member.id,
    )
    plain = replace(
        full,
        id=house.ports.new_id(Prefix.QUOTE),
        price=samples.price(),
        violations=(),
        conflicting_booking_id=None,
        alternatives=(),
    )
    async with house.begin() as tx:
        await tx.quotes.add(full)
        await tx.quotes.add(plain)
    async with house.begin() as tx:
        assert await tx.quotes.get(full.id) == full
        assert await tx.quotes.get(plain.id) == plain
        assert await tx.quotes.get("qt_none") is None


def _record(**fields: object) -> IdempotencyRecord:
    plain = IdempotencyRecord(
        operation="bookings.create",
        key="k-1",
        principal="tok_1",
        fingerprint="f" * 64,
        created_at=samples.NOW,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


async def test_an_idempotency_key_is_new_once(house: House) -> None:
    """contract.md: the same request with the same key gets the first answer."""
    record = _record(key="ключ \U0001f511 ' \\ %")
    async with house.begin() as tx:
        assert await tx.idempotency.claim(record) is None
        # Within its own transaction, too.
        assert await tx.idempotency.claim(replace(record, fingerprint="0" * 64)) == record
    async with house.begin() as tx:
        assert await tx.idempotency.claim(replace(record, fingerprint="0" * 64)) == record


async def test_every_field_of_an_idempotency_record_is_saved(house: House) -> None:
    record = _record()
    answered = replace(
        record,
        subject_id="bk_1",
        lease_until=samples.NOW + timedelta(seconds=60),
        answer=b"\x00\xffHTTP \r\n",
        sealed=True,
        fingerprint="a" * 64,
    )
    async with house.begin() as tx:
        await tx.idempotency.claim(record)
        await tx.idempotency.save(answered)
    async with house.begin() as tx:
        assert await tx.idempotency.claim(record) == answered
        # An empty answer is an answer: it is not None.
        await tx.idempotency.save(replace(answered, answer=b""))
    async with house.begin() as tx:
        known = await tx.idempotency.claim(record)
    assert known is not None
    assert known.answer == b""


@pytest.mark.parametrize("field", ["operation", "key", "principal"])
async def test_an_idempotency_key_is_per_principal_and_operation(house: House, field: str) -> None:
    """contract.md: per workspace, principal and operation."""
    twins = [_record(), _record(**{field: "another"}, fingerprint="0" * 64)]
    async with house.begin() as tx:
        assert [await tx.idempotency.claim(twin) for twin in twins] == [None, None]
    answered = replace(twins[1], answer=b"another")
    async with house.begin() as tx:
        assert [await tx.idempotency.claim(twin) for twin in twins] == twins
        await tx.idempotency.save(answered)
        assert [await tx.idempotency.claim(twin) for twin in twins] == [twins[0], answered]


async def test_an_idempotency_key_that_rolled_back_was_never_used(house: House) -> None:
    async with undone(house.begin()) as tx:
        assert await tx.idempotency.claim(_record()) is None
    async with house.begin() as tx:
        assert await tx.idempotency.claim(_record()) is None
