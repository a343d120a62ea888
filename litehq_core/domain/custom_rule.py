"""Rules that others bring: how a rate card or a room names one, and what happens if it fails.

A rule is installed under a name (entry points ``litehq.price_rules`` and ``litehq.booking_rules``,
or handed over in Python). What is stored is its name and its options, never code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.json_fields import anything, table_of, text, value_of
from litehq_core.domain.text import require_json

MAX_OPTIONS_BYTES = 8 * 1024

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRule:
    """One use of a rule that others bring: its name, and the options that it is used with.

    Raises:
        ValidationFailed: a name that no rule can have, or options that are no JSON object of 8 kB
            at most.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_rule_name(self.name):
            raise ValidationFailed.of("name", "must be a_name_like_this")
        require_json("options", self.options, most_bytes=MAX_OPTIONS_BYTES)

    def as_json(self) -> dict[str, Any]:
        """The use as stored and shown."""
        return {"name": self.name, "options": dict(self.options)}


read_custom_rule = value_of(CustomRule, name=text, options=table_of(anything))


class CustomRuleFailed(Exception):
    """A rule that others brought is missing, raised, or answered what makes no sense.

    Not a refusal: the caller did nothing wrong. Nothing is written, and he is told no more than
    that something failed on our side; better no answer than a wrong price.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"The rule {name} {reason}.")


def is_rule_name(name: object) -> bool:
    """Whether a rule may have this name."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def is_rule_version(version: object) -> bool:
    """Whether a rule may have this version."""
    return isinstance(version, str) and _VERSION.fullmatch(version) is not None
