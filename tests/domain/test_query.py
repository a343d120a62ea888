"""Cursors: opaque, carrying filters and position, and never trusted."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.query import (
    MAX_LIMIT,
    SEAL_LENGTH,
    Condition,
    Op,
    Page,
    PageQuery,
    Paging,
    decode_cursor,
    encode_cursor,
    seal_of,
)
from tests.domain.samples import utc

ORDER = ("start_at", "id")
FIELDS = frozenset({"from", "to", "status", "room_id"})
START = datetime(1970, 1, 1, tzinfo=UTC)

instants = st.integers(0, 200_000_000_000).map(lambda s: START + timedelta(seconds=s))
texts = st.text().filter(str.isprintable)
filters = st.fixed_dictionaries(
    {},
    optional={"from": instants, "to": instants, "status": texts, "room_id": st.none() | texts},
)


@given(filters, instants, texts)
def test_a_cursor_is_read_back(wanted: dict[str, Any], start: datetime, row_id: str) -> None:
    """contract.md, Lists: the cursor carries the resolved filters, so it alone suffices."""
    cursor = encode_cursor(wanted, [start, row_id])
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    found, key = decode_cursor(cursor, ORDER, FIELDS)
    assert found == {name: value for name, value in wanted.items() if value is not None}
    assert key == (start, row_id)
    assert key[0].utcoffset() == timedelta(0)


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


GOOD: list[Any] = [{"status": "confirmed"}, [1_780_000_000, "bk_1"]]


def test_the_cursor_that_the_bad_ones_are_made_of_is_good() -> None:
    found = decode_cursor(_cursor(GOOD), ORDER, FIELDS)
    assert found == ({"status": "confirmed"}, (utc("2026-05-28 20:26:40"), "bk_1"))


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "text",
        [],
        {},
        [{}],
        [{}, [1, "bk_1"], 3],
        [{}, []],
        [{}, [1]],
        [{}, [1, "bk_1", "more"]],
        [{}, ["bk_1", 1]],
        [{}, [1.5, "bk_1"]],
        [{}, [True, "bk_1"]],
        [{}, ["1", "bk_1"]],
        [{}, [None, "bk_1"]],
        [{}, [1, None]],
        [{}, [1, 2]],
        [{}, [1, ["bk_1"]]],
        [{}, [1, {"id": "bk_1"}]],
        [{}, [1, "bk\u0000_1"]],
        [{}, [1, "bk_1\n"]],
        [{}, [1, "\ud800"]],
        [{}, [10**30, "bk_1"]],
        [{}, [10**13, "bk_1"]],
        [{}, [10**17, "bk_1"]],
        [{}, [-(10**13), "bk_1"]],
        [{}, "ab"],
        ["", [1, "bk_1"]],
        [[], [1, "bk_1"]],
        [[[]], [1, "bk_1"]],
        [None, [1, "bk_1"]],
        [{"workspace_id": "ws_2"}, [1, "bk_1"]],
        [{"status": 7}, [1, "bk_1"]],
        [{"status": None}, [1, "bk_1"]],
        [{"status": ["confirmed"]}, [1, "bk_1"]],
        [{"status": "a\u0000"}, [1, "bk_1"]],
        [{"from": "2026-05-22"}, [1, "bk_1"]],
    ],
)
def test_a_cursor_of_another_shape_is_refused(value: object) -> None:
    """contract.md: a cursor is opaque; what is none answers 422, never 500."""
    with pytest.raises(ValidationFailed) as refusal:
        decode_cursor(_cursor(value), ORDER, FIELDS)
    assert [error.field for error in refusal.value.errors] == ["cursor"]


@pytest.mark.parametrize("length", range(1, 60))
def test_a_cursor_cut_short_is_refused(length: int) -> None:
    cursor = _cursor(GOOD)
    with pytest.raises(ValidationFailed):
        decode_cursor(cursor[: len(cursor) - length][:-1], ORDER, FIELDS)


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = encode_cursor({"status": "confirmed"}, [utc("2026-06-01 14:00"), "bk_1"])
    for order, fields in (
        (("id",), FIELDS),
        (("id", "start_at"), FIELDS),
        (ORDER, frozenset({"room_id"})),
    ):
        with pytest.raises(ValidationFailed):
            decode_cursor(cursor, order, fields)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _decode_or_refuse(cursor: str) -> None:
    try:
        found, key = decode_cursor(cursor, ORDER, FIELDS)
    except ValidationFailed:
        return
    assert set(found) <= FIELDS
    assert isinstance(key[0], datetime)
    assert isinstance(key[1], str)


@given(st.text())
@example("=")
@example("A")
@example("é")
@example("\ud800")
@example("a b")
@example("[" * 5000)
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    _decode_or_refuse(text)


@given(st.binary() | json_values.map(lambda v: json.dumps(v).encode()))
@example(b"[" * 100_000)
@example(b"[{}, [" + b"9" * 5000 + b', "bk_1"]]')
@example(b"[{}, [NaN, Infinity]]")
@example('[{}, [1, "bk_1"]]'.encode("utf-16"))
def test_any_bytes_are_a_cursor_or_refused(raw: bytes) -> None:
    _decode_or_refuse(base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


@given(st.tuples(json_values, json_values).map(list))
def test_any_pair_is_a_cursor_or_refused(value: list[object]) -> None:
    _decode_or_refuse(_cursor(value))


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1, 10**9])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    """contract.md, Lists: ``limit`` 1–200 (default 50, out of range ``422``)."""
    with pytest.raises(ValidationFailed) as refusal:
        Paging(limit=limit)
    assert [error.field for error in refusal.value.errors] == ["limit"]


def test_limits_in_range() -> None:
    assert Paging().limit == 50
    assert [Paging(limit=n).limit for n in (1, 200)] == [1, 200]


def test_a_page_knows_where_the_next_begins() -> None:
    """contract.md, Lists: ``next_cursor`` is null at the end."""
    records = [{"id": f"bk_{n}", "start_at": utc(f"2026-06-0{n} 14:00")} for n in (1, 2)]

    def page(*, has_next: bool, rows: list[dict[str, Any]] = records) -> Page:
        return Page(
            records=rows,
            query=PageQuery(
                noun=Noun.BOOKING, where=(), order=ORDER, descending=False, after=None, limit=51
            ),
            filters={"status": "confirmed", "room_id": None},
            has_next=has_next,
            has_previous=False,
        )

    assert page(has_next=False).next_cursor is None
    assert page(has_next=True, rows=[]).next_cursor is None
    cursor = page(has_next=True).next_cursor
    assert cursor is not None
    assert decode_cursor(cursor, ORDER, FIELDS) == (
        {"status": "confirmed"},
        (records[1]["start_at"], "bk_2"),
    )
    assert (
        page(has_next=True).cursor_of(records[1])
        == cursor
        != page(has_next=True).cursor_of(records[0])
    )


def test_a_seal_tells_lists_apart() -> None:
    """contract.md, Ids: what is another workspace's answers "like an id never used"."""
    query = PageQuery(
        noun=Noun.BOOKING,
        where=(
            Condition("start_at", Op.AT_LEAST, utc("2026-06-01 14:00")),
            Condition("company_id", Op.IN, ("co_1", "co_2")),
        ),
        order=ORDER,
        descending=False,
        after=None,
        limit=50,
    )
    later = Condition("start_at", Op.AT_LEAST, utc("2026-06-01 14:01"))
    others = {
        seal_of("ws_2", query),
        seal_of("ws_1", replace(query, noun=Noun.SERIES)),
        seal_of("ws_1", replace(query, order=("created_at", "id"))),
        seal_of("ws_1", replace(query, where=query.where[:1])),
        seal_of("ws_1", replace(query, where=(later, query.where[1]))),
    }
    seal = seal_of("ws_1", query)
    assert len({seal, *others}) == 6
    assert re.fullmatch(r"[A-Za-z0-9_-]+", seal)
    assert len(seal) == SEAL_LENGTH
    # Where the reader stands, and which way he goes, is no matter of the list.
    assert seal == seal_of("ws_1", replace(query, descending=True, after=(1,), limit=2))


@pytest.mark.parametrize("position", [True, "7", 7.0, None])
def test_a_place_in_a_log_is_a_whole_number(position: Any) -> None:
    assert decode_cursor(_cursor([{}, [7]]), ("position",), FIELDS) == ({}, (7,))
    with pytest.raises(ValidationFailed):
        decode_cursor(_cursor([{}, [position]]), ("position",), FIELDS)
