"""Fields that the core reads itself, so that it names what is wrong by its dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Meta

from litehq_core.domain.room_changes import MAX_RULES_BYTES
from litehq_core.domain.text import require_json


def shaped(name: str) -> Meta:
    """The annotation of such a field: the schema that it is described by."""
    return Meta(extra_json_schema={"allOf": [{"$ref": f"#/components/schemas/{name}"}]})


def bounded(field: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """``value``, if it is as large and deep as the core may be asked to read.

    Raises:
        ValidationFailed: larger or deeper.
    """
    return require_json(field, value, most_bytes=MAX_RULES_BYTES)
