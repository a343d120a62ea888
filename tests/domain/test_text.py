"""Free text and metadata: what every engine can keep, within bounds."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.text import (
    MAX_EMAIL,
    MAX_JSON_DEPTH,
    MAX_METADATA_BYTES,
    require_email,
    require_metadata,
    require_text,
)


def _nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize("text", ["", "n", "nn", "é\u202e\U0010ffff"])
def test_text_within_its_bounds_is_kept(text: str) -> None:
    assert require_text("notes", text, most=4) == text


@pytest.mark.parametrize("text", ["", "12345", "a\0", "\udbff"])
def test_text_that_not_everybody_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        require_text("notes", text, most=4, least=1)
    assert [error.field for error in refusal.value.errors] == ["notes"]


@pytest.mark.parametrize(
    "text",
    ["", "a@", "@b", "ab", "a b@c", "a@b\n", "a@b\u200b", "x" * (MAX_EMAIL - 1) + "@b"],
)
def test_what_cannot_be_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        require_email("guest.email", text)
    assert [error.field for error in refusal.value.errors] == ["guest.email"]


@pytest.mark.parametrize(
    "text", ["a@b", "a@b@c", "ada+x@example.com", "x" * (MAX_EMAIL - 2) + "@b"]
)
def test_what_can_be_an_address_is_kept(text: str) -> None:
    assert require_email("email", text) == text


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, None, True, 1.5, "x", {"b": []}]},
        {"least": -(2**63), "most": 2**64 - 1},
        {"text": "m" * (MAX_METADATA_BYTES - len('{"text": ""}'))},
        {"é": "é" * ((MAX_METADATA_BYTES - len('{"": ""}')) // 2 - 1)},
        _nested(MAX_JSON_DEPTH),
    ],
    ids=["empty", "every-kind", "integers", "bytes", "characters", "depth"],
)
def test_metadata_is_any_json_object(value: dict[str, Any]) -> None:
    """contract.md, Bookings: metadata of 8 kB at most."""
    assert require_metadata(value) is value


@pytest.mark.parametrize(
    "value",
    [
        {"a": "\0"},
        {"a\0": 1},
        {"a": [{"b": "\ud800"}]},
        {"a": 2**64},
        {"a": [-(2**63) - 1]},
        {"a": float("inf")},
        {"a": float("nan")},
        {"a": {"b": object()}},
        {"a": (1, 2)},
        {"a": b"x"},
        {"text": "m" * (MAX_METADATA_BYTES - len('{"text": ""}') + 1)},
        {"é": "é" * (MAX_METADATA_BYTES // 2)},
        _nested(MAX_JSON_DEPTH + 1),
    ],
)
def test_metadata_that_not_everybody_can_hold_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        require_metadata(value)
    assert [error.field for error in refusal.value.errors] == ["metadata"]
