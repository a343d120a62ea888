"""A running server, as the tools for developers call it: over HTTP, like everybody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

ANSWER_SECONDS = 30.0


class ApiFailed(ValueError):
    """The server cannot be reached, or says no."""


class ApiRefused(ApiFailed):
    """The server says no.

    Attributes:
        code: the public error code.
        fields: those that are wrong, if some are.
    """

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        self.code = str(error.get("code", f"status_{status}"))
        self.fields = tuple(detail.get("field") for detail in error.get("details", ()))
        super().__init__(f"{self.code}: {error.get('message', f'the answer is {status}')}")


@dataclass(frozen=True, slots=True)
class Api:
    """The REST interface of a workspace."""

    client: httpx.AsyncClient

    async def call(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """The JSON that an operation answers.

        Args:
            path: below the server's address, or an address that the server has given.

        Raises:
            ApiFailed: it says no, or nothing.
        """
        try:
            answer = await self.client.request(
                method,
                path,
                json=body,
                params=query or None,
                headers={"Accept": "application/json"},
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unreachable(self.client, error) from error
        require_success(answer)
        try:
            return answer.json()
        except ValueError:
            raise ApiFailed(f"{self.client.base_url} answers, but not as LiteHQ does") from None


@asynccontextmanager
async def open_api(address: str, key: str) -> AsyncIterator[Api]:
    """The server at an address, by a key.

    Raises:
        ApiFailed: it is no address.
    """
    try:
        client = httpx.AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=ANSWER_SECONDS
        )
    except (httpx.InvalidURL, UnicodeEncodeError, ValueError):
        raise ApiFailed("the server's address or the key cannot be used") from None
    async with client:
        yield Api(client)


def require_success(answer: httpx.Response) -> None:
    """Refuse an answer, read already, that is none of success.

    Raises:
        ApiRefused: with the code and the message of the error.
    """
    if answer.is_success:
        return
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        error = {}
    raise ApiRefused(answer.status_code, error if isinstance(error, dict) else {})


def unreachable(client: httpx.AsyncClient, error: Exception) -> ApiFailed:
    """What to say when no answer came."""
    reason = str(error) or type(error).__name__
    return ApiFailed(f"no answer from {client.base_url}: {reason}. Is `litehq serve` running?")
