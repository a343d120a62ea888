"""List bookings by start."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import BOOKING_RECORD, Noun
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.forms import PageForm
from litehq_core.domain.query import Condition, Op, Page, Paging, default_window
from litehq_core.domain.wall_clock import utc_instant, whole_second
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import Filters, read_page
from litehq_core.steps.visible import reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBookings:
    """What is wanted; None means not said. ``from_at`` is inclusive, ``to_at`` exclusive."""

    from_at: datetime | None = None
    to_at: datetime | None = None
    status: BookingStatus | None = None
    room_id: str | None = None
    member_id: str | None = None
    company_id: str | None = None
    paging: Paging = field(default_factory=Paging)

    @property
    def given(self) -> dict[str, Any]:
        """The filters that were named."""
        filters = {
            "from": self.from_at and whole_second(utc_instant("from", self.from_at)),
            "to": self.to_at and whole_second(utc_instant("to", self.to_at)),
            "status": self.status.value if self.status else None,
            "room_id": self.room_id,
            "member_id": self.member_id,
            "company_id": self.company_id,
        }
        return {name: value for name, value in filters.items() if value is not None}


async def list_bookings(
    ports: Ports,
    actor: Actor,
    query: ListBookings,
    attributes: frozenset[str] = BOOKING_RECORD,
    form: PageForm | None = None,
) -> Page:
    """Bookings that start in ``[from_at, to_at)``, by ``(start_at, id)``.

    Args:
        form: how they are wanted as JSON, if the store can say it so.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: ``to`` is not after ``from``, or the cursor is not of this list.
    """
    actor.require(Scope.CALENDAR_READ)
    start, end = default_window(query.from_at, ports.clock())
    defaults = {"from": start, "to": end}
    to_at = query.to_at and utc_instant("to", query.to_at)
    if to_at is not None and to_at <= start and query.paging.cursor is None:
        raise ValidationFailed.of("to", "must be after from")
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.BOOKING,
        visible(actor, Noun.BOOKING, attributes),
        paging=query.paging,
        given=query.given,
        defaults=defaults,
        conditions=lambda filters: _conditions(filters) + reach(actor, Noun.BOOKING),
        order=("start_at", "id"),
        descending=False,
        form=form,
    )


def _conditions(filters: Filters) -> tuple[Condition, ...]:
    window = (
        Condition("start_at", Op.AT_LEAST, filters["from"]),
        Condition("start_at", Op.BELOW, filters["to"]),
    )
    return window + tuple(
        Condition(name, Op.EQUAL, filters[name])
        for name in ("status", "room_id", "member_id", "company_id")
        if name in filters
    )
