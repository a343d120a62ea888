"""What the demo workspace's endpoints were sent, for whoever writes a receiver at his desk."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from litehq_app.demo.seed import demo_actor
from litehq_app.pages.rendering import missing_page, page
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.errors import Refusal, ValidationFailed
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.query import Paging
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_core.use_cases.webhooks.list_deliveries import ListDeliveries, list_deliveries
from litehq_core.use_cases.webhooks.replay_webhook import ReplayWebhook, replay_webhook

AnyRequest = Request[Any, Any, State]

ON_A_PAGE = 25
MOST_ENDPOINTS = 100


def webhook_pages() -> tuple[HTTPRouteHandler, ...]:
    """The routes, for an installation that shows its webhooks."""
    return (list_endpoints, show_endpoint, press_replay)


@get("/dev/webhooks", include_in_schema=False)
async def list_endpoints(state: State) -> Response[Any]:
    """Every endpoint, and how it does."""
    query = ListRecords(noun=Noun.WEBHOOK, paging=Paging(limit=MOST_ENDPOINTS))
    found = await list_records(
        state.ports, demo_actor(), query, every_attribute(Noun.WEBHOOK) - {"scopes"}
    )
    return page("webhooks.html", endpoints=found.records)


@get("/dev/webhooks/{webhook_id:str}", include_in_schema=False)
async def show_endpoint(
    state: State,
    webhook_id: FromPath[str],
    cursor: Annotated[str | None, QueryParameter()] = None,
    refused: Annotated[str | None, QueryParameter()] = None,
) -> Response[Any]:
    """The deliveries of an endpoint with every attempt, newest first, a page at a time.

    Args:
        refused: the public code of why the last wish to replay was not granted.
    """
    ports, known = state.ports, normalise_id(Prefix.WEBHOOK, webhook_id)
    try:
        endpoint = await get_record(
            ports, demo_actor(), Noun.WEBHOOK, known, frozenset({"id", "url", "status"})
        )
        found = await list_deliveries(
            ports,
            demo_actor(),
            ListDeliveries(webhook_id=known, paging=Paging(limit=ON_A_PAGE, cursor=cursor)),
            every_attribute(Noun.WEBHOOK_DELIVERY),
        )
    except ValidationFailed:
        return missing_page("page of deliveries", "The list has no such page.")
    except Refusal:
        return _missing()
    return page(
        "webhook.html",
        endpoint=endpoint,
        deliveries=found.records,
        older=found.next_cursor,
        refused=refused is not None,
    )


@post("/dev/webhooks/{webhook_id:str}/replay/{delivery_id:str}", include_in_schema=False)
async def press_replay(
    request: AnyRequest, webhook_id: FromPath[str], delivery_id: FromPath[str]
) -> Response[Any]:
    """Send a delivery once more, and go back to the list."""
    # No key is asked for here; so at least no page of somebody else's can press the button.
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return missing_page("button", "It works on its own page alone.")
    known = normalise_id(Prefix.WEBHOOK, webhook_id)
    command = ReplayWebhook(
        webhook_id=known, delivery_id=normalise_id(Prefix.WEBHOOK_DELIVERY, delivery_id)
    )
    try:
        await replay_webhook(request.app.state.ports, demo_actor(), command)
    except Refusal as refusal:
        back = f"../../{known}?refused={refusal.code.value}"
    else:
        back = f"../../{known}"
    # Relative, so that it holds under whatever address the page was opened.
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": back})


def _missing() -> Response[str]:
    return missing_page("endpoint", "The demo workspace has no endpoint with this id.")
