"""The maps from attributes to columns, and the statements that come of them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import Dialect

from litehq_app.sql.postgres import PostgresEngine
from litehq_app.sql.reads.maps import MAPS, Computed, Through
from litehq_app.sql.reads.pages import Shape, page_statement
from litehq_app.sql.reads.reader import (
    api_key_statement,
    counted_statement,
    duty_statement,
    events_statement,
    occupancy_statement,
)
from litehq_app.sql.reads.statements import Statement, compiled
from litehq_app.sql.rooms import OCCUPANCY_OF_ROOM
from litehq_app.sql.sqlite import SqliteEngine
from litehq_core.domain.attributes import BOOKING_RECORD, READABLE, Noun, every_attribute
from litehq_core.domain.query import Op
from litehq_core.ports.reads import Duty
from tests import stores

DIALECTS = (SqliteEngine.dialect, PostgresEngine.dialect)


@pytest.mark.parametrize("noun", Noun)
def test_the_maps_are_the_enums(noun: Noun) -> None:
    """architecture.md: each noun's attribute names are one Enum, tested equal to the SQL map."""
    assert set(MAPS) == set(Noun)
    assert frozenset(MAPS[noun].attributes) == every_attribute(noun)
    for place in MAPS[noun].attributes.values():
        match place:
            case Through(relation, attribute):
                target, by = READABLE[noun].relations[relation]
                assert attribute in MAPS[target].attributes
                assert by in MAPS[noun].table.c
            case Computed(expression):
                assert expression(MAPS[noun].table) is not None
            case column:
                assert column in MAPS[noun].table.c


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_only_what_is_asked_for_is_selected_and_joined(dialect: Dialect) -> None:
    def text(*attributes: str) -> str:
        shape = Shape(Noun.BOOKING, frozenset(attributes), (), ("start_at", "id"))
        return page_statement(shape, dialect).sql

    assert "JOIN" not in text("id", "start_at", "room_id")
    assert text("id", "room.name").count("JOIN") == 1
    assert text("id", "room.name", "room.timezone").count("JOIN") == 2
    assert text("id", "room.name", "member.name", "company.name").count("JOIN") == 3
    assert "notes" not in text("id", "start_at")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("noun", Noun)
def test_every_table_of_a_statement_is_held_to_the_workspace(noun: Noun, dialect: Dialect) -> None:
    """architecture.md: every query names the workspace; so does every join."""
    related = {
        f"{relation}.{attribute}"
        for relation, (target, _) in READABLE[noun].relations.items()
        for attribute in every_attribute(target)
    }
    for order in (("id",), None):
        shape = Shape(noun, every_attribute(noun) | related, (), order)
        statement = page_statement(shape, dialect)
        assert statement.asked[0] == (0, "workspace_id")
        # A place in line is counted over another row of the same table; a member's monthly
        # tokens lie in a table of their own, and so do an endpoint's deliveries.
        counted = ("JOIN", "AS ahead", "FROM token_alloc", "FROM webhook_deliveries \nWHERE")
        tables = 1 + sum(statement.sql.count(f) for f in counted)
        assert statement.sql.count("workspace_id = ") == tables


@pytest.mark.parametrize("attribute", ["secret_hash", "nothing.id", "member.secret", "id.id"])
def test_an_attribute_that_is_none_is_a_defect(attribute: str) -> None:
    shape = Shape(Noun.BOOKING, frozenset({attribute}), (), ("id",))
    with pytest.raises(KeyError):
        page_statement(shape, SqliteEngine.dialect)


@pytest.fixture
async def plan(tmp_path: Path) -> AsyncIterator[Callable[[Statement], str]]:
    """How SQLite would run a statement."""
    async with stores.sqlite_database(tmp_path) as url:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))

        def plan_of(statement: Statement) -> str:
            nothing = [None] * len(statement.parameters)
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", nothing)
            return "\n".join(str(row[3]) for row in rows)

        yield plan_of
        connection.close()


@pytest.mark.parametrize(
    ("attribute", "index"),
    [
        ("start_at", "ix_bookings_start"),
        ("room_id", "ix_bookings_room"),
        ("member_id", "ix_bookings_member"),
        ("company_id", "ix_bookings_company"),
    ],
)
async def test_a_page_of_bookings_walks_an_index(
    plan: Callable[[Statement], str], attribute: str, index: str
) -> None:
    where = ((attribute, Op.AT_LEAST if attribute == "start_at" else Op.EQUAL),)
    for descending in (False, True):
        shape = Shape(
            Noun.BOOKING, BOOKING_RECORD, where, ("start_at", "id"), descending, has_after=True
        )
        steps = plan(page_statement(shape, SqliteEngine.dialect))
        assert index in steps
        # Neither a table from end to end nor a sort of all that was found.
        assert "SCAN" not in steps
        assert "TEMP B-TREE" not in steps


@pytest.mark.parametrize("duty", sorted(set(Duty) - {Duty.PRUNE_EVENTS}))
async def test_what_is_due_is_found_by_an_index(
    plan: Callable[[Statement], str], duty: Duty
) -> None:
    steps = plan(duty_statement(duty, SqliteEngine.dialect))
    assert re.search("SEARCH .* USING (COVERING )?INDEX ix_[a-z_]+_due", steps)
    assert "SCAN " not in steps.replace("SCAN oldest", "")


async def test_an_old_log_is_found_by_its_first_event(plan: Callable[[Statement], str]) -> None:
    """One look-up for each workspace, however long its log is."""
    steps = plan(duty_statement(Duty.PRUNE_EVENTS, SqliteEngine.dialect))
    assert re.search(r"SEARCH events USING INDEX \w+ \(workspace_id=\? AND position=\?\)", steps)


async def test_occupancy_is_found_by_indexes(plan: Callable[[Statement], str]) -> None:
    dialect = SqliteEngine.dialect
    for statement in (occupancy_statement(dialect), compiled(OCCUPANCY_OF_ROOM, dialect)):
        steps = plan(statement)
        for index in (
            *("ix_bookings_busy", "ix_bookings_change_busy", "ix_blackouts_room"),
            *("ix_location_blackouts_location", "ix_waitlist_busy"),
        ):
            assert f"{index} (workspace_id=? AND" in steps


async def test_what_counts_towards_quotas_is_found_by_indexes(
    plan: Callable[[Statement], str],
) -> None:
    steps = plan(counted_statement(SqliteEngine.dialect))
    for index in ("ix_bookings_member", "ix_bookings_company"):
        assert f"{index} (workspace_id=? AND" in steps
    assert "SCAN" not in steps


async def test_a_place_in_line_is_counted_by_an_index(plan: Callable[[Statement], str]) -> None:
    shape = Shape(Noun.WAITLIST_ENTRY, frozenset({"position"}), (), ("created_at", "id"))
    steps = plan(page_statement(shape, SqliteEngine.dialect))
    assert "SEARCH ahead USING INDEX ix_waitlist_line" in steps


async def test_logs_and_keys_are_found_by_indexes(plan: Callable[[Statement], str]) -> None:
    assert "SEARCH events" in plan(events_statement(SqliteEngine.dialect))
    assert "SEARCH api_keys" in plan(api_key_statement(SqliteEngine.dialect))
