"""The three callers, for rate cards. What is shown looks the same through all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.new_rate_card import CreateRateCard
from litehq_core.domain.query import Page, Paging
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.records import rate_card_record
from litehq_core.use_cases.rate_cards.create_rate_card import create_rate_card
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from tests.behaviour.drivers import catalogue_documents as documents
from tests.behaviour.drivers.catalogue_words import (
    GraphQLCatalogue,
    PythonCatalogue,
    RestCatalogue,
    listed,
    only,
    page_of,
    paged,
    python_fields,
)
from tests.behaviour.drivers.graphql_words import camel, snake
from tests.behaviour.drivers.protocol import Done, Driver, Fields, Outcome, Refused
from tests.behaviour.keys import FULL

CARD_NAMES = (
    *("id", "version", "room_id", "currency", "effective_from", "hourly_minor", "created_at"),
    *("tokens_per_hour", "billing_modes", "cancellation", "rules"),
)


class RateCardDriver(Driver, Protocol):
    """A caller who looks after rate cards."""

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Give a room other prices."""

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one rate card."""

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of rate cards."""


def _card(card: RateCard) -> dict[str, Any]:
    return only(rate_card_record(card), CARD_NAMES)


class PythonRateCardDriver(PythonCatalogue):
    """Calls the use cases."""

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_rate_card``."""
        return await self._write(
            lambda actor, only: create_rate_card(
                self._ports, actor, CreateRateCard(**python_fields(wish)), only
            ),
            _card,
            key,
            once,
        )

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """``get_record``."""
        wanted = every_attribute(Noun.RATE_CARD)
        return await self._call(
            key,
            lambda actor: get_record(self._ports, actor, Noun.RATE_CARD, card_id, wanted),
            lambda record: only(record, CARD_NAMES),
        )

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_records``."""
        named = dict(filters or {})

        async def call(actor: Actor) -> Page:
            paging = Paging(**{n: named.pop(n) for n in ("limit", "cursor") if n in named})
            query = ListRecords(noun=Noun.RATE_CARD, paging=paging, **named)
            wanted = every_attribute(Noun.RATE_CARD)
            return await list_records(self._ports, actor, query, wanted)

        return await self._call(key, call, lambda page: page_of(page, CARD_NAMES))


class RestRateCardDriver(RestCatalogue):
    """Speaks HTTP."""

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/rate_cards``."""
        more: dict[str, Any] = {"body": wish, "key": key, "once": once, "status": 201}
        return await self._ask(CARD_NAMES, "POST", "/rate_cards", **more)

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/rate_cards/{id}``."""
        return await self._ask(CARD_NAMES, "GET", f"/rate_cards/{card_id}", key=key)

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/rate_cards``."""
        return await self._ask(CARD_NAMES, "GET", "/rate_cards", key=key, query=filters)


class GraphQLRateCardDriver(GraphQLCatalogue):
    """Speaks GraphQL over HTTP."""

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createRateCard``."""
        wanted = _card_input(wish)
        return await self._change(
            documents.CREATE_RATE_CARD, wanted, lambda b: _card_of(b["rateCard"]), key, once
        )

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """``rateCard(id)``; null says that there is none."""
        found = await self._send(documents.RATE_CARD, {"id": card_id}, key)
        if isinstance(found, Refused):
            return found
        return Done(body=_card_of(found.body)) if found.body else Refused(code="not_found")

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``rateCards``."""
        found = await self._send(documents.RATE_CARDS, paged(filters), key)
        return found if isinstance(found, Refused) else listed(found.body, _card_of)


def _deep(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {
            rename(name): inner if name == "options" else _deep(inner, rename)
            for name, inner in value.items()
        }
    return [_deep(inner, rename) for inner in value] if isinstance(value, list) else value


def _card_input(wish: Fields) -> dict[str, Any]:
    fields = dict(wish)
    if "billing_modes" in fields:
        fields["billing_modes"] = [mode.upper() for mode in fields["billing_modes"]]
    rules = dict(fields.get("rules", {}))
    if "tier_discounts" in rules:
        discounts = rules["tier_discounts"].items()
        rules["tier_discounts"] = [{"tier": t, "percent": percent} for t, percent in discounts]
    found: dict[str, Any] = _deep({**fields, **({"rules": rules} if rules else {})}, camel)
    return found


def _card_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    card = _deep(answer, snake)
    assert card["room"] == {"id": card["room_id"]}
    card["billing_modes"] = [mode.lower() for mode in card["billing_modes"]]
    discounts = card["rules"]["tier_discounts"]
    card["rules"]["tier_discounts"] = {one["tier"]: one["percent"] for one in discounts}
    return {name: card[name] for name in CARD_NAMES}
