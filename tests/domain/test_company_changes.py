"""Companies as decisions: a new one, a change, and what is wrong with a wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.company import Address, BillingContact, BillingTerms
from litehq_core.domain.company_changes import (
    CreateCompany,
    UpdateCompany,
    change_company,
    new_company,
    require_rooms,
)
from litehq_core.domain.errors import ValidationFailed, VersionConflict
from litehq_core.domain.price_rules import PricingOverride
from tests.domain import samples
from tests.domain.samples import NOW

LATER = NOW + timedelta(days=1)
CONTACT = BillingContact(name="Ada", email="ada@example.com")
ADDRESS = Address(line1="1 Dean Street", city="London", country="GB")


def test_a_new_company_is_its_wish_at_version_one() -> None:
    wish = CreateCompany(name="Northwind", billing_terms=BillingTerms.INVOICE, address=ADDRESS)
    company, event = new_company(wish, "co_1", "ws_1", NOW)
    assert company == samples.company(address=ADDRESS)
    assert (event.type, event.subject_id, event.sequence) == ("company.created", "co_1", 1)
    assert (event.previous, event.company_id, event.object["id"]) == (None, "co_1", "co_1")


def test_a_change_is_one_version_and_names_what_changed() -> None:
    wish = UpdateCompany(company_id="co_1", name="N", billing_contact=CONTACT, expected_version=1)
    change = change_company(samples.company(), wish, LATER)
    assert change is not None
    company, event = change
    assert company == samples.company(
        name="N", billing_contact=CONTACT, version=2, updated_at=LATER
    )
    assert (event.type, event.sequence) == ("company.updated", 2)
    assert event.previous == {"name": "Northwind", "billing_contact": None}


@pytest.mark.parametrize("wish", [{}, {"name": "Northwind"}, {"address": None}])
def test_nothing_new_is_no_change(wish: dict[str, Any]) -> None:
    assert change_company(samples.company(), UpdateCompany(company_id="co_1", **wish), NOW) is None


def test_what_the_operator_alone_may_change() -> None:
    assert not UpdateCompany(company_id="co_1", name="N", address=None).is_the_operators
    assert UpdateCompany(company_id="co_1", pricing_overrides=()).is_the_operators
    assert UpdateCompany(company_id="co_1", billing_terms=BillingTerms.CARD).is_the_operators
    assert UpdateCompany(company_id="co_1", expected_version=3).changes_nothing


def test_a_stale_version_is_refused_before_anything_else() -> None:
    wish = UpdateCompany(company_id="co_1", name="", expected_version=2)
    with pytest.raises(VersionConflict) as refused:
        change_company(samples.company(), wish, LATER)
    assert refused.value.current_version == 1


def test_one_wrong_field_does_not_hide_the_other() -> None:
    ten = PricingOverride(discount_percent=10)
    wish = UpdateCompany(company_id="co_1", name="", pricing_overrides=(ten, ten))
    with pytest.raises(ValidationFailed) as refused:
        change_company(samples.company(), wish, LATER)
    assert [error.field for error in refused.value.errors] == ["name", "pricing_overrides"]
    many = tuple(PricingOverride(room_id=f"rm_{n}", discount_percent=n % 9) for n in range(201))
    with pytest.raises(ValidationFailed):
        samples.company(pricing_overrides=many)


def test_every_room_that_is_not_there_is_named() -> None:
    overrides = [
        PricingOverride(discount_percent=5),
        PricingOverride(room_id="rm_1", discount_percent=5),
        PricingOverride(room_id="rm_2", discount_percent=5),
    ]
    require_rooms(overrides, frozenset({"rm_1", "rm_2"}))
    with pytest.raises(ValidationFailed) as refused:
        require_rooms(overrides, frozenset({"rm_1"}))
    assert [error.field for error in refused.value.errors] == ["pricing_overrides[2].room_id"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"line1": ""}, ["line1"]),
        ({"line2": "x" * 201, "city": "\0"}, ["line2", "city"]),
        ({"country": "gb"}, ["country"]),
        ({"country": "GBR"}, ["country"]),
        ({"country": "Ж2"}, ["country"]),
        ({"country": "G1"}, ["country"]),
    ],
)
def test_an_address_that_cannot_be(fields: dict[str, str], wrong: list[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        Address(**{**ADDRESS.as_json(), **fields})
    assert [error.field for error in refused.value.errors] == wrong
