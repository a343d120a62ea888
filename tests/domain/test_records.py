"""What records show: every attribute, and a waiting change that is read back as it was."""

from __future__ import annotations

import json

from litehq_core.domain.records import (
    company_record,
    location_record,
    member_record,
    pending_change_from_json,
    pending_change_json,
)
from litehq_core.domain.series_view import occurrence_from_json, occurrence_json
from tests.domain import samples


def test_a_pending_change_is_read_back() -> None:
    change = samples.pending_change(price=samples.price(0, tokens=3), notes=None)
    stored = json.loads(json.dumps(pending_change_json(change)))
    assert pending_change_from_json(stored) == change


def test_an_occurrence_is_read_back_with_all_that_is_said_of_it() -> None:
    occurrences = samples.series().occurrences
    assert any(o.why for o in occurrences)
    assert any(o.last_edit and o.last_edit.why for o in occurrences)
    for occurrence in occurrences:
        stored = json.loads(json.dumps(occurrence_json(occurrence)))
        assert occurrence_from_json(stored) == occurrence


def test_records_name_what_is_stored() -> None:
    location = location_record(samples.location())
    assert (location["id"], location["timezone"]) == ("loc_1", "Europe/London")
    assert location["opening_hours"]["weekly"][0] == [["07:00", "22:00"]]
    member = member_record(samples.member())
    assert (member["tier"], member["status"], member["company_id"]) == ("resident", "active", None)
    company = company_record(samples.company())
    assert (company["name"], company["billing_terms"]) == ("Northwind", "invoice")
