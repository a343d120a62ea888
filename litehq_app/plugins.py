"""Finding the rules that installed packages bring, by their entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from litehq_core.domain.plugins import Plugins

PRICE_RULES = "litehq.price_rules"
BOOKING_RULES = "litehq.booking_rules"


def load_plugins() -> Plugins:
    """What is installed beside LiteHQ. An entry point names a rule, or a class that makes one.

    Raises:
        ValueError: an entry point cannot be loaded, or is not called as its rule is.
        ValidationFailed: two packages bring a rule of the same name, or one makes no sense.
    """
    return Plugins.of(price_rules=_rules(PRICE_RULES), booking_rules=_rules(BOOKING_RULES))


def _rules(group: str) -> list[Any]:
    # By name, so that what fails first does not depend on the order of the search path.
    return [_rule(found) for found in sorted(entry_points(group=group), key=lambda e: e.name)]


def _rule(found: EntryPoint) -> Any:
    bringer = found.dist.name if found.dist else "an unknown package"
    place = f"the entry point {found.name} ({found.group}) of {bringer}"
    try:
        loaded = found.load()
        rule = loaded() if isinstance(loaded, type) else loaded
        name = rule.name
    except Exception as error:
        raise ValueError(f"{place} cannot be loaded: {error}") from error
    if name != found.name:
        raise ValueError(f"{place} brings a rule that calls itself {name}")
    return rule
