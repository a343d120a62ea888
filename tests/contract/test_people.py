"""Companies in every store: there and back, one change after the other, each in its workspace."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.company import Address, BillingContact, BillingTerms
from litehq_core.domain.ids import Prefix
from litehq_core.domain.price_rules import PricingOverride
from litehq_core.domain.records import company_record
from litehq_core.ports import people
from tests.contract.house import House
from tests.domain import samples


async def test_every_field_of_a_company_comes_back(house: House) -> None:
    full = samples.company(
        id=house.ports.new_id(Prefix.COMPANY),
        workspace_id=house.workspace.id,
        billing_contact=BillingContact(name="Zoë “Z”", email="z@example.com"),
        address=Address(
            line1="1 Dean Street",
            line2="Floor 2",
            city="Zürich",
            region="ZH",
            postal_code="8001",
            country="CH",
        ),
        pricing_overrides=(PricingOverride(discount_percent=5),),
        version=3,
    )
    await house.add(full)
    async with house.begin() as tx:
        assert await tx.catalogue.company(full.id) == full
        assert await tx.companies.lock(full.id) == full
        assert await tx.companies.lock("co_none") is None
        plain = replace(house.company, id=full.id, billing_terms=BillingTerms.CARD)
        await tx.companies.save(plain)
        assert await tx.catalogue.company(full.id) == plain
    assert await house.ports.reads.company(house.workspace.id, full.id) == plain


async def test_a_read_shows_what_the_record_says(house: House) -> None:
    contact = BillingContact(name="Ada", email="ada@example.com")
    full = replace(house.company, id="co_full", billing_contact=contact)
    await house.add(full)
    found = await house.ports.reads.by_ids(
        house.workspace.id, Noun.COMPANY, [full.id], every_attribute(Noun.COMPANY)
    )
    assert found == {full.id: company_record(full)}


async def test_a_company_that_is_not_there_cannot_be_saved(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.begin() as tx:
            await tx.companies.save(replace(house.company, id="co_none"))


async def test_changes_of_one_company_come_one_after_the_other(house: House) -> None:
    async def grow() -> None:
        async with house.begin() as tx:
            company = await tx.companies.lock(house.company.id)
            assert company is not None
            await asyncio.sleep(0)
            await tx.companies.save(replace(company, version=company.version + 1))

    await asyncio.gather(*(grow() for _ in range(5)))
    async with house.begin() as tx:
        company = await tx.catalogue.company(house.company.id)
    assert company is not None
    assert company.version == 6


# Port method → a probe with a stranger's ids; what answers nothing is None.
LOOK_UPS: dict[str, Any] = {"Companies.lock": lambda tx, b: tx.companies.lock(b.company.id)}
WRITES = {"Companies.save"}


def test_every_method_is_accounted_for() -> None:
    known = {
        f"{name}.{method}"
        for name, port in inspect.getmembers(people, inspect.isclass)
        if port.__module__ == people.__name__
        for method in vars(port)
        if not method.startswith("_")
    }
    assert known == set(LOOK_UPS) | WRITES


@pytest.mark.parametrize("method", LOOK_UPS)
async def test_a_strangers_id_answers_like_one_never_used(
    house: House, other: House, method: str
) -> None:
    async with other.begin() as tx:
        assert await LOOK_UPS[method](tx, other) is not None
    async with house.begin() as tx:
        assert await LOOK_UPS[method](tx, other) is None
