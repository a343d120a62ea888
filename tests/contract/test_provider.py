"""What is known of workspaces at the payment provider, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from litehq_core.domain.connect import AccountState, ConnectAccount
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus, Source
from litehq_core.ports.reads import Due, Duty
from tests.contract.house import House

NOW = datetime(2026, 5, 22, 9, 0, tzinfo=UTC)


def _account(house: House, **fields: object) -> ConnectAccount:
    made = ConnectAccount(
        workspace_id=house.workspace.id,
        state=AccountState(
            account_id=f"acct_{house.workspace.id}",
            charges_enabled=True,
            payouts_enabled=False,
            details_submitted=True,
            requirements=("external_account", "owner.dob"),
        ),
        next_poll_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


async def test_an_account_is_kept_whole(house: House) -> None:
    account = _account(house)
    async with house.begin() as tx:
        assert await tx.provider.account(lock=True) is None
        await tx.provider.put_account(account)
    later = replace(
        account, disconnected_at=NOW, polled_at=NOW + timedelta(hours=1), version=2, sequence=3
    )
    async with house.begin() as tx:
        assert await tx.provider.account() == account
        await tx.provider.put_account(later)
    async with house.begin() as tx:
        assert await tx.provider.account(lock=True) == later


async def test_whose_an_account_is(house: House) -> None:
    account = _account(house)
    account_id = account.state.account_id
    assert await house.ports.reads.workspace_of_account(account_id) is None
    async with house.begin() as tx:
        await tx.provider.put_account(account)
    assert await house.ports.reads.workspace_of_account(account_id) == house.workspace.id
    assert await house.ports.reads.workspace_of_account("acct_nobody") is None


async def test_the_provider_is_asked_in_time_while_it_is_connected(house: House) -> None:
    account = _account(house, next_poll_at=NOW + timedelta(minutes=1))
    due = Due(house.workspace.id, account.state.account_id)

    async def is_due(now: datetime) -> bool:
        return due in await house.ports.reads.due(Duty.POLL_PROVIDER, now, 1000)

    async with house.begin() as tx:
        await tx.provider.put_account(account)
    assert not await is_due(NOW)
    assert await is_due(NOW + timedelta(minutes=1))
    async with house.begin() as tx:
        await tx.provider.put_account(replace(account, disconnected_at=NOW))
    assert not await is_due(NOW + timedelta(days=1))


async def test_the_first_customer_of_a_payer_counts(house: House) -> None:
    async with house.begin() as tx:
        assert await tx.provider.customer("mem_x") is None
        assert await tx.provider.add_customer("mem_x", "cus_1") == "cus_1"
    async with house.begin() as tx:
        assert await tx.provider.add_customer("mem_x", "cus_2") == "cus_1"
        assert await tx.provider.customer("mem_x") == "cus_1"
        assert await tx.provider.customer("mem_y") is None


async def test_payers_are_forgotten_with_their_account(house: House, other: House) -> None:
    for owner in (house, other):
        async with owner.begin() as tx:
            await tx.provider.add_customer("mem_z", "cus_1")
    async with house.begin() as tx:
        await tx.provider.forget_customers()
    async with house.begin() as tx:
        assert await tx.provider.customer("mem_z") is None
    async with other.begin() as tx:
        assert await tx.provider.customer("mem_z") == "cus_1"


async def test_an_event_is_heard_once(house: House) -> None:
    async with house.begin() as tx:
        assert await tx.provider.hear("evt_1")
        assert not await tx.provider.hear("evt_1")
    async with house.begin() as tx:
        assert not await tx.provider.hear("evt_1")
        assert await tx.provider.hear("evt_2")


async def test_a_charge_is_found_by_its_reference(house: House) -> None:
    booking = house.new_booking()
    await house.book(booking)
    paid = house.new_payment(
        booking, kind=PaymentKind.CHECKOUT, status=PaymentStatus.SUCCEEDED, reference="pi_1"
    )
    refund = house.new_payment(
        booking,
        kind=PaymentKind.REFUND,
        reference="pi_2",
        sources=(Source(reference="pi_1", amount_minor=5, disputed=True),),
    )
    async with house.begin() as tx:
        await tx.payments.add(paid)
        await tx.payments.add(refund)
    async with house.begin() as tx:
        assert await tx.payments.with_reference("pi_1") == paid
        assert await tx.payments.with_reference("pi_2") is None
        kept: Payment | None = await tx.payments.get(refund.id)
        assert kept == refund
