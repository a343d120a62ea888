"""Request bodies: strict JSON into a struct, with every wrong field named at once.

No coercion anywhere: a number is no time, a string no number, a boolean no integer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec

from litehq_rest.errors import MalformedRequest, UnsupportedMediaType
from litehq_rest.findings import Findings

S = TypeVar("S", bound=msgspec.Struct)

# The name under which the body as a whole is found wrong.
WHOLE_BODY = "body"

_JSON_TYPE = re.compile(
    r'application/json(?:\s*;\s*charset="?(?:utf-?8|us-ascii)"?)?\s*;?', re.IGNORECASE
)
_AT = re.compile(r"^(?P<reason>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_INNER_NAME = re.compile(r"^Object (?P<fault>.*) field `(?P<name>.*)`$", re.DOTALL)


def read_body(
    raw: bytes, content_types: Sequence[str], kind: type[S], *, optional: bool = False
) -> tuple[S, Findings]:
    """The body as a ``kind`` whose wrong fields are left out, and what is wrong with them.

    Args:
        optional: no body at all means no field at all.

    Raises:
        UnsupportedMediaType: something other than JSON in UTF-8.
        MalformedRequest: not JSON, or nested more deeply than can be read.
        ValidationFailed: JSON, but not an object.
    """
    if not raw and optional:
        return kind(), Findings()
    if raw and not (len(content_types) == 1 and _JSON_TYPE.fullmatch(content_types[0].strip())):
        raise UnsupportedMediaType
    try:
        return _decoder(kind).decode(raw), Findings()
    except msgspec.ValidationError as first:
        return _salvage(raw, kind, str(first))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedRequest from None


@cache
def _decoder(kind: type[S]) -> msgspec.json.Decoder[S]:
    return msgspec.json.Decoder(kind)


def _salvage(raw: bytes, kind: type[S], first: str) -> tuple[S, Findings]:
    """Read field by field, so that one wrong field does not hide the others."""
    wrong = Findings()
    try:
        value = msgspec.json.decode(raw)
    except msgspec.ValidationError:  # a number that no machine keeps
        note(wrong, "", first)
        return kind(), wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(value, dict):
        wrong.add(WHOLE_BODY, "must be a JSON object")
        raise wrong.refusal()
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    good: dict[str, Any] = {}
    for name, given in value.items():
        if name not in fields:
            wrong.add(name, "is not a field of this request")
            continue
        try:
            good[fields[name].name] = msgspec.convert(given, fields[name].type)
        except msgspec.ValidationError as error:
            note(wrong, name, str(error))
    return kind(**good), wrong


def note(wrong: Findings, field: str, message: str) -> None:
    """Note an error of msgspec's, whose path begins at ``field``."""
    found = _AT.match(message)
    reason, path = (found["reason"], found["path"] or "") if found else (message, "")
    parts = [part for part in (field, path) if part]
    if inner := _INNER_NAME.match(reason):
        parts.append(inner["name"])
        reason = "is required" if "missing" in inner["fault"] else "is not a field of this request"
    wrong.add(".".join(parts).replace(".[", "[") or WHOLE_BODY, reason[:1].lower() + reason[1:])
