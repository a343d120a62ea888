"""Answers that are kept: what an idempotency key's first answer was, and how it is shown again.

The record is kept, not the response: a replay shows it in its own selection, and reads what lies
beyond the record live (``contract.md``, Idempotency).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from litehq_core.domain.attributes import Record
from litehq_core.domain.booking import Booking
from litehq_core.domain.errors import Refusal, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.records import booking_record, snapshot
from litehq_graphql.context import Context, Info
from litehq_graphql.execution.projection import root_fields
from litehq_graphql.names import details_of, message_of
from litehq_graphql.types.refusal import RefusalType

INPUT = strawberry.argument(description="What is wanted.")
HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"

# From what a mutation did to what is kept of it.
Kept = Callable[[Any], Mapping[str, Any]]


def once(info: Info, key: str | None, kept: Kept, *, secret: bool = False) -> Once | None:
    """The wish that the present mutation happens once; None if no key was given.

    Args:
        key: the input's own ``idempotencyKey``.
        kept: what of the outcome the answer is made of.

    Raises:
        ValidationFailed: the header differs, or stands over several mutations.
    """
    context = info.context
    header = context.idempotency_key
    if header is not None and root_fields(info._raw_info) > 1:
        raise ValidationFailed.of(
            HEADER, "goes with one mutation; give each its input.idempotencyKey"
        )
    if None not in (header, key) and header != key:
        raise ValidationFailed.of("idempotencyKey", f"differs from the header {HEADER}")
    key = header if key is None else key
    if key is None:
        return None

    def encode(outcome: Any) -> bytes:
        if isinstance(outcome, Refusal):
            return _bytes({"refusal": refusal_json(outcome, context.request_id)})
        return _bytes({"outcome": kept(outcome)})

    return Once(operation=info.field_name, key=key, encode=encode, secret=secret)


def _bytes(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def refusal_json(refusal: Refusal, request_id: str | None) -> dict[str, Any]:
    """A refusal as plain JSON values."""
    return {
        "code": refusal.code.value,
        "message": message_of(refusal),
        "request_id": request_id,
        "details": details_of(refusal),
    }


def refusal_type(value: Mapping[str, Any], context: Context) -> RefusalType:
    """A refusal as the schema shows it."""
    return RefusalType.from_json(value, context.docs_url(value["code"]), context.related)


def kept_booking(booking: Booking) -> Mapping[str, Any]:
    """What is kept of a mutation that answers with a booking."""
    return kept_record(booking_record(booking))


def kept_record(record: Record, **more: Any) -> dict[str, Any]:
    """A record as it is kept, and what stands beside it."""
    return {"record": snapshot(record), **more}
