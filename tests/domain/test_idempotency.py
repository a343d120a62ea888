"""Idempotency: what makes two requests the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import LEASE, Once, fingerprint
from litehq_core.domain.interval import Interval
from tests.domain.samples import slot, utc


class Colour(StrEnum):
    """An enumeration of a command."""

    RED = "red"
    BLUE = "blue"


TWO = slot("2026-06-01 14:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A command with something of everything that commands are made of."""

    room_id: str = "rm_1"
    when: Interval = TWO
    at: datetime | None = None
    day: date | None = None
    colour: Colour = Colour.RED
    scopes: frozenset[Colour] = frozenset()
    attendees: int | None = None
    no_show: bool = False
    lines: tuple[Any, ...] = ()
    metadata: Mapping[str, Any] | None = None


def test_the_same_command_has_the_same_fingerprint() -> None:
    """contract.md: the fingerprint is path ids + query + normalised command."""
    assert fingerprint(Wish()) == fingerprint(Wish())
    assert len(fingerprint(Wish())) == 64
    assert fingerprint(Wish(metadata={"a": 1, "b": 2})) == fingerprint(
        Wish(metadata={"b": 2, "a": 1})
    )
    assert fingerprint(Wish(scopes=frozenset({Colour.BLUE, Colour.RED}))) == fingerprint(
        Wish(scopes=frozenset({Colour.RED, Colour.BLUE}))
    )


def test_a_set_has_one_order_in_every_process() -> None:
    """contract.md: the first answer also after a restart, when texts hash otherwise."""
    several = tuple(f"co_{n:02}" for n in range(20))
    assert fingerprint(Wish(metadata={"ids": frozenset(several)})) == fingerprint(
        Wish(metadata={"ids": several})
    )


@pytest.mark.parametrize(
    "change",
    [
        {"room_id": "rm_2"},
        {"when": slot("2026-06-01 14:00", 90)},
        {"at": utc("2026-06-01 14:00")},
        {"day": date(2026, 6, 1)},
        {"colour": Colour.BLUE},
        {"scopes": frozenset({Colour.RED})},
        {"attendees": 0},
        {"attendees": 1},
        {"no_show": True},
        {"lines": (1, 2)},
        {"lines": (2, 1)},
        {"metadata": {}},
        {"metadata": {"a": None}},
        {"metadata": {"a": [{"b": "é"}]}},
    ],
)
def test_another_command_has_another_fingerprint(change: dict[str, Any]) -> None:
    """contract.md: other → ``409 idempotency_conflict``."""
    assert fingerprint(replace(Wish(), **change)) != fingerprint(Wish())


def test_all_changes_differ_from_one_another() -> None:
    changed = [
        {"attendees": 0},
        {"attendees": 1},
        {"no_show": True},
        {"lines": (1, 2)},
        {"lines": (2, 1)},
        {"lines": ("12",)},
        {"metadata": {}},
        {"metadata": {"a": None}},
        {"metadata": {"a": "1"}},
        {"metadata": {"a": 1}},
    ]
    prints = {fingerprint(replace(Wish(), **change)) for change in changed}  # type: ignore[arg-type]
    assert len(prints) == len(changed)


def test_the_same_instant_at_another_offset_is_the_same() -> None:
    """Commands hold instants in UTC, so that an offset makes no difference."""
    instant = utc("2026-06-01 14:00")
    elsewhere = instant.astimezone(timezone(timedelta(hours=2)))
    assert fingerprint(Wish(at=elsewhere)) == fingerprint(Wish(at=instant))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def _typed(value: Any) -> Any:
    """A value in which 1 is not True."""
    if isinstance(value, dict):
        return {key: _typed(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_typed(v) for v in value]
    return (type(value).__name__, value)


@given(plain, plain)
def test_metadata_is_the_same_exactly_when_it_is_equal(one: Any, two: Any) -> None:
    same = fingerprint(Wish(metadata={"x": one})) == fingerprint(Wish(metadata={"x": two}))
    assert same is (_typed(one) == _typed(two))


def _once(key: str) -> Once:
    return Once(operation="bookings.create", key=key, encode=lambda outcome: b"")


@pytest.mark.parametrize("key", ["k", "x" * 255, "a b", "ключ", "\U0001f511", "'--"])
def test_keys_that_may_be_used(key: str) -> None:
    """contract.md: 1–255 characters."""
    assert _once(key).key == key


@pytest.mark.parametrize("key", ["", "x" * 256, "a\n", "a\0", "\ud800"])
def test_keys_that_may_not(key: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        _once(key)
    assert [error.field for error in refusal.value.errors] == ["idempotency_key"]


def test_how_long_keys_are_leased() -> None:
    """contract.md: a lease of 60 s."""
    assert timedelta(seconds=60) == LEASE
