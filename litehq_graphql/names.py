"""The core's names in GraphQL's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litehq_core.domain.errors import Refusal, ValidationFailed


def camel(path: str) -> str:
    """``booked_by.guest.email`` as ``bookedBy.guest.email``."""
    return ".".join(_camel_word(word) for word in path.split("."))


def _camel_word(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def message_of(refusal: Refusal) -> str:
    """The refusal's text, its fields named as clients of this façade know them."""
    if isinstance(refusal, ValidationFailed) and refusal.errors:
        return "; ".join(f"{camel(error.field)}: {error.reason}" for error in refusal.errors)
    return refusal.message


def details_of(refusal: Refusal) -> Mapping[str, Any]:
    """What the refusal carries beside code and message."""
    if isinstance(refusal, ValidationFailed):
        return {
            "details": [
                {"field": camel(error.field), "reason": error.reason} for error in refusal.errors
            ]
        }
    return refusal.details()
