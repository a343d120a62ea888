"""A ledger on SQLite that somebody has laid hands on: whatever it was, verifying finds it."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from litehq_app.bootstrap import open_ports
from litehq_app.sql import SqlStore
from litehq_core import (
    BillingMode,
    CancelBooking,
    ChargeInvoice,
    CreateBooking,
    CreateInvoice,
    CreditInvoice,
    GrantTokens,
    Member,
    Ports,
    SettlePayment,
    VoidInvoice,
    cancel_booking,
    charge_invoice,
    create_booking,
    create_invoice,
    credit_invoice,
    grant_tokens,
    import_catalogue,
    run_due,
    settle_payment,
    system_actor,
    verify_ledger,
    void_invoice,
)
from litehq_core.domain.ledger_findings import FindingKind, Verification
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.testing import memory_ports, sample_catalogue
from tests.app.installations import settings_of
from tests.app.test_cli import litehq, url_of
from tests.domain import samples
from tests.stores import ignore_events, new_test_id

ACTOR = system_actor("ws_sample")
LINA, JONAS = "mem_lina_p", "mem_jonas_k"


async def _furnish(url: str) -> None:
    """Bookings in tokens and by card, one of each cancelled, and the refund sent."""
    failures: list[object] = []
    async with open_ports(settings_of(database_url=url)) as ports:
        await import_catalogue(ports, ACTOR, sample_catalogue())
        for amount in (1, 9):
            await grant_tokens(ports, ACTOR, GrantTokens(member_id=LINA, amount=amount))
        noon = ports.clock().replace(hour=12, minute=0, second=0, microsecond=0)
        booked = []
        for days, room_id, member_id in (
            *((2, "rm_atrium", LINA), (3, "rm_atrium", LINA)),
            *((2, "rm_studio", JONAS), (3, "rm_studio", JONAS)),
        ):
            start = noon + timedelta(days=days)
            wish = CreateBooking(
                room_id=room_id,
                member_id=member_id,
                start_at=start,
                end_at=start + timedelta(hours=1),
            )
            booked.append(await create_booking(ports, ACTOR, wish))
        for hold in booked[2:]:
            word = SettlePayment(payment_id=hold.payment_id or "", outcome=PaymentOutcome.PAID)
            await settle_payment(ports, ACTOR, word)
        for gone in (booked[1], booked[3]):
            await cancel_booking(ports, ACTOR, CancelBooking(booking_id=gone.id))
        await _invoice(ports, noon)
        await run_due(ports, lambda *failure: failures.append(failure))
    assert failures == []


async def _invoice(ports: Ports, noon: datetime) -> None:
    """Two invoices of a company on terms: one credited in part and paid, one void."""
    company = samples.company(workspace_id="ws_sample")
    nadia = replace(
        next(item for item in sample_catalogue() if isinstance(item, Member)),
        id="mem_nadia_n",
        email="nadia@example.com",
        company_id=company.id,
    )
    await import_catalogue(ports, ACTOR, [company, nadia])
    for days in (5, 6):
        start = noon + timedelta(days=days)
        wish = CreateBooking(
            room_id="rm_atrium",
            member_id=nadia.id,
            start_at=start,
            end_at=start + timedelta(hours=1),
            billing_mode=BillingMode.INVOICE,
        )
        await create_booking(ports, ACTOR, wish)
        bill = CreateInvoice(company_id=company.id, until_at=start + timedelta(hours=1))
        invoice = await create_invoice(ports, ACTOR, bill)
        if days == 5:
            await credit_invoice(
                ports, ACTOR, CreditInvoice(invoice_id=invoice.id, amount_minor=500)
            )
            await charge_invoice(ports, ACTOR, ChargeInvoice(invoice_id=invoice.id))
        else:
            await void_invoice(ports, ACTOR, VoidInvoice(invoice_id=invoice.id))


@pytest.fixture(scope="module")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database in which something has happened."""
    folder = tmp_path_factory.mktemp("ledger")
    await _furnish(url_of(folder))
    return folder


async def _verify(folder: Path) -> Verification:
    # Not by way of bootstrap: migrating refuses a file whose references are broken.
    store = await SqlStore.open(url_of(folder), new_id=new_test_id, on_events=ignore_events)
    try:
        # In pages of two, so that everything is read over several.
        return await verify_ledger(replace(memory_ports(), reads=store.reads), ACTOR, page=2)
    finally:
        await store.close()


def _lay_hands_on(folder: Path, *statements: str) -> None:
    """Whoever has the file can do anything: triggers, references and rules are no obstacle."""
    connection = sqlite3.connect(folder / "litehq.db")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA ignore_check_constraints=ON")
    connection.execute("DROP TRIGGER transfers_no_update")
    connection.execute("DROP TRIGGER transfers_no_delete")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    connection.commit()
    connection.close()


async def test_what_nobody_has_touched_is_whole(furnished: Path) -> None:
    found = await _verify(furnished)
    assert found.findings == ()
    # Grants, holds and posts of three shares, a return; owed, paid, taken back, refunded, sent.
    assert found.entries == found.head.position > 15


K = FindingKind
DAMAGE: dict[str, tuple[tuple[str, ...], set[FindingKind]]] = {
    "an amount": (
        ("UPDATE transfers SET amount = amount + 1 WHERE position = 1",),
        {K.HASH_DIFFERS, K.BALANCE_DIFFERS, K.LOT_DIFFERS, K.BALANCE_AFTER_DIFFERS},
    ),
    "a cause": (
        ("UPDATE transfers SET cause = 'gift' WHERE position = 2",),
        {K.HASH_DIFFERS},
    ),
    "a date": (
        ("UPDATE transfers SET created_at = created_at - 1 WHERE position = 2",),
        {K.HASH_DIFFERS},
    ),
    "a hash": (
        # Its digits moved round by one: another hash, whatever it was.
        ("UPDATE transfers SET hash = substr(hash, 2) || substr(hash, 1, 1) WHERE position = 3",),
        {K.HASH_DIFFERS, K.CHAIN_BROKEN},
    ),
    "an entry that is no transfer": (
        ("UPDATE transfers SET kind = 'gift' WHERE position = 1",),
        {
            *(K.ENTRY_ILLEGIBLE, K.BALANCE_DIFFERS, K.LOT_DIFFERS, K.BALANCE_AFTER_DIFFERS),
            K.LIABILITY_NEGATIVE,
        },
    ),
    "an account that is none": (
        (
            "UPDATE transfers SET credit_kind = 'pocket' WHERE debit_kind = 'cash'"
            " AND booking_id IS NOT NULL",
        ),
        {K.ENTRY_ILLEGIBLE, K.BALANCE_DIFFERS, K.BOOKING_DIFFERS},
    ),
    "an entry taken out": (
        ("DELETE FROM transfers WHERE position = 2",),
        {
            *(K.POSITION_GAP, K.CHAIN_BROKEN, K.BALANCE_DIFFERS, K.LOT_DIFFERS),
            *(K.BALANCE_AFTER_DIFFERS, K.LIABILITY_NEGATIVE),
        },
    ),
    "the end cut off": (
        ("DELETE FROM transfers WHERE position = (SELECT max(position) FROM transfers)",),
        {K.HEAD_DIFFERS, K.BALANCE_DIFFERS},
    ),
    "the end cut off and the head set back": (
        (
            "DELETE FROM transfers WHERE position = (SELECT max(position) FROM transfers)",
            "UPDATE ledger_heads SET position = position - 1, hash ="
            " (SELECT hash FROM transfers ORDER BY position DESC LIMIT 1)",
        ),
        {K.BALANCE_DIFFERS},
    ),
    "the head": (("UPDATE ledger_heads SET hash = ''",), {K.HEAD_DIFFERS}),
    "no head": (("DELETE FROM ledger_heads",), {K.HEAD_DIFFERS}),
    "a wallet": (
        ("UPDATE accounts SET posted = posted + 5 WHERE kind = 'wallet' AND posted > 0",),
        {K.BALANCE_DIFFERS, K.SUM_NOT_ZERO},
    ),
    "a wallet and its other side": (
        (
            "UPDATE accounts SET posted = posted + 5 WHERE kind = 'wallet' AND posted > 0",
            "UPDATE accounts SET posted = posted - 5 WHERE kind = 'issued'",
        ),
        {K.BALANCE_DIFFERS},
    ),
    "what is held": (
        ("UPDATE accounts SET held = 1 WHERE kind = 'wallet' AND posted > 0",),
        {K.BALANCE_DIFFERS},
    ),
    "a lot": (("UPDATE lots SET posted = posted + 1 WHERE granted = 9",), {K.LOT_DIFFERS}),
    "a lot taken away": (("DELETE FROM lots WHERE granted = 9",), {K.LOT_DIFFERS}),
    "a balance beside its entry": (
        ("UPDATE transfers SET balance_after = 99 WHERE position = 1",),
        {K.BALANCE_AFTER_DIFFERS},
    ),
    "tokens of a booking": (
        ("UPDATE bookings SET token_lots = '[]' WHERE tokens_spent > 0",),
        {K.BOOKING_DIFFERS},
    ),
    "money that a booking was paid": (
        (
            "UPDATE bookings SET paid_minor = 0, price_lines = '[]' WHERE status = 'confirmed'"
            " AND paid_minor > 0",
        ),
        {K.BOOKING_DIFFERS},
    ),
    "money that a booking gave back": (
        ("UPDATE bookings SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",),
        {K.BOOKING_DIFFERS},
    ),
    "what a booking owes": (
        (
            "UPDATE bookings SET price_lines = replace(price_lines, '5600', '9900')"
            " WHERE status = 'confirmed' AND paid_minor > 0",
        ),
        {K.BOOKING_DIFFERS},
    ),
    "what was paid on an invoice": (
        ("UPDATE invoices SET paid_minor = paid_minor - 1 WHERE paid_minor > 0",),
        {K.INVOICE_DIFFERS, K.INVOICE_PAYMENT_DIFFERS},
    ),
    "an invoice that came to life again": (
        ("UPDATE invoices SET status = 'open' WHERE status = 'void'",),
        {K.INVOICE_LINES_DIFFER},
    ),
    "a line": (
        ("UPDATE billed_bookings SET amount_minor = amount_minor + 1",),
        {K.INVOICE_LINES_DIFFER},
    ),
    "what was set off": (
        ("UPDATE invoices SET credited_minor = 0 WHERE credited_minor > 0",),
        {K.INVOICE_CREDIT_DIFFERS},
    ),
    "a charge": (
        ("UPDATE invoice_charges SET amount_minor = amount_minor + 1",),
        {K.INVOICE_PAYMENT_DIFFERS},
    ),
    "a charge that never was": (("DELETE FROM invoice_charges",), {K.INVOICE_PAYMENT_DIFFERS}),
    "an invoice number": (
        ("UPDATE invoices SET number = 9 WHERE status = 'void'",),
        {K.INVOICE_NUMBER_DIFFERS},
    ),
    "the last invoice number": (
        ("UPDATE invoice_numbers SET last = last + 1",),
        {K.INVOICE_NUMBER_DIFFERS},
    ),
    "an invoice": (
        ("DELETE FROM invoices WHERE paid_minor > 0",),
        {K.INVOICE_UNKNOWN, K.INVOICE_NUMBER_DIFFERS, K.INVOICE_CREDIT_DIFFERS},
    ),
    "whose payment an entry is": (
        ("UPDATE transfers SET invoice_id = 'inv_other' WHERE cause = 'invoice_paid'",),
        {K.HASH_DIFFERS, K.INVOICE_DIFFERS, K.INVOICE_UNKNOWN},
    ),
    "a booking": (
        ("DELETE FROM bookings WHERE status = 'confirmed' AND paid_minor > 0",),
        {K.BOOKING_UNKNOWN},
    ),
}


@pytest.mark.parametrize("damage", list(DAMAGE))
async def test_every_kind_of_damage_is_found(furnished: Path, tmp_path: Path, damage: str) -> None:
    statements, kinds = DAMAGE[damage]
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    _lay_hands_on(tmp_path, *statements)
    found = await _verify(tmp_path)
    assert {finding.kind for finding in found.findings} == kinds


async def test_a_hold_that_is_ended_twice(furnished: Path, tmp_path: Path) -> None:
    """Past the index that keeps every hold from being ended twice."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    columns = (
        "kind, debit_owner, debit_kind, credit_owner, credit_kind, unit, amount, cause, booking_id,"
        " lot_id, created_at, previous_hash, hash, member_id, balance_after"
    )
    last = "(SELECT max(position) FROM transfers)"
    _lay_hands_on(
        tmp_path,
        "CREATE TABLE bare AS SELECT * FROM transfers",
        f"INSERT INTO bare (workspace_id, id, position, hold_id, {columns}) SELECT workspace_id,"
        f" 'ttx_again', {last} + 1, hold_id, {columns} FROM transfers WHERE kind = 'post' LIMIT 1",
        "DROP TABLE transfers",
        "ALTER TABLE bare RENAME TO transfers",
    )
    found = await _verify(tmp_path)
    assert K.HOLD_ENDED_TWICE in {finding.kind for finding in found.findings}


async def test_the_command_line_tells(furnished: Path, tmp_path: Path) -> None:
    """Issue: ``litehq ledger verify``, exit code 1 with findings."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    whole = await _verify(tmp_path)
    out, _ = litehq(tmp_path, "ledger", "verify")
    assert out == (
        f"ws_sample: {whole.entries} entries, no findings, "
        f"head {whole.head.position} {whole.head.hash}\n"
    )
    assert litehq(tmp_path, "ledger", "verify", "--workspace", "ws_sample")[0] == out
    _, err = litehq(tmp_path, "ledger", "verify", "--workspace", "ws_none", expected=1)
    assert err == "litehq: There is no such workspace.\n"
    _lay_hands_on(tmp_path, "UPDATE transfers SET cause = 'gift' WHERE position = 2")
    out, err = litehq(tmp_path, "ledger", "verify", expected=1)
    told, finding = out.splitlines()
    assert told.startswith(f"ws_sample: {whole.entries} entries, 1 findings, head ")
    assert finding.startswith("  hash_differs at 2: ttx_")
    assert err == ""
