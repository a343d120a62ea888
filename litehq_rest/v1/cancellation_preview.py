"""``/v1/bookings/{id}/cancellation-preview``."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from litehq_core.domain.cancellation_preview import CancellationPreview, RefundStep
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.bookings.preview_cancellation import preview_cancellation
from litehq_rest import schemas
from litehq_rest.answers import json_answer, response_of
from litehq_rest.call import Call
from litehq_rest.openapi import described


def preview_json(found: CancellationPreview) -> dict[str, Any]:
    """A preview as shown; amounts have the names that cancelling takes them by."""
    return {
        "object": "cancellation_preview",
        "booking_id": found.booking_id,
        "version": found.version,
        "at": instant_text(found.at),
        "cancellable": found.cancellable,
        "currency": found.currency,
        "refund_amount_minor": found.refund.amount_minor,
        "refund_tokens": found.refund.tokens,
        "refund_percent": found.refund_percent,
        "step": _step_json(found.step) if found.step else None,
        "schedule": [_step_json(step) for step in found.schedule],
    }


def _step_json(step: RefundStep) -> dict[str, Any]:
    return {
        "minutes_before": step.minutes_before,
        "refund_percent": step.refund_percent,
        "until": instant_text(step.until),
        "refund_amount_minor": step.refund.amount_minor,
        "refund_tokens": step.refund.tokens,
    }


@get(
    "/bookings/{booking_id:str}/cancellation-preview",
    operation_id="bookings.cancellation_preview",
    summary="Say what a cancellation would give back",
    **described(answer=schemas.CancellationPreview, by_id=True),
)
async def get_cancellation_preview(
    call: NamedDependency[Call], booking_id: FromPath[str]
) -> Response[bytes]:
    """What cancelling now, as the policy says, would give back. Nothing is changed."""
    bare_id = normalise_id(Prefix.BOOKING, booking_id)
    found = await preview_cancellation(call.ports, call.actor, bare_id)
    return response_of(json_answer(preview_json(found)))
