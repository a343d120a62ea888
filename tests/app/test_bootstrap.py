"""Putting an installation together, and taking it down."""

from __future__ import annotations

import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from litehq_app.asgi import create_app
from litehq_app.bootstrap import (
    database_text,
    is_one_process_only,
    open_installation,
    open_ports,
)
from litehq_app.payments.simulated import SimulatedPayments
from litehq_core import CreateBooking, create_booking, get_booking, system_actor
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentPurpose, PaymentStatus
from litehq_core.ports.boundary import transaction_boundary
from litehq_core.testing import Clock
from tests.app.installations import client_of, settings_of

ACTOR = system_actor("ws_demo")


async def test_a_new_file_is_migrated_and_empty(tmp_path: Path) -> None:
    settings = settings_of(database_url=f"sqlite:///{tmp_path}/deep/litehq.db")
    async with open_installation(settings) as installation:
        assert await installation.is_empty()
        await installation.checkpoint()
        sealed = installation.ports.vault.seal(b"secret")
    key_file = tmp_path / "deep" / "litehq.db.key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    async with open_ports(settings) as ports:
        assert ports.vault.unseal(sealed) == b"secret"


async def test_nothing_is_left_open(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    async with open_ports(settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db")) as ports:
        await ports.reads.head("ws_none")
    # A connection's thread ends by itself, a moment after the connection.
    for thread in set(threading.enumerate()) - before:
        thread.join(2)
        assert not thread.is_alive()
    assert not (tmp_path / "litehq.db-wal").exists()


async def test_the_vault_key_may_come_from_the_settings(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/litehq.db"
    key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
    async with open_ports(settings_of(database_url=url, vault_key=key)) as ports:
        assert ports.vault.unseal(ports.vault.seal(b"x")) == b"x"
    assert not (tmp_path / "litehq.db.key").exists()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "nonsense"])
async def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        async with open_ports(settings_of(database_url=url)):
            pass


def test_a_password_is_not_shown() -> None:
    settings = settings_of(database_url="postgresql://litehq:hunter2@db.example/litehq")
    assert "hunter2" not in database_text(settings)
    assert "db.example/litehq" in database_text(settings)
    assert not is_one_process_only(settings)
    assert is_one_process_only(settings_of())


async def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    settings = settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db")
    app = create_app(settings)
    async with client_of(app):
        ports = app.state.ports
        start = ports.clock().replace(hour=14, minute=0, second=0, microsecond=0)
        start += timedelta(days=3)
        made = await create_booking(
            ports,
            ACTOR,
            CreateBooking(
                room_id="rm_atrium",
                start_at=start,
                end_at=start + timedelta(minutes=90),
                member_id="mem_lina_p",
            ),
        )
        before = await get_booking(ports, ACTOR, made.id)
        head = await ports.reads.head("ws_demo")
    again = create_app(settings)
    async with client_of(again):
        assert await get_booking(again.state.ports, ACTOR, made.id) == before
        assert await again.state.ports.reads.head("ws_demo") == head


async def test_the_provider_is_never_called_inside_a_transaction() -> None:
    now = Clock().now
    payment = Payment(
        id="pay_1",
        workspace_id="ws_demo",
        booking_id="bk_1",
        kind=PaymentKind.CHECKOUT,
        purpose=PaymentPurpose.BOOKING,
        status=PaymentStatus.PENDING,
        amount=Money(currency="GBP", amount_minor=100),
        created_at=now,
        updated_at=now,
    )
    payments = SimulatedPayments("http://127.0.0.1:8000")
    checkout = await payments.open_checkout(payment)
    assert checkout.url == "http://127.0.0.1:8000/checkout/ws_demo/pay_1"
    assert await payments.open_checkout(payment) == checkout
    await payments.close_checkout(payment)
    assert await payments.refund(payment) == await payments.refund(payment)
    with transaction_boundary():
        for call in (payments.open_checkout, payments.close_checkout, payments.refund):
            with pytest.raises(RuntimeError, match="transaction"):
                await call(payment)
