"""A call by a calendar program, which may have no way to send a header."""

from __future__ import annotations

from functools import partial

from litehq_core.domain.api_key import Scope
from litehq_core.use_cases.rate_limits.admit import Admit, admit
from litehq_rest.auth import ALLOWANCE, bearer_secret
from litehq_rest.call import QUERY_OPTION, Call
from litehq_rest.errors import AnyRequest, error_frame
from litehq_rest.query import Query

TOKEN = "token"


async def open_feed_call(request: AnyRequest) -> Call:
    """Authenticate by ``Authorization``, or by ``?token=``, and read the query.

    A key in an address ends up in histories and logs of others, so there only keys count that
    open nothing but the feed (``contract.md``, calendar.ics). Ours never hold a query.

    Raises:
        AuthInvalid: the key opens nothing, or not from there.
        RateLimited: too many requests.
        ValidationFailed: two keys at once (RFC 6750, 2).
    """
    frame = error_frame(request)
    query = Query(request.scope["query_string"], request.route_handler.opt[QUERY_OPTION])
    headers = request.headers.getall("authorization", [])
    token = query.text(TOKEN)
    by_token = token is not None and not headers
    command = Admit(
        secret=token if by_token else bearer_secret(headers),
        address=request.client.host if request.client else None,
        request_id=frame.request_id,
        tell=partial(request.scope["state"].__setitem__, ALLOWANCE),
        sole_scope=Scope.CALENDAR_FEED if by_token else None,
    )
    actor = await admit(request.app.state.ports, command)
    if token is not None and not by_token:
        query.wrong.add(TOKEN, "does not go with an Authorization header")
    query.wrong.refuse()
    return Call(
        ports=request.app.state.ports,
        actor=actor,
        operation=str(request.route_handler.operation_id),
        frame=frame,
        query=query,
        takes_body=False,
        body=b"",
        content_types=(),
        idempotency_keys=(),
        if_match=(),
    )
