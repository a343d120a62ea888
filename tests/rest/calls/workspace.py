"""The workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example

WELCOME: Mapping[str, Any] = {
    "welcome": [
        {"kind": "mail", "subject": "Welcome", "text": "Here is how everything works."},
        {"kind": "invite", "tier": "resident"},
        {"kind": "grant", "tokens": 10},
    ]
}

CALLS: Mapping[str, Example] = {
    "workspace.get": Example(),
    "workspace.update": Example(body=WELCOME, other={"hold_minutes": 20}),
}
