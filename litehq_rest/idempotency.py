"""Idempotency keys, and the envelope in which the core keeps the first answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import UnsetType

from litehq_core.domain.errors import Refusal
from litehq_core.domain.idempotency import Once
from litehq_rest.answers import Answer, pack
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body
from litehq_rest.errors import refusal_answer
from litehq_rest.findings import Findings

KEY_FIELD = "idempotency_key"


def key_of(call: Call, in_body: str | UnsetType | None, wrong: Findings) -> str | None:
    """The request's idempotency key, from the header or the body; both must agree.

    Args:
        in_body: what the operation's own body says; of one that has none, a body that came all
            the same is read here.

    Raises:
        UnsupportedMediaType, MalformedRequest, ValidationFailed: that one cannot be read.
    """
    if not call.takes_body:
        only, found = read_body(call.body, call.content_types, Body, optional=True)
        found.refuse()
        in_body = only.idempotency_key
    keys = [*call.idempotency_keys, *([in_body] if isinstance(in_body, str) else [])]
    if any(key != keys[0] for key in keys):
        wrong.add(KEY_FIELD, "differs from the Idempotency-Key header")
    return keys[0] if keys else None


def once_of(
    call: Call, key: str | None, render: Callable[[Any], Answer], *, secret: bool = False
) -> Once | None:
    """The wish that the call happens once; None without a key.

    Args:
        render: the pure function from the outcome to its answer, the same that a call without a
            key is answered by.
        secret: the answer holds a secret.

    Raises:
        ValidationFailed: the key is empty, too long or not printable.
    """
    if key is None:
        return None
    frame = call.frame

    def encode(outcome: object) -> bytes:
        if isinstance(outcome, Refusal):
            return pack(refusal_answer(outcome, frame))
        return pack(render(outcome))

    return Once(operation=call.operation, key=key, encode=encode, secret=secret)
