"""What the tests of the outer ring share."""

from __future__ import annotations

import os

import pytest

from litehq_core.testing import Clock


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have LITEHQ_… variables set."""
    for name in [name for name in os.environ if name.startswith("LITEHQ_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> Clock:
    """A Friday in May, nine in the morning in UTC."""
    return Clock()
