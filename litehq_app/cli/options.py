"""Options of the command line over the settings of the environment."""

from __future__ import annotations

from typing import Any

from litehq_app.settings import Settings


def settings_with(**options: Any) -> Settings:
    """The settings, with the options that were given (not None) in place of the variables."""
    return Settings(**{name: value for name, value in options.items() if value is not None})
