"""From the ``Authorization`` header to the actor on whose behalf everything happens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from litehq_core.domain.api_key import Actor
from litehq_core.use_cases.rate_limits.admit import Admit, admit
from litehq_rest.errors import AnyRequest

# Where `scope["state"]` holds what is left of the caller's rate limit.
ALLOWANCE = "allowance"


async def actor_of(request: AnyRequest, request_id: str) -> Actor:
    """The actor that the request's bearer key stands for; the call has drawn on the rate limit.

    What is left is put where the layer around the application finds it.

    Raises:
        AuthInvalid: no key, another scheme, several headers, or a key that opens nothing.
        RateLimited: too many requests.
    """
    command = Admit(
        secret=bearer_secret(request.headers.getall("authorization", [])),
        address=request.client.host if request.client else None,
        request_id=request_id,
        tell=partial(request.scope["state"].__setitem__, ALLOWANCE),
    )
    return await admit(request.app.state.ports, command)


def bearer_secret(headers: Sequence[str]) -> str | None:
    """The secret in the one ``Authorization`` header; None if it is not there (RFC 6750, 2.1)."""
    if len(headers) != 1:
        return None
    scheme, _, secret = headers[0].partition(" ")
    secret = secret.strip(" ")
    # ASCII without blanks: whatever else is no key of ours, so it need not be looked up.
    if scheme.lower() != "bearer" or not secret.isascii() or not secret.isprintable():
        return None
    return None if " " in secret else secret
