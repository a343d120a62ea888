"""Companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, named

CREATE: Mapping[str, Any] = {
    "name": "Southwind",
    "billing_terms": "invoice",
    "billing_contact": {"name": "Ada Park", "email": "ada@southwind.example"},
    "pricing_overrides": [{"discount_percent": 10}],
}

CALLS: Mapping[str, Example] = {
    "companies.list": Example(),
    "companies.create": Example(body=CREATE, other={**CREATE, "name": "Eastwind"}),
    "companies.get": Example(given=named(company_id="co_northwind")),
    "companies.update": Example(
        given=named(company_id="co_northwind"), body={"billing_terms": "card"}
    ),
}
