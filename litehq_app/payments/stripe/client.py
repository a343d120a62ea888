"""The official client, and what its errors mean to us."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

import stripe
import structlog
from stripe import HTTPXClient, RequestOptions, StripeClient

from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable, StripeUnconfigured

# Far below the lease of an idempotency key, so that no twin sets out while we wait.
TIMEOUT_SECONDS = 15.0

MOST_KEYS = 5

Made = TypeVar("Made")

# Two lines for each call, with the ids of payments in them, are too many.
logging.getLogger("stripe").setLevel(logging.WARNING)

log = structlog.get_logger(logger_name="litehq.payments.stripe")


@asynccontextmanager
async def open_client(
    secret_key: str, api_base: str, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[StripeClient]:
    """A client for the platform's key; closed in the end.

    It does not retry by itself: whatever calls it is a duty that does, with the same key.
    """
    http = HTTPXClient(timeout=timeout_seconds)
    try:
        yield StripeClient(
            secret_key,
            base_addresses={"api": api_base},
            http_client=http,
            max_network_retries=0,
        )
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


def on_account(account_id: str, key: str | None = None) -> RequestOptions:
    """That a call is for a connected account; ``key``: what makes repeating it harmless."""
    options: RequestOptions = {"stripe_account": account_id}
    if key is not None:
        options["idempotency_key"] = key
    return options


async def made_once(
    create: Callable[[str], Awaitable[Made]],
    find: Callable[[], Awaitable[Made | None]],
    key: str,
) -> Made:
    """Create something, once, however often this is called with the same key.

    Stripe keeps an answer under its key, an error of its own included, so that the same key
    would be answered so for a day. Then it is looked for, and only if it is not there, asked for
    with the next key.
    """
    for attempt in range(1, MOST_KEYS):
        try:
            return await create(key if attempt == 1 else f"{key}-{attempt}")
        except stripe.APIError as error:
            if error.headers is None or error.headers.get("idempotent-replayed") != "true":
                raise
            found = await find()
            if found is not None:
                return found
    return await create(f"{key}-{MOST_KEYS}")


@contextmanager
def asking() -> Iterator[None]:
    """Turns the client's errors into refusals.

    Raises:
        StripeUnconfigured: our access to the account was taken away.
        PaymentFailed: the card was declined, or Stripe refuses the request itself.
        ServiceUnavailable: not reached, overloaded, locked, or the same key asks for something
            else: what came of the first call is not known.
    """
    try:
        yield
    except stripe.PermissionError as error:
        raise StripeUnconfigured from error
    except stripe.CardError as error:
        raise PaymentFailed(error.user_message or "The card was declined.") from error
    except stripe.InvalidRequestError as error:
        raise PaymentFailed("The payment provider refused the request.") from error
    except stripe.StripeError as error:
        log.warning("stripe_unavailable", error=type(error).__name__, code=error.code)
        raise ServiceUnavailable("The payment provider cannot be reached.") from error
