"""``/v1/rate_cards``."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.new_rate_card import CreateRateCard
from litehq_core.domain.price_rules import PriceRules
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.records import rate_card_record
from litehq_core.domain.wall_clock import instant_text, parse_date
from litehq_core.use_cases.rate_cards.create_rate_card import create_rate_card
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, plain, room_id_of
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.schemas.shape import Date
from litehq_rest.v1.shaped import bounded, shaped

_ATTRIBUTES = every_attribute(Noun.RATE_CARD)


class RateCardCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """Other prices for a room, in its location's currency; from today unless a date is named."""

    room_id: str | UnsetType = UNSET
    resource_id: str | UnsetType = UNSET
    effective_from: Date | UnsetType | None = UNSET
    hourly_minor: int | UnsetType = UNSET
    tokens_per_hour: int | UnsetType | None = UNSET
    billing_modes: list[BillingMode] | UnsetType = UNSET
    cancellation: Annotated[dict[str, Any], shaped("CancellationTerms")] | UnsetType = UNSET
    rules: Annotated[dict[str, Any], shaped("PriceRulesEdit")] | UnsetType = UNSET


def rate_card_json(record: Record) -> dict[str, Any]:
    """A rate card as shown."""
    return {
        "id": record["id"],
        "object": "rate_card",
        "version": record["version"],
        "room_id": record["room_id"],
        "resource_id": record["room_id"],
        "currency": record["currency"],
        "effective_from": record["effective_from"],
        "hourly_minor": record["hourly_minor"],
        "tokens_per_hour": record["tokens_per_hour"],
        "billing_modes": record["billing_modes"],
        "cancellation": record["cancellation"],
        # Cards of an earlier release do not name all of them.
        "rules": PriceRules.from_json(record["rules"]).as_json(),
        "created_at": instant_text(record["created_at"]),
    }


def created_answer(card: RateCard) -> Answer:
    """A new card as an answer."""
    return json_answer(rate_card_json(rate_card_record(card)), status=201, version=card.version)


def create_command(body: RateCardCreate, wrong: Findings) -> CreateRateCard:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    room_id = room_id_of(body, wrong, required=True)
    hourly = wrong.agreed(("hourly_minor", plain(body.hourly_minor)), required=True)
    modes = wrong.agreed(("billing_modes", plain(body.billing_modes)), required=True)
    cancellation = wrong.agreed(("cancellation", plain(body.cancellation)), required=True)
    rules: dict[str, Any] = plain(body.rules) or {}
    given = plain(body.effective_from)
    begins = given and wrong.attempt(lambda: parse_date(given, "effective_from"))
    # Here as well, for what is nested too deeply cannot even be compared with an earlier request.
    wrong.attempt(lambda: bounded("cancellation", cancellation or {}))
    wrong.attempt(lambda: bounded("rules", rules))
    if wrong or room_id is None or hourly is None or modes is None or cancellation is None:
        raise wrong.refusal()
    return CreateRateCard(
        room_id=room_id,
        hourly_minor=hourly,
        tokens_per_hour=plain(body.tokens_per_hour),
        billing_modes=frozenset(modes),
        cancellation=cancellation,
        rules=rules,
        effective_from=begins or None,
    )


def _list_query(query: Query) -> ListRecords:
    found = ListRecords(noun=Noun.RATE_CARD, room_id=query.room_id(), paging=query.paging())
    query.wrong.refuse()
    return found


@post(
    "/rate_cards",
    operation_id="rate_cards.create",
    summary="Give a room other prices",
    **described(answer=schemas.RateCard, status=201, body=RateCardCreate, finds=True),
)
async def post_rate_card(call: NamedDependency[Call]) -> Response[bytes]:
    """A new version of a room's prices; it is never changed. For operators.

    It prices what is booked or moved from now on. Bookings that exist keep price and policy.
    """
    body, wrong = read_body(call.body, call.content_types, RateCardCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, created_answer)
    return response_of(
        created_answer(await create_rate_card(call.ports, call.actor, command, once))
    )


@get(
    "/rate_cards",
    operation_id="rate_cards.list",
    summary="List rate cards",
    **described(answer=schemas.RateCardPage, query=("room_id", "resource_id", "limit", "cursor")),
)
async def get_rate_cards(call: NamedDependency[Call]) -> Response[bytes]:
    """Rate cards, newest first: those in force, those to come and those of the past."""
    page = await list_records(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [rate_card_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@get(
    "/rate_cards/{rate_card_id:str}",
    operation_id="rate_cards.get",
    summary="Retrieve a rate card",
    **described(answer=schemas.RateCard, by_id=True),
)
async def get_rate_card(
    call: NamedDependency[Call], rate_card_id: FromPath[str]
) -> Response[bytes]:
    """One rate card."""
    bare_id = normalise_id(Prefix.RATE_CARD, rate_card_id)
    found = await get_record(call.ports, call.actor, Noun.RATE_CARD, bare_id, _ATTRIBUTES)
    return response_of(json_answer(rate_card_json(found), version=found["version"]))
