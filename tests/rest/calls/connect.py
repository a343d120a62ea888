"""The connection to the payment provider."""

from __future__ import annotations

from collections.abc import Mapping

from tests.rest.calls.example import Example

CALLS: Mapping[str, Example] = {
    "billing.connect.get": Example(),
    "billing.connect.start": Example(
        body={"return_url": "https://desk.example/settings"},
        other={"return_url": "https://desk.example/"},
    ),
}
