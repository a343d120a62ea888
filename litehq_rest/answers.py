"""Answers as plain values: status, headers and body, fixed before anything is sent.

An answer can be packed into bytes and unpacked again, so that a replay is the first answer byte
for byte (``contract.md``, Idempotency).
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response

REPLAYED_HEADER = "Idempotent-Replayed"


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What is sent. ``headers`` holds only those that belong to the answer itself.

    Packed as an array, so that fields may be added at the end and old bytes still be read.
    """

    status: int
    headers: dict[str, str]
    body: bytes


_body_encoder = msgspec.json.Encoder()
_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder(Answer)


def json_answer(value: Any, *, status: int = 200, version: int | None = None) -> Answer:
    """An answer with a JSON body, and an ``ETag`` if the resource has a version."""
    headers = {} if version is None else {"ETag": f'"{version}"'}
    return Answer(status, headers, _body_encoder.encode(value))


def pack(answer: Answer) -> bytes:
    """The bytes that the core keeps under an idempotency key."""
    return _packer.encode(answer)


def unpack(packed: bytes) -> Answer:
    """The inverse of :func:`pack`."""
    return _unpacker.decode(packed)


def response_of(answer: Answer, *, replayed: bool = False) -> Response[bytes]:
    """The answer as Litestar sends it."""
    headers = {**answer.headers, REPLAYED_HEADER: "true"} if replayed else answer.headers
    return Response(
        content=answer.body,
        status_code=answer.status,
        headers=headers,
        media_type="application/json",
    )
