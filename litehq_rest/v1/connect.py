"""``/v1/billing/connect``: the workspace's account at the payment provider."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.di import NamedDependency

from litehq_core.domain.connect import Connection, connect_record
from litehq_core.use_cases.connect.get_connect import get_connect
from litehq_core.use_cases.connect.start_onboarding import StartOnboarding, start_onboarding
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described


class OnboardingStart(Body, kw_only=True, forbid_unknown_fields=True):
    """Where the operator is sent once he has told Stripe everything."""

    return_url: str | None = None


def connect_answer(connection: Connection) -> Answer:
    """The connection as an answer."""
    return json_answer({"object": "connect", **connect_record(connection)})


def started_answer(connection: Connection) -> Answer:
    """The connection with a link that was just made."""
    return json_answer({"object": "connect", **connect_record(connection)}, status=201)


@get(
    "/billing/connect",
    operation_id="billing.connect.get",
    summary="Retrieve the connection to Stripe",
    **described(answer=schemas.Connect),
)
async def get_connection(call: NamedDependency[Call]) -> Response[bytes]:
    """How far the onboarding has got. Until it is complete nothing can be paid by card; what is
    due then is refused with `stripe_unconfigured`. For operators.
    """
    return response_of(connect_answer(await get_connect(call.ports, call.actor)))


@post(
    "/billing/connect",
    operation_id="billing.connect.start",
    summary="Go on with the onboarding at Stripe",
    **described(
        answer=schemas.Connect, status=201, body=OnboardingStart, body_optional=True, pays=True
    ),
)
async def post_connection(call: NamedDependency[Call]) -> Response[bytes]:
    """Make a link on which the operator tells Stripe what it still wants to know; with it an
    account, if there is none. Each link is good for one visit, within minutes. For operators.
    """
    body, wrong = read_body(call.body, call.content_types, OnboardingStart, optional=True)
    key = key_of(call, body.idempotency_key, wrong)
    wrong.refuse()
    once = once_of(call, key, started_answer, secret=True)
    command = StartOnboarding(return_url=body.return_url)
    connection = await start_onboarding(call.ports, call.actor, command, once)
    return response_of(started_answer(connection))
