"""Visitors in every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litehq_core.domain.visitor import VisitorStatus
from tests.contract.house import House
from tests.domain.samples import NOW


async def test_every_field_of_a_visitor_comes_back(house: House) -> None:
    booking = house.new_booking()
    await house.book(booking)
    plain = house.new_visitor(email=None, company_name=None)
    full = house.new_visitor(
        company_id=house.company.id,
        booking_id=booking.id,
        until_at=NOW,
        notes="ü",
        checked_in_at=NOW,
        cancelled_at=NOW,
        status=VisitorStatus.CHECKED_IN,
        version=2,
    )
    async with house.begin() as tx:
        await tx.visitors.add(plain)
        await tx.visitors.add(full)
    async with house.begin() as tx:
        assert await tx.visitors.get(plain.id, lock=True) == plain
        assert await tx.visitors.get(full.id) == full
        assert await tx.visitors.get("vis_none") is None
        assert await tx.visitors.with_pass(full.pass_hash) == full
        assert await tx.visitors.with_pass("none") is None
        saved = replace(full, id=plain.id, pass_hash=plain.pass_hash)
        await tx.visitors.save(saved)
    async with house.begin() as tx:
        assert await tx.visitors.get(plain.id) == saved


async def test_a_visitor_has_a_host_and_a_place(house: House) -> None:
    for field in ("host_member_id", "location_id", "booking_id", "company_id"):
        with pytest.raises(RuntimeError):
            async with house.begin() as tx:
                await tx.visitors.add(house.new_visitor(**{field: "none"}))


async def test_a_stranger_finds_no_visitor(house: House, other: House) -> None:
    theirs = other.new_visitor()
    async with other.begin() as tx:
        await tx.visitors.add(theirs)
    async with house.begin() as tx:
        assert await tx.visitors.get(theirs.id, lock=True) is None
        assert await tx.visitors.with_pass(theirs.pass_hash) is None
