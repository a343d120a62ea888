"""What holds of the store whatever has happened: looked at after every scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from litehq_core.domain.booking import OCCUPYING, Booking
from litehq_core.domain.claims import claims_on
from litehq_core.domain.invoice_charge import InvoiceChargeStatus
from litehq_core.domain.ledger import AccountKind
from litehq_core.domain.ledger_audit import verify
from litehq_core.domain.ledger_chain import ChainHead
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.domain.series import Outcome
from litehq_core.domain.slot_grid import claim_cells
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.testing.ledger_reads import filed_invoices
from tests.behaviour.house import House


def check_house(house: House) -> None:
    """All of it."""
    _check_claims(house)
    _check_ledger(house)
    _check_log(house)
    _check_money(house)
    _check_series(house)


def _seats(booking: Booking) -> dict[tuple[str, str, int], int]:
    """The seats that a booking and the change that waits beside it take, cell by cell."""
    if booking.status not in OCCUPYING:
        return {}
    found: dict[tuple[str, str, int], int] = {}
    for claim in booking.claims:
        for cell in claim_cells(claim.interval):
            place = (booking.workspace_id, claim.room_id, cell)
            found[place] = max(found.get(place, 0), claim.seats)
    return found


def _offered_seats(
    house: House, entry: WaitlistEntry
) -> Iterator[tuple[tuple[str, str, int], int]]:
    """The seats that are held for a waitlist entry, cell by cell."""
    for room_id, interval in entry.held:
        room = house.tables.rooms.committed()[entry.workspace_id, room_id]
        for claim in claims_on(room.summary, interval, entry.attendees):
            for cell in claim_cells(claim.interval):
                yield (entry.workspace_id, claim.room_id, cell), claim.seats


def _check_claims(house: House) -> None:
    """Contract: "Two bookings never overlap on a room …. The store itself refuses it"."""
    expected = {
        (booking.id, *place): seats
        for booking in house.tables.bookings.committed().values()
        for place, seats in _seats(booking).items()
    }
    for entry in house.tables.waitlist.committed().values():
        assert (entry.offer is not None) is (entry.status is WaitlistStatus.OFFERED)
        expected |= {(entry.id, *place): seats for place, seats in _offered_seats(house, entry)}
    claimed: Counter[tuple[str, str, str, int]] = Counter()
    for (workspace_id, room_id, seat, cell), booking_id in house.tables.claims.committed().items():
        claimed[booking_id, workspace_id, room_id, cell] += 1
        assert 0 <= seat < house.tables.rooms.committed()[workspace_id, room_id].capacity
        assert seat == 0 or house.tables.rooms.committed()[workspace_id, room_id].shared
    assert dict(claimed) == expected


def _check_ledger(house: House) -> None:
    """A: "Double-entry; every row balances"; and every booking stands as the ledger says."""
    tables = house.tables
    entries = sorted(
        ((key[0], entry) for key, entry in tables.transfers.committed().items()),
        key=lambda pair: pair[1].position,
    )
    for (workspace_id,) in tables.workspaces.committed():
        verification = verify(
            workspace_id,
            [entry for owner, entry in entries if owner == workspace_id],
            head=tables.ledger_heads.committed().get((workspace_id,), ChainHead()),
            balances=[
                (key[1], balance)
                for key, balance in tables.balances.committed().items()
                if key[0] == workspace_id
            ],
            lots=[held for key, held in tables.lots.committed().items() if key[0] == workspace_id],
            bookings=house.bookings(workspace_id),
            invoices=filed_invoices(tables, workspace_id),
            last_number=tables.invoice_numbers.committed().get((workspace_id,), 0),
        )
        assert verification.findings == ()
    _check_cash(house)


def _check_cash(house: House) -> None:
    """What the ledger has at the provider is what the provider was paid, less what it sent back."""
    in_hand: Counter[tuple[str, str]] = Counter()
    for payment in house.tables.payments.committed().values():
        if payment.status is PaymentStatus.SUCCEEDED:
            sign = 1 if payment.kind is PaymentKind.CHECKOUT else -1
        elif (payment.kind, payment.status) == (PaymentKind.REFUND, PaymentStatus.EXPIRED):
            # Sent, and come back.
            sign = 1
        else:
            continue
        key = (payment.workspace_id, payment.amount.currency)
        in_hand[key] += sign * payment.amount.amount_minor
    for charge in house.tables.invoice_charges.committed().values():
        if charge.status is InvoiceChargeStatus.SUCCEEDED:
            in_hand[charge.workspace_id, charge.amount.currency] += charge.amount.amount_minor
    for (workspace_id, account), balance in house.tables.balances.committed().items():
        if account.kind is AccountKind.CASH:
            assert -balance.posted == in_hand.pop((workspace_id, account.unit), 0)
    assert not any(in_hand.values())


def _check_log(house: House) -> None:
    """Contract: "`sequence` per booking"; each move is one event, and positions have no gap."""
    for workspace_id, log in house.tables.events.items():
        floor = house.tables.event_floors.get(workspace_id, 0)
        assert [event.position - floor for event in log] == list(range(1, len(log) + 1))
        if floor:
            # Of what was pruned nothing can be counted.
            continue
        for booking in house.bookings(workspace_id):
            told = [event for event in log if event.subject_id == booking.id]
            assert [event.sequence for event in told] == list(range(1, len(told) + 1))
            assert booking.sequence == len(told)
            moves = [event for event in told if event.type.startswith("booking.")]
            versions = [event.object["version"] for event in moves]
            assert versions == list(range(1, booking.version + 1))
        for entry in house.tables.waitlist.committed().values():
            told = [event for event in log if event.subject_id == entry.id]
            if entry.workspace_id == workspace_id:
                counted = list(range(1, entry.version + 1))
                assert [event.sequence for event in told] == counted
                assert [event.object["version"] for event in told] == counted


def _check_money(house: House) -> None:
    """What each booking was paid and gave back is what its payments and shares say, to the unit."""
    paid: Counter[tuple[str, str]] = Counter()
    refunded: Counter[tuple[str, str]] = Counter()
    bookings = house.tables.bookings.committed()
    for payment in house.tables.payments.committed().values():
        parts = payment.parts
        assert sum(part.amount.amount_minor for part in parts) == payment.amount.amount_minor
        assert payment.booking_id == parts[0].booking_id
        for part in parts:
            key = (part.workspace_id, part.booking_id)
            if part.kind is PaymentKind.REFUND:
                came_back = part.status is PaymentStatus.EXPIRED
                refunded[key] += part.amount.amount_minor * (-1 if came_back else 1)
            elif part.status is PaymentStatus.SUCCEEDED:
                paid[key] += part.amount.amount_minor
        # Whoever can still pay pays for something, and for all of it that is left.
        if payment.is_unsettled and payment.kind is PaymentKind.CHECKOUT:
            waiting = [bookings[p.workspace_id, p.booking_id].awaited_payments() for p in parts]
            assert any(payment.id in awaited for awaited in waiting), payment
    for key, booking in bookings.items():
        assert (booking.paid_minor, booking.refunded_minor) == (paid[key], refunded[key])


def _check_series(house: House) -> None:
    """An occurrence that has a booking is the one of its booking, and the reverse."""
    named: Counter[tuple[str, str, str]] = Counter()
    for series in house.tables.series.committed().values():
        starts = [occurrence.original_start for occurrence in series.occurrences]
        assert starts == sorted(set(starts))
        for occurrence in series.occurrences:
            assert (occurrence.booking_id is None) == (occurrence.outcome is Outcome.SKIPPED)
            if occurrence.booking_id is not None:
                named[series.workspace_id, series.id, occurrence.booking_id] += 1
    assert set(named.values()) <= {1}
    belonging = {
        (booking.workspace_id, booking.series_id, booking.id)
        for booking in house.tables.bookings.committed().values()
        if booking.series_id is not None
    }
    assert belonging == set(named)
