"""Stripe's form encoding: ``a[b][0]=1`` means ``{"a": {"b": ["1"]}}``."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def nested(text: str) -> dict[str, Any]:
    """The parameters of a query or a body."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, _, rest = name.partition("[")
        path = [first, *_PART.findall("[" + rest if rest else "")]
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
        last = path[-1]
        node[last or str(len(node))] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    plain = {name: _lists(inner) for name, inner in value.items()}
    if plain and all(name.isdigit() for name in plain):
        return [plain[name] for name in sorted(plain, key=int)]
    return plain
