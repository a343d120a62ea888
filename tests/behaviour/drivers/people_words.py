"""What the callers for members and for companies share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.behaviour.drivers.graphql import GraphQLDriver
from tests.behaviour.drivers.graphql_words import contract_of, refusal_of, variables_of
from tests.behaviour.drivers.protocol import Done, Fields, Outcome, Refused


def without_object(outcome: Outcome, kind: str, names: tuple[str, ...]) -> Outcome:
    """Contract: "Nothing is ever missing"."""
    if isinstance(outcome, Refused):
        return outcome
    assert set(outcome.body) == {"object", *names}
    assert outcome.body["object"] == kind
    body = {name: outcome.body[name] for name in names}
    return Done(body=body, replayed=outcome.replayed)


def plain_page(outcome: Outcome, kind: str, names: tuple[str, ...]) -> Outcome:
    """A page with what its rows show, and no other field."""
    if isinstance(outcome, Refused):
        return outcome
    assert set(outcome.body) == {"data", "next_cursor"}
    shown = [without_object(Done(body=row), kind, names) for row in outcome.body["data"]]
    return Done(body={**outcome.body, "data": [d.body for d in shown if isinstance(d, Done)]})


class GraphQLPeople(GraphQLDriver):
    """What both nouns ask in one way."""

    async def _changed(
        self, document: str, wanted: Mapping[str, Any], key: str | None, once: str | None
    ) -> Outcome:
        found = await self._send(document, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        [shown] = found.body.values()
        return Done(body=shown_of(shown), replayed=found.replayed)

    async def _one(self, document: str, record_id: str, key: str | None) -> Outcome:
        found = await self._send(document, {"id": record_id}, key)
        if isinstance(found, Refused):
            return found
        return Done(body=shown_of(found.body)) if found.body else Refused(code="not_found")

    async def _listed(self, document: str, filters: Fields | None, key: str | None) -> Outcome:
        names = {"limit": "first", "cursor": "after"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        found = await self._send(document, variables_of(named), key)
        if isinstance(found, Refused):
            return found
        page = found.body["pageInfo"]
        cursor = page["endCursor"] if page["hasNextPage"] else None
        return Done(
            body={"data": [shown_of(node) for node in found.body["nodes"]], "next_cursor": cursor}
        )


def input_of(fields: Fields) -> dict[str, Any]:
    """What a mutation is given, in GraphQL's words."""
    given = dict(fields)
    if "billing_terms" in given:
        given["billing_terms"] = given["billing_terms"].upper()
    if given.get("pricing_overrides"):
        given["pricing_overrides"] = [variables_of(one) for one in given["pricing_overrides"]]
    return variables_of(given)


def shown_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What GraphQL shows, in the contract's words."""
    found: dict[str, Any] = contract_of(answer)
    if "billing_terms" in found:
        found["billing_terms"] = found["billing_terms"].lower()
    return found
