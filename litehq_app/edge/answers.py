"""Errors of the layers themselves, in the one shape that all errors have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar.types import Scope, Send

from litehq_core.domain.errors import Refusal
from litehq_rest.answers import Answer
from litehq_rest.errors import ErrorFrame, refusal_answer

Header = tuple[bytes, bytes]


def frame_of(scope: Scope) -> ErrorFrame:
    """What every error shows of a request that has its id."""
    state: dict[str, Any] = scope["state"]
    docs_base: str = scope["litestar_app"].state.docs_base
    return ErrorFrame(request_id=state["request_id"], docs_base=docs_base)


async def send_refusal(
    scope: Scope, send: Send, refusal: Refusal, headers: Sequence[Header] = ()
) -> None:
    """Answer a request with a refusal, and ``headers`` beside its own."""
    await send_answer(send, refusal_answer(refusal, frame_of(scope)), headers)


async def send_answer(send: Send, answer: Answer, headers: Sequence[Header] = ()) -> None:
    """Send a JSON answer whole."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [*headers, *header_lines(answer)],
        }
    )
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def header_lines(answer: Answer) -> list[Header]:
    """The headers of a JSON answer as they go over the wire."""
    own = {
        **answer.headers,
        "Content-Type": "application/json",
        "Content-Length": str(len(answer.body)),
    }
    return [(name.lower().encode(), value.encode()) for name, value in own.items()]
