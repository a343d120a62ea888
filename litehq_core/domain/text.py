"""Free text and free-form metadata: what every engine can keep, within bounds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from litehq_core.domain.errors import ValidationFailed

MAX_NAME = 200
MAX_EMAIL = 254
MAX_NOTES = 4_000
MAX_METADATA_BYTES = 8 * 1024
MAX_JSON_DEPTH = 32


def require_text(field: str, value: str, *, most: int, least: int = 0) -> str:
    """``value``, if it is text of ``least`` to ``most`` characters that can be stored.

    Raises:
        ValidationFailed: too short or long, or with NUL or half a surrogate pair.
    """
    if not least <= len(value) <= most:
        raise ValidationFailed.of(field, f"must have {least}–{most} characters")
    if not is_storable(value):
        raise ValidationFailed.of(field, "must be text without NUL characters or lone surrogates")
    return value


def require_email(field: str, value: str) -> str:
    """``value``, if it can be an e-mail address; whether it is one, only a mail can tell.

    Raises:
        ValidationFailed: it cannot be.
    """
    require_text(field, value, most=MAX_EMAIL, least=3)
    name, at, domain = value.rpartition("@")
    if not (name and at and domain) or any(c.isspace() or not c.isprintable() for c in value):
        raise ValidationFailed.of(field, "must be an e-mail address")
    return value


def require_metadata(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """``value``, if it is JSON of 8 kB at most (``contract.md``, Bookings).

    Raises:
        ValidationFailed: as :func:`require_json`.
    """
    return require_json("metadata", value, most_bytes=MAX_METADATA_BYTES)


def require_json(field: str, value: Mapping[str, Any], *, most_bytes: int) -> Mapping[str, Any]:
    """``value``, if it is a JSON object that everybody can hold.

    Raises:
        ValidationFailed: larger, nested too deeply, no JSON, or with text or integers that not
            everybody can hold.
    """
    if not isinstance(value, Mapping):
        raise ValidationFailed.of(field, "must be a JSON object")
    layer: list[Any] = [value]
    for _ in range(MAX_JSON_DEPTH):
        for item in layer:
            _require_plain(field, item)
        layer = [inner for item in layer for inner in _inside(item)]
        if not layer:
            break
    else:
        raise ValidationFailed.of(field, f"must not be nested deeper than {MAX_JSON_DEPTH} levels")
    if len(json.dumps(value, ensure_ascii=False).encode()) > most_bytes:
        raise ValidationFailed.of(field, f"must not exceed {most_bytes} bytes")
    return value


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else ()


def _require_plain(field: str, value: Any) -> None:
    match value:
        case str():
            if not is_storable(value):
                raise ValidationFailed.of(field, "must not hold NUL characters or lone surrogates")
        case int():
            if not -(2**63) <= value < 2**64:
                raise ValidationFailed.of(field, "must not hold integers beyond 64 bits")
        case float():
            if not math.isfinite(value):
                raise ValidationFailed.of(field, "must not hold infinite numbers")
        case None | list() | Mapping():
            pass
        case _:
            raise ValidationFailed.of(field, "must be a JSON object")


def is_storable(value: str) -> bool:
    """Whether every engine can hold the text: no NUL, and no half of a surrogate pair."""
    return "\0" not in value and not any(0xD800 <= ord(c) <= 0xDFFF for c in value)
