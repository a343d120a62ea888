"""Which rules that others bring are in use, in every workspace."""

from __future__ import annotations

from litehq_app.sql.columns import json_value
from litehq_app.sql.engine import Engine
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.plugins import CustomRules
from litehq_core.domain.price_rules import PriceRules

# Finds every row that may name one, and perhaps some that do not: JSON is written without spaces.
_NAMED_BY = """SELECT rules FROM {table} WHERE rules LIKE '%"custom":[{{%'"""


async def custom_rules_in(engine: Engine) -> CustomRules:
    """Every use of such a rule; equal ones may repeat."""
    cards = await engine.fetch(_NAMED_BY.format(table="rate_cards"), ())
    rooms = await engine.fetch(_NAMED_BY.format(table="rooms"), ())
    return CustomRules(
        prices=tuple(
            use for (rules,) in cards for use in PriceRules.from_json(json_value(rules)).custom
        ),
        bookings=tuple(
            use for (rules,) in rooms for use in BookingRules.from_json(json_value(rules)).custom
        ),
    )
